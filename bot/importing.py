"""Records from elsewhere: written through the ledger's rules, each with its audit line, and safe to repeat.

What is there already is left as it is: found by its id where the source has ids, else by person, start and end. What
was deleted here stays deleted. Nobody is told but webhooks: an import is no news to people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from bot import access, webhooks
from bot.access import Caller, Operation
from bot.auditing import Action, write_down_all
from bot.people import kind_of, note_down
from bot.refusals import (
    InFuture,
    InvalidRecord,
    NotAnEmployee,
    OutNotAfterIn,
    Refusal,
    TooLong,
    UnknownOffice,
    UnknownUser,
    WorkDateTooFar,
)
from bot.services import Profile, Services
from bot.worktime import LONGEST_PAIR, SKEW_ALLOWED, work_date, zone_named
from storage import audience, offices, pairs, people
from storage.database import Transaction
from storage.ids import new_id
from storage.offices import Office
from storage.pairs import Half, Pair

AT_ONCE = 1000  # records of a transaction: so long does a bot that serves beside wait for its turn


@dataclass(frozen=True, slots=True)
class Event:
    """A clock-in or clock-out as told elsewhere: `at` and `recorded_at` (when it was written down) in UTC, `by` and the
    person's ids as the source has them, `zone` by its IANA name, `office` by its id or name."""

    at: datetime
    id: str | None = None
    by: str | None = None
    recorded_at: datetime | None = None
    zone: str | None = None
    office: str | None = None
    ip: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A pair as told elsewhere, or a clock-in that has not ended. `where` it stands there, such as `line 12`."""

    where: str
    user_id: str
    clock_in: Event
    clock_out: Event | None
    work_date: date | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be brought in, and why."""

    where: str
    why: Refusal


Read = Record | Refused
"""What a reader makes of each record of its source."""


class Outcome(StrEnum):
    """What became of a record."""

    WRITTEN = "written"
    THERE_ALREADY = "there already"
    REFUSED = "refused"


async def bring_in(
    services: Services,
    caller: Caller,
    read: Sequence[Read],
    known_as: Mapping[str, str],
    *,
    dry_run: bool = False,
    passed: Callable[[], None] = lambda: None,
    tell: Callable[[Refused], None] = lambda refused: None,
) -> Counter[Outcome]:
    """Writes what fits, tells of each record that does not, and counts.

    `known_as`: user ids here by those of the source; others are taken as they are. A `dry_run` does all of it, and
    undoes it. Raises Forbidden, or DirectoryUnavailable where somebody is unknown and can't be looked up.
    """
    await services.database.read(lambda tx: access.require_anyone(tx, caller, Operation.ADMINISTER))
    counted: Counter[Outcome] = Counter()

    def account(where: str, outcome: Outcome | Refusal) -> None:
        if isinstance(outcome, Refusal):
            tell(Refused(where, outcome))
        counted[Outcome.REFUSED if isinstance(outcome, Refusal) else outcome] += 1
        passed()

    for one in read:
        if isinstance(one, Refused):
            account(one.where, one.why)
    records = [replace(one, user_id=known_as.get(one.user_id, one.user_id)) for one in read if isinstance(one, Record)]
    met = await _met(services, caller.workspace_id, {record.user_id for record in records})
    for portion in _portions(records, whole_people=dry_run):
        for record, outcome in await _written(services, caller, portion, known_as, met, dry_run):
            account(record.where, outcome)
    return counted


async def _met(services: Services, workspace_id: str, user_ids: set[str]) -> Mapping[str, Profile]:
    """Those whom the ledger does not know yet and the chat platform does."""
    known = await services.database.read(lambda tx: people.known(tx.connection, workspace_id))
    found = {}
    for user_id in sorted(filter(_LOOKED_UP.fullmatch, user_ids - known.keys())):
        if profile := await services.directory.look_up(workspace_id, user_id, services.database.clock()):
            found[user_id] = profile
    return found


def _portions(records: Sequence[Record], *, whole_people: bool) -> Iterator[list[Record]]:
    """By start, which lies close together in the ledger's indexes; what has not ended last, for it would be in the way
    of all that comes after. Undone portions do not see each other, so those are of whole people."""

    def order(record: Record) -> tuple[str, bool, datetime]:
        return record.user_id if whole_people else "", record.clock_out is None, record.clock_in.at

    ordered = sorted(records, key=order)
    portion: list[Record] = []
    for record in ordered:
        is_full = len(portion) >= AT_ONCE and (not whole_people or record.user_id != portion[-1].user_id)
        if is_full:
            yield portion
            portion = []
        portion.append(record)
    if portion:
        yield portion


Outcomes = list[tuple[Record, Outcome | Refusal]]


class _Undone(Exception):
    """Carries the outcomes of a dry run out of its transaction."""

    def __init__(self, outcomes: Outcomes) -> None:
        super().__init__("dry run")
        self.outcomes = outcomes


async def _written(
    services: Services,
    caller: Caller,
    portion: Sequence[Record],
    known_as: Mapping[str, str],
    met: Mapping[str, Profile],
    dry_run: bool,
) -> Outcomes:
    def write(tx: Transaction) -> Outcomes:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        outcomes = _Portion(tx, caller, portion, known_as, met).write()
        if dry_run:
            raise _Undone(outcomes)
        return outcomes

    try:
        return await services.database.write(write)
    except _Undone as undone:
        return undone.outcomes


class _Portion:
    """Records that are written in one transaction, whose people it locks."""

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
        self._changes: list[tuple[Action, Pair]] = []

    def write(self) -> Outcomes:
        """What became of each."""
        outcomes: Outcomes = []
        fitting: list[tuple[Record, Pair]] = []
        for record in self._records:
            try:
                fitting.append((record, self._pair(record)))
            except Refusal as refused:
                outcomes.append((record, refused))
        found = _Found(self._like([pair for _, pair in fitting]))
        new: list[tuple[Record, Pair]] = []
        for record, pair in fitting:
            there = found.like(pair, by_id=record.clock_in.id is not None)
            if there is None:
                new.append((record, pair))
                found.add(pair)
            else:
                outcomes.append((record, self._beside(pair, there)))
        refusals = pairs.add_each(self._tx.connection, [pair for _, pair in new])
        for (record, pair), error in zip(new, refusals, strict=True):
            if error is None:
                self._changes.append((Action.CREATE if pair.clock_out else Action.CLOCK_IN, pair))
                outcomes.append((record, Outcome.WRITTEN))
            else:
                outcomes.append((record, error if isinstance(error, Refusal) else _ID_TAKEN))
        self._announce()
        return outcomes

    def _beside(self, pair: Pair, there: Pair) -> Outcome | Refusal:
        """What becomes of a pair that is in the ledger already: where it is open, the source may know its end."""
        if there.user_id != pair.user_id or _second(there.clock_in) != _second(pair.clock_in):
            return _ID_TAKEN
        if there.deleted_at is not None or pair.clock_out is None:
            return Outcome.THERE_ALREADY
        if there.clock_out is None:
            closed = pairs.close_if_free(self._tx.connection, there, pair.clock_out)
            if closed is None:
                return _ID_TAKEN
            self._changes.append((Action.CLOCK_OUT, closed))
            return Outcome.WRITTEN
        same = _second(there.clock_out) == _second(pair.clock_out)
        return Outcome.THERE_ALREADY if same else InvalidRecord("It ends at another time in the ledger")

    def _like(self, fitting: Sequence[Pair]) -> list[Pair]:
        with_ids = {record.clock_in.id for record in self._records if record.clock_in.id}
        return pairs.like(self._tx.connection, self._workspace_id, self._people, with_ids, fitting)

    def _announce(self) -> None:
        """Webhooks are told in order; the audit comes last, for it locks the chain."""
        if not self._changes:
            return
        called = audience.webhooks_of(self._tx.connection, self._workspace_id)
        for action, pair in self._changes:
            webhooks.tell(self._tx, called, action, pair)
        write_down_all(
            self._tx, self._caller, [(action, pair.clock_in.id, pairs.facts(pair)) for action, pair in self._changes]
        )

    def _locked(self, user_ids: set[str], met: Mapping[str, Profile]) -> dict[str, Profile]:
        found = people.locked_all(self._tx.connection, self._workspace_id, user_ids)
        return found | {
            user_id: note_down(self._tx, met[user_id]) for user_id in sorted((user_ids & met.keys()) - found.keys())
        }

    def _pair(self, record: Record) -> Pair:
        """The pair, by the rules that need no other record (3, 5 and 6). Raises Refusal."""
        person = self._people.get(record.user_id)
        if person is None:
            raise UnknownUser(record.user_id)
        if (kind := kind_of(person)) in ("bot", "guest"):  # who has left since was an employee then
            raise NotAnEmployee(person.user_id, kind)
        clock_in = self._half(record.clock_in, person)
        clock_out = self._half(record.clock_out, person) if record.clock_out else None
        zone = zone_named(clock_in.zone)
        if clock_out and clock_out.at <= clock_in.at:
            raise OutNotAfterIn(clock_in.at, clock_out.at, zone)
        if clock_out and clock_out.at - clock_in.at > LONGEST_PAIR:
            raise TooLong(clock_in.at, clock_out.at, zone)
        day = record.work_date or work_date(clock_in.at, zone)
        if abs(day - clock_in.at.astimezone(UTC).date()) > timedelta(days=1):
            raise WorkDateTooFar(day, clock_in.at)
        return Pair(self._workspace_id, person.user_id, day, clock_in, clock_out)

    def _half(self, event: Event, person: Profile) -> Half:
        office = self._office(event.office)
        zone = zone_named(event.zone or (office.zone if office else None) or person.zone or self._zone)
        recorded_at = event.recorded_at or self._tx.now
        if event.at > self._tx.now + SKEW_ALLOWED:
            raise InFuture(event.at, self._tx.now, zone)
        if recorded_at > self._tx.now + SKEW_ALLOWED:
            raise InvalidRecord("It says that it was written down at a time still to come")
        if event.at > recorded_at + SKEW_ALLOWED:
            raise InvalidRecord("It says that it was written down before it happened")
        return Half(
            id=event.id or new_id(),
            at=event.at,
            recorded_at=recorded_at,
            by=self._known_as.get(event.by, event.by) if event.by else self._caller.user_id,
            via=self._caller.via,
            zone=zone.key,
            office_id=office.office_id if office else None,
            ip=event.ip,
            comment=event.comment,
        )

    def _office(self, named: str | None) -> Office | None:
        if not named:
            return None
        if named not in self._offices:
            raise UnknownOffice(named)
        return self._offices[named]


_LOOKED_UP = re.compile(r"[UW][A-Z0-9]+", re.ASCII)  # what looks otherwise is somebody's id elsewhere
_ID_TAKEN = InvalidRecord("Its id is that of another record in the ledger")


class _Found:
    """What the ledger holds, by id and by person and start."""

    def __init__(self, found: Sequence[Pair]) -> None:
        self._by_id: dict[str, Pair] = {}
        self._by_start: dict[tuple[str, datetime], Pair] = {}
        for pair in sorted(found, key=lambda one: one.deleted_at is None):  # of several the living one
            self.add(pair)

    def add(self, pair: Pair) -> None:
        self._by_id[pair.clock_in.id] = pair
        self._by_start[pair.user_id, _second(pair.clock_in)] = pair

    def like(self, pair: Pair, *, by_id: bool) -> Pair | None:
        """The same record: what has the id; of sources without ids what begins, and ends, in the same second."""
        if by_id:
            return self._by_id.get(pair.clock_in.id)
        there = self._by_start.get((pair.user_id, _second(pair.clock_in)))
        ends = [one.clock_out for one in (there, pair) if one and one.clock_out]
        return there if len({_second(end) for end in ends}) < 2 else None


def _second(half: Half) -> datetime:
    """Exports tell times to the second."""
    return half.at.replace(microsecond=0)


def _by_id_and_name(found: Sequence[Office]) -> dict[str, Office]:
    """An id wins over a name, and a name that two have means neither."""
    names = Counter(office.name for office in found)
    return {office.name: office for office in found if names[office.name] == 1} | {
        office.office_id: office for office in found
    }
