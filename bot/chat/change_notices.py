"""Messages to people about changes to their records that others made, or that a program made in their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.attendance import program_notices
from bot.attendance.change_notifications import Changed
from bot.calendar.worktime import zone_named
from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.people.audit_entries import Action, UsedToken
from bot.wording import Reader, records, tokens
from bot.wording.catalogue import _
from bot.wording.clocking import quoted, quoted_words
from bot.wording.markup import mention, sentence
from storage.pairs import PairEvent, from_audit_fields

change_notices = Feature("change_notices")


@dataclass(frozen=True, slots=True)
class Facts:
    """The record as it stood after the change, who made it, and the token with which a program did."""

    pair: Mapping[str, Any]
    by: str
    token: UsedToken | None = None


@dataclass(frozen=True, slots=True)
class Many:
    """How many records were added at once, of which days, by whom, and with which token."""

    count: int
    first: date
    last: date
    by: str
    token: UsedToken | None


@dataclass(frozen=True, slots=True)
class More:
    """What was done again and again, with which token: after that audit entry, and until then."""

    action: Action
    token: UsedToken
    after: int
    until: datetime


@change_notices.notice(Changed.CLOCKED_IN)
async def clocked_in(ask: Ask, facts: Facts) -> Message:
    """Somebody else clocked them in."""
    half = from_audit_fields(facts.pair).clock_in
    others, own = _("{by} clocked you in at {time}."), _("A program clocked you in at {time}, as you.")
    if not _is_today(half, ask.reader):
        others = _("{by} clocked you in on {day} at {time}.")
        own = _("A program clocked you in on {day} at {time}, as you.")
    said = own if ask.reader.is_you(facts.by) else others
    day, time = wording.day(_day_of(half), ask.reader), wording.clock_with_zone(half, ask.reader)
    return _message(sentence(said, by=mention(facts.by), day=day, time=time) + quoted(half), facts.token)


@change_notices.notice(Changed.CLOCKED_OUT)
async def clocked_out(ask: Ask, facts: Facts) -> Message:
    """Somebody else clocked them out."""
    others = _("{by} clocked you out at {time}. Your record: {record}.")
    own = _("A program clocked you out at {time}, as you. Your record: {record}.")
    half = from_audit_fields(facts.pair).clock_out
    if half and not _is_today(half, ask.reader):  # the record says when
        others = _("{by} clocked you out. Your record: {record}.")
        own = _("A program clocked you out, as you. Your record: {record}.")
    return _about(others, own, facts, ask)


@change_notices.notice(Changed.ADDED)
async def added(ask: Ask, facts: Facts) -> Message:
    """Somebody else added a record for them."""
    own = _("A program added a record for you, as you: {record}.")
    return _about(_("{by} added a record for you: {record}."), own, facts, ask)


@change_notices.notice(program_notices.MORE)
async def changed_more(ask: Ask, facts: More) -> Message | None:
    """A program went on with what they were told of."""
    me = ask.caller
    found = await program_notices.changed_days(
        ask.services, me.workspace_id, me.user_id, facts.token.id, facts.after, facts.action, facts.until
    )
    if not found:
        return None
    said = {
        Action.CREATE: _("A program added {count} more for you: {days}."),
        Action.CHANGE: _("A program changed {count} more of your records: {days}."),
        Action.DELETE: _("A program deleted {count} more of your records: {days}."),
        Action.RESTORE: _("A program restored {count} more of your records: {days}."),
    }.get(facts.action, _("A program changed {count} more of your records: {days}."))
    days = wording.days(found[0], found[-1], ask.reader)
    return _message(sentence(said, count=len(found), days=days), facts.token)


@change_notices.notice(Changed.ADDED_MANY)
async def added_many(ask: Ask, facts: Many) -> Message:
    """Somebody else added records for them, all at once."""
    others = _("{by} added {count} records for you: {days}.")
    own = _("A program added {count} records for you, as you: {days}.")
    days = wording.days(facts.first, facts.last, ask.reader)
    said = own if ask.reader.is_you(facts.by) else others
    return _message(sentence(said, by=mention(facts.by), count=facts.count, days=days), facts.token)


@dataclass(frozen=True, slots=True)
class Replaced(Facts):
    """The same as `Facts`, the record before, and the reason."""

    before: Mapping[str, Any] = field(kw_only=True)
    why: str | None = field(kw_only=True)


@change_notices.notice(Changed.CHANGED)
async def changed(ask: Ask, facts: Replaced) -> Message:
    """Somebody else changed their record."""
    others = _("{by} changed your record: {record}.")
    return _about_change(others, _("A program changed your record, as you: {record}."), facts, ask)


@change_notices.notice(Changed.CHANGE_UNDONE)
async def change_undone(ask: Ask, facts: Replaced) -> Message:
    """Somebody else took a change to their record back."""
    own = _("A program took back its change to your record, as you: {record}.")
    return _about_change(_("{by} took back the change to your record: {record}."), own, facts, ask)


def _about_change(others: str, own: str, facts: Replaced, ask: Ask) -> Message:
    said = own if ask.reader.is_you(facts.by) else others
    before, pair = (from_audit_fields(told) for told in (facts.before, facts.pair))
    text = sentence(said, by=mention(facts.by), record=records.change(before, pair, ask.reader))
    if facts.why:
        text += Markup("\n{}").format(quoted_words(facts.why))
    return _message(text, facts.token)


@change_notices.notice(Changed.DELETED)
async def deleted(ask: Ask, facts: Facts) -> Message:
    """Somebody else deleted their record."""
    others = _("{by} deleted your record: {record}.")
    if facts.token is None:
        others = _("{by} deleted your record: {record}. If that's wrong, ask them to undo it.")
    return _about(others, _("A program deleted your record, as you: {record}."), facts, ask)


@change_notices.notice(Changed.RESTORED)
async def restored(ask: Ask, facts: Facts) -> Message:
    """Somebody else restored their record."""
    own = _("A program restored your record, as you: {record}.")
    return _about(_("{by} restored your record: {record}."), own, facts, ask)


@change_notices.notice(Changed.BREAK_ADDED)
async def break_added(ask: Ask, facts: Facts) -> Message:
    """Somebody else added a break to their record."""
    others = _("{by} added a break to your record: {record}. If that's wrong, ask them to undo it.")
    return _about(others, _("A program added a break to your record, as you: {record}."), facts, ask)


@dataclass(frozen=True, slots=True)
class Paused:
    """What a break is, and when it began and ended (UTC)."""

    kind: str
    is_paid: bool
    at: datetime
    ended_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class BreakFacts(Facts):
    """The same as `Facts`, and the break."""

    on: Paused = field(kw_only=True)


@change_notices.notice(Changed.BREAK_STARTED)
async def break_started(ask: Ask, facts: BreakFacts) -> Message:
    """Somebody else started a break for them."""
    if facts.on.ended_at:
        said, own = _("{by} entered a break for you: {time}."), _("A program entered a break for you, as you: {time}.")
    else:
        said, own = _("{by} started your break at {time}."), _("A program started your break at {time}, as you.")
    return _about_break(said, own, facts, ask)


@change_notices.notice(Changed.BACK)
async def back_from_break(ask: Ask, facts: BreakFacts) -> Message:
    """Somebody else ended their break."""
    own = _("A program ended your break ({time}), as you.")
    return _about_break(_("{by} ended your break ({time})."), own, facts, ask)


@change_notices.notice(Changed.BREAK_UNDONE)
async def break_undone(ask: Ask, facts: BreakFacts) -> Message:
    """Somebody else took back what they had entered of a break."""
    own = _("A program took back what it entered of your break ({time}), as you.")
    return _about_break(_("{by} took back what they entered of your break ({time})."), own, facts, ask)


def _about_break(others: str, own: str, facts: BreakFacts, ask: Ask) -> Message:
    on, zone = facts.on, zone_named(facts.on.zone)
    said = own if ask.reader.is_you(facts.by) else others
    time = wording.moment(on.at, zone, ask.reader)
    if on.ended_at:
        time = _("{start} to {end}").format(start=time, end=wording.clock(on.ended_at, zone))
    return _message(sentence(said, by=mention(facts.by), time=time), facts.token)


@change_notices.notice(Changed.CLOCK_IN_UNDONE)
async def clock_in_undone(ask: Ask, facts: Facts) -> Message:
    """Somebody else took back that they had clocked them in."""
    half = from_audit_fields(facts.pair).clock_in
    time = wording.moment(half.at, zone_named(half.zone), ask.reader)
    others = _("{by} took back the clock-in at {time} that they entered for you.")
    own = _("A program took back your clock-in at {time}, as you.")
    said = own if ask.reader.is_you(facts.by) else others
    return _message(sentence(said, by=mention(facts.by), time=time), facts.token)


@change_notices.notice(Changed.CLOCK_OUT_UNDONE)
async def clock_out_undone(ask: Ask, facts: Facts) -> Message:
    """Somebody else took back that they had clocked them out."""
    since = wording.since(from_audit_fields(facts.pair).clock_in, ask.reader)
    others = _("{by} took back the clock-out that they entered for you. You've been clocked in {since}.")
    own = _("A program took back your clock-out, as you. You've been clocked in {since}.")
    said = own if ask.reader.is_you(facts.by) else others
    return _message(sentence(said, by=mention(facts.by), since=since), facts.token)


def _about(others: str, own: str, facts: Facts, ask: Ask) -> Message:
    """`own`: where a program did it in the reader's name."""
    pair = from_audit_fields(facts.pair)
    said = own if ask.reader.is_you(facts.by) else others
    out = pair.clock_out
    time = wording.moment(out.at, zone_named(out.zone), ask.reader) if out else ""
    text = sentence(said, by=mention(facts.by), time=time, record=records.entry_lately(pair, ask.reader))
    return _message(text + wording.worked_through_clock_change(pair, ask.reader), facts.token)


def _is_today(half: PairEvent, reader: Reader) -> bool:
    return _day_of(half) == reader.now.astimezone(zone_named(half.zone)).date()


def _day_of(half: PairEvent) -> date:
    return half.at.astimezone(zone_named(half.zone)).date()


def _message(text: Markup, token: UsedToken | None) -> Message:
    if token is not None:
        text = Markup("{}\n{}").format(text, tokens.came_through(token))
    return Message([Text(text)])
