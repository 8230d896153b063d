"""Reads what the ledger knows of people. Those who write while a read is under way share the next one: at nine o'clock,
a read for each would wait for seconds."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

from bot.runtime.services import Services
from storage.database import Transaction

T = TypeVar("T")

ReadMany = Callable[[Transaction, str, Collection[str]], Mapping[str, T]]
"""What is known of those people of a workspace, by user id."""


class SharedReads(Generic[T]):
    """One read at a time for each workspace."""

    def __init__(self, services: Services, read: ReadMany[T]) -> None:
        self._services, self._read_many = services, read
        self._next: dict[str, tuple[set[str], asyncio.Task[Mapping[str, T]]]] = {}
        """By workspace: the user ids of a read that waits for the one under way."""
        self._reading: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, workspace_id: str, user_id: str) -> T | None:
        """None for somebody of whom nothing is known."""
        if workspace_id not in self._next:
            user_ids: set[str] = set()
            self._next[workspace_id] = user_ids, self._services.tasks.start(self._read(workspace_id, user_ids))
        user_ids, reading = self._next[workspace_id]
        user_ids.add(user_id)
        return (await asyncio.shield(reading)).get(user_id)

    async def _read(self, workspace_id: str, user_ids: Collection[str]) -> Mapping[str, T]:
        async with self._reading[workspace_id]:
            del self._next[workspace_id]
            return await self._services.database.read(lambda tx: self._read_many(tx, workspace_id, user_ids))
