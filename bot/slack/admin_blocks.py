"""What the admins' forms share: the menu of what there is, the fields, and what a form remembers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slackblocks import (
    Element,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInput,
    UserMultiSelectMenu,
)

from bot.errors import NotUnderstood
from bot.slack.blocks import cut, plain

MOST_OPTIONS = 100  # of a menu, and of a group in one (docs.slack.dev)


def remembered(metadata: str) -> dict[str, Any]:
    """What a form was given to remember when it was drawn. Raises NotUnderstood for what no form of ours holds."""
    try:
        kept = json.loads(metadata or "{}")
    except ValueError as error:
        raise NotUnderstood(metadata, "/attendance") from error
    if not isinstance(kept, dict):
        raise NotUnderstood(metadata, "/attendance")
    return kept


def field(
    block_id: str, label: str, element: Element, *, hint: str | None = None, optional: bool = False
) -> InputBlock:
    """A field of the form."""
    return InputBlock(
        plain(label, 2000), element, block_id=block_id, hint=hint and plain(hint, 2000), optional=optional
    )


def typed(action_id: str, initial: str | None, longest: int) -> PlainTextInput:
    """A line to be typed."""
    return PlainTextInput(action_id, initial_value=initial or None, max_length=longest)


def people(action_id: str, chosen: Sequence[str]) -> UserMultiSelectMenu:
    """A menu of people."""
    return UserMultiSelectMenu(action_id, initial_users=sorted(chosen) or None)


def in_groups(options: Sequence[Option]) -> list[OptionGroup]:
    """The options of a menu with more of them than Slack takes in a row."""
    parts = [options[start : start + MOST_OPTIONS] for start in range(0, len(options), MOST_OPTIONS)]
    return [OptionGroup(plain(_from_to(part), 75), list(part)) for part in parts]


def _from_to(part: Sequence[Option]) -> str:
    first, last = (cut(option.text.text, 30) for option in (part[0], part[-1]))
    return f"{first} – {last}"
