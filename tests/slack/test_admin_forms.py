"""The forms of admins: a team, an office, the settings. Others get a sentence, at the opening and at the submission."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot import admins, tokens, workspace_settings
from bot.access import Caller, Role, Via
from bot.administration import all_offices, all_teams
from bot.practice.model import Fault, View
from bot.services import Services
from bot.working_hours import parse_working_hours
from storage import audit
from storage.database import Transaction, open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People

ADA, MARCO, ANA, BEN, NORA, GUS, BOT = "U0ADA", "U0MARCO", "U0ANA", "U0BEN", "U0NORA", "U0GUS", "U0BOT"
FORMS = ("settings",)
ONLY_ADMINS = "Only admins may change teams, offices, settings, tokens and webhooks."
BY_ADA = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)


@asynccontextmanager
async def ledger(bot: RunningBot, clock: Clock) -> AsyncIterator[Services]:
    database = await open_database(bot.settings.database_url, clock=clock)
    try:
        yield Services(database, NobodyElse())
    finally:
        await database.close()


async def open_form(bot: RunningBot, word: str, user_id: str = ADA) -> View:
    delivery = await bot.workspace.command(user_id, "/attendance", word)
    assert (delivery.status, delivery.body) == (200, "")
    view = bot.workspace.open_view(user_id)
    assert view is not None
    return view


def fields(view: View) -> dict[str, dict[str, Any]]:
    return {block["block_id"]: block["element"] for block in view.blocks if block["type"] == "input"}


async def audited(bot: RunningBot, clock: Clock, action: audit.Action) -> list[dict[str, Any]]:
    def read(tx: Transaction) -> list[dict[str, Any]]:
        found = [entry for entry in audit.entries(tx.connection) if entry.action == action]
        return [{"actor": entry.actor, "via": entry.via, "subject": entry.subject} for entry in found]

    async with ledger(bot, clock) as services:
        return await services.database.read(read)


@pytest.mark.parametrize("word", FORMS)
@pytest.mark.parametrize("user_id", [ANA, GUS])
async def test_who_is_no_admin_gets_a_sentence_and_no_form(
    bot: RunningBot, people: People, word: str, user_id: str
) -> None:
    answer = await people.type(user_id, f"/attendance {word}")
    assert answer.text == ONLY_ADMINS
    assert bot.workspace.open_view(user_id) is None
    assert [call.method for call in bot.workspace.calls if call.method.startswith(("views", "usergroups"))] == []


@pytest.mark.parametrize(
    ("word", "filled"),
    [
        ("settings", {"zone": "Asia/Tokyo", "admins": [ADA]}),
    ],
)
async def test_who_was_an_admin_at_the_opening_is_asked_again_at_the_submission(
    bot: RunningBot, people: People, clock: Clock, word: str, filled: dict[str, Any]
) -> None:
    view = await open_form(bot, word)
    bot.workspace.members[ADA] = replace(bot.workspace.members[ADA], is_admin=False)
    clock.advance(hours=2)
    await people.submit(ADA, view, **filled)
    assert list(view.errors.values()) == [ONLY_ADMINS]
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []
        assert await all_offices(services, WORKSPACE) == []
        assert (await workspace_settings.overview(services, BY_ADA)).zone == "UTC"
        assert await tokens.all_of(services, BY_ADA) == []


async def test_the_settings_form_shows_what_is_set_and_changes_what_was_changed_in_it(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "settings")
    assert fields(view)["ask_after"]["initial_value"] == "10"
    assert fields(view)["zone"]["initial_value"] == "UTC"
    filled = {
        "zone": "Europe/Berlin",
        "working_hours": "mon-fri 9:00-17:00",
        "reminders": ["yes"],
        "ask_after": None,
        "weekly_summary": "Monday 9:00",
        "log_channel": "C0GENERAL",
        "anchor_channel": "C0GENERAL",
        "anchor_to_people": ["yes"],
        "admins": [ANA],
    }
    await people.submit(ADA, view, **filled)
    assert view.shown == "The settings are saved."
    async with ledger(bot, clock) as services:
        made = await workspace_settings.overview(services, BY_ADA)
    assert workspace_settings.in_words(made) == {
        "zone": "Europe/Berlin",
        "anchor_channel": "C0GENERAL",
        "anchor_to_people": "yes",
        "keep_records_for_years": "no",
        "log_channel": "C0GENERAL",
        "working_hours": "mon-fri 09:00-17:00",
        "reminders": "yes",
        "ask_after": "no",
        "weekly_summary": "mon 09:00",
    }
    assert made.appointed == {ANA}
    assert await audited(bot, clock, audit.Action.CHANGE_SETTINGS) == [
        {"actor": ADA, "via": "form", "subject": "settings"}
    ]

    # Ana, an admin now, takes everything back by the form, her own appointment too.
    view = await open_form(bot, "settings", ANA)
    assert fields(view)["working_hours"]["initial_value"] == "mon-fri 09:00-17:00"
    assert fields(view)["log_channel"]["initial_conversation"] == "C0GENERAL"
    nothing = dict.fromkeys(("working_hours", "weekly_summary", "log_channel", "anchor_channel"))
    await people.submit(ANA, view, reminders=[], anchor_to_people=[], admins=[], ask_after="7,5", **nothing)
    async with ledger(bot, clock) as services:
        made = await workspace_settings.overview(services, BY_ADA)
    words = workspace_settings.in_words(made)
    assert {name for name, word in words.items() if word == "no"} == words.keys() - {"zone", "ask_after"}
    assert (words["zone"], words["ask_after"], made.appointed) == ("Europe/Berlin", "7.5", frozenset())
    assert (await people.type(ANA, "/attendance settings")).text == ONLY_ADMINS


async def test_a_form_sent_unchanged_writes_nothing(bot: RunningBot, people: People, clock: Clock) -> None:
    view = await open_form(bot, "settings")
    await people.submit(ADA, view)
    assert view.shown == "The settings are saved."
    assert await audited(bot, clock, audit.Action.CHANGE_SETTINGS) == []


async def test_what_another_admin_set_meanwhile_stays(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ANA, "/attendance")
    view = await open_form(bot, "settings")
    async with ledger(bot, clock) as services:
        hours = parse_working_hours("mon-fri 09:00-17:00")
        await workspace_settings.change(services, BY_ADA, working_hours=hours)
        await admins.appoint(services, BY_ADA, ANA)
        await people.submit(ADA, view, reminders=["yes"])
        made = await workspace_settings.overview(services, BY_ADA)
    assert (made.settings.working_hours, made.settings.reminders) == (hours, True)
    assert made.appointed == {ANA}


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"zone": "Mars"}, "zone", "Mars is not a time zone."),
        ({"working_hours": "always"}, "working_hours", "“always” are no working hours."),
        ({"ask_after": "soon"}, "ask_after", "“soon” is no number of hours."),
        ({"ask_after": "nan"}, "ask_after", "“nan” is no number of hours."),
        ({"ask_after": "25"}, "ask_after", "“25” is no number of hours."),
        ({"ask_after": "0"}, "ask_after", "“0” is no number of hours."),
        ({"weekly_summary": "9"}, "weekly_summary", "“9” is no time of the week."),
        ({"admins": [GUS]}, "admins", "Gus Weber (a guest) can't be chosen"),
        ({"admins": [BOT]}, "admins", "Attendance (a bot) can't be chosen"),
        ({"admins": ["U0STRANGER"]}, "admins", "I know nobody with the id U0STRANGER here."),
    ],
)
async def test_what_is_wrong_in_the_settings_is_told_at_its_field_and_nothing_is_written(
    bot: RunningBot, people: People, clock: Clock, filled: dict[str, Any], field: str, told: str
) -> None:
    view = await open_form(bot, "settings")
    async with ledger(bot, clock) as services:
        before = await workspace_settings.overview(services, BY_ADA)
        await people.submit(ADA, view, **{"reminders": ["yes"], **filled})
        assert list(view.errors) == [field]
        assert told in view.errors[field]
        assert await workspace_settings.overview(services, BY_ADA) == before


async def test_slacks_own_admins_stay_admins_whoever_is_dismissed(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    view = await open_form(bot, "settings")
    await people.submit(ADA, view, admins=[ADA, ANA])
    view = await open_form(bot, "settings")
    await people.submit(ADA, view, admins=[])
    assert await audited(bot, clock, audit.Action.CHANGE_ROLE) == [
        {"actor": ADA, "via": "system", "subject": ADA},  # when she was met: Slack's word
        *({"actor": ADA, "via": "form", "subject": whom} for whom in (ADA, ANA, ADA, ANA)),
    ]
    await open_form(bot, "settings")


@pytest.mark.parametrize("word", FORMS)
async def test_words_after_the_command_open_nothing(bot: RunningBot, people: People, word: str) -> None:
    assert (await people.type(ADA, f"/attendance {word} now")).text.startswith(f"I don't know “{word} now”.")
    assert bot.workspace.open_view(ADA) is None


@pytest.mark.parametrize("word", FORMS)
async def test_a_form_that_slack_does_not_open_is_told(bot: RunningBot, people: People, word: str) -> None:
    bot.workspace.faults["views.open"] = Fault(error="expired_trigger_id")
    answer = await people.type(ADA, f"/attendance {word}")
    assert answer.text == "Slack did not take this just now. Try again in a minute."


@pytest.mark.parametrize("word", FORMS)
@pytest.mark.parametrize("memory", ["nonsense", "[]", json.dumps({"team": "Ghost", "id": "ghost", "admins": [ANA]})])
async def test_a_forged_memory_of_the_form_does_no_harm(
    bot: RunningBot, people: People, clock: Clock, word: str, memory: str
) -> None:
    view = await open_form(bot, word)
    view.raw["private_metadata"] = memory
    name = {"name": "Ghost"} if word != "settings" else {}
    await people.submit(ADA, view, **name)
    async with ledger(bot, clock) as services:
        assert await all_teams(services, WORKSPACE) == []
        assert await all_offices(services, WORKSPACE) == []
        assert (await workspace_settings.overview(services, BY_ADA)).appointed == frozenset()


@pytest.mark.parametrize("word", FORMS)
async def test_in_a_direct_message_the_word_says_which_command_opens_the_form(
    bot: RunningBot, people: People, word: str
) -> None:
    await bot.workspace.say(ADA, word)
    assert f"type `/attendance {word}`" in (await people.direct_message(ADA)).text
