"""The paid breaks of a record in one cell, as exports write them and imports read them:
`coffee 2026-11-23 10:00:00 to 2026-11-23 10:15:00; coffee 2026-11-23 15:00:00 to now`

A time that somebody else entered, or that was entered at another time, says so:
`2026-11-23 10:00:00 (entered 2026-11-23 17:05:00 by U0ADA)`. A time that came twice, because the clocks went back, has
its offset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calendar.break_kinds import is_name
from bot.errors import InvalidRecord
from bot.imports.source_records import Event, PaidBreak
from storage import paid_breaks
from storage.paid_breaks import Moment

_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d(?::\d\d)?)?"
_MOMENT = rf"({_TIME})(?: \(entered ({_TIME}) by ([ -~]{{1,100}}?)\))?"
_BREAK = re.compile(rf"(.+?) {_MOMENT} to (?:now|{_MOMENT})", re.ASCII)
_EXAMPLE = "coffee 2026-11-23 10:00:00 to 2026-11-23 10:15:00"


def write(found: Sequence[paid_breaks.PaidBreak], zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """The breaks in that zone. `names`: of those who entered them; others are named by their ids."""

    def told(moment: Moment, user_id: str) -> str:
        if (moment.by, moment.recorded_at) == (user_id, moment.at):
            return _local(moment.at, zone)
        by = names.get(moment.by, moment.by)
        return f"{_local(moment.at, zone)} (entered {_local(moment.recorded_at, zone)} by {by})"

    return "; ".join(
        f"{one.kind} {told(one.start, one.user_id)} to {told(one.end, one.user_id) if one.end else 'now'}"
        for one in found
    )


def read(text: str, user_id: str, instant: Callable[[str], datetime], *, says_when: bool) -> list[PaidBreak]:
    """The breaks. `instant` reads a time, `says_when`: the file says when its records were entered, so the person
    entered a break when it happened, unless the cell says otherwise. Raises InvalidRecord and what `instant` raises."""
    found = []
    for part in text.split(";"):
        match = _BREAK.fullmatch(" ".join(part.split()))
        if match is None or not is_name(match[1]):
            raise InvalidRecord(f'Paid breaks: "{part.strip()}" can\'t be read. Write {_EXAMPLE}')
        kind, *moments = match.groups()

        def moment(at: str, entered: str | None, by: str | None) -> Event:
            then = instant(at)
            if entered:
                return Event(then, by=by, recorded_at=instant(entered))
            return Event(then, by=user_id, recorded_at=then) if says_when else Event(then)

        end = moment(*moments[3:]) if moments[3] else None
        found.append(PaidBreak(kind, moment(*moments[:3]), end))
    return found


def _local(at: datetime, zone: ZoneInfo) -> str:
    """To the second; with the offset if the time came twice."""
    local = at.astimezone(zone).replace(microsecond=0)
    came_twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    return str(local if came_twice else local.replace(tzinfo=None))
