"""The practice workspace answers anything the bot sends with a named refusal, and goes on."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.practice import files, oauth  # noqa: F401  # they add their methods to the table
from bot.practice.model import GENERAL
from bot.practice.webapi import METHODS
from bot.practice.workspace import Workspace

if TYPE_CHECKING:
    from tests.practice.conftest import ScriptedBot

often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
methods = st.sampled_from(sorted({*METHODS, "chat.shout"}))
keys = st.sampled_from(
    ["channel", "text", "blocks", "view", "trigger_id", "view_id", "hash", "user", "users", "user_id", "ts", "files",
     "filename", "length", "usergroup", "external_id", "channel_id", "grant_type", "code"]
)  # fmt: skip
known = st.sampled_from(["U0ANA", GENERAL, "U0BOT", "modal", "home", "plain_text", "section", "1" * 5000])
block_keys = st.sampled_from(
    ["type", "text", "elements", "element", "block_id", "fields", "options", "rows", "accessory", "label", "blocks",
     "title", "chart", "series", "value", "confirm", "initial_option", "option_groups", "submit"]
)  # fmt: skip
kinds = st.sampled_from(
    ["section", "actions", "input", "button", "static_select", "data_table", "data_visualization", "rich_text",
     "plain_text", "mrkdwn", "modal", "home", "container", "overflow", "raw_text", "bar"]
)  # fmt: skip
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | known | kinds,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(block_keys, inner | kinds, max_size=4)
        | st.builds(lambda kind, more: {**more, "type": kind}, kinds, st.dictionaries(block_keys, inner, max_size=4))
    ),
    max_leaves=12,
)


async def post(session: ClientSession, workspace: Workspace, path: str, body: bytes, content_type: str) -> Any:
    """The answer, which is never a server error, and always JSON that says whether it went well."""
    headers = {"Authorization": f"Bearer {workspace.bot_token}", "Content-Type": content_type}
    async with session.post(f"{workspace.address}{path}", data=io.BytesIO(body), headers=headers) as response:
        assert response.status in (200, 400, 404), await response.text()
        answer = await response.json()
    assert answer["ok"] is True or answer["error"]
    return answer


@often
@given(method=methods, arguments=st.dictionaries(keys, json_values | known, max_size=6))
async def test_as_arguments_of_any_method(
    workspace: Workspace, bot: ScriptedBot, method: str, arguments: dict[str, Any]
) -> None:
    body = json.dumps(arguments).encode()
    await post(bot.session, workspace, f"/api/{method}", body, "application/json")


@often
@given(
    method=methods,
    body=st.binary() | json_values.map(lambda value: json.dumps(value).encode()),
    content_type=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain",
         "application/json; charset=nonsense", "application/x-www-form-urlencoded; charset=nonsense"]
    ),
)  # fmt: skip
async def test_as_bytes_of_any_kind(
    workspace: Workspace, bot: ScriptedBot, method: str, body: bytes, content_type: str
) -> None:
    await post(bot.session, workspace, f"/api/{method}", body, content_type)


@often
@given(answer=json_values, later=json_values)
async def test_as_answers_at_once_and_later(workspace: Workspace, bot: ScriptedBot, answer: Any, later: Any) -> None:
    bot.answers = [answer if not isinstance(answer, int) else [answer]]
    delivery = await workspace.command("U0ANA", "/attendance")
    assert delivery.status == 200
    key = bot.last["response_url"].rpartition("/")[2]
    await post(bot.session, workspace, f"/response/{key}", json.dumps(later).encode(), "application/json")


@often
@given(view=json_values, answer=json_values, push=st.booleans())
async def test_as_a_view_or_what_becomes_of_one(
    workspace: Workspace, bot: ScriptedBot, view: Any, answer: Any, push: bool
) -> None:
    trigger_id = workspace.triggers.issue("U0ANA")
    title = {"type": "plain_text", "text": "Form"}
    good = {"type": "modal", "title": title, "blocks": [{"type": "divider"}]}
    await post(
        bot.session,
        workspace,
        "/api/views.open",
        json.dumps({"trigger_id": trigger_id, "view": good}).encode(),
        "application/json",
    )
    shown = workspace.open_view("U0ANA")
    assert shown is not None
    action = "push" if push else "update"
    bot.answers = [{"response_action": action, "view": view}, {"response_action": "errors", "errors": answer}]
    for _ in range(2):
        assert (await workspace.submit("U0ANA", shown, {})).status == 200
    bot.answers = [{"response_action": answer}]
    await workspace.submit("U0ANA", shown, {})


async def test_without_end_or_by_the_megabyte(workspace: Workspace, bot: ScriptedBot) -> None:
    deep = b"[" * 200_000 + b"]" * 200_000
    nested = b'{"type": "section", "text": ' * 5_000 + b"1" + b"}" * 5_000
    large = json.dumps({"channel": GENERAL, "text": "x" * 10_000_000}).encode()
    wide = json.dumps({"channel": GENERAL, "text": "x", "blocks": [{"type": "divider"}] * 400_000}).encode()
    errors = []
    for body in (deep, b'{"blocks": ' + deep + b"}", b'{"view": ' + nested + b"}", large, wide):
        answer = await post(bot.session, workspace, "/api/chat.postMessage", body, "application/json")
        errors.append(answer["error"])
    assert errors[3:] == ["msg_too_long", "invalid_blocks"]
    for number in (b"NaN", b"1e999", b"9" * 5000, b"-Infinity"):
        row = b'[{"type": "raw_number", "text": "x", "value": ' + number + b"}]"
        table = b'[{"type": "data_table", "caption": "x", "rows": [' + row + b"," + row + b"]}]"
        body = b'{"channel": "C0GENERAL", "text": "x", "blocks": ' + table + b"}"
        assert not (await post(bot.session, workspace, "/api/chat.postMessage", body, "application/json"))["ok"]
    assert workspace.messages == []


async def test_over_a_web_socket(workspace: Workspace, bot: ScriptedBot) -> None:
    async with bot.session.ws_connect(f"{workspace.address.replace('http', 'ws')}/socket") as socket:
        await workspace.until(lambda: workspace.sockets.open)
        assert (await socket.receive_json())["type"] == "hello"
        for junk in ("", "[]", "nonsense", '"x"', '{"envelope_id": []}', "[" * 100_000):
            await socket.send_str(junk)
        await socket.send_bytes(b"\x00\xff")
        command = workspace.command("U0ANA", "/clockin")

        async def answered() -> None:
            envelope = await socket.receive_json()
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "You are in."}})

        delivery, _ = await asyncio.gather(command, answered())
    assert delivery.messages[0].text == "You are in."
    kept = workspace.exchanges.kept[-1]
    assert (kept.direction, kept.kind, kept.request["address"]) == ("to-bot", "command /clockin", "web socket")
