"""The size of a message as Teams counts it, and what is left out of one that is larger."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from microsoft_teams.cards import CardElement

from bot.wording.markup import length

LARGEST_MESSAGE = 100_000  # bytes of all its JSON in UTF-16: learn.microsoft.com, "Format your bot messages"
ENVELOPE = 4_000  # for what isn't the card: addresses, ids and names around it


@dataclass(frozen=True)
class Block:
    """What belongs together in a card: a line, a row with its button, a table. `is_words`: whether it is one of the
    lines that may be left out first."""

    elements: Sequence[CardElement]
    is_words: bool = False

    @property
    def size(self) -> int:
        """With the commas between its elements."""
        return sum(size_of(as_json(element)) + 4 for element in self.elements)


def as_json(element: CardElement) -> dict[str, Any]:
    """What the service takes."""
    return element.model_dump(mode="json", by_alias=True, exclude_none=True)


def size_of(part: Mapping[str, Any] | str) -> int:
    """In bytes. Every character of the JSON has two, or four as an emoji."""
    return 2 * length(json.dumps(part, ensure_ascii=False))


def fitting(blocks: Sequence[Block], room: int, told: Callable[[int], Block], *, keep_end: bool = False) -> list[Block]:
    """As many blocks as fit into that many bytes, with `told` where some are left out, which says how many. Words go
    first, from the end or from the beginning, but not the first of all; then the last of the others."""
    sizes = [block.size for block in blocks]
    total = sum(sizes)
    if total <= room:
        return [*blocks]
    room -= told(len(blocks)).size
    words = [place for place, block in enumerate(blocks) if block.is_words and place]
    others = [place for place in range(len(blocks)) if place not in words]
    gone: set[int] = set()
    for place in (*(words if keep_end else reversed(words)), *reversed(others)):
        if total <= room:
            break
        gone.add(place)
        total -= sizes[place]
    kept = [block for place, block in enumerate(blocks) if place not in gone]
    first = min(gone)
    return [*kept[:first], told(len(gone)), *kept[first:]]
