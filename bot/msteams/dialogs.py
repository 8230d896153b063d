"""Opens and sends forms, which Teams shows as dialogs. The answer rides on the service's request."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.chat import views
from bot.chat.handling import FieldErrors
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Form, Message, Note, Text
from bot.msteams import drawing, openers, sentences
from bot.msteams.activities import Activity
from bot.msteams.answers import Answers
from bot.msteams.buttons import CARRIES, OPENS
from bot.msteams.files import Origin
from bot.msteams.forms import FORM, NONCE, OPENER, entries_of
from bot.msteams.handling import ANSWER_WITHIN_SECONDS, Handling, Outcome, Trouble, warning
from bot.msteams.here import HereFor
from bot.msteams.kinds import Kind, kind_of
from bot.msteams.openers import Opener
from bot.msteams.render import attachment
from bot.msteams.signing import Signer
from bot.notifications import prompts
from bot.permissions import Via
from bot.runtime.services import Services
from bot.runtime.tasks import is_done_within
from storage.errors import Unavailable

_NONCE = re.compile(r"[0-9a-f]{1,32}", re.ASCII)

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form with its entries, and what opened it. `nonce`: another each time it's shown."""

    form: str
    carries: str
    entries: Mapping[str, Any]
    opener: Opener
    nonce: str

    @property
    def as_opener(self) -> Opener:
        """For the form that follows it."""
        first = self.opener
        return replace(first, pressed="", typed="", sent=self.form, carries=self.carries, entries=self.entries)


def _read(activity: Activity, signer: Signer) -> _Sent:
    data = activity.value.data
    form, carries, opener, nonce = (str(data.get(key) or "") for key in (FORM, CARRIES, OPENER, NONCE))
    opened_by = openers.unpacked(signer.opened(opener, activity))
    return _Sent(form, carries, entries_of(data), opened_by, nonce if _NONCE.fullmatch(nonce) else "")


class Dialogs:
    """A form whose work is done closes its dialog, and a message says what was done."""

    def __init__(self, services: Services, here: HereFor, handling: Handling, answers: Answers, signer: Signer) -> None:
        self._services = services
        self._here = here
        self._handling = handling
        self._answers = answers
        self._signer = signer

    async def opened(self, activity: Activity) -> Answer:
        """The answer to `task/fetch`: a button that opens a form."""
        data = activity.value.data
        carries = str(data.get(CARRIES) or "")
        kind = kind_of(data)
        stays = not activity.reply_to_id or kind is Kind.STATUS
        message = None if stays else (activity.conversation.id, activity.reply_to_id)
        opener = Opener(pressed=str(data.get(OPENS) or ""), carries=carries, message=message, kind=kind)
        return await self._first_shown(activity, opener)

    async def opened_by_command(self, activity: Activity) -> Answer:
        """The answer to `composeExtension/fetchTask`: a command that opens a form."""
        return await self._first_shown(activity, Opener(typed=activity.value.command_id))

    async def sent(self, activity: Activity) -> Answer:
        """The answer to `task/submit` and `composeExtension/submitAction`: a form that was sent."""
        work = self._services.tasks.start(self._sent(activity))
        if not await is_done_within(ANSWER_WITHIN_SECONDS, work):
            self._services.tasks.start(self._tell_late(activity, work))
            return says(sentences.STILL_SAVING())
        sent, outcome = work.result()
        match outcome:
            case FieldErrors():
                return await self._shown_again(activity, sent, outcome)
            case Form():
                return await self._dialog(activity, outcome, sent.as_opener)
            case Trouble() | Message(in_form=True):
                return await self._in_its_place(activity, outcome)
            case Message():
                self._services.tasks.start(self._deliver(activity, sent.opener, outcome))
        return {}

    async def _first_shown(self, activity: Activity, opener: Opener) -> Answer:
        work = self._services.tasks.start(self._open(activity, opener))
        if not await is_done_within(ANSWER_WITHIN_SECONDS, work):
            return says(sentences.TRY_AGAIN())
        outcome = work.result()
        if isinstance(outcome, Form):
            return await self._dialog(activity, outcome, opener)
        if not isinstance(outcome, Message):
            return says(sentences.DONE())
        if any(isinstance(piece, Buttons) for piece in outcome.pieces):  # they don't work in a dialog
            self._services.tasks.start(self._answers.say(activity, outcome))
        return await self._in_its_place(activity, outcome)

    async def _open(self, activity: Activity, opener: Opener) -> Outcome:
        async def open_it(ask: Ask) -> views.Outcome:
            return await openers.opened(self._handling.router, ask, opener)

        origin = Origin(pressed=opener.pressed, carries=opener.carries)
        return await self._handling.run(activity, open_it, self._here(activity, origin))

    async def _sent(self, activity: Activity) -> tuple[_Sent, Outcome]:
        sent = _read(activity, self._signer)
        form = self._handling.router.forms.get(sent.form)

        async def send(ask: Ask) -> views.Outcome:
            return await self._handling.router.sent(ask, sent.form, sent.carries, sent.entries)

        outcome = await self._handling.run(
            activity,
            send,
            self._here(activity, Origin()),
            via=Via.FORM,
            once=(f"teams form {sent.nonce}", sent.form) if sent.nonce else None,
            field_of=form.field_of if form else None,
            fields=sent.entries,
        )
        return sent, outcome

    async def _shown_again(self, activity: Activity, sent: _Sent, wrong: FieldErrors) -> Answer:
        """The form with its entries, and what is wrong at the fields; only in words if it can't be opened any more."""
        form = await self._open(activity, sent.opener)
        if isinstance(form, Form):
            return await self._dialog(activity, form, sent.opener, sent.entries, wrong.errors)
        return says(" ".join(wrong.errors.values()))

    async def _dialog(
        self,
        activity: Activity,
        form: Form,
        opener: Opener,
        entries: Mapping[str, Any] | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> Answer:
        carried = opener if form.answers_message else replace(opener, message=None)
        errors = _at_fields(form, errors or {})
        signed = self._signer.signed(openers.packed(carried), activity)
        shown = await drawing.dialog(
            self._services, activity.tenant_id, form, entries=entries, errors=errors, opener=signed
        )
        return {"task": {"type": "continue", "value": shown}}

    async def _in_its_place(self, activity: Activity, message: Message) -> Answer:
        """What replaces the content of the dialog."""
        shown = await drawing.message_in_dialog(self._services, activity.tenant_id, message, sentences.TITLE())
        return {"task": {"type": "continue", "value": shown}}

    async def _deliver(self, activity: Activity, opener: Opener, message: Message) -> None:
        """In place of the message whose button opened the form, else in the person's own chat. A question of the bot's
        own is updated anyway."""
        shown = opener.message if message.replaces else None
        if shown and not await self._is_question(activity, shown):
            await self._answers.update(activity, message, shown, opener.kind, else_direct=True)
        else:
            await self._answers.direct(activity, message)

    async def _is_question(self, activity: Activity, shown: tuple[str, str]) -> bool:
        try:
            return await prompts.is_question(self._services, activity.tenant_id, *shown)
        except Unavailable:
            return True  # the answer is better said twice than not at all

    async def _tell_late(self, activity: Activity, work: asyncio.Task[tuple[_Sent, Outcome]]) -> None:
        """What became of a form whose dialog didn't wait."""
        sent, outcome = await work
        match outcome:
            case FieldErrors(errors):
                await self._answers.direct(activity, warning(" ".join(errors.values())))
            case Form():
                await self._answers.direct(activity, warning(sentences.NOT_SAVED()))
            case Message(in_form=True):
                await self._answers.direct(activity, warning(sentences.NOT_SHOWN()))
            case Message():
                await self._deliver(activity, sent.opener, outcome)


def _at_fields(form: Form, errors: Mapping[str, str]) -> Mapping[str, str]:
    """What is wrong with a field that the form no longer has is shown at its first one."""
    names = [piece.name for piece in form.body if not isinstance(piece, Text | Note)]
    lost = [said for name, said in errors.items() if name not in names]
    shown = {name: said for name, said in errors.items() if name in names}
    return {**shown, names[0]: " ".join([shown.get(names[0], ""), *lost]).strip()} if lost and names else shown


def says(text: str) -> Answer:
    """A sentence in the dialog."""
    words = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [words]}
    return {"task": {"type": "continue", "value": {"title": sentences.TITLE(), "card": attachment(card)}}}
