"""Posts in the log channel: each clock-in and clock-out, with **Delete** for those who may, and **Undo**."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from bot import wording
from bot.attendance import recording
from bot.chat.events import delete_question
from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.notifications import channel_posts
from bot.notifications.channel_posts import LoggedEvent
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence

log_channel = Feature("log_channel")


@dataclass(frozen=True, slots=True)
class Event:
    """The event that a post is about. Everybody in the channel sees the buttons; who may is looked up at the press."""

    event_id: str


@log_channel.action
async def delete(ask: Ask, event: Event) -> Message:
    """**Delete**, after its question: the post says who did it."""
    await recording.delete(ask.services, ask.caller, event.event_id)
    return await _redrawn(ask, event)


@log_channel.action
async def undo(ask: Ask, event: Event) -> Message:
    """**Undo**: the pair stands again, if nothing took its place."""
    await recording.restore(ask.services, ask.caller, event.event_id)
    return await _redrawn(ask, event)


def post(found: LoggedEvent) -> Message:
    """Who did what, when and where; struck out where it was deleted."""
    pair, event = found.pair, Event(found.half.id)
    text = _happened(found) + quoted(found.half)
    if pair.deleted_at is None:
        sure = delete_question(pair, found.name, wording.ANY_READER)
        return Message([Text(text, delete.button(_("Delete"), event, style="danger", confirm=sure))])
    struck = sentence(
        _("<s>{post}</s>\nDeleted by {by} at {time} ({zone})."),
        post=text,
        by=mention(pair.deleted_by or ""),
        time=wording.clock(pair.deleted_at, pair.clock_in.zone),
        zone=wording.zone_label(pair.clock_in.zone),
    )
    return Message([Text(struck, undo.button(_("Undo"), event))])


async def _redrawn(ask: Ask, event: Event) -> Message:
    found = await channel_posts.event(ask.services, ask.caller.workspace_id, event.event_id)
    return replace(post(found), replaces=True)


def _happened(found: LoggedEvent) -> Markup:
    """`@Ana clocked out at 17:30 (Berlin) after 8 h 28 min, office Berlin Mitte, written by @Marco.`"""
    pair, half = found.pair, found.half
    by_somebody_else = half.by != pair.user_id
    facts = {
        "who": mention(pair.user_id),
        "time": wording.clock_with_zone(half, wording.ANY_READER),
        "length": wording.duration(pair.worked) if pair.worked is not None else "",
        "record": wording.day_and_span(pair, wording.ANY_READER),
        "place": sentence(_(", office {office}"), office=found.place) if found.place else "",
        "by": sentence(_(", written by {who}"), who=mention(half.by)) if by_somebody_else else "",
    }
    if found.is_whole_record:
        return sentence(_("A record of {who} was added{by}: {record}, {length}."), **facts)
    if half is pair.clock_in:
        return sentence(_("{who} clocked in at {time}{place}{by}."), **facts)
    left = sentence(_("{who} clocked out at {time} after {length}{place}{by}."), **facts)
    return left + wording.worked_through_clock_change(pair, wording.ANY_READER)
