"""What goes in and out: request models that name every fault, and the event of PRODUCT.md section 2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from bot.api.problems import invalid
from bot.attendance import Half, Pair
from bot.refusals import InvalidText
from bot.words import comment

M = TypeVar("M", bound="Parameters")

_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[!-~]{1,64}", re.ASCII)


def _fault(text: str) -> PydanticCustomError:
    return PydanticCustomError("attendance", "{text}", {"text": text})


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _fault("is not an id")
    return value


def _comment(value: str) -> str | None:
    try:
        return comment(value)
    except InvalidText as error:
        raise _fault(error.why) from error


def _date(given: Any) -> date:
    value = _text(given)
    try:
        if not _DATE.fullmatch(value):
            raise ValueError(value)
        return date.fromisoformat(value)
    except ValueError as error:
        raise _fault("is not a date: use YYYY-MM-DD") from error


def _timestamp(given: Any) -> datetime:
    """An instant: ISO 8601, UTC where no offset is given; what is finer than a microsecond is cut off."""
    value = _text(given)
    match = _TIMESTAMP.fullmatch(value)
    try:
        if not match:
            raise ValueError(value)
        day, minutes, seconds, fraction, offset = match.groups()
        zone = "+00:00" if offset is None or offset in "Zz" else offset
        text = f"{day}T{minutes}:{seconds or '00'}.{(fraction or '0')[:6]:0<6}{zone}"
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _fault("is not a timestamp: use ISO 8601, such as 2024-07-15T15:23:58.561027") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _fault("must be a string")
    return value


def _ids(given: Any) -> tuple[str, ...]:
    found = [part.strip() for part in _text(given).split(",")]
    if not all(found):
        raise _fault("has an empty id: separate ids by single commas")
    return tuple(dict.fromkeys(_id(part) for part in found))


def _nothing(value: Any) -> Any:
    return None if value == "" else value


Id = Annotated[StrictStr, AfterValidator(_id)]
Ids = Annotated[tuple[str, ...], BeforeValidator(_ids)]
Comment = Annotated[Annotated[StrictStr, AfterValidator(_comment)] | None, BeforeValidator(_nothing)]
OptionalId = Annotated[Id | None, BeforeValidator(_nothing)]
Day = Annotated[date, BeforeValidator(_date)]
Timestamp = Annotated[datetime, BeforeValidator(_timestamp)]
OptionalTimestamp = Annotated[Timestamp | None, BeforeValidator(_nothing)]


class Parameters(BaseModel):
    """Unknown parameters are passed over: clients of the original may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Clocking(Parameters):
    """Clock in, clock out."""

    user_id: Id = Field(alias="userId")
    comment: Comment = None
    office_id: OptionalId = Field(None, alias="officeId")
    timestamp: OptionalTimestamp = Field(None, alias="timestampUtc")


class Creation(Parameters):
    """Create attendance records."""

    day: Day = Field(alias="date")
    in_at: Timestamp = Field(alias="clockInTimestampUtc")
    out_at: Timestamp = Field(alias="clockOutTimestampUtc")
    user_id: Id = Field(alias="userId")
    office_id: OptionalId = Field(None, alias="officeId")
    in_comment: Comment = Field(None, alias="clockInComment")
    out_comment: Comment = Field(None, alias="clockOutComment")


class Query(Parameters):
    """Query attendance events."""

    first: Day = Field(alias="startDate")
    last: Day = Field(alias="endDate")
    user_id: Id | None = Field(None, alias="userId")
    user_ids: Ids | None = Field(None, alias="userIds")


def read(model: type[M], parameters: Mapping[str, Any]) -> M:
    """The parameters, checked. Raises a Problem that names every fault."""
    try:
        return model.model_validate(parameters)
    except ValidationError as error:
        raise invalid([_named(fault) for fault in error.errors(include_url=False, include_input=False)]) from None


def read_query(parameters: Mapping[str, Any]) -> Query:
    """The query's parameters, which can also contradict each other. Raises a Problem."""
    query = read(Query, parameters)
    faults = []
    if query.first > query.last:
        faults += [("startDate", "is after endDate"), ("endDate", "is before startDate")]
    if query.user_id is not None and query.user_ids is not None:
        faults += [("userId", "contradicts userIds: give one of them"), ("userIds", "contradicts userId")]
    if faults:
        raise invalid(faults)
    return query


def _named(fault: Any) -> tuple[str, str]:
    reason = {"missing": "is missing", "string_type": "must be a string"}.get(fault["type"], fault["msg"])
    return str(fault["loc"][0]), reason


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
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
