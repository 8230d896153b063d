"""Reads what people type to the bot in Teams, with people as every chat names them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from html import unescape

from bot.calendar.typed import mention
from bot.msteams.activities import Account, Activity, Entity

_AT = re.compile(r"<at\b[^<>]*>([^<]*)</at>")
_LEFT_OFF = re.compile(r"attendance(?:\s+|$)", re.IGNORECASE)
"""As in `attendance report`, which means the same without it."""

UserIdOf = Callable[[Account], Awaitable[str]]
"""The Entra object id of somebody whom a message names. Empty if the service doesn't know them."""


async def words_for_bot(activity: Activity, user_id_of: UserIdOf) -> str | None:
    """What was typed for the bot: all of it in its own chat and after a slash, elsewhere what follows its name. Empty
    if the name comes later, for the words may be about the bot; None if it isn't named."""
    text = _spaced(activity.text).strip()
    named = [entity for entity in _mentions(activity) if _is_bot(activity, entity)]
    if not activity.is_private:
        if not named:
            return None
        if (first := _AT.match(text)) is None or not _names(named[0], first[1]):
            return ""
    words = (await _with_people(activity, text, user_id_of)).lstrip(" ,:/")
    if (left_off := _LEFT_OFF.match(words)) is None:
        return words
    return words[left_off.end() :] or "status"


async def _with_people(activity: Activity, text: str, user_id_of: UserIdOf) -> str:
    """Without the bot's name. Somebody whom nobody knows is still a person: `@Ben`, whom nobody takes for a comment."""
    entities, parts, end = list(_mentions(activity)), [], 0
    for at in _AT.finditer(text):
        parts.append(unescape(text[end : at.start()]))
        end = at.end()
        name = unescape(at[1])
        if (entity := next((one for one in entities if _names(one, at[1])), None)) is None:
            parts.append(f"@{name}")
            continue
        entities.remove(entity)
        if not _is_bot(activity, entity):
            user_id = entity.mentioned.user_id or await user_id_of(entity.mentioned)
            parts.append(mention(user_id, name) if user_id else f"@{name}")
    parts.append(unescape(text[end:]))
    return _spaced("".join(parts)).strip()


def _mentions(activity: Activity) -> Iterator[Entity]:
    return (entity for entity in activity.entities if entity.type == "mention" and entity.text)


def _names(entity: Entity, name: str) -> bool:
    """Whether it stands for the tag with that name. Clients write the tag in their own ways."""
    tag = _AT.search(_spaced(entity.text))
    return tag is not None and unescape(tag[1]) == unescape(name)


def _spaced(text: str) -> str:
    return text.replace("\xa0", " ")


def _is_bot(activity: Activity, entity: Entity) -> bool:
    return entity.mentioned.id == activity.recipient.id
