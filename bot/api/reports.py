"""Worked time by person, day, week or month: the figures of the report in Slack."""

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
from bot.runtime.services import Transaction


async def worked_time(door: Door, request: web.Request) -> web.StreamResponse:
    """Answers a row for each person, or for each person and period."""
    try:
        asked = read_span(WorkedTimeQuery, request.query)
    except Problem:
        await door.caller(request)
        raise
    form = asked_format(request.headers.getall("Accept", []))
    user_ids = [asked.user_id] if asked.user_id else asked.user_ids
    days = DateRange(asked.first, asked.last)

    def work(tx: Transaction, caller: Caller) -> Parts:
        rows = periods.worked_time(tx, caller, days, GroupBy(asked.by), user_ids, asked.office_id)
        return End((yield from parts(map(_as_json, rows), form, [*WorkedTime.__annotations__])))

    told = (repr(asked), form)
    # Without a tag: a clock-in that is left open becomes a forgotten one by the passing of time alone.
    return await answer(request, door.services, door.trusted_proxies, door.long, told, work, tagged=False)


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
