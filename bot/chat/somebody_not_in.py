"""`/clockout Ana at 9:20` of somebody who isn't clocked in: says so, and offers the form for a whole record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from markupsafe import Markup

from bot.chat.add_record import press_add_filled_in
from bot.chat.record_form import Draft
from bot.chat.refused import WARNING, suggested_buttons
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Message, Text
from bot.people.profiles import names_of
from bot.wording.catalogue import _
from bot.wording.markup import cut
from bot.wording.refusals import refusal
from storage.errors import NotClockedIn

LONGEST_NAME = 40


async def not_in(
    ask: Ask, refused: Sequence[NotClockedIn], day: date, end: time | None, other: Sequence[Button] = ()
) -> Message:
    """What isn't possible for each of them, with **Add a record for Ana…**, and then the `other` buttons."""
    names = await names_of(ask.services, ask.caller.workspace_id, {one.user_id for one in refused})
    said = [Markup("{}{}").format(WARNING, refusal(one, ask.reader)) for one in refused]
    adding = [
        press_add_filled_in.button(
            _("Add a record for {name}…").format(name=cut(names.get(one.user_id, one.user_id), LONGEST_NAME)),
            Draft(day, end=end, person=one.user_id),
        )
        for one in refused
    ]
    days = suggested_buttons(refused[0], ask.reader) if len(refused) == 1 else []
    return Message([Text(Markup("\n").join(said)), Buttons([*adding, *days, *other])])
