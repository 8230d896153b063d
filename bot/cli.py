"""The command line (PRODUCT.md section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import console
from bot.access import Role
from bot.console import CANNOT_START, fail, run, session
from bot.ranges import parse_range
from bot.settings import ServeSettings, read

app = typer.Typer(
    help="Attendance in Slack, in one ledger that can be trusted.", no_args_is_help=True, pretty_exceptions_enable=False
)
tokens = typer.Typer(help="API tokens: create, list, revoke.", no_args_is_help=True)
teams = typer.Typer(help="Teams: who manages whom.", no_args_is_help=True)
offices = typer.Typer(help="Offices: places with a time zone.", no_args_is_help=True)
app.add_typer(tokens, name="token")
app.add_typer(teams, name="team")
app.add_typer(offices, name="office")

Workspace = Annotated[str | None, typer.Option(help="The workspace's id (T…), where the ledger holds several.")]
UserId = re.compile(r"[UW][A-Z0-9]{1,30}")


def main() -> None:
    """The `attendance` program."""
    app()


@app.command()
def serve() -> None:
    """Serve the bot, the API and the background jobs until SIGTERM."""
    from bot import logs

    async def work() -> None:
        settings = read(ServeSettings)
        from bot.app import running, until_told_to_stop  # after the settings: a fault is told at once

        logs.configure(settings.log_level, settings.log_format)
        async with running(settings) as address:
            typer.echo(f"Serving at {address} (Slack posts to {address}/slack/events). Stop with Ctrl+C.", err=True)
            await until_told_to_stop()

    _serving(work)


@app.command()
def demo(port: Annotated[int, typer.Option(help="The page's port.")] = 8080) -> None:
    """Try the bot in the browser, against a practice workspace with sample people and records. Needs no Slack."""
    from bot.demo import run_demo

    _serving(lambda: run_demo(port, lambda line: typer.echo(line, err=True)))


@tokens.command("create")
def create_token(
    user: Annotated[str, typer.Option(help="Whom the token speaks for (U…).")],
    role: Annotated[Role, typer.Option(help="How far it reaches.")],
    name: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    workspace: Workspace = None,
) -> None:
    """Create an API token. It is printed once, alone on stdout, and stored as a digest."""
    from bot import tokens as use_cases

    async def work() -> str:
        async with session(workspace) as opened:
            return await use_cases.create(opened.services, opened.caller, _user_id(user), role, name)

    typer.echo(run(work()))


@tokens.command("list")
def list_tokens(workspace: Workspace = None) -> None:
    """List the API tokens, never their secrets."""
    from bot import tokens as use_cases

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            table = console.table("id", "user", "role", "name", "created (UTC)", "revoked (UTC)")
            for token in await use_cases.all_of(opened.services, opened.caller):
                revoked = f"{token.revoked_at:%Y-%m-%d %H:%M}" if token.revoked_at else ""
                created = f"{token.created_at:%Y-%m-%d %H:%M}"
                table.add_row(token.token_id, token.user_id, token.role, token.name or "", created, revoked)
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
    workspace: Workspace = None,
) -> None:
    """Add a team, or give it other managers and members: those named here, and no others."""
    from bot import administration

    async def work() -> None:
        async with session(workspace) as opened:
            managers, members = ([_user_id(user) for user in users or []] for users in (manager, member))
            team = await administration.set_team(opened.services, opened.caller, name, managers, members)
            typer.echo(f"Team {team.name}: {len(team.managers)} managing, {len(team.members)} members.")

    run(work())


@teams.command("list")
def list_teams(workspace: Workspace = None) -> None:
    """List the teams."""
    from bot import administration

    async def work() -> None:
        async with session(workspace, create=False) as opened:
            table = console.table("team", "managers", "members")
            for team in await administration.all_teams(opened.services, opened.caller.workspace_id):
                table.add_row(team.name, " ".join(sorted(team.managers)), " ".join(sorted(team.members)))
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
    if run(verify_ledger(lambda line: typer.echo(line), against=kept, anchor=anchor)):
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file for the copy.")]) -> None:
    """Copy the whole ledger, as it stands at one moment, while the bot serves."""
    from bot.safekeeping import back_up_ledger

    run(back_up_ledger(file))
    typer.echo(f"The ledger is in {file}.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Bring a backup back to where there is no ledger yet, and verify it. Exits with 1 where something is wrong."""
    from bot.safekeeping import restore_ledger

    if run(restore_ledger(file, lambda line: typer.echo(line))):
        raise typer.Exit(1)


def _user_id(text: str) -> str:
    if not UserId.fullmatch(text):
        fail(f"{text} is not a user's id: it looks like U012AB3CD, and stands in the person's Slack profile.")
    return text


def _serving(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Runs a server to its end; what keeps it from starting is one line a fault."""
    try:
        run(work())
    except OSError as error:
        fail(f"The address can't be served at: {error.strerror or error}.", CANNOT_START)
