"""What is asked with `who` besides who is in: `who @Kei`, `who is Kei?`, `who changed my record yesterday`."""

from __future__ import annotations

import re

from bot.calendar.typed import people_in

LATELY = "last 7 days"
_IS_IN = re.compile(r"(?:(?:is|are) )?(?:in|here)(?: (?:now|today))?\??", re.IGNORECASE)
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
