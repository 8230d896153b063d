"""Reads what is said to end a break: `back`, `I'm back from lunch`, `back at 13:00`, `back in 10`, `break over`."""

from __future__ import annotations

import re

from bot.calendar.break_kinds import BreakKinds
from bot.calendar.vocabulary import in_english, spoken_line
from bot.calendar.words import words_of

_BACK = re.compile(r"(?:i'?m |i am |i was |we'?re |we are )?back\b[\s.!,]*(.*)", re.IGNORECASE | re.DOTALL)
_OVER = re.compile(
    r"(?:my |the )?(?:lunch|coffee|break|pause)(?: break)?(?:'s| is)? over"
    r"|(?:end|stop|finish)(?: my| the)? break|returned",
    re.IGNORECASE,
)
_SOON = re.compile(r"(?:in|after) (?:about )?(?=\d|an? |half |five|ten|fifteen|twenty|thirty)", re.IGNORECASE)
_FROM = re.compile(r"(?:at work|from) ?", re.IGNORECASE)
_OF_A_BREAK = frozenset(
    {"a", "an", "my", "the", "short", "quick", "break", "pause", "time", "lunch", "coffee", "tea", "dinner", "smoke"}
)


def after_back(words: str) -> str | None:
    """What follows `back` in words that say it. None for other words."""
    said = words.replace("’", "'").strip()
    if _OVER.fullmatch(said.rstrip(".! ")):
        return ""
    found = _BACK.fullmatch(said)
    return found[1].strip() if found else None


def in_how_long(words: str) -> str | None:
    """`10 minutes` of `in 10 minutes`. None for other words."""
    english = in_english(words)
    found = _SOON.match(english)
    return english[found.end() :].strip() if found else None


def without_the_break(words: str, kinds: BreakKinds) -> str:
    """`at 13:00` of `from my lunch break at 13:00`; `since` reads as `at`."""
    line = spoken_line(words)
    found = _FROM.match(line.english)
    if found:
        known = {word.form for kind in kinds for word in words_of(kind.name)}
        left = words_of(line.english[found.end() :])
        taken = 0
        while taken < len(left) and left[taken].form in _OF_A_BREAK | known:
            taken += 1
        if taken or found[0].strip().lower() != "from":
            words = line.piece(found.end() + left[taken].start) if taken < len(left) else ""
    line = spoken_line(words.strip())
    since = re.match(r"since (?=\d|noon)", line.english, re.IGNORECASE)
    return f"at {line.piece(since.end())}" if since else line.typed
