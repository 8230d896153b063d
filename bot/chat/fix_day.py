"""`/attendance fix [DAY]`: the records of a day, each with **Change…**, and **Add a record**."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot import wording
from bot.attendance.recording import Pair
from bot.calendar.ranges import DateRange
from bot.chat import ask_for_change, change_record, record_rows, whom
from bot.chat.add_record import press_add_filled_in
from bot.chat.change_form import Which
from bot.chat.correcting_others import without_filling
from bot.chat.record_form import Draft
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Heading, Message, Note, Piece, Text
from bot.reports import worked_time
from bot.reports.worked_time import Listing, Page
from bot.wording import records
from bot.wording.catalogue import _
from bot.wording.markup import sentence

fix_day = Feature("fix_day")


@dataclass(frozen=True, slots=True)
class DayQuery:
    """Whose records, and of which days."""

    days: DateRange
    user_id: str


@fix_day.word("fix")
async def show(ask: Ask) -> Message:
    """`/attendance fix [DAY] [@person]`: of today, if no day is named."""
    found = await whom.person_and_days(replace(ask, words=without_filling(ask.words)))
    queries = [DayQuery(one.days, one.user_id or ask.caller.user_id) for one in found]
    if len(queries) == 1:
        return await _day(ask, queries[0])
    return whom.which([show_day.button(one.name, query) for one, query in zip(found, queries, strict=True)])


@fix_day.action
async def show_day(ask: Ask, query: DayQuery) -> Message:
    """One of several people with such a name."""
    return replace(await _day(ask, query), replaces=True)


async def _day(ask: Ask, query: DayQuery) -> Message:
    listing = Listing(query.days, query.user_id, ask.reader.now, 0)
    page = await worked_time.events_page(ask.services, ask.caller, listing)
    living = [pair for pair in page.pairs if pair.deleted_at is None]
    pieces: list[Piece] = [Heading(_heading(page, query, ask))]
    pieces += _rows(living, page, query, ask) or [Text(sentence(_("No records.")))]
    if page.has_older:
        pieces.append(Note(sentence(_("Earlier records are left out here. Name fewer days to see them."))))
    day = query.days.last
    draft = Draft(day, person=None if ask.reader.is_you(query.user_id) else query.user_id)
    return Message([*pieces, Buttons([press_add_filled_in.button(_("Add a record"), draft)])])


def _heading(page: Page, query: DayQuery, ask: Ask) -> str:
    days = records.title(query.days, ask.reader, page.today)
    if ask.reader.is_you(query.user_id):
        return _("Your records · {days}").format(days=days)
    return _("{name}'s records · {days}").format(name=page.names.get(query.user_id, query.user_id), days=days)


def _rows(pairs: Sequence[Pair], page: Page, query: DayQuery, ask: Ask) -> list[Piece]:
    """By day, if there are several."""
    rows: list[Piece] = []
    for day, of_day in groupby(pairs, key=lambda pair: pair.work_date):
        if query.days.first != query.days.last:
            rows.append(Text(sentence("<b>{day}</b>", day=wording.day(day, ask.reader))))
        rows += [Text(record_rows.line(pair, page, ask.reader), _change(pair, page, ask)) for pair in of_day]
    return rows


def _change(pair: Pair, page: Page, ask: Ask) -> Button | None:
    """**Change…** changes the record, or asks for it where that isn't the reader's to do."""
    which = Which(pair.clock_in.id)
    if pair.user_id in page.may_delete:
        return change_record.press_change.button(_("Change…"), which)
    if ask.reader.is_you(pair.user_id):
        return ask_for_change.press_ask.button(_("Change…"), which)
    return None
