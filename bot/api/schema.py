"""What goes in: request models that name every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from multidict import MultiMapping
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from bot.api.problems import invalid
from bot.refusals import InvalidText
from bot.words import comment

M = TypeVar("M", bound="Parameters")

_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}")  # any other text is an id, perhaps of nobody
_YEARS = range(2, 9999)  # a day from either end, no zone's local time falls out of the calendar


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
        at = datetime.fromisoformat(text)
        if at.year not in _YEARS:
            raise ValueError(value)
        return at.astimezone(UTC)
    except ValueError as error:
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


def read(model: type[M], parameters: Mapping[str, Any], faults: Sequence[tuple[str, str]] = ()) -> M:
    """The parameters, checked. Raises a Problem that names every fault, those found before (`faults`) too."""
    found = [*faults, *_repeated(model, parameters)]
    try:
        checked = model.model_validate(parameters)
    except ValidationError as error:
        found += [_named(fault) for fault in error.errors(include_url=False, include_input=False)]
    if found:
        raise invalid(found)
    return checked


def read_query(parameters: Mapping[str, str]) -> Query:
    """The query's parameters, which can also contradict each other. Raises a Problem."""
    faults = []
    first, last = parameters.get("startDate", ""), parameters.get("endDate", "")
    if _DATE.fullmatch(first) and _DATE.fullmatch(last) and first > last:  # as text they sort like the days
        faults += [("startDate", "is after endDate"), ("endDate", "is before startDate")]
    if "userId" in parameters and "userIds" in parameters:
        faults += [("userId", "contradicts userIds: give one of them"), ("userIds", "contradicts userId")]
    return read(Query, parameters, faults)


def _repeated(model: type[Parameters], parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Forms and queries can give a parameter twice, and taking either would drop the other unseen."""
    if not isinstance(parameters, MultiMapping):
        return []
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [(name, "is given more than once") for name in names if len(parameters.getall(name, [])) > 1]


def _named(fault: Any) -> tuple[str, str]:
    reason = {"missing": "is missing", "string_type": "must be a string"}.get(fault["type"], fault["msg"])
    return str(fault["loc"][0]), reason
