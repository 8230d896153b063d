"""An office's own days: holidays that only it has, and public ones that it hasn't."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select

from storage.tables import own_days, upsert


class Part(StrEnum):
    """How much of the day is free."""

    WHOLE = "whole"
    HALF = "half"
    NONE = "none"
    """A public holiday on which the office works."""


@dataclass(frozen=True, slots=True)
class OwnDay:
    """An own day of an office."""

    workspace_id: str
    office_id: str
    day: date
    part: Part
    name: str


def put(connection: Connection, own_day: OwnDay) -> OwnDay | None:
    """Writes a new or changed day. Returns what was there before."""
    before = find(connection, own_day.workspace_id, own_day.office_id, own_day.day)
    upsert(connection, own_days, {name: getattr(own_day, name) for name in OwnDay.__slots__})
    return before


def remove(connection: Connection, own_day: OwnDay) -> bool:
    """Returns whether it was still there."""
    return (
        connection.execute(delete(own_days).where(*_is(own_day.workspace_id, own_day.office_id, own_day.day))).rowcount
        > 0
    )


def find(connection: Connection, workspace_id: str, office_id: str, day: date) -> OwnDay | None:
    """The office's own day, if it is one."""
    row = connection.execute(select(own_days).where(*_is(workspace_id, office_id, day))).first()
    return _own_day(row) if row else None


def of_workspace(connection: Connection, workspace_id: str, first: date, last: date) -> list[OwnDay]:
    """The own days of every office from `first` to `last`, in their order."""
    here = (own_days.c.workspace_id == workspace_id, own_days.c.day.between(first, last))
    ordered = select(own_days).where(*here).order_by(own_days.c.day, own_days.c.office_id)
    return [_own_day(row) for row in connection.execute(ordered)]


def _own_day(row: Row[Any]) -> OwnDay:
    return OwnDay(row.workspace_id, row.office_id, row.day, Part(row.part), row.name)


def _is(workspace_id: str, office_id: str, day: date) -> tuple[ColumnElement[bool], ...]:
    return own_days.c.workspace_id == workspace_id, own_days.c.office_id == office_id, own_days.c.day == day
