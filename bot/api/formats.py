"""The formats of long answers: a JSON array, a JSON object a line, or CSV; and which of them a request asks for."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar

from bot.exports import Cell, safe

T = TypeVar("T")
Cells = Sequence[Cell]

FIRST_PART, EVERY_PART = 4000, 400
"""Things in the first part, which goes out by itself where that is all, and in each one after it."""


class Format(StrEnum):
    """A media type that can be asked for by `Accept`."""

    JSON = "application/json"
    NDJSON = "application/x-ndjson"
    CSV = "text/csv"


_ANYTHING = ("*/*", "application/*")  # which JSON is


def asked_format(accept: Sequence[str]) -> Format:
    """What the lines of an `Accept` header want most; JSON where they name nothing of ours."""
    best, wanted = Format.JSON, (0.0, True)
    for part in ",".join(accept).split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = next((_weight(piece[2:]) for piece in parameters if piece.startswith("q=")), 1.0)
        named = kind in set(Format)
        if (named or kind in _ANYTHING) and (weight, named) > wanted:  # of two wanted alike, the one that is named
            best, wanted = Format(kind) if named else Format.JSON, (weight, named)
    return best


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0) if text.isascii() else 0.0
    except ValueError:
        return 0.0


def parts(
    things: Iterator[T], form: Format, as_json: Callable[[T], str], as_row: Callable[[T], Cells], keys: Sequence[str]
) -> Generator[bytes, None, bytes]:
    """The whole answer: yields all parts but the last, which it returns. `keys` are the headers of the table."""
    if form is Format.CSV:
        return (yield from _in_portions(things, _table(as_row, len(keys)), _line(keys), "", ""))
    if form is Format.NDJSON:
        return (yield from _in_portions(things, _joined(as_json, "\n", "\n"), "", "", ""))
    return (yield from _in_portions(things, _joined(as_json, ", ", ""), "[", ", ", "]"))


def _in_portions(
    things: Iterator[T], written: Callable[[list[T]], str], begin: str, between: str, end: str
) -> Generator[bytes, None, bytes]:
    lead, size = begin, FIRST_PART
    portion = list(islice(things, size))
    while True:
        after = list(islice(things, EVERY_PART)) if len(portion) == size else []
        text = f"{lead}{written(portion)}"
        if not after:
            return f"{text}{end}".encode()
        yield text.encode()
        portion, lead, size = after, between, EVERY_PART


def _joined(as_text: Callable[[T], str], between: str, end: str) -> Callable[[list[T]], str]:
    def written(portion: list[T]) -> str:
        return between.join(map(as_text, portion)) + (end if portion else "")

    return written


def _table(as_row: Callable[[T], Cells], width: int) -> Callable[[list[T]], str]:
    def written(portion: list[T]) -> str:
        out = io.StringIO()
        csv.writer(out).writerows([*map(safe, row), *[None] * (width - len(row))] for row in map(as_row, portion))
        return out.getvalue()

    return written


def _line(keys: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(keys)
    return out.getvalue()


def object_as_json(thing: dict[str, Any]) -> str:
    """As every other answer of the API is written."""
    return json.dumps(thing)
