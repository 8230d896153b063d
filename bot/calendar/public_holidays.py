"""Public holidays of countries and regions, from the library `holidays`. It's imported with the first country."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from bot.calendar.words import similar
from bot.errors import RegionWithoutCountry, UnknownCountry, UnknownRegion

if TYPE_CHECKING:
    from holidays import HolidayBase

YEARS_KEPT = 400
"""Of all countries and regions together: a few kilobytes each."""
FARTHEST_REPLACEMENT = 7  # days from a holiday on a weekend to its day off
_REGION = re.compile(r"[A-Z0-9]{1,3}")
_ENGLISH = "en_US"


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """`replaces`: the holiday on a weekend that this day makes up for, where the law gives a day off in its place."""

    name: str
    replaces: date | None = None


def country_code(words: str) -> str:
    """`DE` for `de`, `DEU` or `Germany` (ISO 3166-1). Raises UnknownCountry, also for one that the library lacks."""
    codes = _codes()
    if found := codes.get(_plain(words)):
        return found
    likely = similar(_plain(words), list(codes)) if len(words) > 3 else []
    raise UnknownCountry(words, [_names()[codes[one]] for one in likely])


def region_code(country: str, words: str) -> str:
    """`BY` for `by` or `Bayern`: the part after the dash in ISO 3166-2. Raises UnknownRegion."""
    library = _library(country)
    codes = {code.casefold(): code for code in library.subdivisions if _REGION.fullmatch(code)}
    called = {_plain(name): code for name, code in library.subdivisions_aliases.items()}
    wanted = words.strip().removeprefix(f"{country}-").casefold()
    found = codes.get(wanted) or called.get(_plain(words))
    if found is None or found not in codes.values():
        raise UnknownRegion(country_name(country), words, sorted(codes.values()))
    return found


def place_of(country: str | None, region: str | None) -> tuple[str | None, str | None]:
    """The codes of both as they are typed. Raises UnknownCountry, UnknownRegion or RegionWithoutCountry."""
    code = country_code(country) if country else None
    if region and code is None:
        raise RegionWithoutCountry(region)
    return code, region_code(code, region) if code and region else None


def country_name(country: str) -> str:
    """`United Kingdom`; the code of a country that the library lacks."""
    return _names().get(country, country)


def public_holidays(country: str, region: str | None, year: int) -> Mapping[date, PublicHoliday] | None:
    """The public holidays of a year, also days off in place of those on a weekend. English names.

    None where the library doesn't know the year, the country or the region (an update can drop one).
    """
    try:
        return _year(country, region, year)
    except NotImplementedError:
        return None


def name_in(language: str, country: str, region: str | None, day: date) -> str | None:
    """What a public holiday is called in a language (`de`). None where the library has no names in it."""
    tags = [tag for tag in _library(country).supported_languages if tag.partition("_")[0] == language]
    return _names_in(tags[0], country, region, day.year).get(day) if tags else None


@lru_cache(maxsize=YEARS_KEPT)
def _names_in(tag: str, country: str, region: str | None, year: int) -> Mapping[date, str]:
    return _named(country, region, [year], observed=True, tag=tag)


@lru_cache(maxsize=YEARS_KEPT)
def _year(country: str, region: str | None, year: int) -> Mapping[date, PublicHoliday] | None:
    library = _library(country)
    if not library.start_year <= year <= library.end_year:
        return None
    proper = _named(country, region, range(year - 1, year + 2), observed=False)
    weekend = library.weekend
    return {
        day: PublicHoliday(name, None if day in proper else _replaced(day, name, proper, weekend))
        for day, name in sorted(_named(country, region, [year], observed=True).items())
        if day.year == year
    }


def _named(
    country: str, region: str | None, years: range | list[int], *, observed: bool, tag: str = _ENGLISH
) -> dict[date, str]:
    """As a plain dict: the library's own grows with each day that is looked up."""
    import holidays

    language = tag if tag in _library(country).supported_languages else None  # None: it has one language
    return dict(
        holidays.country_holidays(country, subdiv=region, years=years, observed=observed, language=language).items()
    )


def _replaced(day: date, name: str, proper: Mapping[date, str], weekend: set[int]) -> date | None:
    """The holiday that a further day off stands for: the nearest one that its name names, else the nearest one on a
    weekend with nothing but holidays between."""
    near = [other for other in proper if abs((other - day).days) <= FARTHEST_REPLACEMENT]
    near.sort(key=lambda other: (abs((other - day).days), other))
    for other in near:
        if other.weekday() in weekend and any(part in name for part in proper[other].split("; ")):
            return other
    for other in near:
        between = range(min(day, other).toordinal() + 1, max(day, other).toordinal())
        if other.weekday() in weekend and all(date.fromordinal(one) in proper for one in between):
            return other
    return None


@cache
def _library(country: str) -> HolidayBase:
    """What the library says of a country, without any year. Raises NotImplementedError."""
    import holidays

    return holidays.country_holidays(country)


@cache
def _names() -> Mapping[str, str]:
    """The English name of each country by its code."""
    from holidays.registry import COUNTRIES

    return {code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name, code, *_ in COUNTRIES.values()}


@cache
def _codes() -> Mapping[str, str]:
    """Each country's code by its codes and its name."""
    from holidays.registry import COUNTRIES

    named = {_plain(name): code for code, name in _names().items()}
    listed = {one.casefold(): code for _, code, *others in COUNTRIES.values() for one in (code, *others)}
    return named | listed


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()
