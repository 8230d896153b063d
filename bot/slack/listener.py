"""The edge of every Slack listener: who asks, run, answer in time. Handlers never catch; this place does.

Slack wants an answer within 3 seconds. What is ready within 2 rides on the acknowledgement; past that the edge
acknowledges, and a tracked task follows up. What was committed is never lost by a late answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from markupsafe import Markup
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import HomeTabView, ModalView

from bot.attendance.change_notifications import redraw_home
from bot.attendance.idempotency import IdempotentRequest
from bot.chat.form_faults import FormFaults
from bot.chat.refused import WARNING
from bot.chat.routing import FieldOf, Router
from bot.errors import DirectoryUnavailable, OtherWorkspace
from bot.operations.metrics import Metrics
from bot.people.profiles import ProfileCache, names_of
from bot.permissions import Caller, Via
from bot.runtime import tracing
from bot.runtime.services import Services
from bot.slack import sentences
from bot.slack.blocks import Answer, section
from bot.slack.client import UNREACHABLE, Clients, post_blocks
from bot.slack.render import escape
from bot.slack.response_urls import respond
from bot.slack.typed_text import as_typed
from bot.wording import Reader
from bot.wording.markup import mentioned, plain
from bot.wording.refusals import refusal
from bot.workspaces.served_workspaces import Workspaces
from storage.database import reads_for
from storage.errors import Refusal, Unavailable, UnknownUser

log = structlog.get_logger(__name__)

ANSWER_WITHIN_SECONDS = 2.0
OPEN_WITHIN_SECONDS = 1.5
NO_THREAD: Mapping[str, str] = {}


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
        """Says something more while the answer is under way; where Slack does not take it, that is no harm."""
        if self.response_url:
            message = {"response_type": "ephemeral", "replace_original": False, **Answer(text).payload}
            await respond(self.client, self.response_url, message)


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong with a form, by block id."""

    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """A form has done its work: it closes, and the person gets this as a message."""

    answer: Answer


class NotTaken(Exception):
    """What Slack did not take of an answer. Its text is the sentence for whoever asked."""


Outcome = Answer | ModalView | HomeTabView | FieldErrors | Done | None
Handler = Callable[[Ask], Awaitable[Outcome]]
Listener = Callable[[AsyncArgs], Coroutine[Any, Any, None]]
DrawHome = Callable[[Ask, str], Awaitable[HomeTabView]]
"""The Home tab of whoever asks, with what came of their last press on it."""

Refused = Callable[[Exception, Reader], Answer]
"""A refusal's sentence, with what leads on from it."""


class Edge:
    """Wraps handlers into Bolt listeners, and keeps track of answers that are still under way."""

    def __init__(
        self,
        services: Services,
        workspaces: Workspaces,
        clients: Clients,
        slack: AsyncWebClient,
        refused: Refused,
        metrics: Metrics,
        router: Router,
    ) -> None:
        self.services = services
        self._start = services.tasks.start
        self.workspaces = workspaces
        self._clients = clients
        self._slack = slack
        self.people = ProfileCache(services)
        self._refused = refused
        self._metrics = metrics
        self.home: DrawHome | None = None
        self.router = router

    def command(self, handler: Handler) -> Listener:
        """For slash commands: the answer is shown to the typist alone."""

        async def listen(args: AsyncArgs) -> None:
            work = self._start(self._run(handler, args, words=as_typed(args.body.get("text") or "")))
            if await _within_time(work):
                outcome = work.result()
                await args.ack(**outcome.payload) if isinstance(outcome, Answer) else await args.ack()
            else:
                await args.ack(text=sentences.ONE_MOMENT)
                self._start(self._follow_up(work, args.body.get("response_url")))

        return self._watched("command", listen)

    def action(self, handler: Handler) -> Listener:
        """For buttons: the answer follows by response_url, for Slack takes none on the acknowledgement of a press."""

        async def listen(args: AsyncArgs) -> None:
            pressed = (args.body.get("actions") or [{}])[0]
            chosen = pressed.get("selected_option") or pressed
            value, action_id = str(chosen.get("value") or ""), str(pressed.get("action_id") or "")
            at_home, response_url = bool(args.body.get("view")), args.body.get("response_url")  # no form has buttons
            thread = _thread(args.body)
            work = self._start(self._run(handler, args, at_home=at_home, action_id=action_id, value=value))
            if at_home:
                self._start(self._draw_home(work, args))
            else:
                self._start(self._follow_up(work, response_url, thread))
            if not await _within_time(work) and response_url:
                waiting = {
                    "response_type": "ephemeral",
                    "replace_original": False,
                    "text": sentences.ONE_MOMENT,
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
            ask: dict[str, Any] = {"fields": _fields(view), "metadata": view.get("private_metadata") or ""}
            ask["action_id"] = view.get("callback_id") or ""
            work = self._start(self._run(handler, args, field_of=field_of, via=Via.FORM, **ask))
            if await _within_time(work):
                outcome = work.result()
                await args.ack(**_form_answer(outcome))
                if isinstance(outcome, Done):
                    self._start(self._tell(outcome.answer, args))
            else:
                await args.ack(response_action="update", view=_message_modal(sentences.STILL_WRITING).to_dict())
                self._start(self._update(work, args))

        return self._watched("submission", listen)

    def event(self, handler: Handler) -> Listener:
        """For events that are answered by the Home tab, if at all. Slack repeats them, which does no harm."""

        async def listen(args: AsyncArgs) -> None:
            await _within_time(self._start(self._publish(self._start(self._run(handler, args)), args)))
            await args.ack()

        return self._watched("event", listen)

    def direct_message(self, handler: Handler) -> Listener:
        """For what a person writes to the bot: the answer is a message in the same place, and in the same thread. What
        bots write, and what was changed or deleted afterwards, is not for us; what comes with a file is, and what is
        also sent to the channel from a thread."""

        async def listen(args: AsyncArgs) -> None:
            event = args.body["event"]
            is_for_us = event.get("channel_type") == "im" and event.get("user") and not event.get("bot_id")
            if is_for_us and event.get("subtype") in (None, "file_share", "thread_broadcast"):
                where = event["channel"]
                words = as_typed(event.get("text") or "")
                key = f"slack message {where} {event['ts']}"
                work = self._start(self._run(handler, args, words=words, channel_id=where, once=(key, words)))
                await _within_time(self._start(self._say(work, args, where, event.get("thread_ts"))))
            await args.ack()

        return self._watched("message", listen)

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs what may take longer than Slack waits for an acknowledgement."""
        await _within_time(self._start(work))

    def _watched(self, kind: str, listen: Listener) -> Listener:
        """Takes the time until the acknowledgement, which comes last, and names the request where HTTP did not."""

        async def watched(args: AsyncArgs) -> None:
            with tracing.request(), self._metrics.acknowledging(kind):
                await listen(args)

        return watched

    async def _run(
        self,
        handler: Handler,
        args: AsyncArgs,
        *,
        via: Via = Via.SLACK,
        at_home: bool = False,
        field_of: FieldOf | None = None,
        **ask: Any,
    ) -> Outcome:
        """What the handler answers; a bug becomes a log line, and a sentence with its reference."""
        try:
            outcome = await self._refusable(handler, args, via, at_home, field_of, ask)
            if isinstance(outcome, Answer | Done):
                answer = outcome.answer if isinstance(outcome, Done) else outcome
                _ = answer.payload  # built here, where a mistake in it is caught
        except Exception:
            # The one place above every handler: Slack has to get an answer, whatever went wrong.
            reference = tracing.reference()
            self._metrics.bug()
            log.exception("listener-failed", reference=reference)
            return Answer(WARNING + sentences.error_with_reference(reference))
        return outcome

    async def _refusable(
        self, handler: Handler, args: AsyncArgs, via: Via, at_home: bool, field_of: FieldOf | None, ask: dict[str, Any]
    ) -> Outcome:
        """What the handler answers; a refusal becomes its sentence, at its field where there is a form."""
        reader = Reader(args.context.user_id or "", self.services.database.clock())
        try:
            caller, zone = await self._caller(args.context, via)
            caller, reader = replace(caller, at_home=at_home), replace(reader, zone=zone)
            ask = {"trigger_id": args.body.get("trigger_id") or "", **_place(args.body), **ask}
            services = self.services
            if once := ask.pop("once", None):  # however often Slack delivers a message
                key, request = once
                services = IdempotentRequest(caller, key, request, lambda result: "done").services(services)
            client = await self._clients(caller.workspace_id)
            return await handler(Ask(services, caller, reader, client, self.router, **ask))
        except FormFaults as faults:
            said = {field: refusal(fault, reader) for field, fault in faults.refusals.items()}
            return FieldErrors(await self._in_plain_text(said, args.context.team_id or ""))
        except (Refusal, Unavailable, DirectoryUnavailable) as error:
            if not isinstance(error, Refusal):
                log.warning("not-done", kind=type(error).__name__, reason=str(error))
            if field_of is not None:
                said = {field_of(error, ask["fields"]): refusal(error, reader)}
                return FieldErrors(await self._in_plain_text(said, args.context.team_id or ""))
            return self._refused(error, reader)
        except NotTaken as error:
            return Answer(f"{WARNING}{error}")
        except UNREACHABLE as error:
            log.warning("slack-did-not-take-it", reason=type(error).__name__)
            # Who was not heard in time may have been obeyed all the same.
            return Answer(WARNING + (sentences.NO_ANSWER if isinstance(error, TimeoutError) else sentences.NOT_TAKEN))

    async def _in_plain_text(self, said: Mapping[str, Markup], workspace_id: str) -> dict[str, str]:
        """A form's errors have no markup: people are named in them."""
        user_ids = {user_id for text in said.values() for user_id in mentioned(text)}
        names = await names_of(self.services, workspace_id, user_ids) if user_ids else {}
        return {field: plain(text, lambda user_id: names.get(user_id, user_id)) for field, text in said.items()}

    async def _caller(self, context: AsyncBoltContext, via: Via) -> tuple[Caller, str | None]:
        """Who asks, and their time zone (IANA)."""
        workspace_id, user_id = context.team_id or "", context.user_id or ""
        reads_for.set(workspace_id)
        if not await self.workspaces.serves(workspace_id):
            raise OtherWorkspace(user_id)
        try:
            zone = await self.people.zone_of(workspace_id, user_id)
        except UnknownUser as error:
            raise OtherWorkspace(user_id) from error
        return Caller(workspace_id, user_id, via), zone

    async def _follow_up(
        self, work: asyncio.Task[Outcome], response_url: str | None, thread: Mapping[str, str] = NO_THREAD
    ) -> None:
        outcome = await work
        if not isinstance(outcome, Answer) or not response_url:
            return
        message = outcome.payload | {"replace_original": outcome.replaces}
        if not outcome.replaces:
            message |= {"response_type": "ephemeral", **thread}
        await respond(self._slack, response_url, message)

    async def _draw_home(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> None:
        """After a press on the Home tab there is no message to answer in: the tab says what came of it."""
        outcome = await work
        if isinstance(outcome, Answer) and (draw := self.home) is not None:
            text = outcome.text
            drawing = self._start(self._run(lambda ask: draw(ask, text), args))
            if not await self._publish(drawing, args):
                await redraw_home(self.services, args.context.team_id or "", args.context.user_id or "")

    async def _publish(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> bool:
        """Draws the Home tab; False where Slack did not take it."""
        outcome = await work
        if isinstance(outcome, Answer):  # a refusal, or a fault
            outcome = HomeTabView([section(outcome.text)])
        if isinstance(outcome, HomeTabView):
            whose, view = args.context.user_id or "", outcome.to_dict()
            return await self._call(args, "home-not-drawn", lambda slack: slack.views_publish(user_id=whose, view=view))
        return True

    async def _say(self, work: asyncio.Task[Outcome], args: AsyncArgs, channel_id: str, thread_ts: str | None) -> None:
        """Answers a message by a message."""
        outcome = await work
        if isinstance(outcome, Answer):
            said = outcome.payload | ({"thread_ts": thread_ts} if thread_ts else {})
            await self._call(args, "answer-not-delivered", lambda client: post_blocks(client, channel_id, said))

    async def _tell(self, answer: Answer, args: AsyncArgs) -> None:
        """Sends the person a direct message."""
        whom = args.context.user_id or ""
        await self._call(args, "answer-not-delivered", lambda client: post_blocks(client, whom, answer.payload))

    async def _update(self, work: asyncio.Task[Outcome], args: AsyncArgs) -> None:
        """A form that Slack no longer waits for can't be closed: it shows what became of it."""
        outcome = await work
        if isinstance(outcome, Done):
            await self._tell(outcome.answer, args)
            outcome = outcome.answer
        if isinstance(outcome, FieldErrors):
            outcome = Answer(escape(" ".join(outcome.errors.values())))  # at fields, Slack takes them as plain text
        view = outcome if isinstance(outcome, ModalView) else _message_modal(_text(outcome))
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


async def _within_time(work: asyncio.Task[Any]) -> bool:
    done, _ = await asyncio.wait({work}, timeout=ANSWER_WITHIN_SECONDS)
    return bool(done)


def _form_answer(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case FieldErrors(errors):
            return {"response_action": "errors", "errors": errors}
        case ModalView():
            return {"response_action": "update", "view": outcome.to_dict()}
        case None | Done():
            return {}
        case _:
            return {"response_action": "update", "view": _message_modal(_text(outcome)).to_dict()}


def _text(outcome: Outcome) -> str:
    return outcome.text if isinstance(outcome, Answer) else sentences.DONE


def _message_modal(text: str) -> ModalView:
    return ModalView(title=sentences.TITLE, close=sentences.CLOSE, blocks=[section(text)])


def _place(body: Mapping[str, Any]) -> dict[str, str]:
    """Where it happened; commands and presses tell it in different places."""
    channel_id = body.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    pressed = body.get("container") or {}
    message_ts = "" if pressed.get("is_ephemeral") else pressed.get("message_ts") or ""
    return {"channel_id": channel_id, "message_ts": message_ts, "response_url": body.get("response_url") or ""}


def _thread(body: Mapping[str, Any]) -> Mapping[str, str]:
    """The thread in which a button was pressed, as an answer names it: without it Slack shows the answer outside."""
    thread_ts = (body.get("container") or {}).get("thread_ts")
    return {"thread_ts": thread_ts} if thread_ts else NO_THREAD


def _fields(view: Mapping[str, Any]) -> dict[str, Any]:
    state = (view.get("state") or {}).get("values") or {}
    return {block_id: _value(next(iter(elements.values()), {})) for block_id, elements in state.items()}


def _value(element: Mapping[str, Any]) -> Any:
    if option := element.get("selected_option"):
        return option["value"]
    if options := element.get("selected_options"):
        return [option["value"] for option in options]
    return next((element[key] for key in _VALUE_KEYS if element.get(key)), None)


# fmt: off
_VALUE_KEYS = (
    "value", "selected_user", "selected_users", "selected_date", "selected_time", "selected_channel",
    "selected_conversation",
)
# fmt: on
