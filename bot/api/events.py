"""What goes out: the attendance event of PRODUCT.md section 2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from bot.attendance import Half, Pair
from bot.querying import PlainEvent

KEYS = (
    *("id", "linkedAttendanceEventId", "userId", "createByUserId", "officeId", "date", "momentCreated", "timestamp"),
    *("ipAddress", "type", "comment"),
)
KEYS_OF_DELETED = ("momentDeleted", "deletedByUserId")
"""What a deleted event has besides, where somebody asks for those too."""


def clock_in_event(pair: Pair) -> dict[str, Any]:
    """The clock-in, with exactly the keys of PRODUCT.md section 2."""
    return _event(pair, pair.clock_in, pair.clock_out, "CLOCK-IN")


def clock_out_event(pair: Pair) -> dict[str, Any]:
    """The clock-out of a closed pair."""
    assert pair.clock_out is not None
    return _event(pair, pair.clock_out, pair.clock_in, "CLOCK-OUT")


def events_as_told(pair: Pair) -> list[dict[str, Any]]:
    """The events of a pair to somebody who may not know yet that it was deleted, when, and by whom."""
    found = [clock_in_event(pair)] + ([clock_out_event(pair)] if pair.clock_out else [])
    if pair.deleted_at is None:
        return found
    gone = dict(zip(KEYS_OF_DELETED, (moment(pair.deleted_at), pair.deleted_by), strict=True))
    return [event | gone for event in found]


def both_events(pair: Pair) -> dict[str, Any]:
    """The clock-in and, null while that is open, the clock-out."""
    return {"clockIn": clock_in_event(pair), "clockOut": clock_out_event(pair) if pair.clock_out else None}


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


def as_json(event: PlainEvent) -> str:
    """The event as `json.dumps` writes it, in a quarter of the time: there may be a million."""
    at, id_, linked, who, by, office, day, recorded, ip, is_clock_in, comment, deleted_at, deleted_by = event
    text = (
        f'{{"id": {quoted(id_)}, "linkedAttendanceEventId": {_or_null(linked)}, "userId": {quoted(who)}, '
        f'"createByUserId": {quoted(by)}, "officeId": {_or_null(office)}, "date": "{day}", '
        f'"momentCreated": "{_moment(recorded)}", "timestamp": "{_moment(at)}", "ipAddress": {_or_null(ip)}, '
        f'"type": "{"CLOCK-IN" if is_clock_in else "CLOCK-OUT"}", "comment": {_or_null(comment)}'
    )
    if deleted_at is None:
        return f"{text}}}"
    return f'{text}, "momentDeleted": "{_moment(deleted_at)}", "deletedByUserId": {_or_null(deleted_by)}}}'


def as_row(event: PlainEvent) -> tuple[str | int | None, ...]:
    """The same for a table: nothing is an empty cell."""
    at, id_, linked, who, by, office, day, recorded, ip, is_clock_in, comment, deleted_at, deleted_by = event
    kind = "CLOCK-IN" if is_clock_in else "CLOCK-OUT"
    row = id_, linked, who, by, office, day, _moment(recorded), _moment(at), ip, kind, comment
    return row if deleted_at is None else (*row, _moment(deleted_at), deleted_by)


def _or_null(text: str | None) -> str:
    return "null" if text is None else quoted(text)


def _moment(microseconds: int) -> str:
    seconds, fraction = divmod(microseconds, 1_000_000)
    minutes, second = divmod(seconds, 60)
    return f"{_minute(minutes)}:{second:02}.{fraction:06}"


@lru_cache(maxsize=4096)
def _minute(minutes: int) -> str:
    return (_EPOCH + timedelta(minutes=minutes)).isoformat()[:16]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> str:
    """UTC without an offset, six digits of microseconds: `2024-07-15T15:23:58.561027`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26]
