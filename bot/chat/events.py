"""`/attendance events`: the records behind a report, with **Delete** and **Undo** for those who may."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog
from markupsafe import Markup

from bot import wording
from bot.attendance import recording
from bot.attendance.recording import Pair
from bot.calendar.ranges import DateRange, parse_range
from bot.calendar.typed import one_person_in
from bot.calendar.worktime import is_forgotten
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Confirm, Heading, Message, Piece, Text
from bot.errors import DirectoryUnavailable
from bot.reports import worked_time
from bot.reports.worked_time import PAGE_SIZE, Listing, Page
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence
from storage.errors import Refusal, Unavailable

log = structlog.get_logger(__name__)

UNDO_WITHIN = timedelta(days=1)  # so long a list keeps showing what was deleted from it

events = Feature("events")


@dataclass(frozen=True, slots=True)
class Row:
    """Which list a button stands in, and at which record. `as_of` (UTC): when the list was opened."""

    first: date
    last: date
    as_of: datetime
    user_id: str | None = None
    offset: int = 0
    event_id: str = ""


@events.word("events")
async def show(ask: Ask) -> Message:
    """`/attendance events [RANGE] [@person]`"""
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words, "/attendance events")
    days = parse_range(words, around.today)
    return await _page(ask, Row(days.first, days.last, ask.reader.now, user_id))


@events.action
async def turn_page(ask: Ask, row: Row) -> Message:
    """**Newer** and **Older**."""
    return replace(await _page(ask, row), replaces=True)


@events.action
async def delete(ask: Ask, row: Row) -> Message:
    """**Delete**, after its confirmation: both events of the pair go, and the row says who did it."""
    pair = (await recording.delete(ask.services, ask.caller, row.event_id)).pair
    return await _page_after(_("The record is deleted: {record}. The list can't be shown just now."), pair, ask, row)


@events.action
async def undo(ask: Ask, row: Row) -> Message:
    """**Undo**: the pair stands again, if nothing took its place."""
    pair = (await recording.restore(ask.services, ask.caller, row.event_id)).pair
    return await _page_after(_("The record is restored: {record}. The list can't be shown just now."), pair, ask, row)


def delete_question(pair: Pair, name: str, reader: Reader) -> Confirm:
    """Names person, day and hours."""
    record = wording.day_and_span(pair, reader)
    if pair.worked is not None:
        record += f", {wording.duration(pair.worked)}"
    return Confirm(
        title=_("Delete this record?"),
        question=_("Delete the record of {name}: {record}?").format(name=name, record=record),
        yes=_("Delete"),
        no=_("Keep"),
    )


async def _page_after(otherwise: str, pair: Pair, ask: Ask, row: Row) -> Message:
    """The list, read again. Where that fails, it must not read as if the change had failed."""
    try:
        return replace(await _page(ask, row), replaces=True)
    except (Refusal, Unavailable, DirectoryUnavailable) as error:
        log.warning("list-not-shown", kind=type(error).__name__, reason=str(error))
        record = Markup("{}, {}").format(mention(pair.user_id), wording.day_and_span(pair, ask.reader))
        return Message([Text(sentence(otherwise, record=record))])


async def _page(ask: Ask, row: Row) -> Message:
    as_of = max(row.as_of, ask.reader.now - UNDO_WITHIN)
    listing = Listing(DateRange(row.first, row.last), row.user_id, as_of, max(0, min(row.offset, 1_000_000)))
    page = await worked_time.events_page(ask.services, ask.caller, listing)
    pieces: list[Piece] = [Heading(_("Records, {days}").format(days=wording.days(row.first, row.last, ask.reader)))]
    pieces += [Text(_sentence(pair, page, ask.reader), _button(pair, page, row, ask.reader)) for pair in page.pairs]
    if not page.pairs:
        pieces.append(Text(sentence(_("No records in this range."))))
    if pages := _page_buttons(page, row):
        pieces.append(Buttons(pages))
    return Message(pieces)


def _page_buttons(page: Page, row: Row) -> list[Button]:
    here, buttons = replace(row, event_id=""), []
    if row.offset > 0:
        buttons.append(turn_page.button(_("Newer"), replace(here, offset=max(0, row.offset - PAGE_SIZE))))
    if page.has_older:
        buttons.append(turn_page.button(_("Older"), replace(here, offset=row.offset + PAGE_SIZE)))
    return buttons


def _button(pair: Pair, page: Page, row: Row, reader: Reader) -> Button | None:
    if pair.user_id not in page.may_delete:
        return None  # a courtesy: the press is checked again
    this = replace(row, event_id=pair.clock_in.id)
    if pair.deleted_at is not None:
        return undo.button(_("Undo"), this)
    sure = delete_question(pair, page.names[pair.user_id], reader)
    return delete.button(_("Delete"), this, style="danger", confirm=sure)


def _sentence(pair: Pair, page: Page, reader: Reader) -> Markup:
    """Who, when, how long, where, and what was said; or by whom and when it was deleted."""
    if pair.deleted_at is not None:
        return _deleted(pair, reader)
    halves = [pair.clock_in, pair.clock_out] if pair.clock_out else [pair.clock_in]
    record = Markup("<b>{}</b>").format(wording.day_and_span(pair, reader))
    parts = [mention(pair.user_id), record, _worked(pair, reader)]
    office_ids = dict.fromkeys(half.office_id for half in halves if half.office_id)
    parts += [Markup.escape(page.office_names.get(office_id, office_id)) for office_id in office_ids]
    if by_others := dict.fromkeys(half.by for half in halves if half.by != pair.user_id):
        parts.append(sentence(_("written by {people}"), people=Markup(", ").join(map(mention, by_others))))
    notes = Markup().join([wording.worked_through_clock_change(pair, reader), *map(quoted, halves)]).strip()
    line = Markup(" · ").join(parts)
    return Markup("{}\n{}").format(line, notes) if notes else line


def _deleted(pair: Pair, reader: Reader) -> Markup:
    assert pair.deleted_at is not None
    zone = pair.clock_in.zone
    return sentence(
        _("<s>{who} · {record}</s>\nDeleted by {by} at {time}."),
        who=mention(pair.user_id),
        record=wording.day_and_span(pair, reader),
        by=mention(pair.deleted_by or ""),
        time=wording.moment(pair.deleted_at, wording.zone_of(zone), reader),
    )


def _worked(pair: Pair, reader: Reader) -> Markup:
    if pair.worked is not None:
        return Markup.escape(wording.duration(pair.worked))
    is_missing = is_forgotten(pair.clock_in.at, reader.now)
    return sentence(_("unresolved: the clock-out is missing") if is_missing else _("still in"))
