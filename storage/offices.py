"""Offices: places with a time zone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage import tables
from storage.errors import UnknownOffice
from storage.tables import offices


@dataclass(frozen=True, slots=True)
class Office:
    """A place: `zone` is an IANA name."""

    workspace_id: str
    office_id: str
    name: str
    zone: str


def put(connection: Connection, office: Office) -> Office | None:
    """Writes an office, new or changed; returns how it was before."""
    row = connection.execute(
        select(offices).where(offices.c.workspace_id == office.workspace_id, offices.c.office_id == office.office_id)
    ).first()
    tables.upsert(connection, offices, {name: getattr(office, name) for name in Office.__slots__})
    return Office(*row) if row else None


def find(connection: Connection, workspace_id: str, office_id: str) -> Office:
    """The office. Raises UnknownOffice."""
    query = select(offices).where(offices.c.workspace_id == workspace_id, offices.c.office_id == office_id)
    row = connection.execute(query).first()
    if row is None:
        raise UnknownOffice(office_id)
    return Office(*row)


def all_of(connection: Connection, workspace_id: str) -> list[Office]:
    """Every office of the workspace, by name."""
    query = select(offices).where(offices.c.workspace_id == workspace_id).order_by(offices.c.name, offices.c.office_id)
    return [Office(*row) for row in connection.execute(query)]
