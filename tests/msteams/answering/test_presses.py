"""Presses in Teams: the answer is on the service's request, at most a moment later."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.chat.routing import Router
from bot.msteams import presses
from bot.practice.msteams.service import TeamsService
from tests.both_chats.doors import ADA, ANA, BEN, TeamsDoor
from tests.conftest import Clock


async def test_a_press_that_replaces_its_message_is_shown_everywhere(chat: TeamsDoor, teams: TeamsService) -> None:
    came = await chat.type(ANA, "clockin")
    await chat.press(ANA, came, "Undo")
    await teams.until(lambda: teams.count("update") == 1)
    assert "Clock-in undone." in came.message.summary


async def test_a_private_card_of_a_channel_is_updated_for_its_reader(chat: TeamsDoor, teams: TeamsService) -> None:
    came = await chat.type(ANA, "clockin", in_channel=True)
    await chat.press(ANA, came, "Undo")
    await teams.until(lambda: "Clock-in undone." in came.message.summary)
    assert came.message.only_for == chat.id_of(ANA)


async def test_a_slow_press_is_answered_with_a_moment_and_then_in_place(
    chat: TeamsDoor, teams: TeamsService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    came, held = await chat.type(ANA, "clockin"), asyncio.Event()
    clock.advance(hours=1)
    pressed = Router.pressed

    async def slow(router: Router, *args: Any) -> Any:
        await held.wait()
        return await pressed(router, *args)

    monkeypatch.setattr(presses, "ANSWER_WITHIN_SECONDS", 0.01)
    monkeypatch.setattr(Router, "pressed", slow)
    await teams.press(chat.id_of(ANA), came.message, "Clock out")
    assert came.message.notes == [(chat.id_of(ANA), "One moment…")]
    held.set()
    await teams.until(lambda: "Clocked out" in came.message.summary)


async def test_a_button_of_an_older_version_says_so(chat: TeamsDoor, teams: TeamsService) -> None:
    came = await chat.type(ANA, "clockin")
    action = {"type": "Action.Execute", "verb": "clocking.gone", "data": {"carries": "{}"}}
    await teams.execute(chat.id_of(ANA), came.message, action)
    assert "This button no longer works. Type status for a new one." in (await chat.hears(ANA, "no longer")).words


async def test_what_no_button_carries_is_refused(chat: TeamsDoor, teams: TeamsService) -> None:
    came = await chat.type(ANA, "clockin")
    for data in ({"carries": "{"}, {"carries": {"a": 1}}, {}):
        action = {"type": "Action.Execute", "verb": "clocking.undo", "data": data}
        delivery = await teams.execute(chat.id_of(ANA), came.message, action)
        assert (delivery.status, delivery.failure) == (200, None)


async def test_the_pinned_buttons_answer_each_presser_alone(chat: TeamsDoor, teams: TeamsService) -> None:
    await chat.type(ANA, "post", in_channel=True)
    pinned = await chat.posted(BEN, "Only you see the answer")
    answer = await chat.press(BEN, pinned, "Clock in")
    assert answer.words.startswith("✅ Clocked in")
    assert answer.message.only_for == chat.id_of(BEN)
    assert chat.again(ANA, pinned).labels == pinned.labels


async def test_nothing_is_shared_in_the_own_chat(chat: TeamsDoor) -> None:
    report = await chat.type(ANA, "report")
    refused = await chat.press(ANA, report, "Share in channel")
    assert "Nobody else is here." in refused.words


async def test_a_bug_is_answered_with_its_reference(
    chat: TeamsDoor, teams: TeamsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*args: Any) -> Any:
        raise ZeroDivisionError

    came = await chat.type(ANA, "clockin")
    monkeypatch.setattr(Router, "pressed", broken)
    await teams.press(chat.id_of(ANA), came.message, "Clock out")
    assert "Something went wrong on our side." in (await chat.hears(ANA, "Reference: ")).words


async def test_the_status_card_is_current_when_it_is_opened(chat: TeamsDoor, teams: TeamsService, clock: Clock) -> None:
    card = await chat.type(ANA, "status")
    pressed = await chat.press(ANA, card, "Clock in")
    assert pressed.message is card.message
    assert pressed.words.startswith("✅ Clocked in at 09:02.")
    assert pressed.labels.count("Clock out") == 1
    calls = len(teams.calls)

    clock.advance(hours=1)
    delivery = await teams.refresh(chat.id_of(ANA), card.message)
    assert delivery is not None
    assert delivery.failure is None
    now = chat.again(ANA, card)
    assert now.words.startswith("You've been clocked in since 09:02")
    assert len(teams.calls) == calls, "presses and refreshes cost no call"


async def test_a_finding_is_on_the_status_card_once_and_answered_there(chat: TeamsDoor, clock: Clock) -> None:
    await chat.send(ADA, await chat.open_form(ADA, "settings"), country="DE")
    card = await chat.type(ANA, "status")
    await chat.press(ANA, card, "Clock in")
    clock.advance(hours=8)
    pressed = await chat.press(ANA, chat.again(ANA, card), "Clock out")
    assert pressed.message is card.message
    assert pressed.words.count("0 of 30\xa0min break") == 1
    assert pressed.labels.count("Add a break") == 1

    form = await chat.press_for_form(ANA, chat.again(ANA, card), "I had none: why")
    answer = await chat.send(ANA, form, why="alarm")
    assert "✅ Noted." in answer.words
    assert "ArbZG" not in (await chat.type(ANA, "status")).words


async def test_a_command_of_the_status_card_is_answered_below_it(chat: TeamsDoor) -> None:
    card = await chat.type(ANA, "status")
    pressed = await chat.press(ANA, card, "Report")
    assert pressed.message is card.message
    assert "This week" in (await chat.hears(ANA, "This week ·")).words


async def test_the_status_card_welcomes_whom_the_app_is_installed_for(chat: TeamsDoor, teams: TeamsService) -> None:
    welcome = await chat.hears(ANA, "You haven't clocked in today")
    assert "Clock in" in welcome.labels
    assert (await teams.refresh(chat.id_of(ANA), welcome.message)) is not None


async def test_a_press_that_is_delivered_twice_acts_once(chat: TeamsDoor, teams: TeamsService, clock: Clock) -> None:
    await chat.press(ANA, await chat.type(ANA, "status"), "Clock in")
    (pressed,) = [one for one in teams.sent if one.get("name") == "adaptiveCard/action"]
    clock.advance(hours=1)
    await chat.type(ANA, "out")
    again = await teams.send(pressed)
    assert again.status == 200
    assert "You're clocked out" in (await chat.type(ANA, "status")).words
