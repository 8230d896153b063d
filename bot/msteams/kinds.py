"""What a card is. Its buttons say so when they are pressed, because the service doesn't."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

KIND = "card"
"""The key of what buttons hand over besides their own."""


class Kind(StrEnum):
    """Where a press on it is answered."""

    SHARED = ""
    """Everybody in the conversation has it; in the own chat that is one person."""
    PRIVATE = "private"
    """One person in a channel or group chat has it."""
    STATUS = "status"
    """The status card in somebody's own chat."""


def kind_of(data: Mapping[str, Any]) -> Kind:
    """By what a button handed over."""
    told = data.get(KIND)
    return Kind(told) if told in list(Kind) else Kind.SHARED


def marked(card: dict[str, Any], kind: Kind) -> dict[str, Any]:
    """The drawn card, whose buttons say what it is."""
    for action in _actions(card) if kind else ():
        action.setdefault("data", {})[KIND] = kind
    return card


def _actions(part: Any) -> Iterator[dict[str, Any]]:
    """The buttons that reach the bot, wherever they are in the card."""
    if isinstance(part, dict):
        if part.get("type") in ("Action.Execute", "Action.Submit"):
            yield part
        for inside in part.values():
            yield from _actions(inside)
    elif isinstance(part, list):
        for one in part:
            yield from _actions(one)
