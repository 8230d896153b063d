"""Messages about corrections: the card to everybody who answers or waits, a reminder, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.attendance import correction_queries
from bot.attendance.correction_notices import ANSWERED, CARD, REMIND
from bot.attendance.correction_queries import Can, Look
from bot.chat.correction_card import answer_buttons, card
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Text
from bot.errors import Forbidden
from bot.wording import correction_outcomes
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from storage.errors import UnknownCorrection

ANSWERS = {Can.AGREE, Can.APPROVE, Can.APPLY}

correction_notices = Feature("correction_notices")


@dataclass(frozen=True, slots=True)
class Facts:
    """Which correction."""

    correction_id: str


@dataclass(frozen=True, slots=True)
class Answer(Facts):
    """The same, and who answered."""

    by: str


@correction_notices.notice(CARD)
async def asked(ask: Ask, about: Facts) -> Message | None:
    """The card, also if it was answered meanwhile: it says so."""
    look = await _look(ask, about)
    return await card(ask, look) if look else None


@correction_notices.update(CARD)
async def asked_now(ask: Ask, about: Facts) -> Message | None:
    """After each answer."""
    return await asked(ask, about)


@correction_notices.notice(REMIND)
async def remind(ask: Ask, about: Facts) -> Message | None:
    """The card again, if it still waits for them."""
    look = await _look(ask, about)
    if look is None or not look.can & ANSWERS:
        return None
    shown = await card(ask, look)
    said = _("This still waits for your answer:")
    if look.correction.waits_for == "person" and Can.APPLY in look.can:
        said = _("You can apply this now:")
    return replace(shown, pieces=[Text(sentence(said)), *shown.pieces])


@correction_notices.update(REMIND)
async def reminded_now(ask: Ask, about: Facts) -> Message | None:
    """After each answer, it is the card."""
    return await remind(ask, about) or await asked(ask, about)


@correction_notices.notice(ANSWERED)
async def answered(ask: Ask, about: Answer) -> Message | None:
    """What came of it, to those who wait: a card that is updated in place doesn't ring."""
    look = await _look(ask, about)
    if look is None:
        return None
    lines = correction_outcomes.told(look.correction, look.now, ask.reader)
    buttons = answer_buttons(look, ask)
    return Message([Text(Markup("\n").join(lines)), *([Buttons(buttons)] if buttons else [])])


@correction_notices.update(ANSWERED)
async def answered_now(ask: Ask, about: Answer) -> Message | None:
    """After each further answer."""
    return await answered(ask, about)


async def _look(ask: Ask, about: Facts) -> Look | None:
    """None where the reader can't see it any more, and where it was erased by its age."""
    try:
        return await correction_queries.find(ask.services, ask.caller, about.correction_id)
    except (Forbidden, UnknownCorrection):
        return None
