"""Whatever a program changes, the audit trail and the change history say with which token, and who made that."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Any

import pytest

from bot.people import tokens
from bot.runtime.services import Services
from storage import audit
from storage.database import Database
from storage.verify import verify
from tests.api.conftest import ANA, BEN, Client
from tests.api.test_tokens import OPERATOR
from tests.builders import NobodyElse
from tests.conftest import Clock

RECORD = {
    "userId": BEN,
    "date": "2026-11-19",
    "clockInTimestampUtc": "2026-11-19T08:00:00",
    "clockOutTimestampUtc": "2026-11-19T16:00:00",
}


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"webhooks_may_reach": (ip_network("127.0.0.0/8"),)}


async def entries_over_the_api(behind: Database) -> list[audit.Entry]:
    found = await behind.read(lambda tx: list(audit.entries(tx.connection)))
    return [entry for entry in found if entry.via == "api"]


async def test_every_change_over_the_api_names_its_token_and_who_made_it(
    api: Client, behind: Database, clock: Clock
) -> None:
    known = await tokens.all_of(Services(behind, NobodyElse()), OPERATOR)
    (payroll,) = [token for token in known if token.name == "payroll"]
    await api.clock_in()
    clock.advance(hours=8)
    await api.clock_out()
    record = (await api.create(BEN)).body["clockIn"]["id"]
    await api.delete(record)
    await api.call("POST", f"/attendance-events/{record}/restore")
    await api.call("POST", "/attendance-events/batch", json={"records": [RECORD, RECORD | {"userId": ANA}]})
    hook: Any = (await api.call("POST", "/webhooks", json={"url": "https://127.0.0.1:9/hook"})).body
    await api.call("DELETE", f"/webhooks/{hook['id']}")

    entries = await entries_over_the_api(behind)
    assert [entry.action for entry in entries] == [
        *("clock-in", "clock-out", "create", "delete", "restore", "create", "create", "add-webhook", "remove-webhook")
    ]
    used = {"id": payroll.token_id, "name": "payroll", "made_by": "cli:test"}
    assert [json.loads(entry.facts)["token"] for entry in entries] == [used] * len(entries)
    assert await behind.read(lambda tx: list(verify(tx.connection))) == []
