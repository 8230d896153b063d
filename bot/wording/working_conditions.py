"""What working-time rules know of a person, in words."""

from __future__ import annotations

from datetime import timedelta

from bot.people.working_conditions import WorkingConditions
from bot.wording import Reader, day
from bot.wording.catalogue import _


def in_words(conditions: WorkingConditions, reader: Reader) -> str:
    """`young worker until Fri 30 Apr · night worker`. Empty if nothing is said of the person."""
    said = []
    if conditions.adult_from and conditions.adult_from > reader.today:
        last = conditions.adult_from - timedelta(days=1)
        said.append(_("young worker until {day}").format(day=day(last, reader)))
    elif conditions.adult_from:
        said.append(_("adult since {day}").format(day=day(conditions.adult_from, reader)))
    if conditions.night_worker:
        said.append(_("night worker"))
    if conditions.exempt:
        said.append(_("working-time rules don't apply"))
    return " · ".join(said)
