"""Sums by person and month of the work dates. Triggers on `pairs` keep them, in the transaction of every change."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    type_coerce,
)

from storage.column_types import Day, EachOnce, Elapsed, EnteredByHand, Minute, MonthOf, OneOf
from storage.pairs import DAY, LONGEST_BREAK, NOTHING, Scope
from storage.tables import monthly_sums, pairs

Difference = tuple[str, str, date]
"""The workspace, the person and the month."""

ROWS_AT_ONCE = 500
_KEY = ("workspace_id", "user_id", "month")
_SUMS = ("pairs", "days", "worked", "breaks", "by_hand")


def whole_months(scope: Scope) -> tuple[Scope | None, list[Scope]]:
    """The months that the scope holds wholly, and the days before and after them. Of one office there are no sums."""
    first, last = scope.first, scope.last
    if scope.office_id is not None or (first.day > 1 and _end_of_month(first) >= last):
        return None, [scope]
    if first.day > 1:
        first = _end_of_month(first) + DAY
    if last < _end_of_month(last):
        if last.replace(day=1) <= first:
            return None, [scope]
        last = last.replace(day=1) - DAY
    edges = [replace(scope, last=first - DAY)] if scope.first < first else []
    edges += [replace(scope, first=last + DAY)] if scope.last > last else []
    return replace(scope, first=first, last=last), edges


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def of_people(connection: Connection, months: Scope) -> Iterator[Any]:
    """User id, worked time, days, records, breaks and how many were entered by hand, of everyone who has records."""
    lengths = {name: type_coerce(func.sum(monthly_sums.c[name]), Elapsed) for name in ("worked", "breaks")}
    # PostgreSQL's sum of whole numbers is a decimal one.
    counts = {name: cast(func.sum(monthly_sums.c[name]), BigInteger) for name in ("days", "pairs", "by_hand")}
    found: dict[str, ColumnElement[Any]] = {**lengths, **counts}
    summed = [found[name] for name in ("worked", "days", "pairs", "breaks", "by_hand")]
    query = select(monthly_sums.c.user_id, *summed).where(*_holds(months)).group_by(monthly_sums.c.user_id)
    # Between these, other requests have their turn.
    yield from connection.execution_options(yield_per=ROWS_AT_ONCE).execute(query)


def zones(connection: Connection, months: Scope) -> set[str]:
    """The zones in which people clocked in."""
    found = connection.scalars(select(monthly_sums.c.zones).distinct().where(*_holds(months)))
    return {zone for several in found for zone in several.split(",")}


def first_and_last_day(connection: Connection, months: Scope) -> tuple[date, date] | None:
    """From the beginning of the first month with records to the end of the last one."""
    month = monthly_sums.c.month
    ends = [type_coerce(end, Day) for end in (func.min(month), func.max(month))]
    found = connection.execute(select(*ends).where(*_holds(months))).one()
    return (found[0], _end_of_month(found[1])) if found[0] else None


def _holds(months: Scope) -> list[ColumnElement[bool]]:
    where = [
        monthly_sums.c.workspace_id == months.workspace_id,
        monthly_sums.c.month.between(months.first, months.last),
    ]
    if months.user_ids is not None:
        where.append(OneOf(monthly_sums.c.user_id, months.user_ids))
    return where


def fill(connection: Connection) -> None:
    """Adds up every record, for a ledger that has no sums yet."""
    connection.execute(insert(monthly_sums).from_select([*_KEY, *_SUMS, "zones"], _added_up()))


def differences(connection: Connection) -> Iterator[Difference]:
    """The months whose sums aren't those of the records, or are missing, or have no records."""
    again = _added_up().subquery()
    columns = [*_KEY, *_SUMS]
    kept = select(*(monthly_sums.c[name] for name in columns))
    fresh = select(*(again.c[name] for name in columns))
    unlike = kept.except_(fresh).subquery(), fresh.except_(kept).subquery()
    wrong = [select(*(one.c[name] for name in _KEY)) for one in unlike]
    both = wrong[0].union(wrong[1], _without_their_zones()).subquery()
    key = (both.c.workspace_id, both.c.user_id, type_coerce(both.c.month, Day))
    for row in connection.execution_options(yield_per=1000).execute(select(*key).order_by(*key)):
        yield row[0], row[1], row[2]


def _without_their_zones() -> Select[Any]:
    """The months in which somebody clocked in in a zone that isn't told."""
    month = MonthOf(pairs.c.work_date)
    own = and_(
        monthly_sums.c.workspace_id == pairs.c.workspace_id,
        monthly_sums.c.user_id == pairs.c.user_id,
        monthly_sums.c.month == month,
    )
    told = ("," + monthly_sums.c.zones + ",").contains("," + pairs.c.in_zone + ",")
    has = select(literal(1)).where(own, told).exists()
    return select(pairs.c.workspace_id, pairs.c.user_id, month).where(pairs.c.deleted_at.is_(None), ~has).distinct()


def _added_up() -> Select[Any]:
    """Every row as the records have it."""
    in_at, out_at = Minute(pairs.c.in_at), Minute(pairs.c.out_at)
    of_a_day = [pairs.c.workspace_id, pairs.c.work_date, pairs.c.user_id]
    gap = in_at - func.lag(out_at).over(partition_by=of_a_day, order_by=pairs.c.in_at)
    place = func.row_number().over(partition_by=of_a_day, order_by=pairs.c.in_at)
    pair = (
        select(
            pairs.c.workspace_id,
            pairs.c.user_id,
            MonthOf(pairs.c.work_date).label("month"),
            pairs.c.in_zone,
            (out_at - in_at).label("worked"),
            type_coerce(gap, Elapsed).label("gap"),
            place.label("place"),
            case((EnteredByHand(), 1)).label("by_hand"),
        )
        .where(pairs.c.deleted_at.is_(None))
        .subquery()
    )
    key = [pair.c[name] for name in _KEY]
    nothing = type_coerce(NOTHING, Elapsed)
    return select(
        *key,
        func.count().label("pairs"),
        func.count().filter(pair.c.place == 1).label("days"),
        func.coalesce(func.sum(pair.c.worked), nothing).label("worked"),
        func.coalesce(func.sum(case((pair.c.gap < LONGEST_BREAK, pair.c.gap))), nothing).label("breaks"),
        func.count(pair.c.by_hand).label("by_hand"),
        EachOnce(pair.c.in_zone).label("zones"),
    ).group_by(*key)
