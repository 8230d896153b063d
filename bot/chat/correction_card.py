"""The card of a correction: before and after, why, what each side said, and the buttons for those who answer.

Everybody who got it sees the same in their own words, and it is updated in place after each answer.
"""

from __future__ import annotations

from dataclasses import replace

from bot.attendance import correction_queries
from bot.attendance import corrections as use_cases
from bot.attendance.correction_queries import Can, Look
from bot.chat.ask_for_change import press_ask
from bot.chat.change_form import Which
from bot.chat.correction_forms import On, list_again, press_decline, press_object
from bot.chat.pieces import paragraphs
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Confirm, Message, Piece
from bot.reports import worked_time
from bot.wording import corrections as words
from bot.wording.catalogue import _

corrections = Feature("corrections")


async def card(ask: Ask, look: Look) -> Message:
    """The card, as the reader sees it now."""
    return Message(await pieces(ask, look), goes_on=look.correction.is_waiting)


async def pieces(ask: Ask, look: Look, *, listed: bool = False) -> list[Piece]:
    """The same, alone or among others."""
    one, offices = look.correction, (await worked_time.caller_context(ask.services, ask.caller)).offices
    lines = [
        words.title(one, ask.reader),
        words.wanted(one, ask.reader),
        *words.details(one, {office.office_id: office.name for office in offices}),
        *words.reason(one),
        *words.state(one, ask.reader, your_turn=bool(look.can - {Can.WITHDRAW})),
        *words.reopened(look.reopened, ask.reader),
        *words.meanwhile(one, look.now, ask.reader, has_changed=look.has_changed),
    ]
    buttons = answer_buttons(look, ask, listed=listed)
    return [*paragraphs(lines), *([Buttons(buttons)] if buttons else [])]


def answer_buttons(look: Look, ask: Ask, *, listed: bool = False) -> list[Button]:
    """For what the reader may do now. That is checked again at the press."""
    on, can, buttons = On(look.correction.correction_id, listed), look.can, list[Button]()
    if Can.APPROVE in can:
        buttons.append(approve.button(_("Approve"), on, style="primary"))
    if Can.AGREE in can:
        buttons.append(agree.button(_("I agree"), on, style="primary"))
    if Can.DECLINE in can:
        buttons.append(press_decline.button(_("Decline…"), on))
    if Can.OBJECT in can:
        buttons.append(press_object.button(_("I object…"), on))
    if Can.APPLY in can:
        buttons.append(apply.button(_("Apply without agreement"), on, style="danger", confirm=_sure()))
    if Can.WITHDRAW in can:
        buttons.append(withdraw.button(_("Withdraw"), on))
    return [*buttons, *_ask_again(look, ask)]


def _ask_again(look: Look, ask: Ask) -> list[Button]:
    """**Ask again**, after a change was declined, about the record as it is by now."""
    one = look.correction
    if one.outcome != "refused" or look.now is None:
        return []
    if not (one.is_asked_by_person and ask.reader.is_you(one.asked_by)):
        return []
    return [press_ask.button(_("Ask again"), Which(look.now.clock_in.id))]


def _sure() -> Confirm:
    return Confirm(
        title=_("Apply it without agreement?"),
        question=_("The record changes. Everyone who sees it also sees that the person didn't agree, and their words."),
        yes=_("Apply"),
        no=_("Not yet"),
    )


@corrections.action
async def approve(ask: Ask, on: On) -> Message:
    """**Approve**"""
    await use_cases.answer(ask.services, ask.caller, on.correction_id, "yes")
    return await _shown_now(ask, on)


@corrections.action
async def agree(ask: Ask, on: On) -> Message:
    """**I agree**"""
    await use_cases.answer(ask.services, ask.caller, on.correction_id, "yes")
    return await _shown_now(ask, on)


@corrections.action
async def apply(ask: Ask, on: On) -> Message:
    """**Apply without agreement**, after an objection or days without an answer."""
    await use_cases.apply(ask.services, ask.caller, on.correction_id)
    return await _shown_now(ask, on)


@corrections.action
async def withdraw(ask: Ask, on: On) -> Message:
    """**Withdraw**"""
    await use_cases.withdraw(ask.services, ask.caller, on.correction_id)
    return await _shown_now(ask, on)


async def _shown_now(ask: Ask, on: On) -> Message:
    """What replaces the message after a press: the card, or the list that it is in."""
    if on.listed:
        return await list_again(ask)
    shown = await card(ask, await correction_queries.find(ask.services, ask.caller, on.correction_id))
    return replace(shown, replaces=True)
