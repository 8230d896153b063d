"""The check after a fault: compares what clients were told with what the API lists and what is in the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from storage import pair_queries
from storage.database import Transaction, open_database
from storage.verify import Fault, verify
from tests.faults.load import FIRST_RECORD, Event, Journal

LINK = "linkedAttendanceEventId"


@dataclass(frozen=True)
class Findings:
    """Where a server keeps its word, everything from `missing` on is empty."""

    acknowledged: int
    lost: int
    done_unheard: int
    replayed: int
    missing: list[str]
    """Events that were acknowledged and are missing or different; or that are listed although they were deleted."""
    doubled: list[str]
    """Events that nobody heard of: a request with one key was executed again."""
    halves: list[str]
    contradictions: list[str]
    faults: list[Fault]
    signed: int = 0
    """Weeks that people saw signed."""
    signatures: Sequence[str] = ()
    """Those that aren't there, or without the figures of their records."""
    corrected: int = 0
    """Corrections that people saw end."""
    corrections: Sequence[str] = ()
    """Those that ended otherwise."""

    @property
    def wrong(self) -> list[Any]:
        return [
            *self.missing,
            *self.doubled,
            *self.halves,
            *self.contradictions,
            *self.faults,
            *self.signatures,
            *self.corrections,
        ]

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} events acknowledged, {self.lost} answers lost ({self.done_unheard} of them after the "
            f"deed), {self.replayed} answers replayed; missing {len(self.missing)}, doubled {len(self.doubled)}, "
            f"half pairs {len(self.halves)}, contradictory answers {len(self.contradictions)}, "
            f"faults found by verify {len(self.faults)}; {self.signed} weeks signed, {len(self.signatures)} wrong; "
            f"{self.corrected} corrections ended, {len(self.corrections)} wrong"
        )


async def listed_by(address: str, token: str) -> list[Event]:
    """Every event that a query answers."""
    span = {"startDate": f"{FIRST_RECORD:%Y-%m-%d}", "endDate": f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"}
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{address}/attendance-events", params=span) as response,
    ):
        assert response.status == 200, await response.text()
        events: list[Event] = await response.json()
        return events


async def findings(journal: Journal, listed: list[Event], database_url: str) -> Findings:
    """Compares with the ledger, opened again. Every load that ever wrote to it has to be in the journal."""
    database = await open_database(database_url, create=False)
    try:
        stored, faults = await database.read(_stored)
    finally:
        await database.close()
    living = {event["id"]: event for event in listed}
    told = journal.acknowledged
    missing = [
        event_id
        for event_id, event in told.items()
        if event_id not in stored
        or _told(living.get(event_id)) != (None if event_id in journal.deleted else _told(event))
    ]
    doubled = (stored - Counter(told.keys())) + (Counter(event["id"] for event in listed) - Counter(living.keys()))
    halves = [
        event["id"]
        for event in listed
        if (event[LINK] is None and event["type"] == "CLOCK-OUT")
        or (event[LINK] is not None and living.get(event[LINK], {}).get(LINK) != event["id"])
    ]
    return Findings(
        acknowledged=len(told),
        lost=journal.lost,
        done_unheard=journal.done_unheard,
        replayed=journal.replayed,
        missing=missing,
        doubled=list(doubled.elements()),
        halves=halves,
        contradictions=journal.contradictions,
        faults=faults,
    )


def _stored(tx: Transaction) -> tuple[Counter[str], list[Fault]]:
    """How often each event's id is in the ledger, deleted ones too; and what is wrong with it."""
    halves = (half for pair in pair_queries.stream_all(tx.connection) for half in (pair.clock_in, pair.clock_out))
    return Counter(half.id for half in halves if half), list(verify(tx.connection))


def _told(event: Event | None) -> Any:
    """An event as it stays: the link of a clock-in comes with its clock-out."""
    return event and {key: value for key, value in event.items() if key != LINK}
