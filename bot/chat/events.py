"""`/attendance events`: the records behind a report, by day, with a menu for what can be done with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

import structlog
from markupsafe import Markup

from bot import wording
from bot.attendance import recording
from bot.attendance.recording import Pair
from bot.calendar.ranges import DateRange
from bot.chat import history, whom
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Confirm, Heading, Menu, Message, Piece, Text
from bot.errors import DirectoryUnavailable
from bot.reports import worked_time
from bot.reports.worked_time import PAGE_SIZE, Listing, Page
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence
from storage.errors import Refusal, Unavailable

log = structlog.get_logger(__name__)

UNDO_WITHIN = timedelta(days=1)  # deleted records stay in the list for this long

events = Feature("events")


@dataclass(frozen=True, slots=True)
class Row:
    """Which list and which record a button belongs to. `as_of` (UTC): when the list was opened."""

    first: date
    last: date
    as_of: datetime
    user_id: str | None = None
    offset: int = 0
    event_id: str = ""


@events.word("events")
async def show(ask: Ask) -> Message:
    """`/attendance events [RANGE] [@person]`"""
    found = await whom.person_and_days(ask)
    as_of = ask.reader.now.replace(microsecond=0)
    rows = [Row(one.days.first, one.days.last, as_of, one.user_id) for one in found]
    if len(rows) == 1:
        return await _page(ask, rows[0])
    return whom.which([turn_page.button(one.name, row) for one, row in zip(found, rows, strict=True)])


@events.action
async def turn_page(ask: Ask, row: Row) -> Message:
    """**Newer** and **Older**; **Keep**, which removes the question."""
    return replace(await _page(ask, replace(row, event_id="")), replaces=True)


@events.action
async def ask_to_delete(ask: Ask, row: Row) -> Message:
    """**Delete** in a row's menu: asks, with person, day and hours."""
    return replace(await _page(ask, row), replaces=True)


@events.action
async def delete(ask: Ask, row: Row) -> Message:
    """**Delete** below the question: deletes both events of the pair, and the row says who did it."""
    pair = (await recording.delete(ask.services, ask.caller, row.event_id)).pair
    return await _page_after(_("The record is deleted: {record}. The list can't be shown just now."), pair, ask, row)


@events.action
async def undo(ask: Ask, row: Row) -> Message:
    """**Undo**: restores the pair, if nothing took its place."""
    pair = (await recording.restore(ask.services, ask.caller, row.event_id)).pair
    return await _page_after(_("The record is restored: {record}. The list can't be shown just now."), pair, ask, row)


@events.action
async def show_history(ask: Ask, row: Row) -> Message:
    """**History** in a row's menu, beside the list."""
    return await history.of_record(ask, row.event_id)


def delete_question(pair: Pair, name: str, reader: Reader) -> Confirm:
    """Names person, day and hours."""
    return Confirm(
        title=_("Delete this record?"),
        question=_("Delete {name}'s record of {record}?").format(name=name, record=records.record(pair, reader)),
        yes=_("Delete"),
        no=_("Keep"),
    )


async def _page_after(otherwise: str, pair: Pair, ask: Ask, row: Row) -> Message:
    """The list, read again. If that fails, it must not look as if the change had failed."""
    try:
        return replace(await _page(ask, replace(row, event_id="")), replaces=True)
    except (Refusal, Unavailable, DirectoryUnavailable) as error:
        log.warning("list-not-shown", kind=type(error).__name__, reason=str(error))
        record = Markup("{}, {}").format(mention(pair.user_id), records.record(pair, ask.reader))
        return Message([Text(sentence(otherwise, record=record))])


async def _page(ask: Ask, row: Row) -> Message:
    as_of = max(row.as_of, ask.reader.now - UNDO_WITHIN)
    listing = Listing(DateRange(row.first, row.last), row.user_id, as_of, max(0, min(row.offset, 1_000_000)))
    page = await worked_time.events_page(ask.services, ask.caller, listing)
    pieces: list[Piece] = [Heading(_heading(page, ask.reader))]
    for day, of_day in groupby(page.pairs, key=lambda pair: pair.work_date):
        if row.first != row.last:
            pieces.append(Text(sentence("<b>{day}</b>", day=wording.day(day, ask.reader))))
        for pair in of_day:
            pieces += _row(pair, page, row, ask.reader)
    if not page.pairs:
        pieces.append(Text(sentence(_("No records."))))
    if pages := _page_buttons(page, row):
        pieces.append(Buttons(pages))
    return Message(pieces)


def _heading(page: Page, reader: Reader) -> str:
    days = records.title(page.listing.days, reader)
    if page.whose is None:
        return _("Records · {days}").format(days=days)
    if reader.is_you(page.whose):
        return _("Your records · {days}").format(days=days)
    return _("{name}'s records · {days}").format(name=page.names.get(page.whose, page.whose), days=days)


def _page_buttons(page: Page, row: Row) -> list[Button]:
    here, buttons = replace(row, event_id=""), []
    if row.offset > 0:
        buttons.append(turn_page.button(_("Newer"), replace(here, offset=max(0, row.offset - PAGE_SIZE))))
    if page.has_older:
        buttons.append(turn_page.button(_("Older"), replace(here, offset=row.offset + PAGE_SIZE)))
    return buttons


def _row(pair: Pair, page: Page, row: Row, reader: Reader) -> Sequence[Piece]:
    """A line with its menu. Permission to delete is checked again at the press."""
    may_delete, this = pair.user_id in page.may_delete, replace(row, event_id=pair.clock_in.id)
    if pair.deleted_at is not None:
        return [Text(_deleted(pair, page, reader), undo.button(_("Undo"), this) if may_delete else None)]
    if may_delete and row.event_id == this.event_id:
        question = sentence(
            _("Delete {who}'s record of {record}?"), who=mention(pair.user_id), record=records.record(pair, reader)
        )
        return [
            Text(question),
            Buttons([delete.button(_("Delete"), this, style="danger"), turn_page.button(_("Keep"), this)]),
        ]
    actions = {_("Delete"): ask_to_delete} if may_delete else {}
    return [Text(_line(pair, page, reader), Menu({**actions, _("History"): show_history}, this))]


def _line(pair: Pair, page: Page, reader: Reader) -> Markup:
    """`@Ana · 09:02 – 17:30 · 8 h 28 min · Berlin Mitte`, and the comments below it."""
    halves = [pair.clock_in, pair.clock_out] if pair.clock_out else [pair.clock_in]
    parts = [] if page.whose else [mention(pair.user_id)]
    parts += [
        sentence("<b>{hours}</b>", hours=records.hours(pair, reader)),
        Markup.escape(records.length(pair, reader)),
    ]
    office_ids = dict.fromkeys(half.office_id for half in halves if half.office_id)
    parts += [Markup.escape(page.office_names.get(office_id, office_id)) for office_id in office_ids]
    if pair.by_hand:
        parts.append(sentence(_("entered later")))
    if by_others := dict.fromkeys(half.by for half in halves if half.by != pair.user_id):
        parts.append(sentence(_("by {people}"), people=Markup(", ").join(map(mention, by_others))))
    notes = Markup().join([wording.worked_through_clock_change(pair, reader), *map(quoted, halves)]).strip()
    line = Markup(" · ").join(parts)
    return Markup("{}\n{}").format(line, notes) if notes else line


def _deleted(pair: Pair, page: Page, reader: Reader) -> Markup:
    """Who deleted it and when, in the reader's zone."""
    assert pair.deleted_at is not None
    zone = wording.zone_of(reader.zone or pair.clock_in.zone)
    said = (
        _("<s>{hours}</s> · Deleted by {by} at {time}")
        if page.whose
        else _("<s>{who} · {hours}</s> · Deleted by {by} at {time}")
    )
    return sentence(
        said,
        who=mention(pair.user_id),
        hours=records.hours(pair, reader),
        by=mention(pair.deleted_by or ""),
        time=wording.moment(pair.deleted_at, zone, reader) + wording.zone_note(zone, reader),
    )
