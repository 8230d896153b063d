"""What features of `bot.chat` can ask of Teams while they answer: a post for everybody, another message, files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.chat.routing import Chat
from bot.chat.views import Files, Message, Text
from bot.msteams import channels, drawing, sentences
from bot.msteams.activities import Activity
from bot.msteams.answers import Answers, place_of
from bot.msteams.connector import Connector, NotTaken, Place
from bot.msteams.files import Origin, offer
from bot.msteams.handling import NotPossible
from bot.msteams.personal_chats import personal_chat
from bot.msteams.signing import Signer
from bot.people.user_groups import Group
from bot.runtime.services import Services

HereFor = Callable[[Activity, Origin], Chat]
"""The place of an activity, for what was typed or pressed there."""


@dataclass(frozen=True, slots=True)
class Here:
    """The place where something was typed or pressed. `origin`: what, so that it can make the same files again."""

    services: Services
    connector: Connector
    answers: Answers
    activity: Activity
    origin: Origin
    signer: Signer

    async def post_here(self, message: Message) -> None:
        """Raises NotPossible in the person's own chat, and where the bot can't post."""
        if self.activity.is_personal:
            raise NotPossible(sentences.NO_CHANNEL())
        payload = await drawing.message(self.services, self.activity.tenant_id, message)
        try:
            await self.connector.send(place_of(self.activity), payload)
        except NotTaken as error:
            if error.is_gone:
                raise NotPossible(sentences.NOT_IN_CHANNEL()) from error
            raise

    async def direct(self, message: Message) -> None:
        """Without waiting for it."""
        self.services.tasks.start(self.answers.direct(self.activity, message))

    async def tell(self, text: Markup) -> None:
        """Beside the answer, and without waiting for it."""
        self.services.tasks.start(self.answers.say(self.activity, Message([Text(text)])))

    async def send(self, files: Files) -> None:
        """Offers each file in the person's own chat, and makes it again once they want it. Raises NotPossible."""
        place = await self._personal_chat()
        for path in files.paths:
            try:
                await self.connector.send(place, offer(files.title, path, self.origin, self._signed))
            except NotTaken as error:
                raise NotPossible(sentences.FILE_NOT_TAKEN()) from error

    async def place(self) -> str | None:
        """The channel, without the thread. None for a group chat and a shared channel: people of other companies may be
        there."""
        told = self.activity
        is_ours = told.conversation.conversation_type == "channel" and told.channel_data.channel.type != "shared"
        return told.conversation.id.partition(";")[0] if is_ours else None

    async def groups(self) -> Sequence[Group] | None:
        """The teams of Teams that the bot is in."""
        return await channels.offered(self.services.database, self.activity.tenant_id)

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        """Raises UnknownGroup or DirectoryUnavailable."""
        return await channels.group_reader(self.services.database, self.connector)(workspace_id, group_id)

    def _signed(self, text: str) -> str:
        return self.signer.signed(text, self.activity)

    async def _personal_chat(self) -> Place:
        try:
            return await personal_chat(self.services, self.connector, self.activity.tenant_id, self.activity.user_id)
        except NotTaken as error:
            if error.is_gone:
                raise NotPossible(sentences.NOT_INSTALLED()) from error
            raise
