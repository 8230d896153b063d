"""Writes a change's audit entry, in the transaction of the change (rule 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.permissions import Caller
from storage import audit
from storage.audit import Action
from storage.database import Transaction
from storage.tokens import Token

__all__ = ["Action"]


@dataclass(frozen=True, slots=True)
class UsedToken:
    """The API token that a change came through. `made_by`: a person's id, `cli:…` for an operator's, None where nobody
    knows any more."""

    id: str
    name: str | None
    made_by: str | None

    @classmethod
    def of(cls, token: Token) -> UsedToken:
        """As entries and messages hold it."""
        return cls(token.token_id, token.name, token.created_by)

    @classmethod
    def of_entry(cls, told: Mapping[str, Any]) -> UsedToken | None:
        """What an entry's facts say of it."""
        found = told.get(audit.TOKEN)
        return cls(**found) if found else None

    def told(self) -> dict[str, str | None]:
        """As facts of an entry or a message. Each clock-in needs them, and `asdict` takes ten times as long."""
        return {"id": self.id, "name": self.name, "made_by": self.made_by}


def record_audit_entry(
    tx: Transaction, caller: Caller, action: Action, subject: str, facts: Mapping[str, object]
) -> None:
    """Who (`caller`) did what (`action`) to what (`subject`), through what and when; `facts` tell the rest. A change
    over the API names its token as well, and who made that."""
    tx.commit_proof = audit.record(
        tx.connection,
        caller.workspace_id,
        at=tx.now,
        actor=caller.user_id,
        via=caller.via,
        action=action,
        subject=subject,
        facts=_with_token(caller, facts),
    )


def record_audit_entries(
    tx: Transaction, caller: Caller, changes: Sequence[tuple[Action, str, Mapping[str, object]]]
) -> None:
    """The same for many changes of one transaction."""
    told = [(action, subject, _with_token(caller, facts)) for action, subject, facts in changes]
    tx.commit_proof = audit.record_all(
        tx.connection, caller.workspace_id, at=tx.now, actor=caller.user_id, via=caller.via, changes=told
    )


def _with_token(caller: Caller, facts: Mapping[str, object]) -> Mapping[str, object]:
    return {**facts, audit.TOKEN: UsedToken.of(caller.token).told()} if caller.token else facts
