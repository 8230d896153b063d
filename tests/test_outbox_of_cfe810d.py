"""What commit cfe810d queued is sent by this version: each message and each call of a webhook once, in order."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Hashable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.cli.demo import demo_settings
from bot.permissions import Caller, Role, Via
from bot.practice.model import Usergroup
from bot.practice.people import Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.encryption import Sealer
from bot.runtime.outbox_sender import Way
from bot.runtime.services import Services
from bot.webhooks import deliveries
from storage.database import open_database
from storage.verify import verify
from tests.builders import NobodyElse
from tests.conftest import Clock, unlimited
from tests.older_ledger import ENCRYPTION_KEY, WRITTEN_UNTIL, rows_of
from tests.receiver import Received, is_genuine, receiving
from tests.storage.raw import raw_connection

Rows = list[dict[str, Any]]
OPERATOR = Caller("T0HQ", "cli:test", Via.CLI, Role.ADMIN)


def one_by_one(way: Way) -> Way:
    return replace(unlimited(way), merged={})


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def serving(url: str, workspaces: list[Workspace], folder: Path, clock: Clock) -> AsyncIterator[None]:
    """The bot of many workspaces, as it runs after the upgrade."""
    async with AsyncExitStack() as stack:
        slack, *_ = [await stack.enter_async_context(serve(workspace)) for workspace in workspaces]
        changed = {
            "database_url": url,
            "slack_bot_token": None,
            "slack_client_id": workspaces[0].client_id,
            "slack_client_secret": workspaces[0].client_secret,
            "encryption_key": ENCRYPTION_KEY,
            "webhooks_may_reach": (ip_network("127.0.0.0/8"),),
        }
        settings = demo_settings(workspaces[0], slack, folder).model_copy(update=changed)
        await stack.enter_async_context(running(settings, clock=clock, way=one_by_one))
        yield


def stand_in(team_id: str, token: str, left: dict[str, Rows]) -> Workspace:
    """The workspace in Slack, with the people, channels and groups that the ledger knows."""
    people = [row for row in left["people"] if row["workspace_id"] == team_id]
    members = [
        Member(row["user_id"], row["name"], row["name"], row["zone"], is_admin=bool(row["chat_admin"]))
        for row in people
    ]
    workspace = Workspace(bot_url="", team_id=team_id, bot_token=token, members=members)
    workspace.channels |= {"C0LOG": "log", "C0AUDIT": "audit"}
    workspace.usergroups["S0NIGHTS"] = Usergroup("S0NIGHTS", "nights", "Nights", ["U0EVA"])
    return workspace


def waiting(rows: Rows, sent_at: str = "sent_at") -> Rows:
    return [row for row in rows if row[sent_at] is None and row["given_up_at"] is None]


def asked(method: str, *workspaces: Workspace) -> Rows:
    return [call.arguments for workspace in workspaces for call in workspace.calls if call.method == method]


def grouped(pairs: Iterable[tuple[Hashable, str]]) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)


async def test_every_message_that_waited_is_sent_once_in_order(as_left: str, tmp_path: Path, clock: Clock) -> None:
    left = rows_of(as_left)
    queued = waiting(left["outbox"])
    posts = [row for row in queued if row["kind"] not in ("home", "homes", "log-update")]
    see_others = [row["user_id"] for row in left["home_tabs"] if row["sees_others"]]
    tabs = [row["recipient"] for row in queued if row["kind"] == "home"] + see_others
    hq, lab = stand_in("T0HQ", "xoxb-hq", left), stand_in("T0LAB", "xoxb-lab", left)
    hq.neighbours.append(lab)

    clock.now = WRITTEN_UNTIL + timedelta(minutes=1)
    await (await open_database(as_left, clock=clock)).close()
    async with serving(as_left, [hq, lab], tmp_path, clock):
        await lab.until(lambda: asked("chat.postMessage", lab))
        await hq.until(lambda: len(asked("chat.postMessage", hq, lab)) >= len(posts))
        await hq.until(lambda: len(asked("views.publish", hq)) >= len(tabs))
        updates = len([row for row in queued if row["kind"] == "log-update"])
        await hq.until(lambda: len(asked("chat.update", hq)) >= updates)

    told = grouped((call["channel"], call["text"]) for call in asked("chat.postMessage", hq, lab))
    assert {to: len(texts) for to, texts in told.items()} == Counter(row["recipient"] for row in posts)
    for to, texts in told.items():
        rows = [row for row in posts if row["recipient"] == to]
        # What holds facts is put into today's words.
        expected = [row["text"] if row["kind"] == "text" else text for row, text in zip(rows, texts, strict=True)]
        assert texts == expected
    assert Counter(view["user_id"] for view in asked("views.publish", hq)) == Counter(tabs)
    assert len(asked("chat.update", hq)) == updates
    assert waiting([row for row in rows_of(as_left)["outbox"] if row["kind"] != "webhook"]) == []


async def test_every_call_that_waited_arrives_once_in_order_and_one_given_up_on_is_sent_again(
    as_left: str, tmp_path: Path, clock: Clock
) -> None:
    left = rows_of(as_left)
    calls = waiting(left["webhook_calls"], "taken_at")
    (given_up,) = [row for row in left["webhook_calls"] if row["given_up_at"]]
    clock.now = WRITTEN_UNTIL + timedelta(minutes=1)
    async with receiving() as receiver:
        with raw_connection(as_left) as raw:
            raw.execute("UPDATE webhooks SET url = ?", [receiver.address])
        database = await open_database(as_left, clock=clock)
        async with serving(as_left, [stand_in("T0HQ", "xoxb-hq", left)], tmp_path, clock):
            await receiver.until(lambda: len(receiver.taken) >= len(calls))
            services = Services(database, NobodyElse())
            assert await deliveries.resend(services, OPERATOR, given_up["webhook_id"], []) == 1
            await receiver.until(lambda: len(receiver.taken) > len(calls))
        faults = await database.read(lambda tx: list(verify(tx.connection)))
        # The migration's entry has the machine's time, which is a warning beside the time that is set here.
        assert {(fault.where, fault.what) for fault in faults if not fault.is_warning} == {
            (f"webhook {row['webhook_id']}", "isn't what the audit trail says (in url)") for row in left["webhooks"]
        }
        await database.close()

    secrets = {row["webhook_id"]: opened(row["secret"]) for row in left["webhooks"] if row["removed_at"] is None}

    def webhook_of(call: Received) -> str:
        (found,) = [str(name) for name, secret in secrets.items() if is_genuine(secret, call.headers, call.body)]
        return found

    arrived = grouped(((webhook_of(call), call.person), str(call.told["id"])) for call in receiver.came)
    assert arrived == grouped(((row["webhook_id"], row["user_id"]), row["event_id"]) for row in [*calls, given_up])
    told = {call.told["id"]: call.told for call in receiver.came}
    for row in calls:
        assert told[row["event_id"]]["type"] == row["event_type"]
        assert told[row["event_id"]]["attendanceEvents"][0]["id"] == json.loads(row["facts"])["in_id"]
    assert waiting([row for row in rows_of(as_left)["outbox"] if row["kind"] == "webhook"]) == []


def opened(secret: str) -> str:
    return secret if secret.startswith("whsec_") else str(Sealer(ENCRYPTION_KEY).open_unbound(secret)["secret"])
