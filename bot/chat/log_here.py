"""`log here`: the channel where an admin types it becomes the log channel."""

from __future__ import annotations

import re

from bot.chat.routing import Ask
from bot.chat.views import Message, Text
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence
from bot.workspaces import workspace_settings

_WORDS = re.compile(r"log here[.!]*", re.IGNORECASE)


async def answered(ask: Ask, words: str) -> Message | None:
    """Does what the words say. None for other words. Raises Forbidden to those who aren't admins."""
    if not _WORDS.fullmatch(" ".join(words.split())):
        return None
    await workspace_settings.overview(ask.services, ask.caller)  # people without the right learn no more than that
    settings = code(ask.command("settings"))
    if (channel_id := await ask.here.place()) is None:
        said = _("I can't set that from here. Choose the channel in {settings}.")
        if not ask.reader.slashes:
            said = _(
                "I can't post clock-ins here. Type {here} after my name in a channel without people of other companies."
            )
        return Message([Text(sentence(said, settings=settings, here=code(ask.command("log here"))))])
    await workspace_settings.change(ask.services, ask.caller, log_channel=channel_id)
    said = _("✅ <b>Clock-ins and clock-outs will be posted here.</b> You can change that in {settings}.")
    return Message([Text(sentence(said, settings=settings))])
