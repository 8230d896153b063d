"""Whatever admins set, in any order, while what is old goes in batches of any size: `verify` finds no fault in what was
done openly, and finds each change that was not."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.attendance import erasure
from bot.people import admins, teams_and_offices, tokens
from bot.people.profiles import ProfileCache
from bot.permissions import Role
from bot.runtime.services import Profile, Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from storage import audit
from storage.database import Transaction, open_database
from storage.errors import Refusal
from storage.verify import verify
from tests.builders import ADMIN, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.postgresql_server import TIMELESS, Server
from tests.storage.test_erasing import record

ANA, BEN = PEOPLE = ("U0ANA", "U0BEN")

# Each changes a row, or a few; no audit entry tells of it.
UNTOLD = (
    "UPDATE tokens SET role = 'admin' WHERE token_id = (SELECT min(token_id) FROM tokens WHERE role <> 'admin')",
    "UPDATE tokens SET revoked_at = NULL WHERE revoked_at = (SELECT min(revoked_at) FROM tokens)",
    "UPDATE tokens SET digest = 'known to me' WHERE token_id = (SELECT max(token_id) FROM tokens)",
    "UPDATE tokens SET created_by = 'U0BEN' WHERE token_id = (SELECT min(token_id) FROM tokens)",
    "DELETE FROM appointed_admins WHERE user_id = (SELECT min(user_id) FROM appointed_admins)",
    "INSERT INTO appointed_admins SELECT workspace_id, 'U0ADMIN', 'U0ADMIN', met_at FROM workspaces",
    "UPDATE people SET chat_admin = NOT chat_admin WHERE user_id = 'U0ANA'",
    "DELETE FROM team_people WHERE part = 'manager' AND team = (SELECT min(team) FROM team_people)",
)


@dataclass(frozen=True)
class Ledger:
    """What deeds are done to."""

    services: Services
    clock: Clock

    async def years(self, number: int) -> None:
        await workspace_settings.change(self.services, ADMIN, keep_records_for_years=number or None)

    async def zone(self, number: int) -> None:
        zone = ("UTC", "Asia/Tokyo", "Europe/Berlin")[number]
        await workspace_settings.change(self.services, ADMIN, zone=zone, reminders=number == 0)

    async def token(self, number: int) -> None:
        await tokens.create(self.services, ADMIN, PEOPLE[number % 2], list(Role)[number], None)

    async def revoke(self, number: int) -> None:
        living = [token for token in await tokens.all_of(self.services, ADMIN) if token.revoked_at is None]
        for token in living[number : number + 1]:
            await tokens.revoke(self.services, ADMIN, token.token_id)

    async def appoint(self, number: int) -> None:
        await admins.appoint(self.services, ADMIN, PEOPLE[number % 2])

    async def dismiss(self, number: int) -> None:
        await admins.dismiss(self.services, ADMIN, PEOPLE[number % 2])

    async def office(self, number: int) -> None:
        await teams_and_offices.set_office(self.services, ADMIN, f"office{number % 2}", f"Named {number}", "UTC")

    async def team(self, number: int) -> None:
        await teams_and_offices.set_team(
            self.services, ADMIN, f"Team {number % 2}", [PEOPLE[number % 2]], [ANA][:number]
        )

    async def webhook(self, number: int) -> None:
        await deliveries.add(self.services, ADMIN, f"https://93.184.215.14/{number}", may_reach=(), sealer=None)

    async def remove(self, number: int) -> None:
        for webhook in (await deliveries.all_of(self.services, ADMIN))[number : number + 1]:
            await deliveries.remove(self.services, ADMIN, webhook.webhook_id)

    async def platform(self, number: int) -> None:
        """Says that somebody is an admin, a guest, or left."""
        kinds: dict[str, Any] = {
            "chat_admin": number == 0,
            "guest": number == 1,
            "bot": False,
            "deactivated": number == 2,
        }
        profile = Profile(WORKSPACE, ANA, "Ana", None, **kinds, refreshed_at=self.clock())
        await ProfileCache(self.services).changed(profile)

    async def record(self, number: int) -> None:
        await record(self.services, BEN, (self.clock() - timedelta(days=1 + number)).date().isoformat())

    async def erase(self, number: int) -> None:
        with mock.patch.object(erasure, "ENTRIES_AT_ONCE", (1, 2, 1000)[number]):
            while await erasure.erase_old(self.services, WORKSPACE):
                await self.is_whole()

    async def is_whole(self) -> None:
        assert await self.services.database.read(lambda tx: list(verify(tx.connection))) == []

    async def finds(self, untold: str) -> None:
        class Undone(Exception):
            pass

        def write(tx: Transaction) -> None:
            if tx.connection.execute(text(untold)).rowcount:
                assert list(verify(tx.connection)), untold
            raise Undone

        with suppress(Undone):
            await self.services.database.write(write)


DEEDS = tuple(name for name in vars(Ledger) if not name.startswith("_") and name not in ("is_whole", "finds"))
Deed = tuple[str, int, int]
"""What is done, how, and how many days later."""


async def lived_through(url: str, deeds: list[Deed]) -> None:
    clock = Clock(utc("2010-01-04T08:00"))
    database = await open_database(url, clock=clock)
    try:
        ledger = Ledger(await workplace(database, dict.fromkeys(PEOPLE, "Europe/Berlin")), clock)
        await ledger.years(1)
        for name, number, days in deeds:
            deed: Callable[[int], Awaitable[None]] = getattr(ledger, name)
            with suppress(Refusal):
                await deed(number)
            clock.advance(days=days)
        await ledger.is_whole()
        for untold in UNTOLD:
            await ledger.finds(untold)
        assert await database.read(lambda tx: audit.heads(tx.connection))
    finally:
        await database.close()


@given(
    st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.sampled_from([0, 1, 20, 200])), min_size=5, max_size=60
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_verify_accepts_audited_changes_and_finds_all_others(
    engine: str, request: pytest.FixtureRequest, deeds: list[Deed]
) -> None:
    if engine == "postgresql":
        server: Server = request.getfixturevalue("postgresql")
        asyncio.run(lived_through(server.url(server.database(TIMELESS)), deeds))
        return
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(request.getfixturevalue("migrated_file"), Path(folder) / "ledger.db")
        asyncio.run(lived_through(f"sqlite:///{Path(folder) / 'ledger.db'}", deeds))
