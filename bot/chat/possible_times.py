"""When somebody can have come or left: nothing that is still to come, and no clock-out before its clock-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.attendance import missing_clock_outs, recording
from bot.attendance.typed_minutes import fitting_end, fitting_end_so_long_ago
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, earlier_that_day, first_after, work_date, zone_named
from bot.chat.routing import Ask
from bot.errors import InFuture, NoSuchTime, OutNotAfterIn, RepeatedTime
from bot.permissions import Operation


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a time can be meant: since the clock-in that is to end (else today), until it was typed."""

    user_id: str
    came_at: datetime | None
    now: datetime
    zone: ZoneInfo
    event_id: str = ""

    def those_within(self, times: Iterable[time]) -> list[time]:
        """Also those that don't exist or come twice, about which there is another sentence."""
        return [one for one in times if self._is_within(one)]

    def _is_within(self, at: time) -> bool:
        if self.came_at is None:
            return at <= self.now.astimezone(self.zone).time()
        try:
            return first_after(TimeOfDay(at), self.came_at, self.zone) <= self.now + SKEW_ALLOWED
        except (NoSuchTime, RepeatedTime):
            return True

    def holds(self, at: datetime) -> bool:
        """Whether that moment can be meant."""
        return self.came_at is None or self.came_at < at

    def check(self, at: datetime | TimeOfDay) -> None:
        """Raises what `end_at` raises, for a clock-in too."""
        if self.came_at is None:
            if isinstance(at, TimeOfDay):
                earlier_that_day(at, work_date(self.now, self.zone), self.now, self.zone)
            return
        self.end_at(at)

    def end_at(self, at: datetime | TimeOfDay) -> datetime:
        """The instant of a clock-out. Raises InFuture, OutNotAfterIn, NoSuchTime or RepeatedTime for what can't be
        meant."""
        assert self.came_at
        if isinstance(at, TimeOfDay):
            at = fitting_end(at, self.came_at, self.now, self.zone)
        else:
            at = fitting_end_so_long_ago(at, self.came_at, self.now)
        if at <= self.came_at:
            raise OutNotAfterIn(self.came_at, at, self.zone, self.user_id, self.event_id)
        if at > self.now + SKEW_ALLOWED:
            raise InFuture(at, self.now, self.zone)
        return at


async def span_of(ask: Ask, user_id: str, office_id: str | None, *, leaves: bool) -> Span:
    """Of that person's clock-in today, or the end of their open one. Raises Forbidden, or NotClockedIn."""
    if not leaves:
        zone = await recording.zone_of_event(ask.services, ask.caller, Operation.CLOCK, user_id, office_id)
        return Span(user_id, None, ask.typed_at, zone)
    came = (await missing_clock_outs.question(ask.services, ask.caller, user_id)).pair.clock_in
    return Span(user_id, came.at, ask.typed_at, zone_named(came.zone), came.id)


def both(at: time) -> list[time]:
    """`5:30` in the morning and in the afternoon."""
    return [at, at.replace(hour=at.hour + 12)] if 1 <= at.hour < 12 else [at]
