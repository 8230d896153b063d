"""What a typed report is about: `last week Bakery in hq`, `team last month`, `last week csv`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.calendar.ranges import DateRange, find_range, parse_range
from bot.calendar.typed import office_in, people_in
from bot.calendar.words import words_of
from bot.chat import exporting, whom
from bot.chat.report_query import ReportQuery
from bot.chat.routing import Action, Ask
from bot.chat.whom import Named
from bot.errors import NotADateRange
from bot.permissions import Role
from bot.reports import worked_time
from bot.reports.readable import readable
from bot.reports.today import today_of
from bot.reports.worked_time import CallerContext

_FILE = re.compile(
    r"(?<!\S)(?:(?:as|to|in|als|en|como|em|come) )?(?:an? )?(?:(csv)|(excel|xlsx|spreadsheet))(?: (?:file|export))?"
    r"(?!\S)",
    re.IGNORECASE,
)
_OWN_TEAM = re.compile(
    r"(?<!\S)(?:(?:of|for) )?(?:(?:my|our|the) )?teams?(?:['’]s)?(?: (?:for|of))?(?!\S)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class TypedReport:
    """The reports that the words can mean, with what to call each; the file to send instead of showing one; and whether
    an employee asked for a team."""

    choices: Sequence[tuple[str, ReportQuery]]
    file: Action | None = None
    only_self: bool = False


async def read_report(ask: Ask) -> TypedReport:
    """Raises NotADateRange, NotAnOffice, NotATeam or HiddenTeam."""
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_ids, words = people_in(ask.words)
    file, words = await _file_in(ask, words, around)
    office, words = office_in(words, around.every_office)
    asked = ReportQuery(DateRange(around.today, around.today), user_ids, office.office_id if office else None)
    today = around.today
    if len(user_ids) <= 1:
        today = await today_of(ask.services, ask.caller, next(iter(user_ids), None), around.role, today)
    try:
        return TypedReport([("", replace(asked, days=parse_range(words, today)))], file)
    except NotADateRange:
        if user_ids:
            raise
        if found := await whom.named(ask, words, around.today, teams=True):
            return TypedReport([(one.name, _query(one, asked)) for one in found], file)
        if team := _OWN_TEAM.search(words):
            rest = " ".join(f"{words[: team.start()]} {words[team.end() :]}".split())
            return replace(await _of_team(ask, rest, asked, around), file=file)
        await whom.refuse_misspelled(ask, words, around.today, teams=True)
        raise


async def _of_team(ask: Ask, words: str, asked: ReportQuery, around: CallerContext) -> TypedReport:
    """The reader's own teams, or the one that is named after all: `team Bakery`."""
    if days := find_range(words, around.today):
        manages = bool((await readable(ask.services, ask.caller)).managed)
        query = replace(asked, days=days, managed=manages)
        return TypedReport([("", query)], only_self=around.role is Role.EMPLOYEE)
    if found := await whom.named(ask, words, around.today, teams=True):
        return TypedReport([(one.name, _query(one, asked)) for one in found])
    await whom.refuse_misspelled(ask, words, around.today, teams=True)
    return TypedReport([("", replace(asked, days=parse_range(words, around.today)))])


async def _file_in(ask: Ask, words: str, around: CallerContext) -> tuple[Action | None, str]:
    """The file that is asked for, and the words around it; none where an office, a team or a person is called so."""
    found = _FILE.search(words)
    if not found:
        return None, words
    known = await readable(ask.services, ask.caller)
    names = [name for office in around.every_office for name in (office.office_id, office.name)]
    names += [*(team.name for team in known.teams), *known.names.values()]
    if any((found[1] or found[2]).casefold() in (word.form for word in words_of(name)) for name in names):
        return None, words
    rest = " ".join(f"{words[: found.start()]} {words[found.end() :]}".split())
    return (exporting.csv if found[1] else exporting.excel), rest


def _query(one: Named, asked: ReportQuery) -> ReportQuery:
    if one.team is not None:
        return replace(asked, days=one.days, team=one.team.key)
    return replace(asked, days=one.days, user_ids=[one.user_id] if one.user_id else [])
