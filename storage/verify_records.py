"""Replays the life of each record from its audit entries, and compares its end with the record.

A record is opened or created, or takes the place of another one; it is closed once, deleted and restored. The break
that its clock-out started can become the end of the day. Each entry may change only what its step changes, and says the
same of who and when as the entry itself. Read record by record, so that memory stays flat.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, select

from storage import audit
from storage.audit import CORRECTION, DIGEST, PRIVATE, REPLACES, UNDONE, Action, Via
from storage.corrections import APPLIED
from storage.errors import NotARecord
from storage.pairs import Pair, PairEvent, by_event, from_audit_fields, pair_of_row, to_audit_fields
from storage.tables import audit_entries, audit_starts, corrections, paid_breaks, pairs

SKEW_ALLOWED = timedelta(minutes=1)

Difference = tuple[str, str, str]
"""The workspace, the record's clock-in, and what is wrong with it."""

_COLUMNS = frozenset(column.name for column in pairs.c)
_OUT = frozenset(name for name in _COLUMNS if name.startswith("out_"))
_DELETION = frozenset({"deleted_at", "deleted_by", "replaced_by_id"})
_CHANGES = {
    Action.CLOCK_OUT: _OUT,
    Action.DELETE: _DELETION,
    Action.RESTORE: _DELETION,
    Action.END_DAY: frozenset({"out_break"}),
}
"""What each step changes of a record that is there."""
_FROM = {
    Action.CLOCK_OUT: ("open",),
    Action.DELETE: ("open", "closed"),
    Action.RESTORE: ("deleted",),
    Action.END_DAY: ("closed",),
}
_TO = {
    Action.CLOCK_IN: ("open",),
    Action.CLOCK_OUT: ("closed",),
    Action.CREATE: ("closed",),
    Action.CHANGE: ("open", "closed"),
    Action.DELETE: ("deleted",),
    Action.RESTORE: ("open", "closed"),
    Action.END_DAY: ("closed",),
}
_SAME = ("at", "recorded_at", "by", "via", "zone", "office_id")
"""What stays of a half whose record is replaced."""
_OF_THE_WRITTEN = frozenset({"in_id", "out_id", "in_recorded_at", "out_recorded_at", "replaces_id"})
"""What a record has of its own, and not from the correction that it was written for."""
_BEGINNINGS = (Action.CLOCK_IN, Action.CREATE, Action.CHANGE)
_WRITTEN = {Action.CLOCK_IN: ("in",), Action.CLOCK_OUT: ("out",), Action.CREATE: ("in", "out")}
"""The halves that a step writes."""


def differences(connection: Connection, passed: Callable[[], None]) -> Iterator[Difference]:
    """Every step that can't have happened, and every record that isn't as its newest entry says."""
    begins = beginnings(connection)
    life: _Life | None = None
    for row in _entries_with_pairs(connection):
        passed()
        if life is None or (life.workspace_id, life.in_id) != (row[0], row[1]):
            if life:
                yield from life.ends()
            life = _Life(connection, row[0], row[1], begins.get(row[0]), pair_of_row(row[9:]) if row[10] else None)
        yield from life.follow(_Step.read(row))
    if life:
        yield from life.ends()
    # Not as a look for each record: SQLite would take the entries of the whole workspace for that.
    about_records = audit_entries.c.action.in_(audit.ABOUT_RECORDS)
    told = select(audit_entries.c.workspace_id, audit_entries.c.subject).where(about_records)
    untold = select(pairs.c.workspace_id, pairs.c.in_id).except_(told)
    for workspace_id, in_id in connection.execution_options(yield_per=1000).execute(untold):
        if not _is_kept_for_its_breaks(connection, workspace_id, in_id, begins.get(workspace_id)):
            yield workspace_id, in_id, "isn't in the audit trail: it was added outside the bot"


def _is_kept_for_its_breaks(connection: Connection, workspace_id: str, in_id: str, begins: datetime | None) -> bool:
    """Whether its entries went by their age, and it is there for a break that was entered later."""
    record = by_event(connection, workspace_id, in_id)
    is_old = begins is not None and all(half.recorded_at <= begins + SKEW_ALLOWED for half in record.halves)
    here = (paid_breaks.c.workspace_id == workspace_id, paid_breaks.c.in_id == in_id)
    return is_old and connection.execute(select(paid_breaks.c.break_id).where(*here).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class _Step:
    """An entry about a record. `told` and `pair` are what it says of it, None where it can't be read."""

    sequence: int
    at: datetime
    actor: str
    via: str
    action: Action
    told: dict[str, Any] | None
    pair: Pair | None
    is_erased: bool

    @classmethod
    def read(cls, row: Sequence[Any]) -> _Step:
        _, _, sequence, at, actor, via, action, facts, private = row[:9]
        told = pair = None
        is_erased = False
        try:
            found = json.loads(facts)
            if found.pop(DIGEST, None):
                is_erased = private is None
                found |= json.loads(private or "{}")
            pair = from_audit_fields(found)
            if CORRECTION in found and not {"id", "by", "via"} <= found[CORRECTION].keys():
                raise NotARecord("no correction")
            told = found
        except (ValueError, TypeError, AttributeError):
            pass  # no record: `_Life` says so
        return cls(sequence, at, actor, via, Action(action), told, pair, is_erased)

    @property
    def state(self) -> str:
        """In which the step leaves the record."""
        assert self.pair is not None
        if self.pair.deleted_at is not None:
            return "deleted"
        return "open" if self.pair.clock_out is None else "closed"

    @property
    def correction(self) -> dict[str, Any] | None:
        """The correction that it was done for."""
        return (self.told or {}).get(CORRECTION)

    @property
    def author(self) -> tuple[str, str]:
        """By whom and through what the entry's events were made: of a correction, by who asked for it."""
        if self.correction is not None:
            return self.correction["by"], self.correction["via"]
        return self.actor, self.via

    def is_when(self, told: datetime | None) -> bool:
        """Whether something that was written with the entry names its time."""
        return told is not None and abs(self.at - told) <= SKEW_ALLOWED

    def __str__(self) -> str:
        return f"entry {self.sequence} ({self.action})"


class _Life:
    """The life of one record, as far as it was followed."""

    def __init__(
        self, connection: Connection, workspace_id: str, in_id: str, begins: datetime | None, pair: Pair | None
    ) -> None:
        self.workspace_id, self.in_id = workspace_id, in_id
        self._connection, self._begins, self._pair = connection, begins, pair
        self._last: _Step | None = None

    def follow(self, step: _Step) -> Iterator[Difference]:
        """What is wrong with the next step."""
        if step.told is None or step.pair is None:
            yield self._wrong(f"{step} can't be read")
        else:
            if impossible := self._impossible(step):
                yield self._wrong(impossible)
            elif changed := self._changed(step):
                yield self._wrong(f"{step} changes what such an entry can't (in {', '.join(changed)})")
            if unlike := sorted(self._unlike(step, step.told, step.pair)):
                who_and_when = f"{step.actor or 'the bot'} at {step.at:%Y-%m-%d %H:%M:%S} UTC"
                yield self._wrong(f"{step} is by {who_and_when}, and says otherwise (in {', '.join(unlike)})")
        self._last = step

    def ends(self) -> Iterator[Difference]:
        """How the record differs from the last step."""
        if self._pair is None:
            yield self._wrong("is in the audit trail, but gone: it was removed outside the bot")
            return
        said = self._last.told if self._last else None
        is_now = json.loads(audit.canonical(to_audit_fields(self._pair)))
        differing = [name for name in sorted(_COLUMNS) if said and said.get(name) != is_now[name]]
        if differing or said is None:
            yield self._wrong(f"isn't what the audit trail says (in {', '.join(differing) or 'everything'})")

    def _impossible(self, step: _Step) -> str | None:
        if step.state not in _TO[step.action]:
            return f"{step} can't leave it {step.state}"
        if step.action is Action.END_DAY and step.told and step.told.get("out_break"):
            return f"{step} can't leave it on a break"
        if self._last is None:
            may_begin = step.action in _BEGINNINGS or self._began_before_the_chain(step.pair)
            return None if may_begin else f"{step} can't be its first"
        if self._last.told is None:
            return None
        if self._last.state not in _FROM.get(step.action, ()):
            return f"{step} can't follow {self._last}: it was {self._last.state} then"
        if step.action is Action.END_DAY and not self._last.told.get("out_break"):
            return f"{step} can't follow {self._last}, which started no break"
        return None

    def _began_before_the_chain(self, pair: Pair | None) -> bool:
        """Whether its first entries may have been erased by their age."""
        if self._begins is None or pair is None:
            return False
        return pair.clock_in.recorded_at <= self._begins + SKEW_ALLOWED

    def _changed(self, step: _Step) -> list[str]:
        """What the step changed beside what it is for."""
        before = self._last
        if before is None or before.told is None or step.told is None:
            return []
        kept = _COLUMNS - _CHANGES[step.action]
        gone = dict.fromkeys(PRIVATE) if before.is_erased else {}
        return sorted(
            name
            for name in kept
            if not (step.is_erased and name in PRIVATE) and (before.told | gone).get(name) != step.told.get(name)
        )

    def _unlike(self, step: _Step, told: dict[str, Any], pair: Pair) -> Iterator[str]:
        """What names another record, person, way or time than the entry."""
        if pair.clock_in.id != self.in_id:
            yield "in_id"
        if pair.workspace_id != self.workspace_id:
            yield "workspace_id"
        if step.action is Action.DELETE and UNDONE in told:
            yield from self._unlike_an_undo(step, told[UNDONE], pair)
        if step.correction is not None and not self._was_asked_for(step.correction, step.action, pair):
            yield CORRECTION
        if step.action is Action.DELETE:
            if pair.deleted_by != step.author[0]:
                yield "deleted_by"
            if not step.is_when(pair.deleted_at):
                yield "deleted_at"
        if former := pair.replaces if step.action is Action.CHANGE else told.get(REPLACES):
            yield from self._unlike_the_replaced(step, told, pair, former)
            return
        if step.action is Action.CHANGE:
            yield "replaces_id"
        halves = {"in": pair.clock_in, "out": pair.clock_out}
        for name in _WRITTEN.get(step.action, ()):
            if half := halves[name]:
                yield from (f"{name}_{what}" for what in _unlike_its_entry(half, step))

    def _unlike_an_undo(self, step: _Step, undone: str, pair: Pair) -> Iterator[str]:
        """People undo what they entered themselves; of a change, who may change does."""
        halves = {"in": pair.clock_in, "out": pair.clock_out}
        match undone:
            case Action.CLOCK_IN | Action.CLOCK_OUT:
                of = halves if undone == Action.CLOCK_IN else {"out": pair.clock_out}
                yield from (f"{name}_by" for name, half in of.items() if half and half.by != step.actor)
            case Action.END_DAY:
                if self._last and (self._last.action, self._last.actor) != (Action.END_DAY, step.actor):
                    yield UNDONE
            case Action.CHANGE:
                pass
            case _:
                yield UNDONE

    def _unlike_the_replaced(self, step: _Step, told: dict[str, Any], pair: Pair, former: str) -> Iterator[str]:
        """A clock-in that was opened again is the one that it replaces. Of a record that was changed or that a break
        has cut, a half is the old one, or was written with the entry."""
        replaced = select(pairs).where(pairs.c.workspace_id == self.workspace_id, pairs.c.in_id == former)
        row = self._connection.execute(replaced).first()
        if row is None:  # erased by its age
            if self._begins is None:
                yield REPLACES
            return
        was = json.loads(audit.canonical(to_audit_fields(pair_of_row(row))))
        is_changed = step.action is Action.CHANGE
        yield from (name for name in ("user_id", "work_date")[: 1 if is_changed else 2] if told[name] != was[name])
        if told.get(UNDONE) == Action.END_DAY and told["out_break"] not in self._breaks_of(former):
            yield "out_break"
        is_cut = is_changed or step.action is Action.CREATE
        halves = {"in": pair.clock_in} | ({"out": pair.clock_out} if is_cut and pair.clock_out else {})
        for prefix, half in halves.items():
            unlike = [name for name in _SAME if told[f"{prefix}_{name}"] != was[f"{prefix}_{name}"]]
            if unlike and is_cut and half:
                unlike = list(_unlike_its_entry(half, step))
            yield from (f"{prefix}_{name}" for name in unlike)

    def _breaks_of(self, in_id: str) -> Iterator[str | None]:
        """The kinds of break that the record is said to have ended for."""
        for entry in audit.about(self._connection, self.workspace_id, audit.Kind.RECORD, [in_id]):
            with suppress(ValueError):  # its own life says so
                yield entry.told().get("out_break")

    def _was_asked_for(self, told: dict[str, Any], action: Action, pair: Pair) -> bool:
        """Whether that correction was applied, and to this record."""
        here = (corrections.c.workspace_id == self.workspace_id, corrections.c.correction_id == told["id"])
        one = self._connection.execute(select(corrections).where(*here)).first()
        if one is None or (one.asked_by, one.asked_via) != (told["by"], told["via"]):
            return False
        of = one.target_in_id if action is Action.DELETE else one.result_in_id
        is_it = one.outcome in APPLIED and (one.user_id, of) == (pair.user_id, pair.clock_in.id)
        return is_it and (action is Action.DELETE or _is_what_was_asked_for(pair, one.after))

    def _wrong(self, what: str) -> Difference:
        return self.workspace_id, self.in_id, what


def _is_what_was_asked_for(pair: Pair, after: str | None) -> bool:
    """Whether the record is what the correction said, but for what only a written one has."""
    asked, written = json.loads(after or "{}"), json.loads(audit.canonical(to_audit_fields(pair)))
    return bool(asked) and all(written[name] == said for name, said in asked.items() if name not in _OF_THE_WRITTEN)


def _unlike_its_entry(half: PairEvent, step: _Step) -> Iterator[str]:
    by, via = step.author
    if half.via != via:
        yield "via"
    if step.via == Via.CLI:  # an import tells who entered it elsewhere, and when
        if half.recorded_at > step.at + SKEW_ALLOWED:
            yield "recorded_at"
        return
    if half.by != by:
        yield "by"
    if not step.is_when(half.recorded_at):
        yield "recorded_at"


def _entries_with_pairs(connection: Connection) -> Iterator[Sequence[Any]]:
    """Nine columns of each entry about a record, and those of the record."""
    its_pair = and_(pairs.c.workspace_id == audit_entries.c.workspace_id, pairs.c.in_id == audit_entries.c.subject)
    named = ("workspace_id", "subject", "sequence", "at", "actor", "via", "action", "facts", "private")
    query = (
        select(*(audit_entries.c[name] for name in named), pairs)
        .select_from(audit_entries.outerjoin(pairs, its_pair))
        .where(audit_entries.c.action.in_(audit.ABOUT_RECORDS))
        .order_by(audit_entries.c.workspace_id, audit_entries.c.subject, audit_entries.c.sequence)
    )
    yield from connection.execution_options(yield_per=1000).execute(query)


def beginnings(connection: Connection) -> dict[str, datetime]:
    """When the first entry was written of each chain whose older ones were erased by their age."""
    first = (
        select(audit_entries.c.at)
        .where(
            audit_entries.c.workspace_id == audit_starts.c.workspace_id,
            audit_entries.c.sequence == audit_starts.c.sequence + 1,
        )
        .scalar_subquery()
    )
    found = connection.execute(select(audit_starts.c.workspace_id, first)).all()
    return {workspace_id: at for workspace_id, at in found if at is not None}
