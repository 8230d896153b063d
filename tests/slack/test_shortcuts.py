"""Slack's ⚡ menu: each shortcut answers by a form or a direct message."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from bot.practice.model import Fault
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, labels
from tests.slack.test_walk import ANA, MARCO


async def choose(people: People, user_id: str, shortcut: str) -> None:
    delivery = await people.workspace.shortcut(user_id, shortcut)
    assert (delivery.status, delivery.body) == (200, "")


async def test_clock_in_and_out_answer_by_direct_message(people: People, clock: Clock) -> None:
    await choose(people, ANA, "clock_in")
    arrived = await people.direct_message(ANA, "Clocked in")
    clock.advance(hours=8)
    await choose(people, ANA, "clock_out")
    left = await people.direct_message(ANA, "Clocked out")

    assert (arrived.text, labels(arrived)) == ("✅ *Clocked in at 09:02.*", ["Clock out", "Start a break", "Undo"])
    assert left.text.startswith("✅ *Clocked out at 17:02.* Today: 8\xa0h.")
    assert (await people.press(ANA, left, "Undo")).text.startswith("✅ *Clock-out undone.*")


async def test_a_second_choice_records_nothing_and_says_since_when(people: People, clock: Clock) -> None:
    await choose(people, ANA, "clock_in")
    clock.advance(minutes=1)
    await choose(people, ANA, "clock_in")
    assert (await people.direct_message(ANA, "already")).text == "⚠️ You're already clocked in (since 09:02)."


async def test_add_a_record_opens_the_form(people: People) -> None:
    await choose(people, ANA, "add_record")
    form = people.workspace.open_view(ANA)
    assert form is not None
    added = await people.finish(ANA, form, date="2026-11-20", start="09:00", end="17:00")
    assert added.text.startswith("✅ *Record added.*")


async def test_a_form_that_slack_does_not_open_is_told(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["views.open"] = Fault(error="expired_trigger_id")
    await choose(people, ANA, "add_record")
    assert (await people.direct_message(ANA)).text == "⚠️ Slack is having trouble. Please try again in a minute."


async def test_who_is_in_comes_as_a_direct_message(people: People) -> None:
    await people.type(ANA, "/clockin")
    await choose(people, MARCO, "who_is_in")
    assert "You only see yourself here" in (await people.direct_message(MARCO)).text


async def test_a_guest_is_told_that_they_cannot_clock_in(people: People) -> None:
    await choose(people, "U0GUS", "clock_in")
    assert "Guest accounts can't clock in" in (await people.direct_message("U0GUS")).text


async def test_a_shortcut_of_another_manifest_is_no_error_of_ours(people: People, bot: RunningBot) -> None:
    bot.workspace.shortcuts.append({"callback_id": "gone", "name": "Gone", "type": "global", "description": "Gone"})
    delivery = await bot.workspace.shortcut(ANA, "gone")
    assert delivery.status == 404


@pytest.mark.parametrize("odd", [{"callback_id": None}, {"callback_id": 7}, {"trigger_id": []}])
async def test_an_odd_shortcut_is_refused(bot: RunningBot, odd: dict[str, object]) -> None:
    usual = {"type": "shortcut", "user": {"id": ANA}, "team": {"id": "T0PRACTICE"}, "callback_id": "clock_in"}
    body = urlencode({"payload": json.dumps(usual | odd)}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | bot.workspace.sign(body)
    assert (await bot.workspace.deliver_raw(body, headers)).status == 400
