"""What admins have set, beside what the audit says of it: offices, teams, tokens, webhooks, roles and settings.

People's names and zones, and who is in a user group, are the chat platform's word, refreshed whenever it says so: they
are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, true

from storage import tables
from storage.audit import Action, Entry
from storage.tables import audit_entries
from storage.webhooks import digest_of

Row = Mapping[str, Any]
Difference = tuple[str, str, str]
"""The workspace, what it is about, and what is wrong with it."""

_ABOUT_SETTINGS = (
    *(Action.SET_OFFICE, Action.SET_TEAM, Action.CREATE_TOKEN, Action.REVOKE_TOKEN),
    *(Action.CHANGE_ROLE, Action.CHANGE_SETTINGS, Action.ADD_WEBHOOK, Action.REMOVE_WEBHOOK),
)
_HOLDING = (
    *(tables.offices, tables.teams, tables.team_people, tables.team_groups),
    *(tables.tokens, tables.appointed_admins, tables.settings, tables.people, tables.webhooks),
)
_WORKSPACE = "the workspace"


def differences(connection: Connection) -> Iterator[Difference]:
    """Everything that stands otherwise than the newest entry about it says, workspace by workspace."""
    begin_later = frozenset(connection.scalars(select(tables.audit_starts.c.workspace_id)))
    for workspace_id in _workspaces(connection):
        told, stands = _told(connection, workspace_id), dict(_stands(connection, workspace_id))
        if workspace_id in begin_later:  # what their oldest entries told was erased with them, as an entry says
            stands = {what: row for what, row in stands.items() if what in told}
        if _WORKSPACE not in told:  # no admin has set its zone yet
            stands.pop(_WORKSPACE, None)
        for what in sorted(told.keys() | stands.keys()):
            if fault := _compared(stands.get(what), told.get(what)):
                yield workspace_id, what, fault


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


def _told(connection: Connection, workspace_id: str) -> dict[str, Row]:
    """How everything stood after the newest entry about it."""
    query = select(audit_entries).where(
        audit_entries.c.workspace_id == workspace_id, audit_entries.c.action.in_(_ABOUT_SETTINGS)
    )
    told: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query.order_by(audit_entries.c.sequence)):
        entry = Entry(*row)
        try:
            _follow(told, entry, json.loads(entry.facts))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue  # no facts of ours: the chain's own check says so
    return dict(told)


def _follow(told: dict[str, dict[str, Any]], entry: Entry, facts: dict[str, Any]) -> None:
    """Takes over what one entry says."""
    match entry.action:
        case Action.SET_OFFICE:
            told[f"office {entry.subject}"] = {key: facts[key] for key in ("name", "zone")}
        case Action.SET_TEAM:
            keys = ("managers", "members", "groups", "working_hours")
            told[f"team {entry.subject}"] = {key: facts[key] for key in keys}
        case Action.CREATE_TOKEN:
            told[f"token {entry.subject}"] = {**facts, "created_at": _written(entry.at), "revoked_at": None}
        case Action.REVOKE_TOKEN:
            told[f"token {entry.subject}"]["revoked_at"] = _written(entry.at)
        case Action.ADD_WEBHOOK:
            written = {"created_by": entry.actor, "created_at": _written(entry.at), "removed_at": None}
            told[f"webhook {entry.subject}"] = {**facts, **written}
        case Action.REMOVE_WEBHOOK:
            told[f"webhook {entry.subject}"] |= {"removed_at": _written(entry.at), "secret_digest": digest_of("")}
        case Action.CHANGE_ROLE:
            appointment = {"appointed_by": entry.actor, "appointed_at": _written(entry.at)}
            _set(told, f"appointment of {entry.subject}", facts.get("appointed_now"), appointment)
            _set(told, f"role of {entry.subject}", facts.get("admin_now"), {"chat_admin": True})
        case Action.CHANGE_SETTINGS:
            for name, value in facts["kept"].items():
                _set(told, f"setting {name}", value is not None, {"value": value})
            if "now" in facts:
                told[_WORKSPACE] = {"zone": facts["now"]["zone"]}


def _set(told: dict[str, dict[str, Any]], what: str, is_there: bool | None, how: dict[str, Any]) -> None:
    if is_there:
        told[what] = how
    elif is_there is not None:
        told.pop(what, None)


def _stands(connection: Connection, workspace_id: str) -> Iterator[tuple[str, Row]]:
    """Everything as it is."""
    for row in _rows(connection, tables.workspaces, workspace_id):
        yield _WORKSPACE, row
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
        yield {key: _written(value) for key, value in row._mapping.items()}


def _written(value: Any) -> Any:
    """As the audit's facts have it."""
    return value.isoformat() if isinstance(value, datetime) else value
