"""Events are read oldest first, a few rows at a time, whatever their work dates say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from bot.attendance import recording
from bot.attendance.event_queries import PlainEvent
from bot.attendance.recording import NewRecord
from bot.calendar.worktime import to_microseconds
from storage import events
from storage.database import Database, Transaction
from storage.event_pages import page_of_events
from storage.pairs import Scope
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock

PEOPLE = ("U0ANA", "U0BEN", "U0KEI")
FIRST = utc("2026-10-01T00:00")


@pytest.mark.parametrize("read_at_once", [1, 3, 2000])
@pytest.mark.parametrize("whose", [None, frozenset(PEOPLE), frozenset({"U0BEN"})])
async def test_all_events_come_once_in_the_order_of_their_timestamps(
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    whose: frozenset[str] | None,
    read_at_once: int,
) -> None:
    monkeypatch.setattr(events, "READ_AT_ONCE", read_at_once)
    services = await workplace(database, dict.fromkeys(PEOPLE, "UTC"))
    expected = []
    for number in range(20):
        user_id, start = PEOPLE[number % 3], FIRST + timedelta(hours=7 * number)
        day = start.date() + timedelta(days=number % 3 - 1)
        pair = (
            await recording.record(
                services, ADMIN, NewRecord(user_id, start, start + timedelta(hours=15), work_date=day)
            )
        ).pair
        assert pair.clock_out is not None
        if whose is None or user_id in whose:
            halves = (pair.clock_in, pair.clock_out.id), (pair.clock_out, pair.clock_in.id)
            expected += [(half.at, half.id, other) for half, other in halves]
    opened = (await recording.clock_in(services, caller("U0BEN"), "U0BEN")).pair
    expected.append((opened.clock_in.at, opened.clock_in.id, ""))

    def read(tx: Transaction) -> list[PlainEvent]:
        scope = Scope(WORKSPACE, date(2026, 9, 1), date(2026, 12, 31), whose)
        return list(events.oldest_first(tx.connection, scope))

    found = await database.read(read)

    told = [(event.id, event.linked_id or "") for event in found]
    assert told == [(event_id, other) for _, event_id, other in sorted(expected)]


@pytest.mark.parametrize("whose", [None, frozenset({"U0ANA"})])
async def test_after_a_place_come_all_later_events_even_of_a_work_date_two_days_before(
    database: Database, whose: frozenset[str] | None
) -> None:
    """24 hours from 17:00 in California: 01:00 UTC of the next day to 01:00 of the one after that."""
    services = await workplace(database, {"U0ANA": "America/Los_Angeles"})
    start = utc("2026-10-02T01:00")
    shift = NewRecord("U0ANA", start, start + timedelta(hours=24), work_date=date(2026, 10, 1))
    pair = (await recording.record(services, ADMIN, shift)).pair
    assert pair.clock_out is not None
    midnight = to_microseconds(utc("2026-10-03T00:00"))

    def read(tx: Transaction) -> list[PlainEvent]:
        scope = Scope(WORKSPACE, date(2026, 9, 1), date(2026, 12, 31), whose)
        return list(events.oldest_first(tx.connection, scope, after=(midnight, "")))

    assert [event.id for event in await database.read(read)] == [pair.clock_out.id]


async def test_pages_and_changes_hold_the_same_events_as_the_whole_answer(database: Database, clock: Clock) -> None:
    services = await workplace(database, dict.fromkeys(PEOPLE, "UTC"))
    since = clock.now
    for number in range(12):  # three people always come at the same moment
        user_id, start = PEOPLE[number % 3], FIRST + timedelta(hours=7 * (number // 3))
        new = NewRecord(user_id, start, start + timedelta(hours=5 + number % 2), work_date=start.date())
        made = (await recording.record(services, ADMIN, new)).pair
        if number % 4 == 0:
            await recording.delete(services, ADMIN, made.clock_in.id)
        clock.advance(minutes=1)

    def read(tx: Transaction) -> None:
        for first, with_deleted in product((date(2026, 9, 1), date(2026, 10, 2)), (False, True)):
            scope = Scope(WORKSPACE, first, date(2026, 12, 31))
            whole = list(events.oldest_first(tx.connection, scope, with_deleted=with_deleted))
            changed = events.oldest_first(tx.connection, scope, changed_since=since, with_deleted=with_deleted)
            assert list(changed) == whole
            for most in (1, 4, 100):
                paged: list[PlainEvent] = []
                while page := page_of_events(
                    tx.connection,
                    scope,
                    after=paged[-1][:2] if paged else None,
                    with_deleted=with_deleted,
                    most=most,
                ):
                    paged += page
                assert paged == whole

    await database.read(read)
