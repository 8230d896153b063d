"""`add 9-17 with lunch 12-12:30`: a break isn't worked time, so it's asked about and never just a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

from markupsafe import Markup

from bot import wording
from bot.calendar.typed_breaks import TypedBreaks, breaks_in
from bot.chat.add_record import press_add_filled_in
from bot.chat.did_you_mean import fits_a_button
from bot.chat.record_form import Draft
from bot.chat.typed_line import Typed
from bot.chat.views import Button, Buttons, Message, Note, Piece, Text
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import sentence

_QUOTES = ("'", '"', "“", "”", "„", "‘", "’")


def asked_break(typed: Typed, draft: Draft, reader: Reader) -> Message | None:
    """The question about the breaks in the record's note; None without any."""
    found = breaks_of(typed, draft.note, draft.start, draft.end)
    if found is None:
        return None
    label = _("Add one record, the break counts as work…")
    if not found.spans:
        return offered_form(draft, _when(draft, found), label, first=_sides(draft))
    said = _("A break goes between two records. Add the one before it and the one after it:")
    if len(found.spans) > 1:
        said = _("A break goes between two records. Add the ones before, between and after your breaks:")
        label = _("Add one record, the breaks count as work…")
    around = around_breaks(draft, found)
    asked = offered_form(draft, sentence(said), label, first=[adding(one, draft.date, reader) for one in around])
    if around[-1].date == draft.date:
        return asked
    return replace(asked, pieces=[*asked.pieces, Note(_from_midnight(around, draft, reader))])


def breaks_of(typed: Typed, note: str, start: time | None, end: time | None) -> TypedBreaks | None:
    """The breaks that the note of a record names. What is in quotes is a note."""
    if not note:
        return None
    before, _said, after = typed.words.partition(typed.read.comment or note)
    is_quoted = before.rstrip()[-1:] in _QUOTES and after.lstrip()[:1] in _QUOTES
    return None if is_quoted else breaks_in(note, start, end)


def offered_form(draft: Draft, said: Markup, label: str, first: Sequence[Button] = ()) -> Message:
    """A button that opens the form filled in, after the `first` ones: only a press or a command can open a form."""
    pieces: list[Piece] = [Text(said)]
    if not fits_a_button(draft.note):
        draft = replace(draft, note="")
        pieces.append(Note(sentence(_("Your comment is too long for a button. Paste it into the form."))))
    return Message([*pieces, Buttons([*first, press_add_filled_in.button(label, draft)])])


def around_breaks(draft: Draft, found: TypedBreaks) -> list[Draft]:
    """The records before, between and after the breaks; what else the note says is the first one's."""
    note = found.rest if fits_a_button(found.rest) else ""
    before, parts = draft, list[Draft]()
    for begins, ends in found.spans:
        parts.append(replace(before, end=begins, note="" if parts else note))
        before = replace(draft, date=day_of(draft, ends), start=ends)
    return [*parts, replace(before, note="")]


def _when(draft: Draft, found: TypedBreaks) -> Markup:
    """The question when the break was, and why it's asked where its times are given."""
    said = _("When was the break? It goes between two records, so add the one before it and the one after it.")
    if found.has_times and draft.start and draft.end:
        said = _(
            "When was the break? I couldn't place all you typed between {start} and {end}. It goes between two records,"
            " so add the one before it and the one after it."
        )
        start, end = wording.time_of_day(draft.start), wording.time_of_day(draft.end)
        return sentence(said, start=start, end=end)
    return sentence(said)


def _sides(draft: Draft) -> list[Button]:
    """The records before and after a break whose times aren't known."""
    return [
        press_add_filled_in.button(label, one)
        for label, one in (
            (_("Add the record before it…"), replace(draft, end=None)),
            (_("Add the record after it…"), replace(draft, start=None, note="")),
        )
        if fits_a_button(one.note)
    ]


def _from_midnight(around: Sequence[Draft], draft: Draft, reader: Reader) -> Markup:
    """On which day the hours of a night shift after its break are."""
    later = next(one for one in around if one.date != draft.date)
    assert later.date
    assert later.start
    said = _("A record belongs to the day on which it begins, so the hours from {time} on count for {day}.")
    return sentence(said, time=wording.time_of_day(later.start), day=wording.day(later.date, reader))


def day_of(draft: Draft, at: time) -> date | None:
    """The day on which the record shows that time."""
    is_next_day = draft.date and draft.start and at < draft.start
    return draft.date + timedelta(days=1) if draft.date and is_next_day else draft.date


def adding(draft: Draft, day: date | None, reader: Reader) -> Button:
    """**Add 09:00 to 12:00…**, with the day if that isn't `day`."""
    assert draft.start
    assert draft.end
    label = _("Add {start} to {end}…") if draft.date == day else _("Add {start} to {end} on {day}…")
    start, end = wording.time_of_day(draft.start), wording.time_of_day(draft.end)
    on = wording.day(draft.date, reader) if draft.date else ""
    return press_add_filled_in.button(label.format(start=start, end=end, day=on), draft)
