"""The practice workspace is as strict as Slack, so that what works here works there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.model import GENERAL, Fault
from bot.practice.workspace import Workspace
from tests.practice.conftest import later

if TYPE_CHECKING:
    from tests.practice.conftest import ScriptedBot


def button(action_id: str = "clock_out", value: str = "e1") -> dict[str, Any]:
    label = {"type": "plain_text", "text": "Clock out"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": action_id, "value": value, "text": label}]}


def section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def form() -> dict[str, Any]:
    def plain(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    offices = [{"text": plain(name), "value": name.casefold()} for name in ("HQ", "Depot")]
    fields = {
        "day": {"type": "datepicker", "action_id": "a", "initial_date": "2026-11-23"},
        "office": {"type": "static_select", "action_id": "a", "options": offices},
        "comment": {"type": "plain_text_input", "action_id": "a"},
    }
    inputs = [
        {"type": "input", "block_id": key, "label": plain(key), "element": element, "optional": key == "comment"}
        for key, element in fields.items()
    ]
    texts = {"title": plain("Add a record"), "submit": plain("Save")}
    return {"type": "modal", "callback_id": "add", "private_metadata": "x", **texts, "blocks": inputs}


async def test_a_command_arrives_signed_and_with_people_by_id(workspace: Workspace, bot: ScriptedBot) -> None:
    await workspace.command("U0MARCO", "/clockin", "@ana. in hq <!channel> & co @nobody")

    headers, body, fields = bot.received[0]
    assert SignatureVerifier(workspace.signing_secret).is_valid_request(body, headers)
    assert fields["text"] == "<@U0ANA|ana>. in hq &lt;!channel&gt; &amp; co @nobody"
    assert (fields["user_id"], fields["channel_name"]) == ("U0MARCO", "general")


async def test_an_answer_is_for_the_typist_alone_unless_it_says_otherwise(
    workspace: Workspace, bot: ScriptedBot
) -> None:
    bot.answers = [{"text": "You are in."}, {"text": "For all.", "response_type": "in_channel"}, None]
    mine = await workspace.command("U0ANA", "/clockin")
    ours = await workspace.command("U0ANA", "/attendance", "share")
    silent = await workspace.command("U0ANA", "/clockout")

    assert workspace.visible_to("U0ANA") == [*mine.messages, *ours.messages]
    assert workspace.visible_to("U0BEN") == ours.messages
    assert silent.messages == []


async def test_a_dead_slow_or_failing_bot_is_reported_as_slack_does(workspace: Workspace, bot: ScriptedBot) -> None:
    bot.answers = [500]
    assert (await workspace.command("U0ANA", "/clockin")).status == 500
    assert workspace.last("U0ANA").text == '/clockin failed with the error "dispatch_failed"'

    workspace.patience = 1e-9
    assert (await workspace.command("U0ANA", "/clockin")).failure == "operation_timeout"
    workspace.patience, workspace.bot_url = 3.0, "http://127.0.0.1:1/"  # where nobody listens
    assert (await workspace.command("U0ANA", "/clockout")).failure == "dispatch_failed"
    assert workspace.last("U0ANA").shown == '/clockout failed with the error "dispatch_failed"'


async def test_blocks_that_slack_refuses_are_refused(workspace: Workspace, bot: ScriptedBot) -> None:
    bot.answers = [
        {"blocks": [section("x" * 3001)]},
        {"blocks": [{"type": "sektion"}]},
        {"blocks": [section("x")] * 51},
    ]
    for _ in range(3):
        delivery = await workspace.command("U0ANA", "/attendance")
        assert delivery.failure
        assert delivery.failure.startswith("invalid_blocks")


async def test_a_press_on_an_ephemeral_message_does_not_carry_the_message(
    workspace: Workspace, bot: ScriptedBot
) -> None:
    shown = {"text": "In.", "blocks": [section("In."), button()]}
    bot.answers = [shown, None, shown | {"response_type": "in_channel"}, None]
    for is_ephemeral in (True, False):
        [message] = (await workspace.command("U0ANA", "/clockin")).messages
        await workspace.press("U0ANA", message, "clock_out")
        payload = bot.last
        assert payload["container"]["is_ephemeral"] is is_ephemeral
        assert ("message" in payload) is not is_ephemeral
        assert payload["actions"][0]["value"] == "e1"


async def test_only_what_is_shown_can_be_pressed_and_the_rest_only_forged(
    workspace: Workspace, bot: ScriptedBot
) -> None:
    bot.answers = [{"text": "In.", "blocks": [button(value="e1")]}]
    [message] = (await workspace.command("U0ANA", "/clockin")).messages

    with pytest.raises(LookupError, match="shown: clock_out=e1"):
        await workspace.press("U0ANA", message, "clock_out", "e2")
    await workspace.press_forged("U0ANA", message, "clock_out", "e2")
    assert bot.last["actions"][0]["value"] == "e2"


async def test_a_response_url_replaces_the_pressed_message_and_expires(workspace: Workspace, bot: ScriptedBot) -> None:
    bot.answers = [{"text": "In.", "blocks": [button()]}]
    [message] = (await workspace.command("U0ANA", "/clockin")).messages
    await workspace.press("U0ANA", message, "clock_out")

    assert await bot.respond({"replace_original": True, "text": "Out."}) == (200, {"ok": True})
    assert workspace.visible_to("U0ANA") == [message]
    assert message.shown == "Out."
    for _ in range(4):
        assert (await bot.respond({"text": "More."}))[0] == 200
    assert await bot.respond({"text": "Too much."}) == (404, {"ok": False, "error": "used_url"})

    await workspace.press_forged("U0ANA", message, "clock_out", "e1")
    later(workspace, minutes=30, seconds=1)
    assert await bot.respond({"delete_original": True}) == (404, {"ok": False, "error": "expired_url"})
    assert not message.deleted


async def test_a_trigger_opens_one_view_and_expires_after_three_seconds(
    workspace: Workspace, bot: ScriptedBot, api: AsyncWebClient
) -> None:
    await workspace.command("U0ANA", "/attendance", "add")
    first = bot.last["trigger_id"]
    await api.views_open(trigger_id=first, view=form())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await api.views_open(trigger_id=first, view=form())

    await workspace.command("U0ANA", "/attendance", "add")
    later(workspace, seconds=3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await api.views_open(trigger_id=bot.last["trigger_id"], view=form())


async def test_errors_land_on_the_view_and_an_empty_answer_closes_it(
    workspace: Workspace, bot: ScriptedBot, api: AsyncWebClient
) -> None:
    await workspace.command("U0ANA", "/attendance", "add")
    await api.views_open(trigger_id=bot.last["trigger_id"], view=form())
    view = workspace.open_view("U0ANA")
    assert view is not None
    bot.answers = [{"response_action": "errors", "errors": {"day": "That day is to come."}}, None]

    await workspace.submit("U0ANA", view, workspace.fill(view, {"office": "hq", "comment": "train"}))
    assert view.errors == {"day": "That day is to come."}
    values = bot.last["view"]["state"]["values"]
    assert values["day"]["a"]["selected_date"] == "2026-11-23"
    assert values["office"]["a"]["selected_option"]["value"] == "hq"

    await workspace.submit("U0ANA", view, workspace.fill(view, {"day": "2026-11-20"}))
    assert workspace.open_view("U0ANA") is None


async def test_the_web_api_knows_people_and_refuses_as_slack_does(workspace: Workspace, api: AsyncWebClient) -> None:
    assert (await api.auth_test())["user_id"] == "U0BOT"
    nora = (await api.users_info(user="U0NORA"))["user"]
    assert (nora["tz"], nora["is_admin"]) == ("America/New_York", False)
    workspace.scopes += ",im:write"
    channel = (await api.conversations_open(users="U0NORA"))["channel"]["id"]
    await api.chat_postMessage(channel=channel, text="Hello")
    assert workspace.last("U0NORA").text == "Hello"
    assert workspace.visible_to("U0ANA") == []

    calls = {
        "user_not_found": api.users_info(user="U0NOBODY"),
        "channel_not_found": api.chat_postMessage(channel="C0NOWHERE", text="Hello"),
        "unknown_method": api.api_call("chat.shout"),
        "invalid_auth": api.auth_test(token="xoxb-other"),
    }
    for error, call in calls.items():
        with pytest.raises(SlackApiError, match=error):
            await call


async def test_a_fault_makes_a_method_fail_until_it_is_taken_away(workspace: Workspace, api: AsyncWebClient) -> None:
    workspace.faults["users.info"] = Fault(status=429, retry_after=7, times=1)
    with pytest.raises(SlackApiError, match="ratelimited") as raised:
        await api.users_info(user="U0ANA")
    assert raised.value.response.headers["Retry-After"] == "7"
    assert (await api.users_info(user="U0ANA"))["ok"]
    assert workspace.calls == [("users.info", {"user": "U0ANA"})] * 2


async def test_words_in_the_direct_message_arrive_as_an_event_and_in_a_channel_not(
    workspace: Workspace, bot: ScriptedBot
) -> None:
    workspace.subscribed = frozenset({"message.im"})
    await workspace.say("U0ANA", "in at 8:30 because of the train")
    event = bot.last["event"]
    assert (event["channel_type"], event["text"]) == ("im", "in at 8:30 because of the train")

    await workspace.say("U0ANA", "morning all", GENERAL)
    assert len(bot.received) == 1
    assert workspace.last("U0BEN").text == "morning all"


async def test_no_other_site_can_act_on_the_page(workspace: Workspace, bot: ScriptedBot) -> None:
    act = {"user": "U0ANA", "line": "/clockin", "channel": GENERAL}
    url = f"{workspace.address}/ui/command"
    foreign = {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"}
    other_origin = {"Origin": "http://evil.example", "Content-Type": "application/json"}
    for headers in (foreign, other_origin, {"Content-Type": "text/plain"}):
        async with bot.session.post(url, data=json.dumps(act), headers=headers) as response:
            assert response.status == 403
    assert bot.received == []


async def test_no_other_sites_name_for_this_machine_shows_the_page(workspace: Workspace, bot: ScriptedBot) -> None:
    """A browser takes the name for the site's own, whatever address it has by now."""
    for name in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::1", "0.0.0.0", ""):
        for path in ("/", "/ui/state?user=U0ANA", "/ui/changes", "/api/auth.test", "/page/page.js"):
            async with bot.session.get(workspace.address + path, headers={"Host": name}) as response:
                assert response.status in (400, 403), (name, path)
    for name in ("127.0.0.1", "localhost:4711", "[::1]:80"):
        async with bot.session.get(workspace.address, headers={"Host": name}) as response:
            assert response.status == 200
