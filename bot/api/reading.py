"""Reading events: a range (in pages or at once), one event, and its change history."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from bot.api import formats
from bot.api.answers import Change, DeletedEvent, Event
from bot.api.correction_body import agreement
from bot.api.events import (
    both_events,
    break_event,
    clock_in_event,
    clock_out_event,
    event_of,
    event_without_details,
    moment,
    without_details,
)
from bot.api.formats import asked_format, parts
from bot.api.handling import Door, event_id
from bot.api.problems import Problem
from bot.api.reading_tokens import note_event_read, note_read
from bot.api.requests import plain_path
from bot.api.schema import Query, read_span
from bot.api.streaming import End, Parts, answer
from bot.attendance import event_queries, history
from bot.attendance.break_history import Did
from bot.attendance.event_queries import EventQuery, PlainEvent
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, sees_details
from bot.runtime.services import Transaction
from storage import breaks
from storage.considerate import considerately


async def query_events(door: Door, request: web.Request) -> web.StreamResponse:
    """Answers a bare array, oldest first; or the same as CSV or NDJSON."""
    try:
        asked = read_span(Query, request.query)
    except Problem:
        await door.check_token(request)
        raise
    form = asked_format(request.headers.getall("Accept", []))
    keys = [*(DeletedEvent if asked.with_deleted else Event).__annotations__]
    wanted = EventQuery(
        days=DateRange(asked.first, asked.last),
        user_ids=asked.people,
        office_id=asked.office_id,
        changed_since=asked.changed_since,
        with_deleted=asked.with_deleted,
        after=asked.after,
        most=None if asked.limit is None else asked.limit + 1,  # one more tells whether there is another page
    )

    await note_read(door, request, What.RECORDS, asked.people, wanted.days)

    def work(tx: Transaction, caller: Caller) -> Parts:
        found = event_queries.find_events(tx, caller, wanted)
        shown = event_of if sees_details(caller) else event_without_details
        if asked.limit is None:
            return End((yield from parts(map(shown, considerately(found)), form, keys)))
        read = list(found)
        page = read[: asked.limit]
        headers = _next_page(request, page[-1]) if len(read) > asked.limit else {}
        return End((yield from parts(map(shown, page), form, keys)), headers)

    def surely_long(tx: Transaction, caller: Caller) -> bool:
        return asked.limit is None and event_queries.has_more_records(tx, caller, wanted, than=formats.FIRST_PART)

    depends_on = (repr(asked), form)
    return await answer(
        request, door.services, door.trusted_proxies, door.long, depends_on, work, surely_long=surely_long
    )


async def get_event(door: Door, request: web.Request) -> web.Response:
    """Answers the event."""
    which = event_id(request)
    await note_event_read(door, request, What.RECORDS, which)
    caller = await door.caller(request)
    pair = await event_queries.get_pair(door.services, caller, which)
    event = clock_in_event(pair) if pair.clock_in.id == which else clock_out_event(pair)
    return web.json_response(event if sees_details(caller) else without_details(event))


async def event_history(door: Door, request: web.Request) -> web.Response:
    """Answers every change to the record, oldest first. `attendance verify` names entries that hold none."""
    which = event_id(request)
    await note_event_read(door, request, What.CHANGES, which)
    found = await history.event_history(door.services, await door.caller(request), which)
    return web.json_response([told for change in found if (told := _as_json(change))])


def _next_page(request: web.Request, last: PlainEvent) -> dict[str, str]:
    asked = {name: request.query[name] for name in _PARAMETERS if name in request.query}
    asked["cursor"] = f"{last.at}~{last.id}"
    # As sent, `//attendance-events` would name a host.
    return {"Link": f'<{plain_path(request)}?{urlencode(asked)}>; rel="next"'}


def _as_json(change: history.Told) -> Change | None:
    """None for what changed neither the record nor a paid break in it."""
    match change:
        case history.Change():
            return _told(change, change.action)
        case history.BreakChange(did=did) if did in _BREAK_ACTIONS:
            on = break_event(breaks.paid(change.pair, change.one))
            told = _told(change, _BREAK_ACTIONS[did])
            told["attendanceBreak"] = on
            return told
    return None


def _told(change: history.Change | history.BreakChange, action: str) -> Change:
    token, pair = change.token, both_events(change.pair)
    own = change if isinstance(change, history.Change) else None
    return {
        "action": action,
        "moment": moment(change.at),
        "byUserId": change.actor,
        "via": change.via,
        "reason": own.why if own else None,
        "correction": agreement(own.correction) if own and own.correction else None,
        "token": {"id": token.id, "name": token.name, "createByUserId": token.made_by} if token else None,
        "clockIn": pair["clockIn"],
        "clockOut": pair["clockOut"],
    }


_BREAK_ACTIONS = {
    **dict.fromkeys((Did.STARTED, Did.ADDED, Did.OPENED_AGAIN), "start-break"),
    Did.ENDED: "end-break",
    Did.REMOVED: "remove-break",
}
"""A break that moved to the record in the place of another one is the same break."""


_PARAMETERS = [field.alias or name for name, field in Query.model_fields.items()]
