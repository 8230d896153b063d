"""What goes out: the attendance event of PRODUCT.md section 2."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.attendance import Half, Pair


def events_of(pair: Pair) -> list[dict[str, Any]]:
    """The pair's one or two events, the clock-in first."""
    return [clock_in_event(pair)] + ([clock_out_event(pair)] if pair.clock_out else [])


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


def moment(at: datetime) -> str:
    """UTC without an offset, six digits of microseconds: `2024-07-15T15:23:58.561027`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26]
