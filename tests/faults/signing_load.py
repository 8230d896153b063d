"""People who write their past weeks over the API, change one record of each, and sign it in Slack; and managers who
approve them there. Without an answer they look again, and press again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import aiohttp

from bot.calendar.signature_periods import WEEK, SignaturePeriod
from bot.people import teams_and_offices
from bot.practice.blocks import elements
from bot.practice.model import Message
from bot.practice.people import Member
from bot.practice.workspace import Workspace
from bot.slack.sentences import ONE_MOMENT
from bot.workspaces import workspace_settings
from storage import signatures, signed_records
from storage.database import Transaction, open_database
from storage.signatures import Signature
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE
from tests.faults.load import ANSWERED_WITHIN_SECONDS, FIRST_RECORD, PAUSE_SECONDS, Client, Journal, Unanswered, at_work

SIGNERS = {f"U0SIGNER{number}": f"U0BOSS{number}" for number in range(3)}
"""Each with a manager."""
SIGNING_MEMBERS = [Member(one, one.lower(), one.title(), "Etc/UTC") for pair in SIGNERS.items() for one in pair]
SECONDS_PER_LOOK = 2.0
DAYS = 3  # with a record, of each week


async def weeks_are_signed(database_url: str) -> None:
    """The people join, each in a team of their manager's."""
    database = await open_database(database_url)
    try:
        services = await workplace(database, dict.fromkeys((member.id for member in SIGNING_MEMBERS), "UTC"))
        await workspace_settings.change(services, ADMIN, signature_period=SignaturePeriod("week"))
        for user_id, boss in SIGNERS.items():
            await teams_and_offices.set_team(services, ADMIN, f"Of {boss}", [boss], [user_id])
    finally:
        await database.close()


@dataclass
class Signed:
    """What people saw in Slack: the weeks (by person and first day) that are signed, and that are approved."""

    signed: set[tuple[str, date]] = field(default_factory=set)
    approved: set[tuple[str, date]] = field(default_factory=set)
    contradictions: list[str] = field(default_factory=list)


@dataclass
class Signer:
    """One person and their manager."""

    user_id: str
    boss: str
    workspace: Workspace
    client: Client
    told: Signed

    async def work(self, stop: asyncio.Event) -> None:
        """Week after week. The running one is finished after the stop."""
        for number in count():
            if stop.is_set():
                return
            first = FIRST_RECORD + number * WEEK
            days = [first + timedelta(days=day) for day in range(DAYS)]
            records = [await self.client.record(f"{number}-day-{day}", start) for day, start in enumerate(days)]
            if not all(record.events for record in records):  # a broken server contradicted itself
                continue
            changed = await self.client.change(f"{number}-changed", records[1])
            if not changed.events:
                continue
            week = f"sign {first:%Y-%m-%d}"
            await self._until(self.user_id, week, "It's right", "You signed it")
            self.told.signed.add((self.user_id, first.date()))
            await self._until(self.boss, f"{week} @{self.user_id.lower()}", "Approve", "You approved it")
            self.told.approved.add((self.user_id, first.date()))
            if (refused := await self.client.refused(changed)) != (409, "period-locked"):
                self.told.contradictions.append(f"{self.user_id} changed a record of {first:%Y-%m-%d}: {refused}")

    async def _until(self, user_id: str, line: str, label: str, done: str) -> None:
        """Looks at the period and presses the button until it says that it's done. Raises Unanswered."""
        seen = None
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
                while True:
                    seen = await self._typed(user_id, line)
                    if seen and done in seen.text:
                        return
                    if button := seen and _button(seen, label):
                        self._choose_replica()
                        await self.workspace.press(user_id, seen, *button)
                    await asyncio.sleep(PAUSE_SECONDS)
        except TimeoutError as error:
            raise Unanswered(f"{user_id} {line}: {seen}") from error

    async def _typed(self, user_id: str, line: str) -> Message | None:
        """What the person sees then. None if nothing comes."""
        before = len(self.workspace.visible_to(user_id))
        self._choose_replica()
        if (await self.workspace.command(user_id, "/attendance", line)).failure:
            return None

        def answered() -> list[Message]:
            return [one for one in self.workspace.visible_to(user_id)[before:] if one.text != ONE_MOMENT()]

        try:
            return (await self.workspace.until(answered, seconds=SECONDS_PER_LOOK))[-1]
        except TimeoutError:
            return None

    def _choose_replica(self) -> None:
        self.workspace.bot_url = f"{random.choice(self.client.addresses)}/slack/events"


def _button(message: Message, label: str) -> tuple[str, str] | None:
    """Its action and value."""
    for _, element in elements(message.blocks):
        if element["type"] == "button" and element["text"]["text"] == label:
            return element["action_id"], element["value"]
    return None


@asynccontextmanager
async def signing(
    addresses: Sequence[str], token: str, workspace: Workspace, journal: Journal
) -> AsyncIterator[Signed]:
    """Each of the people at work until the block is left."""
    told = Signed()

    def signers(http: aiohttp.ClientSession) -> list[Signer]:
        return [
            Signer(user_id, boss, workspace, Client(user_id, addresses, http, journal), told)
            for user_id, boss in SIGNERS.items()
        ]

    async with at_work(token, signers):
        yield told


async def wrong_signatures(told: Signed, database_url: str) -> list[str]:
    """Signatures that people saw and that aren't there, or that are there without their figures."""
    database = await open_database(database_url, create=False)
    try:
        return [*told.contradictions, *await database.read(lambda tx: _wrong(tx, told))]
    finally:
        await database.close()


def _wrong(tx: Transaction, told: Signed) -> list[str]:
    wrong = []
    weeks = {first for _, first in told.signed | told.approved}
    last = max(weeks, default=FIRST_RECORD.date()) + 2 * WEEK  # also those that nobody heard of
    first, standing = FIRST_RECORD.date(), set()
    while first < last:
        for one in signatures.of_period(tx.connection, WORKSPACE, first, first + timedelta(days=6)):
            standing.add((one.user_id, first, one.part))
            wrong += _without_its_figures(tx, one)
        first += WEEK
    wanted = {(*week, "person") for week in told.signed} | {(*week, "manager") for week in told.approved}
    return [*wrong, *(f"{one} is missing" for one in sorted(wanted - standing))]


def _without_its_figures(tx: Transaction, one: Signature) -> list[str]:
    here = (tx.connection, WORKSPACE, [one.user_id], one.first_day, one.last_day)
    records = signed_records.of_people(*here)[one.user_id]
    if (one.digest, one.figures) == (records.digest, records.figures.as_text()) and len(records.records) == DAYS:
        return []
    return [f"{one} isn't about {records}"]
