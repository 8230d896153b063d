"""Converts records to the API's events, and requests to new records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.api.answers import Break as BreakEvent
from bot.api.answers import DeletedEvent, Event, RecordSoFar
from bot.api.schema import AskedRecord, Changing, Creation
from bot.attendance.event_queries import PlainEvent
from bot.attendance.recording import NewRecord, Pair, PairEvent
from bot.attendance.wanted_records import KEPT, Wanted
from storage.breaks import Break


def clock_in_event(pair: Pair) -> Event:
    """The clock-in."""
    return _event(pair, pair.clock_in, pair.clock_out)


def clock_out_event(pair: Pair) -> Event:
    """The clock-out of a closed pair."""
    assert pair.clock_out is not None
    return _event(pair, pair.clock_out, pair.clock_in)


def break_event(on: Break) -> BreakEvent:
    """A break as calls and histories show it."""
    return {
        "id": on.id,
        "kind": on.kind,
        "isPaid": on.is_paid,
        "start": moment(on.at),
        "end": moment(on.ended_at) if on.ended_at else None,
        "createByUserId": on.by,
    }


def both_events(pair: Pair) -> RecordSoFar:
    """Both events. The clock-out is null while the record is open."""
    return {"clockIn": clock_in_event(pair), "clockOut": clock_out_event(pair) if pair.clock_out else None}


def events_with_deletion(pair: Pair) -> list[Event | DeletedEvent]:
    """The events of a pair. For a deleted one, with who deleted it and when."""
    found = [clock_in_event(pair)] + ([clock_out_event(pair)] if pair.clock_out else [])
    if pair.deleted_at is None:
        return [*found]
    gone = moment(pair.deleted_at)
    return [DeletedEvent(**event, momentDeleted=gone, deletedByUserId=pair.deleted_by) for event in found]


def event_of(plain: PlainEvent) -> Event | DeletedEvent:
    """One row of a query as an event."""
    event: Event = {
        "id": plain.id,
        "linkedAttendanceEventId": plain.linked_id,
        "userId": plain.user_id,
        "createByUserId": plain.by,
        "officeId": plain.office_id,
        "date": plain.work_date,
        "momentCreated": _moment(plain.recorded_at),
        "timestamp": _moment(plain.at),
        "ipAddress": plain.ip,
        "type": "CLOCK-IN" if plain.is_clock_in else "CLOCK-OUT",
        "comment": plain.comment,
    }
    if plain.deleted_at is None:
        return event
    gone = _moment(plain.deleted_at)
    return DeletedEvent(**event, momentDeleted=gone, deletedByUserId=plain.deleted_by)


def event_without_details(plain: PlainEvent) -> Event | DeletedEvent:
    """The same for those who may not see comments and addresses."""
    return without_details(event_of(plain))


def without_details(event: Event) -> Event:
    """Without its comment and address."""
    return {**event, "comment": None, "ipAddress": None}


def _event(pair: Pair, half: PairEvent, other: PairEvent | None) -> Event:
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
        "type": "CLOCK-IN" if half is pair.clock_in else "CLOCK-OUT",
        "comment": half.comment,
    }


def new_record(asked: Creation) -> NewRecord:
    """The record to add."""
    return NewRecord(
        user_id=asked.user_id,
        in_at=asked.in_at,
        out_at=asked.out_at,
        work_date=asked.day,
        office_id=asked.office_id,
        in_comment=asked.in_comment,
        out_comment=asked.out_comment,
    )


def wanted(asked: Changing | AskedRecord) -> Wanted:
    """What to change. Days and times can't be removed, so null is the same as nothing."""
    named = asked.model_fields_set
    return Wanted(
        work_date=asked.day or KEPT,
        in_at=asked.in_at or KEPT,
        out_at=asked.out_at or KEPT,
        office_id=asked.office_id if "office_id" in named else KEPT,
        in_comment=asked.in_comment if "in_comment" in named else KEPT,
        out_comment=asked.out_comment if "out_comment" in named else KEPT,
    )


def moment(at: datetime) -> str:
    """UTC without an offset, six digits of microseconds: `2024-07-15T15:23:58.561027`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26]


def _moment(microseconds: int) -> str:
    """The same, given in microseconds since 1970. In a third of the time, because long answers hold a million."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    return (_EPOCH + timedelta(0, seconds, fraction)).isoformat("T", "microseconds")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
