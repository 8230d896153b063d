"""Signatures under periods: a person's or a manager's word that the records are right. The figures are kept as they
were signed. A manager's signature that stands locks the period; it can only be withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from storage.column_types import OneOf
from storage.errors import AlreadySigned, AlreadyWithdrawn, CorrectionWaiting, OpenRecord
from storage.pairs import instant_of
from storage.tables import signatures

Part = Literal["person", "manager"]
LONGEST_PERIOD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Signature:
    """What `by` signed for the user's work dates from `first_day` to `last_day`: the figures as they were (JSON), and a
    digest of the records. The reason of a withdrawal is None once it was erased, or if none was given."""

    workspace_id: str
    signature_id: str
    user_id: str
    first_day: date
    last_day: date
    part: Part
    by: str
    at: datetime
    via: str
    digest: str
    figures: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    reason: str | None = None

    @property
    def is_own_approval(self) -> bool:
        """Whether a sole admin approved their own period."""
        return self.part == "manager" and self.by == self.user_id


def add(connection: Connection, signature: Signature) -> None:
    """Writes a new signature. Raises AlreadySigned if one stands for the same period, OpenRecord, and
    CorrectionWaiting."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(signatures).values(to_audit_fields(signature)).on_conflict_do_nothing()
    try:
        written = connection.execute(statement.returning(signatures.c.signature_id)).first()
    except IntegrityError as error:
        if "no open record" in str(error.orig):
            raise OpenRecord(signature.user_id) from error
        if "no waiting correction" in str(error.orig):
            raise CorrectionWaiting(signature.user_id) from error
        if "written once" not in str(error.orig):
            raise
        written = None
    if written is None:
        raise AlreadySigned(_standing(connection, signature))


def withdraw(connection: Connection, signature: Signature, *, by: str, at: datetime, reason: str | None) -> Signature:
    """Withdraws a signature. Raises AlreadyWithdrawn if somebody else was faster."""
    values = {"withdrawn_at": at, "withdrawn_by": by, "reason": reason}
    same = (
        signatures.c.workspace_id == signature.workspace_id,
        signatures.c.signature_id == signature.signature_id,
        signatures.c.withdrawn_at.is_(None),
    )
    if connection.execute(update(signatures).where(*same).values(values)).rowcount == 0:
        raise AlreadyWithdrawn(find(connection, signature.workspace_id, signature.signature_id) or signature)
    return replace(signature, withdrawn_at=at, withdrawn_by=by, reason=reason)


def find(connection: Connection, workspace_id: str, signature_id: str) -> Signature | None:
    """The signature, also a withdrawn one."""
    here = (signatures.c.workspace_id == workspace_id, signatures.c.signature_id == signature_id)
    row = connection.execute(select(signatures).where(*here)).first()
    return Signature(*row) if row else None


def of_period(
    connection: Connection,
    workspace_id: str,
    first: date,
    last: date,
    user_ids: Collection[str] | None = None,
    *,
    withdrawn: bool = False,
) -> list[Signature]:
    """The signatures under just that period, oldest first: those that stand, or with `withdrawn` all."""
    query = select(signatures).where(
        signatures.c.workspace_id == workspace_id,
        signatures.c.first_day == first,
        signatures.c.last_day == last,
    )
    if not withdrawn:
        query = query.where(signatures.c.withdrawn_at.is_(None))
    if user_ids is not None:
        query = query.where(OneOf(signatures.c.user_id, user_ids))
    ordered = query.order_by(signatures.c.at, signatures.c.signature_id)
    return [Signature(*row) for row in connection.execute(ordered)]


def touching(
    connection: Connection, workspace_id: str, first: date, last: date, user_ids: Collection[str] | None = None
) -> list[Signature]:
    """Those under periods that share a day with this range, withdrawn ones too; the newest periods first, in each the
    oldest signature."""
    query = select(signatures).where(
        signatures.c.workspace_id == workspace_id,
        signatures.c.first_day.between(first - min(LONGEST_PERIOD, first - date.min), last),
        signatures.c.last_day >= first,
    )
    if user_ids is not None:
        query = query.where(OneOf(signatures.c.user_id, user_ids))
    ordered = query.order_by(signatures.c.first_day.desc(), signatures.c.at, signatures.c.signature_id)
    return [Signature(*row) for row in connection.execute(ordered)]


def locking(connection: Connection, workspace_id: str, user_id: str, days: Collection[date]) -> list[Signature]:
    """The approvals that stand and lock one of those work dates of the user, oldest first."""
    query = select(signatures).where(
        signatures.c.workspace_id == workspace_id,
        signatures.c.user_id == user_id,
        signatures.c.part == "manager",
        signatures.c.withdrawn_at.is_(None),
        or_(*(and_(signatures.c.first_day <= day, signatures.c.last_day >= day) for day in sorted(days))),
    )
    ordered = query.order_by(signatures.c.at, signatures.c.signature_id)
    return [Signature(*row) for row in connection.execute(ordered)]


def to_audit_fields(signature: Signature) -> Mapping[str, Any]:
    """Every column of the signature, for its audit entry."""
    return {name: getattr(signature, name) for name in Signature.__slots__}


def from_audit_fields(told: Mapping[str, Any]) -> Signature:
    """The signature as it was when the entry was written. Raises KeyError, TypeError or ValueError."""
    found = {name: told[name] for name in Signature.__slots__}
    for name in ("at", "withdrawn_at"):
        found[name] = found[name] and instant_of(found[name])
    return Signature(**found | {name: date.fromisoformat(found[name]) for name in ("first_day", "last_day")})


def _standing(connection: Connection, signature: Signature) -> Signature:
    here = (connection, signature.workspace_id, signature.first_day, signature.last_day, {signature.user_id})
    return next(one for one in of_period(*here) if one.part == signature.part)
