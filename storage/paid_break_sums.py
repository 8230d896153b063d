"""How long people were on paid breaks, which lie inside records and count as work. Open breaks have no length yet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, type_coerce

from storage import paid_breaks as breaks
from storage.column_types import Elapsed, Minute
from storage.pairs import Scope
from storage.tables import paid_breaks, pairs


def of_people(connection: Connection, scope: Scope, *, exact: bool = False) -> dict[str, timedelta]:
    """By user id; from minute to minute, as people see it, unless it is to be `exact`."""
    return {row[0]: row[1] for row in _sums(connection, scope, [pairs.c.user_id], exact=exact)}


def of_days(connection: Connection, scope: Scope, *, exact: bool = False) -> dict[tuple[date, str], timedelta]:
    """The same by work date and user id."""
    found = _sums(connection, scope, [pairs.c.work_date, pairs.c.user_id], exact=exact)
    return {(row[0], row[1]): row[2] for row in found}


def _sums(
    connection: Connection, scope: Scope, key: list[ColumnElement[Any]], *, exact: bool
) -> list[Row[*tuple[Any, ...]]]:
    """Nothing is summed in a workspace that knows no paid breaks."""
    if not breaks.are_there(connection, scope.workspace_id):
        return []
    start, end = paid_breaks.c.start_at, paid_breaks.c.end_at
    length = end - start if exact else Minute(end) - Minute(start)
    of_record = and_(paid_breaks.c.workspace_id == pairs.c.workspace_id, paid_breaks.c.in_id == pairs.c.in_id)
    query = (
        select(*key, type_coerce(func.sum(length), Elapsed))
        .select_from(pairs.join(paid_breaks, of_record))
        .where(*scope.holds(), paid_breaks.c.deleted_at.is_(None), end.is_not(None))
        .group_by(*key)
    )
    return list(connection.execute(query))
