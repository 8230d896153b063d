"""Converts what people typed out of Slack's notation (docs.slack.dev, "Formatting message text")."""

from __future__ import annotations

import re
from html import unescape

from bot.calendar.typed import mention

_PERSON = re.compile(r"<@([UW][A-Z0-9]+)(?:\|([^<>]*))?>", re.ASCII)
_GROUP = re.compile(r"<!subteam\^([^|<>]*)(?:\|@?([^<>]*))?>")
_CHANNEL = re.compile(r"<#([CDG][A-Z0-9]+)(?:\|#?([^<>]*))?>", re.ASCII)
_LINK = re.compile(r"<((?:https?|ftp|mailto|tel|sip):[^|<>\s]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_SCHEME = re.compile(r"(?:mailto|tel):", re.IGNORECASE)


def after_name(text: str, bot_id: str) -> str | None:
    """What follows the bot's name at the beginning, in Slack's notation. None if the text doesn't begin with it."""
    named = _PERSON.match(text.lstrip())
    return text.lstrip()[named.end() :].lstrip(" ,:") if named and named[1] == bot_id else None


def as_typed(text: str) -> str:
    """Without Slack's escaping, with links and channels as people see them, and with people as every door names them. A
    user group becomes a plain name."""
    text = _PERSON.sub(lambda person: mention(person[1], person[2] or ""), text)
    text = _CHANNEL.sub(lambda channel: f"#{channel[2] or channel[1]}", text)
    text = _LINK.sub(lambda link: link[2] or _SCHEME.sub("", link[1]), text)
    return unescape(_GROUP.sub(lambda group: f"@{group[2] or group[1]}", text))
