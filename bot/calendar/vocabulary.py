"""Typed words in the language of the person who types, read as the English ones that mean the same.

English is understood from everybody, the words of another language from its readers. What is typed stays as it is for
comments and questions; the rest of the bot compares English forms.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from bot.calendar.spoken import Command, Spoken, Vocabulary
from bot.calendar.tokens import folded
from bot.calendar.words import Word, words_of

LOCALE = Path(__file__).parent.parent / "locale"
LONGEST = 4000  # characters: a comment has at most half as many
SHORT = 3  # letters
_tag_of_reader: list[Callable[[], str]] = []


def typed_by(tag_of_reader: Callable[[], str]) -> None:
    """Says how to find the language of the person who types, which is the one that they read."""
    _tag_of_reader[:] = [tag_of_reader]


def typed_words(text: str) -> list[Word]:
    """The words of what somebody typed. Each `form` is in English."""
    spoken = _spoken(text)
    return spoken.words(text) if spoken else words_of(text)


def is_in_use() -> bool:
    """Whether another language than English is understood from the person who types."""
    return _spoken() is not None


def may_hold_a_time(text: str) -> bool:
    """Whether the text sounds as if it holds a time that isn't read: `fünfunddreißig`, `y cuarto`."""
    spoken = _spoken(text)
    return spoken is not None and spoken.sounds_like_a_time(text)


def begins_like_a_time(text: str) -> bool:
    """The same, after a word such as `um`."""
    spoken = _spoken(text)
    return spoken is not None and spoken.sounds_like_a_time(text) and spoken.begins_with_a_time(text)


def in_english(text: str) -> str:
    """The text with all known words and phrases in English."""
    return spoken_line(text).english


def spoken_line(text: str) -> Spoken:
    """The text as it is typed and in English, to find in the one what is in the other."""
    spoken = _spoken(text)
    return spoken.english(text) if spoken else Spoken(text, text)


def command_in(text: str) -> Command | None:
    """The command with which the words begin, in another language than English."""
    spoken = _spoken(text)
    return next(spoken.commands(text, only_first=True), None) if spoken else None


def commands_within(text: str) -> Iterator[Command]:
    """Commands later in the line: `um 9 rein`. English has none there."""
    if spoken := _spoken(text):
        yield from spoken.commands(text, only_first=False)


def words_for(english: Collection[str]) -> Mapping[str, str]:
    """Single words and phrases of the language that say one of these in English."""
    spoken = _spoken()
    return {said: one for said, one in spoken.fixed.items() if one in english} if spoken else {}


def knows(word: str) -> bool:
    """Whether the word is in a phrase of the language."""
    spoken = _spoken()
    return spoken is not None and folded(word.lower()) in spoken.known


def commands_for(english: Collection[str]) -> Mapping[str, str]:
    """The same for commands of a single word; none that are so short that many words are like them."""
    spoken = _spoken()
    known = spoken.fixed_commands.items() if spoken else ()
    return {said: one for said, one in known if one in english and said.isalpha() and len(said) > SHORT}


@cache
def codes() -> Sequence[str]:
    """The languages whose words are known, as their folders are called."""
    return sorted(path.parent.name for path in LOCALE.glob("*/words.toml"))


def _spoken(text: str = "") -> Vocabulary | None:
    return _of(_tag_of_reader[0]()) if _tag_of_reader and len(text) <= LONGEST else None


@lru_cache(maxsize=1000)
def _of(tag: str) -> Vocabulary | None:
    """The one for a tag such as `de-AT`. None for English, and for a language without one."""
    language = tag.replace("-", "_").partition("_")[0]
    known = [code for code in codes() if code.partition("_")[0] == language]
    return _loaded(known[0]) if known else None


@cache
def _loaded(code: str) -> Vocabulary:
    with (LOCALE / code / "words.toml").open("rb") as file:
        return Vocabulary(tomllib.load(file), has_spaces=code != "ja")
