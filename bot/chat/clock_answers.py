"""The answers to a clock-in and a clock-out."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot import wording
from bot.attendance.recording import ClockedOut, Office, Pair
from bot.chat.clock_buttons import clock_out_button, start_break_button, undo_button, undo_buttons
from bot.chat.pieces import row, told_them
from bot.chat.views import Button, Buttons, Message, Note, Piece, Text
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import clocked_in as clocked_in_sentence
from bot.wording.clocking import clocked_out as clocked_out_sentence


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader) -> Message:
    """The answer to a clock-in, with the buttons that end it and undo it."""
    office = next((office.name for office in offices if office.office_id == pair.clock_in.office_id), None)
    buttons = [clock_out_button(pair), *undo_buttons(pair.clock_in, reader)]
    if reader.is_you(pair.user_id):
        buttons.insert(1, start_break_button(pair))
    return Message(
        [Text(clocked_in_sentence(pair, office, reader)), *told_them(pair.user_id, reader), Buttons(buttons)]
    )


def clocked_out(
    result: ClockedOut, reader: Reader, *, offered: Sequence[Button] = (), ended_at_break: bool = False
) -> Message:
    """The answer to a clock-out, with what is `offered` beside **Undo**; or to the day's end at a break, which is older
    and can be undone all the same."""
    pair = result.pair
    assert pair.clock_out is not None
    small = [wording.clock_change(change, reader) for change in result.clock_changes]
    if reader.is_you(pair.user_id) and pair.work_date == reader.today:
        small.insert(0, _("This week: {total}").format(total=wording.duration(result.week_total)))
    pieces: list[Piece] = [Text(clocked_out_sentence(result, reader))]
    if small:
        pieces.append(Note(Markup("\n").join(small)))
    undone = result.undone_by or pair.clock_out
    undo = [undo_button(undone)] if ended_at_break else undo_buttons(undone, reader)
    return Message([*pieces, *told_them(pair.user_id, reader), *row([*offered, *undo])])
