"""What features of `bot.chat` can ask of Slack while they answer: a post for everybody, another message, files."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from markupsafe import Markup
from slack_sdk.errors import SlackApiError

from bot.chat import routing
from bot.chat.views import Files, Message
from bot.people.user_groups import Group
from bot.slack import render, sentences, user_groups
from bot.slack.asks import Ask, NotTaken
from bot.slack.client import UNREACHABLE, one_client, post_blocks, reason_of
from bot.slack.files import send_files
from bot.slack.ids import DIRECT_MESSAGE
from bot.slack.user_groups import group_reader

log = structlog.get_logger(__name__)

NOT_IN_CHANNEL = {"not_in_channel", "channel_not_found"}
CLOSED = {"is_archived", "restricted_action", "restricted_action_read_only_channel"}


@dataclass(frozen=True, slots=True)
class Here:
    """The place where something was typed or pressed."""

    ask: Ask

    async def post_here(self, message: Message) -> None:
        """Raises NotTaken if the bot can't post in the channel."""
        where = self.ask.channel_id
        try:
            await post_blocks(self.ask.client, where, render.answer(message).payload)
        except SlackApiError as error:
            if (reason := reason_of(error)) in CLOSED:
                raise NotTaken(sentences.CLOSED_CHANNEL()) from error
            if reason not in NOT_IN_CHANNEL:
                raise
            is_direct = DIRECT_MESSAGE.fullmatch(where)  # between other people: nobody can be invited there
            raise NotTaken(sentences.NO_CHANNEL() if is_direct else sentences.NOT_IN_CHANNEL()) from error

    async def direct(self, message: Message) -> None:
        """Raises what slack_sdk raises."""
        await post_blocks(self.ask.client, self.ask.caller.user_id, render.answer(message).payload)

    async def tell(self, text: Markup) -> None:
        """A response_url works five times, so use this rarely."""
        await self.ask.tell(render.mrkdwn(text))

    async def send(self, files: Files) -> None:
        """Raises NotTaken."""
        try:
            await send_files(self.ask.client, self.ask.caller.user_id, files.title, files.paths)
        except UNREACHABLE as error:
            log.warning("file-not-taken", reason=type(error).__name__)
            raise NotTaken(sentences.FILE_NOT_TAKEN()) from error

    async def place(self) -> str | None:
        """Slack doesn't say whether the channel is shared with another workspace."""
        return None

    async def groups(self) -> Sequence[Group] | None:
        """Slack gives a form's trigger 3 seconds."""
        return await user_groups.offered(self.ask.client)

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        """Raises UnknownGroup or DirectoryUnavailable."""
        return await group_reader(one_client(self.ask.client))(workspace_id, group_id)


def plain(ask: Ask, words: str = "") -> routing.Ask:
    """The request without Slack's own parts."""
    return routing.Ask(ask.services, ask.caller, ask.reader, words, Here(ask))
