"""When a record changes only after the person and an employer agreed, by the workspace's setting."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from bot import permissions
from bot.attendance.signatures import locked_by
from bot.calendar.worktime import work_date, zone_named
from bot.errors import NeedsCorrection
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from bot.workspaces.workspace_settings import WorkspaceSettings
from storage import people, signatures
from storage.corrections import Part
from storage.database import Transaction
from storage.pairs import Pair
from storage.period_locks import PeriodLocked

Step = Literal["add", "change", "remove", "break"]


async def needed(services: Services, caller: Caller, kind: Step, user_id: str, day: date | None = None) -> Part | None:
    """Who has to agree before the caller does that to a record of the user (of that work date, to add one). None:
    nobody. In a period that was approved, that's an employer for one's own: the approval goes with it."""

    def read(tx: Transaction) -> Part | None:
        part = agreement_needed(tx, caller, kind, user_id, day)
        return part or ("employer" if _is_locked(tx, caller, user_id, day) else None)

    return await services.database.read(read)


def agreement_needed(tx: Transaction, caller: Caller, kind: Step, user_id: str, day: date | None = None) -> Part | None:
    """The same, within a transaction."""
    made = workspace_settings.in_force(tx, caller.workspace_id)
    return who_agrees(tx, made, caller, kind, user_id, day)


def who_agrees(
    tx: Transaction, made: WorkspaceSettings, caller: Caller, kind: Step, user_id: str, day: date | None = None
) -> Part | None:
    """The same, under these settings."""
    own = caller.user_id == user_id
    if made.corrections is CorrectionWay.BOTH:
        return "employer" if own else "person"
    if made.corrections is CorrectionWay.REQUEST and own and kind == "add" and _is_older(tx, made, caller, day):
        return None if permissions.may(tx, caller, Operation.CHANGE, user_id) else "employer"
    return None


def require_no_agreement(tx: Transaction, caller: Caller, kind: Step, user_id: str, day: date | None = None) -> None:
    """Raises NeedsCorrection."""
    if part := agreement_needed(tx, caller, kind, user_id, day):
        raise NeedsCorrection(part, user_id, kind)


async def lock_on(services: Services, pair: Pair) -> PeriodLocked | None:
    """Why only a correction can change the record, until its period is opened again. None if nobody approved it."""
    return await services.database.read(lambda tx: lock_within(tx, pair))


def lock_within(tx: Transaction, pair: Pair) -> PeriodLocked | None:
    """The same, within a transaction."""
    approved = signatures.locking(tx.connection, pair.workspace_id, pair.user_id, [pair.work_date])
    return locked_by(approved[0]) if approved else None


def _is_locked(tx: Transaction, caller: Caller, user_id: str, day: date | None) -> bool:
    """Whether that is a day of the caller's own that somebody else has approved, and only somebody else can reopen."""
    if day is None or caller.user_id != user_id or permissions.may_as_employer(tx, caller, Operation.APPROVE, user_id):
        return False
    return bool(signatures.locking(tx.connection, caller.workspace_id, user_id, [day]))


def _is_older(tx: Transaction, made: WorkspaceSettings, caller: Caller, day: date | None) -> bool:
    """Whether the work date is more days ago than that, where its person is."""
    days = made.ask_for_older_than_days
    if days is None or day is None:
        return False
    zone = people.find(tx.connection, caller.workspace_id, caller.user_id).zone
    today = work_date(tx.now, zone_named(zone or people.workspace_zone(tx.connection, caller.workspace_id)))
    return day < today - timedelta(days=days)
