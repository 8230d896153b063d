"""The fields of the form that asks when somebody left, and what likely times are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance.recording import Pair
from bot.attendance.rules import is_unusual
from bot.attendance.typed_minutes import fitting_end
from bot.calendar.clock_times import is_of_either_half, read_time
from bot.calendar.typed import LONGEST_COMMENT
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, zone_named
from bot.chat.possible_times import both
from bot.chat.views import Field, Note, Text, TextField
from bot.errors import InTheAfternoon
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import when_did_you_leave
from storage.pairs import minutes_between

LONGEST_TIME = 20  # characters


@dataclass(frozen=True, slots=True)
class Left:
    """What was entered in the form for another time."""

    at: str = ""
    comment: str | None = None
    sure: Sequence[str] = ()


def fields(pair: Pair, left: Left, questions: Mapping[str, Field], reader: Reader) -> list[Field | Text | Note]:
    """The time, what is asked about it, and a comment."""
    you = reader.is_you(pair.user_id)
    return [
        Text(when_did_you_leave(pair, reader)),
        TextField(
            name="at",
            label=_("You left at") if you else _("They left at"),
            hint=_("For example 17:30."),
            value=left.at,
            longest=LONGEST_TIME,
        ),
        *questions.values(),
        TextField(
            name="comment",
            label=_("Comment"),
            required=False,
            value=left.comment or "",
            longest=LONGEST_COMMENT,
            multiline=True,
        ),
    ]


def refuse_of_the_morning(typed: str, at: datetime, in_at: datetime, now: datetime, zone: ZoneInfo) -> None:
    """Raises InTheAfternoon for `5:30`, read as `at`, if that can't be or is unusually long, and 17:30 is neither."""
    if not is_of_either_half(typed) or (in_at < at <= now + SKEW_ALLOWED and not is_unusual(at - in_at)):
        return
    morning, *rest = both(read_time(typed).time)
    for likely in rest:
        end = fitting_end(TimeOfDay(likely), in_at, now, zone)
        if in_at < end <= now + SKEW_ALLOWED and not is_unusual(end - in_at):
            raise InTheAfternoon(morning, likely)


def likely_label(at: datetime, pair: Pair) -> str:
    """A likely end on a button: `17:30 (8 h)`, or `06:00 the next day (8 h)`."""
    zone = zone_named(pair.clock_in.zone)
    time = wording.clock(at, zone)
    overnight = at.astimezone(zone).date() > wording.clock_in_day(pair)
    said = _("{time} the next day ({length})") if overnight else _("{time} ({length})")
    return said.format(time=time, length=wording.duration(minutes_between(pair.clock_in.at, at)))
