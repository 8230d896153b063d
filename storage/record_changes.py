"""The last change of records that took another one's place: who made it, when, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage import audit
from storage.audit import REASON, Action, Kind


@dataclass(frozen=True, slots=True)
class RecordChange:
    """By whom, when (UTC), through what, and why; no reason once it was erased."""

    by: str
    at: datetime
    via: str
    reason: str | None


def last_changes(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> Mapping[str, RecordChange]:
    """By the clock-ins of these records, of those that were changed. None where its entry was erased by its age."""
    found = {}
    for entry in audit.about(connection, workspace_id, Kind.RECORD, in_ids) if in_ids else ():
        if entry.action == Action.CHANGE:
            try:
                reason = entry.told().get(REASON)
            except ValueError:  # not one of ours: `verify` says so
                reason = None
            found[entry.subject] = RecordChange(entry.actor, entry.at, entry.via, reason)
    return found
