"""Corrections: somebody asks to add, change or remove a record, the person and the employer answer, and its outcome
follows from both answers. What was asked never changes, and each answer is given once."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from storage import audit
from storage.column_types import OneOf
from storage.errors import UnknownCorrection
from storage.pairs import Pair, Scope, from_audit_fields, instant_of
from storage.pairs import to_audit_fields as pair_fields
from storage.tables import corrections

Kind = Literal["add", "change", "remove"]
Answer = Literal["yes", "no"]
Outcome = Literal["applied", "applied-without-agreement", "refused", "withdrawn"]
Part = Literal["person", "employer"]

ANSWER_WITHIN = timedelta(days=7)
"""After that, an employer may apply without the person's answer. The database has the same number."""
APPLIED: Collection[Outcome] = ("applied", "applied-without-agreement")


@dataclass(frozen=True, slots=True)
class Correction:
    """What `asked_by` asked for in the user's records: `before` (None to add) is the record as it was then, `after`
    (None to remove) as it should be, with provisional ids. Both answers, what each side said beside it (`account` the
    person, `refusal` the employer), and what came of it.

    The reason is None once it was erased, or where a program gave none.
    """

    workspace_id: str
    correction_id: str
    user_id: str
    kind: Kind
    target_in_id: str | None
    before: Pair | None
    after: Pair | None
    first_day: date
    last_day: date
    reason: str | None
    asked_by: str
    asked_at: datetime
    asked_via: str
    person_answer: Answer | None = None
    person_at: datetime | None = None
    account: str | None = None
    employer_answer: Answer | None = None
    employer_by: str | None = None
    employer_at: datetime | None = None
    refusal: str | None = None
    outcome: Outcome | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    result_in_id: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether it has no outcome yet."""
        return self.outcome is None

    @property
    def is_asked_by_person(self) -> bool:
        """Whether the person asked. Then an employer answers, else the person does."""
        return self.asked_by == self.user_id

    @property
    def waits_for(self) -> Part | None:
        """Whose turn it is. After an objection, the employer applies it all the same, or drops it."""
        if self.outcome is not None:
            return None
        return "employer" if self.is_asked_by_person or self.person_answer == "no" else "person"

    @property
    def is_objected(self) -> bool:
        """Whether the person said no to what an employer asked for."""
        return self.person_answer == "no"

    @property
    def applicable_since(self) -> datetime:
        """When an employer may apply it without an answer."""
        return self.asked_at + ANSWER_WITHIN

    @property
    def is_overtaken(self) -> bool:
        """Whether it was refused because the record had changed meanwhile."""
        return self.outcome == "refused" and self.employer_answer != "no"

    @property
    def is_own_answer(self) -> bool:
        """Whether a sole admin answered their own."""
        return self.employer_by == self.user_id

    @property
    def latest_at(self) -> datetime:
        """The time of the last step."""
        return max(at for at in (self.asked_at, self.person_at, self.employer_at, self.done_at) if at is not None)


def add(connection: Connection, correction: Correction) -> None:
    """Writes a new one, if no other about the record waits. Its person is locked."""
    connection.execute(insert(corrections).values(_row(correction)))


def advance(connection: Connection, before: Correction, **step: Any) -> Correction:
    """Writes the next step of one that waits and is as in `before`, because its person is locked."""
    connection.execute(update(corrections).where(*_is(before)).values(step))
    return replace(before, **step)


def find(connection: Connection, workspace_id: str, correction_id: str) -> Correction:
    """The correction. Raises UnknownCorrection."""
    here = (corrections.c.workspace_id == workspace_id, corrections.c.correction_id == correction_id)
    row = connection.execute(select(corrections).where(*here)).first()
    if row is None:
        raise UnknownCorrection(correction_id)
    return of_row(row._mapping)


def waiting_about(connection: Connection, workspace_id: str, in_id: str | None) -> Correction | None:
    """The one about that record that waits, if any."""
    if in_id is None:
        return None
    query = _here(workspace_id).where(corrections.c.target_in_id == in_id, corrections.c.outcome.is_(None))
    row = connection.execute(query).first()
    return of_row(row._mapping) if row else None


def of_people(
    connection: Connection,
    workspace_id: str,
    user_ids: Collection[str] | None,
    *,
    waiting: bool | None = None,
    days: tuple[date, date] | None = None,
) -> list[Correction]:
    """Those about the records of these people (None: of everyone), oldest first: all, those that wait, or those that
    don't; with `days`, those about a work date from the first to the last of them."""
    query = _here(workspace_id)
    if user_ids is not None:
        query = query.where(OneOf(corrections.c.user_id, user_ids))
    if waiting is not None:
        query = query.where(corrections.c.outcome.is_(None) if waiting else corrections.c.outcome.is_not(None))
    if days is not None:
        query = query.where(corrections.c.first_day <= days[1], corrections.c.last_day >= days[0])
    ordered = query.order_by(corrections.c.asked_at, corrections.c.correction_id)
    return [of_row(row._mapping) for row in connection.execute(ordered)]


def workspaces_waiting(connection: Connection, since: datetime) -> set[str]:
    """The workspaces with one that was asked for before and waits."""
    waits = (corrections.c.outcome.is_(None), corrections.c.asked_at < since)
    return set(connection.scalars(select(corrections.c.workspace_id).where(*waits).distinct()))


def asked_by(connection: Connection, workspace_id: str, user_id: str) -> list[Correction]:
    """Those that the person asked for and that wait, oldest first."""
    theirs = (corrections.c.asked_by == user_id, corrections.c.outcome.is_(None))
    ordered = _here(workspace_id).where(*theirs).order_by(corrections.c.asked_at, corrections.c.correction_id)
    return [of_row(row._mapping) for row in connection.execute(ordered)]


def by_ids(connection: Connection, workspace_id: str, correction_ids: Collection[str]) -> dict[str, Correction]:
    """Those of these ids that are there."""
    if not correction_ids:
        return {}
    query = _here(workspace_id).where(corrections.c.correction_id.in_(sorted(correction_ids)))
    found = [of_row(row._mapping) for row in connection.execute(query)]
    return {one.correction_id: one for one in found}


def have_made_some(connection: Connection, workspace_id: str) -> bool:
    """Whether any record of the workspace was made by one."""
    made = (corrections.c.workspace_id == workspace_id, corrections.c.result_in_id.is_not(None))
    return connection.execute(select(corrections.c.result_in_id).where(*made).limit(1)).first() is not None


def that_made(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, Correction]:
    """The one that was applied and made the record, by the record's clock-in."""
    if not in_ids:
        return {}
    found = connection.execute(_here(workspace_id).where(OneOf(corrections.c.result_in_id, in_ids)))
    return {row.result_in_id: of_row(row._mapping) for row in found}


def that_removed(connection: Connection, workspace_id: str, found: Collection[Pair]) -> dict[str, Correction]:
    """The one by which the record is deleted now, by the record's clock-in. Not one after which it was restored."""
    gone = {pair.clock_in.id: pair for pair in found if pair.deleted_at and not pair.replaced_by}
    if not gone:
        return {}
    removes = (corrections.c.kind == "remove", corrections.c.outcome.in_(APPLIED))
    query = _here(workspace_id).where(*removes, OneOf(corrections.c.target_in_id, gone))
    done = map(of_row, connection.execute(query.order_by(corrections.c.done_at, corrections.c.asked_at)).mappings())
    return {one.target_in_id: one for one in done if one.target_in_id and _deleted(one, gone[one.target_in_id])}


def _deleted(one: Correction, gone: Pair) -> bool:
    """Whether the record is deleted since then, and by who asked. What deleted it again after it was restored came
    later; the correction itself may be dated later than its deletion, if the clock was set back."""
    if one.done_at is None or gone.deleted_at is None:
        return False
    return gone.deleted_at <= one.done_at and gone.deleted_by == one.asked_by


def made_in(connection: Connection, scope: Scope, outcomes: Collection[Outcome]) -> Collection[str]:
    """The clock-ins of records that corrections of those days and people made."""
    return connection.scalars(that_made_within(scope, outcomes)).all()


def that_made_within(scope: Scope, outcomes: Collection[Outcome]) -> Select[*tuple[Any, ...]]:
    """The same, for a query."""
    where = (*_ended_in(scope, outcomes), corrections.c.result_in_id.is_not(None))
    return select(corrections.c.result_in_id).where(*where)


def removed_in(connection: Connection, scope: Scope, outcomes: Collection[Outcome]) -> Collection[str]:
    """The clock-ins of records that corrections of those days and people removed."""
    where = (*_ended_in(scope, outcomes), corrections.c.kind == "remove")
    return connection.scalars(select(corrections.c.target_in_id).where(*where)).all()


def _ended_in(scope: Scope, outcomes: Collection[Outcome]) -> Iterator[ColumnElement[bool]]:
    yield corrections.c.workspace_id == scope.workspace_id
    yield corrections.c.outcome.in_(outcomes)
    yield corrections.c.first_day <= scope.last
    yield corrections.c.last_day >= scope.first
    if scope.user_ids is not None:
        yield OneOf(corrections.c.user_id, scope.user_ids)


def about_records(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, list[Correction]]:
    """Those that were applied, by the clock-in of the record that each made, or removed."""
    ids = sorted(in_ids)
    applied = corrections.c.outcome.in_(APPLIED)
    found: dict[str, list[Correction]] = {}
    for column in (corrections.c.result_in_id, corrections.c.target_in_id):
        for row in connection.execute(_here(workspace_id).where(applied, column.in_(ids))):
            one = of_row(row._mapping)
            if one.result_in_id is None or column is corrections.c.result_in_id:
                found.setdefault(one.result_in_id or one.target_in_id or "", []).append(one)
    return found


def to_audit_fields(correction: Correction) -> dict[str, Any]:
    """Every column of the correction, for its audit entry."""
    return _row(correction)


def from_audit_fields_of(told: Mapping[str, Any]) -> Correction:
    """The correction as it was when the entry was written. Raises KeyError, TypeError or ValueError."""
    found = dict(told)
    for name in ("asked_at", "person_at", "employer_at", "done_at"):
        found[name] = found[name] and instant_of(found[name])
    for name in ("first_day", "last_day"):
        found[name] = date.fromisoformat(found[name])
    return of_row(found)


def of_row(row: Mapping[Any, Any]) -> Correction:
    """The correction in a row of the table. Raises NotARecord."""
    found = {name: row[name] for name in _NAMES}
    for name in ("before", "after"):
        found[name] = _pair(row, name)
    return Correction(**found)


def _row(correction: Correction) -> dict[str, Any]:
    values = {name: getattr(correction, name) for name in _NAMES}
    for name in ("before", "after"):
        pair: Pair | None = values[name]
        said = dict.fromkeys(_COMMENTS) if pair is None else {one: pair_fields(pair)[one] for one in _COMMENTS}
        values |= {f"{name}_{one}": said[one] for one in _COMMENTS}
        values[name] = None if pair is None else audit.canonical(_without_private(pair))
    return values


def _pair(row: Mapping[Any, Any], name: str) -> Pair | None:
    if row[name] is None:
        return None
    return from_audit_fields(json.loads(row[name]) | _NO_PRIVATE | {one: row[f"{name}_{one}"] for one in _COMMENTS})


def _without_private(pair: Pair) -> dict[str, object]:
    return {name: value for name, value in pair_fields(pair).items() if name not in audit.PRIVATE}


def _here(workspace_id: str) -> Select[*tuple[Any, ...]]:
    return select(corrections).where(corrections.c.workspace_id == workspace_id)


def _is(correction: Correction) -> tuple[ColumnElement[bool], ...]:
    return (
        corrections.c.workspace_id == correction.workspace_id,
        corrections.c.correction_id == correction.correction_id,
    )


_COMMENTS = ("in_comment", "out_comment")
_NAMES = tuple(field.name for field in fields(Correction))
_NO_PRIVATE: dict[str, object] = dict.fromkeys(audit.PRIVATE)
