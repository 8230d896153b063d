"""Writes imported records in one transaction, and says which are there already and why others don't fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.attendance.rules import checked_pair, too_old
from bot.calendar.worktime import SKEW_ALLOWED, work_date, zone_named
from bot.errors import InvalidRecord, NotAnEmployee
from bot.imports import imported_breaks
from bot.imports.imported_breaks import ID_TAKEN, WrittenBreaks
from bot.imports.source_records import Event, Outcome, Record
from bot.people.audit_entries import Action, record_audit_entries
from bot.people.profiles import non_employee_reason, save_profile
from bot.permissions import Caller
from bot.runtime.services import Profile
from bot.webhooks import calls
from bot.workspaces import workspace_settings
from storage import imported_pairs, offices, pairs, pairs_at_once, people, subscribers
from storage.database import Transaction
from storage.errors import Refusal, UnknownOffice, UnknownUser
from storage.ids import new_id
from storage.offices import Office
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair, PairEvent

Outcomes = list[tuple[Record, Outcome | Refusal]]
"""What happened to each record of a batch."""


class ImportBatch:
    """Records that are written in one transaction. It locks their people."""

    def __init__(
        self,
        tx: Transaction,
        caller: Caller,
        records: Sequence[Record],
        known_as: Mapping[str, str],
        met: Mapping[str, Profile],
    ) -> None:
        self._tx, self._caller, self._records, self._known_as = tx, caller, records, known_as
        self._workspace_id = caller.workspace_id
        self._people = self._locked({record.user_id for record in records}, met)
        self._offices = _by_id_and_name(offices.all_of(tx.connection, self._workspace_id))
        self._zone = people.workspace_zone(tx.connection, self._workspace_id)
        self._years = workspace_settings.in_force(tx, self._workspace_id).keep_records_for_years
        self._new: dict[str, tuple[Record, Pair]] = {}
        self._inside: dict[str, list[PaidBreak]] = {}
        self._changes: list[tuple[Action, Pair]] = []
        self._breaks = WrittenBreaks()

    def write(self) -> Outcomes:
        """What happened to each."""
        outcomes: Outcomes = []
        fitting: list[tuple[Record, Pair]] = []
        for record in self._records:
            try:
                pair = self._pair(record)
                self._inside[pair.clock_in.id] = imported_breaks.read(record, pair, self._tx.now, self._moment)
                fitting.append((record, pair))
            except Refusal as refused:
                outcomes.append((record, refused))
        found = _Found(self._like([pair for _, pair in fitting]))
        for record, pair in fitting:
            there = found.like(pair, by_id=record.clock_in.id is not None)
            if not (there and there.clock_out) and (why := self._against(pair, is_new=there is None)):
                outcomes.append((record, why))
            elif there is None:
                self._new[pair.clock_in.id] = record, pair
                found.add(pair)
            else:
                outcomes.append((record, self._with_existing(pair, there, found)))
        new = list(self._new.values())
        refusals = pairs_at_once.add_each(self._tx.connection, [pair for _, pair in new])
        for (record, pair), error in zip(new, refusals, strict=True):
            if error is None:
                self._changes.append((Action.CREATE if pair.clock_out else Action.CLOCK_IN, pair))
                outcomes.append((record, Outcome.WRITTEN))
            else:
                outcomes.append((record, error if isinstance(error, Refusal) else InvalidRecord(ID_TAKEN)))
        written = [pair for (_, pair), error in zip(new, refusals, strict=True) if error is None]
        self._breaks.add(self._tx, [(pair, self._inside[pair.clock_in.id]) for pair in written])
        self._announce()
        return outcomes

    def _against(self, pair: Pair, *, is_new: bool) -> Refusal | None:
        """Why the pair can't be written. Not asked about a pair that is in the ledger already: an export has times to
        the second, so a short record in it may seem to take no time."""
        now = self._tx.now
        try:
            checked_pair(pair, now)
        except Refusal as refused:
            return refused
        for half in filter(None, (pair.clock_in, pair.clock_out)):
            if half.recorded_at > now + SKEW_ALLOWED:
                return InvalidRecord("The time when it was entered hasn't happened yet")
            if half.at > half.recorded_at + SKEW_ALLOWED:
                return InvalidRecord("It was entered before it happened")
        return too_old(pair.work_date, pair.clock_in.at, now, self._years) if is_new else None

    def _with_existing(self, pair: Pair, there: Pair, found: _Found) -> Outcome | Refusal:
        """What happens to a pair that is in the ledger already. If it's open, the source may know its end."""
        if there.user_id != pair.user_id or _second(there.clock_in) != _second(pair.clock_in):
            return InvalidRecord(ID_TAKEN)
        if there.deleted_at is not None or pair.clock_out is None:
            return Outcome.THERE_ALREADY
        if there.clock_out is None and there.clock_in.id in self._new:  # two rows of one source: written as one
            whole = replace(there, clock_out=pair.clock_out, out_break=pair.out_break)
            self._new[there.clock_in.id] = self._new[there.clock_in.id][0], whole
            inside = self._inside[pair.clock_in.id]
            self._inside[there.clock_in.id] = [replace(one, in_id=there.clock_in.id) for one in inside]
            found.add(whole)
            return Outcome.THERE_ALREADY
        if there.clock_out is None:
            try:
                closed = self._breaks.close(self._tx, there, pair, self._inside[pair.clock_in.id])
            except Refusal as refused:
                return refused
            self._changes.append((Action.CLOCK_OUT, closed))
            found.add(closed)
            return Outcome.WRITTEN
        same = _second(there.clock_out) == _second(pair.clock_out)
        return Outcome.THERE_ALREADY if same else InvalidRecord("This record is already here with another clock-out")

    def _like(self, fitting: Sequence[Pair]) -> list[Pair]:
        with_ids = {record.clock_in.id for record in self._records if record.clock_in.id}
        return imported_pairs.find_matches(self._tx.connection, self._workspace_id, self._people, with_ids, fitting)

    def _announce(self) -> None:
        """Webhook calls are queued in order. The audit comes last, because it locks the chain."""
        if not self._changes:
            return
        called = subscribers.webhooks_of(self._tx.connection, self._workspace_id)
        calls.tell_all(self._tx, called, self._changes)
        self._breaks.announce(self._tx, called)
        of_records = [(action, pair.clock_in.id, pairs.to_audit_fields(pair)) for action, pair in self._changes]
        record_audit_entries(self._tx, self._caller, [*of_records, *self._breaks.entries])

    def _locked(self, user_ids: set[str], met: Mapping[str, Profile]) -> dict[str, Profile]:
        found = people.get_many_for_update(self._tx.connection, self._workspace_id, user_ids)
        return found | {
            user_id: save_profile(self._tx, met[user_id]) for user_id in sorted((user_ids & met.keys()) - found.keys())
        }

    def _pair(self, record: Record) -> Pair:
        """Raises UnknownUser, NotAnEmployee or UnknownOffice."""
        person = self._people.get(record.user_id)
        if person is None:
            raise UnknownUser(record.user_id)
        if (kind := non_employee_reason(person)) in ("bot", "guest"):  # people who have left were employees then
            raise NotAnEmployee(person.user_id, kind)
        clock_in = self._half(record.clock_in, person)
        clock_out = self._half(record.clock_out, person) if record.clock_out else None
        day = record.work_date or work_date(clock_in.at, zone_named(clock_in.zone))
        return Pair(self._workspace_id, person.user_id, day, clock_in, clock_out, out_break=record.out_break)

    def _half(self, event: Event, person: Profile) -> PairEvent:
        office = self._office(event.office)
        zone = event.zone or (office.zone if office else None) or person.zone or self._zone
        return PairEvent(
            id=event.id or new_id(),
            at=event.at,
            recorded_at=event.recorded_at or self._tx.now,
            by=self._by(event),
            via=self._caller.via,
            zone=zone,
            office_id=office.office_id if office else None,
            ip=event.ip,
            comment=event.comment,
        )

    def _moment(self, event: Event) -> Moment:
        return Moment(event.at, event.recorded_at or self._tx.now, self._by(event), self._caller.via)

    def _by(self, event: Event) -> str:
        return self._known_as.get(event.by, event.by) if event.by else self._caller.user_id

    def _office(self, named: str | None) -> Office | None:
        if not named:
            return None
        if named not in self._offices:
            raise UnknownOffice(named)
        return self._offices[named]


class _Found:
    """What the ledger holds, by id and by person and start."""

    def __init__(self, found: Sequence[Pair]) -> None:
        self._by_id: dict[str, Pair] = {}
        self._by_start: dict[tuple[str, datetime], dict[str, Pair]] = {}
        for pair in sorted(found, key=lambda one: one.deleted_at is not None):  # living ones are found first
            self.add(pair)

    def add(self, pair: Pair) -> None:
        """Takes it in, in place of what it was before."""
        self._by_id[pair.clock_in.id] = pair
        self._by_start.setdefault((pair.user_id, _second(pair.clock_in)), {})[pair.clock_in.id] = pair

    def like(self, pair: Pair, *, by_id: bool) -> Pair | None:
        """The same record: what has the id; of sources without ids what begins in the same second, and ends so, or else
        where one of the two has no end."""
        if by_id:
            return self._by_id.get(pair.clock_in.id)
        alike = self._by_start.get((pair.user_id, _second(pair.clock_in)), {}).values()
        end = _end(pair)
        same = next((one for one in alike if _end(one) == end), None)
        return same or next((one for one in alike if None in (_end(one), end)), None)


def _second(half: PairEvent) -> datetime:
    """Exports tell times to the second."""
    return half.at.replace(microsecond=0)


def _end(pair: Pair) -> datetime | None:
    return _second(pair.clock_out) if pair.clock_out else None


def _by_id_and_name(found: Sequence[Office]) -> dict[str, Office]:
    """An id wins over a name. A name that two offices have stands for neither."""
    names = Counter(office.name for office in found)
    return {office.name: office for office in found if names[office.name] == 1} | {
        office.office_id: office for office in found
    }
