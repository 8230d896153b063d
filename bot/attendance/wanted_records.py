"""What somebody wants a record to be, and the record that takes its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Literal

from bot.attendance.recording import Pair, PairEvent, zone_of_record
from bot.attendance.rules import checked_pair
from bot.attendance.typed_minutes import fitting_start
from bot.calendar.worktime import work_date, zone_named
from bot.errors import NothingToChange
from bot.permissions import Caller
from storage import people
from storage.database import Transaction
from storage.ids import new_id


class Kept(Enum):
    """In place of what isn't named."""

    KEPT = "kept"


KEPT = Kept.KEPT
Stays = Literal[Kept.KEPT]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record should be. An instant closes an open record as well. `typed_to_the_minute`: the start moves by
    seconds to fit the record before it."""

    work_date: date | Stays = KEPT
    in_at: datetime | Stays = KEPT
    out_at: datetime | Stays = KEPT
    office_id: str | Stays | None = KEPT
    in_comment: str | Stays | None = KEPT
    out_comment: str | Stays | None = KEPT
    typed_to_the_minute: bool = False


def completes(pair: Pair, wanted: Wanted) -> bool:
    """Whether an open clock-in gets its clock-out and nothing else changes. That needs no correction."""
    named = (wanted.work_date, wanted.in_at, wanted.office_id, wanted.in_comment)
    return pair.clock_out is None and wanted.out_at is not KEPT and all(one is KEPT for one in named)


def in_place_of(tx: Transaction, caller: Caller, pair: Pair, wanted: Wanted) -> Pair:
    """What takes the record's place. A half that changes is the caller's, entered now. Raises NothingToChange, and what
    the rules refuse."""
    came, left = pair.clock_in, pair.clock_out
    clock_in = _half(tx, pair, came, wanted.in_at, wanted.office_id, wanted.in_comment)
    clock_out = left or _end(tx, caller, pair, wanted)
    if left:
        clock_out = _half(tx, pair, left, wanted.out_at, wanted.office_id, wanted.out_comment)
    day = pair.work_date
    if wanted.work_date is not KEPT:
        day = wanted.work_date
    elif day == work_date(came.at, zone_named(came.zone)):  # it follows the clock-in, unless that went on after a break
        day = work_date(clock_in.at, zone_named(clock_in.zone))
    if (clock_in, clock_out, day) == (came, left, pair.work_date):
        raise NothingToChange(pair)
    new_in = _entered(tx, caller, clock_in) if clock_in != came or day != pair.work_date else clock_in
    new_out = _entered(tx, caller, clock_out) if clock_out and clock_out != left else clock_out
    heir = replace(pair, work_date=day, clock_in=new_in, clock_out=new_out, replaces=came.id)
    checked_pair(heir, tx.now)
    if wanted.typed_to_the_minute and wanted.in_at is not KEPT:
        heir = fitting_start(tx, heir)
    return replace(
        heir,
        clock_in=replace(heir.clock_in, id=new_id()),
        clock_out=replace(heir.clock_out, id=new_id()) if heir.clock_out else None,
    )


def _half(
    tx: Transaction,
    pair: Pair,
    half: PairEvent,
    at: datetime | Stays,
    office_id: str | Stays | None,
    comment: str | Stays | None,
) -> PairEvent:
    """The half with what is named. Another office brings its zone."""
    if at is not KEPT:
        half = replace(half, at=at)
    if comment is not KEPT:
        half = replace(half, comment=comment or None)
    if office_id is not KEPT and office_id != half.office_id:
        half = replace(half, office_id=office_id, zone=_zone(tx, pair, office_id))
    return half


def _end(tx: Transaction, caller: Caller, pair: Pair, wanted: Wanted) -> PairEvent | None:
    """The clock-out that an open record gets, if any."""
    if wanted.out_at is KEPT:
        return None
    came = pair.clock_in
    office_id = came.office_id if wanted.office_id is KEPT else wanted.office_id
    zone = came.zone if office_id == came.office_id else _zone(tx, pair, office_id)
    said = None if wanted.out_comment is KEPT else wanted.out_comment
    return PairEvent("", wanted.out_at, tx.now, caller.user_id, caller.via, zone, office_id, caller.ip, said)


def _zone(tx: Transaction, pair: Pair, office_id: str | None) -> str:
    person = people.find(tx.connection, pair.workspace_id, pair.user_id)
    return zone_of_record(tx, person, office_id).key


def _entered(tx: Transaction, caller: Caller, half: PairEvent) -> PairEvent:
    return replace(half, recorded_at=tx.now, by=caller.user_id, via=caller.via, ip=caller.ip)
