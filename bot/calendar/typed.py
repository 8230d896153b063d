"""People, an office and a comment in what is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.calendar.vocabulary import typed_words
from bot.calendar.words import LONGEST_NAME, MENTION, UNKNOWN_PERSON, office_at, similar_offices
from bot.errors import InvalidText, NotAnOffice, NotAPerson, TwoPeople
from storage.offices import Office

LONGEST_COMMENT = 2000  # characters

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_QUOTES = ('""', "''", "“”", "„“")


def mention(user_id: str, name: str = "") -> str:
    """A person in typed text as a door writes it: `@[U0BEN|ben]`."""
    shown = re.sub(r"[\s\[\]]", "", name)[:LONGEST_NAME]
    return f"@[{user_id}|{shown}]"


def without_ids(text: str) -> str:
    """The text as it was typed: with `@ben` for people, or `@U0BEN` if the name isn't known."""
    return MENTION.sub(lambda person: f"@{person[2] or person[1]}", text)


def people_in(text: str) -> tuple[list[str], str]:
    """The user ids mentioned, and the words that are left. Raises NotAPerson for a name that the chat doesn't know."""
    rest = " ".join(MENTION.sub(" ", text).split())
    if unknown := UNKNOWN_PERSON.search(rest):
        raise NotAPerson(unknown[0])
    return list(dict.fromkeys(person[1] for person in MENTION.finditer(text))), rest


def corrected(line: str, wrong: str, right: str, *, after: str = "") -> str:
    """The line with other words in place of the wrong ones, which come `after` a word. Mentions stay as they are."""
    masked = MENTION.sub(lambda person: "\0" * len(person[0]), line)
    spaced = r"\s+".join(re.escape(word) for word in wrong.split())
    before = rf"(?<![^\s\0]){after}\s+" if after else r"(?<![^\s\0])"
    if found := re.search(rf"{before}({spaced})(?![^\s\0])", masked, re.IGNORECASE):
        return line[: found.start(1)] + right + line[found.end(1) :]
    word, *rest = MENTION.sub(lambda person: f" {person[0]} ", line).split()
    wrong_words = MENTION.sub(lambda person: f" {person[0]} ", wrong).split()
    if wrong_words[:1] == [word]:  # the whole line
        return right
    for one in wrong_words:
        if one in rest:
            rest.remove(one)
    return " ".join([word, right, *rest])


def one_person_in(text: str) -> tuple[str | None, str]:
    """The user id mentioned, if any, and the words that are left. Raises TwoPeople, or NotAPerson."""
    user_ids, rest = people_in(text)
    if len(user_ids) > 1:
        raise TwoPeople(text)
    return (user_ids[0] if user_ids else None), rest


def office_in(text: str, offices: Sequence[Office]) -> tuple[Office | None, str]:
    """`in OFFICE` and the words around it. Raises NotAnOffice."""
    text = " ".join(text.split())
    words = typed_words(text)
    after = [at + 1 for at, word in enumerate(words) if word.form == "in"]
    for at in after:
        if found := office_at(words, at, offices, text):
            office, end = found
            rest = text[words[end].start :] if end < len(words) else ""
            return office, f"{text[: words[at - 1].start]}{rest}".strip()
    if not after:
        return None, text
    count, likely = similar_offices(words[after[0] :], offices)
    typed = text[words[after[0]].start :].split() if after[0] < len(words) else []
    named = typed[:count] if likely else typed
    raise NotAnOffice(" ".join(named), likely, offices=[office.name for office in offices])


def comment(text: str | None) -> str | None:
    """A comment that can be stored, as it was typed. None if it is empty. Raises InvalidText."""
    text = (text or "").replace("\r\n", "\n")  # forms send these line ends
    if len(text) > LONGEST_COMMENT:
        raise InvalidText(f"has {len(text):,} characters, so shorten it to {LONGEST_COMMENT:,}", len(text))
    if _CONTROL.search(text):
        raise InvalidText("holds control characters, so leave them out")
    return text or None


def in_quotes(text: str) -> str:
    """In a pair of quotes that it doesn't contain, so that it is read as a comment."""
    if not text:
        return ""
    pairs = (('"', '"'), ("“", "”"), ("'", "'"), ("", ""))
    opening, closing = next(pair for pair in pairs if not set(pair) & set(text))
    return f"{opening}{text}{closing}"


def unquoted(text: str) -> str:
    """Without the quotes around the whole text. `"a" and "b"` keeps its quotes."""
    text = text.strip()
    inside = text[1:-1]
    quoted = len(text) > 1 and text[0] + text[-1] in _QUOTES and not {text[0], text[-1]} & set(inside)
    return inside if quoted else text
