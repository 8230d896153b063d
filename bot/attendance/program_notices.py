"""Messages to people about what a program does to their records, with an API token.

A program can make thousands of changes. A message for each would be too many to read, and would delay all others. So
the first change gets a message of its own, and those that follow share one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.permissions import Caller
from bot.runtime.services import Services
from storage import audit, outbox
from storage.audit import Action
from storage.column_types import EPOCH
from storage.database import Transaction
from storage.tokens import Token

MORE = "records-changed/1"
"""The notice about the changes of one kind that followed the first."""
TOGETHER = timedelta(minutes=5)


def notify_of_clocking(
    tx: Transaction, caller: Caller, token: Token, user_id: str, kind: str, facts: Mapping[str, Any]
) -> None:
    """Sends the person a message about the first clock-in or clock-out of the day (UTC). No more are needed, because
    people usually see the terminal's answer."""
    key = f"clocked {token.token_id} {user_id} {tx.now.date()}"
    outbox.add(tx.connection, caller.workspace_id, user_id, kind, tx.now, key=key, facts=facts)


def notify_of_others(
    tx: Transaction,
    caller: Caller,
    token: Token,
    user_id: str,
    kind: str,
    action: Action,
    facts: Mapping[str, Any],
) -> None:
    """Tells the person of the first of such changes within five minutes at once, and of all others when these are over.
    To be called before the change is audited."""
    start = EPOCH + (tx.now - EPOCH) // TOGETHER * TOGETHER
    key = f"{action} {token.token_id} {user_id} {start:%Y-%m-%dT%H:%M}"
    if outbox.add(tx.connection, caller.workspace_id, user_id, kind, tx.now, key=f"first {key}", facts=facts):
        return
    (head,) = audit.heads(tx.connection, caller.workspace_id)
    end = start + TOGETHER
    more = {"action": action, "token": facts["token"], "after": head.sequence, "until": end}
    outbox.add(tx.connection, caller.workspace_id, user_id, MORE, tx.now, due_at=end, key=f"more {key}", facts=more)


async def changed_days(
    services: Services, workspace_id: str, user_id: str, token_id: str, after: int, action: Action, until: datetime
) -> Sequence[date]:
    """The work dates of the person's records that a program changed so, after that audit entry and before `until`: in
    order, one for each change."""

    def read(tx: Transaction) -> list[date]:
        found = []
        for entry in audit.after(tx.connection, workspace_id, after, action, until):
            try:
                told = entry.told()
                if told["user_id"] == user_id and told[audit.TOKEN]["id"] == token_id:
                    found.append(date.fromisoformat(told["work_date"]))
            except (ValueError, TypeError, KeyError):
                continue  # not by a program, or nothing that can be read
        return sorted(found)

    return await services.database.read(read)
