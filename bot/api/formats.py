"""The formats of long answers (JSON, NDJSON, CSV), and which one a request accepts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Any

from bot.imports.spreadsheet_cells import Cell, safe_row

Thing = Mapping[str, Any]

FIRST_PART, EVERY_PART = 4000, 400
"""Items in the first part, and in each later part. A short answer has only the first."""
AT_ONCE = 200  # items written in one go


class Format(StrEnum):
    """A media type for the `Accept` header."""

    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    CSV = "text/csv"


_ANYTHING = ("*/*", "application/*")  # answered with JSON


def asked_format(accept: Sequence[str]) -> Format:
    """The preferred format of the `Accept` headers. JSON if they name none of ours."""
    best, wanted = Format.JSON, (0.0, True)
    for part in ",".join(accept).split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((_weight(piece[2:]) for piece in parameters if piece.startswith("q=")), 1.0)
        named = kind in set(Format)
        if (named or kind in _ANYTHING) and (weight, named) > wanted:  # at equal weight, a named type wins
            best, wanted = Format(kind) if named else Format.JSON, (weight, named)
    return best


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text.isascii() else 0.0
    except ValueError:
        return 0.0


def parts(things: Iterator[Thing], form: Format, keys: Sequence[str]) -> Generator[bytes, None, bytes]:
    """Yields all parts but the last, and returns that one. `keys` are the column headers."""
    if form is Format.CSV:
        return (yield from _in_portions(things, partial(_table, len(keys)), _lines([keys]), "", ""))
    if form is Format.NDJSON:
        return (yield from _in_portions(things, _objects, "", "", ""))
    return (yield from _in_portions(things, _members, "[", ", ", "]"))


def written(things: Sequence[Thing], form: Format) -> str:
    """A few items as one whole answer."""
    try:
        next(parts(iter(things), form, [*things[0]]))
    except StopIteration as ended:
        return str(ended.value, "utf-8")
    raise ValueError("too many")


def _in_portions(
    things: Iterator[Thing], written: Callable[[list[Thing]], str], begin: str, between: str, end: str
) -> Generator[bytes, None, bytes]:
    lead = begin
    text, size = _portion(things, FIRST_PART, written, between)
    full = size == FIRST_PART
    while True:
        after, size = _portion(things, EVERY_PART, written, between) if full else ("", 0)
        if not size:
            return f"{lead}{text}{end}".encode()
        yield f"{lead}{text}".encode()
        text, lead, full = after, between, size == EVERY_PART


def _portion(
    things: Iterator[Thing], most: int, written: Callable[[list[Thing]], str], between: str
) -> tuple[str, int]:
    """Up to so many items as text, and how many there were. Written as they are read, because others have their turn
    while more are read."""
    pieces, size = [], 0
    while some := list(islice(things, min(AT_ONCE, most - size))):
        pieces.append(written(some))
        size += len(some)
    return between.join(pieces), size


def _members(portion: list[Thing]) -> str:
    return json.dumps(portion)[1:-1]


def _objects(portion: list[Thing]) -> str:
    return "".join(f"{json.dumps(thing)}\n" for thing in portion)


def _table(width: int, portion: list[Thing]) -> str:
    return _lines(safe_row([*thing.values(), *[None] * (width - len(thing))]) for thing in portion)


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
