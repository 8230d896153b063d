"""What goes in: request models that name every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, TypeVar

from multidict import MultiMapping
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    StrictBool,
    StrictStr,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from bot.api.problems import invalid
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.errors import InvalidText
from bot.webhooks.deliveries import LONGEST_URL

M = TypeVar("M", bound="Parameters")
S = TypeVar("S", bound="Span")

_TIMESTAMP = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})?", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}")  # any other text is an id, perhaps of nobody
_CURSOR = re.compile(r"(-?\d{1,18})~([!-~]{1,100})", re.ASCII)
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
    if not _DATE.fullmatch(value):
        raise _fault("is not a date: use YYYY-MM-DD")
    if (day := _day(value)) is None:
        raise _fault("is not a date: no calendar has that day")
    return day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


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


def _limit(given: Any) -> int:
    value = _text(given)
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII) or not 1 <= int(value) <= MOST_IN_A_PAGE:
        raise _fault(f"is not a whole number from 1 to {MOST_IN_A_PAGE:,}")
    return int(value)


def _cursor(given: Any) -> tuple[int, str]:
    match = _CURSOR.fullmatch(_text(given))
    if not match:
        raise _fault("is none that a Link header gave")
    return min(max(int(match[1]), _FIRST_MOMENT), _LAST_MOMENT), match[2]


def _yes(given: Any) -> bool:
    if given not in ("true", "false"):
        raise _fault("is neither true nor false")
    return bool(given == "true")


def _nothing(value: Any) -> Any:
    return None if value == "" else value


MOST_IN_A_PAGE = 1000
MOST_IN_A_BATCH = 1000
_FIRST_MOMENT, _LAST_MOMENT = -62_000_000_000_000_000, 253_000_000_000_000_000  # within datetime's years

# What a schema can say of a text. Any more, and any surrogate, is said by the functions above.
_ID_SCHEMA: dict[str, Any] = {"type": "string", "pattern": r"^[^\u0000-\u001f\u007f-\u009f]{1,64}$"}
_COMMENT_SCHEMA: dict[str, Any] = {
    "type": ["string", "null"],
    "maxLength": LONGEST_COMMENT,
    "pattern": r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$",
}
_OPTIONAL_ID_SCHEMA = {"type": ["string", "null"], "pattern": r"^[^\u0000-\u001f\u007f-\u009f]{0,64}$"}
_MOMENT_SCHEMA = {"type": "string", "format": "date-time"}
_LIMIT_SCHEMA = {"type": "integer", "minimum": 1, "maximum": MOST_IN_A_PAGE}

Id = Annotated[StrictStr, AfterValidator(_id), WithJsonSchema(_ID_SCHEMA)]
Ids = Annotated[
    tuple[str, ...], BeforeValidator(_ids), WithJsonSchema({"type": "string", "pattern": r"^[!-+\--~]+(,[!-+\--~]+)*$"})
]
Comment = Annotated[
    Annotated[StrictStr, AfterValidator(_comment)] | None, BeforeValidator(_nothing), WithJsonSchema(_COMMENT_SCHEMA)
]
OptionalId = Annotated[Id | None, BeforeValidator(_nothing), WithJsonSchema(_OPTIONAL_ID_SCHEMA)]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Timestamp = Annotated[datetime, BeforeValidator(_timestamp), WithJsonSchema(_MOMENT_SCHEMA)]
OptionalTimestamp = Annotated[
    Timestamp | None, BeforeValidator(_nothing), WithJsonSchema({"type": ["string", "null"], "format": "date-time"})
]
Limit = Annotated[int, BeforeValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
Cursor = Annotated[
    tuple[int, str],
    BeforeValidator(_cursor),
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]{1,18}~[!-~]{1,100}$"}),
]
YesOrNo = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"type": "string", "enum": ["true", "false"]})]

_WHOM = "The person's id in the chat platform."
_WHERE = "The id of an office; of a clock-in, its zone decides the work date."
_SAID = "Up to 2,000 characters."
_UTC = "ISO 8601, in UTC where no offset is given."


class Parameters(BaseModel):
    """Unknown parameters are passed over: clients of the original may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Clocking(Parameters):
    """Clock in, clock out."""

    user_id: Id = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    comment: Comment = Field(None, description=_SAID, examples=["good morning"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    timestamp: OptionalTimestamp = Field(
        None,
        alias="timestampUtc",
        description=f"What happened earlier; now where it is left out. {_UTC}",
        examples=["2026-11-20T08:00:00Z"],
    )


class Creation(Parameters):
    """A whole record: a clock-in and its clock-out."""

    day: Day = Field(
        alias="date",
        description="The work date, as a rule the local day of the clock-in; at most a day from it.",
        examples=["2026-11-20"],
    )
    in_at: Timestamp = Field(alias="clockInTimestampUtc", description=_UTC, examples=["2026-11-20T08:00:00Z"])
    out_at: Timestamp = Field(
        alias="clockOutTimestampUtc",
        description=f"Later than the clock-in, by at most 24 hours. {_UTC}",
        examples=["2026-11-20T16:30:00Z"],
    )
    user_id: Id = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    in_comment: Comment = Field(None, alias="clockInComment", description=_SAID, examples=["on site"])
    out_comment: Comment = Field(None, alias="clockOutComment", description=_SAID, examples=["done"])


class Batch(Parameters):
    """Up to 1,000 records at once. Each is checked by itself, as `create` checks its one."""

    records: list[Annotated[InstanceOf[Mapping[str, Any]], WithJsonSchema({"type": "object"})]] = Field(
        min_length=1,
        max_length=MOST_IN_A_BATCH,
        description="What `create` takes, each. One that breaks a rule is refused in its place of the answer.",
        examples=[
            [
                {
                    "date": "2026-11-20",
                    "clockInTimestampUtc": "2026-11-20T08:00:00Z",
                    "clockOutTimestampUtc": "2026-11-20T16:30:00Z",
                    "userId": "U012ANA",
                }
            ]
        ],
    )
    all_or_nothing: StrictBool = Field(
        False, alias="allOrNothing", description="Whether one refused record leaves all of them unwritten."
    )


class NewWebhook(Parameters):
    """Register an address."""

    url: StrictStr = Field(
        max_length=LONGEST_URL,
        description="Where calls are posted: https, and no address of a private network unless the operator allows it.",
        examples=["https://example.com/attendance"],
    )


class Span(Parameters):
    """Whose work dates, and where."""

    first: Day = Field(alias="startDate", description="The first work date.", examples=["2026-11-01"])
    last: Day = Field(alias="endDate", description="The last work date, included.", examples=["2026-11-30"])
    user_id: Id | None = Field(
        None,
        alias="userId",
        description="One person. Everybody whom the token may see where neither this nor userIds is given.",
        examples=["U012ANA"],
    )
    user_ids: Ids | None = Field(
        None, alias="userIds", description="Several people, with commas between.", examples=["U012ANA,U012BEN"]
    )
    office_id: Id | None = Field(
        None, alias="officeId", description="Only what was clocked in at this office.", examples=["hq"]
    )


class Query(Span):
    """Query attendance events."""

    changed_since: Timestamp | None = Field(
        None,
        alias="updatedSince",
        description="Only what was written, deleted or restored since then. Ask from a minute before the last time, "
        f"for what was being written then. {_UTC}",
        examples=["2026-11-20T08:00:00Z"],
    )
    with_deleted: YesOrNo = Field(
        False,
        alias="includeDeleted",
        description="With deleted events in their places, each with `momentDeleted` and `deletedByUserId` beside the "
        "keys of a living one.",
    )
    limit: Limit | None = Field(
        None, description="A page of so many events; the next one is in the `Link` header.", examples=[500]
    )
    after: Cursor | None = Field(None, alias="cursor", description="From the `Link` header of the page before.")


class WorkedTimeQuery(Span):
    """Worked time over a range."""

    by: Literal["person", "day", "week", "month"] = Field(
        "person",
        description="A row for each person, or for each person and day, week (from Monday) or month that has records.",
    )


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


def read_span(model: type[S], parameters: Mapping[str, str]) -> S:
    """A query's parameters, which can also contradict each other. Raises a Problem."""
    faults = []
    first, last = _day(parameters.get("startDate", "")), _day(parameters.get("endDate", ""))
    if first and last and first > last:
        faults += [("startDate", "is after endDate"), ("endDate", "is before startDate")]
    if "userId" in parameters and "userIds" in parameters:
        faults += [("userId", "contradicts userIds: give one of them"), ("userIds", "contradicts userId")]
    return read(model, parameters, faults)


def _repeated(model: type[Parameters], parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Forms and queries can give a parameter twice, and taking either would drop the other unseen."""
    if not isinstance(parameters, MultiMapping):
        return []
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [(name, "is given more than once") for name in names if len(parameters.getall(name, [])) > 1]


def _named(fault: Any) -> tuple[str, str]:
    name = ".".join(str(part) for part in fault["loc"][:2])
    return name, _REASONS.get(fault["type"], fault["msg"])


_REASONS = {
    "missing": "is missing",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "list_type": "must be an array",
    "is_instance_of": "must be an object",
    "too_short": "is empty",
    "too_long": f"holds more than {MOST_IN_A_BATCH:,}",
    "literal_error": "is none of person, day, week, month",
}
