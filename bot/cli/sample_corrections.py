"""What people do with the demo's sample records afterwards: reasons, corrections, signatures and approvals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.attendance import changing, recording, remarks, signatures
from bot.attendance.recording import NewRecord
from bot.attendance.wanted_records import Wanted
from bot.calendar.ranges import DateRange
from bot.cli.sample_shifts import day_of, forgotten, local_time, too_early, weekday_of
from bot.permissions import Caller, Role, Via
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO
from bot.reports import findings
from bot.reports.findings import Rule
from bot.runtime.services import Services
from storage import pairs
from storage.database import Transaction


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
class Step:
    """What somebody does at a time. `after_all`: waits for all earlier steps, and sets the clock itself."""

    at: datetime
    do: Callable[[], Awaitable[object]]
    after_all: bool = False


def steps(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Iterator[Step]:
    """All of them, in no order."""
    yield _corrected(services, clock, workspace_id, now)
    yield _explained(services, clock, workspace_id, now)
    yield _added(services, clock, workspace_id, now)
    yield from _signed(services, clock, workspace_id, now)


def _corrected(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Step:
    """Ana clocked out three hours early. In the evening Marco changes that record."""
    wrong = too_early(now)
    marco, out_at = Caller(workspace_id, MARCO.id, Via.SLACK), wrong.out_at or wrong.in_at
    evening = out_at + timedelta(hours=4)

    async def correct() -> None:
        clock.now = evening
        found = await services.database.read(lambda tx: pairs.latest(tx.connection, workspace_id, ANA.id))
        assert found is not None
        right = Wanted(out_at=out_at + timedelta(hours=3))
        why = "Ana stayed for the delivery, and pressed Clock out too early"
        await changing.change(services, marco, found.clock_in.id, right, why)

    return Step(evening, correct, after_all=True)


def _signed(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Iterator[Step]:
    """Everyone but Nora signed the week before last, and Ben the last one too. Marco approved two on Tuesday."""
    for weeks_ago, members in ((2, (ANA, BEN, KEI)), (1, (BEN,))):
        for member in members:
            monday = weekday_of(now, member, 0, weeks_ago=weeks_ago)
            week = DateRange(monday, monday + timedelta(days=6))
            signed_at = local_time(member, week.last + timedelta(days=1), 9, 10)
            person = Caller(workspace_id, member.id, Via.SLACK)
            yield from _once(signatures.sign, services, clock, signed_at, now, person, week.first, week.last)
            if weeks_ago == 2 and member in (ANA, BEN):
                at = local_time(MARCO, week.last + timedelta(days=2), 10, 0)
                marco = Caller(workspace_id, MARCO.id, Via.SLACK)
                how = (marco, member.id, week.first, week.last)
                yield from _once(signatures.approve, services, clock, at, now, *how)


def _once(
    do: Callable[..., Awaitable[object]], services: Services, clock: StoryClock, at: datetime, now: datetime, *how: Any
) -> Iterator[Step]:
    """After everything before it; never if it's still to come."""

    async def step() -> None:
        clock.now = at
        await do(services, *how)

    if at <= now:
        yield Step(at, step, after_all=True)


def _explained(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Step:
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

    return Step(at, explain, after_all=True)


def _added(services: Services, clock: StoryClock, workspace_id: str, now: datetime) -> Step:
    """Kei was at a trade fair and couldn't clock in. Ada adds the day on the following Monday."""
    fair = weekday_of(now, KEI, 4, weeks_ago=2)
    ada, monday = Caller(workspace_id, ADA.id, Via.SLACK, Role.ADMIN), fair + timedelta(days=3)
    comment = "trade fair, no signal"
    new = NewRecord(KEI.id, local_time(KEI, fair, 9), local_time(KEI, fair, 18), None, "tokyo", comment)
    added_at = local_time(KEI, monday, 17, 45)
    return Step(added_at, lambda: recording.record(clock.at(added_at, services), ada, new))
