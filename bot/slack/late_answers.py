"""Answers after the acknowledgement: by response_url, as a message, on the Home tab, or in a form that is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import HomeTabView, ModalView

from bot.chat.handling import FieldErrors
from bot.errors import DirectoryUnavailable
from bot.slack import sentences
from bot.slack.asks import Done, Outcome
from bot.slack.blocks import Answer, section
from bot.slack.client import UNREACHABLE, Clients, post_blocks
from bot.slack.payload_values import NO_THREAD
from bot.slack.render import escape
from bot.slack.response_urls import respond
from storage.errors import Unavailable

log = structlog.get_logger(__name__)


class LateAnswers:
    """Sends what a handler answered, once it is known. What Slack does not take is a line in the log."""

    def __init__(self, clients: Clients, slack: AsyncWebClient) -> None:
        self._clients = clients
        self._slack = slack

    async def follow_up(
        self, work: asyncio.Task[Outcome], response_url: str | None, thread: Mapping[str, str] = NO_THREAD
    ) -> None:
        """By response_url, where there is one."""
        outcome = await work
        if not isinstance(outcome, Answer) or not response_url:
            return
        message = outcome.payload | {"replace_original": outcome.replaces}
        if not outcome.replaces:
            message |= {"response_type": "ephemeral", **thread}
        await respond(self._slack, response_url, message)

    async def publish(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> bool:
        """Draws the Home tab; False where Slack did not take it."""
        outcome = await work
        if isinstance(outcome, Answer):  # a refusal, or a fault
            outcome = HomeTabView([section(outcome.text)])
        if isinstance(outcome, HomeTabView):
            whose, view = args.context.user_id or "", outcome.to_dict()
            return await self._call(args, "home-not-drawn", lambda slack: slack.views_publish(user_id=whose, view=view))
        return True

    async def say(
        self,
        work: asyncio.Task[Outcome],
        args: AsyncArgs,
        channel_id: str,
        thread_ts: str | None = None,
        *,
        only_for: str = "",
    ) -> None:
        """Answers by a message in a channel, or by a direct message to a person of that id. `only_for`: the only one
        who sees it there."""
        outcome = await work
        if isinstance(outcome, Answer):
            said = outcome.payload | ({"thread_ts": thread_ts} if thread_ts else {})

            def post(client: AsyncWebClient) -> Awaitable[object]:
                return post_blocks(client, channel_id, said, only_for=only_for)

            await self._call(args, "answer-not-delivered", post)

    async def tell(self, done: Done, args: AsyncArgs) -> None:
        """In place of the message that the form answers; else, or where that is too old, in a direct message."""
        if done.instead_of and await respond(
            self._slack, done.instead_of, done.answer.payload | {"replace_original": True}
        ):
            return
        whom, said = args.context.user_id or "", done.answer.payload
        await self._call(args, "answer-not-delivered", lambda client: post_blocks(client, whom, said))

    async def update(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> None:
        """A form that Slack no longer waits for can't be closed: it shows what became of it."""
        outcome = await work
        if isinstance(outcome, Done):
            await self.tell(outcome, args)
            outcome = outcome.answer
        if isinstance(outcome, FieldErrors):
            outcome = Answer(escape(" ".join(outcome.errors.values())))  # at fields, Slack takes them as plain text
        view = outcome if isinstance(outcome, ModalView) else message_modal(_text(outcome))
        shown = {"view_id": args.body["view"]["id"], "view": view.to_dict()}
        await self._call(args, "form-not-updated", lambda client: client.views_update(**shown))

    async def _call(self, args: AsyncArgs, failed: str, call: Callable[[AsyncWebClient], Awaitable[object]]) -> bool:
        """Asks Slack for something that nobody waits for any more: where it can't be had, the log says `failed`."""
        try:
            await call(await self._clients(args.context.team_id or ""))
        except (*UNREACHABLE, DirectoryUnavailable, Unavailable) as error:
            log.warning(failed, reason=type(error).__name__)
            return False
        return True


def form_answer(outcome: Outcome) -> dict[str, Any]:
    """The acknowledgement of a form."""
    match outcome:
        case FieldErrors(errors):
            return {"response_action": "errors", "errors": errors}
        case ModalView():
            return {"response_action": "update", "view": outcome.to_dict()}
        case None | Done():
            return {}
        case _:
            return {"response_action": "update", "view": message_modal(_text(outcome)).to_dict()}


def _text(outcome: Outcome) -> str:
    return outcome.text if isinstance(outcome, Answer) else sentences.DONE()


def message_modal(text: str) -> ModalView:
    """A form's place with a sentence in it."""
    return ModalView(title=sentences.TITLE(), close=sentences.CLOSE(), blocks=[section(text)])
