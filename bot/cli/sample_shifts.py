"""Who worked when in the demo's sample records, relative to any day: office hours, Ben's nights, and special days."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.calendar.public_holidays import public_holidays
from bot.calendar.worktime import zone_named
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, Member

WEEKS = 5
COMMENTS = ("", "", "", "good morning", "home office today", "early train", "workshop all day")
OFFICES = {"Europe/Berlin": "berlin", "Asia/Tokyo": "tokyo"}
COUNTRY, REGION = "DE", "BE"  # of the office in Berlin
LUNCH, PAUSE = "lunch", "break"


@dataclass(frozen=True, slots=True)
class Shift:
    """`out_at` None: no clock-out yet. `said_at`: when the clock-out was entered, if later than `out_at`. `pause`: the
    kind of break that the clock-out started; `is_back`: the clock-in ended it."""

    member: Member
    in_at: datetime
    out_at: datetime | None
    comment: str = ""
    said_at: datetime | None = None
    pause: str = ""
    is_back: bool = False


def all_shifts(now: datetime) -> Iterator[Shift]:
    """Office hours with a lunch break, Ben's nights, Kei still at work, and the special days."""
    chance = random.Random(2026)
    special = list(_special(now))
    yield from (shift for shift in special if shift.said_at or shift.out_at is None or shift.out_at < now)
    taken = {(shift.member.id, day_of(shift)) for shift in special} | {(KEI.id, weekday_of(now, KEI, 4, weeks_ago=2))}
    nora_forgot = max(shift.in_at for shift in special if shift.out_at is None and shift.member is NORA)
    for member in (ANA, BEN, MARCO, NORA, KEI, ADA):
        for day in _days(now, member):
            if day.weekday() < 5 and chance.random() > 0.06 and (member.id, day) not in taken:
                shifts = [] if _is_free(member, day) else list(_plain_day(member, day, chance))
                is_over = all(one.out_at and one.out_at < now - timedelta(hours=3) for one in shifts)
                if shifts and is_over and not (member is NORA and shifts[0].in_at > nora_forgot):
                    yield from shifts


def clock_change(now: datetime) -> date | None:
    """The last of the five weeks' days that began or ended with a clock change in Berlin, if any."""
    zone = zone_named(BEN.tz)

    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), zone)

    days = [
        day for day in _days(now, BEN) if midnight(day).utcoffset() != midnight(day + timedelta(days=1)).utcoffset()
    ]
    return days[-1] if days else None


def _special(now: datetime) -> Iterator[Shift]:
    """The special days. Each replaces that day's plain shifts."""
    yield too_early(now)
    yield forgotten(now)
    busy = weekday_of(now, ANA, 2, weeks_ago=1)
    yield Shift(ANA, local_time(ANA, busy, 8, 6), local_time(ANA, busy, 15, 20), "alone at the counter")
    if change := clock_change(now):
        evening = change - timedelta(days=1)
        yield Shift(BEN, local_time(BEN, evening, 22), local_time(BEN, change, 6), "night shift; the clocks change")
    days = (day for day in reversed(_days(now, NORA)) if day.weekday() < 5)
    last = next(day for day in days if now - local_time(NORA, day, 13, 4) > timedelta(hours=25))
    yield Shift(NORA, local_time(NORA, last, 9, 2), local_time(NORA, last, 12, 31), pause=LUNCH)
    yield Shift(NORA, local_time(NORA, last, 13, 4), None, is_back=True)
    morning = local_time(KEI, now.astimezone(zone_named(KEI.tz)).date(), 9, 2)
    is_at_work = timedelta(hours=1) < now - morning < timedelta(hours=10)
    yield Shift(KEI, morning if is_at_work else now - timedelta(hours=2, minutes=12), None)


def forgotten(now: datetime) -> Shift:
    day = weekday_of(now, ANA, 3, weeks_ago=3)
    said_at = local_time(ANA, day + timedelta(days=1), 7, 52)
    return Shift(ANA, local_time(ANA, day, 8, 11), local_time(ANA, day, 16, 30), "inventory", said_at)


def too_early(now: datetime) -> Shift:
    day = weekday_of(now, ANA, 1, weeks_ago=2)
    return Shift(ANA, local_time(ANA, day, 8, 4), local_time(ANA, day, 14, 2), "workshop all day")


def _plain_day(member: Member, day: date, chance: random.Random) -> Iterator[Shift]:
    def at(hour: int, days_later: int = 0) -> datetime:
        moment = local_time(member, day + timedelta(days=days_later), hour, chance.randrange(0, 25))
        return moment + timedelta(seconds=chance.randrange(60))

    if member is BEN:
        pause = at(1, days_later=1)
        yield Shift(member, at(22), pause, "night shift", pause=PAUSE)
        yield Shift(member, _after(pause, chance), at(6, days_later=1), is_back=True)
        return
    lunch = at(12)
    yield Shift(member, at(8), lunch, chance.choice(COMMENTS), pause=LUNCH)
    yield Shift(member, _after(lunch, chance), at(17), is_back=True)


def _after(pause: datetime, chance: random.Random) -> datetime:
    return pause + timedelta(minutes=chance.randrange(31, 55))


def _is_free(member: Member, day: date) -> bool:
    """Whether it's a public holiday in Berlin."""
    return OFFICES.get(member.tz) == "berlin" and day in (public_holidays(COUNTRY, REGION, day.year) or ())


def _days(now: datetime, member: Member) -> list[date]:
    """The days of the five weeks before the person's today, oldest first."""
    today = now.astimezone(zone_named(member.tz)).date()
    return [today - timedelta(days=back) for back in range(7 * WEEKS, 0, -1)]


def weekday_of(now: datetime, member: Member, weekday: int, *, weeks_ago: int) -> date:
    """That day (0 is Monday) of a week before this one."""
    today = now.astimezone(zone_named(member.tz)).date()
    return today - timedelta(days=today.weekday() - weekday, weeks=weeks_ago)


def day_of(shift: Shift) -> date:
    return shift.in_at.astimezone(zone_named(shift.member.tz)).date()


def local_time(member: Member, day: date, hour: int, minute: int = 0) -> datetime:
    """A local time of the person's, in UTC. No clock change skips or repeats the hours used here."""
    return datetime.combine(day, time(hour, minute), zone_named(member.tz)).astimezone(UTC)
