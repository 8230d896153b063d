"""Up to 1,000 records in one request, with a result for each."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

from aiohttp import web

from bot.api import answers
from bot.api.answers import Created, Results
from bot.api.bodies import arrived, parsed
from bot.api.events import clock_in_event, clock_out_event, new_record
from bot.api.handling import Door
from bot.api.problems import Problem, members, problem_of
from bot.api.schema import Batch, Creation, read
from bot.attendance import batches
from bot.attendance.batches import Added
from bot.attendance.recording import Pair
from bot.errors import BatchRefused, DirectoryUnavailable
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage.database import Transaction
from storage.shares import Place

T = TypeVar("T")

RESTS = 100  # times as long as it wrote: so of 100 others who write, one waits for it
AT_ONCE = 50  # records checked in one go
WAITS_FOR_SECONDS = 20.0  # before it is refused: clients and proxies give up after 30
MOST_WAITING = 10  # of a workspace: each holds up to a mebibyte


async def create_many(door: Door, request: web.Request) -> web.Response:
    """Answers one result for each record, in the same order."""
    caller = await door.caller(request)
    body = await arrived(request, door.bodies[caller.workspace_id])
    if door.batches.waiting(caller.workspace_id) >= MOST_WAITING:
        raise _too_many()
    async with _place(door, caller) as place:
        # Not while the body arrives: a slow sender holds up nobody. Parsed here, where few are: that takes memory.
        asked = read(Batch, await parsed(request, body, forms=False))
        return await _add(door, request, caller, asked, place)


@asynccontextmanager
async def _place(door: Door, caller: Caller) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        try:
            place = await stack.enter_async_context(door.batches.place(caller.workspace_id, WAITS_FOR_SECONDS))
        except TimeoutError as error:
            raise _too_many() from error
        yield place


def _too_many() -> Problem:
    detail = "Other batches of this workspace are still being added. Send one after another."
    return Problem("rate-limited", detail, headers={"Retry-After": "5"})


async def _add(door: Door, request: web.Request, caller: Caller, asked: Batch, place: Place) -> web.Response:
    rows, all_or_nothing = await _rows(asked.records), asked.all_or_nothing
    digest = hashlib.sha256(json.dumps([all_or_nothing, *map(_comparable, rows)]).encode()).hexdigest()
    services = door.once(request, caller, "batch", Operation.RECORD, digest, _kept)
    try:
        services = _resting_after(place, door.asking_again(request, caller, services))
        added = await batches.add_all(services, caller, rows, all_or_nothing=all_or_nothing)
    except BatchRefused as refused:
        results = [None if row is None else _refused(row, refused.undone) for row in refused.rows]
        raise Problem("batch-refused", problem_of(refused, "batch").detail, results=results) from refused
    return web.json_response(text=_answer(added))


def _resting_after(place: Place, services: Services) -> Services:
    """Lets the place rest for many times as long as the batch kept others from writing, if there are others."""
    if not services.database.serves_several:
        return services

    def wrap(work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
        def write(tx: Transaction) -> T:
            started = time.perf_counter()
            try:
                return services.wrapped(work)(tx)
            finally:
                place.rests_for_seconds = RESTS * (time.perf_counter() - started)

        return write

    return replace(services, wrap=wrap)


async def _rows(records: Sequence[Mapping[str, Any]]) -> list[batches.Row]:
    """In small steps, because checking a thousand takes long enough to keep others waiting."""
    found: list[batches.Row] = []
    for start in range(0, len(records), AT_ONCE):
        found += map(_row, records[start : start + AT_ONCE])
        await asyncio.sleep(0)
    return found


def _row(record: Mapping[str, Any]) -> batches.Row:
    try:
        return new_record(read(Creation, record))
    except Problem as problem:
        return problem


def _comparable(row: batches.Row) -> str:
    """Differs for rows that differ."""
    return str(members(row)) if isinstance(row, Problem) else repr(row)


def _answer(added: Added) -> str:
    results = [_created(row) if isinstance(row, Pair) else _refused(row) for row in added.rows]
    created = sum(isinstance(row, Pair) for row in added.rows)
    answer: Results = {"created": created, "refused": len(results) - created, "results": results}
    return json.dumps(answer)


def _kept(added: Added) -> str | None:
    """The answer for a repeated request. None if the chat platform was away, since a repeat may succeed."""
    return None if any(isinstance(row, DirectoryUnavailable) for row in added.rows) else _answer(added)


def _created(pair: Pair) -> Created:
    return {"status": 200, "clockIn": clock_in_event(pair), "clockOut": clock_out_event(pair)}


def _refused(error: Exception, undone: Collection[str] = ()) -> answers.Problem:
    problem = members(error if isinstance(error, Problem) else problem_of(error, "create"))
    if problem.get("conflictingEventId") in undone:  # another record of this refused batch
        problem["conflictingEventId"] = None
    return problem
