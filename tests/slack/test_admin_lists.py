"""What Slack does with the lists of admins: they stand in private answers, and their buttons open forms."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot import tokens
from bot.practice.model import Fault
from storage import audit
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_admin_forms import ADA, ANA, BY_ADA, audited, ledger


async def status_of(bot: RunningBot, secret: str) -> int:
    """What the API answers to whoever comes with it."""
    query = f"{bot.address}/attendance-events?startDate=2026-11-01&endDate=2026-11-30"
    async with (
        aiohttp.ClientSession() as http,
        http.get(query, headers={"Authorization": f"Bearer {secret}"}) as answer,
    ):
        return answer.status


async def test_an_office_is_added_by_a_form_and_told_in_its_place(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance office"), "New office…")
    await people.submit(ADA, view, id="hq", name="Berlin <Mitte>", zone="Berlin")
    assert view.errors == {"zone": "Berlin is not a time zone. Use a name such as Europe/Berlin."}
    await people.submit(ADA, view, id="hq", name="Berlin <Mitte>", zone="Europe/Berlin")
    assert "Office Berlin &lt;Mitte&gt; (hq): its times are those of Berlin." in view.shown
    assert await audited(bot, clock, audit.Action.SET_OFFICE) == [{"actor": ADA, "via": "form", "subject": "hq"}]


async def test_a_list_in_a_direct_message_opens_forms_too(bot: RunningBot, people: People) -> None:
    await bot.workspace.say(ADA, "office")
    view = await people.press_for_form(ADA, await people.direct_message(ADA), "New office…")
    assert view.raw["title"]["text"] == "Office"


async def test_a_form_that_slack_does_not_open_is_told(bot: RunningBot, people: People) -> None:
    bot.workspace.faults["views.open"] = Fault(error="expired_trigger_id")
    answer = await people.press(ADA, await people.type(ADA, "/attendance office"), "New office…")
    assert answer.text == "Slack did not take this just now. Try again in a minute."


@pytest.mark.parametrize("memory", ["", "nonsense", "[]", '{"key": "ghost", "version": ""}'])
async def test_a_forged_memory_of_the_form_does_no_harm(
    bot: RunningBot, people: People, clock: Clock, memory: str
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance office"), "New office…")
    view.raw["private_metadata"] = memory
    await people.submit(ADA, view, name="Ghost", zone="nowhere")
    assert list(view.errors) in (["id"], ["zone"])
    assert await audited(bot, clock, audit.Action.SET_OFFICE) == []


async def test_a_new_token_is_shown_once_to_the_admin_alone_and_works_until_it_is_revoked(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance tokens"), "New token…")
    before = len(bot.workspace.messages)
    await people.submit(ADA, view, person=ANA, role="manager", name="payroll", expires="2026-12-31")
    (secret,) = re.findall(r"att_[A-Za-z0-9_-]{43}", view.shown)
    assert len(bot.workspace.messages) == before, "it stands in no message that could be read again"
    shown = [view.user_id for views in bot.workspace.views.values() for view in views if secret in str(view.raw)]
    assert shown == [ADA]
    async with ledger(bot, clock) as services:
        (token,) = await tokens.all_of(services, BY_ADA)
    created = await audited(bot, clock, audit.Action.CREATE_TOKEN)
    assert created == [{"actor": ADA, "via": "form", "subject": token.token_id}]
    assert await status_of(bot, secret) == 200

    listed = await people.type(ADA, "/attendance tokens")
    assert secret not in str(listed.blocks)
    answer = await people.press(ADA, listed, "Revoke")
    assert answer.text == "The token payroll is revoked: it is refused from now on."
    assert await status_of(bot, secret) == 401
    revoked = await audited(bot, clock, audit.Action.REVOKE_TOKEN)
    assert revoked == [{"actor": ADA, "via": "slack", "subject": token.token_id}]
