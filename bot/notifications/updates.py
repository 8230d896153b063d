"""Repeats updates of posts and questions until they show the current state."""

from __future__ import annotations

from typing import Any

from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from storage import outbox

MOST_IN_A_ROW = 5


async def update_again(services: Services, message: Message, **facts: Any) -> None:
    """Queues the update again with these facts changed, because something changed while the chat was updating. Gives up
    after a few in a row; the next change queues the next update."""
    in_a_row = int(message.facts.get("in_a_row", 0)) + 1
    if in_a_row > MOST_IN_A_ROW:
        return
    now = {**message.facts, **facts, "in_a_row": in_a_row}
    await services.database.write(
        lambda tx: outbox.add(tx.connection, message.workspace_id, message.recipient, message.kind, tx.now, facts=now)
    )
