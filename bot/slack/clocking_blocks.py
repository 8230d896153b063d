"""What clocking in and out looks like: answers, buttons, and what the buttons carry."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from slackblocks import Button

from bot import attendance
from bot.attendance import Office, Pair
from bot.errors import NotUnderstood
from bot.slack.blocks import Answer, actions, section
from bot.wording import Reader
from bot.wording import clocking as sentences
from bot.wording.refusals import refusal
from storage.errors import AlreadyClockedIn, NotClockedIn


class Action(StrEnum):
    """The buttons. Each says which state it expects: out of a certain clock-in, or in. None is a toggle."""

    CLOCK_IN = "clock_in"
    CLOCK_OUT = "clock_out"


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader, *, replaces: bool = False) -> Answer:
    """The answer, with a **Clock out** button."""
    office = next((office.name for office in offices if office.office_id == pair.clock_in.office_id), None)
    text = sentences.clocked_in(pair, office, reader)
    return Answer(text, [section(text), actions(clock_out_button(pair))], replaces)


def clocked_out(result: attendance.ClockedOut, reader: Reader, *, replaces: bool = False) -> Answer:
    """The answer, with the day's total."""
    return Answer(sentences.clocked_out(result, reader), replaces=replaces)


def left(result: attendance.ClockedOut, reader: Reader, *, replaces: bool = False) -> Answer:
    """The answer to when somebody left, which may have stood in the way of clocking in."""
    answer = clocked_out(result, reader, replaces=replaces)
    if not reader.is_you(result.pair.user_id):
        return answer
    return Answer(answer.text, [section(answer.text), actions(clock_in_button())], replaces)


def refused(error: Exception, reader: Reader) -> Answer:
    """A refusal's sentence, with the button that leads on where the state is the reader's own."""
    text = refusal(error, reader)
    if isinstance(error, AlreadyClockedIn) and reader.is_you(error.open_pair.user_id):
        return Answer(text, [section(text), actions(clock_out_button(error.open_pair))])
    if isinstance(error, NotClockedIn) and reader.is_you(error.user_id):
        button = clock_out_button(error.last) if error.last and not error.last.clock_out else clock_in_button()
        return Answer(text, [section(text), actions(button)])
    return Answer(text)


def clock_in_button() -> Button:
    """Clocks the presser in, whoever that is."""
    return Button(sentences.CLOCK_IN, action_id=Action.CLOCK_IN, value="in", style="primary")


def clock_out_button(pair: Pair, label: str = sentences.CLOCK_OUT) -> Button:
    """Ends this clock-in."""
    return Button(label, action_id=Action.CLOCK_OUT, value=clock_out_value(pair))


def read_clock_out_value(value: str) -> tuple[str, str]:
    """Whose clock-in, and which, from a button or a form. Raises NotUnderstood."""
    user_id, _, event_id = value.partition(" ")
    if not user_id or not event_id or " " in event_id:
        raise NotUnderstood(value, "/clockout")
    return user_id, event_id


def clock_out_value(pair: Pair) -> str:
    """What a button carries that asks about this clock-in."""
    return f"{pair.user_id} {pair.clock_in.id}"
