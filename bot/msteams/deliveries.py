"""Sends the outbox's messages in Microsoft Teams: to people in their own chat with the bot, and to channels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from markupsafe import Markup

from bot.attendance.change_notifications import Kind
from bot.chat import posting, sending, views
from bot.chat.posting import ChannelClosed, Deliver, Gone
from bot.msteams import drawing
from bot.msteams.activities import guid
from bot.msteams.connector import Connector, NotTaken, Place, Unreachable
from bot.msteams.limits import Limited, noted, way_to_teams
from bot.msteams.personal_chats import personal_chat
from bot.notifications.channel_posts import Posted
from bot.permissions import Via
from bot.runtime.budgets import DirectCalls
from bot.runtime.outbox_sender import Message, NotReached, NotSent, Post
from bot.runtime.services import Services
from storage import msteams

PAUSE = timedelta(seconds=5)  # after a 429 that names none


def post_messages(services: Services, connector: Connector, direct: DirectCalls) -> Post:
    """Sends the outbox's messages, each by its kind. `direct` learns of each chat that has to be opened for that."""
    limited, note = Limited(), noted(direct, services.database.clock)

    async def post(messages: Sequence[Message]) -> None:
        first = messages[0]
        try:
            chat = Poster(services, connector, first.workspace_id, note)
            await DELIVERIES[first.kind](services, chat, messages)
        except Unreachable as error:
            raise NotSent(f"Unreachable: {error}") from error
        except NotTaken as error:
            if error.is_too_big or (_is_refused_for_good(error) and len(messages) > 1):
                raise  # too big: a bug. Refused together: each is tried alone
            if error.status != 429:
                raise NotSent(str(error), for_good=_is_refused_for_good(error)) from error
            is_tenants = limited.is_tenants(first, services.database.clock())
            raise NotSent(str(error), error.pause or PAUSE, only_there=not is_tenants) from error

    return post


@dataclass(frozen=True, slots=True)
class Poster:
    """Teams, for one tenant. `note` is called for each chat that is opened."""

    services: Services
    connector: Connector
    workspace_id: str
    note: Callable[[str], None]
    via: Via = Via.TEAMS
    slashes: bool = False

    async def send(self, recipient: str, message: views.Message) -> Posted:
        """Raises NotTaken, Unreachable, ChannelClosed, or NotReached."""
        drawn = await self._drawn(recipient, message)
        if not guid(recipient):
            return await self._send_to_channel(recipient, drawn)
        try:
            place = await personal_chat(self.services, self.connector, self.workspace_id, recipient, self.note)
            return Posted(place.conversation_id, await self.connector.send(place, _alerting(drawn)))
        except NotTaken as error:
            if not _is_gone(error):
                raise
            await self.services.database.write(
                lambda tx: msteams.forget_chat(tx.connection, self.workspace_id, recipient)
            )
            raise NotReached(f"the app isn't installed for them, or blocked: {error}") from error

    async def update(self, recipient: str, posted: Posted, message: views.Message) -> None:
        """Raises Gone, NotTaken or Unreachable."""
        if (service_url := await self._service_of(recipient)) is None:
            raise Gone
        drawn = await self._drawn(recipient, message)
        try:
            await self.connector.update(Place(service_url, posted.channel), posted.posted_ts, drawn)
        except NotTaken as error:
            if _is_gone(error):
                raise Gone from error
            raise

    async def _drawn(self, recipient: str, message: views.Message) -> dict[str, Any]:
        """In a channel, everybody sees all buttons: their actions check who presses."""
        if guid(recipient):
            return await drawing.message(self.services, self.workspace_id, message, reader=recipient)
        return await drawing.message(self.services, self.workspace_id, views.for_everybody(message))

    async def _send_to_channel(self, channel_id: str, drawn: Mapping[str, Any]) -> Posted:
        if (service_url := await self._service_of(channel_id)) is None:
            raise ChannelClosed("the bot isn't in the channel")
        try:
            return Posted(channel_id, await self.connector.send(Place(service_url, channel_id), drawn))
        except NotTaken as error:
            if _is_gone(error):
                raise ChannelClosed(str(error)) from error
            raise

    async def _service_of(self, recipient: str) -> str | None:
        """Where the service of a person or a channel is. None if the bot isn't there."""
        find = msteams.find_person if guid(recipient) else msteams.find_channel
        found = await self.services.database.read(lambda tx: find(tx.connection, self.workspace_id, recipient))
        return found.service_url if found else None


async def deliver_text(services: Services, chat: posting.Poster, messages: Sequence[Message]) -> None:
    """A message that an earlier version queued."""
    (message,) = messages
    await chat.send(message.recipient, views.Message([views.Text(Markup.escape(message.facts["text"]))]))


async def deliver_nothing(services: Services, chat: posting.Poster, messages: Sequence[Message]) -> None:
    """Teams has no Home tab. The status card draws itself again when it's looked at."""


DELIVERIES: Mapping[str, Deliver] = {
    **sending.DELIVERIES,
    Kind.TEXT: deliver_text,
    Kind.HOME: deliver_nothing,
    Kind.HOMES: deliver_nothing,
}
"""How each kind of the outbox's messages is sent."""
TO_TEAMS = way_to_teams(DELIVERIES)


def _alerting(drawn: Mapping[str, Any]) -> Mapping[str, Any]:
    """With a notification, which Teams shows for no message that the bot sends on its own otherwise."""
    return {**drawn, "channelData": {"notification": {"alert": True}}}


def _is_gone(error: NotTaken) -> bool:
    """And not a proxy's page, which holds no code of the service."""
    return error.is_gone and bool(error.code)


def _is_refused_for_good(error: NotTaken) -> bool:
    """Not a failure of the service, nor a token that may be taken once the secret is renewed."""
    return bool(error.code) and error.status < 500 and not error.is_temporary and error.status != 401
