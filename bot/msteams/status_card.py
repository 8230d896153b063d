"""The status card: what a Home tab shows elsewhere. It draws itself again when the chat is opened, and after each press
on it, with what came of the press on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.chat.home import home
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Divider, Message, Piece
from bot.msteams.activities import Activity

REFRESH = "status_card.refresh"
"""The verb of the card's own request to be drawn again."""
ON_CARD = "on_status_card"
"""The key of what its buttons hand over besides their own."""

WORDS = frozenset({"", "status"})
"""What is typed for it in one's own chat."""


def is_asked_for(activity: Activity) -> bool:
    """Whether this was typed for it in the person's own chat."""
    words = activity.text.replace("\xa0", " ").strip().lstrip("/").lower()
    return activity.type == "message" and activity.is_personal and words.removeprefix("attendance").strip() in WORDS


async def shown(ask: Ask) -> Message:
    """What it shows now, or why there is nothing to show."""
    return await home(ask)


def after(outcome: Message, now: Message) -> Message:
    """The card with what came of a press on top, without the buttons that the card has anyway."""
    rows = [piece for piece in now.pieces if isinstance(piece, Buttons)]
    there = {(button.label, button.action.name) for row in rows for button in row.buttons}
    top: list[Piece] = []
    for piece in outcome.pieces:
        if isinstance(piece, Buttons):
            new = [button for button in piece.buttons if (button.label, button.action.name) not in there]
            top += [Buttons(new)] if new else []
        else:
            top.append(piece)
    return replace(now, pieces=[*top, Divider(), *now.pieces])


def as_card(card: dict[str, Any], teams_id: str) -> dict[str, Any]:
    """The drawn card, which asks to be drawn again for that person, and whose buttons say where they are."""
    for action in _actions(card):
        action.setdefault("data", {})[ON_CARD] = True
    refresh = {"type": "Action.Execute", "verb": REFRESH, "data": {ON_CARD: True}}
    return {**card, "refresh": {"action": refresh, "userIds": [teams_id]}}


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
