"""What a chat does with what the bot says on its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.chat.views import Message
from bot.notifications.channel_posts import Posted
from bot.permissions import Via
from bot.runtime import outbox_sender
from bot.runtime.outbox_sender import NotSent
from bot.runtime.services import Services


class Gone(Exception):
    """Somebody removed the message."""


class NotEditable(Exception):
    """The chat shows the message as it is, and changes it no more."""


class ChannelClosed(NotSent):
    """The bot can't post in that channel."""


class Poster(Protocol):
    """What a chat does with a message for a workspace."""

    @property
    def via(self) -> Via:
        """Which chat it is."""

    @property
    def slashes(self) -> bool:
        """Whether it has slash commands, or only words."""

    async def send(self, recipient: str, message: Message) -> Posted:
        """Sends it to a person or a channel. Raises NotSent, ChannelClosed, or what the chat's library raises."""

    async def update(self, recipient: str, posted: Posted, message: Message) -> None:
        """Shows it in place of what was sent to them. Raises Gone or NotEditable, and what `send` raises."""


Deliver = Callable[[Services, Poster, Sequence[outbox_sender.Message]], Awaitable[None]]
"""Draws messages of the outbox, and sends them as one."""
