"""What the page for inspectors asks for beside records: names, why records were changed, and signatures."""

from __future__ import annotations

from functools import partial
from typing import Any

from aiohttp import web

from bot.api.correction_body import agreement
from bot.api.events import moment
from bot.api.handling import Door
from bot.api.problems import answered
from bot.api.reading_tokens import note_read, reading_caller
from bot.api.schema import Span, read_span
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.reports import inspected
from bot.reports.inspected import Standing
from bot.wording.replaced_names import replaced
from storage.pairs import Pair
from storage.record_changes import RecordChange
from storage.signatures import Signature
from storage.signed_records import MINUTE, Figures

PRIVATE = {"Cache-Control": "no-store", "Vary": "Authorization, gd-api-token"}


def register(app: web.Application, door: Door) -> None:
    """Adds the requests."""
    app.router.add_get("/inspect/names", answered(partial(_names, door)))
    app.router.add_get("/inspect/changes", answered(partial(_changes, door)))
    app.router.add_get("/inspect/signatures", answered(partial(_signatures, door)))


async def _names(door: Door, request: web.Request) -> web.Response:
    """Of the people whose records the token reads, and of others who may have entered them; `replaced=true`: codes."""
    caller = await reading_caller(door, request)
    await note_read(door, request, What.PEOPLE)
    found = await inspected.names(door.services, caller)
    theirs, others = found.people, found.others
    if request.query.get("replaced") == "true":
        assert caller.token is not None
        theirs, others = (replaced(caller.token.token_id, some) for some in (theirs, others))
    ordered = sorted(theirs.items(), key=lambda one: (one[1].casefold(), one[0]))
    told = {"people": [{"id": user_id, "name": name} for user_id, name in ordered], "others": dict(others)}
    return web.json_response(told, headers=PRIVATE)


async def _changes(door: Door, request: web.Request) -> web.Response:
    """By whom, when and why records were changed last, by their clock-in. Also of those that corrections added."""
    caller = await reading_caller(door, request)
    asked = read_span(Span, request.query)
    days = DateRange(asked.first, asked.last)
    await note_read(door, request, What.CHANGES, asked.people, days)
    found = await inspected.changes(door.services, caller, asked.people, days)
    return web.json_response({pair.clock_in.id: _change(pair, one) for pair, one in found}, headers=PRIVATE)


def _change(pair: Pair, one: RecordChange) -> dict[str, Any]:
    return {
        "formerEventId": pair.replaces,
        "byUserId": one.by,
        "moment": moment(one.at),
        "reason": one.reason,
        "isAddition": one.is_addition,
        "correction": agreement(one.correction) if one.correction else None,
    }


async def _signatures(door: Door, request: web.Request) -> web.Response:
    """Who signed and approved, and what has become of that."""
    caller = await reading_caller(door, request)
    asked = read_span(Span, request.query)
    days = DateRange(asked.first, asked.last)
    await note_read(door, request, What.SIGNATURES, asked.people, days)
    found = await inspected.signatures_in(door.services, caller, asked.people, days)
    return web.json_response([_as_json(one, standing) for one, standing in found], headers=PRIVATE)


def _as_json(one: Signature, standing: Standing) -> dict[str, Any]:
    return {
        "userId": one.user_id,
        "startDate": one.first_day.isoformat(),
        "endDate": one.last_day.isoformat(),
        "part": one.part,
        "byUserId": one.by,
        "moment": moment(one.at),
        "workedMinutes": Figures.read(one.figures).worked // MINUTE,
        "standing": standing,
        "withdrawnByUserId": one.withdrawn_by,
        "momentWithdrawn": moment(one.withdrawn_at) if one.withdrawn_at else None,
        "reason": one.reason,
    }
