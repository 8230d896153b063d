"""A refusal as a message: `⚠️`, its sentence, and buttons for what it suggests."""

from __future__ import annotations

from markupsafe import Markup

from bot.calendar.typed import mention
from bot.chat.clock_buttons import (
    ClockIn,
    break_buttons,
    clock_in_button,
    clock_out_button,
    start_break_button,
    undo_buttons,
)
from bot.chat.did_you_mean import comment_button, label_of, likely_buttons, line_button
from bot.chat.leaving import left_at
from bot.chat.left_or_back import answers, was_back_button
from bot.chat.views import Button, Buttons, Message, Text
from bot.errors import (
    AlreadyOnABreak,
    BreakTooLong,
    NotACommand,
    NotANote,
    NotATeam,
    NothingToUndo,
    NotOnABreak,
    NotUnderstood,
    OnABreak,
    OutdatedButton,
    OutNotAfterIn,
    RecordsChanged,
)
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.record_refusals import may_undo_clock_out
from bot.wording.refusals import refusal
from storage.breaks import unpaid
from storage.errors import AlreadyClockedIn, AlreadyDeleted, NotClockedIn, NotDeleted, OutcomeUnknown, Overlap
from storage.pairs import Pair
from storage.period_locks import PeriodLocked

WARNING = "⚠️ "


def refused(error: Exception, reader: Reader) -> Message:
    """What the person sees in a chat. Raises TypeError for anything but a refusal."""
    text = Text(Markup("{}{}").format(WARNING, refusal(error, reader)))
    buttons = suggested_buttons(error, reader)
    return Message([text, Buttons(buttons)] if buttons else [text])


def suggested_buttons(error: Exception, reader: Reader) -> list[Button]:
    """What the person may want to do next."""
    match error:
        case AlreadyClockedIn(open_pair=pair):
            return [clock_out_button(pair), *undo_buttons(pair.clock_in, reader)]
        case OnABreak(on=on):
            return answers(on, reader, error.left_at, error.comment)
        case AlreadyOnABreak(on=on):
            return break_buttons(on, reader)
        case BreakTooLong(again=line) if line:
            return _of_another_length(error, line, reader)
        case NotOnABreak(user_id=user_id, open_pair=None) if reader.is_you(user_id):
            return [clock_in_button()]
        case NotOnABreak(user_id=user_id, open_pair=pair) if pair and reader.is_you(user_id):
            return [clock_out_button(pair), start_break_button(pair)]
        case NotClockedIn(last=last) if last and not last.clock_out:
            return [clock_out_button(last)]
        case NotClockedIn(user_id=user_id, last=last) if not reader.is_you(user_id):
            return [_day_button(last, reader), *_undo_clock_out(error, reader)] if last else []
        case NotClockedIn(last=last) if last and (away := unpaid(last)):
            return [was_back_button(away, reader), clock_in_button(), *_undo_clock_out(error, reader)]
        case NotClockedIn():
            return [clock_in_button(), *_undo_clock_out(error, reader)]
        case Overlap(other=pair) | AlreadyDeleted(pair=pair) | NotDeleted(pair=pair):
            return [_day_button(pair, reader)]
        case OutNotAfterIn(user_id=user_id) if user_id:
            return _before_the_clock_in(error, user_id, reader)
        case PeriodLocked(user_id=user_id, by=by) if reader.is_you(user_id) and not reader.is_you(by):
            return [line_button(_("Ask for a change"), f"fix {error.first} to {error.last}", reader.now)]
        case RecordsChanged(user_id=user_id, first=first) | PeriodLocked(user_id=user_id, first=first):
            return [line_button(_("Show the period"), f"sign {first}{_whose(user_id, reader)}", reader.now)]
        case NothingToUndo():
            return [line_button(label_of("fix"), "fix", reader.now)]
        case OutcomeUnknown():
            return [line_button(_("Show records"), "events", reader.now)]
        case OutdatedButton():
            return [line_button(_("Show status"), "status", reader.now)]
        case NotATeam(likely=[]):
            return [line_button(label_of("team"), "team", reader.now)]
        case NotACommand(likely=[]):
            return [line_button(_("Show help"), "help", reader.now)]
        case NotANote(before=before):
            at = error.typed_at or reader.now
            return [line_button(_("Add a record without it"), f"add {before}".strip(), at)]
        case NotUnderstood():
            return [*likely_buttons(error, reader.now), *comment_button(error, reader.now)]
    return []


def _of_another_length(error: BreakTooLong, line: str, reader: Reader) -> list[Button]:
    """A break without a length, or the end of the day instead of a long one."""
    leaving = [line_button(_("Clock out"), "clockout", reader.now)] if error.minutes > 0 and "@" not in line else []
    return [line_button(_("Start a break"), line, reader.now), *leaving]


def _before_the_clock_in(error: OutNotAfterIn, user_id: str, reader: Reader) -> list[Button]:
    """What a clock-out before its clock-in may mean: now, another time, or the end of an earlier record."""
    whose = _whose(user_id, reader)
    if error.is_of_an_earlier_day:
        day = error.out_at.astimezone(error.zone).date()
        return [line_button(_("Show that day"), f"events {day}{whose}", reader.now)]
    another = left_at.button(_("Another time…"), ClockIn(user_id, error.event_id))
    return [line_button(_("Clock out now"), f"clockout{whose}", reader.now), another]


def _undo_clock_out(refused: NotClockedIn, reader: Reader) -> list[Button]:
    """**Undo**, for somebody who may want to enter another time."""
    out = refused.last.clock_out if refused.last else None
    return undo_buttons(out, reader) if out and may_undo_clock_out(refused, reader) else []


def _day_button(pair: Pair, reader: Reader) -> Button:
    """Shows the records of that day, among them the one in the way."""
    line = f"events {pair.work_date}{_whose(pair.user_id, reader)}"
    return line_button(_("Show that day"), line, reader.now)


def _whose(user_id: str, reader: Reader) -> str:
    """The person, at the end of a line. Nothing for the reader."""
    return "" if reader.is_you(user_id) else f" {mention(user_id)}"
