"""`add 9-17 with lunch 12-12:30`: a break isn't worked time, so it's asked about and never just a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from bot import wording
from bot.calendar.typed_breaks import TypedBreak, break_in
from bot.chat.add_record import press_add_filled_in
from bot.chat.did_you_mean import fits_a_button
from bot.chat.record_form import Draft
from bot.chat.typed_line import Typed
from bot.chat.views import Button, Buttons, Message, Note, Piece, Text
from bot.wording.catalogue import _
from bot.wording.markup import sentence


def asked_break(typed: Typed, draft: Draft) -> Message | None:
    """The question about the break in the record's note; None without one. What is in quotes is a note."""
    is_quoted = not typed.read.doubts and any(mark in typed.words for mark in "\"“”„'")
    found = None if is_quoted else break_in(draft.note, draft.start, draft.end)
    if found is None:
        return None
    buttons = list[Button]()
    if found.start and found.end:
        said = _("A break goes between two records. Add the one before it and the one after it:")
        buttons = [_adding(one) for one in _around(draft, found)]
    else:
        said = _("When was the break? It goes between two records, so add the one before it and the one after it.")
    return offered_form(draft, sentence(said), _("Add one record, with that as note…"), first=buttons)


def offered_form(draft: Draft, said: Markup, label: str, first: Sequence[Button] = ()) -> Message:
    """A button that opens the form filled in, after the `first` ones: only a press or a command can open a form."""
    pieces: list[Piece] = [Text(said)]
    if not fits_a_button(draft.note):
        draft = replace(draft, note="")
        pieces.append(Note(sentence(_("Your comment is too long for a button. Paste it into the form."))))
    return Message([*pieces, Buttons([*first, press_add_filled_in.button(label, draft)])])


def _around(draft: Draft, found: TypedBreak) -> tuple[Draft, Draft]:
    """The records before and after the break; what else the note says is the first one's."""
    note = found.rest if fits_a_button(found.rest) else ""
    later = draft.date
    if draft.date and draft.start and found.end and found.end < draft.start:
        later = draft.date + timedelta(days=1)
    return replace(draft, end=found.start, note=note), replace(draft, date=later, start=found.end, note="")


def _adding(draft: Draft) -> Button:
    assert draft.start
    assert draft.end
    label = _("Add {start} to {end}…")
    start, end = wording.time_of_day(draft.start), wording.time_of_day(draft.end)
    return press_add_filled_in.button(label.format(start=start, end=end), draft)
