"""Messages to people about changes that others made to their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.attendance.recording import Changed, Pair
from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence
from storage.pairs import from_audit_fields

change_notices = Feature("change_notices")


@dataclass(frozen=True, slots=True)
class Facts:
    """The record as it stood after the change, and who made it."""

    pair: Mapping[str, Any]
    by: str


@change_notices.notice(Changed.CLOCKED_IN)
async def clocked_in(ask: Ask, facts: Facts) -> Message:
    """Somebody else clocked them in."""
    pair = from_audit_fields(facts.pair)
    said = sentence(
        _("{by} clocked you in: {record}."), by=mention(facts.by), record=wording.day_and_span(pair, ask.reader)
    )
    return Message([Text(said + quoted(pair.clock_in))])


@change_notices.notice(Changed.CLOCKED_OUT)
async def clocked_out(ask: Ask, facts: Facts) -> Message:
    """Somebody else clocked them out."""
    return _with_length(_("{by} clocked you out: {record}, {length}."), facts, ask.reader)


@change_notices.notice(Changed.ADDED)
async def added(ask: Ask, facts: Facts) -> Message:
    """Somebody else added a record for them."""
    return _with_length(_("{by} added a record for you: {record}, {length}."), facts, ask.reader)


@change_notices.notice(Changed.DELETED)
async def deleted(ask: Ask, facts: Facts) -> Message:
    """Somebody else deleted their record."""
    return _plainly(
        _("{by} deleted your record of {record}. If that is wrong, ask them to undo it."), facts, ask.reader
    )


@change_notices.notice(Changed.RESTORED)
async def restored(ask: Ask, facts: Facts) -> Message:
    """Somebody else brought their record back."""
    return _plainly(_("{by} restored your record of {record}."), facts, ask.reader)


def _with_length(said: str, facts: Facts, reader: Reader) -> Message:
    pair = from_audit_fields(facts.pair)
    text = sentence(said, by=mention(facts.by), record=wording.day_and_span(pair, reader), length=_length(pair))
    return Message([Text(text + wording.worked_through_clock_change(pair, reader))])


def _plainly(said: str, facts: Facts, reader: Reader) -> Message:
    record = wording.day_and_span(from_audit_fields(facts.pair), reader)
    return Message([Text(sentence(said, by=mention(facts.by), record=record))])


def _length(pair: Pair) -> Markup:
    return Markup.escape(wording.duration(pair.worked) if pair.worked is not None else "")
