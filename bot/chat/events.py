"""`/attendance events`: the records behind a report, in a table with buttons for what can be done with each."""

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
from bot.chat import ask_for_change, change_form, change_record, history, record_rows, whom
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Confirm, Form, Heading, Menu, Message, Piece, Table, Text
from bot.errors import DirectoryUnavailable, NeedsCorrection
from bot.reports import worked_time
from bot.reports.worked_time import PAGE_SIZE, Listing, Page
from bot.wording import Reader, records
from bot.wording.catalogue import _
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
    """**Newer** and **Older**; **Keep**, which shows the list again."""
    return replace(await _page(ask, replace(row, event_id="")), replaces=True)


@events.action
async def ask_to_delete(ask: Ask, row: Row) -> Message:
    """**Delete** in a row: asks, with person, day and hours."""
    return replace(await _page(ask, row), replaces=True)


@events.action
async def delete(ask: Ask, row: Row) -> Message:
    """**Delete** below the question: deletes both events of the pair, and the row says who did it."""
    try:
        pair = (await recording.delete(ask.services, ask.caller, row.event_id)).pair
    except NeedsCorrection as needs:
        return ask_for_change.removal_offered(needs, row.event_id)
    return await _page_after(_("The record is deleted: {record}. The list can't be shown just now."), pair, ask, row)


@events.action
async def undo(ask: Ask, row: Row) -> Message:
    """**Undo**: restores the pair, if nothing took its place."""
    pair = (await recording.restore(ask.services, ask.caller, row.event_id)).pair
    return await _page_after(_("The record is restored: {record}. The list can't be shown just now."), pair, ask, row)


@events.action
async def open_change(ask: Ask, row: Row) -> Form:
    """**Change…** in the menu beside a line."""
    return await change_record.open_form(ask, row.event_id)


@events.action
async def open_request(ask: Ask, row: Row) -> Form:
    """**Ask for a change** in the menu beside a line."""
    return await ask_for_change.open_form(ask, row.event_id)


@events.action
async def show_history(ask: Ask, row: Row) -> Message:
    """**History** in a row, beside the list."""
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
    if question := _question(page, row, ask.reader):  # alone, so that nobody has to look for it beside a long table
        return Message([*pieces, *question])
    pieces.append(_table(page, row, ask.reader) if page.pairs else Text(sentence(_("No records."))))
    if pages := _page_buttons(page, row):
        pieces.append(Buttons(pages))
    return Message(pieces)


def _heading(page: Page, reader: Reader) -> str:
    days = records.title(page.listing.days, reader, page.today)
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


def _table(page: Page, row: Row, reader: Reader) -> Table:
    """The records in a table, or by day with a menu for each."""
    rows: list[Text] = []
    for day, of_day in groupby(page.pairs, key=lambda pair: pair.work_date):
        if row.first != row.last:
            rows.append(Text(sentence("<b>{day}</b>", day=wording.day(day, reader))))
        rows += [Text(record_rows.line(pair, page, reader), _beside(pair, page, row, reader)) for pair in of_day]
    columns, cells = record_rows.table(
        page,
        reader,
        {
            _("Change"): lambda pair: _change(pair, page, reader),
            _("Delete"): lambda pair: _delete(pair, page, row),
            _("History"): lambda pair: _history(pair, row),
        },
    )
    return Table(_("Records"), columns, cells, rows)


def _change(pair: Pair, page: Page, reader: Reader) -> Button | None:
    """**Change…**, for those who may. **Ask for a change**, for others beside their own."""
    which = change_form.Which(pair.clock_in.id)
    if pair.deleted_at is not None:
        return None
    if pair.user_id in page.may_delete:
        return change_record.press_change.button(_("Change…"), which)
    if reader.is_you(pair.user_id):
        return ask_for_change.press_ask.button(_("Ask for a change"), which)
    return None


def _delete(pair: Pair, page: Page, row: Row) -> Button | None:
    """**Delete** or **Undo**, for those who may. Permission is checked again at the press."""
    if pair.user_id not in page.may_delete:
        return None
    this = replace(row, event_id=pair.clock_in.id)
    return undo.button(_("Undo"), this) if pair.deleted_at else ask_to_delete.button(_("Delete"), this)


def _history(pair: Pair, row: Row) -> Button | None:
    return None if pair.deleted_at else show_history.button(_("History"), replace(row, event_id=pair.clock_in.id))


def _beside(pair: Pair, page: Page, row: Row, reader: Reader) -> Button | Menu | None:
    """The same beside a line."""
    if pair.deleted_at is not None:
        return _delete(pair, page, row)
    this, actions = replace(row, event_id=pair.clock_in.id), {}
    if pair.user_id in page.may_delete:
        actions = {_("Change…"): open_change, _("Delete"): ask_to_delete}
    elif reader.is_you(pair.user_id):
        actions = {_("Ask for a change"): open_request}
    return Menu(actions | {_("History"): show_history}, this)


def _question(page: Page, row: Row, reader: Reader) -> Sequence[Piece]:
    """Asks about the record whose **Delete** was pressed."""
    for pair in page.pairs:
        if pair.clock_in.id == row.event_id and pair.user_id in page.may_delete and not pair.deleted_at:
            question = _("Delete {who}'s record of {record}?")
            asked = sentence(question, who=mention(pair.user_id), record=records.record(pair, reader))
            delete_it, keep = delete.button(_("Delete"), row, style="danger"), turn_page.button(_("Keep"), row)
            return [Text(asked), Buttons([delete_it, keep])]
    return []
