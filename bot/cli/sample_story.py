"""The demo's sample records: five weeks of a bakery in Berlin, with sales people in New York and Tokyo.

The law of Germany applies in Berlin. Ben works at night, also on the night of a clock change if there is one. Ana
missed a clock-out and entered it the next morning, with the reason why she had no break; last week she had none either.
Her manager changed another record of hers. An admin added a day for Kei. Nora hasn't clocked out since her last
working day. People sign their weeks: some are approved, and Kei signed one before the missing day was added. Each step
is written at its own time and in order, so the change history looks like people's own work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from datetime import datetime, timedelta

from bot.attendance import breaks, recording
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.signature_periods import SignaturePeriod
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.cli import sample_corrections
from bot.cli.sample_corrections import Step, StoryClock
from bot.cli.sample_shifts import COUNTRY, OFFICES, REGION, WEEKS, Shift, all_shifts
from bot.people import profiles, teams_and_offices
from bot.permissions import Caller, Role, Via
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, Member
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.served_workspaces import ensure_workspace
from storage import outbox

__all__ = ["StoryClock"]

TEAMS: tuple[tuple[str, Member, tuple[Member, ...], str], ...] = (
    ("Bakery", MARCO, (ANA,), "mon-fri 08:00-17:00"),
    ("Night bakery", MARCO, (BEN,), "mon-fri 22:00-06:00"),
    ("Sales", MARCO, (NORA, KEI), "mon-fri 09:00-17:00"),
)


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
        services,
        ada,
        zone=ANA.tz,
        reminders=True,
        weekly_summary=summary,
        break_kinds=kinds,
        signature_period=SignaturePeriod("week"),
    )

    async def set_log_channel() -> None:
        """Nobody wants to read messages of last week when the demo starts."""
        clock.now = last_day
        await services.database.write(lambda tx: outbox.give_up_all(tx.connection, workspace_id, last_day))
        await workspace_settings.change(services, ada, log_channel=log_channel)

    last_day = now - timedelta(days=1)
    steps = [*_steps(services, clock, workspace_id, now), Step(last_day, set_log_channel, after_all=True)]
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


def _steps(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Iterator[Step]:
    """All steps, in no order."""
    for shift in all_shifts(now):
        yield from _worked(services, clock, Caller(workspace_id, shift.member.id, Via.SLACK), shift)
    yield from sample_corrections.steps(services, clock, workspace_id, now)


def _worked(services: Services, clock: StoryClock, caller: Caller, shift: Shift) -> Iterator[Step]:
    office, who = OFFICES.get(shift.member.tz), shift.member.id
    at_start = clock.at(shift.in_at, services)
    if shift.is_back:
        yield Step(shift.in_at, lambda: breaks.back(at_start, caller, who))
    else:
        yield Step(
            shift.in_at,
            lambda: recording.clock_in(at_start, caller, who, office_id=office, comment=shift.comment),
        )
    if shift.out_at and shift.pause:
        at_break = clock.at(shift.out_at, services)
        yield Step(shift.out_at, lambda: breaks.start_break(at_break, caller, who, kind=shift.pause))
    elif shift.out_at:
        said_at = shift.said_at or shift.out_at
        end = shift.out_at if shift.said_at else None
        yield Step(said_at, lambda: recording.clock_out(clock.at(said_at, services), caller, who, at=end))
