"""What happens with each activity that the Teams service sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.chat import direct_messages, views
from bot.chat.handling import logged_bug
from bot.chat.routing import Ask, Router
from bot.chat.views import Message
from bot.msteams import sentences, status_card
from bot.msteams.activities import Account, Activity
from bot.msteams.answers import Answers
from bot.msteams.channels import Channels
from bot.msteams.connector import Connector, NotTaken, Unreachable
from bot.msteams.dialogs import Dialogs, says
from bot.msteams.endpoint import UnknownInvoke
from bot.msteams.files import Origin
from bot.msteams.handling import Handling, Outcome
from bot.msteams.here import Here
from bot.msteams.kinds import Kind
from bot.msteams.mentions import words_for_bot
from bot.msteams.people import People, roster_of
from bot.msteams.presses import Presses, note
from bot.msteams.signing import Signer
from bot.msteams.taken_files import TakenFiles
from bot.operations.metrics import DoorMetrics
from bot.runtime.services import Services
from bot.runtime.tasks import is_done_within
from bot.wording.catalogue import begin_reading
from bot.wording.languages import language_for
from bot.wording.markup import plain
from bot.workspaces.served_workspaces import Workspaces
from storage import msteams

WAIT_SECONDS = 10.0
"""For what somebody typed. After 15 seconds the service delivers it again."""
DIALOGS = frozenset({"task/fetch", "task/submit", "composeExtension/fetchTask", "composeExtension/submitAction"})
KINDS = DIALOGS | {"message", "adaptiveCard/action", "fileConsent/invoke"}
"""What the metrics tell apart."""


class Answering:
    """Messages are answered by calls, which `note` learns of; presses and dialogs on the service's request.
    `uploads` calls addresses that people's clients name."""

    def __init__(
        self,
        services: Services,
        workspaces: Workspaces,
        connector: Connector,
        people: People,
        channels: Channels,
        metrics: DoorMetrics,
        router: Router,
        note: Callable[[str], None],
        signer: Signer,
        uploads: Connector,
    ) -> None:
        self._signer = signer
        self._services = services
        self._connector = connector
        self._people = people
        self._channels = channels
        self._metrics = metrics
        self._handling = Handling(services, workspaces, people, metrics, router)
        self._answers = Answers(services, connector, metrics, note)
        self._presses = Presses(services, self._here, self._handling, self._answers)
        self._dialogs = Dialogs(services, self._here, self._handling, self._answers, signer)
        self._files = TakenFiles(services, connector, uploads, self._handling, self._answers, signer)

    async def answer(self, activity: Activity) -> Mapping[str, Any] | None:
        """What is answered on the request. Raises UnknownInvoke."""
        kind = activity.name if activity.type == "invoke" else activity.type
        begin_reading(language_for(activity.locale))
        with self._metrics.acknowledging(kind if kind in KINDS else "other"), self._services.answering.request():
            try:
                return await self._answered(activity, kind)
            except UnknownInvoke:
                raise
            except Exception:
                # The one place above all drawing: a press or dialog has to get an answer, whatever went wrong.
                said = plain(sentences.error_with_reference(logged_bug(self._metrics.bug)))
                return note(said) if kind == "adaptiveCard/action" else says(said) if kind in DIALOGS else None

    async def _answered(self, activity: Activity, kind: str) -> Mapping[str, Any] | None:
        await self._channels.hear(activity)
        match kind:
            case "message":
                await self._typed(activity)
            case "installationUpdate" if activity.action == "add" and activity.is_personal and activity.user_id:
                self._services.tasks.start(self._welcome(activity))
            case "adaptiveCard/action":
                return await self._presses.answer(activity)
            case "task/fetch":
                return await self._dialogs.opened(activity)
            case "composeExtension/fetchTask":
                return await self._dialogs.opened_by_command(activity)
            case "task/submit" | "composeExtension/submitAction":
                return await self._dialogs.sent(activity)
            case "fileConsent/invoke":
                await self._files.answer(activity)
            case "installationUpdate" | "conversationUpdate":
                await self._people.meet(activity)
            case _ if activity.type == "invoke":
                raise UnknownInvoke
        return None

    async def _typed(self, activity: Activity) -> None:
        """The request is answered after the deed, and the person afterwards."""
        if not activity.user_id:
            return  # a bot, or somebody anonymous in a meeting
        work = self._services.tasks.start(self._outcome(activity))
        try:
            await is_done_within(WAIT_SECONDS, work)
        finally:
            self._services.tasks.start(self._say(activity, work))  # which draws only once the request is answered

    async def _outcome(self, activity: Activity) -> Outcome:
        async def said(ask: Ask) -> views.Outcome:
            words = await words_for_bot(activity, lambda account: self._user_id_of(activity, account))
            if words is None:
                return None
            here = self._here(activity, Origin(words=words, at=ask.reader.now))
            say = direct_messages.said if words else direct_messages.greeting
            return await say(self._handling.router, replace(ask, words=words, chat=here))

        handler = status_card.shown if status_card.is_asked_for(activity) else said
        once = (f"teams message {activity.conversation.id} {activity.id}", activity.text) if activity.id else None
        return await self._handling.run(activity, handler, self._here(activity, Origin()), once=once)

    async def _say(self, activity: Activity, work: asyncio.Task[Outcome]) -> None:
        outcome = await work
        if isinstance(outcome, Message):
            kind = Kind.STATUS if status_card.is_asked_for(activity) else Kind.SHARED
            await self._answers.say(activity, outcome, kind)

    async def _welcome(self, activity: Activity) -> None:
        """Somebody added the bot to their own chat."""
        outcome = await self._handling.run(activity, status_card.shown, self._here(activity, Origin()))
        if isinstance(outcome, Message):
            await self._answers.say(activity, outcome, Kind.STATUS)

    async def _user_id_of(self, activity: Activity, account: Account) -> str:
        """By what is known, else by who is in the conversation."""
        workspace_id, teams_id = activity.tenant_id, account.id
        known = await self._services.database.read(lambda tx: msteams.users_of(tx.connection, workspace_id, [teams_id]))
        if teams_id in known:
            return known[teams_id]
        try:
            return (await self._connector.member(roster_of(activity), teams_id)).user_id
        except (NotTaken, Unreachable):
            return ""

    def _here(self, activity: Activity, origin: Origin) -> Here:
        return Here(self._services, self._connector, self._answers, activity, origin, self._signer)
