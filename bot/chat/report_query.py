"""Which report is asked for, as its buttons carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.calendar.ranges import DateRange
from bot.chat.routing import Ask
from bot.reports import worked_time
from bot.reports.worked_time import Office


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """The days, the people (none named: all whom the reader may see) and the office's id. Never figures."""

    days: DateRange
    user_ids: Sequence[str] = ()
    office_id: str | None = None


async def office_of(ask: Ask, asked: ReportQuery) -> Office | None:
    """The office asked about. Raises UnknownOffice if it does not exist or was removed."""
    if asked.office_id is None:
        return None
    return (await worked_time.caller_context(ask.services, ask.caller)).office(asked.office_id)
