"""Each read with a token that only reads leaves an audit entry, before anything is read. Everybody whom it's about sees
it in their change history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot import permissions
from bot.attendance.correction_views import choices
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import zone_named
from bot.people.audit_entries import Action, UsedToken, record_audit_entry
from bot.permissions import Caller, ReadingRole
from storage import audit, corrections, pairs, people, tokens
from storage.audit import Entry
from storage.database import Transaction

MOST = 100


class What(StrEnum):
    """What was read."""

    RECORDS = "records"
    CHANGES = "changes"
    CORRECTIONS = "corrections"
    WORKED_TIME = "worked time"
    FINDINGS = "findings"
    SIGNATURES = "signatures"
    FILE = "file"
    PEOPLE = "people"
    OFFICES = "offices"
    VERIFICATION = "verification"


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody read the person's records with a token, at that time (UTC), as that audit entry says. `days`: of the
    records; None for what isn't about days."""

    entry: int
    at: datetime
    user_id: str
    role: ReadingRole
    what: What
    days: DateRange | None
    token: UsedToken


def note(
    tx: Transaction, caller: Caller, what: What, user_ids: Collection[str] | None = None, days: DateRange | None = None
) -> None:
    """Notes a read of those people's records, or everyone's whom the token was made for. Raises BeyondToken."""
    if what in (What.CHANGES, What.CORRECTIONS, What.FINDINGS, What.SIGNATURES):
        permissions.require_details(caller)
    reach = permissions.reach_of(caller)
    assert reach is not None
    whose = permissions.readable_users(tx, caller, user_ids, days) if days else reach.user_ids
    _note(tx, caller, what, None if whose is None else sorted(whose), days)


def note_nobodys(tx: Transaction, caller: Caller, what: What) -> None:
    """Notes a read of what is about nobody."""
    _note(tx, caller, what, [], None)


def note_event(tx: Transaction, caller: Caller, what: What, event_id: str) -> None:
    """Notes a read of the event's record. Raises BeyondToken or UnknownEvent."""
    pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
    day = DateRange(pair.work_date, pair.work_date)
    permissions.require_read(tx, caller, pair.user_id, day)
    if what is What.CHANGES:
        permissions.require_details(caller)
    _note(tx, caller, what, [pair.user_id], day)


def note_correction(tx: Transaction, caller: Caller, correction_id: str) -> None:
    """Notes a read of the correction. Raises BeyondToken or UnknownCorrection."""
    one = corrections.find(tx.connection, caller.workspace_id, correction_id)
    choices(tx, caller, one)
    _note(tx, caller, What.CORRECTIONS, [one.user_id], DateRange(one.first_day, one.last_day))


def _note(tx: Transaction, caller: Caller, what: What, user_ids: list[str] | None, days: DateRange | None) -> None:
    assert caller.token is not None
    facts = {
        "read": what,
        "role": caller.role,
        "user_ids": user_ids,
        "first": days.first if days else None,
        "last": days.last if days else None,
    }
    record_audit_entry(tx, caller, Action.READ, caller.token.token_id, facts)


def reads_of(tx: Transaction, workspace_id: str, user_id: str, days: DateRange) -> list[Looked]:
    """Who read the person's records of those days, or did so on one of them, oldest first. The newest `MOST`."""
    token_ids = tokens.readers_of(tx.connection, workspace_id, user_id)
    if not token_ids:
        return []
    zone = zone_named(
        people.find(tx.connection, workspace_id, user_id).zone or people.workspace_zone(tx.connection, workspace_id)
    )
    entries = audit.about(tx.connection, workspace_id, audit.Kind.TOKEN, token_ids)
    found = [
        looked
        for entry in entries
        if entry.action == Action.READ
        for looked in _looked(entry, user_id)
        if _meets(looked.days, days) or days.first <= looked.at.astimezone(zone).date() <= days.last
    ]
    return found[-MOST:]


def _looked(entry: Entry, user_id: str) -> Iterator[Looked]:
    """Nothing where the entry isn't about the person, or can't be read: `verify` says so."""
    try:
        told = entry.told()
        first, last, whose = told["first"], told["last"], told["user_ids"]
        days = DateRange(date.fromisoformat(first), date.fromisoformat(last)) if first else None
        token = UsedToken.of_entry(told)
        if token and (whose is None or user_id in whose):
            yield Looked(entry.sequence, entry.at, user_id, ReadingRole(told["role"]), What(told["read"]), days, token)
    except (ValueError, KeyError, TypeError, json.JSONDecodeError):
        return


def _meets(one: DateRange | None, other: DateRange) -> bool:
    return one is not None and one.first <= other.last and other.first <= one.last
