"""What people say instead of a command: `what are my hours`, `undo that`, `lunch`, `I'm done`, `i left at 5pm`."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum, auto

from bot.calendar.back_words import after_back
from bot.calendar.break_kinds import BreakKinds
from bot.calendar.break_words import read_break
from bot.calendar.clock_times import begins_soon as soon
from bot.calendar.clock_words import Clocking, read_clocking
from bot.calendar.ranges import find_range
from bot.calendar.typed_breaks import breaks_in
from bot.calendar.vocabulary import in_english, typed_words
from bot.errors import NotUnderstood
from storage.errors import Refusal

_SHOW = r"(?:(?:what(?:'s| is| are| were| was)|show(?: me)?|tell me|give me|send me|see|check|view) )?(?:all )?(?:of )?"
_HOURS = re.compile(
    rf"{_SHOW}(?:(?:my )?(?:worked |working |work |total )?hours|my (?:work(?:ed|ing)? )?time)(?: worked)?"
    r"|how (?:long|much|many hours)(?: time)? (?:did|do|have|had) i (?:been )?(?:work(?:ed|ing)?|done|do|in|clocked in)"
)
_COMMANDS = {
    "status": re.compile(r"am i (?:still )?(?:(?:clocked|checked|signed) )?(?:in|out)"),
    "who": re.compile(
        r"(?:show me )?who(?:'s| is|s| are|'re)?(?: all)? (?:still )?(?:(?:clocked|checked) )?"
        r"(?:in|here|working|at work)(?: today| now| right now)?"
    ),
    "events": re.compile(rf"{_SHOW}my (?:records?|entries|events|times)"),
    "mine": re.compile(rf"{_SHOW}my (?:own )?file"),
    "help": re.compile(r"what can (?:you|i) (?:do|type|say)|how does (?:this|it) work|commands|menu"),
    "reminders": re.compile(r"reminder|reminders? of"),
    "reminders off": re.compile(
        r"reminder off"
        r"|(?:stop|turn off|switch off|disable|mute|no more|no)(?: sending(?: me)?)?(?: the| my| all| these)?"
        r" reminders?"
        r"|(?:turn|switch) (?:the |my )?reminders off|(?:stop|don't|do not) remind(?:ing)?(?: me)?"
    ),
    "reminders on": re.compile(
        r"reminder on"
        r"|(?:start|turn on|switch on|enable)(?: the| my)? reminders?|(?:turn|switch) (?:the |my )?reminders on"
    ),
    "undo": re.compile(r"(?:undo|revert|take (?:it|that) back|oops)(?: (?:that|it|this|last|the last one|please))?"),
}
_BEGINS = re.compile(
    r"(?:i'?m |i am )?(?:start(?:ing|ed)?(?: work(?:ing)?)?|begin|(?:i'm |am )?here|arrived|at work"
    r"|back(?: (?:at work|from (?:a |my |the )?(?:lunch|coffee|tea|dinner|break|pause)(?: break)?))?)(?: now)?"
    r"|(?:i'?m|i am) in(?: now)?"
)
_ENDS = re.compile(
    r"(?:i'?m |i am )?(?:done|stop|finish(?:ed)?|leav(?:e|ing)|left|(?:going )?home|(?:good ?)?bye|good night|see you)"
    r"(?: work(?:ing)?| for today| now| tomorrow)?|(?:i'?m |i am )?off(?: now| home| for today)?"
)
_LEFT = re.compile(r"(?:i(?:'ve| have)? )?(?:left|went home|finished|stopped)(?: work(?:ing)?| the office)? (.+)")
_CAME = re.compile(
    r"(?:(?:i(?:'ve| have)? )?(?:came(?: in)?|arrived|started|began|got (?:here|in)|been (?:in|here))(?: work(?:ing)?)?"
    r"|(?:i'?m|i am|i was) (?:in|here|at work)) (.+)"
)
_WORKED = re.compile(
    r"(?:i(?:'ve| have| was)? )?(?:been )?(?:work(?:ed|ing)|in|here|at work) (?:from )?(.+)", re.IGNORECASE
)
_WHERE = re.compile(
    r"where(?:'s| is) (.+)|is (?!it\b|this\b|that\b|there\b|any|every)(.+?)"
    r" (?:still )?(?:in|here|at work|working|clocked in)(?: today| now)?",
    re.IGNORECASE,
)
_MINUTES_ALONE = re.compile(r"in \S+(?: an)? ?(?:hours?|min(?:ute)?s?)")
_BREAK = re.compile(
    r"(?:i'?m |i am )?(?:on |at |going (?:to|for|on) |having |taking )?(?:a |my )?"
    r"(?:(?:lunch|coffee|tea|dinner|smoke|short)(?: ?(?:break|time|pause))?|break(?: ?time)?|pause)(?: now)?"
)
_BREAK_UNTIL = re.compile(
    rf"(?:{_BREAK.pattern})[,:]? (?:(?:from|at|till|until|for|of|in|about) )?(?:\d|noon|an? |half |one ).*"
    r"|brb(?:[,:]? .*)?"
    r"|(?:i'?ll be |i will be )?back (?:in|after) (?:about )?(?:an? |half |\d|five|ten|fifteen|twenty|thirty).*"
)
_NOT_TODAY = re.compile(
    r"(?:i'?m |i am |i )?(?:not|won't be)"
    r"(?: (?:coming|working|in|here|at work|to work|coming in))? today"
)
_THANKS = re.compile(r"(?:many )?(?:thanks?|thank you|thx|ty|cheers|danke)(?: (?:a lot|so much|very much|you|bot))?")
_PLEASE = re.compile(r"^(?:please|pls|(?:can|could) you(?: please)?) |(?:,? |^)(?:please|pls|plz)$", re.IGNORECASE)
_ABOUT = re.compile(r"(?:(?:did|have|had|do|i|we|worked?|so far|for|in|on|of|during)\b ?)+")


_GOING = re.compile(
    r"(?:i'?m |i am |i'?ll )?(?:be |just |on |at |off |gone |going |having |taking |to |for )*(?:a |an |my |the )?",
    re.IGNORECASE,
)
_BRB = re.compile(
    r"(?:brb|be right back|(?:i'?ll |i will )be back)\b[,:.!]? ?(?:(?:in|after) )?(?:about )?", re.IGNORECASE
)
_SAYS_BREAK = ("break", "pause")


class Topic(Enum):
    """What everyday words are about that stand for no command."""

    THANKS = auto()
    BREAK = auto()
    FORGOTTEN_IN = auto()
    FORGOTTEN_OUT = auto()
    CORRECTION = auto()
    ABSENCE = auto()


_TOPICS = {
    Topic.THANKS: re.compile(rf"^(?:{_THANKS.pattern})$"),
    Topic.BREAK: re.compile(rf"^(?:{_BREAK.pattern}|{_BREAK_UNTIL.pattern})$"),
    Topic.FORGOTTEN_IN: re.compile(r"\bforg[eo]t(?:ten)?\b.*\bin\b"),
    Topic.FORGOTTEN_OUT: re.compile(
        r"\bforg[eo]t(?:ten)?\b.*\b(?:clock|punch|check|out|leave|yesterday)\b|^i forg[eo]t\b"
    ),
    Topic.CORRECTION: re.compile(r"^(?:delete|remove|cancel|correct|fix|change|edit)\b"),
    Topic.ABSENCE: re.compile(
        r"\b(?:sick|ill|vacation|holidays?|day off|leave|pto)\b"
        r"|^(?:i'?m |i am )?(?:off|not (?:in|here|working|coming)) (?:today|tomorrow|on|next|this)\b"
        rf"|^(?:{_NOT_TODAY.pattern})$"
    ),
}


def break_line(words: str, kinds: BreakKinds) -> str | None:
    """`break 10` for `brb 10`, `break lunch` for `I'm on lunch`, `back at 13:00` for `I'm back since 13:00`. None for
    other words, questions among them, and where a kind of break begins a sentence about something else."""
    said = _tidy(words)
    if not said or words.rstrip().endswith("?"):
        return None
    if (rest := after_back(said)) is not None:
        return f"back {rest}".rstrip()
    if found := _BRB.match(said):
        return f"break {said[found.end() :]}".rstrip()
    going = _GOING.match(said)
    rest = said[going.end() :] if going else said
    try:
        read = read_break(rest, kinds)
    except NotUnderstood:
        first, _space, after = rest.partition(" ")
        if first.casefold() == "break":
            return f"break {after}".rstrip()
        return f"break {rest}" if topic_of(words) is Topic.BREAK else None
    is_break = read.kind or any(word.form in _SAYS_BREAK for word in typed_words(rest))
    return f"break {rest}" if rest and is_break else None


def as_line(words: str) -> str | None:
    """The command that means the same: `my hours last week` is `report last week`. None for other words."""
    said = _plain(words)
    if found := _HOURS.match(said):
        days = said[found.end() :]
        if not days or days.startswith(" "):
            days = _ABOUT.sub("", days.strip(), count=1).strip()
            return "status" if days in ("", "today", "so far") else f"report {days}"
    if found := _WHERE.fullmatch(_tidy(words)):
        return f"status {found[1] or found[2]}"
    return next((command for command, pattern in _COMMANDS.items() if pattern.fullmatch(said)), None)


def likely_line(words: str, today: date) -> str | None:
    """The command that was left out: `report today` for `today`, `report last week csv` for `csv last week`. None for
    other words."""
    said = _plain(words)
    if said == "missing":
        return "who"
    first, _space, rest = said.partition(" ")
    file, days = (first, rest) if first in ("csv", "excel") else ("", said)
    if not days or find_range(days, today) is None:
        return None
    return f"report {days} {file}".strip()


def begins_soon(words: str) -> bool:
    """`in 10 minutes`, `after an hour`"""
    return soon(" ".join(word.form for word in typed_words(words)))


def is_soon(words: str) -> bool:
    """`in 10 minutes`, and nothing else; `in 10 minutes ago` is a clock-in."""
    return begins_soon(words) and bool(_MINUTES_ALONE.fullmatch(_plain(words)))


def is_not_today(words: str) -> bool:
    """`not in today`"""
    return bool(_NOT_TODAY.fullmatch(_plain(words)))


def without_please(words: str) -> str:
    """`last week please` without its end."""
    said = words.rstrip("?!., ")
    return _PLEASE.sub("", said) if _PLEASE.search(said) else words


def begins_or_ends(words: str) -> str | None:
    """`in` for words such as `back from lunch`, `out` for words such as `done for today`: one of them may be meant."""
    said = _plain(words)
    return next((word for word, pattern in (("in", _BEGINS), ("out", _ENDS)) if pattern.fullmatch(said)), None)


def topic_of(words: str) -> Topic | None:
    """What everyday words are about that stand for no command."""
    said = _plain(words)
    return next((topic for topic, pattern in _TOPICS.items() if pattern.search(said)), None)


def said_with_a_time(words: str, today: date) -> str | None:
    """`i left yesterday at 5pm` as `out yesterday at 5pm`, `9-17:30 yesterday` as `add 9-17:30 yesterday`. None unless
    everything in it is read; of `i worked 9-17 stocktaking`, the rest is the note."""
    said = _plain(words)
    for word, pattern in (("out", _LEFT), ("in", _CAME)):
        if found := pattern.fullmatch(said):
            when = re.sub(r"^(?:since|from) ", "at ", found[1])
            read = _read(when, today) if word == "out" and breaks_in(found[1], None, None) else _all_read(when, today)
            if read and not read.until and (read.at or read.ago or (read.day and word == "out")):
                return f"{word} {when}"
    if (found := _WORKED.fullmatch(_tidy(words))) and (read := _read(found[1], today)) and read.until:
        return f"add {found[1]}"
    read = _all_read(words, today)
    return f"add {words}" if read and read.until else None


def time_alone(words: str, today: date) -> Clocking | None:
    """`8:30`, `yesterday 17:30`: a time and nothing else. None for other words."""
    read = _all_read(without_please(words), today)
    return read if read and (read.at or read.ago) and not read.until else None


def is_moment(words: str, today: date) -> bool:
    """A time, a day, or both, and nothing else."""
    read = _all_read(words, today)
    return read is not None and bool(read.at or read.ago or read.day) and not read.until


def is_of_either_half(words: str, today: date) -> bool:
    """`午前12時`, which may be noon or midnight, and nothing else."""
    read = _read(words, today)
    return read is not None and read.comment == words.strip() and len(read.likely_times) > 1


def is_span(words: str, today: date) -> bool:
    """`gestern von 9 bis 17`, and nothing else."""
    read = _all_read(words, today)
    return read is not None and read.until is not None


def _all_read(words: str, today: date) -> Clocking | None:
    read = _read(words, today)
    return read if read and not (read.comment or read.doubts or read.user_id) else None


def _read(words: str, today: date) -> Clocking | None:
    try:
        return read_clocking(words, today, None)
    except (Refusal, ValueError, OverflowError):
        return None


def _plain(words: str) -> str:
    """In lower case and in English."""
    return _tidy(in_english(words)).lower()


def _tidy(words: str) -> str:
    said = " ".join(words.replace("’", "'").split()).rstrip("?!., ")
    return _PLEASE.sub("", said).strip()
