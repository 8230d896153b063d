"""`/attendance history`: what was entered, changed, deleted and restored, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import wording
from bot.attendance import event_queries
from bot.attendance import history as core
from bot.attendance.history import (
    Action,
    BreakChange,
    Change,
    Corrected,
    Looked,
    Remarked,
    SignatureChange,
    Told,
    UnreadableChange,
)
from bot.calendar.ranges import DateRange
from bot.chat import whom
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Heading, Message, Note, Piece, Text
from bot.people.profiles import names_of
from bot.reports.today import running_days
from bot.wording import (
    Reader,
    break_changes,
    correction_history,
    noted_reads,
    records,
    signature_changes,
    tokens,
)
from bot.wording.breaks import kind_note
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.findings import remark
from bot.wording.markup import mention, sentence

MOST_CHANGES = 45  # as much as a person reads at once; chats allow about as many paragraphs in a message

A_DAY, A_WEEK, A_MONTH = (timedelta(days=number) for number in (1, 7, 30))

history = Feature("history")


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Whose change history, and of which days."""

    days: DateRange
    user_id: str


@history.word("history")
async def show(ask: Ask) -> Message:
    """`/attendance history [@person] [DATE]`. A range of days works too."""
    found = await whom.person_and_days(ask)
    queries = [HistoryQuery(one.days, one.user_id or ask.caller.user_id) for one in found]
    if len(queries) == 1:
        return await _of_days(ask, queries[0])
    return whom.which([show_days.button(one.name, query) for one, query in zip(found, queries, strict=True)])


@history.action
async def show_days(ask: Ask, query: HistoryQuery) -> Message:
    """One of several people with such a name."""
    return replace(await _of_days(ask, query), replaces=True)


async def _of_days(ask: Ask, query: HistoryQuery) -> Message:
    changes = await core.person_history(ask.services, ask.caller, query.user_id, query.days)
    return await _message(ask, query, changes)


async def of_record(ask: Ask, event_id: str) -> Message:
    """The change history of one record. Raises UnknownEvent or Forbidden."""
    changes = await core.event_history(ask.services, ask.caller, event_id)
    pair = await event_queries.get_pair(ask.services, ask.caller, event_id)
    return await _message(ask, HistoryQuery(DateRange(pair.work_date, pair.work_date), pair.user_id), changes)


async def _message(ask: Ask, query: HistoryQuery, changes: Sequence[Told]) -> Message:
    pieces: list[Piece] = [Heading(await _heading(ask, query))]
    if len(changes) > MOST_CHANGES:
        pieces.append(Note(sentence(_("Earlier changes are left out here. Name fewer days to see them."))))
    pieces += [Text(_sentence(change, query.days, ask.reader)) for change in changes[-MOST_CHANGES:]]
    if not changes:
        pieces += _nothing(query, ask.reader)
    return Message(pieces, keep_end=True)


def _nothing(query: HistoryQuery, reader: Reader) -> list[Piece]:
    """Whose records of which days have no changes, and the days to look at instead."""
    you, is_one_day = reader.is_you(query.user_id), query.days.first == query.days.last
    if is_one_day:
        said = _("No changes to your records of {days}.") if you else _("No changes to {who}'s records of {days}.")
    else:
        said = _("No changes to your records, {days}.") if you else _("No changes to {who}'s records, {days}.")
    days = wording.days(query.days.first, query.days.last, reader)
    pieces: list[Piece] = [Text(sentence(said, who=mention(query.user_id), days=days))]
    longer = {_("Last 7 days"): A_WEEK, _("Last 30 days"): A_MONTH}
    choices = [
        show_days.button(label, replace(query, days=DateRange(reader.today - length + A_DAY, reader.today)))
        for label, length in longer.items()
        if length.days > query.days.days
    ]
    return [*pieces, Buttons(choices)] if choices else pieces


async def _heading(ask: Ask, query: HistoryQuery) -> str:
    running = await running_days(ask.services, ask.caller, [query.user_id])
    days = records.title(query.days, ask.reader, running.get(query.user_id))
    if ask.reader.is_you(query.user_id):
        return _("Your change history · {days}").format(days=days)
    names = await names_of(ask.services, ask.caller.workspace_id, [query.user_id])
    return _("{name}'s change history · {days}").format(name=names.get(query.user_id, query.user_id), days=days)


def _sentence(change: Told, days: DateRange, reader: Reader) -> Markup:
    """Who did what and when, in the reader's zone, and the record after that."""
    if isinstance(change, UnreadableChange):
        return sentence(records.unreadable_change(change.entry))
    if isinstance(change, Remarked):
        return _remarked(change, days, reader)
    if isinstance(change, BreakChange):
        return _of_break(change, days, reader)
    if isinstance(change, SignatureChange):
        return _signed(change, days, reader)
    if isinstance(change, Looked):
        return _looked(change, days, reader)
    if isinstance(change, Corrected):
        return _corrected(change, days, reader)
    said = _did(change) if change.actor == change.pair.user_id else _did_for_them(change)
    done = sentence(
        said, who=mention(change.actor), whom=mention(change.pair.user_id), kind=kind_note(change.pair.out_break or "")
    )
    record = records.change(change.before, change.pair, reader) if change.before else records.entry(change.pair, reader)
    told = Markup("{}\n{}").format(_line(change, done, days, reader), record)
    if one := change.correction:
        told += Markup("\n{}").format(correction_history.agreement(one, mention(one.asked_by), mention(one.user_id)))
    return told + Markup("\n{}").format(quoted_words(change.why)) if change.why else told


def _of_break(change: BreakChange, days: DateRange, reader: Reader) -> Markup:
    """`@Ana ended the break (coffee)`, and the break after that."""
    line, during = (
        _line(change, break_changes.done(change), days, reader),
        records.paid_break(change.one, change.pair, reader),
    )
    return Markup("{}\n{}").format(line, during)


def _line(change: Change | BreakChange | SignatureChange, done: Markup, days: DateRange, reader: Reader) -> Markup:
    """When, what, and through what."""
    own = "UTC" if isinstance(change, SignatureChange) else change.pair.clock_in.zone
    zone = wording.zone_of(reader.zone or own)
    parts = [sentence("<b>{time}</b>", time=_time(change.at, zone, days, reader)), done]
    if through := _through(change):
        parts.append(through)
    return Markup(" · ").join(parts)


def _remarked(said: Remarked, days: DateRange, reader: Reader) -> Markup:
    """`@Ana gave a reason`, and for what."""
    zone = wording.zone_of(reader.zone or "UTC")
    done = sentence(_("{who} gave a reason"), who=mention(said.actor))
    time = sentence("<b>{time}</b>", time=_time(said.at, zone, days, reader))
    day = wording.day(said.remark.work_date, reader)
    return Markup("{}\n{}, {}").format(Markup(" · ").join([time, done]), day, remark(said.remark))


def _signed(change: SignatureChange, days: DateRange, reader: Reader) -> Markup:
    """`@Marco approved @Ana's records`, of which period, with how many hours, and why it was taken back."""
    line = _line(change, signature_changes.done(change), days, reader)
    told = Markup("{}\n{}").format(line, signature_changes.period(change, reader))
    why = change.signature.reason
    return told + Markup("\n{}").format(quoted_words(why)) if why else told


def _corrected(step: Corrected, days: DateRange, reader: Reader) -> Markup:
    """`@Ana asked to change`, what, and what they said."""
    zone = wording.zone_of(reader.zone or "UTC")
    time = sentence("<b>{time}</b>", time=_time(step.at, zone, days, reader))
    done = sentence("{who} {did}", who=mention(step.actor), did=correction_history.as_verb(step))
    through = [tokens.through(step.token)] if step.token else []
    told = Markup("{}\n{}").format(
        Markup(" · ").join([time, done, *through]), correction_history.what(step.correction, reader)
    )
    said = correction_history.words(step)
    return told + Markup("\n{}").format(quoted_words(said)) if said else told


def _looked(one: Looked, days: DateRange, reader: Reader) -> Markup:
    """`An inspector looked at your records`, what they read, and with which token."""
    zone = wording.zone_of(reader.zone or "UTC")
    time = sentence("<b>{time}</b>", time=_time(one.at, zone, days, reader))
    first = Markup(" · ").join([time, noted_reads.looked(one, reader)])
    return Markup("{}\n{} · {}").format(first, noted_reads.what_was_read(one, reader), tokens.through(one.token))


def _time(at: datetime, zone: ZoneInfo, days: DateRange, reader: Reader) -> str:
    """`09:02`, with its day unless the heading is that day."""
    time, day = wording.clock(at, zone) + wording.zone_note(zone, reader), at.astimezone(zone).date()
    return time if days == DateRange(day, day) else f"{wording.day(day, reader)}, {time}"


def _did(change: Change) -> str:
    undone = {
        (Action.DELETE, "clock-in"): _("{who} undid the clock-in"),
        (Action.DELETE, "clock-out"): _("{who} undid the clock-out"),
        (Action.CLOCK_IN, "clock-out"): _("{who} opened the record again"),
        (Action.DELETE, "change"): _("{who} took the change back"),
        (Action.RESTORE, "change"): _("{who} took the change back"),
        (Action.DELETE, "end-day"): _("{who} undid the end of the day"),
        (Action.CREATE, "end-day"): _("{who} went on with the break"),
    }
    if change.was_cut:
        return _("{who} added a break to the record")
    if change.pair.replaced_by:
        return _("{who} changed the record")
    if change.undoes_whole_record:
        return _("{who} undid the record")
    if change.undone:
        return undone[change.action, change.undone]
    if change.starts_break:
        return _("{who} started a break{kind}")
    return {
        Action.CLOCK_IN: _("{who} clocked in"),
        Action.CLOCK_OUT: _("{who} clocked out"),
        Action.CREATE: _("{who} added the record"),
        Action.CHANGE: _("{who} changed the record"),
        Action.DELETE: _("{who} deleted the record"),
        Action.RESTORE: _("{who} restored the record"),
        Action.END_DAY: _("{who} ended the day at the break"),
    }[change.action]


def _did_for_them(change: Change) -> str:
    """The same if somebody else did it. It says whose record it is."""
    if change.was_cut:
        return _("{who} added a break to {whom}'s record")
    if change.pair.replaced_by:
        return _("{who} changed {whom}'s record")
    if change.undone:
        return _did(change)
    if change.starts_break:
        return _("{who} started a break for {whom}{kind}")
    return {
        Action.CLOCK_IN: _("{who} clocked {whom} in"),
        Action.CLOCK_OUT: _("{who} clocked {whom} out"),
        Action.CREATE: _("{who} added {whom}'s record"),
        Action.CHANGE: _("{who} changed {whom}'s record"),
        Action.DELETE: _("{who} deleted {whom}'s record"),
        Action.RESTORE: _("{who} restored {whom}'s record"),
        Action.END_DAY: _("{who} ended {whom}'s day at the break"),
    }[change.action]


def _through(change: Change | BreakChange | SignatureChange) -> Markup:
    """Empty for what was typed or pressed in a chat, which is the usual way."""
    if change.token:
        return tokens.through(change.token)
    said = {
        "form": _("with the form"),
        "api": _("over the API"),
        "cli": _("on the command line"),
        "system": _("automatically"),
    }.get(change.via, "")
    return sentence(said)
