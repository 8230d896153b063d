"""Typed text as words that can be compared, whatever signs, digits and invisible characters it was typed with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from storage.offices import Office

MENTION = re.compile(r"@\[([^\s|\]]+)\|?([^\s\]]*)\]")
_WORD = re.compile(rf"{MENTION.pattern}|\S+?(?=\s|$|{MENTION.pattern})")
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it begins; `form` is how it is compared. `user_id`: whom it names, where it is a mention."""

    start: int
    form: str
    user_id: str | None = None


def words_of(text: str) -> list[Word]:
    """The words of the text, without invisible signs and lone punctuation."""
    found = []
    for match in _WORD.finditer(text):
        if match[1]:
            found.append(Word(match.start(), "\0", match[1]))
        elif form := _form(match[0]):
            found.append(Word(match.start(), form))
    return found


def office_at(words: Sequence[Word], at: int, offices: Sequence[Office], text: str = "") -> tuple[Office, int] | None:
    """The office whose id or name comes next, and where it ends: the longest one, as it is typed to the letter."""
    found = []
    for office in offices:
        for name in (office.office_id, office.name):
            forms = [word.form for word in words_of(name)]
            if forms and [word.form for word in words[at : at + len(forms)]] == forms:
                found.append((len(forms), text.startswith(name, words[at].start), office))
    if not found:
        return None
    length, _, office = max(found, key=lambda one: one[:2])
    return office, at + length


def _form(word: str) -> str:
    """In lower case, with plain digits and nothing invisible; `p.m.` is `p.m`, and `1.11.` stays a day."""
    plain = unicodedata.normalize("NFKC", word).replace(" ", "").casefold()
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain if _is_seen(sign))
    plain = plain.strip(",;!")
    return plain if re.fullmatch(r"\d{1,2}\.\d{1,2}\.", plain) else plain.rstrip(".")


def _is_seen(sign: str) -> bool:
    is_variant = "\ufe00" <= sign <= "\ufe0f"
    return unicodedata.category(sign) != "Cf" and sign not in _BLANK and not is_variant
