"""Times, days and durations in words, in one place, so that they are the same everywhere.

The sentences for refusals are in `bot.wording.refusals`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar.worktime import ClockChange, clock_changes_within, is_forgotten, zone_named
from bot.wording import formats
from bot.wording.catalogue import _
from storage.pairs import Pair, PairEvent
from storage.totals import DayTotal

OWN_COMMANDS = ("clockin", "clockout", "break", "back")
"""The slash commands beside `/attendance`."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a sentence, when (UTC), and in which time zone (IANA). Without a zone, every zone is named.

    `in_chat`: a person in a chat, where people are named. False for programs and files. `slashes`: whether the chat has
    slash commands, or only words.
    """

    user_id: str
    now: datetime
    in_chat: bool = True
    zone: str | None = None
    slashes: bool = True

    def command(self, line: str) -> str:
        """How a line is typed: `/attendance report`, `/clockin at 8:30`, or `report`, `in at 8:30`."""
        word, _space, words = line.partition(" ")
        own = {"in": "clockin", "out": "clockout"}.get(word, word)
        if self.slashes:
            return f"/{own} {words}".rstrip() if own in OWN_COMMANDS else f"/attendance {line}".rstrip()
        short = {"": "status", "clockin": "in", "clockout": "out"}.get(word, word)
        return f"{short} {words}".rstrip()

    def is_you(self, user_id: str) -> bool:
        """Whether the sentence is about the person who reads it."""
        return self.in_chat and user_id == self.user_id

    @property
    def today(self) -> date:
        """The date in the reader's own zone."""
        return self.now.astimezone(zone_of(self.zone) if self.zone else UTC).date()


ANY_READER = Reader("", datetime(1970, 1, 1, tzinfo=UTC), in_chat=False)
"""Any reader at any time, for files and programs. Every year and zone is named, and no day is today."""


def clock(at: datetime, zone: ZoneInfo | str) -> str:
    """`09:02`"""
    return formats.time_of_day(at.astimezone(zone_of(zone)).time())


def clock_with_zone(half: PairEvent, reader: Reader) -> str:
    """`09:02 (Berlin)`; `09:02` in the reader's own zone."""
    return clock(half.at, half.zone) + zone_note(half.zone, reader)


def zone_note(zone: ZoneInfo | str, reader: Reader) -> str:
    """` (Berlin)` after a time. Empty in the reader's own zone."""
    return "" if zone_of(zone).key == reader.zone else f" ({zone_label(zone)})"


def zone_label(zone: ZoneInfo | str) -> str:
    """`Europe/Berlin` is "Berlin"; `America/Argentina/Buenos_Aires` is "Buenos Aires"."""
    return zone_of(zone).key.rpartition("/")[2].replace("_", " ")


def day(value: date, reader: Reader) -> str:
    """`Mon 23 Nov`, with the year if it isn't this year."""
    return formats.day(value, year=value.year != reader.today.year)


def days(first: date, last: date, reader: Reader) -> str:
    """`Mon 23 Nov`, `Mon 23 – Sun 29 Nov`, `Mon 28 Sep – Sun 4 Oct 2025`"""
    if first == last:
        return day(first, reader)
    return formats.days(first, last, year=last.year != reader.today.year)


def duration(length: timedelta) -> str:
    """`8 h 28 min`, `45 min`, with no-break spaces before the units. Lengths of records have no seconds."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if hours and minutes:
        said = _("{hours}\N{NO-BREAK SPACE}h {minutes}\N{NO-BREAK SPACE}min")
    elif hours:
        said = _("{hours}\N{NO-BREAK SPACE}h")
    else:
        return minutes_long(minutes)
    return said.format(hours=hours, minutes=minutes)


def minutes_long(minutes: int) -> str:
    """`45 min`, `90 min`"""
    return _("{minutes}\N{NO-BREAK SPACE}min").format(minutes=minutes)


def span(pair: Pair, reader: Reader) -> str:
    """`09:02 to 17:30 (Berlin)`, `22:00 to 06:00 the next day`, `09:06` if that's all, `since 09:02`. The zone is named
    if it isn't the reader's. After a break past midnight, `01:30 the next day to 06:00`."""
    if pair.clock_out is None:
        return _("since {time}").format(time=clock_with_zone(pair.clock_in, reader))
    out_zone = zone_named(pair.clock_out.zone)
    began, ended = clock_in_day(pair), pair.clock_out.at.astimezone(out_zone).date()
    start, end = clock(pair.clock_in.at, pair.clock_in.zone), clock(pair.clock_out.at, out_zone)
    if began > pair.work_date:
        start = the_next_day(start)
    if pair.worked == timedelta():
        return start + zone_note(out_zone, reader)
    if ended > began:
        end = the_next_day(end)
    if pair.clock_in.zone != pair.clock_out.zone:
        start, end = f"{start} ({zone_label(pair.clock_in.zone)})", f"{end} ({zone_label(out_zone)})"
    else:
        end += zone_note(out_zone, reader)
    return _("{start} to {end}").format(start=start, end=end)


def the_next_day(time: str) -> str:
    """`06:00 the next day`"""
    return _("{time} the next day").format(time=time)


def day_and_span(pair: Pair, reader: Reader) -> str:
    """`Mon 23 Nov, 09:02 to 17:30`"""
    return f"{day(pair.work_date, reader)}, {span(pair, reader)}"


def day_times(total: DayTotal, now: datetime, reader: Reader) -> tuple[str, str]:
    """When somebody came and left on a work date: `22:08` and `06:24 next day`, or `still in`, or `missing`.

    Each in its own zone, which is named if it isn't the reader's, or if the two differ.
    """
    first_in, last_out = total.first.clock_in, total.last.clock_out
    came = clock_with_zone(first_in, reader)
    if last_out is None:
        return came, _("missing") if is_forgotten(total.last.clock_in.at, now) else _("still in")
    overnight = last_out.at.astimezone(zone_named(last_out.zone)).date() > total.work_date
    left = clock(last_out.at, last_out.zone)
    if overnight:
        left = _("{time} next day").format(time=left)
    if first_in.zone == last_out.zone:
        return came, left + zone_note(last_out.zone, reader)
    return f"{clock(first_in.at, first_in.zone)} ({zone_label(first_in.zone)})", f"{left} ({zone_label(last_out.zone)})"


def since_day(pair: Pair, reader: Reader) -> str:
    """`since Mon 23 Nov, 09:02`"""
    came, time = day(clock_in_day(pair), reader), clock_with_zone(pair.clock_in, reader)
    return _("since {day}, {time}").format(day=came, time=time)


def clock_in_day(pair: Pair) -> date:
    """The local day of the clock-in. The work date of a record that was entered by hand can differ."""
    return pair.clock_in.at.astimezone(zone_named(pair.clock_in.zone)).date()


def clock_change(change: ClockChange, reader: Reader) -> str:
    """Why the hours of a day, or of a shift through it, look odd."""
    said = _("{day} had {hours} hours in {zone}: the clocks went back.")
    if change.length < timedelta(days=1):
        said = _("{day} had {hours} hours in {zone}: the clocks went forward.")
    hours = formats.number(change.length / timedelta(hours=1))
    return said.format(day=day(change.day, reader), hours=hours, zone=zone_label(change.zone))


def worked_through_clock_change(pair: Pair, reader: Reader) -> str:
    """The same after the length of a shift. Empty if no clock change was in it."""
    if pair.clock_out is None:
        return ""
    changes = clock_changes_within(pair.clock_in.at, pair.clock_out.at, zone_named(pair.clock_in.zone))
    return "".join(f" {clock_change(change, reader)}" for change in changes)


def moment(at: datetime, zone: ZoneInfo, reader: Reader) -> str:
    """`09:02`, with its day if that isn't today, and with the zone if it isn't the reader's."""
    local = at.astimezone(zone)
    time = clock(at, zone) + zone_note(zone, reader)
    if local.date() == reader.now.astimezone(zone).date():
        return time
    return _("{day}, {time}").format(day=day(local.date(), reader), time=time)


def since(half: PairEvent, reader: Reader) -> str:
    """`since 09:02`, with the day if it isn't the reader's today."""
    return since_moment(half.at, zone_named(half.zone), reader)


def since_moment(at: datetime, zone: ZoneInfo, reader: Reader) -> str:
    """The same of any instant."""
    local = at.astimezone(zone)
    time = clock(at, zone) + zone_note(zone, reader)
    if local.date() == reader.now.astimezone(zone).date():
        return _("since {time}").format(time=time)
    return _("since {day}, {time}").format(day=day(local.date(), reader), time=time)


def in_brackets(time: str) -> str:
    """`09:02 (Tokyo)` as it reads in brackets: `09:02, Tokyo`. Some languages go on after the zone."""
    return re.sub(r" \(([^()]*)\)", r", \1", time)


def time_of_day(value: time) -> str:
    """`09:02`"""
    return formats.time_of_day(value)


def typed_time(at: datetime | time, zone: ZoneInfo | None = None) -> str:
    """`17:30`, as people of any language can type it."""
    return f"{at.astimezone(zone) if isinstance(at, datetime) and zone else at:%H:%M}"


def zone_of(zone: ZoneInfo | str) -> ZoneInfo:
    """The zone itself, by its name."""
    return zone_named(zone) if isinstance(zone, str) else zone
