"""Messages to admins about the installation and the log channel."""

from __future__ import annotations

from dataclasses import dataclass

from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.notifications.channel_posts import CHANNEL_CLOSED
from bot.wording.catalogue import _
from bot.wording.markup import channel, code, sentence
from bot.workspaces.installations import INSTALLED

setup_notices = Feature("setup_notices")


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to know but that it happened."""


@dataclass(frozen=True, slots=True)
class Channel:
    """By the chat's id."""

    channel: str


@setup_notices.notice(INSTALLED)
async def installed(ask: Ask, facts: Nothing) -> Message:
    """To whoever installed the bot."""
    said = _(
        "Attendance is installed. Type {clockin} anywhere to begin, and {help} for everything else. "
        "Slack's admins and owners are its admins: {office}, {team} and {settings} set it up. "
        "For posts in a channel, type {invite} there."
    )
    commands = {
        "clockin": "/clockin",
        "help": "/attendance help",
        "office": "/attendance office",
        "team": "/attendance team",
        "settings": "/attendance settings",
        "invite": "/invite @Attendance",
    }
    return Message([Text(sentence(said, **{name: code(command) for name, command in commands.items()}))])


@setup_notices.notice(CHANNEL_CLOSED)
async def channel_closed(ask: Ask, closed: Channel) -> Message:
    """To each admin, once a day, while the bot can't post where it should."""
    said = _(
        "I can't post clock-ins in {channel}: I am not in that channel. "
        "Type {invite} there, or choose another one with {settings}."
    )
    text = sentence(
        said,
        channel=channel(closed.channel),
        invite=code("/invite @Attendance"),
        settings=code("/attendance settings"),
    )
    return Message([Text(text)])
