"""Compares days with the limits of a pack. Whole minutes are compared, counted since 1970; paid breaks are work and a
break in one.

Findings are worked out when they are read. They depend only on the records, not on the order in which they were
entered, nor on the range that is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from bot.rules.packs import Break, Limits, WeeklyRest

Span = tuple[int, int]
"""From one minute to another."""

A_DAY = 1440


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
    """A person's work date: how many records, and how many of them have ended; the first clock-in and the last
    clock-out (None: none yet); the worked minutes, and those of the longest record."""

    date: date
    records: int
    ended: int
    first: int
    last: int | None
    worked: int
    longest: int

    @property
    def spans(self) -> list[Span] | None:
        """Its records, as far as their figures tell: which of two was longer matters to no check. None for three or
        more."""
        if self.ended == 0 or self.last is None:
            return []
        if self.ended == 1:
            return [(self.last - self.worked, self.last)]
        if self.ended == self.records == 2:
            return [(self.first, self.first + self.longest), (self.last - self.worked + self.longest, self.last)]
        return None


def of_day(
    limits: Limits, day: date, spans: Sequence[Span], paid: Sequence[Span] = (), *, has_ended: bool = True
) -> Iterator[Finding]:
    """The findings of a work date by itself. While it hasn't ended, the break that is missing may still come."""
    if not spans:
        return
    worked = sum(end - start for start, end in spans)
    pieces = list(_pieces(spans, paid))
    if (found := _missing_break(limits, pieces, worked, has_ended)) is not None:
        tier, had = found
        yield Finding(Rule.BREAK, day, had, tier.minutes, tier.article)
    if limits.stretch:
        longest = max(length for length, _ in _stretches(pieces, limits.shortest_block))
        if longest > limits.stretch.minutes:
            yield Finding(Rule.STRETCH, day, longest, limits.stretch.minutes, limits.stretch.article)
    if limits.day:
        length = spans[-1][1] - spans[0][0] if limits.day.measure == "span" else worked
        if length > limits.day.minutes:
            yield Finding(Rule.DAY, day, length, limits.day.minutes, limits.day.article)


def needs_a_look(limits: Limits, day: WorkingDay) -> bool:
    """Whether `of_day` could find anything."""
    if day.worked > limits.carefree:
        return True
    return limits.day is not None and day.last is not None and day.last - day.first > limits.day.minutes


def rest(limits: Limits, before: WorkingDay, day: WorkingDay) -> Iterator[Finding]:
    """The finding of the rest between two work dates that follow each other. Nobody knows how long it was after a
    missing clock-out, or where the dates were entered against the order of the times."""
    minutes = _rest_between(before, day)
    if limits.daily_rest and minutes is not None and 0 <= minutes < limits.daily_rest.minutes:
        yield Finding(Rule.REST, day.date, minutes, limits.daily_rest.minutes, limits.daily_rest.article)


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """A person's week: its Monday, its last work date, the worked minutes, and the rests that belong to it: those with
    a free date in it, and the nights between. None ends a list whose next clock-in isn't known."""

    monday: date
    last: date
    worked: int
    rests: tuple[int | None, ...]

    def rested(self, minutes: int) -> int | None:
        """How long the rests of at least so many minutes are together. None: long enough."""
        if None in self.rests:
            return None
        return sum(one for one in self.rests if one is not None and one >= minutes)

    @property
    def longest_rest(self) -> int:
        """The longest one that has ended."""
        return max((one for one in self.rests if one is not None), default=0)


def weeks_of(days: Sequence[WorkingDay]) -> Iterator[WorkingWeek]:
    """One person's weeks, from their work dates in order."""
    rests: list[int | None] = [None]  # before the first record
    worked, before = 0, days[0]
    for day in days:
        if (monday := monday_of(day.date)) != monday_of(before.date):
            gap = _rest_between(before, day)
            if _belongs(before, day, monday_of(before.date)):
                rests.append(gap)
            yield WorkingWeek(monday_of(before.date), before.date, worked, tuple(rests))
            rests = [gap] if _belongs(before, day, monday) else []
            worked = 0
        elif day is not before:
            rests.append(_rest_between(before, day))
        worked += day.worked
        before = day
    yield WorkingWeek(monday_of(before.date), before.date, worked, (*rests, None))


def of_week(limits: Limits, week: WorkingWeek) -> Iterator[Finding]:
    """The finding of a week that is too long by itself."""
    if limits.week and week.worked > limits.week.minutes:
        yield Finding(Rule.WEEK, week.last, week.worked, limits.week.minutes, limits.week.article)


def weekly_rest(
    limit: WeeklyRest, week: WorkingWeek, before: WorkingWeek | None, after: WorkingWeek | None
) -> Iterator[Finding]:
    """The finding of a week without its unbroken rest. With 14 days, the week before or after may make good for it."""
    if _is_rested(week, limit.minutes, 1):
        return
    if limit.days == 14 and any(_is_rested(other, limit.minutes, 2) for other in (before, after)):
        return
    yield Finding(Rule.WEEKLY_REST, week.last, week.longest_rest, limit.minutes, limit.article)


def may_be_over_average(limits: Limits, week: WorkingWeek) -> bool:
    """Whether the average has to be looked up. It is told at weeks that are themselves longer than it may be."""
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


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


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


def _missing_break(limits: Limits, pieces: Sequence[Span], worked: int, has_ended: bool) -> tuple[Break, int] | None:
    """The longest break that isn't there, and how much of it is."""
    counted = [pause for _, pause in pieces if pause >= limits.shortest_block]
    for tier in sorted(limits.breaks, key=lambda tier: -tier.minutes):
        if tier.measure == "stretch":
            short = [had for length, had in _stretches(pieces, tier.minutes) if length > tier.longest]
            if short:
                return tier, min(short)
        elif has_ended and worked > tier.longest:
            had = max(counted, default=0) if tier.one_piece else sum(counted)
            if had < tier.minutes:
                return tier, had
    return None


def _rest_between(before: WorkingDay, after: WorkingDay) -> int | None:
    """From the last clock-out to the next clock-in. None where nobody knows."""
    return None if before.last is None or before.ended < before.records else after.first - before.last


def _belongs(before: WorkingDay, after: WorkingDay, monday: date) -> bool:
    """Whether the rest between them lies in that week: by its free dates, or by either end where there is none."""
    first, last = before.date + timedelta(days=1), after.date - timedelta(days=1)
    return first > last or (first <= monday + timedelta(days=6) and last >= monday)


def _is_rested(week: WorkingWeek | None, minutes: int, times: int) -> bool:
    if week is None:
        return True  # nobody worked
    rested = week.rested(minutes)
    return rested is None or rested >= minutes * times
