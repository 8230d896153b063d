"""Missing clock-outs are asked about, never guessed: the likely answers, and what happened to the record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import permissions
from bot.attendance.recording import not_clocked_in
from bot.attendance.rules import is_unusual
from bot.calendar.worktime import TimeOfDay, first_after, is_forgotten, work_date, zone_named
from bot.errors import NoSuchTime, RepeatedTime
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.workspaces import holiday_calendars, schedules, workspace_settings
from bot.workspaces.workspace_settings import ASK_AFTER
from storage import breaks, pair_queries, pairs
from storage.breaks import Break
from storage.database import Transaction
from storage.pairs import Pair, Scope

MOST_CHOICES = 3
LOOK_BACK = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class MissingClockOut:
    """Since when somebody is in, and when they may have left (UTC, earliest first). Until `ordinary_until` they may
    still be working, also past midnight. `comes_again`: whether the bot will ask on its own after some hours.
    `on_break`: the paid break that they are on."""

    pair: Pair
    likely: list[datetime]
    ordinary_until: datetime
    comes_again: bool
    now: datetime
    on_break: Break | None = None

    @property
    def is_forgotten(self) -> bool:
        """Whether somebody has to say when this clock-in ended (rule 3)."""
        return is_forgotten(self.pair.clock_in.at, self.now)

    @property
    def is_about_another_day(self) -> bool:
        """Whether the clock-in is from an earlier day in its zone and isn't a running night shift, or is older than any
        shift."""
        of_an_earlier_day = began_before_today(self.pair, self.now)
        return self.is_forgotten or (of_an_earlier_day and self.now >= self.ordinary_until)


def began_before_today(pair: Pair, now: datetime) -> bool:
    """Whether the clock-in is from an earlier day in its zone."""
    zone = zone_named(pair.clock_in.zone)
    return work_date(pair.clock_in.at, zone) < work_date(now, zone)


async def question(services: Services, caller: Caller, user_id: str, event_id: str | None = None) -> MissingClockOut:
    """What to ask about the person's open clock-in. Raises Forbidden, or NotClockedIn if there is none or it isn't the
    one of `event_id`."""

    def read(tx: Transaction) -> MissingClockOut:
        permissions.require(tx, caller, Operation.CLOCK, user_id)
        state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
        found = state.open_pair
        if found is None or (event_id or found.clock_in.id) != found.clock_in.id:
            raise not_clocked_in(tx, user_id, state.latest)
        return replace(question_of(tx, found), on_break=state.break_at(tx.now))

    return await services.database.read(read)


async def ended(services: Services, caller: Caller, event_id: str) -> Pair:
    """The record that a question was about, after it was answered. Raises UnknownEvent or Forbidden."""

    def read(tx: Transaction) -> Pair:
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require(tx, caller, Operation.CLOCK, pair.user_id)
        return pair

    return await services.database.read(read)


def question_of(tx: Transaction, pair: Pair) -> MissingClockOut:
    """What to ask about an open clock-in. A shift may last until its working hours end, and never ends before the bot
    would ask on its own."""
    ask_after = workspace_settings.in_force(tx, pair.workspace_id).ask_after
    day = work_date(pair.clock_in.at, zone_named(pair.clock_in.zone))
    before, on_day = _ends_of_work(tx, pair, day)
    until = max([pair.clock_in.at + (ask_after or ASK_AFTER), *(end for end in (before, on_day) if end)])
    return MissingClockOut(pair, _likely(tx, pair, day, on_day), until, ask_after is not None, tx.now)


def _ends_of_work(tx: Transaction, pair: Pair, day: date) -> tuple[datetime | None, datetime | None]:
    """When the working hours of the day before and of that day end. None on days off and on the office's holidays."""
    hours = schedules.hours_of(tx, pair.workspace_id, [pair.user_id]).get(pair.user_id)
    if hours is None:
        return None, None
    yesterday, zone = day - timedelta(days=1), zone_named(pair.clock_in.zone)
    calendar = holiday_calendars.calendars(tx, pair.workspace_id, yesterday, day).of(pair.clock_in.office_id)
    before, on_day = (calendar.hours_on(hours, one, zone) for one in (yesterday, day))
    return before and before[1], on_day and on_day[1]


def _likely(tx: Transaction, pair: Pair, day: date, end_of_work: datetime | None) -> list[datetime]:
    """The end of the working hours and the usual times at which the person leaves, if they give a usual length."""
    in_at, zone = pair.clock_in.at, zone_named(pair.clock_in.zone)
    found = [*([end_of_work] if end_of_work else []), *_usual_end_times(tx, pair, zone, day)]
    minutes = dict.fromkeys(at.replace(second=0, microsecond=0) for at in found)
    fitting = [at for at in minutes if in_at < at <= tx.now and not is_unusual(at - in_at)]
    return sorted(fitting[:MOST_CHOICES])


def _usual_end_times(tx: Transaction, pair: Pair, zone: ZoneInfo, day: date) -> Iterable[datetime]:
    """The quarter hours at which the person left most often before this clock-in."""
    scope = Scope(pair.workspace_id, day - LOOK_BACK, day - timedelta(days=1), frozenset({pair.user_id}))
    ends: dict[date, datetime] = {}
    for before in pair_queries.within(tx.connection, scope):
        if before.clock_out:
            ends[before.work_date] = before.clock_out.at.astimezone(zone)
    quarters = Counter(
        end.replace(minute=end.minute // 15 * 15, second=0, microsecond=0).time() for end in ends.values()
    )
    for quarter, _ in quarters.most_common(MOST_CHOICES):
        try:
            yield first_after(TimeOfDay(quarter), pair.clock_in.at, zone)
        except (NoSuchTime, RepeatedTime):
            continue  # which would be asked about itself
