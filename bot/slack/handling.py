"""Runs handlers and catches their errors. Handlers themselves catch none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.kwargs_injection.async_args import AsyncArgs

from bot.chat import handling
from bot.chat.handling import Refused, Request, logged_bug
from bot.chat.refused import WARNING
from bot.chat.routing import FieldOf, Router
from bot.operations.metrics import DoorMetrics
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from bot.slack import sentences
from bot.slack.asks import Ask, Done, Handler, NotTaken, Outcome
from bot.slack.blocks import Answer
from bot.slack.client import UNREACHABLE, Clients
from bot.slack.payload_values import place
from bot.wording import Reader
from bot.workspaces.served_workspaces import Workspaces

log = structlog.get_logger(__name__)


class Handling:
    """Runs Slack's handlers, and turns what they raise into an answer."""

    def __init__(
        self,
        services: Services,
        workspaces: Workspaces,
        clients: Clients,
        refused: Refused[Answer],
        metrics: DoorMetrics,
        router: Router,
    ) -> None:
        self.router = router
        self._neutral = handling.Handling(services, workspaces)
        self.people = self._neutral.people
        self._clients = clients
        self._refused = refused
        self._metrics = metrics

    async def run(
        self,
        handler: Handler,
        args: AsyncArgs,
        *,
        via: Via = Via.SLACK,
        at_home: bool = False,
        field_of: FieldOf | None = None,
        once: tuple[str, str] | None = None,
        **ask: Any,
    ) -> Outcome:
        """What the handler answers; a bug becomes a log line, and a sentence with its reference."""
        whose = args.context.team_id or "", args.context.user_id or ""
        fields = ask.get("fields") or {}
        request = Request(*whose, via, at_home=at_home, once=once, field_of=field_of, fields=fields)
        ask = {"trigger_id": args.body.get("trigger_id") or "", **place(args.body), **ask}
        try:
            outcome = await self._taken(handler, request, ask)
            if isinstance(outcome, Answer | Done):
                answer = outcome.answer if isinstance(outcome, Done) else outcome
                _ = answer.payload  # built here, where a mistake in it is caught
        except Exception:
            # The one place above every handler: Slack has to get an answer, whatever went wrong.
            reference = logged_bug(self._metrics.bug)
            return Answer(WARNING + sentences.error_with_reference(reference))
        return outcome

    async def _taken(self, handler: Handler, request: Request, ask: Mapping[str, Any]) -> Outcome:
        """What the handler answers, or that Slack didn't take part of it."""

        async def handle(services: Services, caller: Caller, reader: Reader) -> Outcome:
            client = await self._clients(caller.workspace_id)
            return await handler(Ask(services, caller, reader, client, self.router, **ask))

        try:
            return await self._neutral.answer(request, handle, self._refused)
        except NotTaken as error:
            return Answer(f"{WARNING}{error}")
        except UNREACHABLE as error:
            log.warning("slack-did-not-take-it", reason=type(error).__name__)
            # Who was not heard in time may have been obeyed all the same.
            said = sentences.NO_ANSWER if isinstance(error, TimeoutError) else sentences.NOT_TAKEN
            return Answer(WARNING + said())
