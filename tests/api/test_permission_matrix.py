"""Who may do what to whom over the API: every route, every role, and the admin of another workspace, in one table.

A route that is missing from the table fails a test: whoever adds one says here who may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web

from bot.api import routes
from bot.api.routes import PREFIXES
from bot.runtime.services import Services
from storage import settings
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client, Reply
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE

Deed = Callable[[Client, str, str], Awaitable[Reply]]
"""Does it as a role (the name of a token) to somebody's records. What it needs is there already."""

ROLES = ("employee", "manager", "admin")
READERS = ("inspector", "representative")
EVERYBODY = (ANA, BEN, MARCO, ADA)
RECORD = {
    "date": "2026-11-20",
    "clockInTimestampUtc": "2026-11-20T08:00:00",
    "clockOutTimestampUtc": "2026-11-20T16:00:00",
}
DAYS = "startDate=2026-11-01&endDate=2026-11-30"

# Ana is an employee, Marco her manager, Ada an admin.
OWN_AND_TEAM: dict[str, Collection[str]] = {"employee": [ANA], "manager": [ANA, MARCO], "admin": EVERYBODY}
# The inspector and the representative read Ana's November.
READING = OWN_AND_TEAM | {"inspector": [ANA], "representative": [ANA]}
WITH_DETAILS = OWN_AND_TEAM | {"inspector": [ANA]}
DELETING: dict[str, Collection[str]] = {"employee": [], "manager": [ANA], "admin": EVERYBODY}
NOTHING_ELSEWHERE: dict[str, Collection[str]] = {"stranger": []}


def seen_by_all(thing: str, *others: str) -> dict[str, Collection[str]]:
    return dict.fromkeys((*ROLES, *others), (thing,))


@dataclass(frozen=True)
class About:
    """A route about one person: done by these roles to these people's records, and 403 to the others."""

    deed: Deed
    allowed: Mapping[str, Collection[str]]


@dataclass(frozen=True)
class ForAdmins:
    """A route about nobody's records: admins, each of their own workspace, get past the door to this status."""

    method: str
    path: str
    status: int
    body: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ForReaders:
    """A route of the page for tokens that only read, of these roles: 403 to all others."""

    path: str
    status: int = 200
    roles: Collection[str] = READERS


@dataclass(frozen=True)
class Listing:
    """A route that answers what the role may see: the ids found under `key` of each thing, by role. Others get 403."""

    path: str
    key: str
    seen: Mapping[str, Collection[str]]
    asked: bool = False
    """Whether an admin asked for a correction of each record."""


async def clock_in(api: Client, who: str, whom: str) -> Reply:
    return await api.clock_in(whom, who=who)


async def clock_out(api: Client, who: str, whom: str) -> Reply:
    await api.clock_in(whom, timestampUtc="2026-11-23T07:00:00")
    return await api.clock_out(whom, who=who)


async def start_break(api: Client, who: str, whom: str, **at: str) -> Reply:
    await api.clock_in(whom, timestampUtc="2026-11-23T07:00:00")
    return await api.call("POST", "/attendance-events/break", who=who, json={"userId": whom, **at})


async def back(api: Client, who: str, whom: str) -> Reply:
    await start_break(api, "admin", whom, timestampUtc="2026-11-23T07:30:00")
    return await api.call("POST", "/attendance-events/back", who=who, json={"userId": whom})


async def create(api: Client, who: str, whom: str) -> Reply:
    return await api.create(whom, who=who)


async def batch(api: Client, who: str, whom: str) -> Reply:
    """The answer to the one record in it."""
    reply = await api.call("POST", "/attendance-events/batch", who=who, json={"records": [RECORD | {"userId": whom}]})
    if "results" not in reply.body:  # refused before its records are looked at
        return reply
    (result,) = reply.body["results"]
    return Reply(result["status"], reply.headers, result)


def with_event(method: str, path: str, *, deleted: bool = False) -> Deed:
    async def deed(api: Client, who: str, whom: str) -> Reply:
        event_id = (await api.create(whom)).body["clockIn"]["id"]
        if deleted:
            await api.delete(event_id)
        return await api.call(method, path.format(id=event_id), who=who)

    return deed


async def change(api: Client, who: str, whom: str) -> Reply:
    event_id = (await api.create(whom)).body["clockIn"]["id"]
    asked = {"reason": "was longer", "clockOutTimestampUtc": "2026-11-20T16:30:00Z"}
    return await api.call("PATCH", f"/attendance-events/{event_id}", who=who, json=asked)


async def correction(api: Client, whom: str, who: str = "admin") -> Reply:
    """Asks to remove a record of theirs."""
    event_id = (await api.create(whom)).body["clockIn"]["id"]
    asked = {"kind": "remove", "userId": whom, "eventId": event_id, "reason": "was at home"}
    return await api.call("POST", "/corrections", who=who, json=asked)


async def ask(api: Client, who: str, whom: str) -> Reply:
    return await correction(api, whom, who)


def with_correction(method: str, path: str, **body: str) -> Deed:
    """To what an admin asked for."""

    async def deed(api: Client, who: str, whom: str) -> Reply:
        correction_id = (await correction(api, whom)).body["id"]
        return await api.call(method, path.format(id=correction_id), who=who, json=body or None)

    return deed


def asking(path: str, days: str = DAYS) -> Deed:
    async def deed(api: Client, who: str, whom: str) -> Reply:
        return await api.call("GET", f"{path}?{days}&userId={whom}", who=who)

    return deed


MATRIX: dict[str, list[About | Listing | ForAdmins | ForReaders]] = {
    "POST /attendance-events/clock-in": [About(clock_in, OWN_AND_TEAM)],
    "POST /attendance-events/clock-out": [About(clock_out, OWN_AND_TEAM)],
    "POST /attendance-events/break": [About(start_break, OWN_AND_TEAM)],
    "POST /attendance-events/back": [About(back, OWN_AND_TEAM)],
    "POST /attendance-events/create": [About(create, OWN_AND_TEAM)],
    "POST /attendance-events/batch": [About(batch, OWN_AND_TEAM)],
    "GET /attendance-events": [
        About(asking("/attendance-events"), READING),
        Listing(f"/attendance-events?{DAYS}", "userId", READING | NOTHING_ELSEWHERE),
        Listing(f"/attendance-events?{DAYS}&includeDeleted=true", "userId", WITH_DETAILS | NOTHING_ELSEWHERE),
        About(asking("/attendance-events", "startDate=2026-10-31&endDate=2026-11-30"), OWN_AND_TEAM),
    ],
    "GET /attendance-events/{id}": [About(with_event("GET", "/attendance-events/{id}"), READING)],
    "GET /attendance-events/{id}/history": [About(with_event("GET", "/attendance-events/{id}/history"), WITH_DETAILS)],
    "PATCH /attendance-events/{id}": [About(change, DELETING)],
    "DELETE /attendance-events/{id}": [About(with_event("DELETE", "/attendance-events/{id}"), DELETING)],
    "DELETE /attendance-event/{id}": [About(with_event("DELETE", "/attendance-event/{id}"), DELETING)],
    "POST /attendance-events/{id}/restore": [
        About(with_event("POST", "/attendance-events/{id}/restore", deleted=True), DELETING)
    ],
    "GET /corrections": [Listing("/corrections", "userId", WITH_DETAILS | NOTHING_ELSEWHERE, asked=True)],
    "POST /corrections": [About(ask, OWN_AND_TEAM)],
    "GET /corrections/{id}": [About(with_correction("GET", "/corrections/{id}"), WITH_DETAILS)],
    "POST /corrections/{id}/answer": [
        About(with_correction("POST", "/corrections/{id}/answer", answer="no"), OWN_AND_TEAM)
    ],
    "POST /corrections/{id}/withdraw": [About(with_correction("POST", "/corrections/{id}/withdraw"), DELETING)],
    "GET /reports/worked-time": [
        About(asking("/reports/worked-time"), READING),
        Listing(f"/reports/worked-time?{DAYS}&by=day", "userId", READING | NOTHING_ELSEWHERE),
    ],
    "GET /reports/findings": [
        About(asking("/reports/findings"), WITH_DETAILS),
        Listing(f"/reports/findings?{DAYS}", "userId", WITH_DETAILS | NOTHING_ELSEWHERE),
    ],
    "GET /users": [Listing("/users", "id", READING | {"stranger": ["U0OTHER"]})],
    "GET /offices": [Listing("/offices", "id", seen_by_all("hq", *READERS) | {"stranger": ["theirs"]})],
    "POST /webhooks": [ForAdmins("POST", "/webhooks", 400, {"url": "https://127.0.0.1/private"})],
    "GET /webhooks": [ForAdmins("GET", "/webhooks", 200)],
    "DELETE /webhooks/{id}": [ForAdmins("DELETE", "/webhooks/01a2", 404)],
    "GET /inspect/token": [ForReaders("/inspect/token")],
    "GET /inspect/names": [ForReaders("/inspect/names")],
    "GET /inspect/changes": [ForReaders(f"/inspect/changes?{DAYS}", roles=("inspector",))],
    "GET /inspect/signatures": [ForReaders(f"/inspect/signatures?{DAYS}", roles=("inspector",))],
    "GET /inspect/verification": [ForReaders("/inspect/verification")],
    "GET /inspect/file": [ForReaders("/inspect/file", 400)],  # without a person: tests/api/test_inspection.py
    "GET /teams": [Listing("/teams", "name", seen_by_all("Support") | NOTHING_ELSEWHERE)],
}
FOR_EVERYBODY = {"GET /openapi.json", "GET /healthz", "GET /readyz", "GET /metrics"} | {
    f"GET /inspect{path}" for path in ("", "/page.js", "/table.js", "/words.js", "/page.css")
}
"""They tell nothing of anybody."""


@pytest.fixture
def engine() -> str:
    return "sqlite"  # the storage tests show that either engine reads the same roles and teams


def test_every_route_is_in_the_table(database: Database) -> None:
    app = web.Application()

    async def slack_answers() -> None: ...

    routes.register(app, Services(database, NobodyElse()), (), chats={"slack": slack_answers}, stopping=asyncio.Event())
    found = set()
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        prefix = next((prefix for prefix in reversed(PREFIXES) if prefix and path.startswith(prefix)), "")
        if route.method != "HEAD":  # it goes where GET does
            found.add(f"{route.method} {path.removeprefix(prefix)}")
    assert found - FOR_EVERYBODY == set(MATRIX)


@pytest.mark.parametrize("role", [*ROLES, *READERS, "stranger"])
async def test_a_role_reaches_exactly_what_the_table_says(api: Client, behind: Database, role: str) -> None:
    await behind.write(lambda tx: settings.put(tx.connection, WORKSPACE, "country", "DE"))
    wrong: list[tuple[object, ...]] = []
    for route, rows in MATRIX.items():
        for row in rows:
            if isinstance(row, ForAdmins):
                reply = await api.call(row.method, row.path, who=role, json=row.body)
                if reply.status != (row.status if role in ("admin", "stranger") else 403):
                    wrong.append((route, role, reply.status))
                continue
            if isinstance(row, ForReaders):
                reply = await api.call("GET", row.path, who=role)
                if reply.status != (row.status if role in row.roles else 403):
                    wrong.append((route, role, reply.status))
                continue
            if isinstance(row, Listing):
                for whom in EVERYBODY:
                    await (correction(api, whom) if row.asked else api.create(whom))
                reply = await api.call("GET", row.path, who=role)
                listed = {thing[row.key] for thing in reply.body} if reply.status == 200 else reply.status
                if listed != (set(row.seen[role]) if role in row.seen else 403):
                    wrong.append((route, role, listed))
                await tidy(api)
                continue
            for whom in EVERYBODY:
                reply = await row.deed(api, role, whom)
                expected = 404 if role == "stranger" else 200 if whom in row.allowed.get(role, ()) else 403
                if reply.status != expected:
                    wrong.append((route, role, (whom, reply.status, expected)))
                await tidy(api)
    assert wrong == []


async def test_every_route_needs_a_token(api: Client) -> None:
    for route in MATRIX:
        method, path = route.split(" ")
        for prefix in ("",) if path.startswith("/inspect") else PREFIXES:
            reply = await api.call(method, prefix + path.format(id="x"), who=None)
            assert (reply.status, reply.code) == (401, "unauthenticated"), route


async def tidy(api: Client) -> None:
    """Nothing is left of what was written."""
    events: list[dict[str, Any]] = (await api.query()).body
    for event in events:
        if event["type"] == "CLOCK-IN":
            await api.delete(event["id"])
