"""Writes the paid breaks of imported records, and the clock-out of a record that was open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from bot.calendar.worktime import SKEW_ALLOWED
from bot.errors import InvalidRecord
from bot.imports.source_records import Event, Record
from bot.people.audit_entries import Action
from bot.webhooks import calls
from bot.webhooks.calls import BreakEvent
from storage import breaks, paid_breaks, pairs
from storage.breaks import Break
from storage.database import Transaction
from storage.ids import new_id
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair

ID_TAKEN = "Another record already has its id"


def read(record: Record, pair: Pair, now: datetime, moment: Callable[[Event], Moment]) -> list[PaidBreak]:
    """The paid breaks of the record, which is to be written as `pair`. One that takes no time, to the second, is left
    out. Raises InvalidRecord."""
    found: list[PaidBreak] = []
    for one in sorted(record.paid_breaks, key=lambda one: one.start.at):
        start, end = moment(one.start), moment(one.end) if one.end else None
        if end and end.at == start.at:
            continue
        inside = PaidBreak(pair.workspace_id, new_id(), pair.user_id, pair.clock_in.id, one.kind, start, end)
        _require_fit(inside, pair, found[-1] if found else None, now)
        found.append(inside)
    return found


def _require_fit(one: PaidBreak, pair: Pair, before: PaidBreak | None, now: datetime) -> None:
    """Raises InvalidRecord for what the database would refuse."""
    if one.end and one.end.at < one.start.at:
        raise InvalidRecord("A paid break ends before it starts")
    last = one.end.at if one.end else None
    if one.start.at < pair.clock_in.at or (pair.clock_out and (last is None or last > pair.clock_out.at)):
        raise InvalidRecord("A paid break isn't inside the record")
    if before and (before.end is None or before.end.at > one.start.at):
        raise InvalidRecord("Two paid breaks overlap")
    for moment in (one.start, *([one.end] if one.end else [])):
        if not moment.at - SKEW_ALLOWED <= moment.recorded_at <= now + SKEW_ALLOWED:
            raise InvalidRecord(
                "A paid break was entered before it happened, or the time when it was entered is to come"
            )


@dataclass(slots=True)
class WrittenBreaks:
    """The paid breaks that an import wrote, for the audit trail and for webhooks."""

    entries: list[tuple[Action, str, dict[str, object]]] = field(default_factory=list)
    _told: list[tuple[BreakEvent, Break]] = field(default_factory=list)

    def add(self, tx: Transaction, found: Sequence[tuple[Pair, Sequence[PaidBreak]]]) -> None:
        """Writes the breaks of new records."""
        paid_breaks.start_all(tx.connection, [one for _, inside in found for one in inside])
        for pair, inside in found:
            for one in inside:
                self._started(pair, one)

    def close(self, tx: Transaction, open_pair: Pair, pair: Pair, inside: Sequence[PaidBreak]) -> Pair:
        """Gives an open record that is there already the clock-out of `pair`, and what it says of its breaks. Raises
        InvalidRecord, BreakInTheWay or NotInsideRecord; then nothing is written."""
        assert pair.clock_out is not None
        after = WrittenBreaks()
        try:
            with tx.connection.begin_nested():
                after._merge(tx, open_pair, inside)
                closed = pairs.close(tx.connection, open_pair, pair.clock_out, out_break=pair.out_break)
        except IntegrityError as error:
            raise InvalidRecord(ID_TAKEN) from error
        self.entries += after.entries
        self._told += ((what, replace(on, pair=closed)) for what, on in after._told)
        return closed

    def announce(self, tx: Transaction, webhook_ids: Collection[str]) -> None:
        """Queues the webhook calls about the breaks. Those about their records come first."""
        calls.tell_all_of_breaks(tx, webhook_ids, self._told)

    def _merge(self, tx: Transaction, pair: Pair, inside: Sequence[PaidBreak]) -> None:
        there = paid_breaks.of_records(tx.connection, pair.workspace_id, [pair.clock_in.id]).get(pair.clock_in.id, [])
        known = {_second(one): one for one in there}
        for one in inside:
            same = known.get(_second(one))
            if same is None:
                known[_second(one)] = new = replace(one, in_id=pair.clock_in.id)
                paid_breaks.start(tx.connection, new)
                self._started(pair, new)
            elif same.end is None and one.end:
                known[_second(one)] = ended = paid_breaks.end(tx.connection, same, one.end)
                self.entries.append((Action.END_BREAK, ended.break_id, paid_breaks.to_audit_fields(ended)))
                self._told.append((BreakEvent.ENDED, breaks.paid(pair, ended)))
        if any(one.end is None for one in known.values()):
            raise InvalidRecord("A paid break of this record has no end")

    def _started(self, pair: Pair, one: PaidBreak) -> None:
        self.entries.append((Action.START_BREAK, one.break_id, paid_breaks.to_audit_fields(one)))
        self._told.append((BreakEvent.STARTED, breaks.paid(pair, one)))
        if one.end:
            self._told.append((BreakEvent.ENDED, breaks.paid(pair, one)))


def _second(one: PaidBreak) -> datetime:
    """Exports tell times to the second."""
    return one.start.at.replace(microsecond=0)
