"""The kinds of breaks that a workspace has: `break unpaid, lunch unpaid 30, coffee paid 15`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import NotReadable

LONGEST_NAME = 40
MOST_MINUTES = 6 * 60
"""Of a break. What is longer was the end of the day."""
MOST_KINDS = 20
_NAME = rf"[^\W\d_](?:[\w' -]{{0,{LONGEST_NAME - 2}}}[\w'])?"
_KIND = re.compile(rf"(?P<name>{_NAME}) (?P<pay>paid|unpaid)(?: (?P<minutes>[0-9]{{1,3}}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BreakKind:
    """After so many `minutes`, people are asked whether they're back. What a paid break lasts longer is unpaid."""

    name: str
    is_paid: bool
    minutes: int | None = None

    @property
    def paid_for(self) -> timedelta | None:
        """How long it counts as work at most. None: not at all, or for as long as it lasts."""
        return timedelta(minutes=self.minutes) if self.is_paid and self.minutes else None

    def __str__(self) -> str:
        """As it is stored and typed: `lunch unpaid 30`."""
        asked = "" if self.minutes is None else f" {self.minutes}"
        return f"{self.name} {'paid' if self.is_paid else 'unpaid'}{asked}"


@dataclass(frozen=True, slots=True)
class BreakKinds:
    """At least one kind. A break without a name is of the first one."""

    kinds: tuple[BreakKind, ...]

    def __iter__(self) -> Iterator[BreakKind]:
        return iter(self.kinds)

    def __str__(self) -> str:
        return ", ".join(map(str, self.kinds))

    def named(self, name: str) -> BreakKind | None:
        """The kind with that name, however it is written; the first one for an empty name."""
        wanted = _folded(name)
        return next((kind for kind in self.kinds if _folded(kind.name) == wanted), None) if wanted else self.kinds[0]


DEFAULT = BreakKinds((BreakKind("break", is_paid=False), BreakKind("lunch", is_paid=False)))
"""Nothing is paid unless an admin says so."""


def parse_break_kinds(words: str) -> BreakKinds:
    """Reads `break unpaid, lunch unpaid 30, coffee paid 15`. Raises NotReadable."""
    kinds = [_kind(part, words) for part in words.split(",")]
    if len({_folded(kind.name) for kind in kinds}) < len(kinds) or len(kinds) > MOST_KINDS:
        raise NotReadable("break kinds", words)
    return BreakKinds(tuple(kinds))


def is_name(text: str) -> bool:
    """Whether a kind can have that name."""
    return re.fullmatch(_NAME, text) is not None


def _kind(part: str, words: str) -> BreakKind:
    match = _KIND.fullmatch(" ".join(part.split()))
    minutes = int(match["minutes"]) if match and match["minutes"] else None
    if match is None or not (minutes is None or 1 <= minutes <= MOST_MINUTES):
        raise NotReadable("break kinds", words)
    return BreakKind(match["name"], match["pay"].lower() == "paid", minutes)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
