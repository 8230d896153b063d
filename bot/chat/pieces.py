"""Pieces that many answers share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from bot.chat.views import Button, Buttons, Note, Piece, Text
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import sentence

LONGEST_PARAGRAPH = 2800
"""Characters that every chat shows whole."""


def row(buttons: Sequence[Button]) -> list[Piece]:
    """The buttons of an answer, if there are any."""
    return [Buttons(list(buttons))] if buttons else []


def told_them(user_id: str, reader: Reader) -> list[Piece]:
    """That somebody else gets a message about what the reader did for them."""
    return [] if reader.is_you(user_id) else [Note(sentence(_("I've told them.")))]


def paragraphs(lines: Iterable[Markup]) -> list[Text]:
    """The lines, in as few paragraphs as a chat shows whole."""
    found = list[Markup]()
    for line in lines:
        joined = Markup("{}\n{}").format(found[-1], line) if found else line
        if found and len(joined) <= LONGEST_PARAGRAPH:
            found[-1] = joined
        else:
            found.append(line)
    return [Text(one) for one in found]
