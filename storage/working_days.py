"""Records as plain numbers, for the checks of what the law asks: whole minutes since 1970.

A month of a thousand people has tens of thousands of records, so that objects would take most of the time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    distinct,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.util import await_only

from storage.column_types import DayNumber, OneOf, OneOfDays
from storage.in_doubt import LENGTH, minute
from storage.pair_queries import as_scalar
from storage.pairs import Scope
from storage.prepared import Prepared
from storage.tables import monthly_sums, offices, pairs, settings

ROWS_AT_ONCE = 1000
DAYS_AT_ONCE = 5_000
HAS_COUNTRY = or_(
    exists().where(settings.c.workspace_id == bindparam("workspace"), settings.c.name == "country"),
    exists().where(offices.c.workspace_id == bindparam("workspace"), offices.c.country.is_not(None)),
)
"""Of the workspace of that name among a statement's values: see `has_country`."""
_HAS_COUNTRY = Prepared(select(HAS_COUNTRY))


def has_country(connection: Connection, workspace_id: str) -> bool:
    """Whether the workspace or one of its offices has a country, so that there may be rules."""
    found = _HAS_COUNTRY.first(connection, {"workspace": workspace_id})
    return found is not None and bool(found[0])


def records(connection: Connection, scope: Scope, *, places: bool) -> Iterator[Any]:
    """All records, as `_read` yields them."""
    if scope.user_ids is None or scope.user_ids:
        yield from _read(connection, scope, _place(places))


def records_of_days(
    connection: Connection, scope: Scope, days: Sequence[tuple[str, str]], *, places: bool
) -> Iterator[Any]:
    """The records of these work dates (ISO 8601) of a person each, as `_read` yields them."""
    for first in range(0, len(days), DAYS_AT_ONCE):
        these = OneOfDays(pairs.c.work_date, pairs.c.user_id, days[first : first + DAYS_AT_ONCE])
        yield from _read(connection, scope, _place(places), among=these)


def records_with_zones(connection: Connection, scope: Scope) -> Iterator[Any]:
    """All records, as `_read` yields them, with the office and the zone of the clock-in."""
    yield from _read(connection, scope, pairs.c.in_office_id, pairs.c.in_zone)


def _read(
    connection: Connection, scope: Scope, *more: ColumnElement[Any], among: ColumnElement[bool] | None = None
) -> Iterator[Any]:
    """User id, work date (ISO 8601), clock-in and clock-out (None: open) of each record, the office (None, unless it
    is asked for), in the order of dates, people and times."""
    query = select(pairs.c.user_id, as_scalar(pairs.c.work_date), _IN, _OUT, *more).where(*scope.holds())
    query = query if among is None else query.where(among)
    ordered = query.order_by(pairs.c.work_date, pairs.c.user_id, pairs.c.in_at)
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(ordered)


def _place(places: bool) -> ColumnElement[Any]:
    """On SQLite, an index alone tells all but the office."""
    return pairs.c.in_office_id if places else null()


def weeks_with_records(connection: Connection, scope: Scope) -> Iterator[Any]:
    """User id, the worked minutes, and how many weeks (from Monday) have records."""
    worked = func.sum(LENGTH)
    weeks = func.count(distinct((DayNumber(pairs.c.work_date) + 3) // 7))
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


_IN, _OUT = minute(pairs.c.in_at), minute(pairs.c.out_at)
