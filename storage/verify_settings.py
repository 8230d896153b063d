"""What admins have set, beside what the audit says of it: offices, teams, tokens, webhooks, roles and settings.

People's names and zones, and who is in a user group, are the chat platform's word, refreshed whenever it says so: they
are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, true

from storage import tables
from storage.audit import Action
from storage.told import COMPARED, TELLING, WORKSPACE, Row, Told, entries, told_by, written
from storage.webhooks import digest_of

Difference = tuple[str, str, str]
"""The workspace, what it is about, and what is wrong with it."""

_HOLDING = (
    *(tables.offices, tables.teams, tables.team_people, tables.team_groups),
    *(tables.tokens, tables.appointed_admins, tables.settings, tables.people, tables.webhooks),
)


def differences(connection: Connection) -> Iterator[Difference]:
    """Everything that stands otherwise than the newest entry about it says, and what was erased by an age that was not
    set, workspace by workspace."""
    for workspace_id in _workspaces(connection):
        told = Told()
        for entry in entries(connection, workspace_id, (*TELLING, Action.ERASE_OLD)):
            if entry.action != Action.ERASE_OLD:
                told.follow(entry)
            elif fault := told.doubt_of_erasure(entry):
                yield workspace_id, f"entry {entry.sequence}", fault
        if fault := told.doubt_of_erasures_before():
            yield workspace_id, "keep_records_for_years", fault
        stands = dict(_stands(connection, workspace_id))
        if WORKSPACE not in told.rows:  # no admin has set its zone yet
            stands.pop(WORKSPACE, None)
        for what in sorted(told.rows.keys() | stands.keys()):
            if fault := _compared(stands.get(what), told.rows.get(what)):
                yield workspace_id, what, fault


def untold(connection: Connection, workspace_id: str) -> dict[str, Row]:
    """What stands though no entry tells of it, as far as `differences` compares it."""
    told = told_by(connection, workspace_id)
    stands = dict(_stands(connection, workspace_id))
    return {
        what: {name: row[name] for name in COMPARED[what.split(" ")[0]]}
        for what, row in stands.items()
        if (what not in told.rows or what in told.partly) and what != WORKSPACE
    }


def _compared(is_now: Row | None, said: Row | None) -> str | None:
    if said is None:
        return "no audit entry tells of it"
    if is_now is None:
        return "the audit tells of it, but it is gone"
    differing = sorted(key for key in said if is_now.get(key) != said[key])
    return f"differs from its audit entry in {', '.join(differing)}" if differing else None


def _workspaces(connection: Connection) -> list[str]:
    """Those there are, and those that anything claims to belong to."""
    found: set[str] = set()
    for table in (tables.workspaces, tables.audit_heads, *_HOLDING):
        found |= set(connection.scalars(select(table.c.workspace_id).distinct()))
    return sorted(found)


def _stands(connection: Connection, workspace_id: str) -> Iterator[tuple[str, Row]]:
    """Everything as it is."""
    for row in _rows(connection, tables.workspaces, workspace_id):
        yield WORKSPACE, row
    for row in _rows(connection, tables.offices, workspace_id):
        yield f"office {row['office_id']}", row
    yield from _teams(connection, workspace_id)
    for row in _rows(connection, tables.tokens, workspace_id):
        yield f"token {row['token_id']}", row
    for row in _rows(connection, tables.webhooks, workspace_id):
        yield f"webhook {row['webhook_id']}", {**row, "secret_digest": digest_of(row["secret"])}
    for row in _rows(connection, tables.appointed_admins, workspace_id):
        yield f"appointment of {row['user_id']}", row
    for row in _rows(connection, tables.people, workspace_id, tables.people.c.chat_admin.is_(true())):
        yield f"role of {row['user_id']}", row
    for row in _rows(connection, tables.settings, workspace_id):
        yield f"setting {row['name']}", row


def _teams(connection: Connection, workspace_id: str) -> Iterator[tuple[str, Row]]:
    hours = {row["name"]: row["working_hours"] for row in _rows(connection, tables.teams, workspace_id)}
    parts: dict[str, dict[str, list[str]]] = {name: {} for name in hours}
    for row in _rows(connection, tables.team_people, workspace_id):
        parts.setdefault(row["team"], {}).setdefault(f"{row['part']}s", []).append(row["user_id"])
    for row in _rows(connection, tables.team_groups, workspace_id):
        parts.setdefault(row["team"], {}).setdefault("groups", []).append(row["group_id"])
    nobody: dict[str, list[str]] = {"managers": [], "members": [], "groups": []}
    for name, found in parts.items():
        everybody = {part: sorted(ids) for part, ids in (nobody | found).items()}
        yield f"team {name}", everybody | {"working_hours": hours.get(name)}


def _rows(connection: Connection, table: Any, workspace_id: str, *further: Any) -> Iterator[Row]:
    for row in connection.execute(select(table).where(table.c.workspace_id == workspace_id, *further)):
        yield {key: written(value) for key, value in row._mapping.items()}
