"""Request models. They name every fault of a request at once."""

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
_ID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,64}")  # anything else could be an id
_CURSOR = re.compile(r"(-?\d{1,18})~([!-~]{1,100})", re.ASCII)
_YEARS = range(2, 9999)  # a day from either end: no zone's local time leaves the calendar


def _fault(text: str) -> PydanticCustomError:
    return PydanticCustomError("attendance", "{text}", {"text": text})


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _fault("must be 1 to 64 characters, without control characters")
    return value


def _comment(value: str) -> str | None:
    try:
        return comment(value)
    except InvalidText as error:
        raise _fault(error.why) from error


def _date(given: Any) -> date:
    value = _text(given)
    if not _DATE.fullmatch(value):
        raise _fault("must be a date like 2026-11-23")
    if (day := _day(value)) is None:
        raise _fault("isn't a day in the calendar")
    return day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _timestamp(given: Any) -> datetime:
    """ISO 8601, UTC if it has no offset. Anything finer than a microsecond is cut off."""
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
        raise _fault("must be an ISO 8601 timestamp like 2024-07-15T15:23:58Z") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _fault("must be a string")
    return value


def _ids(given: Any) -> tuple[str, ...]:
    found = [part.strip() for part in _text(given).split(",")]
    if not all(found):
        raise _fault("has an empty id: put one comma between ids")
    return tuple(dict.fromkeys(_id(part) for part in found))


def _limit(given: Any) -> int:
    value = _text(given)
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII) or not 1 <= int(value) <= MOST_IN_A_PAGE:
        raise _fault(f"must be a whole number from 1 to {MOST_IN_A_PAGE:,}")
    return int(value)


def _cursor(given: Any) -> tuple[int, str]:
    match = _CURSOR.fullmatch(_text(given))
    if not match:
        raise _fault("must be the cursor of a Link header")
    return min(max(int(match[1]), _FIRST_MOMENT), _LAST_MOMENT), match[2]


def _yes(given: Any) -> bool:
    if given not in ("true", "false"):
        raise _fault("must be true or false")
    return bool(given == "true")


def _nothing(value: Any) -> Any:
    return None if value == "" else value


MOST_IN_A_PAGE = 1000
MOST_IN_A_BATCH = 1000
_FIRST_MOMENT, _LAST_MOMENT = -62_000_000_000_000_000, 253_000_000_000_000_000  # within datetime's years

# As much as a JSON schema can check. The functions above check the rest.
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
_WHERE = "An office's id. The office's time zone decides the work date of a clock-in."
_COMMENT = "Up to 2,000 characters."
_UTC = "ISO 8601. UTC if it has no offset."


class Parameters(BaseModel):
    """Unknown parameters are ignored: GoodDay's clients may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Clocking(Parameters):
    """Clock in, clock out."""

    user_id: Id = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    comment: Comment = Field(None, description=_COMMENT, examples=["good morning"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    timestamp: OptionalTimestamp = Field(
        None,
        alias="timestampUtc",
        description=f"When it happened. Leave it out for now. {_UTC}",
        examples=["2026-11-20T08:00:00Z"],
    )


class Creation(Parameters):
    """A whole record: a clock-in and its clock-out."""

    day: Day = Field(
        alias="date",
        description="The work date: usually the local day of the clock-in, at most a day earlier or later.",
        examples=["2026-11-20"],
    )
    in_at: Timestamp = Field(alias="clockInTimestampUtc", description=_UTC, examples=["2026-11-20T08:00:00Z"])
    out_at: Timestamp = Field(
        alias="clockOutTimestampUtc",
        description=f"At most 24 hours after the clock-in. {_UTC}",
        examples=["2026-11-20T16:30:00Z"],
    )
    user_id: Id = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    in_comment: Comment = Field(None, alias="clockInComment", description=_COMMENT, examples=["on site"])
    out_comment: Comment = Field(None, alias="clockOutComment", description=_COMMENT, examples=["done"])


class Batch(Parameters):
    """Up to 1,000 records at once. Each is checked as `create` checks one."""

    records: list[Annotated[InstanceOf[Mapping[str, Any]], WithJsonSchema({"type": "object"})]] = Field(
        min_length=1,
        max_length=MOST_IN_A_BATCH,
        description="The parameters of `create`, for each record. One that breaks a rule gets a problem as its result.",
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
        False, alias="allOrNothing", description="If one record is refused, refuse all of them."
    )


class NewWebhook(Parameters):
    """Register a webhook."""

    url: StrictStr = Field(
        max_length=LONGEST_URL,
        description="Where to send calls. Needs https. Private networks are refused unless the operator allows them.",
        examples=["https://example.com/attendance"],
    )


class Span(Parameters):
    """Which days, people and office."""

    first: Day = Field(alias="startDate", description="The first work date.", examples=["2026-11-01"])
    last: Day = Field(alias="endDate", description="The last work date, included.", examples=["2026-11-30"])
    user_id: Id | None = Field(
        None,
        alias="userId",
        description="One person. Without `userId` and `userIds`: everyone the token may see.",
        examples=["U012ANA"],
    )
    user_ids: Ids | None = Field(
        None, alias="userIds", description="Several people, separated by commas.", examples=["U012ANA,U012BEN"]
    )
    office_id: Id | None = Field(None, alias="officeId", description="Only records of this office.", examples=["hq"])

    @property
    def people(self) -> tuple[str, ...] | None:
        """Everyone named by `userId` and `userIds`. None: nobody is named."""
        named = ((self.user_id,) if self.user_id else ()) + (self.user_ids or ())
        return tuple(dict.fromkeys(named)) or None


class Query(Span):
    """Query attendance events."""

    changed_since: Timestamp | None = Field(
        None,
        alias="updatedSince",
        description="Only events that were written, deleted or restored since then. To miss nothing, ask from a minute "
        f"before your last request. {_UTC}",
        examples=["2026-11-20T08:00:00Z"],
    )
    with_deleted: YesOrNo = Field(
        False,
        alias="includeDeleted",
        description="Include deleted events. They have two more keys: `momentDeleted` and `deletedByUserId`.",
    )
    limit: Limit | None = Field(
        None, description="How many events to a page. The `Link` header has the next page.", examples=[500]
    )
    after: Cursor | None = Field(None, alias="cursor", description="From the `Link` header of the previous page.")


class WorkedTimeQuery(Span):
    """Worked time over a range."""

    by: Literal["person", "day", "week", "month"] = Field(
        "person",
        description="One row for each person, or for each person and day, week (from Monday) or month with records.",
    )


def read(model: type[M], parameters: Mapping[str, Any], faults: Sequence[tuple[str, str]] = ()) -> M:
    """The checked parameters. Raises a Problem that names every fault, including `faults`."""
    found = [*faults, *_repeated(model, parameters)]
    try:
        checked = model.model_validate(parameters)
    except ValidationError as error:
        found += [_named(fault) for fault in error.errors(include_url=False, include_input=False)]
    if found:
        raise invalid(found)
    return checked


def read_span(model: type[S], parameters: Mapping[str, str]) -> S:
    """The checked parameters of a query. Raises a Problem, also for days in the wrong order."""
    faults = []
    first, last = _day(parameters.get("startDate", "")), _day(parameters.get("endDate", ""))
    if first and last and first > last:
        faults += [("startDate", "is after endDate"), ("endDate", "is before startDate")]
    return read(model, parameters, faults)


def _repeated(model: type[Parameters], parameters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Parameters sent twice in a form or query. Using one of the two would silently drop the other."""
    if not isinstance(parameters, MultiMapping):
        return []
    names = [field.alias or name for name, field in model.model_fields.items()]
    return [(name, "was sent more than once") for name in names if len(parameters.getall(name, [])) > 1]


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
    "too_long": f"has more than {MOST_IN_A_BATCH:,} records",
    "literal_error": "must be person, day, week or month",
}
