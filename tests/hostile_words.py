"""Words that mean something to one parser or another, for every text field of every door."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from storage.database import Database
from storage.verify import verify

WORDS = (
    "payload",
    "'; DROP TABLE pairs; --",
    '" OR 1=1',
    "<!channel> <@U0BEN> *bold* ~no~ `code` &lt;b&gt;",
    "<script>alert(1)</script>",
    "{user_id} %s $(id) ${jndi:x}",
    "a\0b",
    "a\nb\r\nc\td",
    "\x1b[2J\x1b]0;title\x07",
    "\u202egnp.exe\u2066",
    "\u200b\ufeff",
    "\ud800",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "../../etc/passwd",
    "settings",
    "U0BEN",
    "\uff350\uff21\uff2e\uff21",
    "\u0405\u0430lly",
    "-1",
    "9" * 400,
    "x" * 2000,
    "\U0001f600" * 2000,
)
"""SQL, markup, templates, control characters, escapes, bidi, half a character, formulas, ids of other things, ids that
only look like one, numbers and lengths."""

AS_TYPED = tuple(word for word in WORDS if word != "\ud800")
"""Of a chat or terminal, which hand over whole characters."""


async def faults_of(database: Database) -> list[str]:
    """What `attendance verify` would find."""
    return [str(fault) for fault in await database.read(lambda tx: list(verify(tx.connection)))]


def samples(schema: Mapping[str, Any], words: Sequence[str]) -> Iterator[Any]:
    """Values that fit a JSON schema, each with one of the words in every place where text may stand."""
    for word in words:
        yield _filled(schema, schema.get("$defs", {}), word)


def some(values: Sequence[Any], place: int, count: int = 4) -> list[Any]:
    """A few of them, others at each place: together the places see them all."""
    return list(islice((values[(place * count + step) % len(values)] for step in range(count)), count))


def _filled(schema: Mapping[str, Any], defs: Mapping[str, Any], word: str) -> Any:
    if "$ref" in schema:
        return _filled(defs[schema["$ref"].rpartition("/")[2]], defs, word)
    if "const" in schema or "enum" in schema:
        return schema.get("const", [*schema.get("enum", []), None][0])
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return _filled(options[0], defs, word)
    match schema.get("type"):
        case "object" if "properties" in schema:
            return {name: _filled(inside, defs, word) for name, inside in schema["properties"].items()}
        case "object":
            return {word: word}
        case "array" if "prefixItems" in schema:
            return [_filled(inside, defs, word) for inside in schema["prefixItems"]]
        case "array":
            return [_filled(schema.get("items", {}), defs, word)]
        case "string":
            return _OF_FORMAT.get(schema.get("format", ""), word)
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return word


_OF_FORMAT = {
    "date": "2026-11-20",
    "time": "08:00:00",
    "date-time": "2026-11-20T08:00:00Z",
    "duration": "PT1H",
    "uuid": "01a227ff-89f2-7216-a702-de82f90b4a1a",
}
