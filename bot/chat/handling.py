"""Finds who asks, and turns what goes wrong into an answer, in any chat. Handlers themselves catch nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import structlog
from markupsafe import Markup

from bot.attendance.idempotency import IdempotentRequest
from bot.chat.form_faults import FormFaults
from bot.chat.routing import FieldOf
from bot.errors import DirectoryUnavailable, OtherWorkspace, Stopped
from bot.people.profiles import ProfileCache, names_of
from bot.permissions import Caller, Via
from bot.runtime import tracing
from bot.runtime.services import Services
from bot.wording import Reader
from bot.wording.catalogue import reads_in
from bot.wording.languages import language_for
from bot.wording.markup import mentioned, plain
from bot.wording.refusals import refusal
from bot.workspaces.served_workspaces import Workspaces
from storage.database import reads_for
from storage.errors import Refusal, Unavailable, UnknownUser

log = structlog.get_logger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, and through what. `once`: the key and the words of a message that the chat may deliver again. `fields`:
    the entries of a sent form; `field_of` finds the one at which a refusal is shown."""

    workspace_id: str
    user_id: str
    via: Via
    at_home: bool = False
    once: tuple[str, str] | None = None
    field_of: FieldOf | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong with a form, by field."""

    errors: dict[str, str]


Handler = Callable[[Services, Caller, Reader], Awaitable[T]]
Refused = Callable[[Exception, Reader], T]
"""A refusal's sentence, with what leads on from it."""


class Handling:
    """Runs a handler and words what it refuses. `slashes`: the chat has slash commands."""

    def __init__(self, services: Services, workspaces: Workspaces, *, slashes: bool = True) -> None:
        self.services = services
        self._slashes = slashes
        self.people = ProfileCache(services)
        self._workspaces = workspaces

    async def answer(self, request: Request, handle: Handler[T], refused: Refused[T]) -> T | FieldErrors:
        """What the handler answers; a refusal becomes its sentence, at its field where there is a form."""
        reader = Reader(request.user_id, self.services.database.clock(), slashes=self._slashes)
        try:
            caller, reader = await self._caller(request, reader)
            return await handle(self._once(request, caller), caller, reader)
        except asyncio.CancelledError:
            # Only the end of the program cancels this. Nothing else would follow "One moment…".
            return refused(Stopped("the program ended"), reader)
        except FormFaults as faults:
            return await self._at_fields(request, faults.refusals, reader)
        except (Refusal, Unavailable, DirectoryUnavailable) as error:
            if not isinstance(error, Refusal):
                log.warning("not-done", kind=type(error).__name__, reason=str(error))
            if request.field_of is not None:
                return await self._at_fields(request, {request.field_of(error, request.fields): error}, reader)
            return refused(error, reader)

    def _once(self, request: Request, caller: Caller) -> Services:
        """Services whose write happens once, however often the chat delivers the message."""
        if request.once is None:
            return self.services
        key, words = request.once
        return IdempotentRequest(caller, key, words, lambda result: "done").services(self.services)

    async def _at_fields(self, request: Request, errors: Mapping[str, Exception], reader: Reader) -> FieldErrors:
        said = {name: refusal(error, reader) for name, error in errors.items()}
        return FieldErrors(await self._in_plain_text(said, request.workspace_id))

    async def _in_plain_text(self, said: Mapping[str, Markup], workspace_id: str) -> dict[str, str]:
        """A form's errors have no markup: people are named in them."""
        user_ids = {user_id for text in said.values() for user_id in mentioned(text)}
        names = await names_of(self.services, workspace_id, user_ids) if user_ids else {}
        return {name: plain(text, lambda user_id: names.get(user_id, user_id)) for name, text in said.items()}

    async def _caller(self, request: Request, reader: Reader) -> tuple[Caller, Reader]:
        """Who asks, and in which time zone they read."""
        workspace_id, user_id = request.workspace_id, request.user_id
        reads_for.set(workspace_id)
        if not await self._workspaces.serves(workspace_id):
            raise OtherWorkspace(user_id)
        try:
            zone, tags = await self.people.reading_of(workspace_id, user_id)
        except UnknownUser as error:
            raise OtherWorkspace(user_id) from error
        reads_in(language_for(*tags))
        return Caller(workspace_id, user_id, request.via, at_home=request.at_home), replace(reader, zone=zone)


def logged_bug(count: Callable[[], None]) -> str:
    """Logs the exception at hand, and counts it. Returns the reference for the person, which finds the log line."""
    reference = tracing.reference()
    count()
    log.exception("listener-failed", reference=reference)
    return reference
