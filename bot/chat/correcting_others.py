"""`delete ana's record of thursday`: the list in which those who may correct Ana's records can do it."""

from __future__ import annotations

import re

from bot.calendar.ranges import find_range
from bot.calendar.typed import mention, people_in
from bot.chat import whom
from bot.chat.did_you_mean import line_button
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Message, Text
from bot.people.profiles import names_of
from bot.reports import worked_time
from bot.wording.catalogue import _
from bot.wording.markup import cut, sentence

LONGEST_NAME = 40
_FILLING = re.compile(
    r"['’]s\b|\b(?:delete|remove|cancel|correct|fix|change|edit|please|the|a|my|records?|entry|entries|shifts?|hours|times?"
    r"|clock-?(?:ins?|outs?)|of|on|for|from)\b|[.!,?]+(?=\s|$)",
    re.IGNORECASE,
)


def without_filling(words: str) -> str:
    """Person and days alone: `ana thursday` for `ana's record of thursday`."""
    return " ".join(_FILLING.sub(" ", words).split())


async def correcting_others(ask: Ask, words: str) -> Message | None:
    """A button for each person whom the words name and whose records the caller may correct. None without one."""
    today = (await worked_time.caller_context(ask.services, ask.caller)).today
    user_ids, rest = people_in(words)
    rest = without_filling(rest)
    if user_ids:
        names = await names_of(ask.services, ask.caller.workspace_id, set(user_ids))
        found = [whom.Named(days, names.get(one, one), one) for one in user_ids if (days := find_range(rest, today))]
    else:
        found = list(await whom.named(ask, rest, today, teams=False)) if rest else []
    may = await worked_time.correctable(ask.services, ask.caller, {one.user_id for one in found if one.user_id})
    buttons = [
        line_button(
            _("Show {name}'s records").format(name=cut(one.name, LONGEST_NAME)),
            f"events {one.days.first} to {one.days.last} {mention(one.user_id)}",
            ask.typed_at,
        )
        for one in found
        if one.user_id and one.user_id in may
    ]
    if not buttons:
        return None
    said = sentence(_("Delete the wrong record in this list, and then add the right one."))
    return Message([Text(said), Buttons(buttons[: whom.MOST_CHOICES])])
