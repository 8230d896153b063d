"""Checks paid breaks: that each lies inside its record and overlaps no other one, and that its life in the audit trail
is one that can have happened. A break is started, ended once and removed once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from storage import audit
from storage.audit import ABOUT_BREAKS, REPLACES, Action, Via
from storage.paid_breaks import Moment, PaidBreak, break_of_row, find, from_audit_fields, to_audit_fields
from storage.pairs import Pair, pair_of_row
from storage.tables import audit_entries, paid_breaks, pairs
from storage.verify_records import SKEW_ALLOWED, beginnings

Difference = tuple[str, str, str]
"""The workspace, the break, and what is wrong with it."""

_COLUMNS = len(paid_breaks.columns)
_NAMED = ("workspace_id", "subject", "sequence", "at", "actor", "via", "action", "facts")


def misplaced(connection: Connection) -> Iterator[Difference]:
    """Every break that isn't inside its record, or overlaps another one of it."""
    its_record = and_(pairs.c.workspace_id == paid_breaks.c.workspace_id, pairs.c.in_id == paid_breaks.c.in_id)
    of_record = (paid_breaks.c.workspace_id, paid_breaks.c.in_id, paid_breaks.c.start_at, paid_breaks.c.break_id)
    query = select(paid_breaks, pairs).select_from(paid_breaks.outerjoin(pairs, its_record)).order_by(*of_record)
    last: PaidBreak | None = None
    for row in connection.execution_options(yield_per=1000).execute(query):
        one, record = break_of_row(row), pair_of_row(row[_COLUMNS:]) if row[_COLUMNS] else None
        yield from ((one.workspace_id, one.break_id, what) for what in _faults(one, record))
        if one.deleted_at is not None:
            continue
        if last is not None and (last.workspace_id, last.in_id) != (one.workspace_id, one.in_id):
            last = None
        if last is not None and (last.end is None or last.end.at > one.start.at):
            yield one.workspace_id, one.break_id, f"overlaps another break of the same record, {last.break_id}"
        if last is None or (last.end and (one.end is None or one.end.at > last.end.at)):
            last = one


def _faults(one: PaidBreak, record: Pair | None) -> Iterator[str]:
    if record is None:
        yield f"is in a record that isn't there, {one.in_id}"
        return
    if record.user_id != one.user_id:
        yield f"is in a record of somebody else, {one.in_id}"
    if one.end is not None and one.end.at <= one.start.at:
        yield "ends before it begins"
    if any(moment and moment.at > moment.recorded_at + SKEW_ALLOWED for moment in (one.start, one.end)):
        yield "was in the future when it was entered"
    if one.deleted_at is not None:
        return
    ends_at = one.end.at if one.end else None
    is_longer = record.clock_out is not None and (ends_at is None or ends_at > record.clock_out.at)
    if one.start.at < record.clock_in.at or is_longer:
        yield f"reaches out of its record, {one.in_id}"


def differences(connection: Connection, passed: Callable[[], None]) -> Iterator[Difference]:
    """Every step that can't have happened, and every break that isn't as its newest entry says."""
    begins = beginnings(connection)
    life: _Life | None = None
    for row in _entries_with_breaks(connection):
        passed()
        if life is None or (life.workspace_id, life.break_id) != (row[0], row[1]):
            if life:
                yield from life.ends()
            is_now = break_of_row(row[len(_NAMED) :]) if row[len(_NAMED)] else None
            life = _Life(connection, row[0], row[1], begins.get(row[0]), is_now)
        yield from life.follow(_Step.read(row))
    if life:
        yield from life.ends()
    told = select(audit_entries.c.workspace_id, audit_entries.c.subject).where(*audit.in_every_chain(ABOUT_BREAKS))
    untold = select(paid_breaks.c.workspace_id, paid_breaks.c.break_id).except_(told)
    for workspace_id, break_id in connection.execution_options(yield_per=1000).execute(untold):
        yield workspace_id, break_id, "isn't in the audit trail: it was added outside the bot"


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry about a break. `one` is what it says of it, None where it can't be read."""

    sequence: int
    at: datetime
    actor: str
    via: str
    action: str
    one: PaidBreak | None
    replaces: str | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> _Step:
        _, _, sequence, at, actor, via, action, facts = row[: len(_NAMED)]
        try:
            told = json.loads(facts)
            return cls(sequence, at, actor, via, action, from_audit_fields(told), told.get(REPLACES))
        except (ValueError, TypeError, AttributeError):
            return cls(sequence, at, actor, via, action, None, None)

    def wrote(self, moment: Moment) -> bool:
        """Whether the moment says the same of who and when as the entry."""
        if moment.via != self.via:
            return False
        if self.via == Via.CLI:  # an import tells who entered it elsewhere, and when
            return moment.recorded_at <= self.at + SKEW_ALLOWED
        return moment.by == self.actor and abs(self.at - moment.recorded_at) <= SKEW_ALLOWED

    def __str__(self) -> str:
        return f"entry {self.sequence} ({self.action})"


class _Life:
    """The life of one break, as far as it was followed."""

    def __init__(
        self,
        connection: Connection,
        workspace_id: str,
        break_id: str,
        begins: datetime | None,
        is_now: PaidBreak | None,
    ) -> None:
        self.workspace_id, self.break_id = workspace_id, break_id
        self._connection, self._begins, self._is_now = connection, begins, is_now
        self._last: _Step | None = None

    def follow(self, step: _Step) -> Iterator[Difference]:
        """What is wrong with the next step."""
        if step.one is None:
            yield self._wrong(f"{step} can't be read")
        elif (step.one.workspace_id, step.one.break_id) != (self.workspace_id, self.break_id):
            yield self._wrong(f"{step} tells of another break")
        elif not self._can_follow(step, step.one):
            yield self._wrong(f"{step} can't follow {self._last}" if self._last else f"{step} can't be its first")
        elif not self._is_by_whom_it_says(step, step.one):
            yield self._wrong(f"{step} is by {step.actor or 'the bot'}, and says otherwise")
        self._last = step

    def ends(self) -> Iterator[Difference]:
        """How the break differs from the last step."""
        if self._is_now is None:
            yield self._wrong("is in the audit trail, but gone: it was removed outside the bot")
        elif self._last is None or self._last.one is None or self._is_now != self._last.one:
            said = to_audit_fields(self._last.one) if self._last and self._last.one else {}
            is_now = to_audit_fields(self._is_now)
            differing = [name for name in sorted(is_now) if said and said[name] != is_now[name]]
            yield self._wrong(f"isn't what the audit trail says (in {', '.join(differing) or 'everything'})")

    def _can_follow(self, step: _Step, one: PaidBreak) -> bool:
        """Whether the step changes just what it is for."""
        if self._last is None:
            if step.action == Action.START_BREAK:
                return one.deleted_at is None
            return self._begins is not None and one.start.recorded_at <= self._begins + SKEW_ALLOWED
        before = self._last.one
        if before is None:
            return True
        if before.deleted_at is not None:
            return False
        started = to_audit_fields(before), to_audit_fields(one)
        may_change = ("end_",) if step.action == Action.END_BREAK else ("deleted_",)
        same = all(started[0][name] == started[1][name] for name in started[0] if not name.startswith(may_change))
        if step.action == Action.END_BREAK:
            return same and before.end is None and one.end is not None
        return same and step.action == Action.REMOVE_BREAK and one.deleted_at is not None

    def _is_by_whom_it_says(self, step: _Step, one: PaidBreak) -> bool:
        if step.action == Action.REMOVE_BREAK:
            is_then = one.deleted_at is not None and abs(step.at - one.deleted_at) <= SKEW_ALLOWED
            return is_then and one.deleted_by == step.actor
        ended = [one.end] if one.end else []
        written = ended if step.action == Action.END_BREAK else [one.start, *ended]
        replaced = self._replaced(step)
        return all(moment in replaced or step.wrote(moment) for moment in written)

    def _replaced(self, step: _Step) -> Sequence[Moment | None]:
        """The moments of the break that this one takes the place of. One that was erased by its age is believed."""
        if step.replaces is None or step.one is None:
            return []
        was = find(self._connection, self.workspace_id, step.replaces)
        if was is None:
            return [step.one.start, step.one.end] if self._begins is not None else []
        return [was.start, was.end] if was.user_id == step.one.user_id else []

    def _wrong(self, what: str) -> Difference:
        return self.workspace_id, self.break_id, what


def _entries_with_breaks(connection: Connection) -> Iterator[Sequence[Any]]:
    """The named columns of each entry about a break, and those of the break."""
    its_break = and_(
        paid_breaks.c.workspace_id == audit_entries.c.workspace_id, paid_breaks.c.break_id == audit_entries.c.subject
    )
    query = (
        select(*(audit_entries.c[name] for name in _NAMED), paid_breaks)
        .select_from(audit_entries.outerjoin(paid_breaks, its_break))
        .where(*audit.in_every_chain(ABOUT_BREAKS))
        .order_by(*audit.IN_EVERY_CHAIN)
    )
    yield from connection.execution_options(yield_per=1000).execute(query)
