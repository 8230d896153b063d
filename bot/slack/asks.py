"""What a handler is asked, and what it may answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import HomeTabView, ModalView

from bot.chat.handling import FieldErrors
from bot.chat.routing import Router
from bot.permissions import Caller
from bot.runtime.services import Services
from bot.slack.blocks import Answer
from bot.slack.response_urls import respond
from bot.wording import Reader

OPEN_WITHIN_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as plain values: what a handler may know of Slack's payload."""

    services: Services
    caller: Caller
    reader: Reader
    client: AsyncWebClient
    router: Router
    words: str = ""
    """What was typed after the command, out of Slack's notation."""
    action_id: str = ""
    """Which button was pressed; of a form, which form was sent."""
    value: str = ""
    """What the pressed button carries."""
    trigger_id: str = ""
    channel_id: str = ""
    """Where it was typed or pressed; empty in a form and on the Home tab."""
    message_ts: str = ""
    """The message whose button was pressed, unless it's one that only its reader has."""
    fields: Mapping[str, Any] | None = None
    """A form's values by block id: text, an option's value, a day, a time of day, an id; several where several can be
    chosen; None where empty."""
    metadata: str = ""
    response_url: str = ""

    async def open(self, view: ModalView) -> None:
        """Opens a form. Raises what slack_sdk raises, or TimeoutError: past 3 seconds Slack opens none."""
        async with asyncio.timeout(OPEN_WITHIN_SECONDS):
            await self.client.views_open(trigger_id=self.trigger_id, view=view.to_dict())

    async def tell(self, text: str) -> None:
        """Sends a message while the answer is under way. A failure is only logged."""
        if self.response_url:
            message = {"response_type": "ephemeral", "replace_original": False, **Answer(text).payload}
            await respond(self.client, self.response_url, message)


@dataclass(frozen=True, slots=True)
class Done:
    """A form has done its work: it closes, and the person gets this as a message."""

    answer: Answer
    instead_of: str = ""
    """The response_url of the message that it replaces."""


class NotTaken(Exception):
    """Slack refused part of an answer. The text is the sentence for the person who asked."""


Outcome = Answer | ModalView | HomeTabView | FieldErrors | Done | None
Handler = Callable[[Ask], Awaitable[Outcome]]
