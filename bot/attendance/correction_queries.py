"""Finds corrections, each with what its reader may do with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from bot import permissions
from bot.attendance.applied_corrections import as_it_is_now, is_as_asked
from bot.attendance.correction_views import Can, choices, sees
from bot.attendance.recording import Pair
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import corrections, signatures
from storage.corrections import Correction
from storage.database import Transaction

__all__ = ["Can"]


@dataclass(frozen=True, slots=True)
class Look:
    """A correction, what its reader can do with it, and whether the record has changed since it was asked about (`now`:
    as it is now, None where it was deleted)."""

    correction: Correction
    can: frozenset[Can]
    has_changed: bool = False
    now: Pair | None = None
    reopened: Sequence[DateRange] = ()
    """The periods whose approval went with it."""


@dataclass(frozen=True, slots=True)
class Requests:
    """Corrections that wait for the reader's answer, and others that wait: those that they made, that are about their
    records, or that they can take back; each oldest first."""

    to_answer: Sequence[Look]
    made: Sequence[Look]


async def find(services: Services, caller: Caller, correction_id: str) -> Look:
    """The correction. Raises UnknownCorrection, Forbidden or BeyondToken."""

    def read(tx: Transaction) -> Look:
        one = corrections.find(tx.connection, caller.workspace_id, correction_id)
        return _look(tx, caller, one)

    return await services.database.read(read)


async def requests(services: Services, caller: Caller) -> Requests:
    """What waits for the caller, and what they wait for."""

    def read(tx: Transaction) -> Requests:
        here = tx.connection, caller.workspace_id
        as_employer = permissions.permitted_users(tx, caller, Operation.ANSWER)
        theirs = None if as_employer is None else as_employer | {caller.user_id}
        found = {one.correction_id: one for one in corrections.of_people(*here, theirs, waiting=True)}
        found |= {one.correction_id: one for one in corrections.asked_by(*here, caller.user_id)}
        looks = [_look(tx, caller, one) for one in sorted(found.values(), key=_order) if sees(tx, caller, one)]
        return Requests(
            [one for one in looks if one.can - {Can.WITHDRAW}],
            [one for one in looks if one.can == {Can.WITHDRAW} or (not one.can and _is_of(one.correction, caller))],
        )

    return await services.database.read(read)


async def listed(
    services: Services,
    caller: Caller,
    *,
    state: Literal["waiting", "done"] | None = None,
    user_ids: Collection[str] | None = None,
    days: DateRange | None = None,
) -> list[Correction]:
    """The corrections that the caller may see, oldest first. Raises Forbidden or BeyondToken."""

    def read(tx: Transaction) -> list[Correction]:
        permissions.require_details(caller)
        reach = permissions.reach_of(caller)
        within = days or (DateRange(reach.first, reach.last) if reach else None)
        whom = permissions.readable_users(tx, caller, user_ids, within)
        span = (within.first, within.last) if within else None
        here = tx.connection, caller.workspace_id
        waiting = None if state is None else state == "waiting"
        found = corrections.of_people(*here, whom, waiting=waiting, days=span)
        return [one for one in found if sees(tx, caller, one)]

    return await services.database.read(read)


def _look(tx: Transaction, caller: Caller, one: Correction) -> Look:
    can = choices(tx, caller, one)
    if one.outcome in corrections.APPLIED:
        return Look(one, can, reopened=_reopened(tx, one))
    if one.target_in_id is None or one.outcome == "withdrawn":
        return Look(one, can)
    now = as_it_is_now(tx, one)
    is_open = one.is_waiting or one.is_overtaken
    return Look(one, can, is_open and not is_as_asked(one, now), now)


def _reopened(tx: Transaction, one: Correction) -> list[DateRange]:
    found = signatures.touching(tx.connection, one.workspace_id, one.first_day, one.last_day, {one.user_id})
    return [
        DateRange(signature.first_day, signature.last_day)
        for signature in found
        if signature.part == "manager"
        and (signature.withdrawn_at, signature.withdrawn_by) == (one.done_at, one.done_by)
    ]


def _is_of(one: Correction, caller: Caller) -> bool:
    return caller.user_id in (one.asked_by, one.user_id)


def _order(one: Correction) -> tuple[object, str]:
    return one.asked_at, one.correction_id
