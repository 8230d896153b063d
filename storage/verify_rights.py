"""Compares everything that carries rights with what the audit says of it: admins, managers of teams, user groups,
tokens, webhooks, guests and who has left. Checks too that records were erased only by an age that was set.

Offices, members of teams and other settings have their entries, and are not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, true

from storage import tables
from storage.audit import Action, Entry
from storage.audited_rights import ACTIONS, YEARS, AuditedRights, Row, as_in_facts, entries

Difference = tuple[str, str, str]
"""The workspace, what it is about, and what is wrong with it."""

_HOLDING = (
    *(tables.team_people, tables.tokens, tables.appointed_admins, tables.people, tables.group_members),
    tables.webhooks,
)


def differences(connection: Connection) -> Iterator[Difference]:
    """Every right that differs from the newest entry about it, and every erasure by another age than was set."""
    for workspace_id in _workspaces(connection):
        rights, unknown_years = AuditedRights(), None
        for entry in entries(connection, workspace_id, (*ACTIONS, Action.ERASE_OLD)):
            if entry.action != Action.ERASE_OLD:
                rights.follow(entry)
            elif fault := _erasure_fault(entry, rights.rows.get(YEARS)):
                yield workspace_id, f"entry {entry.sequence}", fault
            elif YEARS not in rights.rows:  # a later entry may have restated it
                unknown_years = json.loads(entry.facts)["keep_records_for_years"]
        if unknown_years is not None and YEARS not in rights.rows:
            fault = f"isn't in the audit trail, although records were erased after {_age(unknown_years)}"
            yield workspace_id, "keep_records_for_years", fault
        rights.rows.pop(YEARS, None)
        now = dict(_rights_now(connection, workspace_id))
        for name in sorted(rights.rows.keys() | now.keys()):
            if fault := _compared(now.get(name), rights.rows.get(name)):
                yield workspace_id, name, fault


def _erasure_fault(entry: Entry, set_before: Row | None) -> str | None:
    """What is wrong with an erasure by age; `set_before` is the setting as the entries before it say, if they do."""
    try:
        facts = json.loads(entry.facts)
        years, before = int(facts["keep_records_for_years"]), datetime.fromisoformat(facts["before"])
        is_old = (before.year + years, *before.timetuple()[1:6]) <= entry.at.timetuple()[:6]
    except (ValueError, KeyError, TypeError, AttributeError):
        return "doesn't say what was erased"
    if years < 1 or not is_old:
        return f"erased records that weren't {_age(years)} old"
    if set_before is None or set_before["value"] == str(years):
        return None
    if set_before["value"] is None:
        return "erased old records, although all are kept"
    return f"erased records that were {_age(years)} old, although they are kept for {_age(set_before['value'])}"


def _age(years: object) -> str:
    return f"{years} year" if str(years) == "1" else f"{years} years"


def _compared(is_now: Row | None, said: Row | None) -> str | None:
    if said is None:
        return "isn't in the audit trail: it was added outside the bot"
    if is_now is None:
        return "is in the audit trail, but gone: it was removed outside the bot"
    differing = sorted(key for key in said if is_now.get(key) != said[key])
    return f"isn't what the audit trail says (in {', '.join(differing)})" if differing else None


def _workspaces(connection: Connection) -> list[str]:
    """Those there are, and those that anything claims to belong to."""
    found: set[str] = set()
    for table in (tables.workspaces, tables.audit_heads, *_HOLDING):
        found |= set(connection.scalars(select(table.c.workspace_id).distinct()))
    return sorted(found)


def _rights_now(connection: Connection, workspace_id: str) -> Iterator[tuple[str, Row]]:
    managers: dict[str, list[str]] = {}
    archived = set(
        connection.scalars(
            select(tables.teams.c.name).where(
                tables.teams.c.workspace_id == workspace_id, tables.teams.c.archived_at.is_not(None)
            )
        )
    )
    for row in _rows(connection, tables.team_people, workspace_id, tables.team_people.c.part == "manager"):
        if row["team"] not in archived:
            managers.setdefault(row["team"], []).append(row["user_id"])
    for team, user_ids in managers.items():
        yield f"team {team}", {"managers": sorted(user_ids)}
    for row in _rows(connection, tables.tokens, workspace_id):
        yield f"token {row['token_id']}", row
    for row in _rows(connection, tables.webhooks, workspace_id):
        yield f"webhook {row['webhook_id']}", row
    for row in _rows(connection, tables.appointed_admins, workspace_id):
        yield f"appointment of {row['user_id']}", row
    for row in _rows(connection, tables.people, workspace_id, tables.people.c.chat_admin.is_(true())):
        yield f"role of {row['user_id']}", row
    no_full_member = or_(tables.people.c.guest, tables.people.c.bot, tables.people.c.deactivated)
    for row in _rows(connection, tables.people, workspace_id, no_full_member):
        yield f"membership of {row['user_id']}", row
    groups: dict[str, list[str]] = {}
    for row in _rows(connection, tables.group_members, workspace_id):
        groups.setdefault(row["group_id"], []).append(row["user_id"])
    for group_id, user_ids in groups.items():
        yield f"group {group_id}", {"members": sorted(user_ids)}


def _rows(connection: Connection, table: Any, workspace_id: str, *further: Any) -> Iterator[Row]:
    for row in connection.execute(select(table).where(table.c.workspace_id == workspace_id, *further)):
        yield {key: as_in_facts(value) for key, value in row._mapping.items()}
