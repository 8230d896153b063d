"""Pieces that many answers share."""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat.views import Button, Buttons, Note, Piece
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import sentence


def row(buttons: Sequence[Button]) -> list[Piece]:
    """The buttons of an answer, if there are any."""
    return [Buttons(list(buttons))] if buttons else []


def told_them(user_id: str, reader: Reader) -> list[Piece]:
    """That somebody else gets a message about what the reader did for them."""
    return [] if reader.is_you(user_id) else [Note(sentence(_("I've told them.")))]
