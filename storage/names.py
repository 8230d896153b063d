"""Compares names that people would confuse: offices' names and ids, and names of teams."""

from __future__ import annotations

import unicodedata
from collections.abc import Set

_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


def key_of(name: str) -> str:
    """The name in the form in which it is compared: `Berlin`, ` BERLIN` and `Ｂｅｒｌｉｎ` have one key."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join("".join(sign for sign in plain if _is_seen(sign)).split()) or name


def own_key(name: str, row_id: str, taken: Set[str]) -> str:
    """A key for an existing name that reads like another one. It keeps them apart with a line break, which no other key
    has."""
    key = key_of(name)
    return f"{key}\n{row_id}" if key in taken else key


def _is_seen(sign: str) -> bool:
    is_variant = "\ufe00" <= sign <= "\ufe0f"
    return unicodedata.category(sign) != "Cf" and sign not in _INVISIBLE and not is_variant
