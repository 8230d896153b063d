"""Messages to people about signatures of others under their periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from bot import wording
from bot.attendance.signatures import APPROVED, REOPENED
from bot.calendar.ranges import DateRange
from bot.chat.routing import Ask, Feature
from bot.chat.signing import show_period
from bot.chat.signing_view import PeriodQuery
from bot.chat.views import Button, Buttons, Message, Text
from bot.wording.catalogue import _
from bot.wording.clocking import LONGEST_COMMENT_SHOWN
from bot.wording.markup import cut, mention, on_one_line, sentence
from storage.signatures import Signature, from_audit_fields
from storage.signed_records import Figures

signature_notices = Feature("signature_notices")


@dataclass(frozen=True, slots=True)
class Facts:
    """The signature as it stood after the change, and who made that."""

    signature: Mapping[str, Any]
    by: str


@signature_notices.notice(APPROVED)
async def approved(ask: Ask, facts: Facts) -> Message:
    """Somebody approved their period."""
    one = from_audit_fields(facts.signature)
    said = _("✅ <b>{by} approved your records of {period}:</b> {worked}. They're closed now and can't change.")
    worked = wording.duration(Figures.read(one.figures).worked)
    text = sentence(said, by=mention(one.by), period=period(ask, facts), worked=worked)
    return Message([Text(text), Buttons([_look(one)])])


@signature_notices.notice(REOPENED)
async def reopened(ask: Ask, facts: Facts) -> Message:
    """Somebody withdrew an approval of their period, or a correction did; also to who had approved it."""
    one = from_audit_fields(facts.signature)
    said = _("{by} reopened your records of {period}. Sign them again when they're right.")
    if not ask.reader.is_you(one.user_id):
        said = _("A correction reopened {who}'s records of {period}, which you had approved. Approve them again later.")
    text = sentence(said, by=mention(facts.by), who=mention(one.user_id), period=period(ask, facts))
    if one.reason:
        reason = cut(on_one_line(one.reason), LONGEST_COMMENT_SHOWN)
        text += Markup("\n") + sentence(_('Reason: "{reason}"'), reason=reason)
    return Message([Text(text), Buttons([_look(one)])])


def _look(one: Signature) -> Button:
    days = DateRange(one.first_day, one.last_day)
    return show_period.button(_("Show"), PeriodQuery(days, one.user_id))


def period(ask: Ask, facts: Facts) -> str:
    """`Mon 16 – Sun 22 Nov`"""
    one = from_audit_fields(facts.signature)
    return wording.days(one.first_day, one.last_day, ask.reader)
