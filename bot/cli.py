"""The command line (PRODUCT.md section 5)."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import cli_import, cli_webhooks, console
from bot.access import Role
from bot.console import fail, run, session
from bot.exports import Format
from bot.ranges import parse_range
from bot.settings import InvalidSettings, LogSettings, ServeSettings, read
from bot.workspace_settings import Overview
from bot.worktime import zone_named

app = typer.Typer(
    help="Attendance in Slack, in one ledger that can be trusted.", no_args_is_help=True, pretty_exceptions_enable=False
)
tokens = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)
teams = typer.Typer(help="Teams: who manages whom.", no_args_is_help=True)
offices = typer.Typer(help="Offices: places with a time zone.", no_args_is_help=True)
settings = typer.Typer(help="What is set for the workspace.", no_args_is_help=True)
admins = typer.Typer(help="Admins by appointment, beside Slack's own.", no_args_is_help=True)
app.add_typer(tokens, name="token")
app.add_typer(teams, name="team")
app.add_typer(offices, name="office")
app.add_typer(settings, name="settings")
app.add_typer(admins, name="admin")
app.add_typer(cli_webhooks.app, name="webhook")
app.add_typer(cli_import.app, name="import")

Workspace = Annotated[str | None, typer.Option(help="The workspace's id (T…), where the ledger holds several.")]
ChannelId = re.compile(r"[CG][A-Z0-9]{1,30}")
UserId = re.compile(r"[UW][A-Z0-9]{1,30}")


def main() -> None:
    """The `attendance` program."""
    app()


@app.command()
def serve() -> None:
    """Serve the bot, the API and the background jobs until SIGTERM."""
    from bot import logs

    async def work() -> None:
        settings, stopping = read(ServeSettings), asyncio.Event()
        from bot.app import running, until_told_to_stop  # after the settings: a fault is told at once

        logs.configure(settings.log_level, settings.log_format)
        try:
            async with running(settings, stopping=stopping) as address:
                typer.echo(f"Serving at {address} (Slack posts to {address}/slack/events). Stop with Ctrl+C.", err=True)
                await until_told_to_stop(stopping)
        except OSError as error:
            raise InvalidSettings(address_fault(error, settings.host, settings.port)) from error

    run(work())


@app.command()
def demo(port: Annotated[int, typer.Option(help="The page's port.")] = 8080) -> None:
    """Try the bot in the browser, against a practice workspace with sample people and records. Needs no Slack."""
    from bot import logs

    async def work() -> None:
        settings = read(LogSettings)
        from bot.demo import run_demo

        # A visitor reads the page: the terminal tells of faults alone, unless asked for more.
        level = settings.log_level if "log_level" in settings.model_fields_set else "warning"
        logs.configure(level, settings.log_format)
        try:
            await run_demo(port, lambda line: typer.echo(line, err=True))
        except OSError as error:
            raise InvalidSettings(address_fault(error, "127.0.0.1", port, "--port")) from error

    run(work())


@tokens.command("create")
def create_token(
    user: Annotated[str, typer.Option(help="Whom the token speaks for (U…).")],
    role: Annotated[Role, typer.Option(help="How far it reaches.")],
    name: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    expires: Annotated[
        str, typer.Option(help="The last day on which it works, such as 2027-01-31, or for how many days; never.")
    ] = "",
    workspace: Workspace = None,
) -> None:
    """Create an API token. It is printed once, alone on stdout, and stored as a digest."""
    from bot import tokens as use_cases

    async def work() -> str:
        async with session(workspace) as opened:
            until = use_cases.parse_expiry(expires)
            return await use_cases.create(opened.services, opened.caller, _user_id(user), role, name, expires=until)

    typer.echo(run(work()))


@tokens.command("list")
def list_tokens(workspace: Workspace = None) -> None:
    """List the API tokens, never their secrets."""
    from bot import tokens as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            titles = ("created (UTC)", "last used (UTC)", "expires (UTC)", "revoked (UTC)")
            table = console.table("id", "user", "role", "name", *titles)
            for token in await use_cases.all_of(opened.services, opened.caller):
                moments = (token.created_at, token.last_used_at, token.expires_at, token.revoked_at)
                times = (f"{at:%Y-%m-%d %H:%M}" if at else "" for at in moments)
                table.add_row(token.token_id, token.user_id, token.role, token.name or "", *times)
            console.show(table)

    run(work())


@tokens.command("revoke")
def revoke_token(token_id: Annotated[str, typer.Argument(help="As listed.")], workspace: Workspace = None) -> None:
    """Revoke an API token, at once."""
    from bot import tokens as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            await use_cases.revoke(opened.services, opened.caller, token_id)

    run(work())
    typer.echo("Revoked.")


@teams.command("set")
def set_team(
    name: Annotated[str, typer.Argument(help="The team's name.")],
    manager: Annotated[list[str] | None, typer.Option(help="A manager (U…); repeat for more.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="A member (U…); repeat for more.")] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="A Slack user group (S…) whose people are members; repeat for more.")
    ] = None,
    hours: Annotated[
        str | None, typer.Option(help="Its working hours, such as mon-fri 09:00-17:00; the workspace's where left out.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Add a team, or give it other managers, members, groups and hours: those named here, and no others."""
    from bot import administration, working_hours

    async def work() -> None:
        async with session(workspace) as opened:
            managers, members = ([_user_id(user) for user in users or []] for users in (manager, member))
            team = await administration.set_team(
                opened.services,
                opened.caller,
                name,
                managers,
                members,
                group or [],
                working_hours.parse_working_hours(hours) if hours else None,
                read_group=opened.read_group,
            )
            following = f", following {' '.join(sorted(team.groups))}" if team.groups else ""
            expected = f", working {team.working_hours}" if team.working_hours else ""
            counts = f"{len(team.managers)} managing, {len(team.members)} members"
            typer.echo(f"Team {team.name}: {counts}{following}{expected}.")

    run(work())


@teams.command("list")
def list_teams(workspace: Workspace = None) -> None:
    """List the teams."""
    from bot import administration

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            table = console.table("team", "managers", "members", "groups", "hours")
            for team in await administration.all_teams(opened.services, opened.caller.workspace_id):
                people = (" ".join(sorted(ids)) for ids in (team.managers, team.members, team.groups))
                table.add_row(team.name, *people, team.working_hours or "")
            console.show(table)

    run(work())


@offices.command("set")
def set_office(
    office_id: Annotated[str, typer.Argument(metavar="ID", help="A short id, as in /clockin in ID.")],
    name: Annotated[str, typer.Option(help="The office's name.")],
    zone: Annotated[str, typer.Option(help="Its IANA time zone, such as Europe/Berlin.")],
    workspace: Workspace = None,
) -> None:
    """Add an office, or change its name and zone. Past events keep the zone they were written with."""
    from bot import administration

    if not office_id.strip() or not name.strip():
        fail("An office needs an id and a name.")

    async def work() -> None:
        async with session(workspace) as opened:
            office = await administration.set_office(opened.services, opened.caller, office_id, name, zone)
            typer.echo(f"Office {office.office_id}: {office.name}, {office.zone}.")

    run(work())


@offices.command("list")
def list_offices(workspace: Workspace = None) -> None:
    """List the offices."""
    from bot import administration

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            table = console.table("id", "name", "zone")
            for office in await administration.all_offices(opened.services, opened.caller.workspace_id):
                table.add_row(office.office_id, office.name, office.zone)
            console.show(table)

    run(work())


@settings.command("set")
def set_settings(
    zone: Annotated[str | None, typer.Option(help="The workspace's own IANA zone, such as Europe/Berlin.")] = None,
    working_hours: Annotated[
        str | None, typer.Option(help="When people are expected, such as mon-fri 09:00-17:00; no for never.")
    ] = None,
    reminders: Annotated[bool | None, typer.Option(help="Remind people to clock in and out, by their hours.")] = None,
    ask_after: Annotated[
        str | None, typer.Option(help="Ask people whether they still work, so many hours after coming; no for never.")
    ] = None,
    weekly_summary: Annotated[
        str | None, typer.Option(help="When managers get the hours of their teams, such as mon 09:00; no for never.")
    ] = None,
    keep_records_for_years: Annotated[
        str | None, typer.Option(help="Erase what is older, for good and by itself; no for never.")
    ] = None,
    log_channel: Annotated[
        str | None, typer.Option(help="Post each clock-in and clock-out here (C…); no for nowhere.")
    ] = None,
    anchor_channel: Annotated[
        str | None, typer.Option(help="Publish the audit chain's head here each day (C…); no for nowhere.")
    ] = None,
    anchor_to_people: Annotated[
        bool | None, typer.Option(help="Send everybody their week's hours with the audit chain's head.")
    ] = None,
    workspace: Workspace = None,
) -> None:
    """Change settings of the workspace; those not named stay as they are."""
    from bot import workspace_settings

    texts = {
        "working_hours": working_hours,
        "ask_after": ask_after,
        "weekly_summary": weekly_summary,
        "keep_records_for_years": keep_records_for_years,
        "log_channel": log_channel,
        "anchor_channel": anchor_channel,
    }
    flags = {"reminders": reminders, "anchor_to_people": anchor_to_people}

    async def work() -> None:
        changes: dict[str, Any] = {name: flag for name, flag in flags.items() if flag is not None}
        for name, text in texts.items():
            if text is not None:
                changes[name] = workspace_settings.typed(name, text)
        for name in ("log_channel", "anchor_channel"):
            if (channel := changes.get(name)) and not ChannelId.fullmatch(channel):
                fail(f"{channel} is not a channel's id: it looks like C012AB3CD, and stands in the channel's details.")
        async with session(workspace) as opened:
            _show_settings(await workspace_settings.change(opened.services, opened.caller, zone=zone, **changes))

    run(work())


@settings.command("list")
def list_settings(workspace: Workspace = None) -> None:
    """List the settings of the workspace."""
    from bot import workspace_settings

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            _show_settings(await workspace_settings.overview(opened.services, opened.caller))

    run(work())


def _show_settings(made: Overview) -> None:
    from bot import workspace_settings

    table = console.table("setting", "value")
    for name, value in workspace_settings.in_words(made).items():
        table.add_row(name.replace("_", "-"), value)
    console.show(table)


@admins.command("appoint")
def appoint_admin(
    user: Annotated[str, typer.Argument(help="Whom (U…).")],
    workspace: Workspace = None,
) -> None:
    """Make somebody an admin. Slack's own admins and owners are admins already."""
    from bot import admins as use_cases

    async def work() -> None:
        async with session(workspace) as opened:
            await use_cases.appoint(opened.services, opened.caller, _user_id(user))

    run(work())
    typer.echo(f"{user} is an admin.")


@admins.command("dismiss")
def dismiss_admin(
    user: Annotated[str, typer.Argument(help="Whom (U…).")],
    workspace: Workspace = None,
) -> None:
    """Take an appointment back. Slack's own admins and owners stay admins."""
    from bot import admins as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            await use_cases.dismiss(opened.services, opened.caller, _user_id(user))

    run(work())
    typer.echo(f"{user} is not appointed any more.")


@admins.command("list")
def list_admins(workspace: Workspace = None) -> None:
    """List the admins that the bot has met, and by whose word they are."""
    from bot import admins as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            table = console.table("user", "name", "by")
            found, appointed = await use_cases.all_of(opened.services, opened.caller)
            for person in found:
                words = ("Slack", person.chat_admin), ("appointment", person.user_id in appointed)
                table.add_row(person.user_id, person.name, ", ".join(word for word, holds in words if holds))
            console.show(table)

    run(work())


@app.command()
def report(
    range_: Annotated[list[str] | None, typer.Argument(metavar="RANGE", help="last week, 2026-10, monday, …")] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…); repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only records of this office.")] = None,
    workspace: Workspace = None,
) -> None:
    """Worked time per person over a range of days (default: today); per day where one person is named."""
    from bot import reports, terminal_report

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            around = await reports.surroundings(opened.services, opened.caller)
            days = parse_range(" ".join(range_ or []), around.today)
            chosen = terminal_report.office_named(office, around.offices)
            users = [_user_id(one) for one in user] if user else None
            made = await reports.worked_time(opened.services, opened.caller, days, users, chosen)
            terminal_report.show(made)

    run(work())


@app.command()
def export(
    range_: Annotated[list[str] | None, typer.Argument(metavar="RANGE", help="last month, 2026, 2026-10, …")] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…); repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only records of this office.")] = None,
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    zone: Annotated[str | None, typer.Option(help="The zone of the times: the workspace's where left out.")] = None,
    sheet_each: Annotated[bool, typer.Option("--sheet-each", help="XLSX: a sheet for each person.")] = False,
    workspace: Workspace = None,
) -> None:
    """Write every record of a range of days to stdout, a row each."""
    from bot import exports, reports, terminal_report

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            around = await reports.surroundings(opened.services, opened.caller)
            days = parse_range(" ".join(range_ or []), around.today)
            chosen = terminal_report.office_named(office, around.offices)
            users = [_user_id(one) for one in user] if user else None
            times = zone_named(zone) if zone else around.zone
            with console.rows_on_stdout(binary=form is Format.XLSX) as out:
                await exports.write(
                    opened.services, opened.caller, days, times, out, form, users, chosen, a_sheet_each=sheet_each
                )

    run(work())


@app.command()
def erase(
    user: Annotated[str, typer.Option(help="Whose comments, addresses and name (U…).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how much there is.")] = False,
    workspace: Workspace = None,
) -> None:
    """Erase a person's comments, addresses and name for good. Their hours stay, as the law asks."""
    from bot import erasing

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            found = await erasing.erase_person(opened.services, opened.caller, _user_id(user), dry_run=dry_run)
            counts = f"{found.records} records, {found.messages} messages, {found.answers} kept answers"
            typer.echo(f"Would be erased of {user}: {counts}." if dry_run else f"Erased of {user}: {counts}.")

    run(work())


@app.command()
def verify(
    anchor: Annotated[bool, typer.Option("--anchor", help="Print the chain's head, to be kept elsewhere.")] = False,
    against: Annotated[
        list[str] | None, typer.Option(help="An anchor printed earlier; repeat for more.", metavar="ANCHOR")
    ] = None,
) -> None:
    """Check every rule and the whole audit chain, and say what is wrong where. Exits with 1 where something is."""
    from bot.safekeeping import Anchor, verify_ledger

    try:
        kept = [Anchor.parse(text) for text in against or []]
    except ValueError:
        fail("An anchor looks as verify --anchor prints it: WORKSPACE:NUMBER:HASH.")
    if run(verify_ledger(typer.echo, console.progress, against=kept, anchor=anchor)):
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file for the copy.")]) -> None:
    """Copy the whole ledger, as it stands at one moment, while the bot serves."""
    from bot.safekeeping import back_up_ledger

    run(back_up_ledger(file, console.progress))
    typer.echo(f"The ledger is in {file}.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Bring a backup back to where there is no ledger yet, and verify it. Exits with 1 where something is wrong."""
    from bot.safekeeping import restore_ledger

    if run(restore_ledger(file, typer.echo, console.progress)):
        raise typer.Exit(1)


@app.command()
def copy(to: Annotated[str, typer.Option(help="An empty database: postgresql://user@host/name.")]) -> None:
    """Move the whole ledger from SQLite to PostgreSQL, and compare both row by row. Stop the bot first."""
    from bot.safekeeping import copy_ledger

    run(copy_ledger(to, typer.echo, console.progress))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    address: Annotated[
        str | None, typer.Option(help="The bot's public address (https://…), to be asked as Slack would.")
    ] = None,
) -> None:
    """Look at settings, machine, database and Slack, and say how to mend what is wrong. Exits with 1 where it is."""
    from bot import doctor as doctors

    if address and not address.startswith(("https://", "http://")):
        fail("--address: begins with https://, as in https://bot.example.com.")

    async def work() -> None:
        found = await doctors.examine(address)
        typer.echo(doctors.as_json(found)) if as_json else doctors.show(found)
        if not doctors.is_healthy(found):
            raise typer.Exit(1)

    run(work())


@app.command()
def migrate(
    serve_as: Annotated[
        str | None, typer.Option(help="PostgreSQL: grant this role what serving needs, and no more.")
    ] = None,
) -> None:
    """Bring the database's schema up to date, as the role that owns it. `serve` does so too, where its role may."""
    from bot.safekeeping import migrate_ledger

    run(migrate_ledger(serve_as))
    typer.echo("The schema is up to date.")


def _user_id(text: str) -> str:
    if not UserId.fullmatch(text):
        fail(f"{text} is not a user's id: it looks like U012AB3CD, and stands in the person's Slack profile.")
    return text


def address_fault(error: OSError, host: str, port: int, named: str = "ATTENDANCE_PORT") -> str:
    """Why nothing can be served at an address: the setting that has to change, and how. `named` is the port's."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"{named}: {port} is taken, so the address can't be served at. "
            "Stop what listens there, or choose another port."
        )
    if error.errno == errno.EACCES:
        return f"{named}: {port} needs rights that this user has not. Choose a port above 1023."
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"ATTENDANCE_HOST: {host} is no address of this machine. Use 127.0.0.1, or 0.0.0.0 for every network."
    return f"The address can't be served at: {error.strerror or error}."
