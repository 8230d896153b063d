"""A person's own chat with the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.msteams.connector import Connector, NotTaken, Place
from bot.runtime.services import Services
from storage import msteams


async def personal_chat(
    services: Services,
    connector: Connector,
    workspace_id: str,
    user_id: str,
    opening: Callable[[str], None] = lambda workspace_id: None,
) -> Place:
    """The chat, which is made if there is none yet; `opening` is called before. Raises NotTaken for somebody whom the
    bot can't write to, or Unreachable."""
    known = await services.database.read(lambda tx: msteams.find_person(tx.connection, workspace_id, user_id))
    if known is None:
        raise NotTaken(404, "never met")
    if known.conversation_id:
        return Place(known.service_url, known.conversation_id)
    opening(workspace_id)
    made = await connector.open_personal(known.service_url, workspace_id, known.teams_id)
    contact = replace(known, conversation_id=made)
    await services.database.write(lambda tx: msteams.remember_person(tx.connection, workspace_id, user_id, contact))
    return Place(contact.service_url, made)
