"""How a record is shown among others: as a line, and as the cells of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from bot import wording
from bot.attendance.recording import Pair
from bot.calendar.worktime import zone_named
from bot.chat.views import Button, Cell, Number
from bot.reports.worked_time import Page
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, plain, sentence
from bot.wording.record_changes import changed_by, removed_by, what_was_said


def line(pair: Pair, page: Page, reader: Reader) -> Markup:
    """`@Ana · 09:02 – 17:30 · 8 h 28 min · Berlin Mitte`, and the comments below it. Who deleted it, if it was."""
    parts = [] if page.whose else [mention(pair.user_id)]
    hours = records.hours(pair, reader)
    if pair.deleted_at is not None:
        struck = Markup(" · ").join([*parts, Markup.escape(hours)])
        return Markup("<s>{}</s> · {}").format(struck, removed_by(pair, page.removals.get(pair.clock_in.id), reader))
    parts += [sentence("<b>{hours}</b>", hours=hours), Markup.escape(records.length(pair, reader))]
    parts += [Markup.escape(office) for office in _offices(pair, page)]
    written = Markup(" · ").join([*parts, *_remarks(pair, page, reader)])
    notes = _notes(pair, page, reader)
    return Markup("{}\n{}").format(written, notes) if notes else written


def table(
    page: Page, reader: Reader, buttons: Mapping[str, Callable[[Pair], Button | None]]
) -> tuple[list[str], list[list[Cell]]]:
    """The columns and rows of a page. `buttons` are a record's, by column. They come before what can be long. Columns
    in which nothing is are left out."""
    columns: dict[str, list[Cell]] = {
        _("Day"): [Number(pair.work_date.toordinal(), wording.day(pair.work_date, reader)) for pair in page.pairs],
        _("Person"): [page.names.get(pair.user_id, pair.user_id) for pair in page.pairs],
        _("Hours"): [Number(_minute(pair), records.hours(pair, reader)) for pair in page.pairs],
        _("Worked"): [_worked(pair, reader) for pair in page.pairs],
        **{title: [button(pair) or "" for pair in page.pairs] for title, button in buttons.items()},
        _("Office"): [", ".join(_offices(pair, page)) for pair in page.pairs],
        _("Remarks"): [_remarks_in_words(pair, page, reader) for pair in page.pairs],
    }
    if page.listing.days.first == page.listing.days.last:
        del columns[_("Day")]
    if page.whose:
        del columns[_("Person")]
    shown = {title: cells for title, cells in columns.items() if any(cell != "" for cell in cells)}
    return list(shown), [list(row) for row in zip(*shown.values(), strict=True)]


def _minute(pair: Pair) -> int:
    """The time of day of the clock-in, in minutes, by which hours are sorted."""
    came = pair.clock_in.at.astimezone(zone_named(pair.clock_in.zone))
    return came.hour * 60 + came.minute


def _worked(pair: Pair, reader: Reader) -> Cell:
    if pair.deleted_at is not None:
        return ""
    minutes = pair.worked.total_seconds() / 60 if pair.worked else 0
    return Number(minutes, records.length(pair, reader))


def _offices(pair: Pair, page: Page) -> Sequence[str]:
    office_ids = dict.fromkeys(half.office_id for half in pair.halves if half.office_id)
    return [page.office_names.get(office_id, office_id) for office_id in office_ids]


def _remarks(pair: Pair, page: Page, reader: Reader) -> list[Markup]:
    found = [sentence(_("entered later"))] if pair.by_hand else []
    if change := page.changes.get(pair.clock_in.id):
        found.append(changed_by(change, pair, reader))
    elif pair.replaces:  # its entry was erased by its age
        found.append(sentence(_("changed")))
    elif by_others := dict.fromkeys(half.by for half in pair.halves if half.by != pair.user_id):
        found.append(sentence(_("by {people}"), people=Markup(", ").join(map(mention, by_others))))
    return found


def _notes(pair: Pair, page: Page, reader: Reader) -> Markup:
    change = page.changes.get(pair.clock_in.id)
    why = what_was_said(change, pair) if change else Markup()
    return Markup().join([wording.worked_through_clock_change(pair, reader), why, *map(quoted, pair.halves)]).strip()


def _remarks_in_words(pair: Pair, page: Page, reader: Reader) -> str:
    if pair.deleted_at is not None:
        found = [removed_by(pair, page.removals.get(pair.clock_in.id), reader)]
    else:
        found = [*_remarks(pair, page, reader), *filter(None, [_notes(pair, page, reader)])]
    return plain(Markup(" · ").join(found), lambda user_id: page.names.get(user_id, user_id))
