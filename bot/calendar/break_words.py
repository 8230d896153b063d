"""Reads what is typed to start a break: `lunch 30`, `10 min`, `12:30-13:00`, `coffee at 10`, `until 1pm`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.calendar.break_kinds import BreakKind, BreakKinds
from bot.calendar.clock_times import END, TIME, begins_soon, clock, is_of_either_half, time_at_start
from bot.calendar.typed import comment, unquoted, without_ids
from bot.calendar.vocabulary import typed_words
from bot.calendar.words import UNKNOWN_PERSON, Word, similar, words_of
from bot.calendar.worktime import TimeOfDay
from bot.errors import NotAPerson, NotATime, TwoPeople, UnknownBreakKind

_ALSO_SAID = frozenset(
    {"a", "an", "my", "the", "for", "short", "quick", "now", "please", "pls", "plz", "break", "breaks", "pause", "time"}
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}
_NUMBER = rf"\d{{1,9}}(?:[.,]\d{{1,2}})?|{'|'.join(_NUMBERS)}"
_HOURS = re.compile(
    rf"(?:for )?(?:(?P<half>half an hour)|(?P<number>{_NUMBER}) ?(?:hours?|hrs?|h))"
    rf"(?: (?:and )?(?P<more>\d{{1,2}}) ?(?:minutes?|mins?|m))?{END}"
)
_MINUTES = re.compile(rf"(?:for )?(?P<number>\d{{1,9}}|{'|'.join(_NUMBERS)}) ?(?:minutes?|mins?|m|['’′]){END}")
_MINUTES_ALONE = re.compile(rf"(?:for )?(?P<number>\d{{1,9}}){END}")
_UNTIL = re.compile(rf"(?:till|until|til|to|back at) ({TIME})\.?{END}")

_SINCE = re.compile(r"^since (?=\d|noon)")


@dataclass(frozen=True, slots=True)
class TypedBreak:
    """`@person lunch 30 at 12:30 "with Ben"`, read. `kind`: the name of one of the workspace's kinds; `until`: when it
    ended or will end. `says_at`: it began at the time, which was typed with `at`. `is_vague`: the times may be in the
    afternoon, as `1-1:30`."""

    user_id: str | None = None
    kind: str | None = None
    minutes: int | None = None
    at: TimeOfDay | None = None
    until: TimeOfDay | None = None
    ago: timedelta | None = None
    says_at: bool = False
    is_vague: bool = False
    comment: str | None = None

    @property
    def has_times(self) -> bool:
        """Whether it is about a time, and not only about now."""
        return bool(self.at or self.until or self.ago)


def read_break(text: str, kinds: BreakKinds) -> TypedBreak:
    """Reads `[@person] [KIND] [MINUTES] [time]` in any order, and a comment in quotes after them.

    Raises UnknownBreakKind for words that are none of these, with the line on which they are a comment; TwoPeople,
    NotAPerson, NotATime or InvalidText.
    """
    words, read, at = typed_words(text), TypedBreak(), 0
    while at < len(words):
        rest = text[words[at].start :].strip()
        if unquoted(rest) != rest:
            return replace(read, comment=comment(without_ids(unquoted(rest).strip())))
        if unknown := UNKNOWN_PERSON.match(words[at].form):
            raise NotAPerson(unknown[0])
        try:
            step = _person(words, at, read) or _kind(words, at, read, kinds) or _when(words, at, read)
        except NotATime as error:
            error.as_comment = _in_quotes(text, words[at].start)
            raise
        if step is None and words[at].form in _ALSO_SAID:
            step = read, at + 1
        if step is None:
            raise _unknown(text, words, at, kinds, read)
        read, at = step
    return read


Step = tuple[TypedBreak, int] | None


def _person(words: Sequence[Word], at: int, read: TypedBreak) -> Step:
    named = words[at].user_id
    if named is None:
        return None
    if read.user_id not in (None, named):
        raise TwoPeople(" ".join(word.form for word in words))
    return replace(read, user_id=named), at + 1


def _kind(words: Sequence[Word], at: int, read: TypedBreak, kinds: BreakKinds) -> Step:
    """The kind with the longest name that comes next."""
    found = [
        (len(forms), kind)
        for kind in kinds
        if (forms := _forms(kind)) and forms in (_ahead(words, at, len(forms)), _as_typed(words, at, len(forms)))
    ]
    if not found:
        return None
    length, kind = max(found, key=lambda one: one[0])
    if read.kind not in (None, kind.name):
        if kind.name.casefold() in _ALSO_SAID:
            return read, at + length
        if read.kind.casefold() not in _ALSO_SAID:
            return None
    return replace(read, kind=kind.name), at + length


def _when(words: Sequence[Word], at: int, read: TypedBreak) -> Step:
    """How long, from when, or until when. Raises NotATime."""
    ahead = _SINCE.sub("at ", " ".join(_ahead(words, at, 12)))
    if begins_soon(ahead):
        return None
    if found := None if read.until else _UNTIL.match(ahead):
        if (until := clock(found[1])) is None:
            raise NotATime(found[1])
        return replace(read, until=until, is_vague=read.is_vague or is_of_either_half(found[1])), at + _count(found[0])
    if read.minutes is None and (length := _minutes(ahead)):
        return replace(read, minutes=length[0]), at + length[1]
    typed = None if read.at or read.ago else time_at_start(ahead)
    if typed is None or (typed.until and read.until):
        return None
    says_at = bool(typed.until or typed.ago) or ahead.startswith(("at ", "@", "from "))
    until, is_vague = typed.until or read.until, typed.is_vague
    if typed.at and typed.until and not re.search(r"[ap]\.?m\b|(?<!\d)0\d", typed.words):
        is_vague = 1 <= typed.at.time.hour < 12 and 1 <= typed.until.time.hour <= 12
    read = replace(read, at=typed.at, until=until, ago=typed.ago, says_at=says_at, is_vague=is_vague)
    return read, at + _count(typed.words)


def _minutes(ahead: str) -> tuple[int, int] | None:
    """How many minutes the words begin with, and how many words that takes. A figure with `ago` is a time."""
    if found := _HOURS.match(ahead):
        minutes = (30 if found["half"] else round(60 * _number(found["number"]))) + int(found["more"] or 0)
    elif found := _MINUTES.match(ahead) or _MINUTES_ALONE.match(ahead):
        minutes = round(_number(found["number"]))
    else:
        return None
    after = ahead[found.end() :].strip()
    if after.startswith(("ago", "to ", "until ", "till ", "-", "–", "past ", "o'clock", "am", "pm", "a.m", "p.m")):
        return None
    return minutes, _count(found[0])


def _number(words: str) -> float:
    return _NUMBERS[words] if words in _NUMBERS else float(words.replace(",", "."))


def _count(words: str) -> int:
    return words.strip().count(" ") + 1


def _ahead(words: Sequence[Word], at: int, count: int) -> list[str]:
    return [word.form for word in words[at : at + count]]


def _as_typed(words: Sequence[Word], at: int, count: int) -> list[str]:
    return [word.as_typed for word in words[at : at + count]]


def _forms(kind: BreakKind) -> list[str]:
    return [word.form for word in words_of(kind.name)]


def _unknown(text: str, words: Sequence[Word], at: int, kinds: BreakKinds, read: TypedBreak) -> UnknownBreakKind:
    """What stands there is neither a kind nor a time. It may be a misspelled kind, or a comment."""
    rest, names = text[words[at].start :].strip(), [kind.name for kind in kinds]
    likely = similar(words[at].as_typed, [name.casefold() for name in names])
    typed = text[words[at].start : words[at + 1].start].strip() if at + 1 < len(words) and likely else rest
    spelled = [name for name in names if name.casefold() in likely]
    start = words[at].start
    as_comment = _in_quotes(text, start)
    return UnknownBreakKind(typed, spelled, kinds=names, kind=read.kind, start=start, as_comment=as_comment)


def _in_quotes(text: str, start: int) -> str:
    """The text with its end in quotes; empty where that holds quotes or people."""
    rest = text[start:].strip()
    return "" if re.search(r"[\"“”„'@]", rest) else f'{text[:start]}"{rest}"'
