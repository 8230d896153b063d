"""Whose records are asked for, and for which days: people with `@` or by name, a team, an office, a range."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.calendar.ranges import DateRange, find_range, parse_range
from bot.calendar.typed import one_person_in
from bot.calendar.words import similar, words_of
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Message, Note, Text
from bot.errors import HiddenTeam, NotADateRange, NotATeam
from bot.reports import worked_time
from bot.reports.readable import Readable, ReadableTeam, readable
from bot.reports.today import running_days, today_of
from bot.wording.catalogue import _
from bot.wording.markup import cut, sentence
from storage.errors import Refusal

MOST_CHOICES = 20
MOST_WORDS = 16  # of a name and a range


@dataclass(frozen=True, slots=True)
class Named:
    """A person or a team that the words name or may name, and the days, with the words for them."""

    days: DateRange
    name: str
    user_id: str | None = None
    team: ReadableTeam | None = None
    words: str = ""


async def person_and_days(ask: Ask) -> Sequence[Named]:
    """One person, with `@` or by name, and the days; several if a name fits several. Without a name, nobody in
    particular.

    Raises NotADateRange, TwoPeople or NotAPerson.
    """
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words)
    today = await today_of(ask.services, ask.caller, user_id, around.role, around.today)
    try:
        return [Named(parse_range(words, today), "", user_id)]
    except NotADateRange:
        found = [] if user_id else await named(ask, words, today, teams=False)
        if not found:
            if not user_id:
                await refuse_misspelled(ask, words, today, teams=False)
            raise
        return found


async def named(ask: Ask, words: str, today: date, *, teams: bool) -> Sequence[Named]:
    """The people, teams and days that the words can mean if they are more than a range: `last week Bakery`, `ana
    yesterday`. Empty if they name nobody the caller may see."""
    parts = words.split()
    if len(parts) > MOST_WORDS:
        return []
    known = await readable(ask.services, ask.caller)
    found = await asyncio.to_thread(_find, parts, known, today, teams=teams)
    running = await running_days(ask.services, ask.caller, [one.user_id for one in found[:MOST_CHOICES] if one.user_id])
    return [
        replace(one, days=find_range(one.words, running[one.user_id]) or one.days) if one.user_id in running else one
        for one in found
    ]


async def refuse_misspelled(ask: Ask, words: str, today: date, *, teams: bool) -> None:
    """Raises NotADateRange with the days that are misspelled beside a name; HiddenTeam where the words name a team that
    the caller does not manage, and NotATeam with the team whose name they misspell."""
    parts = words.split()
    if len(parts) > MOST_WORDS:
        return
    known = await readable(ask.services, ask.caller)
    if refusal := await asyncio.to_thread(_misspelled, parts, known, today, teams=teams):
        raise refusal


def team_refusal(name: str, known: Readable) -> Refusal | None:
    """Why that isn't a team that the caller may see: it's another's, or misspelled; None for any other words."""
    wanted = _forms(name)
    for other in known.other_teams:
        if wanted and _forms(other) == wanted:
            return HiddenTeam(other)
    forms = {" ".join(_forms(team.name)): team.name for team in known.teams}
    likely = similar(" ".join(wanted), forms) if wanted else []
    return NotATeam(name, [forms[one] for one in likely]) if likely else None


def which(buttons: Sequence[Button]) -> Message:
    """Asks which of them is meant, with a button for each of the first few."""
    asked = Text(sentence(_("Which one do you mean?")))
    return Message([asked, Buttons(buttons[:MOST_CHOICES]), *and_more(len(buttons) - MOST_CHOICES)])


def and_more(count: int) -> list[Note]:
    """How many people have no button, and how to name one of them. Empty if everybody has one."""
    said = _("And {count} more. To name one of them, type @ and choose the person.")
    return [Note(sentence(said, count=count))] if count > 0 else []


def names_on_buttons(names: Mapping[str, str], teams: Sequence[ReadableTeam]) -> dict[str, str]:
    """What to call people on buttons, by id.

    People of the same name are shown with their teams, `Ana Silva (Support)`, or with their ids if the teams are the
    same too.
    """
    alike = Counter(name.casefold() for name in names.values())
    shown = dict(names)
    for user_id, name in names.items():
        if alike[name.casefold()] > 1:
            shown[user_id] = _with_team(name, ", ".join(team.name for team in teams if user_id in team.members))
    same = Counter(label.casefold() for label in shown.values())
    return {
        user_id: _with_team(names[user_id], user_id) if same[label.casefold()] > 1 else label
        for user_id, label in shown.items()
    }


def _with_team(name: str, more: str) -> str:
    """As long as fits on a button."""
    return f"{cut(name, 40)} ({cut(more, 30)})" if more else name


def _find(parts: Sequence[str], known: Readable, today: date, *, teams: bool) -> Sequence[Named]:
    """Compares every name. In a big workspace that takes a while, so it runs in a thread."""
    of_team = {team.key: _forms(team.name) for team in known.teams} if teams else {}
    of_person = {user_id: _forms(name) for user_id, name in known.names.items()}
    for name, rest in _splits(parts):
        wanted, days = _forms(name), find_range(rest, today)
        if not wanted or not days:
            continue
        found = [
            Named(days, known.team(key).name, team=known.team(key), words=rest) for key in _called(wanted, of_team)
        ]
        user_ids = _called(wanted, of_person) or _partly_called(wanted, of_person)
        labels = names_on_buttons({user_id: known.names[user_id] for user_id in user_ids}, known.teams)
        found += [Named(days, label, user_id=user_id, words=rest) for user_id, label in labels.items()]
        if found:
            return sorted(found, key=lambda one: (one.team is None, one.name.casefold()))
    return []


def _misspelled(parts: Sequence[str], known: Readable, today: date, *, teams: bool) -> Refusal | None:
    names = {
        name: _forms(name) for name in [*known.names.values(), *((team.name for team in known.teams) if teams else ())]
    }
    for name, rest in _splits(parts):
        wanted = _forms(name)
        if rest and wanted and (_called(wanted, names) or _partly_called(wanted, names)):
            try:
                parse_range(rest, today)
            except NotADateRange as error:
                if error.likely:
                    return error
    return _no_team(parts, known, today) if teams else None


def _no_team(parts: Sequence[str], known: Readable, today: date) -> Refusal | None:
    found = (team_refusal(name, known) for name, rest in _splits(parts) if name and find_range(rest, today))
    return next((refusal for refusal in found if refusal), None)


def _splits(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A name before or after a range. The range can be left out. The longest names come first."""
    for count in range(len(parts), 0, -1):
        yield " ".join(parts[-count:]), " ".join(parts[:-count])
        if count < len(parts):
            yield " ".join(parts[:count]), " ".join(parts[count:])


def _forms(name: str) -> list[str]:
    """Its words, in any spelling of upper and lower case."""
    return [word.form for word in words_of(name)]


def _called(wanted: list[str], names: Mapping[str, list[str]]) -> list[str]:
    """The keys of the names that are exactly so."""
    return [key for key, forms in names.items() if forms == wanted]


def _partly_called(wanted: list[str], names: Mapping[str, list[str]]) -> list[str]:
    """The keys of the names that contain it."""
    return [key for key, forms in names.items() if set(wanted) <= set(forms)]
