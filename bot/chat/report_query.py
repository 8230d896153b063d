"""Which report is asked for, in the form that buttons carry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.calendar.ranges import DateRange
from bot.chat.routing import Ask
from bot.reports import worked_time
from bot.reports.readable import ReadableTeam, readable
from bot.reports.worked_time import Office


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """The days, the people, the office's id and the team's key. Never figures.

    Without people and team, it is about everybody the reader may see; if `managed`, about the members of the reader's
    teams, without the reader.
    """

    days: DateRange
    user_ids: Sequence[str] = ()
    office_id: str | None = None
    team: str | None = None
    managed: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a query names, as it is now. `user_ids` None: everybody the reader may see."""

    user_ids: Collection[str] | None
    office: Office | None
    team: ReadableTeam | None


async def chosen(ask: Ask, asked: ReportQuery) -> Chosen:
    """Raises UnknownOffice for an office that was removed, OutdatedButton for a team that was."""
    office, team = None, None
    if asked.office_id is not None:
        office = (await worked_time.caller_context(ask.services, ask.caller)).office(asked.office_id)
    if asked.team is not None:
        team = (await readable(ask.services, ask.caller)).team(asked.team)
    if asked.managed:
        return Chosen((await readable(ask.services, ask.caller)).managed, office, None)
    return Chosen(team.members if team else asked.user_ids or None, office, team)
