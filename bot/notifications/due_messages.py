"""Messages that the bot sends on its own: each once, however many replicas and restarts find it due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.runtime.services import Services
from storage import outbox
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is due. Its key keeps it from being sent twice."""

    key: str
    recipient: str
    kind: str
    facts: Mapping[str, Any]


async def queue_once(services: Services, workspace_id: str, find: Callable[[Transaction], Sequence[Due]]) -> None:
    """Queues what `find` says is due. Writes only if something is new."""

    def read(tx: Transaction) -> list[Due]:
        due = find(tx)
        said = outbox.keys_among(tx.connection, workspace_id, [one.key for one in due]) if due else set()
        return [one for one in due if one.key not in said]

    def write(tx: Transaction) -> None:
        for one in new:
            outbox.add(tx.connection, workspace_id, one.recipient, one.kind, tx.now, key=one.key, facts=one.facts)

    if new := await services.database.read(read):
        await services.database.write(write)
