"""An office's own days as admins type them, a line for each: `2026-12-24 half Christmas Eve`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.errors import NotAnOwnDay
from storage.own_days import Part

LONGEST_NAME = 80  # characters


@dataclass(frozen=True, slots=True)
class DayOff:
    """How much of a day is free, and what it's called. A public holiday that is a working day needs no name."""

    part: Part
    name: str


def parse_own_days(text: str) -> Mapping[date, DayOff]:
    """Reads the lines. Without `whole`, `half` or `none` the whole day is free. Raises NotAnOwnDay."""
    found: dict[date, DayOff] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        first, _, rest = line.partition(" ")
        try:
            day = date.fromisoformat(first)
        except ValueError as error:
            raise NotAnOwnDay(line) from error
        if day in found:
            raise NotAnOwnDay(line, is_twice=True)
        word, _, name = rest.strip().partition(" ")
        is_part = word.lower() in [*Part]
        found[day] = day_off(Part(word.lower()) if is_part else Part.WHOLE, name if is_part else rest, line)
    return found


def day_off(part: Part, name: str, line: str) -> DayOff:
    """Raises NotAnOwnDay, with the line that it came from, for a name that is missing or too long."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not name.isprintable() or not (name or part is Part.NONE):
        raise NotAnOwnDay(line)
    return DayOff(part, name)


def as_lines(days: Mapping[date, DayOff]) -> str:
    """As they are typed, in order."""
    return "\n".join(f"{day} {one.part} {one.name}".rstrip() for day, one in sorted(days.items()))
