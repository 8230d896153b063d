"""What goes out: the attendance event of PRODUCT.md section 2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from bot.attendance import Half, Pair, PlainEvent

WRITTEN_AT_ONCE = 200


def listed(found: Iterator[PlainEvent]) -> str:
    """A JSON array. In portions: a single call for all of them would not let another thread in before it ends."""
    portions = []
    while portion := [_plainly(event) for event in islice(found, WRITTEN_AT_ONCE)]:
        portions.append(json.dumps(portion)[1:-1])
    return f"[{', '.join(portions)}]"


def clock_in_event(pair: Pair) -> dict[str, Any]:
    """The clock-in, with exactly the keys of PRODUCT.md section 2."""
    return _event(pair, pair.clock_in, pair.clock_out, "CLOCK-IN")


def clock_out_event(pair: Pair) -> dict[str, Any]:
    """The clock-out of a closed pair."""
    assert pair.clock_out is not None
    return _event(pair, pair.clock_out, pair.clock_in, "CLOCK-OUT")


def _event(pair: Pair, half: Half, other: Half | None, kind: str) -> dict[str, Any]:
    return {
        "id": half.id,
        "linkedAttendanceEventId": other.id if other else None,
        "userId": pair.user_id,
        "createByUserId": half.by,
        "officeId": half.office_id,
        "date": pair.work_date.isoformat(),
        "momentCreated": moment(half.recorded_at),
        "timestamp": moment(half.at),
        "ipAddress": half.ip,
        "type": kind,
        "comment": half.comment,
    }


def _plainly(event: PlainEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "linkedAttendanceEventId": event.linked_id,
        "userId": event.user_id,
        "createByUserId": event.by,
        "officeId": event.office_id,
        "date": event.work_date,
        "momentCreated": _moment(event.recorded_at),
        "timestamp": _moment(event.at),
        "ipAddress": event.ip,
        "type": "CLOCK-IN" if event.is_clock_in else "CLOCK-OUT",
        "comment": event.comment,
    }


def _moment(microseconds: int) -> str:
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{_second(seconds)}.{fraction:06}"


@lru_cache(maxsize=4096)
def _second(seconds: int) -> str:
    return (_EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> str:
    """UTC without an offset, six digits of microseconds: `2024-07-15T15:23:58.561027`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26]
