"""**Decline…** and **I object…** on the card of a correction: the forms that ask why."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.attendance import correction_queries
from bot.attendance import corrections as use_cases
from bot.attendance.corrections import Correction
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.chat.form_faults import Check
from bot.chat.routing import Ask, Feature
from bot.chat.views import Form, Message, Text, TextField
from bot.errors import NoReason
from bot.wording import corrections as words
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.errors import AlreadyAnswered

correction_forms = Feature("correction_forms")


@dataclass(frozen=True, slots=True)
class On:
    """Which correction a button is on. `listed`: among others, in the list of `/attendance requests`."""

    correction_id: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody says no."""

    why: str = ""


@correction_forms.action
async def press_decline(ask: Ask, on: On) -> Form:
    """**Decline…**"""
    one = await _waiting(ask, on)
    why = _why(_("It goes to the person who asked, and stays in the change history."))
    about = Text(words.wanted(one, ask.reader))
    return Form(_("Decline"), _("Decline"), _("Cancel"), decline, [about, why], on, answers_message=on.listed)


@correction_forms.action
async def press_object(ask: Ask, on: On) -> Form:
    """**I object…**"""
    one = await _waiting(ask, on)
    why = _why(_("Your words stay beside the record, also if it's changed without your agreement."))
    about = Text(words.wanted(one, ask.reader))
    return Form(_("Object"), _("Object"), _("Cancel"), object_to, [about, why], on, answers_message=on.listed)


async def _waiting(ask: Ask, on: On) -> Correction:
    """Nobody fills in a form for nothing. Raises AlreadyAnswered."""
    one = (await correction_queries.find(ask.services, ask.caller, on.correction_id)).correction
    if not one.is_waiting:
        raise AlreadyAnswered(one)
    return one


def _why(hint: str) -> TextField:
    return TextField(name="why", label=_("Your reason"), hint=hint, longest=LONGEST_COMMENT, multiline=True)


@correction_forms.form(lambda error, fields: "why")
async def decline(ask: Ask, on: On, reason: Reason) -> Message:
    """Says no as the employer."""
    one = await _said_no(ask, on, reason)
    said = _("✅ <b>Declined.</b> {change}. {by} gets your reason.")
    return await _after(ask, on, one, said)


@correction_forms.form(lambda error, fields: "why")
async def object_to(ask: Ask, on: On, reason: Reason) -> Message:
    """Says no as the person concerned."""
    one = await _said_no(ask, on, reason)
    said = _("✅ <b>I've told {by} that you object.</b> {change}.")
    if one.is_overtaken:
        said = _("The record changed after this was asked, so the request is closed. Ask for what's still wrong.")
    return await _after(ask, on, one, said)


async def _said_no(ask: Ask, on: On, reason: Reason) -> Correction:
    check = Check()
    with check.at("why"):
        if comment(reason.why.strip()) is None:
            raise NoReason
    check.done()
    answered = await use_cases.answer(ask.services, ask.caller, on.correction_id, "no", reason.why.strip())
    return answered.correction


async def _after(ask: Ask, on: On, one: Correction, said: str) -> Message:
    """The list in its place. A card is updated anyway."""
    if on.listed:
        return await list_again(ask)
    return Message([Text(sentence(said, change=words.wanted(one, ask.reader), by=mention(one.asked_by)))])


async def list_again(ask: Ask) -> Message:
    """`/attendance requests` in place of the list whose button was pressed."""
    shown = await ask.type("requests", "")
    assert isinstance(shown, Message)
    return replace(shown, replaces=True)
