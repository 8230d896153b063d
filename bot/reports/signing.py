"""What there is to sign: a person's period with its records and signatures, and those of a manager's people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.calendar.signature_periods import SignaturePeriod
from bot.calendar.worktime import work_date, zone_named
from bot.errors import Forbidden
from bot.permissions import Caller, Operation, Role
from bot.reports.approvers import to_approve
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, corrections, pair_queries, people, signatures, signed_records, teams
from storage.corrections import Correction
from storage.database import Transaction
from storage.pairs import Pair, Scope
from storage.signatures import Signature
from storage.signed_records import Figures, PeriodRecords


class State(StrEnum):
    """How far a period is on its way."""

    APPROVED = "approved"
    SIGNED = "signed"
    """By the person, as it is now: it can be approved."""
    CHANGED = "changed"
    """The person signed it, and records changed since."""
    NOT_RESOLVED = "not resolved"
    """A clock-out is missing."""
    WAITING = "waiting"
    """A request to correct its records waits for an answer."""
    NOT_SIGNED = "not signed"


@dataclass(frozen=True, slots=True)
class PersonPeriod:
    """A person's period: the records as they are now, the signatures that stand, and an open clock-in or a request that
    waits in it."""

    user_id: str
    days: DateRange
    records: PeriodRecords
    person: Signature | None = None
    manager: Signature | None = None
    open_pair: Pair | None = None
    waiting: Correction | None = None

    @property
    def state(self) -> State:
        """How far it is."""
        if self.manager:
            return State.APPROVED
        if self.open_pair:
            return State.NOT_RESOLVED
        if self.waiting:
            return State.WAITING
        if self.person is None:
            return State.NOT_SIGNED
        return State.CHANGED if self.is_overtaken(self.person) else State.SIGNED

    def is_overtaken(self, signature: Signature) -> bool:
        """Whether records changed after that signature."""
        return signature.digest != self.records.digest

    @property
    def figures(self) -> Figures:
        """As they were approved, else as they are now."""
        return Figures.read(self.manager.figures) if self.manager else self.records.figures


@dataclass(frozen=True, slots=True)
class Sheet(PersonPeriod):
    """The same with what a statement needs: all signatures, also withdrawn ones, names, and the head of the audit."""

    name: str = ""
    names: Mapping[str, str] | None = None
    all_signatures: Sequence[Signature] = ()
    zone: str = "UTC"
    head: str = ""
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Periods:
    """Which periods the workspace has, and the caller's day."""

    kind: SignaturePeriod
    today: date

    def in_range(self, days: DateRange, most: int) -> list[DateRange]:
        """The periods that share a day with the range, oldest first, `most` of them."""
        found = [self.kind.holding(days.first)]
        while found[-1].last < days.last and len(found) < most:
            found.append(self.kind.holding(date.fromordinal(found[-1].last.toordinal() + 1)))
        return found


async def periods(services: Services, caller: Caller) -> Periods:
    """The workspace's periods."""

    def read(tx: Transaction) -> Periods:
        kind = workspace_settings.in_force(tx, caller.workspace_id).signature_period
        person = people.find(tx.connection, caller.workspace_id, caller.user_id)
        zone = person.zone or people.workspace_zone(tx.connection, caller.workspace_id)
        return Periods(kind, work_date(tx.now, zone_named(zone)))

    return await services.database.read(read)


async def person_period(services: Services, caller: Caller, user_id: str, days: DateRange) -> PersonPeriod:
    """One person's. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> PersonPeriod:
        permissions.require(tx, caller, Operation.READ, user_id)
        people.find(tx.connection, caller.workspace_id, user_id)
        return _periods_of(tx, caller.workspace_id, [user_id], days)[0]

    return await services.database.read(read)


async def may_approve(services: Services, caller: Caller, user_id: str) -> bool:
    """Whether the caller may approve that person's periods."""

    def read(tx: Transaction) -> bool:
        try:
            permissions.require_employer(tx, caller, Operation.APPROVE, user_id)
        except Forbidden:
            return False
        return True

    return await services.database.read(read)


async def team_periods(
    services: Services, caller: Caller, days: DateRange, *, is_asked: bool = False
) -> list[PersonPeriod] | None:
    """Those of everybody whose periods the caller may approve: a manager's team members, and for admins everybody who
    is in a team or has records in it. `is_asked`: only those that are for the caller to approve. None for those who
    approve nobody's."""

    def read(tx: Transaction) -> list[PersonPeriod] | None:
        here = tx.connection, caller.workspace_id
        reach = permissions.permitted_users(tx, caller, Operation.APPROVE) or frozenset()
        scope = Scope(caller.workspace_id, days.first, days.last)
        if is_asked:
            worked = pair_queries.user_ids_in(tx.connection, scope)
            reach &= to_approve(tx, caller.workspace_id, worked).get(caller.user_id, frozenset())
        elif permissions.role_of(tx, caller) is Role.ADMIN:
            members = frozenset[str]().union(*teams.members_by_team(*here).values())
            reach &= members | pair_queries.user_ids_in(tx.connection, scope)
        if not reach:
            return None
        known = people.get_many(*here, reach)
        employees = [user_id for user_id, one in known.items() if not (one.guest or one.bot or one.deactivated)]
        names = {user_id: known[user_id].name for user_id in employees}
        ordered = sorted(employees, key=lambda user_id: (names[user_id].casefold(), user_id))
        return _periods_of(tx, caller.workspace_id, ordered, days)

    return await services.database.read(read)


async def sheet(services: Services, caller: Caller, user_id: str, days: DateRange) -> Sheet:
    """What a statement of the person's period says. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> Sheet:
        permissions.require(tx, caller, Operation.READ, user_id)
        here = tx.connection, caller.workspace_id
        person = people.find(*here, user_id)
        one = _periods_of(tx, caller.workspace_id, [user_id], days)[0]
        found = signatures.of_period(*here, days.first, days.last, {user_id}, withdrawn=True)
        ids = {user_id, *(one.by for one in found), *(one.withdrawn_by for one in found if one.withdrawn_by)}
        names = people.names_told_apart(*here, ids)
        head = next(iter(audit.heads(*here)), None)
        return Sheet(
            *(one.user_id, one.days, one.records, one.person, one.manager, one.open_pair),
            name=person.name,
            names=names,
            all_signatures=found,
            zone=person.zone or people.workspace_zone(*here),
            head=str(head or ""),
            made_at=tx.now,
        )

    return await services.database.read(read)


def _periods_of(tx: Transaction, workspace_id: str, user_ids: Collection[str], days: DateRange) -> list[PersonPeriod]:
    """In the order of the ids."""
    records = signed_records.of_people(tx.connection, workspace_id, user_ids, days.first, days.last)
    scope = Scope(workspace_id, days.first, days.last, frozenset(user_ids))
    opened = {pair.user_id: pair for pair in pair_queries.still_open(tx.connection, scope)}
    standing = signatures.of_period(tx.connection, workspace_id, days.first, days.last, user_ids)
    by_part = {(one.user_id, one.part): one for one in standing}
    asked = corrections.of_people(tx.connection, workspace_id, user_ids, waiting=True, days=(days.first, days.last))
    waiting = {one.user_id: one for one in reversed(asked)}
    return [
        PersonPeriod(
            user_id,
            days,
            records[user_id],
            by_part.get((user_id, "person")),
            by_part.get((user_id, "manager")),
            opened.get(user_id),
            waiting.get(user_id),
        )
        for user_id in user_ids
    ]
