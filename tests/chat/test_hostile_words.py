"""Hostile words after every typed word, in every field of every form and in what every button carries: they are refused
or taken, shown escaped, and nothing breaks for anybody. A new word, form or button is covered once it is declared."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterator
from typing import Any

from bot.chat.features import router
from bot.chat.form_faults import FormFaults
from bot.chat.refused import refused
from bot.chat.views import Form, Message, Outcome, Text, TextField
from bot.slack import render
from bot.slack.asks import NotTaken
from bot.slack.forms import form as drawn_form
from bot.wording import ANY_READER
from bot.wording.refusals import refusal
from storage.errors import Refusal
from tests.chat.conftest import ADA, ANA, KEI, MARCO, PlainDoor, shown
from tests.conftest import Clock
from tests.hostile_words import AS_TYPED, faults_of, samples, some

ROUTER = router()
EVERYBODY = (ANA, MARCO, ADA)


async def whatever_comes(doing: Awaitable[Outcome]) -> Outcome:
    """The answer, drawn for Slack as well, or the refusal as the person reads it. Any other error is a bug."""
    try:
        outcome = await doing
    except FormFaults as faults:
        outcome = Message([Text(refusal(fault, ANY_READER)) for fault in faults.refusals.values()])
    except Refusal as error:
        outcome = refused(error, ANY_READER)
    except NotTaken:
        return None
    if isinstance(outcome, Message):
        for text in _mrkdwn(json.loads(json.dumps(render.answer(outcome).payload))):
            assert "<!channel>" not in text
            assert "<script" not in text
    elif isinstance(outcome, Form):
        drawn_form(outcome).to_dict()
    return outcome


def _mrkdwn(part: Any) -> Iterator[str]:
    """Every text that Slack reads as markup."""
    if isinstance(part, dict):
        if part.get("type") == "mrkdwn":
            yield part["text"]
        for name, inside in part.items():
            if name == "text" and isinstance(inside, str) and part.get("type") is None:
                yield inside  # of the message itself
            yield from _mrkdwn(inside)
    elif isinstance(part, list):
        for inside in part:
            yield from _mrkdwn(inside)


async def nothing_is_broken(door: PlainDoor, clock: Clock) -> None:
    """Everybody's history, figures and own file can be had, and the ledger verifies."""
    clock.advance(minutes=1)
    for user_id in (*EVERYBODY, KEI):
        for line in ("history", "events this year", "report this year", "mine this year", "status", "help"):
            assert shown(await door.type(user_id, line)), (user_id, line)
        await door.home(user_id)
    for line in ("who", f"history <@{ANA}>", "report this year", "teams", "offices"):
        assert shown(await whatever_comes(door.typed(ADA, line)) or Message([])) is not None
    assert await faults_of(door.services.database) == []


async def test_after_every_typed_word_and_in_direct_messages(team: PlainDoor, clock: Clock) -> None:
    await whatever_comes(team.typed(ANA, "clockin"))
    for place, word in enumerate([*ROUTER.words, "nosuchword"]):
        for user_id in EVERYBODY:
            for words in some(AS_TYPED, place, 3):
                for line in (words, f"@ana at 8:00 in {words}", f"yesterday {words}"):
                    await whatever_comes(team.typed(user_id, f"{word} {line}"))
    for words in AS_TYPED:
        for line in (words, f"in {words}", f"out {words}", f"report {words}"):
            await whatever_comes(team.say(ANA, line))
    await nothing_is_broken(team, clock)


async def test_in_every_field_of_every_form_that_a_word_opens(team: PlainDoor, clock: Clock) -> None:
    filled = 0
    for word in ["add", *filter(ROUTER.opens_form, ROUTER.words)]:
        opened = await whatever_comes(team.typed(ADA, word))
        assert isinstance(opened, Form)
        typed = [field.name for field in opened.body if isinstance(field, TextField)]
        filled += len(typed)
        for place, name in enumerate(typed):
            for words in some(AS_TYPED, place):
                await whatever_comes(team.sent(ADA, opened, **{name: words}))
        for words in AS_TYPED:
            await whatever_comes(team.sent(ADA, opened, **dict.fromkeys(typed, words)))
    assert filled >= 5
    await nothing_is_broken(team, clock)


async def test_in_every_field_of_every_forged_form(team: PlainDoor, clock: Clock) -> None:
    for name, form in ROUTER.forms.items():
        carried, filled = samples(form.carried.json_schema(), AS_TYPED), samples(form.filled.json_schema(), AS_TYPED)
        for place, (packed, fields) in enumerate(zip(carried, filled, strict=True)):
            user_id = EVERYBODY[place % len(EVERYBODY)]
            await whatever_comes(team.send_forged(user_id, name, json.dumps(packed), fields))
            await whatever_comes(team.send_forged(ADA, name, json.dumps(packed), fields))
    await nothing_is_broken(team, clock)


async def test_in_what_every_button_carries(team: PlainDoor, clock: Clock) -> None:
    for name, action in ROUTER.actions.items():
        for place, packed in enumerate(samples(action.carried.json_schema(), some(AS_TYPED, len(name), 10))):
            user_id = EVERYBODY[place % len(EVERYBODY)]
            await whatever_comes(team.press_forged(user_id, name, json.dumps(packed)))
            await whatever_comes(team.press_forged(ADA, name, json.dumps(packed)))
        for words in some(AS_TYPED, len(name)):
            await whatever_comes(team.press_forged(ADA, name, words))
    await nothing_is_broken(team, clock)
