"""Typed words of another language than English, as they are compared, and what they say in English."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from bot.calendar.words import WORD, form_of

_MARKS = (",", ";", ".", "!", "?", ":", ")")


@dataclass(frozen=True, slots=True)
class Token:
    """A typed word, as it is compared; with its `english` where that doesn't depend on the words around it."""

    start: int
    end: int
    form: str
    user_id: str | None = None
    english: str | None = None
    ends_clause: bool = False
    """Whether a comma or another mark comes after it."""

    @property
    def key(self) -> str:
        """Without the signs of a question, and with a plain apostrophe."""
        return self.form.rstrip("?!").lstrip("¿¡").replace("’", "'")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase ends, counted in tokens, and what it says."""

    end: int
    english: str


def folded(word: str) -> str:
    """Without accents and apostrophes, which are often left out. Those of Japanese stay."""
    word = word.replace("'", "")
    if word.isascii():
        return word
    letters = (sign for sign in unicodedata.normalize("NFD", word) if not "\u0300" <= sign <= "\u036f")
    return unicodedata.normalize("NFC", "".join(letters))


def tokens_of(text: str) -> list[Token]:
    """Those of a text with spaces between its words."""
    found = []
    for match in WORD.finditer(text):
        if match[1]:
            found.append(Token(match.start(), match.end(), "\0", match[1]))
        elif form := form_of(match[0]):
            found.append(Token(match.start(), match.end(), form, ends_clause=match[0].endswith(_MARKS)))
    return found
