"""A line in another language than English: its words with their English forms, the same line in English, and the
commands in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.calendar.days import WEEKDAYS
from bot.calendar.japanese import Japanese
from bot.calendar.number_words import Numbers
from bot.calendar.phrases import Phrases
from bot.calendar.tokens import Match, Token, folded, tokens_of
from bot.calendar.words import Word

WORDS_OF_A_TIME = 4
MOST_OF_A_PURPOSE = 20  # words
MOST_BEFORE = 12  # words before a command: a day and a time
_QUOTES = ('"', "“", "„", "«", "「", "'")
_NO_QUOTES = ("'s", "'t", "'n")  # of Dutch words
_AFTER = ",;!.?、。！？"
_SAYS_NOTHING = ("now", "please", "?", "!", "")
_ENGLISH_AFTER = ("at", "yesterday", "today", "because")
_ABOUT_A_TIME = re.compile(
    r"\d|(?:at|either|since|from|until|around|before|after|on|in|yesterday|today|tomorrow|this|last|half|quarter|noon|midnight"
    r"|an hour|because|not yet|good morning)(?: |$)"
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is typed and the same in English. `parts`: where each phrase that differs begins and ends, in both."""

    typed: str
    english: str
    parts: Sequence[tuple[int, int, int, int]] = ()

    def place(self, at: int) -> int:
        """Where that place of the English is in what is typed; for one within a phrase, where the phrase begins."""
        index = bisect_right(self.parts, at, key=lambda part: part[0]) - 1
        if index < 0:
            return at
        _begins, ends, typed_begins, typed_ends = self.parts[index]
        return at - ends + typed_ends if at >= ends else typed_begins

    def piece(self, start: int, end: int | None = None) -> str:
        """What is typed for that piece of the English; the English for what is left of a phrase that began before."""
        stop = len(self.typed) if end is None else self.place(end)
        for begins, ends, _typed_begins, typed_ends in self.parts:
            if begins < start < ends:
                return self.english[start:ends] + self.typed[typed_ends:stop]
        return self.typed[self.place(start) : stop]


@dataclass(frozen=True, slots=True)
class Command:
    """A command in the words of a language: what it is in English, what is typed before and after it. `is_sure`: it
    isn't the beginning of a sentence about something else."""

    english: str
    before: str
    after: str
    is_sure: bool


class Vocabulary:
    """The words of a language."""

    def __init__(self, table: Mapping[str, Any], *, has_spaces: bool) -> None:
        numbers, first, alone = Numbers(table.get("numbers", {})), table.get("first", {}), table.get("alone", {})
        words = _with_commands_alone(table.get("words", {}), first, alone)
        self._phrases = Phrases(words, numbers, table.get("times", {}), (first, alone))
        self._first, self._alone = Phrases(first, numbers), Phrases(alone, numbers)
        self.fixed_commands = _fixed(first) | _fixed(alone)
        self.fixed = _fixed(table.get("words", {})) | self.fixed_commands
        self.known = {folded(word) for phrase in self.fixed for word in phrase.split()}
        self._time = re.compile(rf"(?:{table['sounds_like_a_time']})") if "sounds_like_a_time" in table else None
        self._purpose = re.compile(table["purpose"]) if "purpose" in table else None
        self._has_spaces, self._fillers = has_spaces, tuple(f"{one} " for one in table.get("fillers", ()))
        self._tokens: Callable[[str], list[Token]] = tokens_of
        if not has_spaces:
            self._tokens = Japanese(_fixed(table.get("words", {})), self.fixed_commands)

    def sounds_like_a_time(self, text: str) -> bool:
        """Whether one of the first words is a number, a part of an hour or the like."""
        return bool(self._time and self._time.search(" ".join(text.lower().split()[:WORDS_OF_A_TIME])))

    def begins_with_a_time(self, text: str) -> bool:
        """Whether the first word is one before a time, as `um`, or begins one, as `halb`."""
        tokens = self._tokens(text)
        return bool(tokens) and self._phrases.is_before_a_time(tokens[0])

    def words(self, text: str) -> list[Word]:
        """Those of the text, with English forms."""
        tokens, found = self._tokens(text), list[Word]()
        start: int | None = None
        for at, match in self._read(tokens):
            first = tokens[at].start if start is None else start
            start = None
            if match is None:
                found.append(Word(first, tokens[at].form, tokens[at].user_id))
            elif not match.english:  # as `le` of `le lundi`
                start = first if self._has_spaces else None
            else:
                asks = "?" if tokens[match.end - 1].form.endswith("?") else ""
                for place, form in enumerate(f"{match.english}{asks}".split()):
                    typed = tokens[min(at + place, match.end - 1)]
                    found.append(Word(typed.start if place else first, form, typed=typed.form))
        return found

    def english(self, text: str) -> Spoken:
        """The text in English, as far as it's known."""
        tokens, parts, said, done = self._tokens(text), list[tuple[int, int, int, int]](), "", 0
        for at, match in self._read(tokens):
            if match is None:
                continue
            start, end = tokens[at].start, _end(tokens[match.end - 1], text)
            said = _spaced(said, text[done:start], done, parts)
            if match.english and said and not said[-1].isspace():
                said += " "
            parts.append((len(said), len(said) + len(match.english), start, end))
            said, done = said + match.english, end
        return Spoken(text, _spaced(said, text[done:], done, parts), parts)

    def commands(self, text: str, *, only_first: bool) -> Iterator[Command]:
        """Those with which the text begins, or the others."""
        tokens = self._tokens(text)
        for at in range(len(tokens))[:1] if only_first else range(1, min(len(tokens), MOST_BEFORE)):
            if _is_quoted(tokens[at]):
                return
            if tokens[at].english is not None or tokens[at].user_id:
                continue
            alone, first = self._alone.at(tokens, at), self._first.at(tokens, at)
            match = alone if alone and not (first and first.end > alone.end) else first
            if match:
                is_sure = match is first or self._is_about_a_time(text, tokens, match.end)
                is_sure = is_sure or not (only_first or self._has_spaces)  # Japanese puts it last
                is_sure = is_sure and not match.english.endswith("?")
                after = text[_end(tokens[match.end - 1], text) :]
                yield Command(match.english.rstrip("?"), self._before(text[: tokens[at].start]), after, is_sure)

    def _before(self, text: str) -> str:
        """Without `ich bin` at its beginning."""
        filler = next((one for one in self._fillers if text.lower().startswith(one)), "")
        return text[len(filler) :].strip()

    def _is_about_a_time(self, text: str, tokens: Sequence[Token], at: int) -> bool:
        """Whether nothing follows, or what follows such a command."""
        while at < len(tokens):
            token = tokens[at]
            if text[: token.start].rstrip().endswith((",", ".", "!", "、", "。")):
                return True
            match = self._phrases.at(tokens, at) if token.english is None else Match(at + 1, token.english)
            said = match.english if match else token.form
            if said not in _SAYS_NOTHING:
                is_english = said in _ENGLISH_AFTER or said[:1].isdigit()
                about = _ABOUT_A_TIME.match(said) or said in WEEKDAYS if match else is_english
                return bool(about or token.user_id or _is_quoted(token))
            at = match.end if match else at + 1
        return True

    def _read(self, tokens: Sequence[Token]) -> Iterator[tuple[int, Match | None]]:
        """Each word or phrase, up to words in quotes, and then each word."""
        at, is_quoted = 0, False
        while at < len(tokens):
            is_quoted = is_quoted or _is_quoted(tokens[at])
            match = None
            if (english := tokens[at].english) is not None:
                match = Match(at + 1, english)
            elif not (is_quoted or tokens[at].user_id or self._is_purpose(tokens, at)):
                match = self._phrases.at(tokens, at)
            yield at, match
            at = match.end if match else at + 1

    def _is_purpose(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether `um 10 Pakete anzunehmen` or the like begins there, up to the next comma."""
        if self._purpose is None or not self._purpose.pattern.startswith(f"{tokens[at].form} "):
            return False
        words = tokens[at : at + MOST_OF_A_PURPOSE]
        end = next((end for end, token in enumerate(words, start=1) if token.ends_clause), len(words))
        return bool(self._purpose.fullmatch(" ".join(token.form for token in words[:end])))


def _fixed(table: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The phrases without places, with their English."""
    said = ((phrase, english) for english, phrases in table.items() for phrase in phrases)
    return {phrase: english for phrase, english in said if not re.search(r"[{…$=]", phrase)}


def _with_commands_alone(
    words: Mapping[str, Sequence[str]], first: Mapping[str, Sequence[str]], alone: Mapping[str, Sequence[str]]
) -> Mapping[str, Sequence[str]]:
    """A command at the end of a line, and `out` before a time, are known among other words too."""
    table = {english: list(phrases) for english, phrases in words.items()}
    for english in ("in", "out"):
        phrases = [*first.get(english, ()), *alone.get(english, ())]
        table.setdefault(english, []).extend(f"{phrase} $" for phrase in phrases)
        if english == "out":
            table[english].extend(f"{phrase} …" for phrase in phrases)
    return table


def _is_quoted(token: Token) -> bool:
    return token.form.startswith(_QUOTES) and token.key not in _NO_QUOTES


def _end(token: Token, text: str) -> int:
    """Where the word ends, without the marks after it."""
    return token.start + len(text[token.start : token.end].rstrip(_AFTER))


def _spaced(said: str, between: str, typed_at: int, parts: list[tuple[int, int, int, int]]) -> str:
    """The English so far and what is typed after it, with a space where Japanese has none."""
    if said and between[:1].isalnum() and not said[-1].isspace():
        parts.append((len(said), len(said) + 1, typed_at, typed_at))
        said += " "
    return said + between
