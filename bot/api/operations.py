"""Every operation of the API. Routes and OpenAPI document are made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.api import answers, batch, corrections, examples, people, reading, reports, webhooks, writing
from bot.api.handling import Answering
from bot.api.schema import (
    AnsweringCorrection,
    AskedRecord,
    Batch,
    Changing,
    Clocking,
    ClockingOut,
    ComingBack,
    Corrections,
    Creation,
    NewWebhook,
    Parameters,
    Query,
    Span,
    StartingBreak,
    WorkedTimeQuery,
)

EVENTS, AN_EVENT = "/attendance-events", "/attendance-events/{id}"
LEDGER = ("already-clocked-in", "overlap")
AGREEMENT = ("consent-needed", "correction-waiting")


@dataclass(frozen=True, slots=True)
class Operation:
    """`query` or `body` is the model that checks the parameters.

    `refuses` names the error codes of this operation, beside those that any operation can answer.
    """

    name: str
    method: str
    path: str
    handler: Answering
    summary: str
    answer: Any
    """The type of the answer."""
    example: Any
    about: str = ""
    query: type[Parameters] | None = None
    body: type[Parameters] | None = None
    refuses: tuple[str, ...] = ()
    streamed: bool = False
    """Whether the answer can be long, and is also offered as CSV and NDJSON."""
    links: Mapping[str, Any] = field(default_factory=dict)
    forms: bool = True
    id_description: str = "The id of the clock-in or of the clock-out."
    once: bool = False
    """Whether it accepts an `Idempotency-Key`."""
    also_at: tuple[str, ...] = ()
    """Other paths that GoodDay's clients use."""


def _by_event_id(name: str, where: str) -> dict[str, Any]:
    return {"operationId": name, "parameters": {"id": f"$response.body#/{where}"}}


def _links(where: str) -> dict[str, Any]:
    return {name: _by_event_id(name, where) for name in ("read", "history", "change", "delete", "restore")}


OPERATIONS = (
    Operation(
        "clock-in",
        "POST",
        f"{EVENTS}/clock-in",
        writing.clock_in,
        "Clock in",
        answers.Event,
        examples.OPENED,
        about="Clocks the person in, now or at `timestampUtc`. Someone who is already clocked in stays so (409).",
        body=Clocking,
        refuses=("forbidden", "unknown-user", "unknown-office", *LEDGER),
        links=_links("id"),
        once=True,
    ),
    Operation(
        "clock-out",
        "POST",
        f"{EVENTS}/clock-out",
        writing.clock_out,
        "Clock out",
        answers.Event,
        examples.CLOSED[1],
        about="Clocks the person out, now or at `timestampUtc`. A clock-in that's more than 24 hours old needs "
        "`timestampUtc`: ask the person when they left.",
        body=ClockingOut,
        refuses=("forbidden", "unknown-user", "unknown-office", "not-clocked-in", "forgotten-clock-out"),
        links=_links("id"),
        once=True,
    ),
    Operation(
        "break",
        "POST",
        f"{EVENTS}/break",
        writing.start_break,
        "Start a break",
        answers.Event,
        examples.CLOSED[1],
        about="Starts a break, now or at `timestampUtc`. Answers the clock-out that starts it. A paid break lies "
        "inside its record, so the answer is the record's clock-in.",
        body=StartingBreak,
        refuses=(
            "forbidden",
            "unknown-user",
            "unknown-break-kind",
            "not-clocked-in",
            "already-on-a-break",
            "forgotten-clock-out",
            "overlap",
        ),
        links=_links("id"),
        once=True,
    ),
    Operation(
        "back",
        "POST",
        f"{EVENTS}/back",
        writing.back,
        "Come back from a break",
        answers.Event,
        examples.OPENED,
        about="Ends the break, now or at `timestampUtc`, at most six hours after it began. Answers the clock-in, on "
        "the work date that it continues; after a paid break, the clock-in of its record.",
        body=ComingBack,
        refuses=("forbidden", "unknown-user", "not-on-a-break", "overlap"),
        links=_links("id"),
        once=True,
    ),
    Operation(
        "create",
        "POST",
        f"{EVENTS}/create",
        writing.create,
        "Create attendance records",
        answers.Record,
        examples.CREATED,
        about="Adds a whole record: a clock-in and its clock-out.",
        body=Creation,
        refuses=("forbidden", "unknown-user", "unknown-office", "overlap", *AGREEMENT),
        links=_links("clockIn/id"),
        once=True,
    ),
    Operation(
        "batch",
        "POST",
        f"{EVENTS}/batch",
        batch.create_many,
        "Create many attendance records",
        answers.Results,
        examples.SOME_RESULTS,
        about="Adds up to 1,000 records in one transaction. The answer has one result for each, in the same order: "
        "both events, or the problem that `create` would have answered. With `allOrNothing`, one refused record "
        "refuses all of them (409 `batch-refused`, with `results`).",
        body=Batch,
        refuses=("forbidden", "batch-refused"),
        forms=False,
        once=True,
    ),
    Operation(
        "query",
        "GET",
        EVENTS,
        reading.query_events,
        "Query attendance events",
        list[answers.Event | answers.DeletedEvent],
        examples.CLOSED,
        about="Lists events, oldest first. Without `limit`, all of them are streamed. Send the `ETag` of an earlier "
        "answer as `If-None-Match` to get a 304 if nothing in the workspace has changed. In CSV, an apostrophe "
        "precedes text that a spreadsheet would read as a formula.",
        query=Query,
        refuses=("forbidden", "unknown-user", "unknown-office"),
        streamed=True,
    ),
    Operation(
        "read",
        "GET",
        AN_EVENT,
        reading.get_event,
        "Get an attendance event",
        answers.Event,
        examples.CLOSED[0],
        refuses=("forbidden", "unknown-event"),
    ),
    Operation(
        "change",
        "PATCH",
        AN_EVENT,
        writing.change,
        "Change an attendance event",
        answers.RecordSoFar,
        examples.CREATED,
        about="Puts another record in the place of this one, in one step, and tells its person the reason. What you "
        "don't name stays. The new record has its own ids; the old one is deleted, and its history says what became "
        "of it.",
        body=Changing,
        refuses=(
            "forbidden",
            "unknown-event",
            "unknown-office",
            "period-locked",
            *AGREEMENT,
            *LEDGER,
        ),
        links=_links("clockIn/id"),
        once=True,
    ),
    Operation(
        "delete",
        "DELETE",
        AN_EVENT,
        writing.delete,
        "Delete attendance event",
        answers.Ok,
        "Ok",
        about="Deletes the whole record: both events disappear from every query. `restore` brings them back. "
        "GoodDay's form `/attendance-event/{id}` works as well.",
        refuses=("forbidden", "unknown-event", *AGREEMENT),
        also_at=("/attendance-event/{id}",),
    ),
    Operation(
        "restore",
        "POST",
        f"{AN_EVENT}/restore",
        writing.restore,
        "Restore a deleted attendance event",
        answers.RecordSoFar,
        examples.RESTORED,
        about="Brings a deleted record back. Refused if the person now has another record at that time.",
        refuses=(
            "forbidden",
            "unknown-event",
            "not-deleted",
            "record-changed",
            *AGREEMENT,
            *LEDGER,
        ),
        once=True,
    ),
    Operation(
        "history",
        "GET",
        f"{AN_EVENT}/history",
        reading.event_history,
        "Get the change history of an event",
        list[answers.Change],
        examples.SOME_CHANGES,
        about="Lists every change to the record, oldest first. Works for deleted records too.",
        refuses=("forbidden", "unknown-event"),
    ),
    Operation(
        "corrections",
        "GET",
        "/corrections",
        corrections.listed,
        "List corrections",
        list[answers.Correction],
        [examples.A_CORRECTION],
        about="Lists the corrections of the records that the token may see, and those that its person asked for, "
        "oldest first.",
        query=Corrections,
        refuses=("forbidden",),
    ),
    Operation(
        "correction",
        "GET",
        "/corrections/{id}",
        corrections.one,
        "Get a correction",
        answers.Correction,
        examples.A_CORRECTION,
        id_description="The id of the correction.",
        refuses=("forbidden", "unknown-correction"),
    ),
    Operation(
        "ask",
        "POST",
        "/corrections",
        corrections.ask,
        "Ask for a correction",
        answers.Correction,
        examples.A_CORRECTION,
        about="Asks to add, change or remove a record. For the token's own person, a manager or an admin answers; for "
        "somebody else, that person does. Yes from both applies it.",
        body=AskedRecord,
        refuses=(
            "forbidden",
            "unknown-user",
            "unknown-event",
            "unknown-office",
            *AGREEMENT,
            *LEDGER,
        ),
        once=True,
    ),
    Operation(
        "answer",
        "POST",
        "/corrections/{id}/answer",
        corrections.answer,
        "Answer a correction",
        answers.Correction,
        examples.AN_APPLIED_CORRECTION,
        about="Says yes or no, as the person or as an employer. An employer's yes to what an employer asked for "
        "applies it without agreement, once the person objected or had seven days (`consent-needed` before). If the "
        "record changed meanwhile, the correction is refused.",
        body=AnsweringCorrection,
        id_description="The id of the correction.",
        refuses=("forbidden", "unknown-correction", "already-answered", "consent-needed", *LEDGER),
        once=True,
    ),
    Operation(
        "withdraw",
        "POST",
        "/corrections/{id}/withdraw",
        corrections.withdraw,
        "Withdraw a correction",
        answers.Correction,
        examples.A_WITHDRAWN_CORRECTION,
        about="Takes back what the token's person asked for; of what an employer asked for, any employer may.",
        id_description="The id of the correction.",
        refuses=("forbidden", "unknown-correction", "already-answered"),
        once=True,
    ),
    Operation(
        "worked-time",
        "GET",
        "/reports/worked-time",
        reports.worked_time,
        "Report worked time",
        list[answers.WorkedTime],
        examples.SOME_ROWS,
        about="Totals for each person, or for each person and day, week or month: the same figures as the report in "
        "the chat. `breakSeconds` adds up the gaps of less than three hours within a work date, `statedBreakSeconds` "
        "those of them that were started as a break. With `officeId` both are null, because the person may have worked "
        "at another office in between. `paidBreakSeconds` lie inside records and count as worked. `stillIn` counts "
        "people at work now, `unresolved` missing clock-outs; neither adds worked time yet.",
        query=WorkedTimeQuery,
        refuses=("forbidden", "unknown-user", "unknown-office"),
        streamed=True,
    ),
    Operation(
        "findings",
        "GET",
        "/reports/findings",
        reports.findings,
        "Report findings",
        list[answers.Finding],
        examples.SOME_FINDINGS,
        about="Lists where records and the working-time rules of their country differ: missing breaks, long days, "
        "short rests, with the article and the last remark. Empty without a country for the workspace or an office. "
        "docs/working-time.md says what is checked. With `officeId`: days that began there.",
        query=Span,
        refuses=("forbidden", "unknown-user", "unknown-office"),
        streamed=True,
    ),
    Operation(
        "users",
        "GET",
        "/users",
        people.users,
        "List people",
        list[answers.User],
        examples.SOME_USERS,
        about="Lists the people whose records the token may see, in the format of GoodDay's users. Fields that the "
        "bot doesn't know are null. `reportsToUserId` is a manager of the person's first team, by name.",
    ),
    Operation(
        "offices",
        "GET",
        "/offices",
        people.offices,
        "List offices",
        list[answers.Office],
        examples.SOME_OFFICES,
        about="Lists all offices of the workspace.",
    ),
    Operation(
        "teams",
        "GET",
        "/teams",
        people.teams,
        "List teams",
        list[answers.Team],
        examples.SOME_TEAMS,
        about="Admins see every team. Others see the teams they manage or belong to, and those members whose records "
        "they may see.",
        refuses=("forbidden",),
    ),
    Operation(
        "add-webhook",
        "POST",
        "/webhooks",
        webhooks.add,
        "Register a webhook",
        answers.RegisteredWebhook,
        examples.A_NEW_WEBHOOK,
        about="For admins. Every change to a record is posted to this address: at least once, in order for each "
        "person, and signed with the secret as Standard Webhooks describes. docs/api.md describes the calls.",
        body=NewWebhook,
        refuses=("forbidden",),
    ),
    Operation(
        "webhooks",
        "GET",
        "/webhooks",
        webhooks.listed,
        "List webhooks",
        list[answers.Webhook],
        [examples.A_WEBHOOK],
        about="Lists the registered addresses, without their secrets. For admins.",
        refuses=("forbidden",),
    ),
    Operation(
        "remove-webhook",
        "DELETE",
        "/webhooks/{id}",
        webhooks.remove,
        "Remove a webhook",
        answers.Ok,
        "Ok",
        about="Stops all calls to this address, also those still waiting. For admins.",
        id_description="The webhook's id, from the list.",
        refuses=("forbidden", "unknown-webhook"),
    ),
)
