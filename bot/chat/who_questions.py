"""What is asked with `who` besides who is in: `who @Kei`, `who is Kei?`, `who changed my record yesterday`."""

from __future__ import annotations

import re
from datetime import date

from bot.calendar.ranges import find_range
from bot.calendar.typed import people_in

LATELY = "last 7 days"
_IS_IN = re.compile(r"(?:(?:is|are) )?(?:in|here)(?: (?:now|today))?\??", re.IGNORECASE)
_WAS_IN = re.compile(r"(?:was|were) (?:in|here|working) (.+?)[?!.]*", re.IGNORECASE)
_CHANGED = re.compile(
    r"(?:(?:has|have|last) )*(?:changed|edited|deleted|removed|corrected|fixed|modified|touched|added|entered)\b",
    re.IGNORECASE,
)
_RECORDS = re.compile(
    r"(?<!\S)(?:my|own|the|it|that|records?|entry|entries|times?|hours|of|on|from|for|clock[- ]?(?:ins?|outs?)"
    r"|th(?:is|ese)(?= (?:record|entr|time|clock)|[?!.]*$))(?=[?!.]*(?:\s|$))|['’]s(?!\S)|[?!.]+$",
    re.IGNORECASE,
)
_ONE_PERSON = re.compile(
    r"(?:(?:is|are) )?(\S.*?)(?: (?:is|are))?(?: (?:clocked )?in| here)?(?: (?:now|today))?[?!.]*", re.IGNORECASE
)


def is_about_everybody(words: str) -> bool:
    """`who is in?`"""
    return bool(_IS_IN.fullmatch(words.strip()))


def about_earlier_days(words: str, today: date) -> str | None:
    """`yesterday`, for `was in yesterday?`; None for today and for other words."""
    found = _WAS_IN.fullmatch(words.strip())
    days = find_range(found[1], today) if found else None
    return found[1] if found and days and days.last < today else None


def about_changes(words: str) -> str | None:
    """What to look for in the change history; None where nobody asks who changed something."""
    words = words.strip()
    if not (changed := _CHANGED.match(words)):
        return None
    rest = " ".join(_RECORDS.sub(" ", words[changed.end() :]).split())
    return rest if people_in(rest)[1] else f"{rest} {LATELY}".strip()


def one_name(words: str) -> str:
    """`Kei`, for `is Kei in?`"""
    found = _ONE_PERSON.fullmatch(words.strip())
    return found[1] if found else words
