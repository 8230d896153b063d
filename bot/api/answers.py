"""The types of all answers. Handlers return them, and the OpenAPI document describes them."""

from __future__ import annotations

from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic reads no other before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from bot.api.codes import TITLES
from bot.rules.checks import Rule

Ok = Literal["Ok"]
Count = Annotated[int, Field(ge=0)]
Day = Annotated[str, Field(json_schema_extra={"format": "date"})]
Moment = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}$",
        description="UTC, without an offset, with six digits of microseconds.",
    ),
]


class Event(TypedDict):
    """An attendance event: half a pair."""

    id: Annotated[
        str, Field(description="Opaque. Ids sort by the time they were written; imported events keep theirs.")
    ]
    linkedAttendanceEventId: Annotated[
        str | None, Field(description="The other event of the pair. Null on an open clock-in.")
    ]
    userId: Annotated[str, Field(description="Whose event it is.")]
    createByUserId: Annotated[str, Field(description="Who entered it. `cli:…`: imported at the command line.")]
    officeId: str | None
    date: Annotated[Day, Field(description="The work date: usually the local day of the clock-in.")]
    momentCreated: Moment
    timestamp: Moment
    ipAddress: Annotated[str | None, Field(description="The caller's address. Null for events made in a chat.")]
    type: Literal["CLOCK-IN", "CLOCK-OUT"]
    comment: str | None


class DeletedEvent(Event):
    """A deleted event."""

    momentDeleted: Moment
    deletedByUserId: str | None


class Record(TypedDict):
    """Both events of a pair."""

    clockIn: Event
    clockOut: Event


class RecordSoFar(TypedDict):
    """Both events of a pair. `clockOut` is null while it is open."""

    clockIn: Event
    clockOut: Event | None


class UsedToken(TypedDict):
    """The API token that a change came through."""

    id: str
    name: str | None
    createByUserId: Annotated[
        str | None, Field(description="Who made it. `cli:…`: at the command line. Null: not known any more.")
    ]


class Agreement(TypedDict):
    """The correction that a change was made for, and what each side said."""

    id: str
    askedByUserId: str
    personAnswer: Literal["yes", "no"] | None
    personText: str | None
    employerAnswer: Literal["yes", "no"] | None
    employerUserId: str | None
    outcome: Literal["applied", "applied-without-agreement"]


class Break(TypedDict):
    """A break."""

    id: Annotated[str, Field(description="The clock-out that started it, or the paid break's own id.")]
    kind: str
    isPaid: bool
    start: Moment
    end: Annotated[Moment | None, Field(description="Null while it lasts, and if it was removed before.")]
    createByUserId: str


class Change(TypedDict):
    """A change, and the pair after it; of a paid break inside it, the pair as it is now."""

    action: Annotated[
        str,
        Field(
            description="`change`: this pair took the place of another one. `end-day`: its break was the end of the "
            "day. `start-break`, `end-break` and `remove-break` are about a paid break inside it.",
            json_schema_extra={
                "enum": [
                    *("clock-in", "clock-out", "create", "change", "delete", "restore", "end-day"),
                    *("start-break", "end-break", "remove-break"),
                ]
            },
        ),
    ]
    moment: Moment
    byUserId: str
    via: Annotated[str, Field(json_schema_extra={"enum": ["slack", "teams", "api", "form", "cli", "system"]})]
    token: Annotated[UsedToken | None, Field(description="Null for changes that didn't come over the API.")]
    reason: Annotated[str | None, Field(description="Why the record was changed. Null otherwise, or once erased.")]
    correction: Annotated[Agreement | None, Field(description="Null for what nobody had to agree to.")]
    clockIn: Event
    clockOut: Event | None
    attendanceBreak: NotRequired[Annotated[Break, Field(description="Of changes to paid breaks alone: after it.")]]


class Fault(TypedDict):
    """A parameter, and what is wrong with it."""

    parameter: str
    reason: str


class Facts(TypedDict, total=False):
    """Members that some codes add."""

    errors: list[Fault]
    conflictingEventId: Annotated[str | None, Field(description="The event in conflict.")]
    correctionId: Annotated[str, Field(description="The correction that waits, or was answered.")]
    results: Annotated[
        list[Problem | None],
        Field(description="For a refused batch: the problem of each record, or null."),
    ]
    reference: str


class Problem(Facts):
    """RFC 9457, with a code for programs."""

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(json_schema_extra={"enum": [*TITLES]})]


class RecordFacts(TypedDict):
    """A record as it was, or as it should be."""

    date: Day
    clockInTimestampUtc: Moment
    clockOutTimestampUtc: Annotated[Moment | None, Field(description="Null for an open clock-in.")]
    officeId: str | None
    clockInComment: str | None
    clockOutComment: str | None


class Correction(TypedDict):
    """Somebody asks to add, change or remove a record. The person and an employer each say yes or no."""

    id: str
    kind: Literal["add", "change", "remove"]
    userId: Annotated[str, Field(description="Whose record it is.")]
    eventId: Annotated[str | None, Field(description="The clock-in of the record. Null for a new one.")]
    reason: Annotated[str | None, Field(description="Null where a program gave none, and once it was erased.")]
    before: Annotated[RecordFacts | None, Field(description="The record when it was asked about.")]
    after: Annotated[RecordFacts | None, Field(description="As it should be. Null to remove it.")]
    askedByUserId: str
    personAnswer: Literal["yes", "no"] | None
    employerAnswer: Literal["yes", "no"] | None
    personText: Annotated[str | None, Field(description="What the person said beside their answer.")]
    employerText: Annotated[str | None, Field(description="Why the employer said no.")]
    outcome: Annotated[
        Literal["applied", "applied-without-agreement", "refused", "withdrawn"] | None,
        Field(description="Null while it waits. Refused also where the record changed meanwhile."),
    ]
    resultEventId: Annotated[str | None, Field(description="The clock-in of the record that it made.")]
    momentCreated: Moment


class Created(TypedDict):
    """A record that a batch added."""

    status: Literal[200]
    clockIn: Event
    clockOut: Event


class Results(TypedDict):
    """One result for each record of a batch, in the same order."""

    created: Count
    refused: Count
    results: list[Created | Problem]


class WorkedTime(TypedDict):
    """A row of the report."""

    startDate: Day
    endDate: Day
    userId: str
    name: str
    workedSeconds: Count
    workedHours: Annotated[float, Field(ge=0)]
    days: Count
    records: Count
    breakSeconds: Count | None
    enteredLater: Count
    stillIn: Count
    unresolved: Count
    statedBreakSeconds: Count | None
    paidBreakSeconds: Count


class Finding(TypedDict):
    """What a rule asks of a work date, and what there was instead."""

    userId: str
    date: Day
    rule: Annotated[str, Field(json_schema_extra={"enum": list(Rule)})]
    measuredMinutes: Annotated[int, Field(ge=0, description="For a `week` or `night`, it may be an average.")]
    askedMinutes: Count
    article: Annotated[str, Field(description="Of the law, or what was agreed instead.")]
    remark: Annotated[str | None, Field(description="What was said about it last.")]


class User(TypedDict):
    """A person, in GoodDay's format."""

    id: str
    name: str
    primaryEmail: str | None
    companyRole: str | None
    isAdmin: bool
    reportsToUserId: str | None
    momentCreated: str | None


class Office(TypedDict):
    """An office."""

    id: str
    name: str
    zone: Annotated[str, Field(description="IANA time zone.")]
    country: Annotated[str | None, Field(description="ISO 3166-1 alpha-2. Null: the workspace's, if it has one.")]
    region: Annotated[str | None, Field(description="The part after the dash in ISO 3166-2.")]
    archived: Annotated[
        bool, Field(description="An archived office is still named in earlier records, and takes no new ones.")
    ]


class Team(TypedDict):
    """A team."""

    name: str
    managerUserIds: list[str]
    memberUserIds: list[str]


class Webhook(TypedDict):
    """A registered address."""

    id: str
    url: str
    createByUserId: str
    momentCreated: Moment


class RegisteredWebhook(Webhook):
    """A newly registered address."""

    secret: Annotated[str, Field(description="Signs the calls. Shown only once.")]


CALLS = {
    "attendance.clocked-in": "Someone clocked in",
    "attendance.clocked-out": "Someone clocked out",
    "attendance.created": "A whole record was added",
    "attendance.deleted": "A record was deleted",
    "attendance.restored": "A deleted record was restored",
    "attendance.changed": "A record was changed: another one took its place",
    "attendance.break-started": "Someone started a break",
    "attendance.break-ended": "Someone came back from a break",
    "attendance.break-removed": "A break was undone, or was the end of the day",
    "signature.signed": "Someone signed their period",
    "signature.approved": "A manager approved a period, which locks it",
    "signature.withdrawn": "A signature was withdrawn",
    "correction.asked": "Someone asked for a correction",
    "correction.answered": "The person objects to a correction, which still waits",
    "correction.applied": "A correction was applied, with or without agreement",
    "correction.refused": "A correction was refused",
    "correction.withdrawn": "A correction was withdrawn",
}


class SignedDay(TypedDict):
    """A work date as it was signed."""

    date: str
    workedMinutes: int
    breakMinutes: int
    records: int


class Signature(TypedDict):
    """A signature under a period, with the figures as they were signed."""

    id: str
    userId: str
    startDate: str
    endDate: str
    part: Annotated[str, Field(description="Who signed.", json_schema_extra={"enum": ["person", "manager"]})]
    createByUserId: str
    momentCreated: Moment
    workedMinutes: int
    breakMinutes: int
    paidBreakMinutes: Annotated[int, Field(description="Within the worked minutes.")]
    days: list[SignedDay]
    digest: Annotated[str, Field(description="SHA-256 of the records, without comments and addresses.")]
    momentWithdrawn: Moment | None
    withdrawnByUserId: str | None
    reason: Annotated[str | None, Field(description="Why it was withdrawn.")]


class Call(TypedDict):
    """The body of a call to a webhook."""

    id: Annotated[str, Field(description="The id of this call.")]
    type: Annotated[str, Field(description="What happened.", json_schema_extra={"enum": [*CALLS]})]
    time: Moment
    workspace: str
    attendanceEvents: Annotated[
        list[Event | DeletedEvent],
        Field(
            description="Both events of the record at that time. Only the clock-in while it is open. Empty for "
            "signatures and corrections."
        ),
    ]
    replacedAttendanceEvents: NotRequired[
        Annotated[list[Event | DeletedEvent], Field(description="Of a change: the events that it replaced.")]
    ]
    attendanceBreak: NotRequired[Annotated[Break, Field(description="Of calls about breaks alone.")]]
    signature: NotRequired[Annotated[Signature, Field(description="Of calls about signatures alone.")]]
    correction: NotRequired[Annotated[Correction, Field(description="Of calls about corrections alone.")]]
