"""Request models. They name every fault of a request at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, Field, InstanceOf, StrictBool, StrictStr, ValidationError, WithJsonSchema

from bot.api.parameter_types import (
    Comment,
    Cursor,
    Day,
    Id,
    Limit,
    Minutes,
    OptionalDay,
    OptionalId,
    OptionalTimestamp,
    Reason,
    Timestamp,
    UserId,
    UserIds,
    YesOrNo,
    day_of,
)
from bot.api.problems import invalid
from bot.webhooks.deliveries import LONGEST_URL

M = TypeVar("M", bound="Parameters")
S = TypeVar("S", bound="Span")

MOST_IN_A_BATCH = 1000

_WHOM = "The person's id in the chat platform: Slack's user id, or the Entra object id in Microsoft Teams."
_WHERE = "An office's id. The office's time zone decides the work date of a clock-in."
_COMMENT = "Up to 2,000 characters."
_UTC = "ISO 8601. UTC if it has no offset."
_WHEN = f"When it happened, from 1970 on. Leave it out for now. {_UTC}"


class Parameters(BaseModel):
    """Unknown parameters are ignored: GoodDay's clients may send more."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Clocking(Parameters):
    """Clock in."""

    user_id: UserId = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    comment: Comment = Field(None, description=_COMMENT, examples=["good morning"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    timestamp: OptionalTimestamp = Field(
        None, alias="timestampUtc", description=_WHEN, examples=["2026-11-20T08:00:00.561027Z"]
    )


class ClockingOut(Clocking):
    """Clock out."""

    comment: Comment = Field(None, description=_COMMENT, examples=["done"])
    timestamp: OptionalTimestamp = Field(
        None, alias="timestampUtc", description=_WHEN, examples=["2026-11-20T16:30:00Z"]
    )


class StartingBreak(Parameters):
    """Start a break."""

    user_id: UserId = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    kind: OptionalId = Field(
        None,
        description="One of the workspace's kinds of breaks. Without it: the first.",
        examples=["lunch"],
    )
    minutes: Minutes = Field(None, description="After how many minutes to ask the person whether they're back.")
    comment: Comment = Field(None, description=f"{_COMMENT} A paid break has none.", examples=["with Ben"])
    timestamp: OptionalTimestamp = Field(
        None, alias="timestampUtc", description=_WHEN, examples=["2026-11-20T11:00:00Z"]
    )


class ComingBack(Parameters):
    """Come back from a break."""

    user_id: UserId = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    comment: Comment = Field(None, description=f"{_COMMENT} Of the clock-in.", examples=["back"])
    timestamp: OptionalTimestamp = Field(
        None, alias="timestampUtc", description=_WHEN, examples=["2026-11-20T11:30:00Z"]
    )


class Creation(Parameters):
    """A whole record: a clock-in and its clock-out."""

    day: Day = Field(
        alias="date",
        description="The work date, from 1970 on: usually the local day of the clock-in, at most a day away.",
        examples=["2026-11-20"],
    )
    in_at: Timestamp = Field(alias="clockInTimestampUtc", description=_UTC, examples=["2026-11-20T08:00:00Z"])
    out_at: Timestamp = Field(
        alias="clockOutTimestampUtc",
        description=f"At most 24 hours after the clock-in. {_UTC}",
        examples=["2026-11-20T16:30:00Z"],
    )
    user_id: UserId = Field(alias="userId", description=_WHOM, examples=["U012ANA"])
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    in_comment: Comment = Field(None, alias="clockInComment", description=_COMMENT, examples=["on site"])
    out_comment: Comment = Field(None, alias="clockOutComment", description=_COMMENT, examples=["done"])


class Changing(Parameters):
    """What a record should be. What isn't named stays as it is; an empty office or comment is removed."""

    reason: Reason = Field(description=f"Why. {_COMMENT}", examples=["The train was late"])
    day: OptionalDay = Field(
        None, alias="date", description="The work date, at most a day from the clock-in.", examples=["2026-11-20"]
    )
    in_at: OptionalTimestamp = Field(
        None, alias="clockInTimestampUtc", description=_UTC, examples=["2026-11-20T08:00:00Z"]
    )
    out_at: OptionalTimestamp = Field(
        None,
        alias="clockOutTimestampUtc",
        description=f"At most 24 hours after the clock-in. Ends an open record. {_UTC}",
        examples=["2026-11-20T17:40:00Z"],
    )
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    in_comment: Comment = Field(None, alias="clockInComment", description=_COMMENT, examples=["on site"])
    out_comment: Comment = Field(None, alias="clockOutComment", description=_COMMENT, examples=["done"])


class AskedRecord(Parameters):
    """What a correction asks for. What isn't named stays as it is; an empty office or comment is removed."""

    kind: Literal["add", "change", "remove"] = Field(description="What to do.", examples=["change"])
    user_id: UserId = Field(alias="userId", description=f"Whose record. {_WHOM}", examples=["U012ANA"])
    event_id: OptionalId = Field(
        None, alias="eventId", description="Either event of the record. Not for `add`.", examples=["01a20ad1-7f0c-7d51"]
    )
    reason: Reason = Field(description=f"Why. {_COMMENT}", examples=["The train was late"])
    day: OptionalDay = Field(
        None, alias="date", description="The work date, at most a day from the clock-in.", examples=["2026-11-20"]
    )
    in_at: OptionalTimestamp = Field(
        None,
        alias="clockInTimestampUtc",
        description=f"For `add`, it's needed. {_UTC}",
        examples=["2026-11-20T08:00:00Z"],
    )
    out_at: OptionalTimestamp = Field(
        None,
        alias="clockOutTimestampUtc",
        description=f"At most 24 hours after the clock-in. For `add`, it's needed. {_UTC}",
        examples=["2026-11-20T17:40:00Z"],
    )
    office_id: OptionalId = Field(None, alias="officeId", description=_WHERE, examples=["hq"])
    in_comment: Comment = Field(None, alias="clockInComment", description=_COMMENT, examples=["on site"])
    out_comment: Comment = Field(None, alias="clockOutComment", description=_COMMENT, examples=["done"])


class AnsweringCorrection(Parameters):
    """Yes or no, as the person or as an employer."""

    answer: Literal["yes", "no"] = Field(description="Yes applies it.", examples=["yes"])
    text: Comment = Field(None, description=f"What to say beside it. {_COMMENT}", examples=["thanks for telling me"])


class Corrections(Parameters):
    """Which corrections."""

    state: Literal["waiting", "done"] | None = Field(None, description="Only those that wait, or that don't.")


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
    user_id: UserId | None = Field(
        None,
        alias="userId",
        description="One person. Without `userId` and `userIds`: everyone the token may see.",
        examples=["U012ANA"],
    )
    user_ids: UserIds | None = Field(
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
    first, last = day_of(parameters.get("startDate", "")), day_of(parameters.get("endDate", ""))
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
    if fault["type"] == "literal_error":
        return name, f"must be {fault['ctx']['expected'].replace(chr(39), '')}"
    return name, _REASONS.get(fault["type"], fault["msg"])


_REASONS = {
    "missing": "is missing",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "list_type": "must be an array",
    "is_instance_of": "must be an object",
    "too_short": "is empty",
    "too_long": f"has more than {MOST_IN_A_BATCH:,} records",
}
