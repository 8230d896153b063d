"""Offices: places with a time zone. An archived one takes no new records, and earlier records keep it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.errors import ArchivedOffice, NameTaken, UnknownOffice
from storage.names import key_of
from storage.prepared import Prepared
from storage.tables import offices


@dataclass(frozen=True, slots=True)
class Office:
    """A place. `zone` is an IANA name, `country` ISO 3166-1 alpha-2, `region` the part of ISO 3166-2 after the dash."""

    workspace_id: str
    office_id: str
    name: str
    zone: str
    archived_at: datetime | None = None
    country: str | None = None
    region: str | None = None


_COLUMNS = [offices.c[name] for name in Office.__slots__]
_BY_ID = Prepared(
    select(*_COLUMNS).where(
        offices.c.workspace_id == bindparam("workspace"), offices.c.office_id == bindparam("office")
    )
)


def put(connection: Connection, office: Office) -> Office | None:
    """Writes a new or changed office. Returns how it was before. Raises NameTaken."""
    before = find_any(connection, office.workspace_id, office.office_id)
    same = (offices.c.workspace_id == office.workspace_id) & (offices.c.office_id == office.office_id)
    row = {name: getattr(office, name) for name in Office.__slots__}
    if before is None or before.name != office.name:
        row["name_key"] = key_of(office.name)
    try:
        with connection.begin_nested():
            if before is None:
                connection.execute(insert(offices).values(**row, id_key=key_of(office.office_id)))
            else:
                connection.execute(update(offices).where(same).values(row))
    except IntegrityError as error:
        raise _taken(connection, office) or error from error
    return before


def find(connection: Connection, workspace_id: str, office_id: str) -> Office:
    """The office, archived or not. Raises UnknownOffice."""
    found = find_any(connection, workspace_id, office_id)
    if found is None:
        raise UnknownOffice(office_id)
    return found


def find_in_use(connection: Connection, workspace_id: str, office_id: str) -> Office:
    """The office, for a new record. Raises UnknownOffice or ArchivedOffice."""
    found = find(connection, workspace_id, office_id)
    if found.archived_at is not None:
        raise ArchivedOffice(office_id)
    return found


def find_any(connection: Connection, workspace_id: str, office_id: str) -> Office | None:
    """The office, if there is one."""
    row = _BY_ID.first(connection, {"workspace": workspace_id, "office": office_id})
    return Office(*row) if row else None


def all_of(connection: Connection, workspace_id: str) -> list[Office]:
    """Every office of the workspace by name, also archived ones."""
    query = select(*_COLUMNS).where(offices.c.workspace_id == workspace_id)
    return [Office(*row) for row in connection.execute(query.order_by(offices.c.name, offices.c.office_id))]


def in_use(connection: Connection, workspace_id: str) -> list[Office]:
    """Those that can be chosen, by name."""
    return [office for office in all_of(connection, workspace_id) if office.archived_at is None]


def _taken(connection: Connection, office: Office) -> NameTaken | None:
    """The other office that is in the way."""
    for what, column, key in (
        ("office id", offices.c.id_key, key_of(office.office_id)),
        ("office", offices.c.name_key, key_of(office.name)),
    ):
        query = select(*_COLUMNS).where(offices.c.workspace_id == office.workspace_id, column == key)
        row = connection.execute(query).first()
        if row and row.office_id != office.office_id:
            shown = row.office_id if what == "office id" else row.name
            return NameTaken("office id" if what == "office id" else "office", shown, row.archived_at is not None)
    return None
