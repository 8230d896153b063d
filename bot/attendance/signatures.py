"""Signatures under periods: the person says that their records are right, then a manager approves them.

An approval that stands locks the period: the database refuses to change its records until it is withdrawn.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from bot import permissions
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.use_case import UseCase
from bot.calendar.ranges import DateRange
from bot.calendar.typed import comment
from bot.calendar.worktime import work_date, zone_named
from bot.errors import Forbidden, NoReason, NotResolved, NotSignedYet, OutdatedButton, PeriodNotOver, RecordsChanged
from bot.people.audit_entries import Action, record_audit_entries
from bot.people.profiles import require_employee
from bot.people.tokens import tell_of_use
from bot.permissions import Caller, Operation
from bot.webhooks import calls
from bot.webhooks.calls import SignatureEvent
from bot.workspaces import workspace_settings
from storage import breaks, corrections, outbox, pair_queries, people, signatures, signed_records, subscribers
from storage.corrections import Correction
from storage.database import Transaction
from storage.errors import AlreadySigned, CorrectionWaiting
from storage.ids import new_id
from storage.pairs import Scope
from storage.people import Profile
from storage.period_locks import PeriodLocked
from storage.signatures import Part, Signature
from storage.signed_records import PeriodRecords

__all__ = ["Signature"]

WITHOUT_THE_PERSON_AFTER = timedelta(days=7)
"""Who hasn't signed so long after the end of their period doesn't hold up its approval."""
APPROVED, REOPENED = "period-approved/1", "period-reopened/1"
"""Notices to the person."""


@UseCase
def sign(tx: Transaction, caller: Caller, first: date, last: date, seen: str = "") -> Signature:
    """The caller signs their own period. Their earlier signature under it goes if their records changed since. `seen`,
    from a button, is the digest of the records that it was shown with.

    Raises NotAnEmployee, OutdatedButton (the setting has other periods now), PeriodNotOver, NotResolved,
    CorrectionWaiting, RecordsChanged or AlreadySigned.
    """
    permissions.require(tx, caller, Operation.CLOCK, caller.user_id)
    person, concerned = subscribers.lock_person(tx, caller.workspace_id, caller.user_id)
    require_employee(person)
    period = DateRange(first, last)
    records = _records_to_sign(tx, person, period, seen)
    changes = _withdraw_overtaken(tx, caller, person.user_id, period, records, "person", concerned.webhooks)
    signature = _add(tx, caller, person.user_id, period, records, "person")
    calls.tell_of_signature(tx, concerned.webhooks, SignatureEvent.SIGNED, signature)
    record_audit_entries(tx, caller, [*changes, _entry(Action.SIGN_PERIOD, signature)])
    return signature


@UseCase
def approve(tx: Transaction, caller: Caller, user_id: str, first: date, last: date, seen: str = "") -> Signature:
    """Approves the person's period, which locks it. They have signed it as it is now, or it ended a week ago. `seen`
    as in `sign`.

    Raises Forbidden, UnknownUser, OutdatedButton, PeriodNotOver, NotResolved, CorrectionWaiting, RecordsChanged,
    NotSignedYet or AlreadySigned.
    """
    permissions.require_employer(tx, caller, Operation.APPROVE, user_id)
    person, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    period = DateRange(first, last)
    records = _records_to_sign(tx, person, period, seen)
    standing = signatures.of_period(tx.connection, caller.workspace_id, first, last, {user_id})
    if approved := next((one for one in standing if one.part == "manager"), None):
        raise AlreadySigned(approved)  # tells who was first; another race is lost to the database
    since = last + WITHOUT_THE_PERSON_AFTER
    if not any(one.digest == records.digest for one in standing) and _today(tx, person) <= since:
        raise NotSignedYet(user_id, since + timedelta(days=1))
    signature = _add(tx, caller, user_id, period, records, "manager")
    _tell_person(tx, caller, APPROVED, signature)
    calls.tell_of_signature(tx, concerned.webhooks, SignatureEvent.APPROVED, signature)
    record_audit_entries(tx, caller, [_entry(Action.APPROVE_PERIOD, signature)])
    return signature


@UseCase
def withdraw(tx: Transaction, caller: Caller, signature_id: str, reason: str = "") -> Signature:
    """Takes back one's own signature, until the period is approved; or an approval, with a reason, by those who may
    approve. That opens the period again.

    Raises OutdatedButton, Forbidden, PeriodLocked, NoReason, InvalidText or AlreadyWithdrawn.
    """
    found = signatures.find(tx.connection, caller.workspace_id, signature_id)
    if found is None:
        raise OutdatedButton
    said = comment(reason.strip())
    if found.part == "manager":
        permissions.require_employer(tx, caller, Operation.APPROVE, found.user_id)
        if said is None:
            raise NoReason
    elif found.user_id != caller.user_id:
        raise Forbidden(Operation.APPROVE, found.user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, found.user_id)
    if found.part == "person":
        standing = signatures.of_period(
            tx.connection, caller.workspace_id, found.first_day, found.last_day, {found.user_id}
        )
        if approved := next((one for one in standing if one.part == "manager"), None):
            raise locked_by(approved)
    withdrawn = signatures.withdraw(tx.connection, found, by=caller.user_id, at=tx.now, reason=said)
    if found.part == "manager":
        _tell_person(tx, caller, REOPENED, withdrawn)
    calls.tell_of_signature(tx, concerned.webhooks, SignatureEvent.WITHDRAWN, withdrawn)
    record_audit_entries(tx, caller, [_entry(Action.WITHDRAW_SIGNATURE, withdrawn)])
    return withdrawn


def withdraw_for(
    tx: Transaction, caller: Caller, correction: Correction, webhooks: Collection[str]
) -> list[AuditedChange]:
    """Withdraws the approvals that lock the days of a correction that both sides agreed to, or that is applied without
    agreement, and tells those who gave them. Returns what to audit."""
    changes = []
    days = {pair.work_date for pair in (correction.before, correction.after) if pair}
    for one in signatures.locking(tx.connection, caller.workspace_id, correction.user_id, days):
        withdrawn = signatures.withdraw(
            tx.connection, one, by=caller.user_id, at=max(tx.now, one.at), reason=correction.reason
        )
        _tell_person(tx, caller, REOPENED, withdrawn)
        if withdrawn.by not in (withdrawn.user_id, caller.user_id):
            _tell(tx, caller, withdrawn.by, REOPENED, withdrawn)
        calls.tell_of_signature(tx, webhooks, SignatureEvent.WITHDRAWN, withdrawn)
        changes.append(_entry(Action.WITHDRAW_SIGNATURE, withdrawn))
    return changes


def locked_by(approved: Signature) -> PeriodLocked:
    """The refusal that names who approved."""
    return PeriodLocked(
        approved.user_id, approved.first_day, approved.last_day, approved.by, approved.at, approved.signature_id
    )


def _records_to_sign(tx: Transaction, person: Profile, period: DateRange, seen: str) -> PeriodRecords:
    """The person's records of the period, which has to be over and have nothing open. Raises OutdatedButton,
    PeriodNotOver, NotResolved, CorrectionWaiting or RecordsChanged."""
    kind = workspace_settings.in_force(tx, person.workspace_id).signature_period
    if kind.holding(period.first) != period:
        raise OutdatedButton
    if _today(tx, person) <= period.last:
        raise PeriodNotOver(period.last)
    scope = Scope(person.workspace_id, period.first, period.last, frozenset({person.user_id}))
    if opened := pair_queries.still_open(tx.connection, scope):
        raise NotResolved(opened[0])
    on = breaks.break_now(tx.connection, person.workspace_id, person.user_id, tx.now)
    if on and period.first <= on.pair.work_date <= period.last:
        raise NotResolved(on.pair)
    span = period.first, period.last
    if waiting := corrections.of_people(tx.connection, person.workspace_id, {person.user_id}, waiting=True, days=span):
        raise CorrectionWaiting(person.user_id, waiting[0])
    here = (tx.connection, person.workspace_id, [person.user_id], *span)
    records = signed_records.of_people(*here)[person.user_id]
    if seen and seen != records.digest:
        raise RecordsChanged(person.user_id, period.first)
    return records


def _withdraw_overtaken(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    period: DateRange,
    records: PeriodRecords,
    part: Part,
    webhooks: Collection[str],
) -> list[AuditedChange]:
    """The signature of that part whose records changed since gives way to a new one."""
    changes = []
    for one in signatures.of_period(tx.connection, caller.workspace_id, period.first, period.last, {user_id}):
        if one.part == part and one.digest != records.digest:
            withdrawn = signatures.withdraw(tx.connection, one, by=caller.user_id, at=tx.now, reason=None)
            calls.tell_of_signature(tx, webhooks, SignatureEvent.WITHDRAWN, withdrawn)
            changes.append(_entry(Action.WITHDRAW_SIGNATURE, withdrawn))
    return changes


def _add(
    tx: Transaction, caller: Caller, user_id: str, period: DateRange, records: PeriodRecords, part: Part
) -> Signature:
    signature = Signature(
        caller.workspace_id,
        new_id(),
        user_id,
        period.first,
        period.last,
        part,
        caller.user_id,
        tx.now,
        caller.via,
        records.digest,
        records.figures.as_text(),
    )
    signatures.add(tx.connection, signature)
    return signature


def _tell_person(tx: Transaction, caller: Caller, kind: str, signature: Signature) -> None:
    if signature.user_id != caller.user_id:
        tell_of_use(tx, caller)
        _tell(tx, caller, signature.user_id, kind, signature)


def _tell(tx: Transaction, caller: Caller, recipient: str, kind: str, signature: Signature) -> None:
    facts = {"signature": signatures.to_audit_fields(signature), "by": caller.user_id}
    outbox.add(tx.connection, caller.workspace_id, recipient, kind, tx.now, facts=facts)


def _entry(action: Action, signature: Signature) -> AuditedChange:
    return action, signature.signature_id, signatures.to_audit_fields(signature)


def _today(tx: Transaction, person: Profile) -> date:
    """The day that it is for the person."""
    zone = person.zone or people.workspace_zone(tx.connection, person.workspace_id)
    return work_date(tx.now, zone_named(zone))
