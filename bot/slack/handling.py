"""Runs handlers and catches their errors. Handlers themselves catch none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from markupsafe import Markup
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.kwargs_injection.async_args import AsyncArgs

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
from bot.slack.asks import Ask, Done, FieldErrors, Handler, NotTaken, Outcome
from bot.slack.blocks import Answer
from bot.slack.client import UNREACHABLE, Clients
from bot.slack.payload_values import place
from bot.wording import Reader
from bot.wording.markup import mentioned, plain
from bot.wording.refusals import refusal
from bot.workspaces.served_workspaces import Workspaces
from storage.database import reads_for
from storage.errors import Refusal, Unavailable, UnknownUser

log = structlog.get_logger(__name__)

Refused = Callable[[Exception, Reader], Answer]
"""A refusal's sentence, with what leads on from it."""


class Handling:
    """Finds who asks, and turns what a handler raises into an answer."""

    def __init__(
        self,
        services: Services,
        workspaces: Workspaces,
        clients: Clients,
        refused: Refused,
        metrics: Metrics,
        router: Router,
    ) -> None:
        self.services = services
        self.workspaces = workspaces
        self.people = ProfileCache(services)
        self.router = router
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
            ask = {"trigger_id": args.body.get("trigger_id") or "", **place(args.body), **ask}
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
