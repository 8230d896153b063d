"""The languages that the bot speaks, from the catalogues in `bot/locale`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.wording.catalogue import ENGLISH, Language

LOCALE = Path(__file__).parent.parent / "locale"
MOST_ACCEPTED = 20
_ACCEPTED = re.compile(r"(?P<tag>[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3})(\s*;\s*q=(?P<weight>[01](\.\d{0,3})?))?")
"""A part of `Accept-Language`: `de-AT`, `de;q=0.9`."""


@cache
def offered() -> Mapping[str, str]:
    """The languages that people can choose: each code with the language's own name, such as `de` with "Deutsch"."""
    codes = sorted(path.parents[1].name.replace("_", "-") for path in LOCALE.glob("*/LC_MESSAGES/attendance.po"))
    return {code: _own_name(code) for code in ("en", *codes)}


def names_of(code: str, reader: Language) -> set[str]:
    """How people may call the language: by its code, and by its name in English, in itself and in theirs."""
    found = {Locale.parse(code, sep="-").get_display_name(locale) for locale in ("en", code.replace("-", "_"))}
    found |= {Locale.parse(code, sep="-").get_display_name(reader.locale), offered()[code], code}
    return {name for name in found if name}


@lru_cache(maxsize=1000)
def language_of(*tags: str | None) -> Language | None:
    """The language of the first of these tags (`de`, `de-AT`, `en_US`) that the bot speaks. One without a region takes
    that of a later tag in the same language."""
    wanted = [tag.replace("_", "-") for tag in tags if tag]
    for place, tag in enumerate(wanted):
        if (code := code_of(tag)) is not None:
            same = (other for other in wanted[place:] if "-" in other and code_of(other) == code)
            return spoken(code, next(same, tag))
    return None


def language_for(*tags: str | None) -> Language:
    """The same, or English."""
    return language_of(*tags) or ENGLISH


def language_accepted(header: str) -> Language:
    """The language that a browser prefers among the bot's, by its `Accept-Language`; else English."""
    wanted = [match for part in header.split(",")[:MOST_ACCEPTED] if (match := _ACCEPTED.fullmatch(part.strip()))]
    wanted.sort(key=lambda match: -float(match["weight"] or 1))  # of the same weight, the first comes first
    return language_for(*(match["tag"] for match in wanted if float(match["weight"] or 1) > 0))


def code_of(tag: str) -> str | None:
    """The code of the catalogue for a tag: `de` for `de-AT`, `pt-BR` for any Portuguese. None if there is none."""
    exact = (code for code in offered() if code.lower() == tag.lower())
    same = (code for code in offered() if code.partition("-")[0] == tag.partition("-")[0].lower())
    return next(exact, next(same, None))


@lru_cache(maxsize=1000)
def spoken(code: str, tag: str) -> Language:
    """The catalogue of that code, with dates and numbers as in the region of the tag."""
    locale = _locale(tag) or _locale(code) or ENGLISH.locale
    if code != "en":
        return Language(str(locale).replace("_", "-"), locale, _translations(code))
    return Language(str(locale).replace("_", "-"), locale, ENGLISH.messages) if locale.territory else ENGLISH


@cache
def _translations(code: str) -> GNUTranslations:
    """Read when somebody first needs it, which takes a tenth of a second. All of them would hold the start up."""
    with (LOCALE / code.replace("-", "_") / "LC_MESSAGES" / "attendance.po").open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _own_name(code: str) -> str:
    name = Locale.parse(code, sep="-").get_display_name() or code
    return name[:1].upper() + name[1:]


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
