"""Records as plain numbers, for the checks of what the law asks: whole minutes since 1970.

A month of a thousand people has tens of thousands of records, so that objects would take most of the time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, cast, distinct, func, literal, null, select
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


def records(connection: Connection, scope: Scope, *, places: bool = False) -> Iterator[Any]:
    """User id, work date (ISO 8601), clock-in and clock-out (None: open) of each record, and with `places` its office
    (None otherwise), in the order of dates, people and times. On SQLite, an index alone tells all but the office."""
    yield from _read(connection, scope, pairs.c.in_office_id if places else null())


def records_with_zones(connection: Connection, scope: Scope) -> Iterator[Any]:
    """The same with the office and the zone of the clock-in."""
    yield from _read(connection, scope, pairs.c.in_office_id, pairs.c.in_zone)


def _read(connection: Connection, scope: Scope, *more: ColumnElement[Any]) -> Iterator[Any]:
    plain = (pairs.c.user_id, as_scalar(pairs.c.work_date), _minute(pairs.c.in_at), _minute(pairs.c.out_at))
    query = select(*plain, *more).where(*scope.holds())
    ordered = query.order_by(pairs.c.work_date, pairs.c.user_id, pairs.c.in_at)
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(ordered)


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
