"""What admins set for their workspace, in one place with its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from bot import access
from bot.access import Caller, Operation
from bot.auditing import Action, write_down
from bot.services import Services
from bot.working_hours import WeeklyTime, WorkingHours, parse_weekly_time, parse_working_hours
from storage import settings
from storage.database import Transaction

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """Channels are ids, or None for nowhere. What sends messages to people is off until an admin wants it, but for the
    question about a forgotten clock-out."""

    anchor_channel: str | None = None
    """Where the head of the audit chain is published each day."""
    anchor_to_people: bool = False
    """Whether everybody gets it each week, beside their own hours."""
    log_channel: str | None = None
    """Where each clock-in and clock-out is posted."""
    working_hours: WorkingHours | None = None
    """When people are expected whose team has no hours of its own; None: nobody is expected."""
    reminders: bool = False
    """Whether people are reminded to clock in and out, by their working hours."""
    ask_after: timedelta | None = timedelta(hours=10)
    """How long after a clock-in a person is asked whether they are still working; None: never."""
    weekly_summary: WeeklyTime | None = None
    """When managers get the hours of their teams' last seven days, in their own zone; None: never."""


async def get(services: Services, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings."""
    return await services.database.read(lambda tx: in_force(tx, workspace_id))


async def change(services: Services, caller: Caller, **changes: object) -> WorkspaceSettings:
    """Makes those settings (by their names above), and leaves the others. Raises Forbidden."""

    def write(tx: Transaction) -> WorkspaceSettings:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        before = in_force(tx, caller.workspace_id)
        for name, value in changes.items():
            kept = None if value == _DEFAULTS[name] else as_text(value)
            settings.put(tx.connection, caller.workspace_id, name, kept)
        after = in_force(tx, caller.workspace_id)
        facts = {"before": in_words(before), "now": in_words(after)}
        write_down(tx, caller, Action.CHANGE_SETTINGS, "settings", facts)
        return after

    return await services.database.write(write)


def in_force(tx: Transaction, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings, within a transaction."""
    kept = settings.all_of(tx.connection, workspace_id)
    return WorkspaceSettings(**{name: read(kept[name]) for name, read in _READ.items() if name in kept})


def in_words(chosen: WorkspaceSettings) -> Mapping[str, str]:
    """Each setting by its name, as it is kept and typed."""
    return {field.name: as_text(getattr(chosen, field.name)) for field in fields(chosen)}


def as_text(value: object) -> str:
    """A setting's value as it is kept: `yes`, `no`, hours as a number, nothing as `no`."""
    match value:
        case bool():
            return YES if value else NO
        case timedelta():
            return f"{value / timedelta(hours=1):g}"
        case None | "":
            return NO
        case _:
            return str(value)


def _flag(text: str) -> bool:
    return text == YES


def _channel(text: str) -> str | None:
    return None if text == NO else text


def _hours(text: str) -> timedelta | None:
    return None if text == NO else timedelta(hours=float(text))


def _working_hours(text: str) -> WorkingHours | None:
    return None if text == NO else parse_working_hours(text)


_READ: dict[str, Callable[[str], Any]] = {
    "anchor_channel": _channel,
    "anchor_to_people": _flag,
    "log_channel": _channel,
    "working_hours": _working_hours,
    "reminders": _flag,
    "ask_after": _hours,
    "weekly_summary": lambda text: None if text == NO else parse_weekly_time(text),
}
_DEFAULTS = {field.name: field.default for field in fields(WorkspaceSettings)}
