"""Checks rule 7 of records that were changed: the former and the one in its place name each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, and_, select

from storage.tables import pairs
from storage.verify_records import Difference, beginnings


def one_sided(connection: Connection) -> Iterator[Difference]:
    """Every record that names another one which doesn't name it."""
    begins = beginnings(connection)
    for workspace_id, in_id, heir, found in _named_by(connection, pairs.c.replaced_by_id, _other.c.replaces_id):
        if found != in_id:
            yield workspace_id, in_id, f"is said to be replaced by {heir}, which doesn't replace it"
    counts = pairs.c.deleted_at.is_(None)
    for workspace_id, in_id, former, found in _named_by(
        connection, pairs.c.replaces_id, _other.c.replaced_by_id, counts
    ):
        was_erased = found is None and workspace_id in begins and not _is_there(connection, workspace_id, former)
        if found != in_id and not was_erased:
            yield workspace_id, in_id, f"is said to replace {former}, which isn't replaced by it"


def _is_there(connection: Connection, workspace_id: str, in_id: str) -> bool:
    query = select(pairs.c.in_id).where(pairs.c.workspace_id == workspace_id, pairs.c.in_id == in_id)
    return connection.execute(query).first() is not None


def _named_by(
    connection: Connection, names: Column[Any], named_back: Column[Any], *where: ColumnElement[bool]
) -> Iterator[Row[*tuple[Any, ...]]]:
    """The workspace and clock-in of each record that names another one of its person, that one, and whom it names."""
    same = and_(
        _other.c.workspace_id == pairs.c.workspace_id, _other.c.in_id == names, _other.c.user_id == pairs.c.user_id
    )
    query = select(pairs.c.workspace_id, pairs.c.in_id, names, named_back).select_from(pairs.outerjoin(_other, same))
    yield from connection.execution_options(yield_per=1000).execute(query.where(names.is_not(None), *where))


_other = pairs.alias("other")
