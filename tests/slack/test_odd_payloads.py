"""What is signed is Slack's, and may still be odd: a part of another type, or words that mean something to a parser."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from structlog.testing import capture_logs

from bot.practice.exchanges import TO_BOT
from bot.practice.model import GENERAL
from bot.slack.payload_shape import OddPayload, checked
from tests.conftest import RunningBot
from tests.hostile_words import AS_TYPED
from tests.slack.conftest import People

ANA, ADA = "U0ANA", "U0ADA"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
WORDS = (*AS_TYPED, "payload=", "&payload=%7B%7D", "ssl_check=1", '{"type": 7}', "[]", "%", "%00")
ODD: tuple[Any, ...] = (
    7,
    -1,
    10**30,
    1.5,
    True,
    None,
    "",
    "x",
    "a\0b",
    "\ud800",
    "x" * 5000,
    [],
    [7],
    [[]],
    {},
    {"id": 7},
    {"id": []},
)
"""What could stand where Slack has something else."""


async def send(bot: RunningBot, body: bytes, content_type: str) -> int:
    headers = {"Content-Type": content_type} | bot.workspace.sign(body)
    return (await bot.workspace.deliver_raw(body, headers)).status


def command(**fields: str) -> bytes:
    usual = {
        "token": "t", "team_id": "T0PRACTICE", "team_domain": "practice", "channel_id": "C0GENERAL",
        "channel_name": "general", "user_id": ANA, "user_name": "ana", "command": "/attendance", "text": "",
        "api_app_id": "A0PRACTICE", "is_enterprise_install": "false", "response_url": "", "trigger_id": "1.2.x",
    }  # fmt: skip
    return urlencode(usual | fields).encode()


@pytest.mark.parametrize("field", ["text", "channel_name", "user_name", "team_domain", "api_app_id", "token"])
async def test_no_words_in_a_command_lose_it(bot: RunningBot, field: str) -> None:
    for words in WORDS:
        body = command(**{field: words})
        headers = {"Content-Type": FORM} | bot.workspace.sign(body)
        delivery = await bot.workspace.deliver_raw(body, headers)
        assert delivery.status == 200, words
        assert delivery.body, words


async def test_a_comment_may_say_payload(bot: RunningBot, people: People) -> None:
    answer = await people.type(ANA, "/clockin delivered the payload")
    assert answer.text == '✅ *Clocked in at 09:02.* "delivered the payload"'


async def test_a_person_and_a_channel_may_be_named_payload(bot: RunningBot) -> None:
    bot.workspace.channels["C0GENERAL"] = "payload-team"
    (answer,) = (await bot.workspace.command(ANA, "/clockin")).messages
    assert answer.text == "✅ *Clocked in at 09:02.*"


async def test_that_slack_drops_events_is_taken_and_logged(bot: RunningBot) -> None:
    dropped = {
        "type": "app_rate_limited",
        "team_id": "T0PRACTICE",
        "minute_rate_limited": 1796000000,
        "api_app_id": "A0",
    }
    with capture_logs() as lines:
        assert await send(bot, json.dumps(dropped).encode(), JSON) == 200
        assert await send(bot, json.dumps(dropped | {"minute_rate_limited": "x"}).encode(), JSON) == 400
    said = [line for line in lines if line["log_level"] == "warning"]
    assert [line["event"] for line in said] == ["events-dropped", "odd-payload"]
    assert (said[0]["workspace_id"], said[0]["minute"]) == ("T0PRACTICE", 1796000000)


async def test_no_signed_payload_is_a_server_error_whatever_part_of_it_is_odd(bot: RunningBot, people: People) -> None:
    bot.workspace.patience = 30.0
    payloads = await _of_each_kind(bot, people)
    refused = [case for payload in payloads for case in _damaged(payload) if _is_odd(case[0])]
    taken = [case for payload in payloads for case in _damaged(payload) if not _is_odd(case[0])]
    assert len(refused) > 2000
    for damaged, what in refused[::100]:
        assert await send(bot, json.dumps(damaged).encode(), JSON) == 400, what
    for damaged, what in taken[::3]:
        assert await send(bot, json.dumps(damaged).encode(), JSON) in (200, 404), what
    assert "Today" in (await people.type(ADA, "/attendance")).text


def _is_odd(payload: dict[str, Any]) -> bool:
    try:
        checked(payload)
    except OddPayload:
        return True
    return False


async def _of_each_kind(bot: RunningBot, people: People) -> list[dict[str, Any]]:
    """A command, presses in a message and on the Home tab, a form, a shortcut, and every event of the bot."""
    workspace = bot.workspace
    answer = await people.type(ANA, "/clockin")
    await people.press(ANA, answer, "Clock out")
    await people.open_home(ADA)
    await people.press_home(ADA, "Clock in")
    await people.press_home(ADA, "Clock out")
    view = await people.open_form(ANA)
    await workspace.submit(ANA, view, workspace.fill(view, {"date": "2026-11-20", "start": "10:00", "end": "10:30"}))
    await workspace.say(ANA, "status")
    await workspace.say(ANA, "@attendance status", GENERAL)
    await workspace.shortcut(ANA, "clock_out")
    user = {"id": "U0KEI", "team_id": workspace.team_id, "name": "kei", "real_name": "Kei", "tz": "Asia/Tokyo"}
    for event in (
        {"type": "user_change", "user": user | {"profile": {"real_name": "Kei Tanaka"}}},
        {"type": "team_join", "user": user},
        {"type": "subteam_members_changed", "subteam_id": "S0BAKERY", "added_users": [ANA], "removed_users": []},
        {"type": "subteam_updated", "subteam": {"id": "S0BAKERY", "users": [ANA], "user_count": 1, "date_delete": 0}},
        {"type": "tokens_revoked", "tokens": {"oauth": [ANA], "bot": []}},
    ):
        assert (await workspace.event(event)).status == 200
    sent = [exchange.request for exchange in workspace.exchanges.kept if exchange.direction == TO_BOT]
    return list({_kind_of(payload): payload for payload in map(_payload_of, sent)}.values())


def _payload_of(request: Mapping[str, Any]) -> dict[str, Any]:
    form = {name: values[0] for name, values in parse_qs(request["body"], keep_blank_values=True).items()}
    is_command = "command" in form
    found: dict[str, Any] = form if is_command else json.loads(form.get("payload") or request["body"])
    return found


def _kind_of(payload: dict[str, Any]) -> tuple[str, ...]:
    """Commands are one kind, presses two: in a message, and on the Home tab."""
    return payload.get("type", ""), payload.get("event", {}).get("type", ""), str("view" in payload)


def _damaged(payload: dict[str, Any]) -> Iterator[tuple[Any, str]]:
    """The payload with each of its parts taken away, or replaced by each odd one; by one where nobody reads it."""
    for path in _paths(payload):
        is_read = not {"message", "blocks"} & set(path) and _is_odd(_with(payload, path, [{}]))
        for odd in (*ODD, KeyError) if is_read else ODD[:1]:
            yield _with(payload, path, odd), f"{path}: {str(odd)[:20]!r}"


def _with(payload: dict[str, Any], path: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    damaged = copy.deepcopy(payload)
    inside: Any = damaged
    for step in path[:-1]:
        inside = inside[step]
    if odd is KeyError:
        del inside[path[-1]]
    else:
        inside[path[-1]] = odd
    return damaged


def _paths(part: Any) -> Iterator[tuple[Any, ...]]:
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, inside in steps:
        yield (step,)
        for path in _paths(inside):
            yield (step, *path)
