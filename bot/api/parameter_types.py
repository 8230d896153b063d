"""The types of parameters: each checks a value and says what is wrong with it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, StrictStr, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.calendar.break_kinds import MOST_MINUTES
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.errors import InvalidText
from bot.people.ids import as_kept

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


def _reason(value: str) -> str:
    if not value.strip():
        raise _fault("is empty")
    return _comment(value.strip()) or ""


def _date(given: Any) -> date:
    value = _text(given)
    if not _DATE.fullmatch(value):
        raise _fault("must be a date like 2026-11-23")
    if (day := day_of(value)) is None:
        raise _fault("isn't a day in the calendar")
    return day


def day_of(text: str) -> date | None:
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


def _as_kept(user_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(as_kept, user_ids)))


def _limit(given: Any) -> int:
    value = _text(given)
    if not re.fullmatch(r"\d{1,4}", value, re.ASCII) or not 1 <= int(value) <= MOST_IN_A_PAGE:
        raise _fault(f"must be a whole number from 1 to {MOST_IN_A_PAGE:,}")
    return int(value)


def _minutes(given: Any) -> int:
    if isinstance(given, float) and given.is_integer():  # JSON has one kind of numbers: 20.0 is 20
        given = int(given)
    value = str(given) if isinstance(given, int | float) and not isinstance(given, bool) else _text(given)
    if not re.fullmatch(r"\d{1,3}", value, re.ASCII) or not 1 <= int(value) <= MOST_MINUTES:
        raise _fault(f"must be a whole number from 1 to {MOST_MINUTES}")
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
UserId = Annotated[Id, AfterValidator(as_kept)]
UserIds = Annotated[Ids, AfterValidator(_as_kept)]
Comment = Annotated[
    Annotated[StrictStr, AfterValidator(_comment)] | None, BeforeValidator(_nothing), WithJsonSchema(_COMMENT_SCHEMA)
]
Reason = Annotated[
    StrictStr, AfterValidator(_reason), WithJsonSchema(_COMMENT_SCHEMA | {"type": "string", "minLength": 1})
]
OptionalId = Annotated[Id | None, BeforeValidator(_nothing), WithJsonSchema(_OPTIONAL_ID_SCHEMA)]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Timestamp = Annotated[datetime, BeforeValidator(_timestamp), WithJsonSchema(_MOMENT_SCHEMA)]
OptionalDay = Annotated[
    Day | None, BeforeValidator(_nothing), WithJsonSchema({"type": ["string", "null"], "format": "date"})
]
OptionalTimestamp = Annotated[
    Timestamp | None, BeforeValidator(_nothing), WithJsonSchema({"type": ["string", "null"], "format": "date-time"})
]
Minutes = Annotated[
    Annotated[int, BeforeValidator(_minutes)] | None,
    BeforeValidator(_nothing),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": MOST_MINUTES},
                {"type": "string", "pattern": "^([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|360)$"},  # of a form
                {"type": "null"},
            ]
        }
    ),
]
Limit = Annotated[int, BeforeValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
Cursor = Annotated[
    tuple[int, str],
    BeforeValidator(_cursor),
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]{1,18}~[!-~]{1,100}$"}),
]
YesOrNo = Annotated[bool, BeforeValidator(_yes), WithJsonSchema({"type": "string", "enum": ["true", "false"]})]
