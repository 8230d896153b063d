"""The log channel: each clock-in and clock-out as a post, with **Delete** for those who may, and **Undo**."""

from __future__ import annotations

from enum import StrEnum

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Button

from bot import attendance, logged
from bot.logged import Logged, LogPost
from bot.notices import Message
from bot.services import Services
from bot.slack import render
from bot.slack.blocks import Answer, confirm, section
from bot.slack.listener import Ask, Edge
from bot.wording import Reader
from bot.wording import log_channel as sentences
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.records import delete_question

CLOSED = {"not_in_channel", "channel_not_found", "is_archived"}


class Action(StrEnum):
    """The buttons. Everybody in the channel sees them; who may is looked up at the press."""

    DELETE = "delete_logged"
    UNDO = "undo_logged"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.action(Action.DELETE)(edge.action(delete))
    app.action(Action.UNDO)(edge.action(undo))


async def delete(ask: Ask) -> Answer:
    """**Delete**, after its question: the post is replaced by who did it."""
    await attendance.delete(ask.services, ask.caller, ask.value)
    return await _redrawn(ask)


async def undo(ask: Ask) -> Answer:
    """**Undo**."""
    await attendance.restore(ask.services, ask.caller, ask.value)
    return await _redrawn(ask)


async def _redrawn(ask: Ask) -> Answer:
    return post(await logged.event(ask.services, ask.caller.workspace_id, ask.value), ask.reader, replaces=True)


async def deliver_post(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Posts an event as it stands by now, and remembers where."""
    event_id = str(message.facts["event_id"])
    found = await logged.event(services, message.workspace_id, event_id)
    drawn = post(found, Reader("", found.now))
    try:
        sent = await client.chat_postMessage(channel=message.recipient, unfurl_links=False, **drawn.payload)
    except SlackApiError as error:
        if error.response.get("error") in CLOSED:
            await logged.channel_is_closed(services, message.workspace_id, message.recipient)
        raise
    await logged.posted(services, found, LogPost(sent["channel"], sent["ts"]))


async def deliver_update(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Brings a post up to date after its record was deleted or restored."""
    event_id = str(message.facts["event_id"])
    place = await logged.post_of(services, message.workspace_id, event_id)
    if place is None:
        return
    found = await logged.event(services, message.workspace_id, event_id)
    drawn = post(found, Reader("", found.now))
    try:
        await client.chat_update(channel=place.channel, ts=place.posted_ts, **drawn.payload)
    except SlackApiError as error:
        if error.response.get("error") != "message_not_found":  # somebody has removed it
            raise


def post(found: Logged, reader: Reader, *, replaces: bool = False) -> Answer:
    """Who did what, when and where; struck out where it was deleted."""
    pair, half = found.pair, found.half
    place = found.office_names.get(half.office_id, half.office_id) if half.office_id else None
    if found.is_whole_record:
        text = sentences.recorded(pair, reader)
    elif half is pair.clock_in:
        text = sentences.clocked_in(pair, place, reader)
    else:
        text = sentences.clocked_out(pair, place, reader)
    text += render.mrkdwn(quoted(half))
    if pair.deleted_at is not None:
        text = sentences.deleted(text, pair, reader)
        return Answer(text, [section(text, _button(_("Undo"), Action.UNDO, half.id))], replaces)
    question = delete_question(pair, found.name)
    sure = confirm(sentences.DELETE_TITLE, question, _("Delete"), _("Keep"))
    button = Button(_("Delete"), action_id=Action.DELETE, value=half.id, style="danger", confirm=sure)
    return Answer(text, [section(text, button)], replaces)


def _button(label: str, action: Action, event_id: str) -> Button:
    return Button(label, action_id=action, value=event_id)
