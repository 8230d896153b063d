"""Breaks at one office: the gaps between two records of a day that are both there, with none elsewhere between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, type_coerce

from storage.column_types import Elapsed, Minute
from storage.pairs import LONGEST_BREAK, Scope
from storage.tables import pairs


def breaks_at_office(connection: Connection, scope: Scope) -> dict[tuple[str, date], timedelta]:
    """The breaks of each person on each work date, by user id and date, for a scope of one office."""

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Of the record before on that day, wherever it was."""
        return func.lag(column).over(partition_by=[pairs.c.work_date, pairs.c.user_id], order_by=pairs.c.in_at)

    gap = Minute(pairs.c.in_at) - before(Minute(pairs.c.out_at))
    pair = (
        select(
            pairs.c.user_id,
            pairs.c.work_date,
            pairs.c.in_office_id,
            before(pairs.c.in_office_id).label("office_before"),
            type_coerce(gap, Elapsed).label("gap"),
        )
        .where(*replace(scope, office_id=None).holds())
        .subquery()
    )
    there = (pair.c.in_office_id == scope.office_id, pair.c.office_before == scope.office_id)
    query = select(pair.c.user_id, pair.c.work_date, pair.c.gap).where(*there, pair.c.gap < LONGEST_BREAK)
    found: dict[tuple[str, date], timedelta] = {}
    for user_id, work_date, length in connection.execute(query):
        found[user_id, work_date] = found.get((user_id, work_date), timedelta()) + length
    return found
