"""Compares days with the limits of a pack. Whole minutes are compared, counted since 1970; paid breaks are work and a
break in one.

Findings are worked out when they are read. They depend only on the records, not on the order in which they were
entered, nor on the range that is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from bot.rules.packs import Break, Limits, WeeklyRest

Span = tuple[int, int]
"""From one minute to another."""


class Rule(StrEnum):
    """What is checked."""

    BREAK = "break"
    STRETCH = "stretch"
    DAY = "day"
    REST = "rest"
    WEEKLY_REST = "weekly-rest"
    WEEK = "week"
    NIGHT = "night"


class Finding(NamedTuple):
    """What a limit asks, and what there was instead, in minutes. `average`: what was measured is one over weeks."""

    rule: Rule
    work_date: date
    measured: int
    asked: int
    article: str
    average: bool = False


class WorkingDay(NamedTuple):
    """A person's work date with its records that have ended, and whether one is still open. `week` is the number of its
    week, `first` the first clock-in, `last` the last clock-out (None: none yet), `worked` the minutes between."""

    date: date
    week: int
    spans: Sequence[Span]
    is_open: bool
    first: int
    last: int | None
    worked: int


def working_day(day: date, spans: Sequence[Span], *, opened: int | None = None) -> WorkingDay:
    """A work date of these records in order, and maybe an open one that begins at `opened`."""
    first = spans[0][0] if spans else opened
    assert first is not None
    last = spans[-1][1] if spans else None
    worked = sum(end - start for start, end in spans)
    return WorkingDay(day, week_of(day), spans, opened is not None, first, last, worked)


def week_of(day: date) -> int:
    """The number of its week, which begins on Monday."""
    return (day.toordinal() - 1) // 7


def monday_of(week: int) -> date:
    """The first day of the week with that number."""
    return date.fromordinal(week * 7 + 1)


def of_day(limits: Limits, day: WorkingDay, paid: Sequence[Span] = ()) -> Iterator[Finding]:
    """The findings of one work date, without the days around it. A break can still follow while a record is open."""
    if not day.spans:
        return
    pieces = list(_pieces(day.spans, paid))
    if (found := _missing_break(limits, pieces, day)) is not None:
        tier, had = found
        yield Finding(Rule.BREAK, day.date, had, tier.minutes, tier.article)
    if limits.stretch:
        longest = max(length for length, _ in _stretches(pieces, limits.shortest_block))
        if longest > limits.stretch.minutes:
            yield Finding(Rule.STRETCH, day.date, longest, limits.stretch.minutes, limits.stretch.article)
    if limits.day:
        length = day.spans[-1][1] - day.first if limits.day.measure == "span" else day.worked
        if length > limits.day.minutes:
            yield Finding(Rule.DAY, day.date, length, limits.day.minutes, limits.day.article)


def rest(limits: Limits, before: WorkingDay, day: WorkingDay) -> Iterator[Finding]:
    """The finding of the rest between two work dates that follow each other. Nobody knows how long it was after a
    missing clock-out, or where the dates were entered against the order of the times."""
    minutes = _rest_between(before, day)
    if limits.daily_rest and minutes is not None and 0 <= minutes < limits.daily_rest.minutes:
        yield Finding(Rule.REST, day.date, minutes, limits.daily_rest.minutes, limits.daily_rest.article)


class WorkingWeek(NamedTuple):
    """A person's week with work dates: its number (see `week_of`), its last work date, the worked minutes, and the
    places of its first and after its last work date in `days`, which are all that is known of them."""

    number: int
    last: date
    worked: int
    days: Sequence[WorkingDay]
    start: int
    stop: int

    @property
    def rests(self) -> list[int | None]:
        """The rests that belong to it: those with a free date in it, and the nights between. None: one of which nobody
        knows how long it is, as it is before the first known date and after the last one."""
        found: list[int | None] = []
        for place in range(self.start, self.stop + 1):
            if place in (0, len(self.days)):
                found.append(None)
            elif _belongs(self.days[place - 1], self.days[place], self.number):
                found.append(_rest_between(self.days[place - 1], self.days[place]))
        return found


def weeks_of(days: Sequence[WorkingDay]) -> Iterator[WorkingWeek]:
    """One person's weeks, from their work dates in order."""
    start, worked, before = 0, 0, days[0]
    for place, day in enumerate(days):
        if day.week != before.week:
            yield WorkingWeek(before.week, before.date, worked, days, start, place)
            start, worked = place, 0
        worked += day.worked
        before = day
    yield WorkingWeek(before.week, before.date, worked, days, start, len(days))


def of_week(limits: Limits, week: WorkingWeek) -> Iterator[Finding]:
    """The finding of a week that is longer than any week may be."""
    if limits.week and week.worked > limits.week.minutes:
        yield Finding(Rule.WEEK, week.last, week.worked, limits.week.minutes, limits.week.article)


def weekly_rest(
    limit: WeeklyRest, week: WorkingWeek, before: WorkingWeek | None, after: WorkingWeek | None
) -> Iterator[Finding]:
    """The finding of a week without its unbroken rest. With 14 days, the week before or after may make good for it."""
    rests = week.rests
    if _are_enough(rests, limit.minutes, 1):
        return
    if limit.days == 14 and any(not other or _are_enough(other.rests, limit.minutes, 2) for other in (before, after)):
        return
    longest = max((one for one in rests if one is not None), default=0)
    yield Finding(Rule.WEEKLY_REST, week.last, max(longest, 0), limit.minutes, limit.article)


def may_be_over_average(limits: Limits, week: WorkingWeek) -> bool:
    """Whether to look up the average. Only a week that is longer than the average may be shows it."""
    return limits.week_average is not None and week.worked > limits.week_average.minutes


def over_average(limits: Limits, week: WorkingWeek, worked: int, weeks: int) -> Iterator[Finding]:
    """The finding of the average over the period that ends with that week: `worked` minutes in the `weeks` of it that
    have records. The others are neutral, as for leave."""
    limit = limits.week_average
    if limit and weeks and worked > limit.minutes * weeks:
        yield Finding(Rule.WEEK, week.last, worked // weeks, limit.minutes, limit.article, average=True)


class NightShift(NamedTuple):
    """A work date, with the minutes worked on it in all and between the limits of the night."""

    date: date
    worked: int
    at_night: int


def forbidden_night(limits: Limits, day: date, at_night: int) -> Iterator[Finding]:
    """The finding of work at a time when there may be none."""
    if limits.forbidden_night and at_night > 0:
        yield Finding(Rule.NIGHT, day, at_night, 0, limits.forbidden_night.article)


def of_night_worker(
    limits: Limits, shift: NightShift, earlier: Sequence[NightShift], known_since: date
) -> Iterator[Finding]:
    """The finding of a night worker's work date that is too long. Where the average counts, it has to be too long as
    well, over a period that lies within the records (`known_since`)."""
    limit = limits.night
    if limit is None or shift.at_night <= limit.counts_over or shift.worked <= limit.minutes:
        return
    if limit.days is None:
        yield Finding(Rule.NIGHT, shift.date, shift.worked, limit.minutes, limit.article)
        return
    begins = shift.date - timedelta(days=limit.days - 1)
    if known_since > begins:
        return
    nights = [shift, *(one for one in earlier if one.date >= begins and one.at_night > limit.counts_over)]
    worked = sum(one.worked for one in nights)
    if worked > limit.minutes * len(nights):
        yield Finding(Rule.NIGHT, shift.date, worked // len(nights), limit.minutes, limit.article, average=True)


def _pieces(spans: Sequence[Span], paid: Sequence[Span]) -> Iterator[Span]:
    """How long each piece of work was, and the break after it (0 after the last one)."""
    edges: list[Span] = []
    for start, end in spans:
        inside = sorted(one for one in paid if start <= one[0] and one[1] <= end)
        for begins, ends in inside:
            edges.append((start, begins))
            start = ends
        edges.append((start, end))
    for piece, after in pairwise(edges):
        yield piece[1] - piece[0], after[0] - piece[1]
    yield edges[-1][1] - edges[-1][0], 0


def _stretches(pieces: Sequence[Span], shortest: int) -> Iterator[Span]:
    """Work between breaks of at least that length, and the longest of the shorter breaks in it."""
    length = longest = 0
    for worked, pause in pieces:
        length += worked
        if pause >= shortest:
            yield length, longest
            length = longest = 0
        else:
            longest = max(longest, pause)
    yield length, longest


def _missing_break(limits: Limits, pieces: Sequence[Span], day: WorkingDay) -> tuple[Break, int] | None:
    """The longest break that isn't there, and how much of it is."""
    counted = [pause for _, pause in pieces if pause >= limits.shortest_block]
    for tier in sorted(limits.breaks, key=lambda tier: -tier.minutes):
        if tier.measure == "stretch":
            short = [had for length, had in _stretches(pieces, tier.minutes) if length > tier.longest]
            if short:
                return tier, min(short)
        elif not day.is_open and day.worked > tier.longest:
            had = max(counted, default=0) if tier.one_piece else sum(counted)
            if had < tier.minutes:
                return tier, had
    return None


def _rest_between(before: WorkingDay, after: WorkingDay) -> int | None:
    """From the last clock-out to the next clock-in. None where nobody knows."""
    return None if before.last is None or before.is_open else after.first - before.last


def _belongs(before: WorkingDay, after: WorkingDay, week: int) -> bool:
    """Whether the rest between them lies in that week: by its free dates, or by either end where there is none."""
    first, last = before.date.toordinal() + 1, after.date.toordinal() - 1
    return first > last or (first - 1) // 7 <= week <= (last - 1) // 7


def _are_enough(rests: Sequence[int | None], minutes: int, times: int) -> bool:
    """Whether those of at least so many minutes are together as long as so many of them. A rest of which nobody knows
    how long it is may be."""
    if None in rests:
        return True
    return sum(one for one in rests if one is not None and one >= minutes) >= minutes * times
