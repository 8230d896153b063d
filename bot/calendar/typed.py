"""Reads what people type after a command: whom, when, where and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.calendar.worktime import TimeOfDay, parse_time_of_day
from bot.errors import InvalidText, NotAnOffice, NotAPerson, NotATime, NotUnderstood
from storage.offices import Office

LONGEST_COMMENT = 2000  # PRODUCT.md section 2

_MENTION = re.compile(r"@\[([^\s|\]]+)\|?([^\s\]]*)\]")
_NOBODY = re.compile(r"@\w\S*")
"""A name by which the chat knows nobody, or more than one person."""
_AT = re.compile(r"at\s+(\S+(?:\s+(?:am|pm)\b)?)\s*|(at)$", re.IGNORECASE)  # alone it lacks its time
_IN = re.compile(r"in(?:\s+|$)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_QUOTES = ('""', "''", "“”", "„“")


@dataclass(frozen=True, slots=True)
class Clocking:
    """`/clockin @person at 8:30 in hq good morning`, read."""

    user_id: str | None = None
    at: TimeOfDay | None = None
    office_id: str | None = None
    comment: str | None = None


def parse_clocking(text: str, command: str, offices: Sequence[Office] | None) -> Clocking:
    """Reads `[@person] [at HH:MM] [in OFFICE] [comment]`; without the office where `offices` is None.

    Person, time and office come in any order. Raises NotUnderstood for more than one person, NotAPerson, NotATime,
    NotAnOffice or InvalidText.
    """
    rest = text.strip()
    read = Clocking()
    while True:
        if match := _MENTION.match(rest):
            if read.user_id not in (None, match[1]):
                raise NotUnderstood("more than one person", command)
            read, rest = replace(read, user_id=match[1]), rest[match.end() :].lstrip()
        elif read.at is None and (match := _AT.match(rest)):
            read, rest = replace(read, at=_time(match[1] or match[2], command)), rest[match.end() :]
        elif offices is not None and read.office_id is None and (match := _IN.match(rest)):
            office, rest = _office(rest[match.end() :], command, offices)
            read = replace(read, office_id=office.office_id)
        else:
            break
    if match := _NOBODY.match(rest):
        raise NotAPerson(match[0].partition("|")[2].rstrip(">") or match[0], command)
    return replace(read, comment=comment(without_ids(_unquoted(rest).strip())))


def mention(user_id: str, name: str = "") -> str:
    """A person as a door writes them into what was typed: `@[U0BEN|ben]`."""
    shown = re.sub(r"[\s\]]", "", name)
    return f"@[{user_id}|{shown}]"


def without_ids(text: str) -> str:
    """The text as it was typed: with `@ben` for people, and where their name is not known `@U0BEN`."""
    return _MENTION.sub(lambda person: f"@{person[2] or person[1]}", text)


def people_in(text: str) -> tuple[list[str], str]:
    """The user ids mentioned, and the words that are left."""
    return list(dict.fromkeys(person[1] for person in _MENTION.finditer(text))), " ".join(
        _MENTION.sub(" ", text).split()
    )


def one_person_in(text: str, command: str) -> tuple[str | None, str]:
    """The user id mentioned, if any, and the words that are left. Raises NotUnderstood for more than one."""
    user_ids, rest = people_in(text)
    if len(user_ids) > 1:
        raise NotUnderstood("more than one person", command)
    return (user_ids[0] if user_ids else None), rest


def office_in(text: str, command: str, offices: Sequence[Office]) -> tuple[Office | None, str]:
    """A trailing `in OFFICE` and the words before it. Raises NotAnOffice."""
    match = re.search(r"(?:^|\s)in\s+(.+)$", text, re.IGNORECASE)
    if not match:
        return None, text
    office, rest = _office(match[1], command, offices)
    if rest:
        raise NotAnOffice(match[1], command, [office.name for office in offices])
    return office, text[: match.start()].strip()


def begins_with_an_office(text: str, offices: Sequence[Office]) -> bool:
    """Whether the words begin with an office's id or name."""
    try:
        _office(text, "", offices)
    except NotAnOffice:
        return False
    return True


def comment(text: str | None) -> str | None:
    """A comment fit to be kept, as it was typed; None where empty. Raises InvalidText."""
    text = (text or "").replace("\r\n", "\n")  # forms send line ends so
    if len(text) > LONGEST_COMMENT:
        raise InvalidText(f"has {len(text):,} characters, and may have {LONGEST_COMMENT:,}")
    if _CONTROL.search(text):
        raise InvalidText("holds control characters")
    return text or None


def _time(words: str, command: str) -> TimeOfDay:
    try:
        return parse_time_of_day(words)
    except NotATime as error:
        raise NotATime(words, command) from error


def _office(text: str, command: str, offices: Sequence[Office]) -> tuple[Office, str]:
    """The office whose id or name begins the text, the longest match first (of those the one typed to the
    letter), and the text after it."""
    named = [(name, office) for office in offices for name in (office.office_id, office.name)]
    for name, office in sorted(named, key=lambda pair: (-len(pair[0]), not text.startswith(pair[0]))):
        end = len(name)
        if text[:end].casefold() == name.casefold() and (len(text) == end or text[end].isspace()):
            return office, text[end:].lstrip()
    words = " ".join(text.split()[:1])
    raise NotAnOffice(words, command, [office.name for office in offices])


def _unquoted(text: str) -> str:
    """Without the quotes around all of it; `"a" and "b"` keeps those that it begins and ends with."""
    text = text.strip()
    inside = text[1:-1]
    quoted = len(text) > 1 and text[0] + text[-1] in _QUOTES and not {text[0], text[-1]} & set(inside)
    return inside if quoted else text
