"""Phrases of another language, each with what it says in English: `halb {h}` says `half past {h-1}`.

In a phrase, `{h}` is an hour, `{w}` one in letters, `{k}` one from 1 to 11 with or without minutes, `{m}` minutes,
`{n}` a number, `{c}` a time of day with minutes or `h`, `{q}` one with the Dutch `u`, `{r}` a span such as `9-17`, and
`{t}` any time. Some signs are only looked at: `…` (a time follows), `…d` (a day follows), `…$` (one last word follows),
and `$` (nothing follows). Accents may be left out, except after `=`: `=março` isn't Marco.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.calendar.days import MONTHS, WEEKDAYS
from bot.calendar.tokens import Match, Token, folded

EXACT = 2  # letters: shorter words are compared with their accents, because `a` isn't `à`
_PLACE = re.compile(r"\{(?:(\d+)([+-]))?([a-z]+)(?:([+-])(\d+))?\}")
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}|\d{1,2}h")
_DUTCH = re.compile(r"\d{1,2}u(?:\d{2})?")
_OF_TWELVE = re.compile(r"(?:[1-9]|1[01])(?:h|[:.h][0-5]\d)?")
_HOUR = re.compile(r"\d{1,2}h?")
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,2})?")
_SPAN = re.compile(r"\d{1,2}(?:[:.]\d{2})?[-–]\d{1,2}(?:[:.]\d{2})?")
_IS_TIME = re.compile(
    r"half past|quarter|noon|midnight|\d{1,2}:\d{2}$|\{(?:\d+[+-])?[hwkcq][^}]*\}(?! to )"
    r"|\{m+\} (?:minutes )?(?:to|past) "
)
_MOST = {"h": 24, "m": 59, "n": 999}


@dataclass(frozen=True, slots=True)
class _Phrase:
    parts: tuple[str, ...]
    english: str
    literals: int


class Phrases:
    """The phrases of a table, found by their first word. `times` are times of day only after words such as `at`."""

    def __init__(
        self,
        table: Mapping[str, Sequence[str]],
        numbers: Mapping[str, int],
        times: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self._numbers = {folded(word): number for word, number in numbers.items()}
        self._by_first: dict[str, list[_Phrase]] = {}
        self._times_by_first: dict[str, list[_Phrase]] = {}
        self._times: set[str] = set()
        self._days, self._months = set[str](), {name for name in MONTHS if name}
        for english, phrases in table.items():
            for phrase in phrases:
                self._add(phrase, english, self._by_first)
        for english, phrases in (times or {}).items():
            for phrase in phrases:
                self._add(phrase, english, self._times_by_first)

    def _add(self, phrase: str, english: str, by_first: dict[str, list[_Phrase]]) -> None:
        parts = tuple(phrase.split())
        first = "" if parts[0].startswith("{") else folded(parts[0].lstrip("="))
        literals = sum(not part.startswith(("{", "…", "$")) for part in parts)
        made, is_time = _Phrase(parts, english, literals), bool(_IS_TIME.match(english))
        by_first.setdefault(first, []).append(made)
        if is_time and by_first is not self._times_by_first:
            self._times_by_first.setdefault(first, []).append(made)
        if first and (is_time or english.startswith("at ")):
            self._times.add(first)
        if len(parts) == 1 and english in WEEKDAYS:
            self._days.add(first)
        if len(parts) == 1 and english in MONTHS:
            self._months.add(first)

    def at(self, tokens: Sequence[Token], at: int) -> Match | None:
        """The longest phrase that begins there."""
        return self._longest(self._by_first, tokens, at)

    def _longest(self, by_first: Mapping[str, Sequence[_Phrase]], tokens: Sequence[Token], at: int) -> Match | None:
        found = [
            (match.end, phrase.literals, len(phrase.parts), match)
            for first in self._firsts(tokens[at])
            for phrase in by_first.get(first, ())
            if (match := self._whole(phrase, tokens, at))
        ]
        return max(found, key=lambda one: one[:3])[3] if found else None

    def _firsts(self, token: Token) -> Iterator[str]:
        yield folded(token.key)
        if self._is_number(token):
            yield ""

    def _whole(self, phrase: _Phrase, tokens: Sequence[Token], at: int) -> Match | None:
        values: dict[str, list[str]] = {}
        for part in phrase.parts:
            if part.startswith(("…", "$")):
                if not self._follows(part, tokens, at):
                    return None
            elif at == len(tokens):
                return None
            elif part.startswith("{"):
                if (read := self._value(part[1], tokens, at)) is None:
                    return None
                values.setdefault(part[1], []).append(read.english)
                at = read.end
            elif _is_word(part, tokens[at].key):
                at += 1
            else:
                return None
        return Match(at, _filled(phrase.english, values))

    def _follows(self, part: str, tokens: Sequence[Token], at: int) -> bool:
        if at == len(tokens):
            return part == "$"
        if part == "…$":
            return at == len(tokens) - 1
        if part == "…d":
            of_month = tokens[at].form.isdigit() and at + 1 < len(tokens)
            return folded(tokens[at].key) in self._days or (of_month and folded(tokens[at + 1].key) in self._months)
        return part == "…" and (self._is_number(tokens[at]) or folded(tokens[at].key) in self._times)

    def _value(self, kind: str, tokens: Sequence[Token], at: int) -> Match | None:
        """What stands for a placeholder, in digits."""
        key = tokens[at].key
        if kind == "t":
            return self._time(tokens, at)
        if kind == "c":
            return Match(at + 1, key.replace(".", ":")) if _CLOCK.fullmatch(key) else None
        if kind == "r":
            return Match(at + 1, key) if _SPAN.fullmatch(key) else None
        if kind == "q":
            return Match(at + 1, key.replace("u", "h")) if _DUTCH.fullmatch(key) else None
        number = self._numbers.get(folded(key))
        if kind == "k" and (_OF_TWELVE.fullmatch(key) or (number and number < 12)):
            return Match(at + 1, str(number or key.replace(".", ":").replace("h", ":").rstrip(":")))
        if kind == "n" and _NUMBER.fullmatch(key):
            return Match(at + 1, key.replace(",", "."))
        if number is not None:
            return Match(at + 1, str(number)) if kind in "mn" or (kind in "hw" and number <= 12) else None
        whole = int(key.rstrip("h")) if _HOUR.fullmatch(key) and (kind == "h" or key.isdigit()) else None
        return Match(at + 1, str(whole)) if whole is not None and whole <= _MOST.get(kind, -1) else None

    def _time(self, tokens: Sequence[Token], at: int) -> Match | None:
        if found := self._longest(self._times_by_first, tokens, at):
            return found
        key = tokens[at].key
        if key[:1].isdigit():
            return Match(at + 1, key)
        hour = self._value("w", tokens, at)
        return Match(at + 1, f"{hour.english} o'clock") if hour else None

    def _is_number(self, token: Token) -> bool:
        return token.form[:1].isdigit() or folded(token.key) in self._numbers


def _is_word(part: str, key: str) -> bool:
    if part.startswith("="):
        return part[1:] == key
    return part == key or (len(part) > EXACT and folded(part) == folded(key))


def _filled(english: str, values: Mapping[str, list[str]]) -> str:
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
