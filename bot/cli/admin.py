"""`attendance team …`, `office …` and `admin …`: what admins can also do in forms in the chat."""

from __future__ import annotations

import shlex
from collections.abc import Collection
from typing import Annotated

import typer

from bot.calendar import working_hours
from bot.calendar.own_days import parse_own_days
from bot.cli import tables
from bot.cli.arguments import office_id as known_office
from bot.cli.arguments import or_none, team_name, user_id, with_name
from bot.cli.console import Session, command, fail
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.people import admins as appointments
from bot.people import archive, own_days, teams_and_offices
from bot.wording import holidays
from bot.workspaces import holiday_calendars
from storage.own_days import Part

teams = typer.Typer(cls=Group, help="Teams, their managers and members.", no_args_is_help=True)
offices = typer.Typer(cls=Group, help="Offices and their time zones.", no_args_is_help=True)
admins = typer.Typer(cls=Group, help="Admins, in addition to those of your chat.", no_args_is_help=True)


@command(teams, "set", adds_workspace=True)
async def set_team(
    opened: Session,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The team's name.")],
    manager: Annotated[list[str] | None, typer.Option(help="A manager (U…). Repeat for more. Use no for none.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="A member (U…). Repeat for more. Use no for none.")] = None,
    group: Annotated[
        list[str] | None,
        typer.Option(
            help="A Slack user group (S…) or Teams team (19:…). Everyone in it is a member. Repeat for more. "
            "Use no for none."
        ),
    ] = None,
    hours: Annotated[
        str | None, typer.Option(help="Working hours, for example mon-fri 09:00-17:00. Use no for the workspace's.")
    ] = None,
) -> None:
    """Adds a team, or changes its managers, members, groups and hours. Those you don't name stay as they are."""
    known = await teams_and_offices.all_teams(opened.services, opened.caller.workspace_id)
    before = next((team for team in known if team.name == name.strip()), None)
    managers = await _people(opened, manager, before.managers if before else ())
    members = await _people(opened, member, before.members if before else ())
    works = before.working_hours if before and hours is None else hours
    team = await teams_and_offices.set_team(
        opened.services,
        opened.caller,
        name,
        managers,
        members,
        _named(group, before.groups if before else ()),
        working_hours.parse_working_hours(works) if works and works != "no" else None,
        read_group=opened.read_group,
        replacing=before,
    )
    following = f", following {' '.join(sorted(team.groups))}" if team.groups else ""
    expected = f", working {team.working_hours}" if team.working_hours else ""
    counts = f"{_count(team.managers, 'manager')}, {_count(team.members, 'member')}"
    say(f"Saved team {team.name}: {counts}{following}{expected}.")


async def _people(opened: Session, typed: Collection[str] | None, before: Collection[str]) -> Collection[str]:
    """As below. Ends the command for what isn't a person's id."""
    named = _named(typed, before)
    return named if typed is None else [await user_id(opened, one) for one in named]


def _named(typed: Collection[str] | None, before: Collection[str]) -> Collection[str]:
    """The people that were there before, unless others are typed; nobody for `no`."""
    if typed is None:
        return before
    return [] if list(typed) == ["no"] else typed


def _count(people: Collection[str], noun: str) -> str:
    return f"{len(people)} {noun}" if len(people) == 1 else f"{len(people)} {noun}s"


@command(teams, "list")
async def list_teams(opened: Session) -> None:
    """Lists the teams."""
    names = await tables.names_of(opened)
    rows = [
        (
            f"{team.name} (archived)" if team.archived_at else team.name,
            names.all(team.managers),
            names.all(team.members),
            ", ".join(sorted(team.groups)),
            str(team.working_hours or ""),
        )
        for team in await teams_and_offices.all_teams(opened.services, opened.caller.workspace_id)
    ]
    tables.show(("team", "managers", "members", "groups", "hours"), rows)


@command(teams, "archive")
async def archive_team(
    opened: Session, name: Annotated[str, typer.Argument(metavar="NAME", help="The team's name.")]
) -> None:
    """Archives a team: its managers lose their access to its members' records."""
    team = await archive.archive_team(opened.services, opened.caller, await team_name(opened, name))
    say(f"Team {team.name} is archived. Bring it back with: attendance team restore {shlex.quote(team.name)}")


@command(teams, "restore")
async def restore_team(
    opened: Session, name: Annotated[str, typer.Argument(metavar="NAME", help="The team's name.")]
) -> None:
    """Brings an archived team back as it was."""
    team = await archive.bring_back_team(opened.services, opened.caller, await team_name(opened, name))
    say(f"Team {team.name} is in use.")


@command(offices, "set", adds_workspace=True)
async def set_office(
    opened: Session,
    office_id: Annotated[str, typer.Argument(metavar="ID", help="A short id, for example hq.")],
    name: Annotated[str, typer.Option(help="The office's name.")],
    zone: Annotated[str, typer.Option(help="Its time zone, for example Europe/Berlin.")],
    country: Annotated[
        str | None, typer.Option(help="Its country, for example DE. Use none for the workspace's.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="The country's region, for example BY. Use none for none.")] = None,
) -> None:
    """Adds an office, or changes its name, time zone and country. Existing records keep their time zone."""
    if not office_id.strip() or not name.strip():
        fail("Give the office an id and a name.")

    known = await teams_and_offices.all_offices(opened.services, opened.caller.workspace_id)
    before = next((office for office in known if office.office_id == office_id.strip()), None)
    in_country, in_region = (before.country, before.region) if before else (None, None)
    if country is not None:  # another one doesn't keep the region
        in_country, in_region = or_none(country), None
    if region is not None:
        in_region = or_none(region)
    office = await teams_and_offices.set_office(
        opened.services, opened.caller, office_id, name, zone, country=in_country, region=in_region
    )
    where = f", {holidays.place(office.country, office.region)}" if office.country else ""
    say(f"Saved office {office.office_id}: {office.name}, {office.zone}{where}.")


@command(offices, "list")
async def list_offices(opened: Session) -> None:
    """Lists the offices."""
    rows = [
        (
            office.office_id,
            f"{office.name} (archived)" if office.archived_at else office.name,
            office.zone,
            " ".join(filter(None, (office.country, office.region))),
        )
        for office in await teams_and_offices.all_offices(opened.services, opened.caller.workspace_id)
    ]
    tables.show(("id", "name", "zone", "country"), rows)


@command(offices, "day")
async def set_day(
    opened: Session,
    office_id: Annotated[str, typer.Argument(metavar="ID", help="The office's id.")],
    day: Annotated[str, typer.Argument(metavar="DAY", help="The day, for example 2026-12-24.")],
    part: Annotated[
        str | None,
        typer.Argument(metavar="PART", help="How much of it is free: whole, half, or none on a public holiday."),
    ] = None,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, for example Christmas Eve.")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Remove this own day of the office.")] = False,
) -> None:
    """Sets one of an office's own days off, or makes a public holiday a working day there."""
    office_id = await known_office(opened, office_id)
    if remove == (part is not None):
        fail("Say how much of the day is free: whole, half or none. Or use --remove alone.")
    if remove:
        (on,) = parse_own_days(f"{day} none")
        await own_days.set_own_day(opened.services, opened.caller, office_id, on, None)
        say(f"{on} is a day like elsewhere at {office_id}.")
        return
    if part not in [*Part]:
        fail(f"{part} isn't how much of a day is free. Use whole, half or none.")
    ((on, off),) = parse_own_days(f"{day} {part} {name}").items()
    await own_days.set_own_day(opened.services, opened.caller, office_id, on, off)
    said = {Part.WHOLE: "off", Part.HALF: "half a day off", Part.NONE: "a working day"}[off.part]
    say(f"{on} is {said} at {office_id}{f': {off.name}' if off.name else ''}.")


@command(offices, "days")
async def list_days(
    opened: Session,
    office_id: Annotated[str, typer.Argument(metavar="ID", help="The office's id.")],
    year: Annotated[int | None, typer.Argument(metavar="YEAR", help="Default: this year.")] = None,
) -> None:
    """Lists an office's holidays of a year: public ones and its own."""
    office_id = await known_office(opened, office_id)
    year = opened.services.database.clock().year if year is None else year
    try:
        found, knows = await holiday_calendars.year_of_office(
            opened.services, opened.caller.workspace_id, office_id, year
        )
    except ValueError:
        fail(f"{year} isn't a year. Try attendance office days {office_id} 2026.")
    if not knows:
        say(f"The public holidays of {year} aren't known. These are the office's own days.", err=True)
    rows = [(str(day), f"{day:%a}", "half" if holiday.is_half else "whole", holiday.name) for day, holiday in found]
    tables.show(("day", "", "free", "holiday"), rows)


@command(offices, "archive")
async def archive_office(
    opened: Session, office_id: Annotated[str, typer.Argument(metavar="ID", help="The office's id.")]
) -> None:
    """Archives an office: nobody can clock in there. Earlier records keep it."""
    office = await archive.archive_office(opened.services, opened.caller, await known_office(opened, office_id))
    restore = f"attendance office restore {shlex.quote(office.office_id)}"
    say(f"Office {with_name(office.office_id, office.name)} is archived. Bring it back with: {restore}")


@command(offices, "restore")
async def restore_office(
    opened: Session, office_id: Annotated[str, typer.Argument(metavar="ID", help="The office's id.")]
) -> None:
    """Brings an archived office back."""
    office = await archive.bring_back_office(opened.services, opened.caller, await known_office(opened, office_id))
    say(f"Office {with_name(office.office_id, office.name)} is in use.")


@command(admins, "appoint", adds_workspace=True, hidden=True)
@command(admins, "add", adds_workspace=True)
async def add_admin(
    opened: Session,
    user: Annotated[str, typer.Argument(metavar="USER", help="The person (U…, or an Entra object id).")],
) -> None:
    """Makes someone an admin. Admins and owners of your chat are admins already."""
    user = await user_id(opened, user)
    await appointments.appoint(opened.services, opened.caller, user)
    say(f"{(await tables.names_of(opened))(user)} is an admin now.")


@command(admins, "dismiss", hidden=True)
@command(admins, "remove")
async def remove_admin(
    opened: Session,
    user: Annotated[str, typer.Argument(metavar="USER", help="The person (U…, or an Entra object id).")],
) -> None:
    """Removes an admin. Admins and owners of your chat stay admins."""
    user = await user_id(opened, user)
    await appointments.dismiss(opened.services, opened.caller, user)
    say(f"{(await tables.names_of(opened))(user)} is no longer an admin here.")


@command(admins, "list")
async def list_admins(opened: Session) -> None:
    """Lists the admins, and whether they are admins in the chat or were added here."""
    found, appointed = await appointments.all_of(opened.services, opened.caller)
    names = await tables.names_of(opened)
    rows = []
    for person in found:
        where = ("in the chat", person.chat_admin), ("added here", person.user_id in appointed)
        rows.append((names(person.user_id), ", ".join(word for word, holds in where if holds)))
    tables.show(("admin", "how"), rows)
