"""Runs the features of `bot.chat` for people in Teams, and turns what goes wrong into an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NoReturn

import structlog
from markupsafe import Markup

from bot.attendance.idempotency import AlreadyAnswered
from bot.chat import handling, views
from bot.chat.handling import FieldErrors, Request, logged_bug
from bot.chat.refused import WARNING, refused
from bot.chat.routing import Ask, Chat, Router
from bot.chat.views import Message, Text
from bot.msteams import sentences
from bot.msteams.activities import Activity
from bot.msteams.connector import NotTaken, Unreachable
from bot.msteams.people import People
from bot.operations.metrics import DoorMetrics
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from bot.wording import Reader
from bot.workspaces.served_workspaces import Workspaces

log = structlog.get_logger(__name__)

ANSWER_WITHIN_SECONDS = 2.5
"""People see an error if a press or a dialog gets no answer for a few seconds."""

Outcome = views.Outcome | FieldErrors
Handler = Callable[[Ask], Awaitable[views.Outcome]]


class NotPossible(Exception):
    """Teams refused part of an answer. The text is the sentence for the person who asked."""


class WouldWrite(Exception):
    """Something that was to be done again, and only shown, would change records."""


def reading(ask: Ask) -> Ask:
    """For doing something again whose effect was had before. Raises WouldWrite where it has one."""
    return replace(ask, services=replace(ask.services, wrap=_refuse_to_write))


def _refuse_to_write(work: Callable[..., Any]) -> NoReturn:
    raise WouldWrite


class Handling:
    """Finds who asks. A bug becomes a log line, and a sentence with its reference."""

    def __init__(
        self, services: Services, workspaces: Workspaces, people: People, metrics: DoorMetrics, router: Router
    ) -> None:
        self.router = router
        self._neutral = handling.Handling(services, workspaces, slashes=False)
        self._people = people
        self._metrics = metrics

    async def run(
        self, activity: Activity, handler: Handler, chat: Chat, *, via: Via = Via.TEAMS, **how: Any
    ) -> Outcome:
        """What the handler answers the activity's person. None to a message that was answered before, and where it
        would write although it only reads. `how`: the rest of the Request."""
        request = Request(activity.tenant_id, activity.user_id, via, **how)
        try:
            await self._people.meet(activity)
            return await self._taken(request, handler, chat)
        except Exception:
            # The one place above every handler: Teams has to get an answer, whatever went wrong.
            return warning(sentences.error_with_reference(logged_bug(self._metrics.bug)))

    async def _taken(self, request: Request, handler: Handler, chat: Chat) -> Outcome:
        async def handle(services: Services, caller: Caller, reader: Reader) -> views.Outcome:
            return await handler(Ask(services, caller, reader, chat=chat, router=self.router))

        try:
            return await self._neutral.answer(request, handle, refused)
        except (AlreadyAnswered, WouldWrite):
            return None
        except NotPossible as error:
            return warning(str(error))
        except (NotTaken, Unreachable) as error:
            log.warning("teams-did-not-take-it", kind=type(error).__name__, reason=str(error))
            return warning(sentences.NOT_TAKEN())


class Trouble(Message):
    """What didn't work. A dialog shows it in its own place."""


def warning(text: str | Markup) -> Trouble:
    """The sentence as an answer."""
    return Trouble([Text(Markup("{}{}").format(WARNING, text))])
