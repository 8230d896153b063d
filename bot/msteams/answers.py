"""Says in Teams what came of a request: privately where it was made, or in the person's own chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog

from bot.chat import views
from bot.chat.handling import logged_bug
from bot.chat.views import Message
from bot.errors import DirectoryUnavailable
from bot.msteams import drawing, status_card
from bot.msteams.activities import Activity
from bot.msteams.connector import Connector, NotTaken, Place, Unreachable
from bot.msteams.kinds import Kind, marked
from bot.msteams.personal_chats import personal_chat
from bot.operations.metrics import DoorMetrics
from bot.runtime.services import Services
from storage.errors import Unavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 1.0
FAILURES = (NotTaken, Unreachable, Unavailable, DirectoryUnavailable)


class Answers:
    """Nobody waits for these calls: what Teams doesn't take within a minute is a line in the log. `note` learns of each
    in its tenant, so that what nobody asked for waits."""

    def __init__(
        self, services: Services, connector: Connector, metrics: DoorMetrics, note: Callable[[str], None]
    ) -> None:
        self._services = services
        self._note = note
        self._metrics = metrics
        self._connector = connector

    async def say(self, activity: Activity, message: Message, kind: Kind = Kind.SHARED) -> None:
        """Where only the person sees it: in their own chat, or as a targeted message, or where the service doesn't take
        that, in their own chat after all."""

        async def send() -> None:
            if activity.is_personal:
                await self._connector.send(place_of(activity), await self._payload(activity, message, kind))
                return
            payload = await self._payload(activity, message, Kind.PRIVATE)
            try:
                await self._connector.send(place_of(activity), payload, only_for=activity.sender.id)
            except NotTaken as error:
                if error.is_temporary:
                    raise
                await self._direct(activity, message)

        await self._logged(activity, "answer-not-delivered", send)

    async def direct(self, activity: Activity, message: Message) -> None:
        """In the person's own chat."""

        async def send() -> None:
            await self._direct(activity, message)

        await self._logged(activity, "answer-not-delivered", send)

    async def update(
        self,
        activity: Activity,
        message: Message,
        where: tuple[str, str],
        kind: Kind,
        *,
        else_direct: bool = False,
    ) -> None:
        """In place of a message, by its conversation and its own id. `else_direct`: in the person's own chat where that
        is gone; after a press they have the answer's card anyway."""

        conversation_id, message_id = where
        place = Place(activity.service_url, conversation_id)

        is_everybodys = kind is Kind.SHARED and not activity.is_personal
        shown = views.for_everybody(message) if is_everybodys else message

        async def send() -> None:
            payload = await self._payload(activity, shown, kind)
            try:
                await self._connector.update(place, message_id, payload, targeted=kind is Kind.PRIVATE)
            except NotTaken as error:
                if error.is_temporary or not (error.is_gone or else_direct):
                    raise
                if else_direct:
                    await self._direct(activity, message)

        await self._logged(activity, "message-not-updated", send)

    async def card(self, activity: Activity, message: Message, kind: Kind) -> dict[str, Any]:
        """The message as a card for the person."""
        drawn = await drawing.card(self._services, activity.tenant_id, message, activity.user_id)
        card = marked(drawn, kind)
        return status_card.refreshing(card, activity.sender.id) if kind is Kind.STATUS else card

    async def _payload(self, activity: Activity, message: Message, kind: Kind) -> dict[str, Any]:
        return drawing.with_card(await self.card(activity, message, kind))

    async def _logged(self, activity: Activity, failed: str, send: Callable[[], Awaitable[None]]) -> None:
        self._note(activity.tenant_id)
        try:
            await patiently(send)
        except FAILURES as error:
            log.warning(failed, kind=type(error).__name__, reason=str(error), conversation=activity.conversation.id)
        except Exception:
            logged_bug(self._metrics.bug)  # in drawing it: the deed is done, and nobody waits any more

    async def _direct(self, activity: Activity, message: Message) -> None:
        place = await personal_chat(self._services, self._connector, activity.tenant_id, activity.user_id)
        await self._connector.send(place, await self._payload(activity, message, Kind.SHARED))


def place_of(activity: Activity) -> Place:
    """Where it happened."""
    return Place(activity.service_url, activity.conversation.id)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Calls again, for a minute at most, while the service wants it later or can't be reached; but only once if it may
    have heard: better said twice than not at all, and not more often. Raises NotTaken or Unreachable."""
    until, pause, may_have_arrived = time.monotonic() + PATIENCE_SECONDS, FIRST_PAUSE_SECONDS, False
    while True:
        try:
            return await call()
        except (NotTaken, Unreachable) as error:
            asked = error.pause if isinstance(error, NotTaken) else None
            seconds = asked.total_seconds() if asked is not None else pause
            if isinstance(error, NotTaken):
                is_final = not error.is_temporary
            else:
                is_final = error.may_have_arrived and may_have_arrived
                may_have_arrived |= error.may_have_arrived
            if is_final or time.monotonic() + seconds > until:
                raise
        await asyncio.sleep(seconds)
        pause *= 2
