"""Phrases of another language, each with what it says in English: `halb {h}` says `half past {h-1}`.

In a phrase, `{h}` is an hour, `{w}` one in letters, `{k}` one from 1 to 11 with or without minutes, `{m}` minutes,
`{d}` minutes of two digits in letters, `{n}` a number, `{c}` a time of day with minutes or `h`, `{q}` one with the
Dutch `u`, `{r}` a span such as `9-17`, and `{t}` any time. Some signs are only looked at: `…` (a time follows), `…d`
(a day follows), `…$` (one last word follows), and `$` (nothing follows). Accents may be left out, except after `=`:
`=março` isn't Marco. Minutes in letters at the end of a phrase, and hours from 13 without a word such as `Uhr`, aren't
read where they can count what follows: `acht Uhr drei Kollegen`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.calendar.days import MONTHS, WEEKDAYS
from bot.calendar.number_words import Numbers
from bot.calendar.places import filled, value_of
from bot.calendar.tokens import Match, Token, folded

EXACT = 2  # letters: shorter words are compared with their accents, because `a` isn't `à`
_IS_TIME = re.compile(
    r"half past|quarter|noon|midnight|\d{1,2}:(?:\d{2}|\{mm\})$|\{(?:\d+[+-])?[hwkcq][^}]*\}(?! to )"
    r"|\{m+\} (?:minutes )?(?:to|past) "
)
_GOES_ON = re.compile(  # what can come after a time, and isn't what a number counts
    r"(?:at|on|in|to|until|because|with|now|please|today|yesterday|this|last|from (?:break|lunch)"
    r"|out|back|arrived|started|left|i'm here|done for today)(?: |$)"
)
_COUNTS_ON = re.compile(r"(?:to|until|this|last)(?: |$)")  # of these, what can come between a number and what it counts
_MINUTES = ("{m}", "{d}")


@dataclass(frozen=True, slots=True)
class _Phrase:
    parts: tuple[str, ...]
    english: str
    literals: int
    ends_with_minutes: bool


class Phrases:
    """The phrases of a table, found by their first word. `times` are times of day only after words such as `at`.
    `commands` can come after a time."""

    def __init__(
        self,
        table: Mapping[str, Sequence[str]],
        numbers: Numbers,
        times: Mapping[str, Sequence[str]] | None = None,
        commands: Sequence[Mapping[str, Sequence[str]]] = (),
    ) -> None:
        self._numbers = numbers
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
        begins = [
            (folded(phrase.split()[0].lstrip("=")), english)
            for one in (table, *commands)
            for english, phrases in one.items()
            for phrase in phrases
            if not phrase.startswith("{")
        ]
        self._goes_on = {word for word, english in begins if english in WEEKDAYS or _GOES_ON.match(english)}
        self._counts_on = {word for word, english in begins if _COUNTS_ON.match(english)}

    def _add(self, phrase: str, english: str, by_first: dict[str, list[_Phrase]]) -> None:
        parts = tuple(phrase.split())
        first = "" if parts[0].startswith("{") else folded(parts[0].lstrip("="))
        literals = sum(not part.startswith(("{", "…", "$")) for part in parts)
        ends_with_minutes = parts[-1] in _MINUTES and " to " not in english
        made, is_time = _Phrase(parts, english, literals, ends_with_minutes), bool(_IS_TIME.match(english))
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
            for first in self._firsts(tokens, at)
            for phrase in by_first.get(first, ())
            if (match := self._whole(phrase, tokens, at))
        ]
        return max(found, key=lambda one: one[:3])[3] if found else None

    def _firsts(self, tokens: Sequence[Token], at: int) -> Iterator[str]:
        yield folded(tokens[at].key)
        if self._is_number(tokens, at):
            yield ""

    def _whole(self, phrase: _Phrase, tokens: Sequence[Token], at: int) -> Match | None:
        values, is_few = dict[str, list[str]](), False
        for part in phrase.parts:
            if part.startswith(("…", "$")):
                if not self._follows(part, tokens, at):
                    return None
            elif at == len(tokens):
                return None
            elif part.startswith("{"):
                if part in _MINUTES and values and tokens[at - 1].ends_clause:  # `um acht, zehn mit Ana`
                    return None
                read = self._time(tokens, at) if part == "{t}" else value_of(part[1], tokens, at, self._numbers)
                if read is None:
                    return None
                is_few = read.end == at + 1 and len(read.english) == 1
                values.setdefault(part[1], []).append(read.english)
                at = read.end
            elif _is_word(part, tokens[at].key):
                at += 1
            else:
                return None
        if phrase.ends_with_minutes and not _in_digits(tokens[at - 1]) and self._counts(tokens, at, is_few):
            return None
        return Match(at, filled(phrase.english, values))

    def _counts(self, tokens: Sequence[Token], at: int, is_few: bool = False) -> bool:
        """Whether the number in letters that ends there can count what follows: `drei Kollegen`. One below ten also
        counts in `drei bis vier Kollegen`, because few people say such minutes without a zero."""
        if at == len(tokens) or tokens[at - 1].ends_clause or tokens[at].user_id:
            return False
        goes_on = self._goes_on - self._counts_on if is_few else self._goes_on
        return tokens[at].form[0].isalnum() and folded(tokens[at].key) not in goes_on

    def _follows(self, part: str, tokens: Sequence[Token], at: int) -> bool:
        if at == len(tokens):
            return part == "$"
        if part == "…$":
            return at == len(tokens) - 1
        if part == "…d":
            of_month = tokens[at].form.isdigit() and at + 1 < len(tokens)
            return folded(tokens[at].key) in self._days or (of_month and folded(tokens[at + 1].key) in self._months)
        return part == "…" and (self._is_number(tokens, at) or self.is_before_a_time(tokens[at]))

    def is_before_a_time(self, token: Token) -> bool:
        """Whether it's a word such as `um`, or the first of a time, as `halb`."""
        return folded(token.key) in self._times

    def _time(self, tokens: Sequence[Token], at: int) -> Match | None:
        if found := self._longest(self._times_by_first, tokens, at):
            return found
        key = tokens[at].key
        if key[:1].isdigit():
            return Match(at + 1, key)
        hour = value_of("w", tokens, at, self._numbers)
        if hour is None or (int(hour.english) > 12 and self._counts(tokens, hour.end)):
            return None
        return Match(hour.end, f"{hour.english} o'clock")

    def _is_number(self, tokens: Sequence[Token], at: int) -> bool:
        return _in_digits(tokens[at]) or self._numbers.at(tokens, at) is not None


def _in_digits(token: Token) -> bool:
    return token.form[:1].isdigit()


def _is_word(part: str, key: str) -> bool:
    if part.startswith("="):
        return part[1:] == key
    return part == key or (len(part) > EXACT and folded(part) == folded(key))
