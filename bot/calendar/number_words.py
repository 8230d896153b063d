"""Numbers in letters, as far as minutes go: `fünfunddreißig`, `treinta y cinco`, `null fünf`.

A table lists them in `each`, where the place is the number, up to the last one that isn't put together from others.
`tens` are 20, 30, 40 and 50, and `ones` 1 to 9 as they are said with these, which `joined` shows. Other spellings come
after a `/` or in `others`, with larger numbers that begin like a smaller one. What has a hyphen may be typed with a
space.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from bot.calendar.tokens import Token, folded

TENS = (20, 30, 40, 50)


@dataclass(frozen=True, slots=True)
class Number:
    """A number and where it ends, counted in tokens. `has_zero`: `null fünf`, as minutes are said."""

    value: int
    end: int
    has_zero: bool = False


class Numbers:
    """Those of a language."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        said = [(spelled, value) for said, value in _said(table) for spelled in {said, said.replace("-", " ")}]
        self.known = {_words(spelled): value for spelled, value in said}
        self._zeros = {_words(zero) for zero in _spellings(table)[0]} if table else set()
        self._longest = max(map(len, self.known), default=0)

    def at(self, tokens: Sequence[Token], at: int) -> Number | None:
        """The longest number that begins there."""
        words: tuple[str, ...] = ()
        found = None
        for end in range(at + 1, min(len(tokens), at + self._longest) + 1):
            words = (*words, folded(tokens[end - 1].key))
            if (value := self.known.get(words)) is not None:
                found = Number(value, end, has_zero=len(words) > 1 and words[:1] in self._zeros)
            if tokens[end - 1].ends_clause:
                break
        return found


def _said(table: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    each, tens, ones = (_spellings(table, part) for part in ("each", "tens", "ones"))
    for value, spellings in enumerate(each):
        for said in spellings:
            yield said, value
            if 0 < value < 10:
                yield from ((f"{zero} {said}", value) for zero in each[0])
    for value, tens_said in zip(TENS, tens, strict=False):
        yield from ((said, value) for said in tens_said)
        for one, ones_said in enumerate(ones, start=1):
            for rule, ten_said, one_said in product(table["joined"], tens_said, ones_said):
                yield rule.format(ten=ten_said, one=one_said), value + one
    yield from table.get("others", {}).items()


def _spellings(table: Mapping[str, Any], part: str = "each") -> list[list[str]]:
    return [said.split("/") for said in table.get(part, "").split()]


def _words(said: str) -> tuple[str, ...]:
    return tuple(folded(word.casefold()) for word in said.split())
