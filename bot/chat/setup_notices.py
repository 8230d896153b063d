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
    """It has no facts but that it happened."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, by the chat's id."""

    channel: str


@setup_notices.notice(INSTALLED)
async def installed(ask: Ask, facts: Nothing) -> Message:
    """To the person who installed the bot."""
    said = _(
        "✅ <b>Attendance is installed.</b> Type {clockin} in any channel to start, and {help} for everything else.\n"
        "Workspace admins and owners are its admins. Set it up with {office}, {team} and {settings}. "
        "To have clock-ins posted in a channel, type {invite} there first."
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
    """To each admin, once a day, while the bot can't post in the log channel."""
    said = _(
        "I can't post clock-ins in {channel} because I'm not in that channel. "
        "Type {invite} there, or choose another channel in {settings}."
    )
    if not ask.reader.slashes:
        said = _(
            "I can't post clock-ins in the log channel because I'm not in it any more. "
            "Add me there again, or type {here} in another channel."
        )
    text = sentence(
        said,
        channel=channel(closed.channel),
        invite=code("/invite @Attendance"),
        here=code(ask.command("log here")),
        settings=code(ask.command("settings")),
    )
    return Message([Text(text)])
