"""Every operation of the API, once: the routes and the specification are both made from this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.api import answers, batch, examples, people, reading, reports, webhooks, writing
from bot.api.handling import Answering
from bot.api.schema import Batch, Clocking, Creation, NewWebhook, Parameters, Query, WorkedTimeQuery

EVENTS, AN_EVENT = "/attendance-events", "/attendance-events/{id}"
LEDGER = ("already-clocked-in", "overlap")


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked how (`query` or `body` is the model that checks it), which handler answers, and with what.

    `refuses` are the codes of PRODUCT.md section 2 that an answer may carry besides those that any may.
    """

    name: str
    method: str
    path: str
    handler: Answering
    summary: str
    answer: Any
    """The type of its answer."""
    example: Any
    about: str = ""
    query: type[Parameters] | None = None
    body: type[Parameters] | None = None
    refuses: tuple[str, ...] = ()
    streamed: bool = False
    """Whether it may be long, and comes as CSV and NDJSON too."""
    links: Mapping[str, Any] = field(default_factory=dict)
    forms: bool = True
    of: str = "Either id of a pair."
    """What the id in the path names."""
    once: bool = False
    """Whether an `Idempotency-Key` makes it happen once."""


def _by_event_id(name: str, where: str) -> dict[str, Any]:
    return {"operationId": name, "parameters": {"id": f"$response.body#/{where}"}}


def _links(where: str) -> dict[str, Any]:
    return {name: _by_event_id(name, where) for name in ("read", "history", "delete", "restore")}


OPERATIONS = (
    Operation(
        "clock-in",
        "POST",
        f"{EVENTS}/clock-in",
        writing.clock_in,
        "Clock in",
        answers.Event,
        examples.OPENED,
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
        body=Clocking,
        refuses=("forbidden", "unknown-user", "unknown-office", "not-clocked-in", "forgotten-clock-out"),
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
        body=Creation,
        refuses=("forbidden", "unknown-user", "unknown-office", "overlap"),
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
        about="Up to 1,000 records in one transaction. Each object is written or refused by "
        "itself, and answered in its place: both events, or the problem that `create` would have answered. With "
        "`allOrNothing` one refused record leaves all of them unwritten (409 `batch-refused`, with `results`).",
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
        about="Oldest first. Without `limit` all of them, streamed, however many. `If-None-Match` with the `ETag` of "
        "an earlier answer gets a 304 where nothing in the workspace has changed. In CSV, a text that a "
        "spreadsheet would take for a formula has an apostrophe before it.",
        query=Query,
        refuses=("forbidden", "unknown-user", "unknown-office"),
        streamed=True,
    ),
    Operation(
        "read",
        "GET",
        AN_EVENT,
        reading.get_event,
        "Read an attendance event",
        answers.Event,
        examples.CLOSED[0],
        refuses=("forbidden", "unknown-event"),
    ),
    Operation(
        "delete",
        "DELETE",
        AN_EVENT,
        writing.delete,
        "Delete attendance event",
        answers.Ok,
        "Ok",
        about="Either id of a pair: both events are gone from every query. `restore` brings them back.",
        refuses=("forbidden", "unknown-event"),
    ),
    Operation(
        "restore",
        "POST",
        f"{AN_EVENT}/restore",
        writing.restore,
        "Restore a deleted attendance event",
        answers.RecordSoFar,
        examples.CREATED,
        about="Either id of a deleted pair. Refused where somebody has clocked in or has records in that time since.",
        refuses=("forbidden", "unknown-event", "not-deleted", *LEDGER),
        once=True,
    ),
    Operation(
        "history",
        "GET",
        f"{AN_EVENT}/history",
        reading.event_history,
        "History of an attendance event",
        list[answers.Change],
        examples.SOME_CHANGES,
        about="Every change to the event's pair, a deleted one's too, in the order made.",
        refuses=("forbidden", "unknown-event"),
    ),
    Operation(
        "worked-time",
        "GET",
        "/reports/worked-time",
        reports.worked_time,
        "Worked time",
        list[answers.WorkedTime],
        examples.SOME_ROWS,
        about="The figures of the report in Slack: by work date, the time that really passed. `breakSeconds` adds up "
        "the gaps of less than three hours within a work date; it is null for one office, because people may have "
        "worked at another in between. `stillIn` and `unresolved` count open "
        "clock-ins, which have no length yet; unresolved ones wait for somebody to say when they ended.",
        query=WorkedTimeQuery,
        refuses=("forbidden", "unknown-user", "unknown-office"),
        streamed=True,
    ),
    Operation(
        "users",
        "GET",
        "/users",
        people.users,
        "People",
        list[answers.User],
        examples.SOME_USERS,
        about="Those whose records the token may see, in the shape of GoodDay's users; null is what the bot does not "
        "know. `reportsToUserId` is a manager of the first of the person's teams, by name.",
    ),
    Operation("offices", "GET", "/offices", people.offices, "Offices", list[answers.Office], examples.SOME_OFFICES),
    Operation(
        "teams",
        "GET",
        "/teams",
        people.teams,
        "Teams",
        list[answers.Team],
        examples.SOME_TEAMS,
        about="An admin sees every team, anybody else those that they manage or are in, and of the members those whose "
        "records they may see.",
    ),
    Operation(
        "add-webhook",
        "POST",
        "/webhooks",
        webhooks.add,
        "Register a webhook",
        answers.RegisteredWebhook,
        examples.A_NEW_WEBHOOK,
        about="For admins. Every change to records is posted to the address, signed as Standard Webhooks says with the "
        "secret, at least once and in order for each person: docs/api.md tells of the calls.",
        body=NewWebhook,
        refuses=("forbidden",),
    ),
    Operation(
        "webhooks",
        "GET",
        "/webhooks",
        webhooks.listed,
        "Webhooks",
        list[answers.Webhook],
        [examples.A_WEBHOOK],
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
        about="What it was not told yet is told no more.",
        of="As listed.",
        refuses=("forbidden", "unknown-webhook"),
    ),
)
