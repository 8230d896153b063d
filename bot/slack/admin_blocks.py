"""What the admins' forms share: the menu of what there is, the fields, and what a form remembers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from slackblocks import (
    Element,
    InputBlock,
    ModalView,
    Option,
    OptionGroup,
    PlainTextInput,
    StaticSelectMenu,
    UserMultiSelectMenu,
)

from bot.administration import Office, Team
from bot.errors import NotUnderstood
from bot.slack.blocks import context, cut, plain
from bot.wording import admin as wording

WHICH = "which"
NEW = "new"
MOST_OPTIONS = 100  # of a menu, and of a group in one (docs.slack.dev)


def key_of(name: str) -> str:
    """Stands for a name in a menu: names may be longer than Slack lets a value be."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def version_of(thing: Office | Team | None) -> str:
    """Tells whether something is still as a form showed it."""
    facts = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in _facts(thing).items()}
    return key_of(repr(sorted(facts.items())))


def remembered(metadata: str) -> dict[str, Any]:
    """What a form was given to remember when it was drawn. Raises NotUnderstood for what no form of ours holds."""
    try:
        kept = json.loads(metadata or "{}")
    except ValueError as error:
        raise NotUnderstood(metadata, "/attendance") from error
    if not isinstance(kept, dict):
        raise NotUnderstood(metadata, "/attendance")
    return kept


def which(label: str, new: str, names: Mapping[str, str], chosen: str | None, action_id: str) -> InputBlock:
    """The menu of everything there is, by key and label, and of a new one. Choosing draws the form anew."""
    options = [Option(plain(new, 75), NEW), *(Option(plain(text, 75), key) for key, text in names.items())]
    if len(options) <= MOST_OPTIONS:
        initial = next((option for option in options if option.value == chosen), options[0])
        menu = StaticSelectMenu(action_id, options=options, initial_option=initial)
    else:  # the builder takes no initial option among groups: until one is chosen, the menu says what the form is for
        menu = StaticSelectMenu(action_id, option_groups=in_groups(options), placeholder=plain(new, 75))
    return InputBlock(label, menu, dispatch_action=True, block_id=WHICH, optional=len(options) > MOST_OPTIONS)


def another_chosen(fields: Mapping[str, Any], key: str | None) -> str | None:
    """What the menu says, where the form sent is not about that: it was sent before it could be drawn anew. None where
    they agree, and of a long menu in which nothing was chosen."""
    chosen: str | None = fields.get(WHICH)
    return chosen if chosen != (key or NEW) else None


def not_sent(view: ModalView) -> ModalView:
    """The form drawn anew instead of being taken, and why."""
    view.blocks.insert(1, context(wording.NOT_SENT))
    return view


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


def _facts(thing: Office | Team | None) -> dict[str, Any]:
    return asdict(thing) if thing else {}


def in_groups(options: Sequence[Option]) -> list[OptionGroup]:
    """The options of a menu with more of them than Slack takes in a row."""
    parts = [options[start : start + MOST_OPTIONS] for start in range(0, len(options), MOST_OPTIONS)]
    return [OptionGroup(plain(_from_to(part), 75), list(part)) for part in parts]


def _from_to(part: Sequence[Option]) -> str:
    first, last = (cut(option.text.text, 30) for option in (part[0], part[-1]))
    return f"{first} – {last}"
