"""The demo's sample records: five weeks of a bakery in Berlin, with sales people in New York and Tokyo.

The law of Germany applies in Berlin. Ben works at night, also on the night of a clock change if there is one. Ana
missed a clock-out and entered it the next morning, with the reason why she had no break; last week she had none either.
Her manager corrected another record of hers. An admin added a day for Kei. Nora hasn't clocked out since her last
working day. Each step is written at its own time and in order, so the change history looks like people's own work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.attendance import breaks, recording, remarks
from bot.attendance.recording import NewRecord
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.cli.sample_shifts import (
    COUNTRY,
    OFFICES,
    REGION,
    WEEKS,
    Shift,
    all_shifts,
    day_of,
    forgotten,
    local_time,
    too_early,
    weekday_of,
)
from bot.people import profiles, teams_and_offices
from bot.permissions import Caller, Role, Via
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, Member
from bot.reports import findings
from bot.reports.findings import Rule
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.served_workspaces import ensure_workspace
from storage import outbox, pairs
from storage.database import Transaction

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
    await teams_and_offices.set_office(
        services, ada, "berlin", "Berlin", "Europe/Berlin", country=COUNTRY, region=REGION
    )
    await teams_and_offices.set_office(services, ada, "tokyo", "Tokyo", "Asia/Tokyo")
    for name, manager, members, hours in TEAMS:
        who = [member.id for member in members]
        await teams_and_offices.set_team(
            services, ada, name, [manager.id], who, working_hours=parse_working_hours(hours)
        )
    summary, kinds = parse_weekly_time("mon 09:00"), parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15")
    await workspace_settings.change(
        services, ada, zone=ANA.tz, reminders=True, weekly_summary=summary, break_kinds=kinds
    )

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


def _steps(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Iterator[_Step]:
    """All steps, in no order."""
    for shift in all_shifts(now):
        yield from _worked(services, clock, Caller(workspace_id, shift.member.id, Via.SLACK), shift)
    yield _corrected(services, clock, workspace_id, now)
    yield _explained(services, clock, workspace_id, now)
    yield _added(services, clock, workspace_id, now)


def _worked(services: Services, clock: StoryClock, caller: Caller, shift: Shift) -> Iterator[_Step]:
    office, who = OFFICES.get(shift.member.tz), shift.member.id
    at_start = clock.at(shift.in_at, services)
    if shift.is_back:
        yield _Step(shift.in_at, lambda: breaks.back(at_start, caller, who))
    else:
        yield _Step(
            shift.in_at,
            lambda: recording.clock_in(at_start, caller, who, office_id=office, comment=shift.comment),
        )
    if shift.out_at and shift.pause:
        at_break = clock.at(shift.out_at, services)
        yield _Step(shift.out_at, lambda: breaks.start_break(at_break, caller, who, kind=shift.pause))
    elif shift.out_at:
        said_at = shift.said_at or shift.out_at
        end = shift.out_at if shift.said_at else None
        yield _Step(said_at, lambda: recording.clock_out(clock.at(said_at, services), caller, who, at=end))


def _corrected(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> _Step:
    """Ana clocked out three hours early. In the evening Marco deletes that record and adds the right one."""
    wrong = too_early(now)
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


def _explained(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> _Step:
    """Why Ana had no break on the day whose clock-out she entered the next morning."""
    forgot, ana = forgotten(now), Caller(workspace_id, ANA.id, Via.SLACK)
    day, said_at = day_of(forgot), forgot.said_at or forgot.in_at
    at = said_at + timedelta(minutes=1)

    async def explain() -> None:
        clock.now = at
        found = await services.database.read(lambda tx: findings.of_day(tx, workspace_id, ANA.id, day))
        measured = {
            one.finding.rule.value: one.finding.measured
            for one in found
            if one.finding.rule in (Rule.BREAK, Rule.STRETCH)
        }
        await remarks.remark(services, ana, day, measured, "inventory, I ate while counting")

    return _Step(at, explain, after_all=True)


def _added(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> _Step:
    """Kei was at a trade fair and couldn't clock in. Ada adds the day on the following Monday."""
    fair = weekday_of(now, KEI, 4, weeks_ago=2)
    ada, monday = Caller(workspace_id, ADA.id, Via.SLACK, Role.ADMIN), fair + timedelta(days=3)
    comment = "trade fair, no signal"
    new = NewRecord(KEI.id, local_time(KEI, fair, 9), local_time(KEI, fair, 18), None, "tokyo", comment)
    added_at = local_time(KEI, monday, 17, 45)
    return _Step(added_at, lambda: recording.record(clock.at(added_at, services), ada, new))
