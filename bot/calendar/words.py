"""Splits typed text into words that can be compared, whatever punctuation, digits and invisible characters it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from storage.offices import Office

LONGEST_NAME = 100  # characters, of a mention's id and of its name
MENTION = re.compile(rf"@\[([^\s|\[\]]{{1,{LONGEST_NAME}}})(?:\|([^\s\[\]]{{0,{LONGEST_NAME}}}))?\]")
WORD = re.compile(rf"{MENTION.pattern}|\S+?(?=\s|$|{MENTION.pattern})")
UNKNOWN_PERSON = re.compile(r"(?<!\S)@\w[^\s,;]*")
ALIKE = 0.75
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Word:
    """A word and where it begins. `form` is used for comparing. `user_id` is set for a mention. `typed`: the form as it
    is typed, where `form` is the English for it."""

    start: int
    form: str
    user_id: str | None = None
    typed: str = ""

    @property
    def as_typed(self) -> str:
        """The form for comparing with names, which aren't in English."""
        return self.typed or self.form


def words_of(text: str) -> list[Word]:
    """The words of the text, without invisible characters and single punctuation marks."""
    found = []
    for match in WORD.finditer(text):
        if match[1]:
            found.append(Word(match.start(), "\0", match[1]))
        elif form := form_of(match[0]):
            found.append(Word(match.start(), form))
    return found


def office_at(words: Sequence[Word], at: int, offices: Sequence[Office], text: str = "") -> tuple[Office, int] | None:
    """The office whose id or name comes next, and where it ends. The longest one wins, then the one with the exact
    spelling."""
    found = []
    for office in offices:
        for name in (office.office_id, office.name):
            forms = [word.form for word in words_of(name)]
            if forms and [word.as_typed for word in words[at : at + len(forms)]] == forms:
                found.append((len(forms), text.startswith(name, words[at].start), office))
    if not found:
        return None
    length, _, office = max(found, key=lambda one: one[:2])
    return office, at + length


def first_office(words: Sequence[Word], offices: Sequence[Office]) -> Office | None:
    """The office whose id or name comes first anywhere in the words; the longest one of those."""
    text, found = _spaced(words), []
    for office in offices:
        for name in (office.office_id, office.name):
            sought = _spaced(words_of(name))
            if sought.strip() and sought in text:
                found.append((text.index(sought), -len(sought), office))
    return min(found, key=lambda one: one[:2])[2] if found else None


def _spaced(words: Sequence[Word]) -> str:
    return "".join(f" {word.as_typed}" for word in words) + " "


def similar_offices(words: Sequence[Word], offices: Sequence[Office]) -> tuple[int, list[str]]:
    """Up to two offices whose name or id is similar to the first of the words (`berln`, or `berlin` for Berlin Mitte),
    and how many words that takes."""
    found = []
    for office in offices:
        for name in (office.name, office.office_id):
            forms = [word.form for word in words_of(name)]
            for count in range(1, len(forms) + 1):
                typed = " ".join(word.as_typed for word in words[:count])
                likeness = max(alike(typed, " ".join(forms[:count])), alike(typed, " ".join(forms)))
                if likeness >= ALIKE and count <= len(words):
                    found.append((likeness, count, office.name))
    if not found:
        return 1, []
    best, count, _ = max(found, key=lambda one: one[:2])
    names = [name for likeness, taken, name in sorted(found, reverse=True) if taken == count and likeness > best - 0.1]
    return count, list(dict.fromkeys(names))[:2]


def similar(word: str, known: Collection[str]) -> list[str]:
    """Up to two of the known words that the word may be a misspelling of, the most likely first."""
    ranked = sorted(((alike(word, one), one) for one in known), key=lambda one: (-one[0], one[1]))
    best = ranked[0][0] if ranked else 0.0
    return [one for likeness, one in ranked if likeness >= ALIKE and likeness > best - 0.1][:2]


def alike(word: str, known: str) -> float:
    """From 0 to 1: the same letters in the same order, or two neighbours swapped."""
    if 2 * min(len(word), len(known)) < max(len(word), len(known)):
        return 0.0  # less than ALIKE anyway, and comparing is slow
    swapped = [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)]
    return 0.95 if known in swapped else SequenceMatcher(None, word, known, autojunk=False).ratio()


def form_of(word: str) -> str:
    """In lower case, with plain digits and without invisible characters. `p.m.` becomes `p.m`, `12.30.` becomes
    `12.30`; `1.11.` stays, because it's a day."""
    if word.isascii() and word.isalnum():
        return word.lower()  # nearly every word, and much faster
    plain = unicodedata.normalize("NFKC", word).replace(" ", "").casefold()
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in plain if _is_seen(sign))
    plain = plain.strip(",;!")
    return plain if re.fullmatch(r"\d{1,2}\.(?:0?[1-9]|1[0-2])\.", plain) else plain.rstrip(".")


def _is_seen(sign: str) -> bool:
    is_variant = "\ufe00" <= sign <= "\ufe0f"
    return unicodedata.category(sign) != "Cf" and sign not in _BLANK and not is_variant
