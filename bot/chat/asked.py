"""Which report is asked for, as its buttons carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import reports
from bot.chat.routing import Ask
from bot.ranges import DateRange
from bot.reports import Office
from storage.errors import UnknownOffice


@dataclass(frozen=True, slots=True)
class Asked:
    """The days, the people (none named: all whom the reader may see) and the office's id. Never figures."""

    days: DateRange
    user_ids: Sequence[str] = ()
    office_id: str | None = None


async def office_of(ask: Ask, asked: Asked) -> Office | None:
    """The office asked about. Raises UnknownOffice for one that is none (any more)."""
    if asked.office_id is None:
        return None
    offices = (await reports.surroundings(ask.services, ask.caller)).offices
    found = next((office for office in offices if office.office_id == asked.office_id), None)
    if found is None:
        raise UnknownOffice(asked.office_id)
    return found
