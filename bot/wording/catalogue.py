"""Looks messages up in the language of the person who reads them.

Each request and each delivery says who reads (`reads_in`). Until then, and for programs and the command line, that is
English, in which the messages are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations

from babel import Locale

from bot.calendar.vocabulary import typed_by


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """A language as it is read in a region. `tag`: `de`, `de-AT`, or `en` for the English of no region."""

    tag: str
    locale: Locale
    messages: NullTranslations


ENGLISH = Language("en", Locale("en"), NullTranslations())


class _Reading:
    """What the tasks of one request share. Which language its answer is in may be found in a later one."""

    __slots__ = ("language",)

    def __init__(self, language: Language) -> None:
        self.language = language


_NOBODY = _Reading(ENGLISH)
_reading: ContextVar[_Reading] = ContextVar("reading", default=_NOBODY)


def _(message: str) -> str:
    """The message in the reader's language. Without a translation, as it is."""
    return _reading.get().language.messages.gettext(message)


def ngettext(one: str, more: str, count: int) -> str:
    """The form of the message for that count."""
    return _reading.get().language.messages.ngettext(one, more, count)


def pgettext(context: str, message: str) -> str:
    """The message in that context, for words that need more than one translation."""
    return _reading.get().language.messages.pgettext(context, message)


def later(message: str) -> Callable[[], str]:
    """For a message of a module, which is looked up whenever it is said."""
    return lambda: _(message)


def reader_language() -> Language:
    """The language of the person who reads."""
    return _reading.get().language


typed_by(lambda: reader_language().tag)


def begin_reading(language: Language = ENGLISH) -> None:
    """A request starts. Its tasks share what `reads_in` says in one of them."""
    _reading.set(_Reading(language))


def reads_in(language: Language) -> None:
    """Who reads the answer to this request is known."""
    if (reading := _reading.get()) is _NOBODY:
        begin_reading(language)
    else:
        reading.language = language


@contextmanager
def reading_in(language: Language) -> Iterator[None]:
    """For words that somebody else reads than the request's answer."""
    before = _reading.set(_Reading(language))
    try:
        yield
    finally:
        _reading.reset(before)
