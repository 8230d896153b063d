"""`/attendance events`: the records behind a report, with **Delete** and **Undo** for those who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

import structlog
from slack_bolt.async_app import AsyncApp
from slackblocks import Block, Button, HeaderBlock

from bot import attendance, reports
from bot.errors import DirectoryUnavailable, NotUnderstood
from bot.ranges import DateRange, parse_range
from bot.reports import PAGE_SIZE, Listing, Page, Pair
from bot.slack.blocks import Answer, actions, confirm, cut, section
from bot.slack.listener import Ask, Edge
from bot.wording import Reader
from bot.wording import records as sentences
from bot.words import one_person_in
from bot.worktime import from_microseconds, to_microseconds
from storage.errors import Refusal, Unavailable

log = structlog.get_logger(__name__)

COMMAND = "/attendance events"
UNDO_WITHIN = timedelta(days=1)  # so long a listing keeps showing what was deleted from it


class Action(StrEnum):
    """The buttons. They carry an event's id and the listing they stand in; rights and state are looked up anew."""

    DELETE = "delete_event"
    UNDO = "undo_delete"
    NEWER = "newer_events"
    OLDER = "older_events"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `show` is reached through `/attendance`."""
    app.action(Action.DELETE)(edge.action(delete))
    app.action(Action.UNDO)(edge.action(undo))
    app.action(Action.NEWER)(edge.action(leaf))
    app.action(Action.OLDER)(edge.action(leaf))


async def show(ask: Ask) -> Answer:
    """`/attendance events [RANGE] [@person]`"""
    around = await reports.surroundings(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words, COMMAND)
    return await _page(ask, Listing(parse_range(words, around.today), user_id, ask.reader.now))


async def delete(ask: Ask) -> Answer:
    """**Delete**, after its confirmation: both events of the pair go, and the row says who did it."""
    event_id, listing = _unpack(ask.value)
    pair = (await attendance.delete(ask.services, ask.caller, event_id)).pair
    return await _page_after(sentences.deleted_but_not_shown, pair, ask, listing)


async def undo(ask: Ask) -> Answer:
    """**Undo**: the pair stands again, if nothing took its place."""
    event_id, listing = _unpack(ask.value)
    pair = (await attendance.restore(ask.services, ask.caller, event_id)).pair
    return await _page_after(sentences.restored_but_not_shown, pair, ask, listing)


async def leaf(ask: Ask) -> Answer:
    """**Newer** and **Older**."""
    _, listing = _unpack(ask.value)
    return replace(await _page(ask, listing), replaces=True)


async def _page_after(said: Callable[[Pair, Reader], str], pair: Pair, ask: Ask, listing: Listing) -> Answer:
    """The listing, read anew. Where that fails, the edge must not say that nothing was written: the deed is done."""
    try:
        return replace(await _page(ask, listing), replaces=True)
    except (Refusal, Unavailable, DirectoryUnavailable) as error:
        log.warning("list-not-shown", kind=type(error).__name__, reason=str(error))
        return Answer(said(pair, ask.reader))


async def _page(ask: Ask, listing: Listing) -> Answer:
    listing = replace(listing, as_of=max(listing.as_of, ask.reader.now - UNDO_WITHIN))
    return page_answer(await reports.events_page(ask.services, ask.caller, listing), ask.reader)


def page_answer(page: Page, reader: Reader) -> Answer:
    """A row a pair, newest first."""
    listing = page.listing
    heading = sentences.list_title(listing.days)
    rows = [_row_text(pair, page, reader) for pair in page.pairs]
    blocks: list[Block] = [HeaderBlock(cut(heading, 150))]
    if not rows:
        rows = [sentences.NO_RECORDS]
        blocks.append(section(rows[0]))
    blocks += [section(row, _button(pair, page, reader)) for row, pair in zip(rows, page.pairs, strict=False)]
    if leafing := _leafing(page):
        blocks.append(actions(*leafing))
    return Answer("\n".join([f"*{heading}*", *rows]), blocks)


def _row_text(pair: Pair, page: Page, reader: Reader) -> str:
    if pair.deleted_at is not None:
        return sentences.deleted_row(pair, reader)
    ids = [half.office_id for half in (pair.clock_in, pair.clock_out) if half and half.office_id]
    return sentences.row(pair, [page.office_names.get(one, one) for one in dict.fromkeys(ids)], reader)


def _button(pair: Pair, page: Page, reader: Reader) -> Button | None:
    if pair.user_id not in page.may_delete:
        return None  # a courtesy: the press is checked again
    value = _pack(page.listing, pair.clock_in.id)
    if pair.deleted_at is not None:
        return Button(sentences.UNDO, action_id=Action.UNDO, value=value)
    question = sentences.delete_question(pair, page.names[pair.user_id])
    return Button(
        sentences.DELETE,
        action_id=Action.DELETE,
        value=value,
        style="danger",
        confirm=confirm(sentences.DELETE_TITLE, question, sentences.DELETE, sentences.KEEP),
    )


def _leafing(page: Page) -> list[Button]:
    listing, buttons = page.listing, []
    if listing.offset > 0:
        newer = replace(listing, offset=max(0, listing.offset - PAGE_SIZE))
        buttons.append(Button(sentences.NEWER, action_id=Action.NEWER, value=_pack(newer)))
    if page.has_older:
        older = replace(listing, offset=listing.offset + PAGE_SIZE)
        buttons.append(Button(sentences.OLDER, action_id=Action.OLDER, value=_pack(older)))
    return buttons


def _pack(listing: Listing, event_id: str = "-") -> str:
    """`EVENT FIRST LAST USER AS_OF OFFSET`: ids, days and numbers, never content."""
    days, as_of = listing.days, to_microseconds(listing.as_of)
    return f"{event_id} {days.first} {days.last} {listing.user_id or '-'} {as_of} {listing.offset}"


def _unpack(value: str) -> tuple[str, Listing]:
    """Raises NotUnderstood for a value that no button of ours carries."""
    try:
        event_id, first, last, user_id, as_of, offset = value.split(" ")
        days = DateRange(date.fromisoformat(first), date.fromisoformat(last))
        whose = None if user_id == "-" else user_id
        return event_id, Listing(days, whose, from_microseconds(int(as_of)), max(0, min(int(offset), 1_000_000)))
    except (ValueError, OverflowError) as error:
        raise NotUnderstood(value, COMMAND) from error
