"""The edge of every Slack listener: run the handler, answer in time.

Slack wants an answer within 3 seconds. What is ready within 2 rides on the acknowledgement; past that the edge
acknowledges, and a tracked task follows up. What was committed is never lost by a late answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import HomeTabView

from bot.attendance.change_notifications import redraw_home
from bot.chat.handling import Refused
from bot.chat.routing import FieldOf, Router
from bot.operations.metrics import DoorMetrics
from bot.permissions import Via
from bot.runtime import tracing
from bot.runtime.services import Services
from bot.runtime.tasks import is_done_within
from bot.slack import sentences
from bot.slack.asks import Ask, Done, Handler, Outcome
from bot.slack.blocks import Answer
from bot.slack.client import Clients
from bot.slack.handling import Handling
from bot.slack.late_answers import LateAnswers, form_answer, message_modal
from bot.slack.payload_values import bot_id, fields, is_written_by_a_person
from bot.slack.payload_values import thread as thread_of
from bot.slack.response_urls import respond
from bot.slack.typed_text import after_name, as_typed
from bot.wording.catalogue import begin_reading
from bot.workspaces.served_workspaces import SlackWorkspaces

ANSWER_WITHIN_SECONDS = 2.0

Listener = Callable[[AsyncArgs], Coroutine[Any, Any, None]]
DrawHome = Callable[[Ask, str], Awaitable[HomeTabView]]
"""The Home tab of whoever asks, with what came of their last press on it."""


class Edge:
    """Wraps handlers into Bolt listeners, and keeps track of answers that are still under way."""

    def __init__(
        self,
        services: Services,
        workspaces: SlackWorkspaces,
        clients: Clients,
        slack: AsyncWebClient,
        refused: Refused[Answer],
        metrics: DoorMetrics,
        router: Router,
    ) -> None:
        self.services = services
        self.workspaces = workspaces
        self.router = router
        self.home: DrawHome | None = None
        self._start = services.tasks.start
        self._slack = slack
        self._metrics = metrics
        self._handling = Handling(services, workspaces, clients, refused, metrics, router)
        self._late = LateAnswers(clients, slack)
        self.people = self._handling.people

    def command(self, handler: Handler) -> Listener:
        """For slash commands: the answer is shown to the typist alone."""

        async def listen(args: AsyncArgs) -> None:
            work = self._start(self._handling.run(handler, args, words=as_typed(args.body.get("text") or "")))
            if await _in_time(work):
                outcome = work.result()
                await args.ack(**outcome.payload) if isinstance(outcome, Answer) else await args.ack()
            else:
                await args.ack(text=sentences.ONE_MOMENT())
                self._start(self._late.follow_up(work, args.body.get("response_url")))

        return self._watched("command", listen)

    def action(self, handler: Handler) -> Listener:
        """For buttons: the answer follows by response_url, for Slack takes none on the acknowledgement of a press."""

        async def listen(args: AsyncArgs) -> None:
            pressed = (args.body.get("actions") or [{}])[0]
            chosen = pressed.get("selected_option") or pressed
            value, action_id = str(chosen.get("value") or ""), str(pressed.get("action_id") or "")
            at_home, response_url = bool(args.body.get("view")), args.body.get("response_url")  # no form has buttons
            thread = thread_of(args.body)
            work = self._start(self._handling.run(handler, args, at_home=at_home, action_id=action_id, value=value))
            if at_home:
                self._start(self._draw_home(work, args))
            else:
                self._start(self._late.follow_up(work, response_url, thread))
            if not await _in_time(work) and response_url:
                waiting = {
                    "response_type": "ephemeral",
                    "replace_original": False,
                    "text": sentences.ONE_MOMENT(),
                    **thread,
                }
                self._start(respond(self._slack, response_url, waiting))
            await args.ack()

        return self._watched("action", listen)

    def submission(self, handler: Handler, field_of: FieldOf) -> Listener:
        """For forms: errors stand at their fields; once its work is done the form closes, and a message says what was
        done."""

        async def listen(args: AsyncArgs) -> None:
            view = args.body["view"]
            ask: dict[str, Any] = {"fields": fields(view), "metadata": view.get("private_metadata") or ""}
            ask["action_id"] = view.get("callback_id") or ""
            work = self._start(self._handling.run(handler, args, field_of=field_of, via=Via.FORM, **ask))
            if await _in_time(work):
                outcome = work.result()
                await args.ack(**form_answer(outcome))
                if isinstance(outcome, Done):
                    self._start(self._late.tell(outcome, args))
            else:
                await args.ack(response_action="update", view=message_modal(sentences.STILL_WRITING()).to_dict())
                self._start(self._late.update(work, args))

        return self._watched("submission", listen)

    def event(self, handler: Handler) -> Listener:
        """For events that are answered by the Home tab, if at all. Slack repeats them, which does no harm."""

        async def listen(args: AsyncArgs) -> None:
            await _in_time(self._start(self._late.publish(self._start(self._handling.run(handler, args)), args)))
            await args.ack()

        return self._watched("event", listen)

    def shortcut(self, handler: Handler) -> Listener:
        """For shortcuts, which belong to no channel: the answer is a form or a direct message."""

        async def listen(args: AsyncArgs) -> None:
            work = self._start(self._handling.run(handler, args, action_id=args.body["callback_id"]))
            self._start(self._late.say(work, args, args.context.user_id or ""))
            await _in_time(work)
            await args.ack()

        return self._watched("shortcut", listen)

    def direct_message(self, handler: Handler) -> Listener:
        """For what a person writes to the bot: the answer is a message in the same place, and in the same thread."""

        async def listen(args: AsyncArgs) -> None:
            event = args.body["event"]
            if event.get("channel_type") == "im" and is_written_by_a_person(event):
                text = event.get("text") or ""
                said = after_name(text, bot_id(args.body))
                work = self._answer_once(handler, args, text if said is None else said)
                say = self._late.say(work, args, event["channel"], event.get("thread_ts"))
                await _in_time(self._start(say))
            await args.ack()

        return self._watched("message", listen)

    def mention(self, handler: Handler) -> Listener:
        """For what a person writes in a channel with the bot's name: only they see the answer, in the same thread. The
        name comes first; elsewhere the words may be about the bot, and not for it."""

        async def listen(args: AsyncArgs) -> None:
            event = args.body["event"]
            if is_written_by_a_person(event):
                work = self._answer_once(handler, args, after_name(event.get("text") or "", bot_id(args.body)) or "")
                whom = args.context.user_id or ""
                say = self._late.say(work, args, event["channel"], event.get("thread_ts"), only_for=whom)
                await _in_time(self._start(say))
            await args.ack()

        return self._watched("mention", listen)

    def _answer_once(self, handler: Handler, args: AsyncArgs, text: str) -> asyncio.Task[Outcome]:
        """Runs the handler with what was written, which has its effect once, however often Slack delivers it."""
        where, ts, words = args.body["event"]["channel"], args.body["event"]["ts"], as_typed(text)
        once = f"slack message {where} {ts}", words
        return self._start(self._handling.run(handler, args, words=words, channel_id=where, once=once))

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what may take longer than Slack waits for an acknowledgement."""
        await _in_time(self._start(work))

    def _watched(self, kind: str, listen: Listener) -> Listener:
        """Takes the time until the acknowledgement, which comes last, and names the request where HTTP did not."""

        async def watched(args: AsyncArgs) -> None:
            begin_reading()
            with tracing.request(), self._metrics.acknowledging(kind), self.services.answering.request():
                await listen(args)

        return watched

    async def _draw_home(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> None:
        """After a press on the Home tab there is no message to answer in: the tab says what came of it."""
        outcome = await work
        if isinstance(outcome, Answer) and (draw := self.home) is not None:
            text = outcome.text
            drawing = self._start(self._handling.run(lambda ask: draw(ask, text), args))
            if not await self._late.publish(drawing, args):
                await redraw_home(self.services, args.context.team_id or "", args.context.user_id or "")


async def _in_time(work: asyncio.Task[Any]) -> bool:
    return await is_done_within(ANSWER_WITHIN_SECONDS, work)
