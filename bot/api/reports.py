"""Worked time by person, day, week or month, and what rule packs find: the same as the reports in the chat."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from aiohttp import web

from bot import permissions
from bot.api.answers import Finding, WorkedTime
from bot.api.formats import asked_format, parts
from bot.api.handling import Door
from bot.api.problems import Problem
from bot.api.reading_tokens import note_read
from bot.api.schema import Span, WorkedTimeQuery, read_span
from bot.api.streaming import End, Parts, answer
from bot.attendance.noted_reads import What
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, readable_users
from bot.reports import periods
from bot.reports.findings import in_portions
from bot.reports.periods import GroupBy, Row
from bot.reports.worked_time import MOST_DAYS_IN_PASSING
from bot.runtime.services import Transaction
from storage import offices
from storage.considerate import considerately
from storage.pairs import Scope


async def worked_time(door: Door, request: web.Request) -> web.StreamResponse:
    """Answers a row for each person, or for each person and period."""
    try:
        asked = read_span(WorkedTimeQuery, request.query)
    except Problem:
        await door.check_token(request)
        raise
    form = asked_format(request.headers.getall("Accept", []))
    days = DateRange(asked.first, asked.last)

    await note_read(door, request, What.WORKED_TIME, asked.people, days)

    def work(tx: Transaction, caller: Caller) -> Parts:
        rows = periods.worked_time(tx, caller, days, GroupBy(asked.by), asked.people, asked.office_id)
        return End((yield from parts(map(_as_json, considerately(rows)), form, [*WorkedTime.__annotations__])))

    depends_on = (repr(asked), form)
    takes_long = days.days > MOST_DAYS_IN_PASSING
    # No ETag: an open clock-in becomes a missing clock-out just because time passes.
    return await answer(
        *(request, door.services, door.trusted_proxies, door.long, depends_on, work),
        tagged=False,
        takes_long=takes_long,
    )


async def findings(door: Door, request: web.Request) -> web.StreamResponse:
    """Answers every finding with its remark, in the order of days."""
    try:
        asked = read_span(Span, request.query)
    except Problem:
        await door.check_token(request)
        raise
    form = asked_format(request.headers.getall("Accept", []))

    await note_read(door, request, What.FINDINGS, asked.people, DateRange(asked.first, asked.last))

    def work(tx: Transaction, caller: Caller) -> Parts:
        permissions.require_details(caller)
        whose = readable_users(tx, caller, asked.people, DateRange(asked.first, asked.last))
        if asked.office_id is not None:
            offices.find(tx.connection, caller.workspace_id, asked.office_id)
        scope = Scope(caller.workspace_id, asked.first, asked.last, whose, asked.office_id)
        return End((yield from parts(_findings(tx, scope), form, [*Finding.__annotations__])))

    takes_long = (asked.last - asked.first).days >= MOST_DAYS_IN_PASSING
    # No ETag: findings also depend on settings and remarks.
    return await answer(
        *(request, door.services, door.trusted_proxies, door.long, (repr(asked), form), work),
        tagged=False,
        takes_long=takes_long,
    )


def _findings(tx: Transaction, scope: Scope) -> Iterator[Finding]:
    for portion in in_portions(tx, scope):
        every = [(found.finding.work_date, user_id, found) for user_id, several in portion.items() for found in several]
        for work_date, user_id, found in sorted(every, key=lambda one: one[:2]):
            yield {
                "userId": user_id,
                "date": work_date.isoformat(),
                "rule": found.finding.rule.value,
                "measuredMinutes": found.finding.measured,
                "askedMinutes": found.finding.asked,
                "article": found.finding.article,
                "remark": found.remark.text if found.remark else None,
            }


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
        "statedBreakSeconds": None if row.stated is None else _seconds(row.stated),
        "paidBreakSeconds": _seconds(person.paid),
    }


def _seconds(length: timedelta) -> int:
    return length // timedelta(seconds=1)
