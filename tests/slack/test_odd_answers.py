"""What answers for Slack may be a proxy: its page is an answer that failed, never an error of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.runtime.outbox_sender import NotSent
from bot.slack.client import (
    SlackDirectory,
    deliver_text,
    one_client,
    post_messages,
    profile_of,
    web_client,
    workspace_of,
)
from bot.slack.user_groups import group_reader, offered
from storage import outbox
from storage.database import Database
from tests.builders import claim_due, workplace
from tests.conftest import WORKSPACE, Clock

ANSWERS = (
    (400, "text/plain", "Bad request"),
    (502, "text/html", "<h1>Bad gateway</h1>"),
    (502, "application/json", "<h1>Bad gateway</h1>"),
    (200, "application/json", "[]"),
    (429, "text/plain", "slow down"),
)


@pytest.fixture(params=ANSWERS)
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[AsyncWebClient]:
    status, content_type, body = request.param

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, content_type=content_type, text=body, headers={"Retry-After": "0"})

    app = web.Application()
    app.router.add_route("*", "/api/{method}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield web_client("xoxb-1", str(server.make_url("/api/")), session)


async def test_it_is_told_as_slack_not_answering(slack: AsyncWebClient, database: Database, clock: Clock) -> None:
    with pytest.raises(DirectoryUnavailable):
        await SlackDirectory(one_client(slack)).look_up(WORKSPACE, "U0ANA", clock.now)
    with pytest.raises(DirectoryUnavailable):
        await group_reader(one_client(slack))(WORKSPACE, "S0BAKERY")
    with pytest.raises(DirectoryUnavailable):
        await workspace_of(slack)
    assert await offered(slack) is None
    services = await workplace(database, {"U0ANA": "UTC"})
    await database.write(lambda tx: outbox.add(tx.connection, WORKSPACE, "U0ANA", "text", tx.now, facts={"text": "hi"}))
    (message,) = await database.write(lambda tx: claim_due(tx, WORKSPACE))
    with pytest.raises(NotSent):
        await post_messages(services, one_client(slack), {"text": deliver_text})([message])


async def test_a_group_that_can_not_be_slacks_is_not_asked_about() -> None:
    read = group_reader(one_client(AsyncWebClient(base_url="http://127.0.0.1:1/api/")))
    for group_id in ("", "bakery", "S0BAKERY/../x", "U0ANA", "\U0001f600" * 2000):
        with pytest.raises(UnknownGroup):
            await read(WORKSPACE, group_id)


def test_somebody_whose_workspace_slack_does_not_name_is_nobody_of_ours(clock: Clock) -> None:
    user = {"id": "U0ANA", "name": "ana", "tz": "Europe/Berlin", "is_admin": True}
    assert profile_of(WORKSPACE, user, clock.now) is None
    assert profile_of(WORKSPACE, user | {"team_id": "T0OTHER"}, clock.now) is None
    known = profile_of(WORKSPACE, user | {"team_id": WORKSPACE, "real_name": "A\0na"}, clock.now)
    assert known is not None
    assert known.name == "Ana"
