"""Worked time by person, day, week or month: the same figures as the report in the chat."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from bot.api.answers import WorkedTime
from bot.api.formats import asked_format, parts
from bot.api.handling import Door
from bot.api.problems import Problem
from bot.api.schema import WorkedTimeQuery, read_span
from bot.api.streaming import End, Parts, answer
from bot.calendar.ranges import DateRange
from bot.permissions import Caller
from bot.reports import periods
from bot.reports.periods import GroupBy, Row
from bot.reports.worked_time import MOST_DAYS_IN_PASSING
from bot.runtime.services import Transaction


async def worked_time(door: Door, request: web.Request) -> web.StreamResponse:
    """Answers a row for each person, or for each person and period."""
    try:
        asked = read_span(WorkedTimeQuery, request.query)
    except Problem:
        await door.caller(request)
        raise
    form = asked_format(request.headers.getall("Accept", []))
    days = DateRange(asked.first, asked.last)

    def work(tx: Transaction, caller: Caller) -> Parts:
        rows = periods.worked_time(tx, caller, days, GroupBy(asked.by), asked.people, asked.office_id)
        return End((yield from parts(map(_as_json, rows), form, [*WorkedTime.__annotations__])))

    depends_on = (repr(asked), form)
    takes_long = days.days > MOST_DAYS_IN_PASSING
    # No ETag: an open clock-in becomes a missing clock-out just because time passes.
    return await answer(
        *(request, door.services, door.trusted_proxies, door.long, depends_on, work),
        tagged=False,
        takes_long=takes_long,
    )


def _as_json(row: Row) -> WorkedTime:
    person = row.person
    return {
        "startDate": row.days.first.isoformat(),
        "endDate": row.days.last.isoformat(),
        "userId": person.user_id,
        "name": person.name,
        "workedSeconds": _seconds(person.worked),
        "workedHours": round(person.worked / timedelta(hours=1), 4),
        "days": person.days,
        "records": person.pairs,
        "breakSeconds": None if person.breaks is None else _seconds(person.breaks),
        "enteredLater": person.by_hand,
        "stillIn": row.still_in,
        "unresolved": row.unresolved,
    }


def _seconds(length: timedelta) -> int:
    return length // timedelta(seconds=1)
