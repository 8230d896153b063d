"""The places in a phrase of another language: what can stand for `{h}` or `{m}`, and what they say in English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.calendar.number_words import Number, Numbers
from bot.calendar.tokens import Match, Token

_PLACE = re.compile(r"\{(?:(\d+)([+-]))?([a-z]+)(?:([+-])(\d+))?\}")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}h")
_DUTCH = re.compile(r"\d{1,2}u(?:\d{2})?")
_OF_TWELVE = re.compile(r"(?:[1-9]|1[01])(?:h|[:.h][0-5]\d)?")
_HOUR = re.compile(r"\d{1,2}h?")
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_SPAN = re.compile(r"\d{1,2}(?:[:.]\d{2})?[-–]\d{1,2}(?:[:.]\d{2})?")
_MOST = {"h": 24, "m": 59, "n": 999}


def value_of(kind: str, tokens: Sequence[Token], at: int, numbers: Numbers) -> Match | None:
    """What stands there for such a place, in digits."""
    key = tokens[at].key
    if kind == "c":
        return Match(at + 1, key.replace(".", ":")) if _CLOCK.fullmatch(key) else None
    if kind == "r":
        return Match(at + 1, key) if _SPAN.fullmatch(key) else None
    if kind == "q":
        return Match(at + 1, key.replace("u", "h")) if _DUTCH.fullmatch(key) else None
    if number := numbers.at(tokens, at):
        return Match(number.end, str(number.value)) if _is_of(kind, number, at) else None
    if kind == "k" and _OF_TWELVE.fullmatch(key):
        return Match(at + 1, key.replace(".", ":").replace("h", ":").rstrip(":"))
    if kind == "n" and _NUMBER.fullmatch(key):
        return Match(at + 1, key.replace(",", "."))
    whole = int(key.rstrip("h")) if _HOUR.fullmatch(key) and (kind == "h" or key.isdigit()) else None
    return Match(at + 1, str(whole)) if whole is not None and whole <= _MOST.get(kind, -1) else None


def _is_of(kind: str, number: Number, at: int) -> bool:
    """Whether the number can stand for such a place. In several words, an hour needs a word such as `Uhr`: `vinte e
    três` may be 23:00 or 20:03."""
    if kind == "d":
        return number.value >= 10 or number.has_zero
    if kind == "k":
        return 0 < number.value < 12
    if kind == "m":
        return number.value <= _MOST["m"]
    return kind == "n" or (kind in "hw" and number.value <= 24 and (kind == "h" or number.end == at + 1))


def filled(english: str, values: Mapping[str, Sequence[str]]) -> str:
    """The English with the values in its places, in order."""
    left = {kind: list(found) for kind, found in values.items()}

    def fill(place: re.Match[str]) -> str:
        before, sign_before, kind, sign, after = place.groups()
        value = left[kind[0]].pop(0) if len(left[kind[0]]) > 1 else left[kind[0]][0]
        if before:
            value = str(int(before) + (int(value) if sign_before == "+" else -int(value)))
        elif after:
            value = str(int(value) + (int(after) if sign == "+" else -int(after)))
        if kind in "hw" and after:
            value = {"0": "12", "-1": "23"}.get(value, value)
        return value.zfill(2) if len(kind) > 1 else value

    return _PLACE.sub(fill, english)
