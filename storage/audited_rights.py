"""What the audit says of everything that carries rights: admins, managers of teams, the user groups that teams follow,
tokens, webhooks, who isn't a full member; and of how many years records are kept, which is a right to erase."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from storage.audit import NOT_OF_EVENTS, Action, Entry
from storage.tables import audit_entries

Row = Mapping[str, Any]

ACTIONS = (
    *(Action.SET_TEAM, Action.CREATE_TOKEN, Action.REVOKE_TOKEN, Action.CHANGE_ROLE, Action.CHANGE_SETTINGS),
    *(Action.CHANGE_GROUP, Action.ADD_WEBHOOK, Action.REMOVE_WEBHOOK, Action.TELL_AGAIN),
)
COLUMNS = {
    "team": ("managers",),
    "token": (
        *("user_id", "role", "name", "digest", "expires_at", "created_at", "created_by", "revoked_at"),
        *("reason", "reads_from", "reads_until", "reads_people"),
    ),
    "appointment": ("appointed_by", "appointed_at"),
    "role": ("chat_admin",),
    "membership": ("guest", "bot", "deactivated"),
    "group": ("members",),
    "webhook": ("url", "created_by", "removed_at"),
}
"""Of each kind, what its entries say. Kinds are the first words of the names below."""
PURPOSE = "purpose"
"""Why a token that only reads was made, in its entry: a `reason` there is a person's words, which are kept apart."""
_READS_NOTHING = dict.fromkeys(("reason", "reads_from", "reads_until", "reads_people"))
"""Of a token that doesn't only read: its entry doesn't mention them."""
YEARS = "setting keep_records_for_years"


class AuditedRights:
    """The rights as they stand after the entries that were followed, in order."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        """By name, such as "token 01a1…" or "team Support"."""
        self._since: dict[str, int] = {}

    def follow(self, entry: Entry) -> None:
        """Takes over what one entry says."""
        try:
            self._follow(entry, json.loads(entry.facts))
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # no facts of ours: the chain's own check says so

    def since_before(self, sequence: int) -> dict[str, Row]:
        """What entries up to that one said, and no later one: to be restated before they go."""
        return {name: row for name, row in self.rows.items() if self._since[name] <= sequence}

    def _follow(self, entry: Entry, facts: dict[str, Any]) -> None:
        subject, at = entry.subject, as_in_facts(entry.at)
        match entry.action:
            case Action.SET_TEAM:
                has_rights = facts["managers"] and not facts.get("archived")
                self._set(f"team {subject}", facts if has_rights else None, entry)
            case Action.CREATE_TOKEN:
                made = {"created_at": at, "created_by": entry.actor, "revoked_at": None}
                self._set(f"token {subject}", {**_READS_NOTHING, **facts, "reason": facts.get(PURPOSE), **made}, entry)
            case Action.REVOKE_TOKEN:
                self._end(f"token {subject}", {"revoked_at": at}, entry)
            case Action.ADD_WEBHOOK:
                added = {"url": facts["url"], "created_by": entry.actor, "removed_at": None}
                self._set(f"webhook {subject}", added, entry)
            case Action.REMOVE_WEBHOOK:
                self._end(f"webhook {subject}", {"removed_at": at}, entry)
            case Action.CHANGE_ROLE:
                if "appointed_now" in facts:
                    appointment = {"appointed_by": entry.actor, "appointed_at": at}
                    self._set(f"appointment of {subject}", appointment if facts["appointed_now"] else None, entry)
                if "admin_now" in facts:
                    self._set(f"role of {subject}", {"chat_admin": True} if facts["admin_now"] else None, entry)
                if "membership_now" in facts:
                    membership = facts["membership_now"]
                    self._set(f"membership of {subject}", membership if any(membership.values()) else None, entry)
            case Action.CHANGE_GROUP:
                members = facts["members"]
                self._set(f"group {subject}", {"members": members} if members else None, entry)
            case Action.CHANGE_SETTINGS if "keep_records_for_years" in facts["kept"]:
                self._set(YEARS, {"value": facts["kept"]["keep_records_for_years"]}, entry)
            case Action.TELL_AGAIN:
                for name, row in facts["standing"].items():
                    self._set(name, row, entry)

    def _set(self, name: str, row: Row | None, entry: Entry) -> None:
        columns = ("value",) if name == YEARS else COLUMNS.get(name.split(" ")[0], ())
        if row is None:
            self.rows.pop(name, None)
        elif columns:  # older versions restated settings that carry no rights
            self.rows[name] = {column: row[column] for column in columns if column in row}
            self._since[name] = entry.sequence

    def _end(self, name: str, ended: Row, entry: Entry) -> None:
        """Where the entry that began it went by its age, a later entry restates the whole."""
        self._since.setdefault(name, entry.sequence)
        self.rows[name] = {**self.rows.get(name, {}), **ended}


def audited_rights(connection: Connection, workspace_id: str) -> AuditedRights:
    """The rights by the audit that is kept."""
    rights = AuditedRights()
    for entry in entries(connection, workspace_id, ACTIONS):
        rights.follow(entry)
    return rights


def entries(connection: Connection, workspace_id: str, actions: Collection[Action]) -> Iterator[Entry]:
    """The entries of those actions, in order."""
    query = (
        select(audit_entries)
        .where(audit_entries.c.workspace_id == workspace_id, audit_entries.c.action.in_(actions), NOT_OF_EVENTS)
        .order_by(audit_entries.c.sequence)
    )
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        yield Entry(*row)


def as_in_facts(value: Any) -> Any:
    """A value as the audit's facts hold it."""
    return value.isoformat() if isinstance(value, date) else value
