"""A refusal as a message: `⚠️`, its sentence, and buttons for what it suggests."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat.clocking import clock_in_button, clock_out_button, undo_buttons
from bot.chat.did_you_mean import comment_button, label_of, likely_buttons, line_button
from bot.chat.views import Button, Buttons, Message, Text
from bot.errors import NotACommand, NotANote, NotATeam, NothingToUndo, NotUnderstood, OutdatedButton
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.refusals import refusal
from storage.errors import AlreadyClockedIn, AlreadyDeleted, NotClockedIn, NotDeleted, OutcomeUnknown, Overlap
from storage.pairs import Pair

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
            return [clock_out_button(pair), *undo_buttons(pair, pair.clock_in, reader)]
        case NotClockedIn(last=last) if last and not last.clock_out:
            return [clock_out_button(last)]
        case NotClockedIn(user_id=user_id, last=last) if not reader.is_you(user_id):
            return [_day_button(last, reader)] if last else []
        case NotClockedIn():
            return [clock_in_button()]
        case Overlap(other=pair) | AlreadyDeleted(pair=pair) | NotDeleted(pair=pair):
            return [_day_button(pair, reader)]
        case OutcomeUnknown() | NothingToUndo():
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


def _day_button(pair: Pair, reader: Reader) -> Button:
    """Shows the records of that day, among them the one in the way."""
    whose = "" if reader.is_you(pair.user_id) else f" @[{pair.user_id}|]"
    return line_button(_("Show that day"), f"events {pair.work_date}{whose}", reader.now)
