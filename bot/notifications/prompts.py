"""The bot's own questions, updated where they stand once they are answered elsewhere."""

from __future__ import annotations

from bot.attendance.change_notifications import Kind, day_of, update_prompts
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from storage import prompts
from storage.prompts import Prompt

__all__ = ["Prompt"]


async def remember(services: Services, message: Message, channel: str, posted_ts: str) -> bool:
    """Keeps where the message stands, if it is a question; tells whether it is."""
    if (about := _about(message)) is None:
        return False
    prompt = Prompt(
        message.workspace_id,
        about,
        message.message_id,
        message.recipient,
        message.kind,
        message.facts,
        channel,
        posted_ts,
    )
    await services.database.write(lambda tx: prompts.remember(tx.connection, prompt, tx.now))
    return True


async def update(services: Services, message: Message) -> None:
    """Has the question updated that was just sent: it was answered meanwhile."""
    about = _about(message)
    assert about is not None
    await services.database.write(lambda tx: update_prompts(tx, message.workspace_id, about))


async def find(services: Services, update: Message) -> Prompt | None:
    """The question that is to be updated; None where an answer took its place."""
    about, message_id = str(update.facts["about"]), str(update.facts["message_id"])
    for prompt in await services.database.read(lambda tx: prompts.about(tx.connection, update.workspace_id, about)):
        if prompt.message_id == message_id:
            has_moved = {"event_id": about} if "event_id" in prompt.facts else {}
            return prompt._replace(facts={**prompt.facts, **has_moved})
    return None


async def forget(services: Services, workspace_id: str, channel: str, posted_ts: str) -> None:
    """An answer takes the question's place."""
    await services.database.write(lambda tx: prompts.forget(tx.connection, workspace_id, channel, posted_ts))


def _about(message: Message) -> str | None:
    match message.kind:
        case Kind.STILL_WORKING | Kind.FORGOTTEN:
            return str(message.facts["event_id"])
        case Kind.REMIND_IN:
            return day_of(message.recipient, message.facts["day"])
    return None
