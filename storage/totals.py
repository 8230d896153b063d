"""Sums over pairs by work date: SQL adds up, Python words. Only living pairs count; open ones have no length yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Integer, distinct, func, select, type_coerce

from storage.tables import Day, Instant, pairs

Scope = tuple[Connection, str, date, date, Collection[str] | None, str | None]
"""Connection, workspace, first and last work date (both included), people (None: everyone), office (None: any)."""


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """A user's worked time over a range: the days on which they were present, and how many pairs made it."""

    user_id: str
    worked: timedelta
    days: int
    pairs: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A user's work date: from the first clock-in to the last clock-out (UTC), worked in between."""

    work_date: date
    first_in_at: datetime
    last_out_at: datetime | None
    worked: timedelta
    pairs: int
    zone: str


def worked(connection: Connection, workspace_id: str, first: date, last: date, user_id: str) -> timedelta:
    """The user's worked time over a range of work dates, both included."""
    where = _where(workspace_id, first, last, [user_id], None)
    return _microseconds(connection.execute(select(_worked()).where(*where)).scalar())


def per_person(
    connection: Connection,
    workspace_id: str,
    first: date,
    last: date,
    user_ids: Collection[str] | None,
    office_id: str | None,
) -> list[PersonTotal]:
    """Totals of everyone who has pairs in the range."""
    query = (
        select(pairs.c.user_id, _worked(), func.count(distinct(pairs.c.work_date)), func.count())
        .where(*_where(workspace_id, first, last, user_ids, office_id))
        .group_by(pairs.c.user_id)
    )
    return [
        PersonTotal(user_id, _microseconds(sum_), days, count)
        for user_id, sum_, days, count in connection.execute(query)
    ]


def per_day(
    connection: Connection, workspace_id: str, first: date, last: date, user_id: str, office_id: str | None
) -> list[DayTotal]:
    """A user's work dates that have pairs, oldest first."""
    query = (
        select(
            pairs.c.work_date,
            type_coerce(func.min(pairs.c.in_at), Instant),
            type_coerce(func.max(pairs.c.out_at), Instant),
            _worked(),
            func.count(),
            func.min(pairs.c.in_zone),
        )
        .where(*_where(workspace_id, first, last, [user_id], office_id))
        .group_by(pairs.c.work_date)
        .order_by(pairs.c.work_date)
    )
    return [
        DayTotal(day, first_in, last_out, _microseconds(sum_), count, zone)
        for day, first_in, last_out, sum_, count, zone in connection.execute(query)
    ]


def zones(
    connection: Connection,
    workspace_id: str,
    first: date,
    last: date,
    user_ids: Collection[str] | None,
    office_id: str | None,
) -> dict[str, tuple[date, date]]:
    """The zones in which people clocked in, each with the first and last work date there."""
    query = (
        select(
            pairs.c.in_zone,
            type_coerce(func.min(pairs.c.work_date), Day),
            type_coerce(func.max(pairs.c.work_date), Day),
        )
        .where(*_where(workspace_id, first, last, user_ids, office_id))
        .group_by(pairs.c.in_zone)
        .order_by(pairs.c.in_zone)
    )
    return {zone: (earliest, latest) for zone, earliest, latest in connection.execute(query)}


def dates_and_zones(
    connection: Connection,
    workspace_id: str,
    first: date,
    last: date,
    user_ids: Collection[str] | None,
    office_id: str | None,
    dates: Collection[date],
) -> set[tuple[date, str]]:
    """Which of `dates` have pairs, and in which zones."""
    where = _where(workspace_id, first, last, user_ids, office_id)
    query = select(pairs.c.work_date, pairs.c.in_zone).distinct().where(*where, pairs.c.work_date.in_(sorted(dates)))
    return {(day, zone) for day, zone in connection.execute(query)}


def _worked() -> ColumnElement[int]:
    return func.sum(type_coerce(pairs.c.out_at, Integer) - type_coerce(pairs.c.in_at, Integer))


def _microseconds(sum_: int | None) -> timedelta:
    return timedelta(microseconds=sum_ or 0)


def _where(
    workspace_id: str, first: date, last: date, user_ids: Collection[str] | None, office_id: str | None
) -> list[ColumnElement[bool]]:
    where = [
        pairs.c.workspace_id == workspace_id,
        pairs.c.work_date.between(first, last),
        pairs.c.deleted_at.is_(None),
    ]
    if user_ids is not None:
        where.append(pairs.c.user_id.in_(sorted(user_ids)))
    if office_id is not None:
        where.append(pairs.c.in_office_id == office_id)
    return where
