"""Whose records are asked for, and of which days: people with `@` or by name, a team, an office, a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.calendar.ranges import DateRange, parse_range
from bot.calendar.typed import one_person_in
from bot.calendar.words import words_of
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Message, Text
from bot.errors import NotADateRange
from bot.reports import worked_time
from bot.reports.readable import Readable, ReadableTeam, readable
from bot.wording.catalogue import _
from bot.wording.markup import sentence

MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A person or a team that the words name, or may name, and the days."""

    days: DateRange
    name: str
    user_id: str | None = None
    team: ReadableTeam | None = None


async def person_and_days(ask: Ask) -> Sequence[Named]:
    """One person, with `@` or by name, and the days; several where a name fits several. Without a name it is nobody in
    particular. Raises NotADateRange, TwoPeople or NotAPerson."""
    today = (await worked_time.caller_context(ask.services, ask.caller)).today
    user_id, words = one_person_in(ask.words)
    try:
        return [Named(parse_range(words, today), "", user_id)]
    except NotADateRange:
        found = [] if user_id else await named(ask, words, today, teams=False)
        if not found:
            raise
        return found


async def named(ask: Ask, words: str, today: date, *, teams: bool) -> Sequence[Named]:
    """Whom and which days the words may mean, where they are more than a range: `last week Bakery`, `ana yesterday`.
    Empty where they name nobody whom the caller may see."""
    known = await readable(ask.services, ask.caller)
    for name, rest in _splits(words):
        try:
            days = parse_range(rest, today)
        except NotADateRange:
            continue
        if found := _called(name, known, days, teams=teams):
            return found
    return []


def which(buttons: Sequence[Button]) -> Message:
    """Asks which of them is meant; each has a button."""
    return Message([Text(sentence(_("Which one do you mean?"))), Buttons(buttons[:MOST_CHOICES])])


def _splits(words: str) -> Iterator[tuple[str, str]]:
    """A name before or after a range, which may be left off: the longest names first."""
    parts = words.split()
    for count in range(len(parts), 0, -1):
        yield " ".join(parts[-count:]), " ".join(parts[:-count])
        if count < len(parts):
            yield " ".join(parts[:count]), " ".join(parts[count:])


def _called(name: str, known: Readable, days: DateRange, *, teams: bool) -> Sequence[Named]:
    """Teams of that name, and people: those called exactly so, else those of whom it is a part of the name."""
    of_team = {team.key: team.name for team in known.teams} if teams else {}
    found = [Named(days, of_team[key], team=known.team(key)) for key in _fitting(name, of_team, whole=True)]
    people = _fitting(name, known.names, whole=True) or _fitting(name, known.names, whole=False)
    found += [Named(days, known.names[user_id], user_id=user_id) for user_id in people]
    return found


def _fitting(name: str, names: Mapping[str, str], *, whole: bool) -> list[str]:
    """The keys of the names that fit, however they are typed; by name."""
    wanted = [word.form for word in words_of(name)]
    fitting = []
    for key, called in names.items():
        forms = [word.form for word in words_of(called)]
        if wanted == forms or (not whole and wanted and set(wanted) <= set(forms)):
            fitting.append(key)
    return sorted(fitting, key=lambda key: names[key].casefold())
