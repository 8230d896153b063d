"""Corrections over the API: list them, ask for one, answer and withdraw."""

from __future__ import annotations

import json

from aiohttp import web

from bot.api.correction_body import correction_body
from bot.api.events import wanted
from bot.api.handling import Door, event_id
from bot.api.problems import invalid
from bot.api.reading_tokens import note_correction_read, note_read
from bot.api.requests import valid_caller
from bot.api.schema import AnsweringCorrection, AskedRecord, Corrections, read
from bot.attendance import correction_queries
from bot.attendance import corrections as use_cases
from bot.attendance.noted_reads import What
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, Operation, reach_of
from bot.runtime.services import Transaction
from storage.corrections import Correction
from storage.errors import UnknownCorrection, UnknownEvent


async def listed(door: Door, request: web.Request) -> web.Response:
    """Answers the corrections that the token may see, oldest first."""
    caller = await valid_caller(request, door.services, door.trusted_proxies)
    asked = read(Corrections, request.query)
    if reach := reach_of(caller):
        await note_read(door, request, What.CORRECTIONS, None, DateRange(reach.first, reach.last))
    found = await correction_queries.listed(door.services, await door.caller(request), state=asked.state)
    return web.json_response([correction_body(one) for one in found])


async def one(door: Door, request: web.Request) -> web.Response:
    """Answers the correction."""
    which = _id(request)
    await note_correction_read(door, request, which)
    look = await correction_queries.find(door.services, await door.caller(request), which)
    return web.json_response(correction_body(look.correction))


async def ask(door: Door, request: web.Request) -> web.Response:
    """Answers the correction, which waits."""
    asked = await door.asked(request, AskedRecord)
    _require_fitting(asked)

    def work(tx: Transaction, caller: Caller) -> Correction:
        return _ask(tx, caller, asked)

    said = asked.model_dump_json(exclude_unset=True)
    return await door.write(request, "ask", Operation.ASK, said, work, _rendered)


async def answer(door: Door, request: web.Request) -> web.Response:
    """Answers the correction as it is after the answer."""
    asked, which = await door.asked(request, AnsweringCorrection), _id(request)

    def work(tx: Transaction, caller: Caller) -> Correction:
        return use_cases.answer.within(tx, caller, which, asked.answer, asked.text or "").correction

    said = f"{which} {asked.model_dump_json()}"
    return await door.write(request, "answer", Operation.READ, said, work, _rendered)


async def withdraw(door: Door, request: web.Request) -> web.Response:
    """Answers the correction, which is withdrawn."""
    which = _id(request)

    def work(tx: Transaction, caller: Caller) -> Correction:
        return use_cases.withdraw.within(tx, caller, which)

    return await door.write(request, "withdraw", Operation.READ, which, work, _rendered)


def _require_fitting(asked: AskedRecord) -> None:
    """Raises a Problem where a parameter is missing for this kind, or is none of its."""
    faults = []
    if asked.kind == "add":
        needed = {"clockInTimestampUtc": asked.in_at, "clockOutTimestampUtc": asked.out_at}
        faults += [(name, "is missing") for name, value in needed.items() if value is None]
        faults += [("eventId", "isn't for a new record")] if asked.event_id else []
    elif asked.event_id is None:
        faults.append(("eventId", "is missing"))
    if faults:
        raise invalid(faults)


def _ask(tx: Transaction, caller: Caller, asked: AskedRecord) -> Correction:
    if asked.kind == "add":
        assert asked.in_at is not None
        assert asked.out_at is not None
        new = NewRecord(
            *(asked.user_id, asked.in_at, asked.out_at, asked.day, asked.office_id),
            *(asked.in_comment, asked.out_comment),
        )
        return use_cases.ask_to_add.within(tx, caller, new, asked.reason)
    assert asked.event_id is not None
    if asked.kind == "remove":
        found = use_cases.ask_to_remove.within(tx, caller, asked.event_id, asked.reason)
    else:
        found = use_cases.ask_to_change.within(tx, caller, asked.event_id, wanted(asked), asked.reason)
    if found.user_id != asked.user_id:
        raise invalid([("userId", "isn't whose record it is")])
    return found


def _id(request: web.Request) -> str:
    """The id in the address. Raises UnknownCorrection for anything else."""
    try:
        return event_id(request)
    except UnknownEvent as error:
        raise UnknownCorrection(request.match_info["id"]) from error


def _rendered(one: Correction) -> str:
    return json.dumps(correction_body(one))
