"""Who is on a break: of one person, found from their latest record in one statement; of many, by a condition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from storage.column_types import NotSelective, OneOf
from storage.paid_breaks import PaidBreak, break_of_row
from storage.pairs import DAY, Pair, pair_of_row
from storage.prepared import Prepared
from storage.tables import paid_breaks, pairs

LONGEST_AWAY = timedelta(hours=6)
"""Who isn't back by then has ended their day. It is shorter than the shortest rest that any law asks for."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break that somebody started. `pair` is the record before it or, if it's paid, around it; `id` the clock-out
    that started it, or the paid break's own. `at` is when it began, `recorded_at` when that was entered, `by` whom."""

    pair: Pair
    kind: str
    is_paid: bool
    id: str
    at: datetime
    recorded_at: datetime
    by: str
    ended_at: datetime | None = None

    @property
    def user_id(self) -> str:
        """Whose break it is."""
        return self.pair.user_id

    @property
    def zone(self) -> str:
        """The zone in which it began."""
        return (self.pair.clock_out or self.pair.clock_in).zone

    def until(self, at: datetime) -> Break:
        """The same break, which ended then."""
        return replace(self, ended_at=at)

    def is_over(self, now: datetime) -> bool:
        """Whether nobody is on it any more, although nobody ended it."""
        if self.is_paid:
            return now - self.pair.clock_in.at > DAY
        return not may_continue(self.pair, now)


def unpaid(pair: Pair) -> Break | None:
    """The break that the record's clock-out started."""
    out = pair.clock_out
    if out is None or pair.out_break is None:
        return None
    return Break(pair, pair.out_break, False, out.id, out.at, out.recorded_at, out.by)


def paid(pair: Pair, one: PaidBreak) -> Break:
    """The paid break inside that record."""
    ended_at = one.end.at if one.end else None
    return Break(pair, one.kind, True, one.break_id, one.start.at, one.start.recorded_at, one.start.by, ended_at)


def may_continue(pair: Pair, at: datetime) -> bool:
    """Whether a clock-in at that time continues the record's work date: it follows a break of the record, within six
    hours, and the date is still within a day of it (rule 6)."""
    if pair.clock_out is None or pair.out_break is None:
        return False
    is_near = timedelta() <= at - pair.clock_out.at <= LONGEST_AWAY
    return is_near and abs(at.astimezone(UTC).date() - pair.work_date) <= DAY


def continues(before: Pair, pair: Pair) -> bool:
    """Whether the record goes on after a break of the one before."""
    return pair.work_date == before.work_date and may_continue(before, pair.clock_in.at)


def on_unpaid_break(workspace_id: str, user_ids: Collection[str] | None, now: datetime) -> list[ColumnElement[bool]]:
    """Of which records `unpaid` is the break that somebody is on now: the same as `State.break_at`, of those people or
    of everybody."""
    later = pairs.alias("later")
    is_followed = select(later.c.in_id).where(
        later.c.workspace_id == workspace_id,
        later.c.user_id == pairs.c.user_id,
        later.c.in_at > pairs.c.in_at,
        later.c.deleted_at.is_(None),
    )
    ended, earliest = pairs.c.out_at.between(now - LONGEST_AWAY, now), now - LONGEST_AWAY - DAY
    where = [
        pairs.c.workspace_id == workspace_id,
        pairs.c.deleted_at.is_(None),
        pairs.c.out_break.is_not(None),
        NotSelective(pairs.c.work_date >= now.astimezone(UTC).date() - DAY),
        ~is_followed.exists(),
    ]
    if user_ids is None:
        return [*where, ended]
    # Found by person. A record lasts a day at most.
    return [*where, OneOf(pairs.c.user_id, user_ids), pairs.c.in_at >= earliest, NotSelective(ended)]


def unpaid_breaks_now(
    connection: Connection, workspace_id: str, now: datetime, user_ids: Collection[str] | None = None
) -> dict[str, Break]:
    """The unpaid break of everybody who is on one, or of those of these people, by user id."""
    query = select(pairs).where(*on_unpaid_break(workspace_id, user_ids, now))
    found = (unpaid(pair_of_row(row)) for row in connection.execute(query))
    return {on.user_id: on for on in found if on is not None}


def any_over_since(connection: Connection, workspace_id: str, since: datetime, now: datetime) -> bool:
    """Whether an unpaid break is over since then, because nobody ended it for so long."""
    over = pairs.c.out_at <= now - LONGEST_AWAY
    query = select(pairs.c.in_id).where(*on_unpaid_break(workspace_id, None, since), over).limit(1)
    return connection.execute(query).first() is not None


class State(NamedTuple):
    """A person's latest record, and the last paid break inside it."""

    latest: Pair | None
    paid: PaidBreak | None

    @property
    def open_pair(self) -> Pair | None:
        """Their open clock-in, if any: no record is later than an open one."""
        return self.latest if self.latest and self.latest.clock_out is None else None

    @property
    def open_paid(self) -> PaidBreak | None:
        """The paid break that they are on, if any."""
        return self.paid if self.open_pair and self.paid and self.paid.end is None else None

    @property
    def last_break(self) -> Break | None:
        """The break that nobody has ended, however long ago it began."""
        if self.latest is None:
            return None
        return paid(self.latest, self.open_paid) if self.open_paid else unpaid(self.latest)

    def break_at(self, now: datetime) -> Break | None:
        """The break that they are on."""
        found = self.last_break
        return None if found is None or found.is_over(now) else found


def state_of(connection: Connection, workspace_id: str, user_id: str) -> State:
    """Whether the person is in, out or on a break."""
    row = _STATE.first(connection, {"workspace": workspace_id, "user": user_id})
    if row is None:
        return State(None, None)
    size = len(pairs.c)
    inside = row[size:]
    return State(pair_of_row(row[:size]), break_of_row(inside) if inside[0] is not None else None)


def break_now(connection: Connection, workspace_id: str, user_id: str, now: datetime) -> Break | None:
    """The break that the person is on."""
    return state_of(connection, workspace_id, user_id).break_at(now)


_LATEST = (
    select(pairs)
    .where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.user_id == bindparam("user"),
        pairs.c.deleted_at.is_(None),
    )
    .order_by(pairs.c.in_at.desc())
    .limit(1)
    .subquery("latest")
)
_other = paid_breaks.alias("other")
_LAST_INSIDE = (
    select(_other.c.break_id)
    .where(
        _other.c.workspace_id == bindparam("workspace"),
        _other.c.in_id == _LATEST.c.in_id,
        _other.c.deleted_at.is_(None),
    )
    .order_by(_other.c.start_at.desc())
    .limit(1)
    .correlate(_LATEST)
    .scalar_subquery()
)
_STATE = Prepared(
    select(_LATEST, paid_breaks).select_from(
        _LATEST.outerjoin(
            paid_breaks,
            and_(paid_breaks.c.workspace_id == bindparam("workspace"), paid_breaks.c.break_id == _LAST_INSIDE),
        )
    )
)
