"""The changes to paid breaks, read from the audit. Unpaid breaks are in the changes to their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.calendar.worktime import zone_named
from bot.errors import UnknownZone
from bot.people.audit_entries import Action, UsedToken
from storage import audit, paid_breaks
from storage.audit import REPLACES, Entry, Kind
from storage.database import Transaction
from storage.paid_breaks import PaidBreak
from storage.pairs import Pair


class Did(StrEnum):
    """What a change did."""

    STARTED = "started"
    ADDED = "added"
    """It was over when it was entered."""
    ENDED = "ended"
    REMOVED = "removed"
    OPENED_AGAIN = "opened again"
    """Its end was undone."""
    MOVED = "moved"
    """Another record took the place of the one that it was in."""


@dataclass(frozen=True, slots=True)
class BreakChange:
    """One change to a paid break. `one` is the break after it, `pair` its record now, `at` (UTC) when it was made.
    `token`: the one it came through, over the API."""

    at: datetime
    actor: str
    via: str
    did: Did
    one: PaidBreak
    pair: Pair
    token: UsedToken | None = None


@dataclass(frozen=True, slots=True)
class UnreadableChange:
    """The number of an audit entry that holds no change, although it says so."""

    entry: int


def of_records(
    tx: Transaction, workspace_id: str, found: Mapping[str, Pair]
) -> Iterator[tuple[int, BreakChange | UnreadableChange]]:
    """The changes to the breaks of these records (by clock-in), each with the number of its entry."""
    if not found or not paid_breaks.are_there(tx.connection, workspace_id):
        return
    every = {one.break_id: one for one in paid_breaks.ever_in_records(tx.connection, workspace_id, found)}
    entries = audit.about(tx.connection, workspace_id, Kind.BREAK, every)
    replaced = {_replaces(entry) for entry in entries}
    for entry in entries:
        if entry.action == Action.REMOVE_BREAK and entry.subject in replaced:
            continue  # the entry of what replaced it says what happened
        yield entry.sequence, _change(entry, every, found)


def _replaces(entry: Entry) -> str | None:
    try:
        replaced = entry.told().get(REPLACES)
    except (ValueError, TypeError, AttributeError):
        return None
    return replaced if isinstance(replaced, str) else None


def _change(entry: Entry, every: Mapping[str, PaidBreak], found: Mapping[str, Pair]) -> BreakChange | UnreadableChange:
    try:
        told = entry.told()
        one, pair = paid_breaks.from_audit_fields(told), found[every[entry.subject].in_id]
        for half in pair.halves:
            one.start.at.astimezone(zone_named(half.zone))
        token = UsedToken.of_entry(told)
    except (ValueError, TypeError, OverflowError, UnknownZone):
        return UnreadableChange(entry.sequence)
    was = every.get(_replaces(entry) or "")
    did = _did(Action(entry.action), one, is_copy=_replaces(entry) is not None, was=was)
    return BreakChange(entry.at, entry.actor, entry.via, did, one, pair, token)


def _did(action: Action, one: PaidBreak, *, is_copy: bool, was: PaidBreak | None) -> Did:
    if action is Action.END_BREAK:
        return Did.ENDED
    if action is Action.REMOVE_BREAK:
        return Did.REMOVED
    if is_copy:
        return Did.OPENED_AGAIN if was and was.in_id == one.in_id else Did.MOVED
    return Did.ADDED if one.end else Did.STARTED
