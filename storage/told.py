"""What the audit tells of all that admins set: offices, teams, tokens, webhooks, roles and settings."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, text

from storage.audit import Action, Entry
from storage.tables import audit_entries
from storage.webhooks import digest_of

Row = Mapping[str, Any]

TELLING = (
    *(Action.SET_OFFICE, Action.SET_TEAM, Action.CREATE_TOKEN, Action.REVOKE_TOKEN),
    *(Action.CHANGE_ROLE, Action.CHANGE_SETTINGS, Action.ADD_WEBHOOK, Action.REMOVE_WEBHOOK),
    Action.TELL_AGAIN,
)
COMPARED = {
    "office": ("name", "zone"),
    "team": ("managers", "members", "groups", "working_hours"),
    "token": ("user_id", "role", "name", "digest", "expires_at", "created_at", "revoked_at"),
    "webhook": ("url", "secret_digest", "created_by", "created_at", "removed_at"),
    "appointment": ("appointed_by", "appointed_at"),
    "role": ("chat_admin",),
    "setting": ("value",),
}
"""The columns of each kind that its entries tell."""
WORKSPACE = "the workspace"
_YEARS = "setting keep_records_for_years"
_NOT_OF_RECORDS = text(  # in the very words of the index `audit_entries_of_settings`, or no planner would use it
    "action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')"
)


def told_by(connection: Connection, workspace_id: str) -> Told:
    """How everything stands by the audit that is kept."""
    told = Told()
    for entry in entries(connection, workspace_id, TELLING):
        told.follow(entry)
    return told


def entries(connection: Connection, workspace_id: str, actions: Collection[Action]) -> Iterator[Entry]:
    """In order, but first those that tell again: what they tell was so from the chain's beginning on."""
    query = (
        select(audit_entries)
        .where(audit_entries.c.workspace_id == workspace_id, audit_entries.c.action.in_(actions), _NOT_OF_RECORDS)
        .order_by(audit_entries.c.action != Action.TELL_AGAIN, audit_entries.c.sequence)
    )
    for row in connection.execute(query, execution_options={"yield_per": 1000}):
        yield Entry(*row)


def written(value: Any) -> Any:
    """As the audit's facts have it."""
    return value.isoformat() if isinstance(value, datetime) else value


class Told:
    """How everything stands by the entries that were followed."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.since: dict[str, int] = {}
        """The entry that told the whole of it."""
        self.partly: set[str] = set()
        """Of which no entry told the whole, for that went by its age."""
        self._ever: set[str] = set()
        self._erased: int | None = None
        """The years of an erasure before any entry told how many were set."""

    def follow(self, entry: Entry) -> None:
        """Takes over what one entry says."""
        try:
            self._follow(entry, json.loads(entry.facts))
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # no facts of ours: the chain's own check says so

    def until(self, sequence: int) -> dict[str, Row]:
        """What entries up to that one told, and no later one told anew: to be told again before they go."""
        return {what: row for what, row in self.rows.items() if self.since[what] <= sequence}

    def doubt_of_erasure(self, entry: Entry) -> str | None:
        """What speaks against the erasure of what was old, by the years that were set then."""
        try:
            facts = json.loads(entry.facts)
            years, before = int(facts["keep_records_for_years"]), datetime.fromisoformat(facts["before"])
            is_old = (before.year + years, *before.timetuple()[1:6]) <= entry.at.timetuple()[:6]
        except (ValueError, KeyError, TypeError, AttributeError):
            return "does not say what was erased"
        if years < 1 or not is_old:
            return f"erased what was not {_age(years)} old"
        if _YEARS in self.rows:
            was = self.rows[_YEARS].get("value")
            return None if was == str(years) else f"erased what was {_age(years)} old, where {_age(was)} are kept"
        if _YEARS in self._ever:
            return "erased what was old, where all is kept"
        self._erased = years
        return None

    def doubt_of_erasures_before(self) -> str | None:
        """The same of those that came before any entry that still tells of the setting: none is without one."""
        if self._erased is None or _YEARS in self._ever:
            return None
        return f"entries were erased that were {_age(self._erased)} old, and no entry tells that this was set"

    def _follow(self, entry: Entry, facts: dict[str, Any]) -> None:
        subject, at = entry.subject, written(entry.at)
        match entry.action:
            case Action.SET_OFFICE:
                self._set(f"office {subject}", {key: facts[key] for key in COMPARED["office"]}, entry)
            case Action.SET_TEAM:
                self._set(f"team {subject}", {key: facts[key] for key in COMPARED["team"]}, entry)
            case Action.CREATE_TOKEN:
                self._set(f"token {subject}", {**facts, "created_at": at, "revoked_at": None}, entry)
            case Action.REVOKE_TOKEN:
                self._change(f"token {subject}", {"revoked_at": at}, entry)
            case Action.ADD_WEBHOOK:
                added = {"created_by": entry.actor, "created_at": at, "removed_at": None}
                self._set(f"webhook {subject}", {**facts, **added}, entry)
            case Action.REMOVE_WEBHOOK:
                self._change(f"webhook {subject}", {"removed_at": at, "secret_digest": digest_of("")}, entry)
            case Action.CHANGE_ROLE:
                appointment = {"appointed_by": entry.actor, "appointed_at": at}
                self._turn(f"appointment of {subject}", facts.get("appointed_now"), appointment, entry)
                self._turn(f"role of {subject}", facts.get("admin_now"), {"chat_admin": True}, entry)
            case Action.CHANGE_SETTINGS:
                for name, value in facts["kept"].items():
                    self._turn(f"setting {name}", value is not None, {"value": value}, entry)
                if "now" in facts:
                    self._set(WORKSPACE, {"zone": facts["now"]["zone"]}, entry)
            case Action.TELL_AGAIN:
                for what, row in facts["standing"].items():
                    self._set(what, dict(row), entry)

    def _set(self, what: str, row: dict[str, Any], entry: Entry) -> None:
        self.rows[what], self.since[what] = row, entry.sequence
        self._ever.add(what)

    def _change(self, what: str, changed: dict[str, Any], entry: Entry) -> None:
        """A part of it. Where nothing told the whole, that part has to be so all the same."""
        if what not in self.rows:
            self.since[what] = entry.sequence
            self.partly.add(what)
        self.rows[what] = self.rows.get(what, {}) | changed

    def _turn(self, what: str, is_there: bool | None, row: dict[str, Any], entry: Entry) -> None:
        if is_there:
            self._set(what, row, entry)
        elif is_there is not None:
            self.rows.pop(what, None)
            self._ever.add(what)


def _age(years: object) -> str:
    return f"{years} year" if str(years) == "1" else f"{years} years"
