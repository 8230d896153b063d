"""Sums by person and month, on both engines: triggers keep them, whatever writes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attendance.recording import NewRecord, record
from bot.runtime.services import Services
from storage import monthly_sums, pairs, totals
from storage.database import Database, Transaction
from storage.errors import AlreadyClockedIn, AlreadyDeleted, NotDeleted, Overlap
from storage.ids import new_id
from storage.pairs import DAY, Pair, PairEvent, Scope
from storage.verify import verify
from tests.builders import ADMIN, utc, workplace
from tests.conftest import WORKSPACE
from tests.storage.raw import Raw

ANA, BEN = "U0ANA", "U0BEN"
STEPS = 80
ZONES = ("Europe/Berlin", "Asia/Tokyo")
REFUSALS = (Overlap, AlreadyClockedIn, AlreadyDeleted, NotDeleted)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {ANA: "Europe/Berlin", BEN: "America/New_York"})


class Changes:
    """Any change to any record, around the end of a month and close enough to each other to make breaks."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._made: list[Pair] = []

    def one(self, tx: Transaction) -> None:
        kind = self._chance.random()
        if kind < 0.6 or not self._made:
            pair = self._new()
            pairs.add(tx.connection, pair)
            self._made.append(pair)
        elif kind < 0.75:
            pairs.delete(tx.connection, self._chance.choice(self._made), by=ANA, at=tx.now)
        elif kind < 0.9:
            pairs.restore(tx.connection, self._chance.choice(self._made))
        elif opened := pairs.open_pair(tx.connection, WORKSPACE, self._chance.choice((ANA, BEN))):
            pairs.close(tx.connection, opened, self._half(opened.clock_in.at + timedelta(minutes=200)))

    def _new(self) -> Pair:
        start = datetime(2026, 1, 29, tzinfo=UTC) + timedelta(seconds=self._chance.randrange(5 * 86_400))
        end = start + timedelta(minutes=self._chance.randint(1, 150), seconds=40)
        day = start.date() + self._chance.choice((0, 0, 1)) * DAY
        who = self._chance.choice((ANA, BEN))
        return Pair(WORKSPACE, who, day, self._half(start), self._half(end) if self._chance.random() < 0.9 else None)

    def _half(self, at: datetime) -> PairEvent:
        recorded_at = at + timedelta(minutes=self._chance.choice((0, 20)))
        return PairEvent(new_id(), at, recorded_at, ANA, "api", self._chance.choice(ZONES))


async def test_the_sums_follow_every_change(services: Services) -> None:
    changes = Changes(7)
    for _ in range(STEPS):
        with suppress(*REFUSALS):
            await services.database.write(changes.one)
        assert await services.database.read(lambda tx: list(monthly_sums.differences(tx.connection))) == []


async def test_a_report_by_sums_is_the_same_as_by_records(services: Services) -> None:
    changes = Changes(11)
    for _ in range(STEPS):
        with suppress(*REFUSALS):
            await services.database.write(changes.one)

    def agree(tx: Transaction) -> Iterator[bool]:
        for first, last in ((date(2026, 1, 30), date(2026, 3, 1)), (date.min, date.max), (date(2026, 2, 1), date.max)):
            for whose in (None, frozenset({ANA})):
                scope = Scope(WORKSPACE, first, last, whose)
                found = totals.summary(tx.connection, scope)
                assert {one.user_id: one for one in found.people} == totals._by_person(tx.connection, scope, False)
                assert found.zones == totals.zones(tx.connection, scope)
                yield bool(found.people)

    assert all(await services.database.read(lambda tx: list(agree(tx))))


async def test_verify_names_person_and_month_of_a_wrong_sum(services: Services, raw: Raw) -> None:
    changes = Changes(7)
    for _ in range(3):
        await services.database.write(changes.one)
    (user_id, month), *_ = raw.execute("SELECT user_id, month FROM monthly_sums ORDER BY user_id, month").fetchall()
    raw.execute(f"UPDATE monthly_sums SET pairs = pairs + 1 WHERE user_id = '{user_id}' AND month = '{month}'")
    faults = await services.database.read(lambda tx: list(verify(tx.connection)))
    assert [f.where for f in faults if f.rule == "monthly sums"] == [f"{user_id} {str(month)[:7]}"]
    raw.execute("DELETE FROM monthly_sums")
    faults = await services.database.read(lambda tx: list(verify(tx.connection)))
    assert f"{user_id} {str(month)[:7]}" in [f.where for f in faults if f.rule == "monthly sums"]


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE monthly_sums SET pairs = 0",
        "DELETE FROM monthly_sums",
        "SELECT monthly_sums_renew('T1', 'U0ANA', '2026-01-01')",
    ],
)
async def test_the_role_that_serves_only_reads_the_sums(services: Services, database_url: str, attack: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(attack)


@given(st.dates(), st.dates())
def test_months_and_the_days_around_them_are_the_whole_range(one: date, other: date) -> None:
    scope = Scope(WORKSPACE, min(one, other), max(one, other))
    months, edges = monthly_sums.whole_months(scope)
    parts = sorted([*edges, *([months] if months else [])], key=lambda part: part.first)
    assert (parts[0].first, parts[-1].last) == (scope.first, scope.last)
    assert all(after.first - before.last == DAY for before, after in pairwise(parts))
    if months:
        assert (months.first.day, months.last == date.max or (months.last + DAY).day == 1) == (1, True)


async def test_sums_are_whole_numbers_on_both_engines(services: Services) -> None:
    new = NewRecord(ANA, utc("2026-10-05T08:00"), utc("2026-10-05T16:00"))
    await record(services, ADMIN, new)
    october = Scope(WORKSPACE, date(2026, 10, 1), date(2026, 10, 31))
    ((_, _, *counts),) = await services.database.read(lambda tx: list(monthly_sums.of_people(tx.connection, october)))
    assert [type(count) for count in counts if not isinstance(count, timedelta)] == [int, int, int]
