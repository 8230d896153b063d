"""Clock in and out, create, delete and restore, one record or many."""

from __future__ import annotations

import json

from aiohttp import web

from bot.api.bodies import parameters
from bot.api.events import both_events, clock_in_event, clock_out_event
from bot.api.handling import Door, event_id
from bot.api.schema import Clocking, Creation, new_record, read
from bot.attendance import recording
from bot.attendance.recording import ClockedOut, Recorded


async def clock_in(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-in event."""
    caller = await door.caller(request)
    asked = read(Clocking, await parameters(request))
    result = await recording.clock_in(
        door.once(request, caller, "clock-in", asked, _clocked_in),
        caller,
        asked.user_id,
        at=asked.timestamp,
        office_id=asked.office_id,
        comment=asked.comment,
    )
    return web.json_response(text=_clocked_in(result))


async def clock_out(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-out event."""
    caller = await door.caller(request)
    asked = read(Clocking, await parameters(request))
    result = await recording.clock_out(
        door.once(request, caller, "clock-out", asked, _clocked_out),
        caller,
        asked.user_id,
        at=asked.timestamp,
        office_id=asked.office_id,
        comment=asked.comment,
    )
    return web.json_response(text=_clocked_out(result))


async def create(door: Door, request: web.Request) -> web.Response:
    """Answers both events."""
    caller = await door.caller(request)
    asked = read(Creation, await parameters(request))
    services = door.once(request, caller, "create", asked, _both)
    return web.json_response(text=_both(await recording.record(services, caller, new_record(asked))))


async def delete(door: Door, request: web.Request) -> web.Response:
    """Answers the JSON string "Ok"."""
    caller = await door.caller(request)
    await recording.delete(door.services, caller, event_id(request))
    return web.json_response("Ok")


async def restore(door: Door, request: web.Request) -> web.Response:
    """Answers both events, as they are again; null in place of the clock-out of somebody who is in."""
    caller = await door.caller(request)
    which = event_id(request)
    services = door.once(request, caller, "restore", which, _both)
    return web.json_response(text=_both(await recording.restore(services, caller, which)))


def _clocked_in(result: Recorded) -> str:
    return json.dumps(clock_in_event(result.pair))


def _clocked_out(result: ClockedOut) -> str:
    return json.dumps(clock_out_event(result.pair))


def _both(result: Recorded) -> str:
    return json.dumps(both_events(result.pair))
