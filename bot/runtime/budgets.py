"""Keeps what is sent below the chat platform's limits, in all replicas together.

A budget takes a few at once, and one more after each pause. What finds it spent waits in the outbox.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import budgets
from storage.database import Transaction

MOST_REMEMBERED = 200  # direct calls of a workspace
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, `burst`, and one more after each `every`."""

    every: timedelta
    burst: int = 1


Costs = Mapping[str, Rate]
"""The budgets that a message spends, by name, the narrowest last."""


class Budgets:
    """What a workspace has spent as of now."""

    def __init__(self, spent: Mapping[str, datetime], now: datetime) -> None:
        self._until = dict(spent)
        self._now = now

    def have_room(self, costs: Costs) -> bool:
        """Whether all of these budgets take one more."""
        return all(self._spent(name) - self._now <= rate.every * (rate.burst - 1) for name, rate in costs.items())

    def spend(self, costs: Costs) -> None:
        """Takes one from each of them. Direct calls can take more than there is: that is made up for in a minute."""
        for name, rate in costs.items():
            self._until[name] = min(self._spent(name) + rate.every, self._now + MINUTE + rate.every * rate.burst)

    def close(self, costs: Costs, until: datetime) -> None:
        """Takes nothing before then, and one at a time at first, because the platform asked for a pause."""
        for name, rate in costs.items():
            self._until[name] = max(self._spent(name), until + rate.every * (rate.burst - 1))

    def kept(self) -> dict[str, datetime]:
        """What the ledger needs to know of them."""
        return {name: until for name, until in self._until.items() if until > self._now}

    def _spent(self, name: str) -> datetime:
        return max(self._until.get(name, self._now), self._now)


def read(tx: Transaction, workspace_id: str) -> Budgets:
    """To look whether anything has room."""
    return Budgets(budgets.read(tx.connection, workspace_id), tx.now)


def lock(tx: Transaction, workspace_id: str) -> Budgets:
    """To spend from them. No other replica does until the transaction ends."""
    spent = budgets.lock(tx.connection, workspace_id)
    return Budgets(spent, tx.now)  # now: after it waited for the lock


def save(tx: Transaction, workspace_id: str, spent: Budgets) -> None:
    """Stores what was spent."""
    budgets.put(tx.connection, workspace_id, spent.kept())


def take(tx: Transaction, workspace_id: str, costs: Costs) -> bool:
    """Takes one from each of these budgets. Returns whether they had room."""
    spent = lock(tx, workspace_id)
    if has_room := spent.have_room(costs):
        spent.spend(costs)
        save(tx, workspace_id, spent)
    return has_room


class DirectCalls:
    """This replica's calls that answer a person. They wait for no budget, and the messages that follow wait longer."""

    def __init__(self) -> None:
        self._calls: dict[str, deque[tuple[Costs, datetime]]] = {}

    def note(self, workspace_id: str, costs: Costs, at: datetime) -> None:
        """A call was made. Those of more than a minute ago no longer count."""
        calls = self._calls.setdefault(workspace_id, deque(maxlen=MOST_REMEMBERED))
        while calls and at - calls[0][1] >= MINUTE:
            calls.popleft()
        calls.append((costs, at))

    def take(self, workspace_id: str, now: datetime) -> list[Costs]:
        """What the last minute's calls cost, which is forgotten here."""
        return [costs for costs, at in self._calls.pop(workspace_id, ()) if now - at < MINUTE]
