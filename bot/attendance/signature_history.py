"""Signatures under periods in the change history, read from the audit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.attendance.break_history import UnreadableChange
from bot.calendar.ranges import DateRange
from bot.people.audit_entries import Action, UsedToken
from storage import audit, signatures
from storage.audit import Entry, Kind
from storage.database import Transaction
from storage.signatures import Signature
from storage.signed_records import Figures

_PARTS = {Action.SIGN_PERIOD: "person", Action.APPROVE_PERIOD: "manager"}


@dataclass(frozen=True, slots=True)
class SignatureChange:
    """Somebody signed or approved a period, or took that back, at that time (UTC). `signature` as it was after that."""

    at: datetime
    actor: str
    via: str
    action: Action
    signature: Signature
    figures: Figures
    token: UsedToken | None = None

    @property
    def is_of_person(self) -> bool:
        """Whether it's about the signature of the person whose records these are."""
        return self.signature.part == "person"

    @property
    def withdraws(self) -> bool:
        """Whether the signature was taken back."""
        return self.action is Action.WITHDRAW_SIGNATURE


def of_days(
    tx: Transaction, workspace_id: str, user_id: str, days: DateRange
) -> Iterator[tuple[int, SignatureChange | UnreadableChange]]:
    """What became of the signatures under the person's periods that share a day with these, each with the number of its
    entry."""
    under = signatures.touching(tx.connection, workspace_id, days.first, days.last, {user_id})
    found = [one.signature_id for one in under]
    entries = audit.about(tx.connection, workspace_id, Kind.SIGNATURE, found) if found else []
    signed = {entry.sequence for entry in entries if entry.action == Action.SIGN_PERIOD}
    for entry in entries:
        change = _change(entry)
        gives_way = isinstance(change, SignatureChange) and change.is_of_person and change.withdraws
        if not (gives_way and entry.sequence + 1 in signed):  # they signed again, in the same transaction
            yield entry.sequence, change


def _change(entry: Entry) -> SignatureChange | UnreadableChange:
    action = Action(entry.action)
    try:
        told = entry.told()
        signature, token = signatures.from_audit_fields(told), UsedToken.of_entry(told)
        if signature.part != _PARTS.get(action, signature.part):
            raise ValueError("nobody signs so")
        figures = Figures.read(signature.figures)
    except (ValueError, TypeError, KeyError):
        return UnreadableChange(entry.sequence)
    return SignatureChange(entry.at, entry.actor, entry.via, action, signature, figures, token)
