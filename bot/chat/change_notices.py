"""Messages to people about changes that others made to their records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot import wording
from bot.attendance.recording import Changed
from bot.calendar.worktime import zone_named
from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.wording import Reader, records
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
    half = from_audit_fields(facts.pair).clock_in
    time = wording.moment(half.at, zone_named(half.zone), ask.reader)
    said = sentence(_("{by} clocked you in at {time}."), by=mention(facts.by), time=time)
    return Message([Text(said + quoted(half))])


@change_notices.notice(Changed.CLOCKED_OUT)
async def clocked_out(ask: Ask, facts: Facts) -> Message:
    """Somebody else clocked them out."""
    return _about(_("{by} clocked you out: {record}."), facts, ask.reader)


@change_notices.notice(Changed.ADDED)
async def added(ask: Ask, facts: Facts) -> Message:
    """Somebody else added a record for them."""
    return _about(_("{by} added a record for you: {record}."), facts, ask.reader)


@change_notices.notice(Changed.DELETED)
async def deleted(ask: Ask, facts: Facts) -> Message:
    """Somebody else deleted their record."""
    said = _("{by} deleted your record: {record}. If that's wrong, ask them to undo it.")
    return _about(said, facts, ask.reader)


@change_notices.notice(Changed.RESTORED)
async def restored(ask: Ask, facts: Facts) -> Message:
    """Somebody else restored their record."""
    return _about(_("{by} restored your record: {record}."), facts, ask.reader)


def _about(said: str, facts: Facts, reader: Reader) -> Message:
    pair = from_audit_fields(facts.pair)
    text = sentence(said, by=mention(facts.by), record=records.entry(pair, reader))
    return Message([Text(text + wording.worked_through_clock_change(pair, reader))])
