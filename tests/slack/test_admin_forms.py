"""What Slack adds to the lists and forms of admins: private answers, forms after a press, words in their place."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault, View
from bot.practice.people import as_slack
from bot.runtime.services import Services
from storage import audit
from storage.database import Transaction, open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People

ADA, MARCO, ANA, BEN, NORA, GUS, BOT = "U0ADA", "U0MARCO", "U0ANA", "U0BEN", "U0NORA", "U0GUS", "U0BOT"
ONLY_ADMINS = "Only admins can change teams, offices, settings, tokens and webhooks. Ask an admin to do it."
NO_GUESTS = "I only keep hours of full members, and you have a guest account. Ask an admin to change that."
BY_ADA = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)


@asynccontextmanager
async def ledger(bot: RunningBot, clock: Clock) -> AsyncIterator[Services]:
    database = await open_database(bot.settings.database_url, clock=clock)
    try:
        yield Services(database, NobodyElse())
    finally:
        await database.close()


def fields(view: View) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}


async def audited(bot: RunningBot, clock: Clock, action: audit.Action) -> list[dict[str, Any]]:
    def read(tx: Transaction) -> list[dict[str, Any]]:
        found = [entry for entry in audit.entries(tx.connection) if entry.action == action]
        return [{"actor": entry.actor, "via": entry.via, "subject": entry.subject} for entry in found]

    async with ledger(bot, clock) as services:
        return await services.database.read(read)


async def status_of(bot: RunningBot, secret: str) -> int:
    """What the API answers to a request with this token."""
    query = f"{bot.address}/attendance-events?startDate=2026-11-01&endDate=2026-11-30"
    async with (
        aiohttp.ClientSession() as http,
        http.get(query, headers={"Authorization": f"Bearer {secret}"}) as answer,
    ):
        return answer.status


async def test_an_office_is_added_by_a_form_that_closes_and_a_message_says_so(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance office"), "New office…")
    await people.submit(ADA, view, id="hq", name="Berlin <Mitte>", zone="Berlin")
    assert view.errors == {"zone": '"Berlin" isn\'t a time zone. Did you mean "Europe/Berlin"?'}
    told = await people.finish(ADA, view, id="hq", name="Berlin <Mitte>", zone="Europe/Berlin")
    assert told.text.startswith("✅ *Office Berlin &lt;Mitte&gt; saved.*")
    assert await audited(bot, clock, audit.Action.SET_OFFICE) == [{"actor": ADA, "via": "form", "subject": "hq"}]


async def test_a_list_in_a_direct_message_opens_forms_too(bot: RunningBot, people: People) -> None:
    await bot.workspace.say(ADA, "office")
    view = await people.press_for_form(ADA, await people.direct_message(ADA), "New office…")
    assert view.raw["title"]["text"] == "Office"


async def test_a_form_that_slack_does_not_open_is_answered_with_a_message(bot: RunningBot, people: People) -> None:
    bot.workspace.faults["views.open"] = Fault(error="expired_trigger_id")
    answer = await people.press(ADA, await people.type(ADA, "/attendance office"), "New office…")
    assert answer.text == "⚠️ Slack is having trouble. Please try again in a minute."


@pytest.mark.parametrize("memory", ["", "nonsense", "[]", '{"key": "ghost", "version": ""}'])
async def test_forged_form_metadata_does_no_harm(bot: RunningBot, people: People, clock: Clock, memory: str) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance office"), "New office…")
    view.raw["private_metadata"] = memory
    await people.submit(ADA, view, name="Ghost", zone="nowhere")
    assert list(view.errors) in (["name"], ["zone"])
    assert await audited(bot, clock, audit.Action.SET_OFFICE) == []


@pytest.mark.parametrize("word", ["office", "team"])
async def test_the_message_after_archiving_brings_the_office_back(
    bot: RunningBot, people: People, clock: Clock, word: str
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, f"/attendance {word}"), f"New {word}…")
    await people.finish(ADA, view, name="Night", **({"zone": "UTC"} if word == "office" else {}))
    view = await people.press_for_form(ADA, await people.type(ADA, f"/attendance {word}"), "Archive…")
    (option,) = fields(view)["which"]["options"]
    told = await people.finish(ADA, view, which=option["value"])
    assert f"{word.title()} Night archived." in told.text
    assert "archived" in (await people.type(ADA, f"/attendance {word}")).shown
    back = await people.press(ADA, told, "Bring back")
    assert f"{word.title()} Night is back." in back.text


async def test_a_new_token_is_shown_once_to_the_admin_alone_and_works_until_it_is_revoked(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance tokens"), "New token…")
    await people.submit(ADA, view, person=ANA, role="employee", name="payroll", expires="2026-12-31")
    (secret,) = re.findall(r"att_[A-Za-z0-9_-]{43}", view.shown)
    (told,) = await bot.workspace.until(lambda: bot.workspace.visible_to(ANA))
    assert told.text.startswith("<@U0ADA> made an access key for programs (API token *payroll*, access: employee).")
    assert secret not in str(bot.workspace.messages), "it stands in no message that could be read again"
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
    assert answer.text == "✅ *Token payroll revoked.* Programs that use it are refused from now on."
    assert await status_of(bot, secret) == 401
    revoked = await audited(bot, clock, audit.Action.REVOKE_TOKEN)
    assert revoked == [{"actor": ADA, "via": "slack", "subject": token.token_id}]


@pytest.mark.parametrize(("user_id", "told"), [(ANA, ONLY_ADMINS), (GUS, NO_GUESTS)])
@pytest.mark.parametrize("word", ["team", "office", "settings", "tokens"])
async def test_people_who_are_not_admins_get_a_sentence_instead_of_the_form(
    bot: RunningBot, people: People, word: str, user_id: str, told: str
) -> None:
    answer = await people.type(user_id, f"/attendance {word}")
    assert answer.text == f"⚠️ {told}"
    assert bot.workspace.open_view(user_id) is None
    assert [call.method for call in bot.workspace.calls if call.method.startswith(("views", "usergroups"))] == []


async def test_a_former_admin_is_refused_when_sending_the_form(bot: RunningBot, people: People) -> None:
    view = await people.open_form(ADA, "settings")
    bot.workspace.members[ADA] = former = replace(bot.workspace.members[ADA], is_admin=False)
    await bot.workspace.event({"type": "user_change", "user": as_slack(former, bot.workspace.team_id)})
    await people.submit(ADA, view, zone="Asia/Tokyo")
    assert view.errors == {"zone": ONLY_ADMINS}


async def test_an_appointed_admin_uses_the_form_until_it_ends_the_appointment(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await people.open_form(ADA, "settings")
    told = await people.finish(ADA, view, log_channel="C0GENERAL", reminders=["yes"], admins=[ADA, ANA])
    assert told.text == "✅ *Settings saved.*"
    changed = {"actor": ADA, "via": "form", "subject": "settings"}
    assert await audited(bot, clock, audit.Action.CHANGE_SETTINGS) == [changed]

    view = await people.open_form(ANA, "settings")
    assert fields(view)["log_channel"]["initial_conversation"] == "C0GENERAL"
    assert fields(view)["admins"]["initial_users"] == [ADA, ANA]
    await people.submit(ANA, view, log_channel=None, reminders=[], admins=[])
    assert (await people.type(ANA, "/attendance settings")).text == f"⚠️ {ONLY_ADMINS}"
    view = await people.open_form(ADA, "settings")
    assert "initial_options" not in fields(view)["reminders"], "Slack's own admins stay admins"
    assert await audited(bot, clock, audit.Action.CHANGE_ROLE) == [
        {"actor": ADA, "via": "system", "subject": ADA},  # when she was met: Slack's word
        *({"actor": who, "via": "form", "subject": whom} for who in (ADA, ANA) for whom in (ADA, ANA)),
    ]


async def test_people_are_named_in_what_a_form_refuses(bot: RunningBot, people: People) -> None:
    view = await people.open_form(ADA, "settings")
    await people.submit(ADA, view, admins=[GUS])
    told = "Gus Weber (guest) can't be chosen. Choose full members of this workspace."
    assert view.errors == {"admins": told}
