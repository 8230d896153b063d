"""Sends a file to somebody who said that they want it: to where their OneDrive takes it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial

import structlog

from bot.chat import direct_messages, views
from bot.chat.routing import Ask
from bot.chat.views import Message
from bot.msteams import files, sentences
from bot.msteams.activities import Activity
from bot.msteams.answers import Answers, place_of
from bot.msteams.connector import Connector, NotTaken, Unreachable
from bot.msteams.files import MadeAgain, Offered
from bot.msteams.handling import Handling, reading, warning
from bot.msteams.signing import Signer
from bot.runtime.services import Services
from bot.runtime.tasks import is_done_within

log = structlog.get_logger(__name__)

WAIT_SECONDS = 2.5
"""The person sees that their answer was taken. A large file goes on its way afterwards."""


class TakenFiles:
    """Answers `fileConsent/invoke`."""

    def __init__(
        self,
        services: Services,
        connector: Connector,
        uploads: Connector,
        handling: Handling,
        answers: Answers,
        signer: Signer,
    ) -> None:
        self._services = services
        self._connector = connector
        self._uploads = uploads
        self._handling = handling
        self._answers = answers
        self._signer = signer

    async def answer(self, activity: Activity) -> None:
        """Sends the file, or takes the question away."""
        is_wanted = activity.value.choice == "accept"
        work = self._services.tasks.start(self._send(activity) if is_wanted else self._remove_question(activity))
        await is_done_within(WAIT_SECONDS, work)

    async def _send(self, activity: Activity) -> None:
        made, opened = MadeAgain(), partial(self._signer.opened, activity=activity)

        async def make(ask: Ask) -> views.Outcome:
            return await _made(reading(ask), files.offered(activity.value.context, opened), made)

        outcome = await self._handling.run(activity, make, made)
        if made.data is None:
            await self._answers.say(activity, outcome if isinstance(outcome, Message) else _not_taken())
            return
        info = activity.value.upload_info
        try:
            await self._uploads.upload(info.upload_url, made.data)
        except (NotTaken, Unreachable) as error:
            log.warning("file-not-taken", kind=type(error).__name__, reason=str(error))
            await self._answers.say(activity, _not_taken())
            return
        with contextlib.suppress(NotTaken, Unreachable):  # the file is there
            await self._connector.send(place_of(activity), files.taken(info))
        await self._remove_question(activity)

    async def _remove_question(self, activity: Activity) -> None:
        """It can be answered once."""
        if activity.reply_to_id:
            with contextlib.suppress(NotTaken, Unreachable):
                await self._connector.delete(place_of(activity), activity.reply_to_id)


async def _made(ask: Ask, offered: Offered, made: MadeAgain) -> views.Outcome:
    """Does again what made the file, with what the person may see now."""
    assert ask.router is not None
    made.name, origin = offered.name, offered.origin
    if origin.words is None:
        return await ask.router.pressed(ask, origin.pressed, origin.carries)
    again = replace(ask, words=origin.words, typed_before=origin.at)
    return await direct_messages.said(ask.router, again)


def _not_taken() -> Message:
    return warning(sentences.FILE_NOT_TAKEN())
