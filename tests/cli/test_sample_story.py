"""The demo's records, on whatever day somebody tries it: it breaks no rule, and is all there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.calendar.worktime import zone_named
from bot.cli import sample_story
from bot.cli.sample_shifts import clock_change
from bot.cli.sample_story import StoryClock
from bot.permissions import Caller, Role, Via
from bot.practice.people import ADA, ANA, BEN, KEI, NORA, PEOPLE
from bot.reports import findings, presence
from bot.reports.findings import Rule
from bot.runtime.services import Profile, Services
from storage import audit, offices, pair_queries
from storage.database import Database, open_database
from storage.pairs import Scope
from storage.verify import verify

WORKSPACE = "T0STORY"
MONTH_AFTER_DST = "2026-11-25T22:40+00:00"
DAYS = (
    MONTH_AFTER_DST,
    "2026-10-25T00:30+00:00",  # in the hour that comes twice in Berlin
    "2026-11-02T08:00+00:00",  # the day after New York's change, a Monday
    "2027-01-04T00:10+00:00",  # no change in five weeks
    "2027-03-28T12:00+00:00",  # the day of the other change
    "2027-05-02T18:00+00:00",  # a Sunday
)


class People:
    """The practice workspace's people, without a server."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        for one in PEOPLE:
            if one.id == user_id:
                return Profile(workspace_id, one.id, one.real_name, one.tz, one.is_admin, False, False, False, now)
        return None


@pytest.fixture
def story_clock() -> StoryClock:
    return StoryClock(datetime.fromisoformat(MONTH_AFTER_DST))


@pytest.fixture
async def ledger(tmp_path: Path, story_clock: StoryClock) -> AsyncIterator[Database]:
    opened = await open_database(f"sqlite:///{tmp_path / 'story.db'}", clock=story_clock)
    yield opened
    await opened.close()


@pytest.mark.parametrize("now", DAYS)
async def test_the_story_can_be_written_on_any_day(ledger: Database, story_clock: StoryClock, now: str) -> None:
    story_clock.now = at = datetime.fromisoformat(now)
    services = Services(ledger, People())
    await sample_story.write(services, story_clock, WORKSPACE, "C0LOG")
    assert story_clock.now == at

    assert await ledger.read(lambda tx: list(verify(tx.connection))) == []
    everything = Scope(WORKSPACE, date.min, date.max)
    found = await ledger.read(lambda tx: list(pair_queries.within(tx.connection, everything)))
    assert max(half.recorded_at for pair in found for half in (pair.clock_in, pair.clock_out) if half) <= at
    assert at - min(pair.clock_in.at for pair in found) > timedelta(weeks=4)
    assert any(pair.clock_in.by == ADA.id and pair.user_id == KEI.id for pair in found)
    forgotten = [pair for pair in found if pair.clock_out is None and at - pair.clock_in.at > timedelta(hours=24)]
    assert [pair.user_id for pair in forgotten] == [NORA.id]
    entries = await ledger.read(lambda tx: list(audit.entries(tx.connection)))
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    done = {entry.action for entry in entries}
    assert {"delete", "change", "create", "sign-period", "approve-period"} <= done
    office = next(one for one in await ledger.read(lambda tx: offices.all_of(tx.connection, WORKSPACE)) if one.country)
    assert (office.office_id, office.country, office.region) == ("berlin", "DE", "BE")
    assert {pair.out_break for pair in found if pair.out_break} == {"lunch", "break"}
    berlin = zone_named(BEN.tz)
    backs = [pair.clock_in.at.astimezone(berlin) for pair in found if pair.user_id == BEN.id]
    assert [back for back in backs if back.hour in (1, 2)], "he comes back from his breaks past midnight"
    about = await ledger.read(lambda tx: findings.findings(tx, everything))
    assert {one.finding.work_date for one in about[ANA.id] if one.remark is None}, "one is still to be answered"
    assert {one.finding.rule for one in about[ANA.id] if one.remark} == {Rule.BREAK, Rule.STRETCH}
    who = await presence.who_is_in(services, Caller(WORKSPACE, ADA.id, Via.SLACK, Role.ADMIN))
    assert KEI.id in str(who)


async def test_ben_works_in_the_night_of_a_clock_change_where_there_is_one(
    ledger: Database, story_clock: StoryClock
) -> None:
    story_clock.now = datetime.fromisoformat(MONTH_AFTER_DST)
    await sample_story.write(Services(ledger, People()), story_clock, WORKSPACE, "C0LOG")
    scope = Scope(WORKSPACE, date(2026, 10, 24), date(2026, 10, 24), frozenset({BEN.id}))
    [night] = await ledger.read(lambda tx: list(pair_queries.within(tx.connection, scope)))
    assert night.clock_out is not None
    assert night.clock_out.at - night.clock_in.at == timedelta(hours=9)

    assert clock_change(story_clock.now) == date(2026, 10, 25)
    assert clock_change(datetime.fromisoformat("2027-01-04T00:10+00:00")) is None
