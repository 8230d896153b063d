"""Forms in Teams: dialogs with errors at their fields, which follow one another and close when their work is done."""

from __future__ import annotations

import json

import pytest

from bot.msteams import dialogs, openers
from bot.msteams.activities import Activity
from bot.msteams.openers import Opener
from bot.msteams.signing import Signer
from bot.practice.msteams.people import ANA as ANA_IN_TEAMS
from bot.practice.msteams.service import TeamsService
from tests.both_chats.doors import ADA, ANA, InDialog, TeamsDoor
from tests.conftest import Clock


async def test_a_form_that_follows_another_keeps_its_entries_when_it_is_refused(
    chat: TeamsDoor, teams: TeamsService, clock: Clock
) -> None:
    clock.set("2026-11-24T17:00")
    form = await chat.open_form(ANA, "add")
    await form.submit(date="2026-10-24", start="22:00", end="02:30", note="the long night")
    assert "which_end" in form.inputs

    wrong = await chat.refused(ANA, form, end="02:45", start="22:00", date="2027-01-01", which_end="60")
    assert "hasn't happened yet" in wrong
    assert form.inputs["note"]["value"] == "the long night"
    assert "which_end" in form.inputs, "the question stays"

    added = await chat.send(ANA, form, date="2026-10-24", end="02:30", which_end="60")
    assert "Sat 24 Oct, 22:00 to 02:30 the next day · 5" in added.words


async def test_a_form_that_is_delivered_twice_adds_one_record(
    chat: TeamsDoor, teams: TeamsService, clock: Clock
) -> None:
    clock.set("2026-11-24T17:00")
    form = await chat.open_form(ANA, "add")
    await chat.send(ANA, form, date="2026-11-23", start="09:00", end="12:00")
    again = await teams.send(teams.sent[-1])
    assert (again.status, again.answer) == (200, {})
    assert "1 record" not in (await chat.type(ANA, "events yesterday")).words


async def test_the_command_box_opens_the_form_at_once(chat: TeamsDoor, teams: TeamsService, clock: Clock) -> None:
    clock.set("2026-11-24T17:00")
    await teams.open_extension(chat.id_of(ANA), "add")
    form = InDialog(teams, chat.id_of(ANA))
    assert "hasn't happened yet" in await chat.refused(ANA, form, date="2026-11-24", start="08:00", end="23:00")
    added = await chat.send(ANA, form, end="12:00")
    assert added.words.startswith("✅ Record added.")


async def test_a_command_that_the_manifest_does_not_name_does_nothing(chat: TeamsDoor, teams: TeamsService) -> None:
    with pytest.raises(LookupError):
        await teams.open_extension(chat.id_of(ANA), "clockin")
    assert "You haven't clocked in" in (await chat.type(ANA, "status")).words


async def test_a_new_token_is_shown_in_the_dialog_alone(chat: TeamsDoor, teams: TeamsService) -> None:
    form = await chat.press_for_form(ADA, await chat.type(ADA, "tokens"), "New token…")
    await form.submit(name="payroll")
    runs = [run for part in form.card["body"] if part["type"] == "RichTextBlock" for run in part["inlines"]]
    (secret,) = [run["text"] for run in runs if run.get("fontType") == "Monospace"]
    assert secret not in json.dumps([post.body for post in teams.posts])


async def test_a_slow_form_is_told_about_afterwards(
    chat: TeamsDoor, clock: Clock, teams: TeamsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2026-11-24T17:00")
    form = await chat.open_form(ANA, "add")
    monkeypatch.setattr(dialogs, "ANSWER_WITHIN_SECONDS", 0.0)
    await form.submit(date="2026-11-23", start="09:00", end="12:00")
    assert "Still saving" in form.words
    assert "Record added." in (await chat.hears(ANA, "Record added.")).words


async def test_what_no_form_sends_is_refused(chat: TeamsDoor, teams: TeamsService) -> None:
    for data in ({}, {"form": "add_record.save"}, {"form": ["x"], "carries": 1, "opener": "{", "nonce": {}}):
        sent = teams.activity("invoke", chat.id_of(ANA), name="task/submit", value={"data": data})
        delivery = await teams.send(sent)
        assert delivery.status == 200
        assert delivery.answer is not None


async def test_an_error_at_a_field_that_is_gone_is_shown_all_the_same(chat: TeamsDoor, clock: Clock) -> None:
    clock.set("2026-11-24T17:00")
    offices = await chat.type(ADA, "office")
    await chat.send(
        ADA, await chat.press_for_form(ADA, offices, "New office…"), id="hq", name="HQ", zone="Europe/Berlin"
    )
    form = await chat.open_form(ANA, "add")
    archiving = await chat.press_for_form(ADA, await chat.type(ADA, "office"), "Archive…")
    await chat.send(ADA, archiving, which=next(iter(archiving.inputs.values()))["choices"][0]["value"])
    wrong = await chat.refused(ANA, form, date="2026-11-23", start="09:00", end="12:00", office="hq")
    assert "office" not in form.inputs
    assert "hq" in wrong


def test_what_opened_a_form_counts_only_if_the_bot_signed_it(teams: TeamsService) -> None:
    forged = openers.packed(Opener(pressed="missing_clock_out.left_at", message=("19:channel", "1")))
    sent = teams.activity("invoke", ANA_IN_TEAMS.user_id, name="task/submit", value={"data": {"opener": forged}})
    assert dialogs._read(Activity.model_validate(sent), Signer("secret")).opener == Opener()
