"""The status card: what a Home tab shows elsewhere. It draws itself again when the chat is opened, and after each press
on it, with what came of the press on top."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.chat.home import home
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Divider, Message, Piece
from bot.msteams.activities import Activity

REFRESH = "status_card.refresh"
"""The verb of the card's own request to be drawn again."""
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
    """The card with what came of a press on top, without the buttons and texts that the card has anyway."""
    rows = [piece for piece in now.pieces if isinstance(piece, Buttons)]
    there = {(button.label, button.action.name) for row in rows for button in row.buttons}
    top: list[Piece] = []
    for piece in outcome.pieces:
        if isinstance(piece, Buttons):
            new = [button for button in piece.buttons if (button.label, button.action.name) not in there]
            top += [Buttons(new)] if new else []
        elif piece not in now.pieces:
            top.append(piece)
    return replace(now, pieces=[*top, Divider(), *now.pieces])


def refreshing(card: dict[str, Any], teams_id: str) -> dict[str, Any]:
    """The drawn card, which asks to be drawn again for that person."""
    return {**card, "refresh": {"action": {"type": "Action.Execute", "verb": REFRESH}, "userIds": [teams_id]}}
