"""Rule packs: the numbers of one country's law, each with its article. They are TOML files in `packs/`.

A pack loads only if each number has an article, a known name and a likely size: 11 for a rest of 660 minutes would be
hours. All lengths are minutes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import time
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

FOLDER = files(__package__) / "packs"
A_DAY = 1440

_Article = Annotated[str, Field(min_length=3, max_length=100)]
_OfBreaks = Annotated[int, Field(ge=5, le=180)]
_OfWork = Annotated[int, Field(ge=120, le=1440)]
_OfRest = Annotated[int, Field(ge=360, le=4320)]
_OfWeeks = Annotated[int, Field(ge=1200, le=6000)]


class WrongPack(Exception):
    """A rule pack that can't be used: which file, what is wrong with it, and what to do, as two sentences."""

    def __init__(self, file: str, fault: str) -> None:
        super().__init__(f"The rule pack {file} can't be used: {fault}. Correct the file, or install the bot again.")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Break(_Strict):
    """How long breaks must be together, once the work is longer than `over`, or at least `from` long.

    `net` looks at the day's work without breaks, `stretch` at work without a break of that length. With `one_piece`,
    only the longest break counts.
    """

    over: _OfWork | None = None
    at_least: _OfWork | None = Field(None, alias="from")
    minutes: _OfBreaks
    measure: Literal["net", "stretch"] = "net"
    one_piece: bool = False
    article: _Article

    @model_validator(mode="after")
    def _begins_once(self) -> Break:
        if (self.over is None) == (self.at_least is None):
            raise ValueError("needs either over or from")
        return self

    @cached_property
    def longest(self) -> int:
        """The longest work that doesn't ask for it."""
        return self.over if self.over is not None else (self.at_least or 0) - 1


class BreakBlock(_Strict):
    """Shorter breaks don't count."""

    minutes: _OfBreaks
    article: _Article


class Stretch(_Strict):
    """The longest work without a break."""

    minutes: _OfWork
    article: _Article


class Day(_Strict):
    """The longest day: of its work, or from its first clock-in to its last clock-out (`span`)."""

    minutes: _OfWork
    measure: Literal["net", "span"] = "net"
    article: _Article


class DailyRest(_Strict):
    """The shortest time between two work dates."""

    minutes: _OfRest
    article: _Article


class WeeklyRest(_Strict):
    """The shortest unbroken rest of a week. `days`: 14 where a week before or after may make good for it."""

    minutes: _OfRest
    days: Literal[7, 14] = 7
    article: _Article


class Week(_Strict):
    """The longest week, from Monday."""

    minutes: _OfWeeks
    article: _Article


class WeekAverage(_Strict):
    """The longest week on average over that many weeks or months."""

    minutes: _OfWeeks
    weeks: Annotated[int, Field(ge=2, le=52)] | None = None
    months: Annotated[int, Field(ge=2, le=12)] | None = None
    article: _Article

    @model_validator(mode="after")
    def _has_one_period(self) -> WeekAverage:
        if (self.weeks is None) == (self.months is None):
            raise ValueError("needs either weeks or months")
        return self

    @cached_property
    def period(self) -> int:
        """Its length in weeks."""
        return self.weeks or round((self.months or 0) * 52 / 12)


def _clock(value: object) -> time:
    if not isinstance(value, str) or len(value) != 5:
        raise ValueError("must be a time like 23:00")
    return time.fromisoformat(value)


_Clock = Annotated[time, BeforeValidator(_clock)]


class NightWork(_Strict):
    """The longest day of a night worker, or its average over that many `days`. More than `counts_over` minutes of the
    day have to lie in the night."""

    starts: _Clock = Field(alias="from")
    ends: _Clock = Field(alias="to")
    counts_over: Annotated[int, Field(ge=0, le=420)] = 0
    minutes: _OfWork
    days: Annotated[int, Field(ge=7, le=366)] | None = None
    article: _Article


class ForbiddenNight(_Strict):
    """Nobody may work between these times."""

    starts: _Clock = Field(alias="from")
    ends: _Clock = Field(alias="to")
    article: _Article


class Limits(_Strict):
    """What one law asks. What isn't there isn't checked."""

    breaks: tuple[Break, ...] = Field((), strict=False)
    break_block: BreakBlock | None = None
    stretch: Stretch | None = None
    day: Day | None = None
    daily_rest: DailyRest | None = None
    weekly_rest: WeeklyRest | None = None
    week: Week | None = None
    week_average: WeekAverage | None = None
    night: NightWork | None = None
    forbidden_night: ForbiddenNight | None = None

    @cached_property
    def shortest_block(self) -> int:
        """The shortest break that counts."""
        return self.break_block.minutes if self.break_block else 1

    @cached_property
    def carefree(self) -> int:
        """A day with no more work than this asks for no break, and isn't too long."""
        return min([tier.longest for tier in self.breaks] + [self.longest_piece, self.longest_day])

    @cached_property
    def enough(self) -> int:
        """One break of this length is enough for every day."""
        return max([tier.minutes for tier in self.breaks] + [self.shortest_block])

    @cached_property
    def longest_piece(self) -> int:
        """The longest work that needs no break in it, whatever there is before and after."""
        pieces = [tier.longest for tier in self.breaks if tier.measure == "stretch"]
        return min([*pieces, self.stretch.minutes] if self.stretch else pieces, default=A_DAY)

    @cached_property
    def longest_day(self) -> int:
        """The longest work of a day."""
        return self.day.minutes if self.day and self.day.measure == "net" else A_DAY

    @cached_property
    def longest_span(self) -> int:
        """The longest day from its first clock-in to its last clock-out."""
        return self.day.minutes if self.day and self.day.measure == "span" else 2 * A_DAY


class Pack(Limits):
    """The limits of a country, or of one of its regions. `minors` holds those that differ below the age of 18."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
    name: Annotated[str, Field(min_length=2)]
    basis: Annotated[str, Field(min_length=3)]
    members: tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...] = Field((), strict=False)
    """The countries without a pack of their own that this one is for."""
    minors: Limits | None = None

    @cached_property
    def of_minors(self) -> Limits:
        """The limits below the age of 18: their own, and where they have none those of adults."""
        if self.minors is None:
            return self
        return self.changed({name: getattr(self.minors, name) for name in self.minors.model_fields_set})

    def changed(self, limits: Mapping[str, Any]) -> Pack:
        """The same with other limits. `model_copy` would take along what was worked out from the old ones."""
        own = {name: getattr(self, name) for name in Pack.model_fields}
        return Pack.model_construct(**own | dict(limits))


def pack_for(country: str | None, region: str | None = None) -> Pack | None:
    """The pack of the region, or of its country, or of the union that the country belongs to. Raises WrongPack."""
    if country is None:
        return None
    found = packs()
    if region is not None and (regional := found.get(f"{country}-{region}")):
        return regional
    return found.get(country) or next((pack for pack in found.values() if country in pack.members), None)


@cache
def packs() -> dict[str, Pack]:
    """Every pack by its code. Raises WrongPack for the first that can't be used."""
    paths = sorted(path.name for path in FOLDER.iterdir() if path.name.endswith(".toml"))
    return {name.removesuffix(".toml"): read_pack(name, (FOLDER / name).read_text("utf-8")) for name in paths}


def read_pack(file: str, text: str) -> Pack:
    """The pack in that file. Raises WrongPack."""
    try:
        pack = Pack.model_validate(tomllib.loads(text), by_alias=True, by_name=False)
    except tomllib.TOMLDecodeError as error:
        raise WrongPack(file, f"it isn't TOML: {error}") from error
    except ValidationError as error:
        told = "; ".join(_told(fault) for fault in error.errors(include_url=False))
        raise WrongPack(file, told) from error
    if file != f"{pack.code}.toml":
        raise WrongPack(file, f"it has the code {pack.code} of another file")
    return pack


def _told(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"]) or "the pack"
    match fault["type"]:
        case "missing" if where.endswith("article"):
            return f"{where.removesuffix('.article')} has no article"
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"{where} isn't known"
        case "greater_than_equal" | "less_than_equal":
            return f"{where} is {fault['input']}, which can't be minutes"
        case _:
            return f"{where}: {fault['msg']}"
