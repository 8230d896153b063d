"""A forgotten clock-out: the question with its buttons, and the form for another time than the likely ones."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from slack_bolt.async_app import AsyncApp
from slackblocks import Button, InputBlock, ModalView, PlainTextInput

from bot import attendance, forgotten
from bot.errors import InvalidText, NotUnderstood
from bot.forgotten import Question
from bot.slack import clocking_blocks as clocking
from bot.slack.blocks import Answer, actions, plain, section
from bot.slack.listener import Ask, Edge, Outcome
from bot.wording import Reader
from bot.wording import forgotten as sentences
from bot.words import LONGEST_COMMENT, comment
from bot.worktime import first_after, from_microseconds, parse_time_of_day, to_microseconds, zone_named

FORM = "left_at"
COMMAND = "/clockout"


class Action(StrEnum):
    """The buttons. They carry whose clock-in they ask about, and which one."""

    STILL_HERE = "still_here"
    LEFT_AT = "left_at"
    LEFT_AT_LIKELY = "left_at_likely"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.action(Action.STILL_HERE)(edge.action(still_here))
    app.action(Action.LEFT_AT)(edge.action(open_form))
    for place in range(forgotten.MOST_CHOICES):  # an action's id is used once in a message (docs.slack.dev)
        app.action(f"{Action.LEFT_AT_LIKELY}_{place}")(edge.action(left_at_likely))
    app.view(FORM)(edge.submission(submit, field_of))


async def ask_first(ask: Ask, user_id: str) -> Answer:
    """In place of a clock-in or clock-out: when the one before it ended. Raises NotClockedIn, Forbidden."""
    return question_answer(await forgotten.question(ask.services, ask.caller, user_id), ask.reader)


def question_answer(question: Question, reader: Reader) -> Answer:
    """`When did you leave on Monday?` with likely times as buttons."""
    text = sentences.when_did_you_leave(question.pair, reader)
    return Answer(text, [section(text), actions(*time_buttons(question))])


def time_buttons(question: Question, another: str = sentences.ANOTHER_TIME) -> list[Button]:
    """A button for each likely time, and one for all others."""
    whose = clocking.clock_out_value(question.pair)
    buttons = [
        Button(
            sentences.likely(at, question.pair),
            action_id=f"{Action.LEFT_AT_LIKELY}_{place}",
            value=f"{whose} {to_microseconds(at)}",
        )
        for place, at in enumerate(question.likely)
    ]
    return [*buttons, Button(another, action_id=Action.LEFT_AT, value=whose)]


def still_working_answer(question: Question, reader: Reader) -> Answer:
    """`Still working?` with its three answers; past 24 hours only when it was can be said."""
    pair = question.pair
    if question.is_forgotten:
        return question_answer(question, reader)
    text, whose = sentences.still_working(pair, reader), clocking.clock_out_value(pair)
    buttons = (
        Button(sentences.STILL_HERE, action_id=Action.STILL_HERE, value=whose, style="primary"),
        Button(sentences.I_LEFT_AT, action_id=Action.LEFT_AT, value=whose),
        clocking.clock_out_button(pair, sentences.CLOCK_OUT_NOW),
    )
    return Answer(text, [section(text), actions(*buttons)])


async def still_here(ask: Ask) -> Answer:
    """**Still here**: nothing is written; the question comes again later."""
    user_id, event_id = clocking.read_clock_out_value(ask.value)
    question = await forgotten.question(ask.services, ask.caller, user_id, event_id)
    return Answer(sentences.still_here(question, ask.reader), replaces=True)


async def left_at_likely(ask: Ask) -> Answer:
    """One of the likely times."""
    whose, _, at = ask.value.rpartition(" ")
    user_id, event_id = clocking.read_clock_out_value(whose)
    try:
        instant = from_microseconds(int(at))
    except (ValueError, OverflowError) as error:
        raise NotUnderstood(ask.value, COMMAND) from error
    result = await attendance.clock_out(ask.services, ask.caller, user_id, at=instant, expected_event_id=event_id)
    return clocking.left(result, ask.reader, replaces=True)


async def open_form(ask: Ask) -> None:
    """**I left at…**, **Another time…**: the form. Raises NotClockedIn where it is settled already."""
    user_id, event_id = clocking.read_clock_out_value(ask.value)
    question = await forgotten.question(ask.services, ask.caller, user_id, event_id)
    await ask.open(_form(question, ask.reader))


def _form(question: Question, reader: Reader) -> ModalView:
    pair = question.pair
    likely = sentences.likely(question.likely[0], pair).partition(" ")[0] if question.likely else None
    time = PlainTextInput(action_id="value", initial_value=likely, max_length=20)
    title, label = sentences.form_words(pair, reader)
    said = PlainTextInput(action_id="value", multiline=True, max_length=LONGEST_COMMENT)
    return ModalView(
        title,
        [
            section(sentences.when_did_you_leave(pair, reader)),
            InputBlock(label, time, hint=plain(sentences.FORM_HINT, 2000), block_id="at"),
            InputBlock(sentences.COMMENT_LABEL, said, optional=True, block_id="comment"),
        ],
        submit=sentences.SAVE,
        close=sentences.CANCEL,
        callback_id=FORM,
        private_metadata=clocking.clock_out_value(pair),
    )


async def submit(ask: Ask) -> Outcome:
    """Writes the clock-out at that time; what is wrong with it stands at its field."""
    fields = ask.fields or {}
    user_id, event_id = clocking.read_clock_out_value(ask.metadata)
    question = await forgotten.question(ask.services, ask.caller, user_id, event_id)
    came = question.pair.clock_in
    result = await attendance.clock_out(
        ask.services,
        ask.caller,
        user_id,
        # in the zone that the form shows, wherever the person has moved since
        at=first_after(parse_time_of_day(fields.get("at") or ""), came.at, zone_named(came.zone)),
        comment=comment(fields.get("comment")),
        expected_event_id=event_id,
    )
    return clocking.left(result, ask.reader)


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where the form shows a refusal."""
    return "comment" if isinstance(error, InvalidText) else "at"
