"""A person's state: clocked in or out, and the worked time of today and this week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot import permissions
from bot.calendar.worktime import ClockChange, work_date, zone_named
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.reports.today import running_day
from bot.reports.worked_time import clock_changes_of
from bot.runtime.services import Profile, Services
from storage import breaks, people, totals
from storage.breaks import Break
from storage.database import Transaction
from storage.paid_breaks import PaidBreak
from storage.pairs import Pair, Scope, minutes_between


@dataclass(frozen=True, slots=True)
class Status:
    """`so_far`: the time since the open clock-in, none if its clock-out is missing. It counts in `today` and `week` by
    its work date. `runs_today` says whether it began today, not last night. `day` is today in their zone, or the
    work date of last night's shift that they are in, or on a break of."""

    user_id: str
    day: date
    open_pair: Pair | None
    so_far: timedelta
    runs_today: bool
    today: timedelta
    week: timedelta
    clock_changes: list[ClockChange]
    on_break: Break | None = None
    has_begun: bool = True
    """Whether they have clocked in or out today."""
    last_paid: PaidBreak | None = None
    """The last paid break inside their latest record, open or ended."""


async def status(services: Services, caller: Caller, user_id: str) -> Status:
    """Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> Status:
        permissions.require(tx, caller, Operation.READ, user_id)
        return status_of(tx, people.find(tx.connection, caller.workspace_id, user_id))

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def status_of(tx: Transaction, person: Profile) -> Status:
    """The same within a transaction."""
    workspace_id, user_id = person.workspace_id, person.user_id
    today = work_date(tx.now, zone_named(person.zone or people.workspace_zone(tx.connection, workspace_id)))
    state = breaks.state_of(tx.connection, workspace_id, user_id)
    open_pair, on_break = state.open_pair, state.break_at(tx.now)
    running = running_day(state, tx.now)
    runs = running is not None and open_pair is not None
    last = today + timedelta(days=1)  # at an office across the date line it can be tomorrow already
    day = min(today, running or today)
    monday = day - timedelta(days=day.weekday())
    worked = totals.worked(tx.connection, workspace_id, user_id, day, last=last)
    so_far = max(minutes_between(open_pair.clock_in.at, tx.now), timedelta()) if open_pair and runs else timedelta()

    def since(first: date) -> timedelta:
        return so_far if open_pair and open_pair.work_date >= first else timedelta()

    scope = Scope(workspace_id, monday, last, frozenset({user_id}))
    return Status(
        user_id=user_id,
        day=day,
        open_pair=open_pair,
        so_far=so_far,
        runs_today=runs and open_pair is not None and open_pair.work_date >= today,
        today=worked.day + since(day),
        week=worked.week + since(monday),
        clock_changes=clock_changes_of(tx, scope, totals.zones(tx.connection, scope)),
        has_begun=bool(open_pair or worked.day) or _left_today(state.latest, today),
        on_break=on_break,
        last_paid=state.paid,
    )


def _left_today(latest: Pair | None, today: date) -> bool:
    """Whether their latest record is of today, or ended today."""
    if latest is None or latest.clock_out is None:
        return False
    end = latest.clock_out
    return max(latest.work_date, end.at.astimezone(zone_named(end.zone)).date()) >= today
