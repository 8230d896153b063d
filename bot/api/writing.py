"""Clock in and out, create, delete and restore, one record or many."""

from __future__ import annotations

import json

from aiohttp import web

from bot.api.events import both_events, clock_in_event, clock_out_event, new_record, wanted
from bot.api.handling import Door, event_id
from bot.api.schema import Changing, Clocking, ClockingOut, ComingBack, Creation, StartingBreak
from bot.attendance import breaks, changing, recording
from bot.attendance.asked_corrections import ask_to_add, ask_to_change, ask_to_remove, ask_to_restore
from bot.attendance.breaks import Back, BreakStarted
from bot.attendance.changing import ChangedRecord
from bot.attendance.recording import ClockedOut, Recorded
from bot.attendance.use_case import UseCase
from bot.errors import ConsentNeeded, NeedsCorrection, NothingToChange
from bot.permissions import Caller, Operation
from bot.runtime.services import Transaction
from storage.corrections import Correction


async def clock_in(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-in event."""
    asked = await door.asked(request, Clocking)

    def work(tx: Transaction, caller: Caller) -> Recorded:
        return recording.clock_in.within(
            tx, caller, asked.user_id, at=asked.timestamp, office_id=asked.office_id, comment=asked.comment
        )

    return await door.write(request, "clock-in", Operation.CLOCK, asked, work, _clocked_in)


async def clock_out(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-out event."""
    asked = await door.asked(request, ClockingOut)

    def work(tx: Transaction, caller: Caller) -> ClockedOut:
        return recording.clock_out.within(
            *(tx, caller, asked.user_id),
            at=asked.timestamp,
            office_id=asked.office_id,
            comment=asked.comment,
            ends_paid_break=True,
        )

    return await door.write(request, "clock-out", Operation.CLOCK, asked, work, _clocked_out)


async def start_break(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-out that starts the break; for a paid one, the clock-in of the record that goes on."""
    asked = await door.asked(request, StartingBreak)

    def work(tx: Transaction, caller: Caller) -> BreakStarted:
        return breaks.start_break.within(
            *(tx, caller, asked.user_id),
            kind=asked.kind or "",
            minutes=asked.minutes,
            at=asked.timestamp,
            comment=asked.comment,
        )

    return await door.write(request, "break", Operation.CLOCK, asked, work, _on_a_break)


async def back(door: Door, request: web.Request) -> web.Response:
    """Answers the clock-in of the record that goes on."""
    asked = await door.asked(request, ComingBack)

    def work(tx: Transaction, caller: Caller) -> Back:
        return breaks.back.within(tx, caller, asked.user_id, at=asked.timestamp, comment=asked.comment)

    return await door.write(request, "back", Operation.CLOCK, asked, work, _back)


async def create(door: Door, request: web.Request) -> web.Response:
    """Answers both events."""
    asked = await door.asked(request, Creation)

    def work(tx: Transaction, caller: Caller) -> Recorded:
        return recording.record.within(tx, caller, new_record(asked))

    def instead(tx: Transaction, caller: Caller) -> Correction:
        return ask_to_add.within(tx, caller, new_record(asked), "", needs_reason=False)

    return await door.write(request, "create", Operation.RECORD, asked, work, _both, instead)


async def change(door: Door, request: web.Request) -> web.Response:
    """Answers both events of the record that takes the place of the event's."""
    asked, which = await door.asked(request, Changing), event_id(request)

    def work(tx: Transaction, caller: Caller) -> ChangedRecord:
        try:
            return changing.change.within(tx, caller, which, wanted(asked), asked.reason)
        except NothingToChange as same:  # nothing was written: as if the request had been sent twice
            return ChangedRecord(same.pair, same.pair)

    def instead(tx: Transaction, caller: Caller) -> Correction:
        return ask_to_change.within(tx, caller, which, wanted(asked), asked.reason)

    said = f"{which} {asked.model_dump_json(exclude_unset=True)}"
    return await door.write(request, "change", Operation.CHANGE, said, work, _both, instead)


async def delete(door: Door, request: web.Request) -> web.Response:
    """Answers the JSON string "Ok"."""
    caller = await door.caller(request)
    if opened := await _delete_or_ask(door.asking_again(request, caller), caller, event_id(request)):
        raise ConsentNeeded(opened)
    return web.json_response("Ok")


@UseCase
def _delete_or_ask(tx: Transaction, caller: Caller, which: str) -> Correction | None:
    """The correction that waits, if somebody has to agree first."""
    try:
        recording.delete.within(tx, caller, which)
    except NeedsCorrection:
        return ask_to_remove.within(tx, caller, which, "", needs_reason=False)
    return None


async def restore(door: Door, request: web.Request) -> web.Response:
    """Answers both events. The clock-out is null while the record is open."""

    def work(tx: Transaction, caller: Caller) -> Recorded:
        return recording.restore.within(tx, caller, event_id(request))

    def instead(tx: Transaction, caller: Caller) -> Correction:
        return ask_to_restore.within(tx, caller, event_id(request), "", needs_reason=False)

    return await door.write(request, "restore", Operation.DELETE, request.match_info["id"], work, _both, instead)


def _on_a_break(result: BreakStarted) -> str:
    event = clock_in_event if result.pair.clock_out is None else clock_out_event
    return json.dumps(event(result.pair))


def _back(result: Back) -> str:
    return json.dumps(clock_in_event(result.pair))


def _clocked_in(result: Recorded) -> str:
    return json.dumps(clock_in_event(result.pair))


def _clocked_out(result: ClockedOut) -> str:
    return json.dumps(clock_out_event(result.pair))


def _both(result: Recorded | ChangedRecord) -> str:
    return json.dumps(both_events(result.pair))
