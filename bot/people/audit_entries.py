"""Writes a change's audit entry, in the transaction of the change (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.permissions import Caller
from storage import audit
from storage.audit import Action
from storage.database import Transaction

__all__ = ["Action"]


def record_audit_entry(
    tx: Transaction, caller: Caller, action: Action, subject: str, facts: Mapping[str, object]
) -> None:
    """Who (`caller`) did what (`action`) to what (`subject`), through what and when; `facts` tell the rest."""
    tx.commit_proof = audit.record(
        tx.connection,
        caller.workspace_id,
        at=tx.now,
        actor=caller.user_id,
        via=caller.via,
        action=action,
        subject=subject,
        facts=facts,
    )


def record_audit_entries(
    tx: Transaction, caller: Caller, changes: Sequence[tuple[Action, str, Mapping[str, object]]]
) -> None:
    """The same for many changes of one transaction."""
    tx.commit_proof = audit.record_all(
        tx.connection, caller.workspace_id, at=tx.now, actor=caller.user_id, via=caller.via, changes=changes
    )
