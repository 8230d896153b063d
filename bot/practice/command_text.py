"""Converts typed text to what Slack sends: ids for people and channels, and escaped markup."""

import re
from collections.abc import Iterable, Mapping

from bot.practice.people import Member

# A handle may contain a full stop, but doesn't end with one.
_MENTION = re.compile(r"(?<![\w@#])([@#])(\w[\w-]*(?:\.[\w-]+)*)")


def escaped(text: str, members: Iterable[Member], channels: Mapping[str, str], *, with_names: bool) -> str:
    """`text` with `should_escape`: `@ana` becomes `<@U0ANA|ana>`, and `&`, `<`, `>` become entities.

    Commands carry the names after the bar, message events do not. Unknown handles stay as they were typed.
    """
    people = {member.name.casefold(): member for member in members if not member.deleted}
    places = {name.casefold(): channel_id for channel_id, name in channels.items()}

    def linked(match: re.Match[str]) -> str:
        sign, name = match.groups()
        if sign == "@" and (member := people.get(name.casefold())):
            return f"<@{member.id}|{member.name}>" if with_names else f"<@{member.id}>"
        if sign == "#" and (channel_id := places.get(name.casefold())):
            return f"<#{channel_id}|{channels[channel_id]}>"
        return match.group()

    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(linked, plain)
