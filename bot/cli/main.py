"""The command line (PRODUCT.md section 5)."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from functools import partial
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.attendance import erasure
from bot.calendar import TIME_ZONES
from bot.calendar.ranges import parse_range
from bot.calendar.worktime import zone_named
from bot.cli import admin, console, imports, terminal_report, tokens, webhooks
from bot.cli.console import CANNOT_START, Session, command, fail, run, user_id
from bot.documents import exports
from bot.documents.exports import Format
from bot.operations import maintenance
from bot.reports import worked_time
from bot.runtime import logs
from bot.runtime.settings import InvalidSettings, LogSettings, ServeSettings, read

log = structlog.get_logger(__name__)

app = typer.Typer(
    help="Attendance in Slack, in one ledger that can be trusted.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(tokens.app, name="token")
app.add_typer(admin.teams, name="team")
app.add_typer(admin.offices, name="office")
app.add_typer(admin.settings, name="settings")
app.add_typer(admin.admins, name="admin")
app.add_typer(webhooks.app, name="webhook")
app.add_typer(imports.app, name="import")


def main() -> None:
    """The `attendance` program."""
    app()


@app.command()
def serve() -> None:
    """Serve the bot, the API and the background jobs until SIGTERM."""

    async def work() -> None:
        settings, stopping = read(ServeSettings), asyncio.Event()
        from bot.app import running, until_told_to_stop  # after the settings: a fault is told at once

        logs.configure(settings.log_level, settings.log_format)
        try:
            async with running(settings, stopping=stopping) as address:
                log.info("time-zones", version=TIME_ZONES.version, folder=str(TIME_ZONES.folder or "the bot's own"))
                gc.freeze()  # what is there by now stays: looked through for garbage, it would hold all up for 40 ms
                typer.echo(f"Serving at {address} (Slack posts to {address}/slack/events). Stop with Ctrl+C.", err=True)
                await until_told_to_stop(stopping)
        except OSError as error:
            raise InvalidSettings(address_fault(error, settings.host, settings.port)) from error

    run(work())


@app.command()
def demo(port: Annotated[int, typer.Option(help="The page's port.")] = 8080) -> None:
    """Try the bot in the browser, against a practice workspace with sample people and records. Needs no Slack."""

    async def work() -> None:
        settings = read(LogSettings)
        from bot.cli.demo import run_demo

        # A visitor reads the page: the terminal tells of faults alone, unless asked for more.
        level = settings.log_level if "log_level" in settings.model_fields_set else "warning"
        logs.configure(level, settings.log_format)
        try:
            await run_demo(port, lambda line: typer.echo(line, err=True))
        except OSError as error:
            raise InvalidSettings(address_fault(error, "127.0.0.1", port, "--port")) from error

    run(work())


@command(app, "report")
async def report(
    opened: Session,
    range_: Annotated[list[str] | None, typer.Argument(metavar="RANGE", help="last week, 2026-10, monday, …")] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…); repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only records of this office.")] = None,
) -> None:
    """Worked time per person over a range of days (default: today); per day where one person is named."""
    around = await worked_time.caller_context(opened.services, opened.caller)
    days = parse_range(" ".join(range_ or []), around.today)
    chosen = around.office(office)
    users = [user_id(one) for one in user] if user else None
    made = await worked_time.worked_time(opened.services, opened.caller, days, users, chosen)
    terminal_report.show(made)


@command(app, "export")
async def export(
    opened: Session,
    range_: Annotated[list[str] | None, typer.Argument(metavar="RANGE", help="last month, 2026, 2026-10, …")] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…); repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only records of this office.")] = None,
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.CSV,
    zone: Annotated[str | None, typer.Option(help="The zone of the times: the workspace's where left out.")] = None,
    sheet_each: Annotated[bool, typer.Option("--sheet-each", help="XLSX: a sheet for each person.")] = False,
) -> None:
    """Write every record of a range of days to stdout, a row each."""
    around = await worked_time.caller_context(opened.services, opened.caller)
    days = parse_range(" ".join(range_ or []), around.today)
    chosen = around.office(office)
    users = [user_id(one) for one in user] if user else None
    times = zone_named(zone) if zone else around.zone
    with console.rows_on_stdout(binary=form is Format.XLSX) as out:
        await exports.write(
            opened.services, opened.caller, days, times, out, form, users, chosen, a_sheet_each=sheet_each
        )


@command(app, "erase")
async def erase(
    opened: Session,
    user: Annotated[str, typer.Option(help="Whose comments, addresses and name (U…).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell how much there is.")] = False,
) -> None:
    """Erase a person's comments, addresses and name for good. Their hours stay, as the law asks."""
    found = await erasure.erase_person(opened.services, opened.caller, user_id(user), dry_run=dry_run)
    counts = f"{found.records} records, {found.messages} messages, {found.answers} kept answers"
    typer.echo(f"Would be erased of {user}: {counts}." if dry_run else f"Erased of {user}: {counts}.")


@app.command()
def verify(
    anchor: Annotated[bool, typer.Option("--anchor", help="Print the chain's head, to be kept elsewhere.")] = False,
    against: Annotated[
        list[str] | None, typer.Option(help="An anchor printed earlier; repeat for more.", metavar="ANCHOR")
    ] = None,
) -> None:
    """Check every rule and the whole audit chain, and say what is wrong where. Exits with 1 where something is."""
    try:
        kept = [maintenance.Anchor.parse(text) for text in against or []]
    except ValueError:
        fail("An anchor looks as verify --anchor prints it: WORKSPACE:NUMBER:HASH.", CANNOT_START)
    # An anchor is for programs and files: it stands on stdout alone.
    say, print_anchor = (partial(typer.echo, err=True), typer.echo) if anchor else (typer.echo, None)
    if run(maintenance.verify_ledger(say, console.progress, against=kept, print_anchor=print_anchor)):
        raise typer.Exit(1)


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="A new file for the copy.")]) -> None:
    """Copy the whole ledger, as it stands at one moment, while the bot serves."""
    run(maintenance.back_up_ledger(file, console.progress))
    typer.echo(f"The ledger is in {file}.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Bring a backup back to where there is no ledger yet, and verify it. Exits with 1 where something is wrong."""
    if run(maintenance.restore_ledger(file, typer.echo, console.progress)):
        raise typer.Exit(1)


@app.command()
def copy(to: Annotated[str, typer.Option(help="An empty database: postgresql://user@host/name.")]) -> None:
    """Move the whole ledger from SQLite to PostgreSQL, and compare both row by row. Stop the bot first."""
    run(maintenance.copy_ledger(to, typer.echo, console.progress))


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    address: Annotated[
        str | None, typer.Option(help="The bot's public address (https://…), to be asked as Slack would.")
    ] = None,
) -> None:
    """Check settings, database and Slack, and say how to fix each problem. Exits with 1 where something is broken."""
    from bot.cli import doctor as doctors

    if address and not address.startswith(("https://", "http://")):
        fail("--address: begins with https://, as in https://bot.example.com.", CANNOT_START)

    async def work() -> None:
        found = await doctors.run_checks(address)
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
    run(maintenance.migrate_ledger(serve_as))
    typer.echo("The schema is up to date.")


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
