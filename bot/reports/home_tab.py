"""The Home tab: a person's state and week, and for managers, who is in. Redrawn after each change, wherever it was
made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import permissions
from bot.attendance import missing_clock_outs
from bot.attendance.change_notifications import redraw_home_in
from bot.attendance.missing_clock_outs import MissingClockOut, began_before_today
from bot.attendance.undoable import undoable_half
from bot.calendar.worktime import is_forgotten
from bot.permissions import Caller, Role
from bot.reports import findings, presence
from bot.reports.findings import Found
from bot.reports.presence import WhoIsIn
from bot.reports.status import Status, status_of
from bot.reports.waiting_requests import count_waiting
from bot.reports.worked_time import DayTotal
from bot.runtime.services import Services
from storage import breaks, home_tabs, totals
from storage.database import Transaction
from storage.pairs import Pair, PairEvent, Scope


@dataclass(frozen=True, slots=True)
class Home:
    """What the tab shows.

    `week` has a row for each of its days with pairs, `monday` says which week it is. `question` is set if a clock-out
    is missing, `who` for people who see others. `zone` is the person's own, if they have one. `findings`: what
    working-time rules find in the week, and the person hasn't given a reason for.
    """

    status: Status
    monday: date
    week: Sequence[DayTotal]
    question: MissingClockOut | None
    who: WhoIsIn | None
    role: Role
    zone: str | None
    is_employee: bool
    now: datetime
    findings: Sequence[Found] = ()
    waiting: int = 0
    """How many requests wait for their answer."""
    newest: Pair | None = None
    undoable: PairEvent | None = None
    """Their newest record, and what they can undo of it."""


async def home(services: Services, caller: Caller, *, opened: bool = False) -> Home:
    """The caller's tab. `opened` records that they looked at it."""
    found = await services.database.read(lambda tx: _home(tx, caller))
    if opened and found.is_employee:
        sees_others = found.who is not None
        await services.database.write(
            lambda tx: home_tabs.opened(
                tx.connection, caller.workspace_id, caller.user_id, tx.now, sees_others=sees_others
            )
        )
    return found


def _home(tx: Transaction, caller: Caller) -> Home:
    person, has_rules = home_tabs.viewer(tx.connection, caller.workspace_id, caller.user_id)
    status = status_of(tx, person)
    monday = status.day - timedelta(days=status.day.weekday())
    week = Scope(caller.workspace_id, monday, monday + timedelta(days=6), frozenset({caller.user_id}))
    open_pair = status.open_pair
    of_week = totals.per_day(tx.connection, week)
    newest = open_pair or (of_week[-1].last if of_week else None)
    question = None
    if open_pair and (is_forgotten(open_pair.clock_in.at, tx.now) or began_before_today(open_pair, tx.now)):
        question = missing_clock_outs.question_of(tx, open_pair)
    role = permissions.role_of_profile(tx, person) if caller.role is None else permissions.role_of(tx, caller)
    return Home(
        status,
        monday,
        of_week,
        question if question and question.is_about_another_day else None,
        presence.read_presence(tx, replace(caller, role=role)) if role is not Role.EMPLOYEE else None,
        role=role,
        zone=person.zone,
        is_employee=not (person.guest or person.bot or person.deactivated),
        now=tx.now,
        findings=_unanswered(tx, week, status) if has_rules else (),
        waiting=count_waiting(tx, replace(caller, role=role)),
        newest=newest,
        undoable=undoable_half(tx, caller, newest) if newest else None,
    )


def _unanswered(tx: Transaction, week: Scope, status: Status) -> list[Found]:
    """Of a day that goes on, only the rest before it: its breaks and its length aren't known yet."""
    found = findings.findings(tx, week, findings.WHEN_CLOCKING).get(status.user_id, [])
    running = status.day if status.open_pair or status.on_break else None
    return [
        one
        for one in found
        if one.remark is None and (one.finding.work_date != running or one.finding.rule not in findings.OF_A_DAY)
    ]


async def redraw_those_of_managers(
    services: Services, workspace_id: str, *, breaks_over_since: datetime | None = None
) -> None:
    """Redraws the tabs that show who is in, of the people who opened theirs lately. With `breaks_over_since`, only if
    a break is over since then that nobody ended."""

    def write(tx: Transaction) -> None:
        since = breaks_over_since
        if since and not breaks.any_over_since(tx.connection, workspace_id, since, tx.now):
            return
        for user_id in home_tabs.opened_by_managers(tx.connection, workspace_id, tx.now - home_tabs.SHOWN_FOR):
            redraw_home_in(tx, workspace_id, user_id)

    await services.database.write(write)
