"""Answers buttons. The answer rides on the service's request, costs no call, and counts against no limit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.chat.routing import Action, Ask
from bot.chat.views import Buttons, Form, Message, Text
from bot.msteams import sentences, status_card
from bot.msteams.activities import Activity
from bot.msteams.answers import Answers
from bot.msteams.buttons import CARRIES
from bot.msteams.files import Origin
from bot.msteams.handling import ANSWER_WITHIN_SECONDS, Handling, Outcome
from bot.msteams.here import HereFor
from bot.msteams.kinds import Kind, kind_of
from bot.notifications import prompts
from bot.runtime.services import Services
from bot.runtime.tasks import is_done_within
from bot.wording.catalogue import _
from bot.wording.markup import sentence


class Presses:
    """A message that replaces its own is the answer's card, and is updated for everybody. Another one is sent."""

    def __init__(self, services: Services, here: HereFor, handling: Handling, answers: Answers) -> None:
        self._services = services
        self._here = here
        self._handling = handling
        self._answers = answers

    async def answer(self, activity: Activity) -> Mapping[str, Any]:
        """The answer to `adaptiveCard/action`."""
        work = self._services.tasks.start(self._outcome(activity))
        if await is_done_within(ANSWER_WITHIN_SECONDS, work):
            return await self._answered(activity, work.result())
        self._services.tasks.start(self._answer_late(activity, work))
        return note(sentences.ONE_MOMENT())

    async def _outcome(self, activity: Activity) -> Outcome:
        pressed, on_card = activity.value.pressed, _kind(activity) is Kind.STATUS
        packed = str(pressed.data.get(CARRIES) or "")
        here = self._here(activity, Origin(pressed=pressed.verb, carries=packed))
        if pressed.verb == status_card.REFRESH:
            return await self._handling.run(activity, status_card.shown, here, at_home=on_card)

        async def press(ask: Ask) -> Message | Form | None:
            return await self._handling.router.pressed(ask, pressed.verb, packed)

        once = (f"teams press {activity.conversation.id} {activity.id}", pressed.verb + packed) if activity.id else None
        outcome = await self._handling.run(activity, press, here, at_home=on_card, once=once)
        if isinstance(outcome, Form):
            outcome = _offered(self._handling.router.actions[pressed.verb], packed, outcome)
        if on_card and isinstance(outcome, Message):
            now = await self._handling.run(activity, status_card.shown, here, at_home=on_card)
            return status_card.after(outcome, now) if isinstance(now, Message) else outcome
        is_last = isinstance(outcome, Message) and outcome.replaces and not outcome.goes_on
        if is_last and activity.is_personal and activity.reply_to_id:
            # In the background: the press has already had its effect, and must not look refused if this fails.
            forget = prompts.forget(self._services, activity.tenant_id, *_pressed_on(activity))
            self._services.tasks.start(forget)
        return outcome

    async def _answered(self, activity: Activity, outcome: Outcome) -> Mapping[str, Any]:
        if not isinstance(outcome, Message):
            return note(sentences.DONE())
        kind = _kind(activity)
        if not (outcome.replaces or kind is Kind.STATUS):
            self._services.tasks.start(self._answers.say(activity, outcome))
            return note(sentences.ANSWERED_BELOW())
        if kind is not Kind.STATUS and not _is_automatic(activity):
            self._services.tasks.start(self._answers.update(activity, outcome, _pressed_on(activity), kind))
        return card_answer(await self._answers.card(activity, outcome, kind))

    async def _answer_late(self, activity: Activity, work: asyncio.Task[Outcome]) -> None:
        outcome, kind = await work, _kind(activity)
        if not isinstance(outcome, Message) or _is_automatic(activity):
            return
        if outcome.replaces or kind is Kind.STATUS:
            await self._answers.update(activity, outcome, _pressed_on(activity), kind, else_direct=True)
        else:
            await self._answers.say(activity, outcome)


def card_answer(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """In place of the card, for the presser."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def note(text: str) -> Mapping[str, Any]:
    """A sentence beside the card, which stays."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": text}


def _offered(action: Action, packed: str, form: Form) -> Message:
    """A form opens only from a button that was drawn for it."""
    opens = replace(action, opens_form=lambda carries: True)
    return Message([Text(sentence(_("Here's the form:"))), Buttons([opens.button(form.title, action.unpack(packed))])])


def _kind(activity: Activity) -> Kind:
    """What the card is on which somebody pressed."""
    pressed = activity.value.pressed
    return Kind.STATUS if pressed.verb == status_card.REFRESH else kind_of(pressed.data)


def _is_automatic(activity: Activity) -> bool:
    """Whether the client refreshes the card by itself. Updating the message would make all clients refresh again."""
    return activity.value.trigger == "automatic"


def _pressed_on(activity: Activity) -> tuple[str, str]:
    """The message with the button, by its conversation and its own id."""
    return activity.conversation.id, activity.reply_to_id
