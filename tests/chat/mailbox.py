"""The bot's own messages as a chat keeps them: sent to each person, and updated in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.chat.sending import DELIVERIES
from bot.chat.views import Message, Outcome
from bot.notifications import prompts
from bot.notifications.channel_posts import Posted
from bot.permissions import Via
from bot.runtime import outbox_sender
from bot.runtime.outbox_sender import send_due
from tests.chat.conftest import PlainDoor, labels, shown
from tests.conftest import WORKSPACE


@dataclass
class Mailbox:
    """A chat's direct messages, by person and in the order in which they came."""

    door: PlainDoor
    via = Via.SLACK
    slashes = True
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    """Of each person, by the chat's own name for each."""

    async def send(self, recipient: str, message: Message) -> Posted:
        theirs = self.messages.setdefault(recipient, {})
        posted = Posted(f"D-{recipient}", f"{len(theirs) + 1}")
        theirs[posted.posted_ts] = message
        return posted

    async def update(self, recipient: str, posted: Posted, message: Message) -> None:
        self.messages[recipient][posted.posted_ts] = message

    async def fetch(self) -> None:
        """Sends what waits."""

        async def post(messages: Sequence[outbox_sender.Message]) -> None:
            if deliver := DELIVERIES.get(messages[0].kind):
                await deliver(self.door.services, self, messages)

        while await send_due(self.door.services, WORKSPACE, post):
            pass

    async def of(self, user_id: str) -> list[list[str]]:
        """The lines of each message, as they are now."""
        await self.fetch()
        return [read(message) for message in self.messages.get(user_id, {}).values()]

    async def last(self, user_id: str) -> Message:
        """The newest message."""
        await self.fetch()
        return [*self.messages[user_id].values()][-1]

    async def press(self, user_id: str, label: str) -> Outcome:
        """Presses the button of that label in the newest message that has it. What comes in its place replaces it."""
        await self.fetch()
        found = [ts for ts, message in self.messages[user_id].items() if label in labels(message)]
        posted_ts = found[-1]
        outcome = await self.door.press(user_id, self.messages[user_id][posted_ts], label)
        if isinstance(outcome, Message) and outcome.replaces:
            self.messages[user_id][posted_ts] = outcome
            if not outcome.goes_on:
                await prompts.forget(self.door.services, WORKSPACE, f"D-{user_id}", posted_ts)
        return outcome


def read(outcome: Outcome) -> list[str]:
    """The lines, with plain spaces."""
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in shown(outcome)]
