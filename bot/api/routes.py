"""The five operations of PRODUCT.md section 2. A handler reads the request, runs one use case, and shows its result."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot import attendance, history
from bot.access import Caller
from bot.api import health
from bot.api.events import clock_in_event, clock_out_event, listed, moment
from bot.api.health import Check
from bot.api.patience import patient
from bot.api.problems import Handler, Problem, answered, response
from bot.api.requests import Networks, authenticated, idempotency_key, parameters
from bot.api.schema import Clocking, Creation, Parameters, read, read_query
from bot.attendance import ClockedOut, Guard, NewRecord, Recorded
from bot.history import Change
from bot.once import Once
from bot.ranges import DateRange
from bot.refusals import UnknownEvent
from bot.services import Services

PREFIXES = ("", "/2.0")
_ID = re.compile(r"[!-~]{1,100}", re.ASCII)


def register(app: web.Application, services: Services, trusted_proxies: Networks, *, slack_answers: Check) -> None:
    """The door's table of contents."""
    doors = Doors(patient(services), trusted_proxies)
    for prefix in PREFIXES:
        base = f"{prefix}/attendance-events"
        app.router.add_post(f"{base}/clock-in", answered(doors.clock_in))
        app.router.add_post(f"{base}/clock-out", answered(doors.clock_out))
        app.router.add_post(f"{base}/create", answered(doors.create))
        app.router.add_delete(f"{base}/{{id}}", answered(doors.delete))
        app.router.add_get(base, answered(doors.query))
        app.router.add_get(f"{base}/{{id}}/history", answered(doors.history))
    app.middlewares.append(_unknown_addresses)
    health.register(app, services, slack_answers)


class Doors:
    """The handlers."""

    def __init__(self, services: Services, trusted_proxies: Networks) -> None:
        self._services = services
        self._trusted_proxies = trusted_proxies

    async def clock_in(self, request: web.Request) -> web.Response:
        """Answers the clock-in event."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        asked = read(Clocking, await parameters(request))
        result = await attendance.clock_in(
            self._services,
            caller,
            asked.user_id,
            at=asked.timestamp,
            office_id=asked.office_id,
            comment=asked.comment,
            guard=_guard(request, caller, "clock-in", asked, _clocked_in),
        )
        return web.json_response(text=_clocked_in(result))

    async def clock_out(self, request: web.Request) -> web.Response:
        """Answers the clock-out event."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        asked = read(Clocking, await parameters(request))
        result = await attendance.clock_out(
            self._services,
            caller,
            asked.user_id,
            at=asked.timestamp,
            office_id=asked.office_id,
            comment=asked.comment,
            guard=_guard(request, caller, "clock-out", asked, _clocked_out),
        )
        return web.json_response(text=_clocked_out(result))

    async def create(self, request: web.Request) -> web.Response:
        """Answers both events."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        asked = read(Creation, await parameters(request))
        new = NewRecord(
            user_id=asked.user_id,
            in_at=asked.in_at,
            out_at=asked.out_at,
            work_date=asked.day,
            office_id=asked.office_id,
            in_comment=asked.in_comment,
            out_comment=asked.out_comment,
        )
        guard = _guard(request, caller, "create", asked, _created)
        return web.json_response(text=_created(await attendance.record(self._services, caller, new, guard=guard)))

    async def delete(self, request: web.Request) -> web.Response:
        """Answers the JSON string "Ok"."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        await attendance.delete(self._services, caller, _event_id(request))
        return web.json_response("Ok")

    async def history(self, request: web.Request) -> web.Response:
        """Answers every change to the event's pair, in the order made; an addition to the original."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        changes = await history.of_event(self._services, caller, _event_id(request))
        return web.json_response([_told(change) for change in changes])

    async def query(self, request: web.Request) -> web.Response:
        """Answers a bare array, oldest first."""
        caller = await authenticated(request, self._services, self._trusted_proxies)
        asked = read_query(request.query)
        user_ids = [asked.user_id] if asked.user_id else asked.user_ids
        days = DateRange(asked.first, asked.last)
        return web.json_response(text=await attendance.events(self._services, caller, days, user_ids, listed))


def _event_id(request: web.Request) -> str:
    """The id in the address. Raises UnknownEvent for what can't be one: PostgreSQL takes no NUL in a text."""
    event_id = request.match_info["id"]
    if not _ID.fullmatch(event_id):
        raise UnknownEvent(event_id)
    return event_id


def _told(change: Change) -> dict[str, Any]:
    pair = change.pair
    return {
        "action": change.action,
        "moment": moment(change.at),
        "byUserId": change.actor,
        "via": change.via,
        "clockIn": clock_in_event(pair),
        "clockOut": clock_out_event(pair) if pair.clock_out else None,
    }


def _guard(
    request: web.Request, caller: Caller, operation: str, asked: Parameters, render: Callable[[Any], str]
) -> Guard:
    """What makes the operation happen once where the request carries an Idempotency-Key."""
    key = idempotency_key(request)
    if key is None:
        return attendance.unguarded
    digest = hashlib.sha256(f"{operation} {asked.model_dump_json()}".encode()).hexdigest()
    return lambda work: Once(caller, key, digest).guard(work, render)


def _clocked_in(result: Recorded) -> str:
    return json.dumps(clock_in_event(result.pair))


def _clocked_out(result: ClockedOut) -> str:
    return json.dumps(clock_out_event(result.pair))


def _created(result: Recorded) -> str:
    return json.dumps({"clockIn": clock_in_event(result.pair), "clockOut": clock_out_event(result.pair)})


@web.middleware
async def _unknown_addresses(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Problems for what no route takes, under the API's prefixes."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if not request.path.startswith(("/attendance-events", "/webhooks", "/2.0")):
            raise
        if isinstance(error, web.HTTPMethodNotAllowed):
            allowed = ", ".join(sorted(error.allowed_methods))
            return response(Problem("method-not-allowed", f"Use {allowed}.", headers={"Allow": allowed}))
        return response(Problem("not-found", "See the API's documentation for its addresses."))
