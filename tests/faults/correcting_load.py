"""People and their managers who ask for corrections over the API, and answer and withdraw them, both at the same time.
Without an answer they ask again."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import aiohttp

from bot.people import teams_and_offices, tokens
from bot.permissions import OPERATOR, Caller, Role, Via
from bot.practice.people import Member
from storage import corrections
from storage.database import Transaction, open_database
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE
from tests.faults.findings import LINK
from tests.faults.load import FIRST_RECORD, Client, Journal, Request, at_work

CORRECTED = {f"U0ASKER{number}": f"U0CHIEF{number}" for number in range(3)}
"""Each with a manager."""
CORRECTING_MEMBERS = [Member(one, one.lower(), one.title(), "Etc/UTC") for pair in CORRECTED.items() for one in pair]


async def corrections_are_asked(database_url: str) -> dict[str, str]:
    """The people join, each in a team of their manager's. Their tokens, by person."""
    operator = Caller(WORKSPACE, f"{OPERATOR}test", Via.CLI, Role.ADMIN)
    made = {}
    database = await open_database(database_url)
    try:
        services = await workplace(database, {one: "UTC" for pair in CORRECTED.items() for one in pair})
        for user_id, chief in CORRECTED.items():
            await teams_and_offices.set_team(services, ADMIN, f"Of {chief}", [chief], [user_id])
            made[user_id] = await tokens.create(services, operator, user_id, Role.EMPLOYEE, None)
            made[chief] = await tokens.create(services, operator, chief, Role.MANAGER, None)
    finally:
        await database.close()
    return made


@dataclass
class Corrected:
    """What people were told: each correction as it ended, by its id."""

    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)


@dataclass
class Corrector:
    """One person and their manager, with tokens of their own."""

    user_id: str
    chief: str
    tokens: dict[str, str]
    client: Client
    told: Corrected

    async def work(self, stop: asyncio.Event) -> None:
        """Correction after correction. The running one is finished after the stop."""
        for number in count():
            if stop.is_set():
                return
            record = await self.client.record(f"{number}-record", FIRST_RECORD + timedelta(minutes=30 * number))
            if not record.events:  # a broken server contradicted itself
                continue
            asks, answers = random.sample([self.user_id, self.chief], 2)
            if (correction_id := await self._ask(asks, record)) is None:
                continue
            path = f"corrections/{correction_id}"
            await asyncio.gather(
                self._call(answers, "POST", f"{path}/answer", answer=random.choice(["yes", "yes", "no"])),
                self._call(asks, "POST", f"{path}/withdraw") if random.random() < 0.5 else asyncio.sleep(0),
            )
            if (one := await self._call(asks, "GET", path)).get("outcome", "gone") is None:  # they objected
                await self._call(self.chief, "POST", f"{path}/answer", answer="yes")
                one = await self._call(asks, "GET", path)
            if "outcome" in one:
                await self._note(one, record)

    async def _ask(self, who: str, record: Request) -> str | None:
        """The correction's id. None if the server has lost the record."""
        ends = datetime.fromisoformat(record.body["clockOutTimestampUtc"]) + timedelta(minutes=5)
        wanted = {"kind": "change", "userId": self.user_id, "eventId": record.events[0]["id"], "reason": "longer"}
        asked = await self._call(who, "POST", "corrections", **wanted, clockOutTimestampUtc=ends.isoformat())
        return asked.get("correctionId", asked.get("id"))  # with the one: asked before, and not heard

    async def _call(self, who: str, method: str, path: str, **body: str) -> dict[str, Any]:
        """The answer. Of answers at the same time one counts, and the other is refused."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        status, answer, _ = await self.client.answered(method, path, headers=headers, json=body or None)
        said: dict[str, Any] = json.loads(answer)
        if status != 200 and said.get("code") != ("consent-needed" if path == "corrections" else "already-answered"):
            self.told.contradictions.append(f"{who} {method} {path} {body}: {status} {answer!r}")
        return said

    async def _note(self, one: dict[str, Any], record: Request) -> None:
        """How it ended; and the record that it made, in the place of the former."""
        self.told.ended[one["id"]] = one
        if one["resultEventId"] is None:
            return
        day = record.body["date"]
        query = f"attendance-events?userId={self.user_id}&startDate={day}&endDate={day}"
        _, answer, _ = await self.client.answered("GET", query)
        made = [event for event in json.loads(answer) if one["resultEventId"] in (event["id"], event[LINK])]
        if len(made) != 2:
            self.told.contradictions.append(f"{one} made {made}")
        self.client.journal.acknowledged |= {event["id"]: event for event in made}
        self.client.journal.deleted |= {event["id"] for event in record.events}


@asynccontextmanager
async def correcting(
    addresses: Sequence[str], token: str, made: dict[str, str], journal: Journal
) -> AsyncIterator[Corrected]:
    """Each of the people at work until the block is left. `token`: an admin's, for the records."""
    told = Corrected()

    def correctors(http: aiohttp.ClientSession) -> list[Corrector]:
        return [
            Corrector(user_id, chief, made, Client(user_id, addresses, http, journal), told)
            for user_id, chief in CORRECTED.items()
        ]

    async with at_work(token, correctors):
        yield told


async def wrong_corrections(told: Corrected, database_url: str) -> list[str]:
    """Corrections that aren't there as people saw them end."""
    database = await open_database(database_url, create=False)
    try:
        return [*told.contradictions, *await database.read(lambda tx: _wrong(tx, told))]
    finally:
        await database.close()


def _wrong(tx: Transaction, told: Corrected) -> list[str]:
    wrong = []
    for correction_id, said in told.ended.items():
        one = corrections.find(tx.connection, WORKSPACE, correction_id)
        if (one.outcome, one.result_in_id) != (said["outcome"], said["resultEventId"]) or one.outcome is None:
            wrong.append(f"{said} is now {one}")
    return wrong
