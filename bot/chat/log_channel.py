"""Posts in the log channel, updated as their shifts change, with **Change…** and **Delete**, or **Undo**, beside each
shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from markupsafe import Markup

from bot import wording
from bot.attendance import changing, recording
from bot.attendance.recording import Pair
from bot.calendar.worktime import zone_named
from bot.chat import ask_for_change, change_record
from bot.chat.events import delete_question
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Form, Menu, Message, Text
from bot.errors import NeedsCorrection
from bot.notifications import channel_posts
from bot.notifications.channel_posts import LoggedShift
from bot.people import languages
from bot.people.profiles import names_of
from bot.permissions import Operation
from bot.wording import Reader, records
from bot.wording.catalogue import _, reading_in
from bot.wording.clocking import quoted
from bot.wording.languages import language_for
from bot.wording.markup import mention, sentence
from storage.errors import Refusal, Unavailable

log = structlog.get_logger(__name__)

log_channel = Feature("log_channel")


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a shift in a post. Permissions are checked at the press, because others may see the button too."""

    event_id: str


@log_channel.action
async def delete(ask: Ask, event: Event) -> Message:
    """**Delete**, after its question. The post says who did it."""
    try:
        pair = (await recording.delete(ask.services, ask.caller, event.event_id)).pair
    except NeedsCorrection as needs:
        return ask_for_change.removal_offered(needs, event.event_id)
    return await _redrawn_after(_deleted(), pair, ask, event)


@log_channel.action
async def undo(ask: Ask, event: Event) -> Message:
    """**Undo**: brings the record back, if nothing took its place."""
    pair = (await recording.restore(ask.services, ask.caller, event.event_id)).pair
    said = _("✅ <b>Record restored:</b> {record}. The post will follow in a moment.")
    return await _redrawn_after(said, pair, ask, event)


@log_channel.action
async def change(ask: Ask, event: Event) -> Form:
    """**Change…**"""
    return await change_record.open_form(ask, event.event_id)


@log_channel.action
async def ask_to_delete(ask: Ask, event: Event) -> Message:
    """**Delete** in a menu, which can't ask itself: the question is only for the person who pressed."""
    pair = await changing.find_changeable(ask.services, ask.caller, event.event_id, Operation.DELETE)
    names = await names_of(ask.services, ask.caller.workspace_id, [pair.user_id])
    asked = delete_question(pair, names.get(pair.user_id, pair.user_id), ask.reader)
    buttons = [delete_it.button(asked.yes, event, style="danger"), keep.button(asked.no)]
    return Message([Text(Markup.escape(asked.question)), Buttons(buttons)])


@log_channel.action
async def delete_it(ask: Ask, event: Event) -> Message:
    """**Delete** below that question, which isn't the post."""
    try:
        pair = (await recording.delete(ask.services, ask.caller, event.event_id)).pair
    except NeedsCorrection as needs:
        return replace(ask_for_change.removal_offered(needs, event.event_id), replaces=True)
    return replace(_confirmed(_deleted(), pair, ask), replaces=True)


@log_channel.action
async def keep(ask: Ask) -> Message:
    """**Keep**"""
    return Message([Text(sentence(_("Nothing was deleted.")))], replaces=True)


def post(shifts: Sequence[LoggedShift], now: datetime) -> Message:
    """Who worked, when and where, a row for each shift; struck out if it was deleted.

    If people undid it themselves, there is no **Undo** here. People are named without a notification.
    """
    return Message([_row(found, now) for found in shifts])


def _row(found: LoggedShift, now: datetime) -> Text:
    reader = Reader("", now, zone=found.zone)
    pair, event = found.pair, Event(found.pair.clock_in.id)
    text = _shift(found, reader)
    if pair.deleted_at is None:
        sure = delete_question(pair, found.names[pair.user_id], reader)
        deleting = delete.button(_("Delete"), event, style="danger", confirm=sure, only_for=found.may_delete)
        return Text(text, deleting, Menu({_("Change…"): change, deleting.label: ask_to_delete}, event))
    said = (
        _("<s>{post}</s>\nUndone by {by} at {time}.")
        if found.undone
        else _("<s>{post}</s>\nDeleted by {by} at {time}.")
    )
    struck = sentence(
        said,
        post=text,
        by=_name(found, pair.deleted_by or ""),
        time=wording.moment(pair.deleted_at, zone_named(pair.clock_in.zone), reader),
    )
    return Text(struck, None if found.undone else undo.button(_("Undo"), event))


async def _redrawn_after(otherwise: str, pair: Pair, ask: Ask, event: Event) -> Message:
    """The post, read again. If that fails, it must not look as if the change had failed."""
    try:
        shown = await channel_posts.shifts_beside(ask.services, ask.caller.workspace_id, event.event_id)
    except (Refusal, Unavailable) as error:
        log.warning("post-not-shown", kind=type(error).__name__, reason=str(error))
        return _confirmed(otherwise, pair, ask)
    language = language_for(await languages.of_workspace(ask.services, ask.caller.workspace_id))
    with reading_in(language):  # the channel's, not the presser's
        return replace(post(list(shown.values()), ask.reader.now), replaces=True)


def _deleted() -> str:
    return _("✅ <b>Record deleted:</b> {record}. The post will follow in a moment.")


def _confirmed(said: str, pair: Pair, ask: Ask) -> Message:
    record = Markup("{}, {}").format(mention(pair.user_id), records.entry(pair, ask.reader))
    return Message([Text(sentence(said, record=record))])


def _shift(found: LoggedShift, reader: Reader) -> Markup:
    """`Ana clocked in at 09:02 · Berlin Mitte`, later `Ana · 09:02 – 17:30 · 8 h 28 min · Berlin Mitte`."""
    pair = found.pair
    who = _name(found, pair.user_id)
    if pair.worked is None:
        parts = [_came(found, reader)]
        if on := found.on_break:
            since = wording.since_moment(on.at, zone_named(on.zone), reader)
            parts.append(sentence(_("on a break {since}"), since=since))
    else:
        hours = records.hours(pair, reader)
        record = f"{wording.day(pair.work_date, reader)}, {hours}" if _names_day(pair, reader.now) else hours
        parts = [who, Markup.escape(record), Markup.escape(wording.duration(pair.worked))]
        if pair.out_break:
            parts.append(sentence(_("then a break")))
    if found.office:
        parts.append(Markup.escape(found.office))
    if by_others := dict.fromkeys(half.by for half in pair.halves if half.by != pair.user_id):
        names = Markup(", ").join(_name(found, user_id) for user_id in by_others)
        parts.append(sentence(_("changed by {who}") if pair.replaces else _("entered by {who}"), who=names))
    comments = map(quoted, pair.halves) if found.shows_comments else ()
    notes = Markup().join([wording.worked_through_clock_change(pair, reader), *comments]).strip()
    line = Markup(" · ").join(parts)
    return Markup("{}\n{}").format(line, notes) if notes else line


def _came(found: LoggedShift, reader: Reader) -> Markup:
    """`Ana clocked in at 09:02`, `Ana came back from a break at 13:01`, with the day if the post has to name it."""
    pair, names_day = found.pair, _names_day(found.pair, reader.now)
    if found.comes_back:
        said, on_day = _("{who} came back from a break at {time}"), _("{who} came back from a break on {day} at {time}")
    else:
        said, on_day = _("{who} clocked in at {time}"), _("{who} clocked in on {day} at {time}")
    day, time = wording.day(wording.clock_in_day(pair), reader), wording.clock_with_zone(pair.clock_in, reader)
    return sentence(on_day if names_day else said, who=_name(found, pair.user_id), day=day, time=time)


def _names_day(pair: Pair, now: datetime) -> bool:
    """Whether any of the shift was entered on another day than its own, or is posted on one, so that the post has to
    name the day."""
    moments = [(now, pair.clock_in.zone), *((half.recorded_at, half.zone) for half in pair.halves)]
    return {at.astimezone(zone_named(zone)).date() for at, zone in moments} != {wording.clock_in_day(pair)}


def _name(found: LoggedShift, user_id: str) -> Markup:
    """In bold, never as a mention: nobody needs a notification of their own clock-in."""
    return Markup("<b>{}</b>").format(found.names[user_id])
