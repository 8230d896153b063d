"""Everybody's work dates as plain numbers, for the checks of what the law asks: whole minutes since 1970.

A row is a person's day, because a month of a thousand people has tens of thousands of records. What a row can't tell is
read from the records themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, cast, distinct, func, literal, select
from sqlalchemy.util import await_only

from storage.column_types import Microseconds, OneOf, WeekOf
from storage.pair_queries import as_scalar
from storage.pairs import Scope
from storage.tables import monthly_sums, offices, pairs, settings

ROWS_AT_ONCE = 1000
MINUTE = 60_000_000  # microseconds


def has_country(connection: Connection, workspace_id: str) -> bool:
    """Whether the workspace or one of its offices has a country, so that there may be rules."""
    own = select(literal(1)).where(settings.c.workspace_id == workspace_id, settings.c.name == "country")
    of_an_office = select(literal(1)).where(offices.c.workspace_id == workspace_id, offices.c.country.is_not(None))
    return connection.execute(own.union_all(of_an_office).limit(1)).first() is not None


def days(connection: Connection, scope: Scope, *, places: bool) -> Iterator[Any]:
    """User id, work date (ISO 8601), how many records, how many that ended, first clock-in, last clock-out, worked, the
    longest record; with `places` also the first and the last office by id, None for none. In the order of days."""
    in_at, out_at = _minute(pairs.c.in_at), _minute(pairs.c.out_at)
    columns: list[ColumnElement[Any]] = [
        pairs.c.user_id,
        as_scalar(pairs.c.work_date),
        func.count(),
        func.count(pairs.c.out_at),
        func.min(in_at),
        func.max(out_at),
        cast(func.coalesce(func.sum(out_at - in_at), 0), BigInteger),
        func.coalesce(func.max(out_at - in_at), 0),
    ]
    if places:
        columns += [func.min(pairs.c.in_office_id), func.max(pairs.c.in_office_id)]
    of_a_day = (pairs.c.work_date, pairs.c.user_id)
    query = select(*columns).where(*scope.holds()).group_by(*of_a_day).order_by(*of_a_day)
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)


def records(connection: Connection, scope: Scope) -> Iterator[Any]:
    """User id, work date, clock-in, clock-out (None: open), zone and office of each record, oldest first."""
    columns = (
        *(pairs.c.user_id, as_scalar(pairs.c.work_date), _minute(pairs.c.in_at), _minute(pairs.c.out_at)),
        *(pairs.c.in_zone, pairs.c.in_office_id),
    )
    query = select(*columns).where(*scope.holds()).order_by(pairs.c.in_at)
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)


def weeks_with_records(connection: Connection, scope: Scope) -> Iterator[Any]:
    """User id, the worked minutes, and how many weeks (from Monday) have records."""
    worked = func.sum(_minute(pairs.c.out_at) - _minute(pairs.c.in_at))
    weeks = func.count(distinct(WeekOf(pairs.c.work_date)))
    columns = (pairs.c.user_id, cast(func.coalesce(worked, 0), BigInteger), weeks)
    yield from connection.execute(select(*columns).where(*scope.holds()).group_by(pairs.c.user_id))


def known_since(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, date]:
    """The first month of each person's records, as its first day."""
    theirs = (monthly_sums.c.workspace_id == workspace_id, OneOf(monthly_sums.c.user_id, user_ids))
    month = cast(func.min(monthly_sums.c.month), Text)
    query = select(monthly_sums.c.user_id, month).where(*theirs).group_by(monthly_sums.c.user_id)
    return {user_id: date.fromisoformat(first) for user_id, first in connection.execute(query)}


def let_others_run(connection: Connection) -> None:
    """Lets other requests have their turn in a long calculation between two statements."""
    if connection.dialect.is_async:
        await_only(asyncio.sleep(0))


def _minute(column: ColumnElement[Any]) -> ColumnElement[int]:
    return Microseconds(column) // MINUTE
