"""Reads with tokens that only read: each is noted first, in a transaction of its own. Without the note, the token is
refused (`requests.require_noted`)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from aiohttp import web

from bot.api.handling import Door
from bot.api.problems import Problem
from bot.api.requests import NOTED, client_address, require_valid, secret_of, valid_caller
from bot.attendance import noted_reads
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.people.reading_tokens import PREFIX_OF_READERS
from bot.people.tokens import Token, caller_by, find_token, note_use
from bot.permissions import Caller, reach_of
from bot.runtime.services import Transaction


async def reading_caller(door: Door, request: web.Request) -> Caller:
    """Raises a Problem for a token that doesn't only read."""
    caller = await valid_caller(request, door.services, door.trusted_proxies)
    if reach_of(caller) is None:
        raise Problem("forbidden", "This page is for tokens that only read. Ask an admin for one.")
    return caller


async def note_read(
    door: Door, request: web.Request, what: What, user_ids: Collection[str] | None = None, days: DateRange | None = None
) -> None:
    """Of those people's records, or of everyone's whom the token was made for. Raises a 401 Problem or BeyondToken."""
    await _note(door, request, partial(noted_reads.note, what=what, user_ids=user_ids, days=days))


async def note_event_read(door: Door, request: web.Request, what: What, event_id: str) -> None:
    """Of one event. Raises a 401 Problem, UnknownEvent or BeyondToken."""
    await _note(door, request, partial(noted_reads.note_event, what=what, event_id=event_id))


async def note_correction_read(door: Door, request: web.Request, correction_id: str) -> None:
    """Of one correction. Raises a 401 Problem, UnknownCorrection, Forbidden or BeyondToken."""
    await _note(door, request, partial(noted_reads.note_correction, correction_id=correction_id))


async def note_read_of_nobodys(door: Door, request: web.Request, what: What) -> None:
    """Of what is about nobody. Raises a 401 Problem."""
    await _note(door, request, partial(noted_reads.note_nobodys, what=what))


async def _note(door: Door, request: web.Request, note: Callable[[Transaction, Caller], None]) -> None:
    secret = secret_of(request)
    if not secret.startswith(PREFIX_OF_READERS):  # costs other tokens nothing
        return

    database = door.services.database

    def valid(tx: Transaction) -> Token:
        return require_valid(find_token(tx, secret, database.clock()))

    def write(tx: Transaction) -> Token:
        token = valid(tx)
        note(tx, caller_by(token, client_address(request, door.trusted_proxies)))
        return token

    await database.read(valid)  # made-up tokens don't queue for the writer
    note_use(door.services, await database.write(write))
    request[NOTED] = True
