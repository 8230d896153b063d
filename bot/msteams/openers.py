"""What opened a dialog. The dialog carries it, so that a form that is refused can be shown again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bot.chat.routing import Ask, Router
from bot.chat.views import Outcome
from bot.msteams.handling import reading
from bot.msteams.kinds import Kind

WORDS = frozenset({"add"})
"""Words that open a form from the command box, by the ids of the extension's commands."""


@dataclass(frozen=True, slots=True)
class Opener:
    """A pressed button, a typed word, or a sent form (with its entries) whose answer was another form. `carries`: of
    the button or form. `message`: the one that the form's answer replaces, by its conversation and its own id; `kind`:
    what its card is."""

    pressed: str = ""
    typed: str = ""
    sent: str = ""
    carries: str = ""
    entries: Mapping[str, Any] = field(default_factory=dict)
    message: tuple[str, str] | None = None
    kind: Kind = Kind.SHARED


_OPENER = TypeAdapter(Opener)


def packed(opener: Opener) -> str:
    """For a dialog."""
    return _OPENER.dump_json(opener, exclude_defaults=True).decode()


def unpacked(text: str) -> Opener:
    """An empty one, which opens nothing, for what no dialog of this version carries."""
    try:
        return _OPENER.validate_json(text)
    except ValidationError:
        return Opener()


async def opened(router: Router, ask: Ask, opener: Opener) -> Outcome:
    """What it opens now. Raises OutdatedButton, or WouldWrite for a sent form whose question isn't one any more."""
    if opener.pressed:
        return await router.pressed(ask, opener.pressed, opener.carries)
    if opener.typed in WORDS:
        return await router.typed(ask, opener.typed)
    return await router.sent(reading(ask), opener.sent, opener.carries, opener.entries)
