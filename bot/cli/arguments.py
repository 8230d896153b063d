"""People, offices and teams as they are typed after a command. An unknown one ends it with what was meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.calendar.ranges import DateRange, parse_range
from bot.calendar.words import similar, words_of
from bot.cli.console import Session, fail
from bot.people import teams_and_offices
from bot.people.ids import USER_IDS, as_kept, platform_of
from bot.reports.today import today_of
from bot.reports.worked_time import CallerContext
from storage import people
from storage.people import Platform

MOST_NAMED = 3
LIKE = {
    Platform.SLACK: "It looks like U012AB3CD; copy it from the person's Slack profile.",
    Platform.TEAMS: "It looks like 7faf8ab2-3c1d-4e5f-9a0b-123456789abc; copy the object id from the person's page in "
    "Microsoft Entra.",
}
"""How people's ids look."""


async def user_id(opened: Session, text: str) -> str:
    """A person's id, as the ledger keeps it."""
    workspace_id, given = opened.caller.workspace_id, as_kept(text)
    platform = platform_of(workspace_id)
    if not USER_IDS[platform].fullmatch(given):
        if any(pattern.fullmatch(given) for pattern in USER_IDS.values()):
            fail(f"{text} is an id of another chat than {workspace_id}'s. {LIKE[platform]}")
        names = await opened.services.database.read(lambda tx: people.names(tx.connection, workspace_id))
        if meant := [with_name(one, names[one]) for one in _called(text.strip("<>@"), names)]:
            fail(f"{text} isn't a user id. Did you mean {_or(meant)}?")
        fail(f"{text} isn't a user id. {LIKE[platform]}")
    return given


async def office_id(opened: Session, text: str) -> str:
    """The id of an office, as it is. Ends the command for another spelling, or for its name."""
    offices = await teams_and_offices.all_offices(opened.services, opened.caller.workspace_id)
    return _one_of(text, "office", {office.office_id: office.name for office in offices})


async def team_name(opened: Session, text: str) -> str:
    """The name of a team, as it is. Ends the command for another spelling."""
    teams = await teams_and_offices.all_teams(opened.services, opened.caller.workspace_id)
    return _one_of(text, "team", {team.name: team.name for team in teams})


def _one_of(text: str, kind: str, known: Mapping[str, str]) -> str:
    if known and text not in known:
        if meant := _called(text, known) or similar(text, known):
            fail(f'There\'s no {kind} "{text}". Did you mean {_or([with_name(one, known[one]) for one in meant])}?')
        fail(f'There\'s no {kind} "{text}". To see them all, type attendance {kind} list.')
    return text


def _called(text: str, names: Mapping[str, str]) -> list[str]:
    """The keys that are this, or whose name contains it, in any spelling of upper and lower case."""
    wanted = [word.form for word in words_of(text)]
    exact = [key for key, name in names.items() if wanted in (_forms(key), _forms(name))]
    return exact or [key for key, name in names.items() if wanted and set(wanted) <= set(_forms(name))]


def _forms(text: str) -> list[str]:
    return [word.form for word in words_of(text)]


def with_name(key: str, name: str) -> str:
    """`hq (Berlin Mitte)`; `berlin` for an office of that name."""
    return key if key.casefold() == name.casefold() else f"{key} ({name})"


def _or(texts: Sequence[str]) -> str:
    return " or ".join(texts[:MOST_NAMED])


async def days_of(
    opened: Session, words: Sequence[str] | None, users: Sequence[str] | None, around: CallerContext
) -> DateRange:
    """The range that the words name, by default today: of one person, the work date that they are still in."""
    one = users[0] if users and len(users) == 1 else None
    today = await today_of(opened.services, opened.caller, one, around.role, around.today)
    return parse_range(" ".join(words or []), today)


def or_none(text: str) -> str | None:
    """None for the word `none`, because NO is Norway."""
    return None if text.strip().lower() in ("", "none") else text
