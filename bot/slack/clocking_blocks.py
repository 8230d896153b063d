"""What clocking in and out looks like: answers, buttons, and what the buttons carry."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from slackblocks import Button

from bot import attendance, wording
from bot.attendance import Office, Pair
from bot.refusals import AlreadyClockedIn, NotClockedIn, NotUnderstood
from bot.slack.blocks import LONGEST_COMMENT_SHOWN, Answer, actions, cut, section
from bot.wording import Reader
from bot.wording.refusals import refusal


class Action(StrEnum):
    """The buttons. Each says which state it expects: out of a certain clock-in, or in. None is a toggle."""

    CLOCK_IN = "clock_in"
    CLOCK_OUT = "clock_out"


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader, *, replaces: bool = False) -> Answer:
    """`In at 09:02 (Berlin).` with a **Clock out** button."""
    half = pair.clock_in
    who = "In" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is in"
    place = next(
        (f", office {reader.escape(office.name)}" for office in offices if office.office_id == half.office_id), ""
    )
    text = f"{who} at {wording.clock_with_zone(half)}{place}.{comment(half.comment, reader)}"
    return Answer(text, [section(text), actions(clock_out_button(pair))], replaces)


def clocked_out(result: attendance.ClockedOut, reader: Reader, *, replaces: bool = False) -> Answer:
    """`Out at 17:30 (Berlin) after 8 h 28 min.` with the day's total."""
    pair = result.pair
    assert pair.clock_out is not None
    assert pair.worked is not None
    who = "Out" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is out"
    whole_day = f"{wording.day(pair.work_date)}: {wording.duration(result.day_total)} in all."
    text = (
        f"{who} at {wording.clock_with_zone(pair.clock_out)} after {wording.duration(pair.worked)}. {whole_day}"
        f"{wording.worked_through_clock_change(pair)}{comment(pair.clock_out.comment, reader)}"
    )
    return Answer(text, replaces=replaces)


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
    return Button("Clock in", action_id=Action.CLOCK_IN, value="in", style="primary")


def clock_out_button(pair: Pair, label: str = "Clock out") -> Button:
    """Ends this clock-in."""
    return Button(label, action_id=Action.CLOCK_OUT, value=clock_out_value(pair))


def comment(text: str | None, reader: Reader) -> str:
    """What somebody typed, quoted and escaped, or nothing."""
    return f" “{reader.escape(cut(text, LONGEST_COMMENT_SHOWN))}”" if text else ""


def read_clock_out_value(value: str) -> tuple[str, str]:
    """Whose clock-in, and which, from a button or a form. Raises NotUnderstood."""
    user_id, _, event_id = value.partition(" ")
    if not user_id or not event_id or " " in event_id:
        raise NotUnderstood(value, "/clockout")
    return user_id, event_id


def clock_out_value(pair: Pair) -> str:
    """What a button carries that asks about this clock-in."""
    return f"{pair.user_id} {pair.clock_in.id}"
