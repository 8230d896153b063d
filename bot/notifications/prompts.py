"""Updates the bot's own questions in place when they are answered elsewhere."""

from __future__ import annotations

import structlog

from bot.attendance import correction_notices
from bot.attendance.change_notifications import Kind, day_of, update_prompts
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from storage import prompts
from storage.errors import Unavailable
from storage.prompts import Prompt

__all__ = ["Prompt"]

log = structlog.get_logger(__name__)


async def remember(services: Services, message: Message, channel: str, posted_ts: str) -> bool:
    """Stores where the message was posted if it is a question. Returns whether it is one."""
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
    """Queues an update of the question that was just sent, because it was answered meanwhile."""
    about = _about(message)
    assert about is not None
    await services.database.write(lambda tx: update_prompts(tx, message.workspace_id, about))


async def find(services: Services, update: Message) -> Prompt | None:
    """The question to update. None if it was replaced by an answer."""
    about, message_id = str(update.facts["about"]), str(update.facts["message_id"])
    for prompt in await services.database.read(lambda tx: prompts.about(tx.connection, update.workspace_id, about)):
        if prompt.message_id == message_id:
            return _about_now(prompt)
    return None


async def find_moved(services: Services, prompt: Prompt) -> Prompt | None:
    """The question, if its subject has another id now. None if it was replaced by an answer."""
    moved = await services.database.read(
        lambda tx: prompts.by_message(tx.connection, prompt.workspace_id, prompt.message_id)
    )
    return _about_now(moved) if moved else None


async def sharing_message(services: Services, prompt: Prompt) -> list[Prompt]:
    """The questions in the message of this one, which is among them."""
    found = await services.database.read(
        lambda tx: prompts.in_message(tx.connection, prompt.workspace_id, prompt.channel, prompt.posted_ts)
    )
    return [_about_now(one) for one in found]


async def is_question(services: Services, workspace_id: str, channel: str, posted_ts: str) -> bool:
    """Whether that message is a question that is updated once it's answered."""
    found = await services.database.read(lambda tx: prompts.in_message(tx.connection, workspace_id, channel, posted_ts))
    return bool(found)


async def forget(services: Services, workspace_id: str, channel: str, posted_ts: str) -> None:
    """Removes a question that was replaced by an answer."""
    try:
        await services.database.write(lambda tx: prompts.forget(tx.connection, workspace_id, channel, posted_ts))
    except Unavailable as error:
        log.warning("question-not-forgotten", reason=str(error))


def _about_now(prompt: Prompt) -> Prompt:
    """The question with the id that the clock-in or break has now."""
    has_moved = {name: prompt.about for name in ("event_id", "break_id") if name in prompt.facts}
    return prompt._replace(facts={**prompt.facts, **has_moved})


def _about(message: Message) -> str | None:
    match message.kind:
        case Kind.STILL_WORKING | Kind.FORGOTTEN:
            return str(message.facts["event_id"])
        case Kind.REMIND_IN:
            return day_of(message.recipient, message.facts["day"])
        case Kind.BACK:
            return str(message.facts["break_id"])
        case correction_notices.CARD | correction_notices.REMIND | correction_notices.ANSWERED:
            return str(message.facts["correction_id"])
    return None
