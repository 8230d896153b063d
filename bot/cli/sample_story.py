"""The demo's sample records: five weeks of a bakery in Berlin, with sales people in New York and Tokyo.

Ben works at night, also on the night of a clock change if there is one. Ana missed a clock-out and entered it the next
morning; her manager corrected another record of hers. An admin added a day for Kei. Nora hasn't clocked out since her
last working day. Each step is written at its own time and in order, so the change history looks like people's own work.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.calendar.worktime import zone_named
from bot.people import profiles, teams_and_offices
from bot.permissions import Caller, Role, Via
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, Member
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.served_workspaces import ensure_workspace
from storage import outbox, pairs
from storage.database import Transaction

WEEKS = 5
COMMENTS = ("", "", "", "good morning", "home office today", "early train", "workshop all day")
OFFICES = {"Europe/Berlin": "berlin", "Asia/Tokyo": "tokyo"}
TEAMS: tuple[tuple[str, Member, tuple[Member, ...], str], ...] = (
    ("Bakery", MARCO, (ANA,), "mon-fri 08:00-17:00"),
    ("Night bakery", MARCO, (BEN,), "mon-fri 22:00-06:00"),
    ("Sales", MARCO, (NORA, KEI), "mon-fri 09:00-17:00"),
)


class StoryClock:
    """The ledger's time while the story is written."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def at(self, moment: datetime, services: Services) -> Services:
        """The same services, whose writes happen at `moment`. Many writes wait, then share a commit."""

        def wrap(work: Callable[[Transaction], Any]) -> Callable[[Transaction], Any]:
            def work_at(tx: Transaction) -> Any:
                self.now = moment
                return work(tx)

            return work_at

        return replace(services, wrap=wrap)


@dataclass(frozen=True, slots=True)
class _Shift:
    """`out_at` None: no clock-out yet. `said_at`: when the clock-out was entered, if later than `out_at`."""

    member: Member
    in_at: datetime
    out_at: datetime | None
    comment: str = ""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """What somebody does at a time. `after_all`: waits for all earlier steps, and sets the clock itself."""

    at: datetime
    do: Callable[[], Awaitable[object]]
    after_all: bool = False


async def write(services: Services, clock: StoryClock, workspace_id: str, log_channel: str) -> None:
    """Writes the five weeks before the clock's time. The services' database must use this clock.

    The bot posts the last day's clock-ins and clock-outs in the log channel when it starts.
    """
    now = clock.now
    ada = Caller(workspace_id, ADA.id, Via.SLACK, Role.ADMIN)
    clock.now = now - timedelta(weeks=WEEKS, days=1)
    await ensure_workspace(services, workspace_id)
    await profiles.look_up_profile(services, workspace_id, ADA.id)  # set_team looks up the others
    await teams_and_offices.set_office(services, ada, "berlin", "Berlin", "Europe/Berlin")
    await teams_and_offices.set_office(services, ada, "tokyo", "Tokyo", "Asia/Tokyo")
    for name, manager, members, hours in TEAMS:
        who = [member.id for member in members]
        await teams_and_offices.set_team(
            services, ada, name, [manager.id], who, working_hours=parse_working_hours(hours)
        )
    summary = parse_weekly_time("mon 09:00")
    await workspace_settings.change(services, ada, zone=ANA.tz, reminders=True, weekly_summary=summary)

    async def set_log_channel() -> None:
        """Nobody wants to read messages of last week when the demo starts."""
        clock.now = last_day
        await services.database.write(lambda tx: outbox.give_up_all(tx.connection, workspace_id, last_day))
        await workspace_settings.change(services, ada, log_channel=log_channel)

    last_day = now - timedelta(days=1)
    steps = [*_steps(services, clock, workspace_id, now), _Step(last_day, set_log_channel, after_all=True)]
    waiting: list[Awaitable[object]] = []
    for step in sorted(steps, key=lambda step: step.at):
        if step.after_all:
            await asyncio.gather(*waiting)
            waiting = []
        waiting.append(step.do())
        if step.after_all:
            await waiting.pop()
    await asyncio.gather(*waiting)
    clock.now = now


def clock_change(now: datetime) -> date | None:
    """The last of the five weeks' days that began or ended with a clock change in Berlin, if any."""
    zone = zone_named(BEN.tz)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    days = [
        day for day in _days(now, BEN) if midnight(day).utcoffset() != midnight(day + timedelta(days=1)).utcoffset()
    ]
    return days[-1] if days else None


def _steps(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Iterator[_Step]:
    """All steps, in no order."""
    for shift in _shifts(now):
        yield from _worked(services, clock, Caller(workspace_id, shift.member.id, Via.SLACK), shift)
    yield _corrected(services, clock, workspace_id, now)
    yield _added(services, clock, workspace_id, now)


def _worked(services: Services, clock: StoryClock, caller: Caller, shift: _Shift) -> Iterator[_Step]:
    office, who = OFFICES.get(shift.member.tz), shift.member.id
    at_start = clock.at(shift.in_at, services)
    yield _Step(
        shift.in_at,
        lambda: recording.clock_in(at_start, caller, who, office_id=office, comment=shift.comment),
    )
    if shift.out_at:
        said_at = shift.said_at or shift.out_at
        end = shift.out_at if shift.said_at else None
        yield _Step(said_at, lambda: recording.clock_out(clock.at(said_at, services), caller, who, at=end))


def _corrected(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> _Step:
    """Ana clocked out three hours early. In the evening Marco deletes that record and adds the right one."""
    wrong = _too_early(now)
    marco, out_at = Caller(workspace_id, MARCO.id, Via.SLACK), wrong.out_at or wrong.in_at
    evening = out_at + timedelta(hours=4)

    async def correct() -> None:
        clock.now = evening
        found = await services.database.read(lambda tx: pairs.latest(tx.connection, workspace_id, ANA.id))
        assert found is not None
        await recording.delete(services, marco, found.clock_in.id)
        stayed = "stayed for the delivery; Clock out was pressed too early"
        end = out_at + timedelta(hours=3)
        right = NewRecord(ANA.id, wrong.in_at, end, None, "berlin", wrong.comment, stayed)
        await recording.record(services, marco, right)

    return _Step(evening, correct, after_all=True)


def _added(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> _Step:
    """Kei was at a trade fair and couldn't clock in. Ada adds the day on the following Monday."""
    fair = _weekday(now, KEI, 4, weeks_ago=2)
    ada, monday = Caller(workspace_id, ADA.id, Via.SLACK, Role.ADMIN), fair + timedelta(days=3)
    comment = "trade fair, no signal"
    new = NewRecord(KEI.id, _at(KEI, fair, 9), _at(KEI, fair, 18), None, "tokyo", comment)
    added_at = _at(KEI, monday, 17, 45)
    return _Step(added_at, lambda: recording.record(clock.at(added_at, services), ada, new))


def _shifts(now: datetime) -> Iterator[_Shift]:
    """Office hours with a lunch break, Ben's nights, Kei still at work, and the special days."""
    chance = random.Random(2026)
    special = list(_special(now))
    yield from (shift for shift in special if shift.said_at or shift.out_at is None or shift.out_at < now)
    taken = {(shift.member.id, _day_of(shift)) for shift in special} | {(KEI.id, _weekday(now, KEI, 4, weeks_ago=2))}
    nora_forgot = max(shift.in_at for shift in special if shift.out_at is None and shift.member is NORA)
    for member in (ANA, BEN, MARCO, NORA, KEI, ADA):
        for day in _days(now, member):
            if day.weekday() < 5 and chance.random() > 0.06 and (member.id, day) not in taken:
                for shift in _plain_day(member, day, chance):
                    is_over = shift.out_at is not None and shift.out_at < now - timedelta(hours=3)
                    if is_over and not (member is NORA and shift.in_at > nora_forgot):
                        yield shift


def _special(now: datetime) -> Iterator[_Shift]:
    """The special days. Each replaces that day's plain shifts."""
    yield _too_early(now)
    forgot = _weekday(now, ANA, 3, weeks_ago=3)
    said = _at(ANA, forgot + timedelta(days=1), 7, 52)
    yield _Shift(ANA, _at(ANA, forgot, 8, 11), _at(ANA, forgot, 16, 30), "inventory", said)
    if change := clock_change(now):
        evening = change - timedelta(days=1)
        yield _Shift(BEN, _at(BEN, evening, 22), _at(BEN, change, 6), "night shift; the clocks change")
    days = (day for day in reversed(_days(now, NORA)) if day.weekday() < 5)
    last = next(day for day in days if now - _at(NORA, day, 13, 4) > timedelta(hours=25))
    yield _Shift(NORA, _at(NORA, last, 9, 2), _at(NORA, last, 12, 31))
    yield _Shift(NORA, _at(NORA, last, 13, 4), None)
    morning = _at(KEI, now.astimezone(zone_named(KEI.tz)).date(), 9, 2)
    is_at_work = timedelta(hours=1) < now - morning < timedelta(hours=10)
    yield _Shift(KEI, morning if is_at_work else now - timedelta(hours=2, minutes=12), None)


def _too_early(now: datetime) -> _Shift:
    day = _weekday(now, ANA, 1, weeks_ago=2)
    return _Shift(ANA, _at(ANA, day, 8, 4), _at(ANA, day, 14, 2), "workshop all day")


def _plain_day(member: Member, day: date, chance: random.Random) -> Iterator[_Shift]:
    def at(hour: int, days_later: int = 0) -> datetime:
        moment = _at(member, day + timedelta(days=days_later), hour, chance.randrange(0, 25))
        return moment + timedelta(seconds=chance.randrange(60))

    if member is BEN:
        yield _Shift(member, at(22), at(6, days_later=1), "night shift")
        return
    lunch = at(12)
    yield _Shift(member, at(8), lunch, chance.choice(COMMENTS))
    yield _Shift(member, lunch + timedelta(minutes=chance.randrange(25, 55)), at(17))


def _days(now: datetime, member: Member) -> list[date]:
    """The days of the five weeks before the person's today, oldest first."""
    today = now.astimezone(zone_named(member.tz)).date()
    return [today - timedelta(days=back) for back in range(7 * WEEKS, 0, -1)]


def _weekday(now: datetime, member: Member, weekday: int, *, weeks_ago: int) -> date:
    """That day (0 is Monday) of a week before this one."""
    today = now.astimezone(zone_named(member.tz)).date()
    return today - timedelta(days=today.weekday() - weekday, weeks=weeks_ago)


def _day_of(shift: _Shift) -> date:
    return shift.in_at.astimezone(zone_named(shift.member.tz)).date()


def _at(member: Member, day: date, hour: int, minute: int = 0) -> datetime:
    """A local time of the person's, in UTC. No clock change skips or repeats the hours used here."""
    return datetime.combine(day, time(hour, minute), zone_named(member.tz)).astimezone(UTC)
