"""The `attendance` program: its commands, in groups."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
import sys
from contextlib import suppress
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Annotated

import structlog
import typer

from bot.attendance import erasure
from bot.calendar import TIME_ZONES
from bot.calendar.worktime import zone_of_place
from bot.cli import admin, console, imports, people, tables, teams_app, terminal_report, tokens, webhooks
from bot.cli import settings as workspace_settings
from bot.cli.arguments import days_of, office_id, user_id
from bot.cli.console import CANNOT_START, Session, command, fail, number, one_word_of, run
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.documents import exports
from bot.documents.exports import Format
from bot.operations import maintenance
from bot.reports import worked_time
from bot.runtime import logs
from bot.runtime.settings import InvalidSettings, LogSettings, ServeSettings, read

log = structlog.get_logger(__name__)

RUN, PEOPLE, REPORTS, SAFETY = PANELS = ("Run", "People and tokens", "Reports", "Data and safety")

THREAD_SWITCH_SECONDS = 0.0005
"""How long a busy thread keeps the interpreter while another waits for it. At Python's 5 ms, a write beside long
answers took ten times as long as alone, because SQLite's thread waits so long after each of its statements."""


class Panels(Group):
    """Lists the commands by panel, in the order of PANELS."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]
        return sorted(super().list_commands(ctx), key=self._place)

    def _place(self, name: str) -> int:
        command = self.commands[name]
        assert isinstance(command, typer.core.TyperCommand | typer.core.TyperGroup)
        return PANELS.index(str(command.rich_help_panel))


app = typer.Typer(
    cls=Panels,
    help="Clock in and out from your chat, and see who worked when.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(admin.teams, name="team", rich_help_panel=PEOPLE)
app.add_typer(people.app, name="person", rich_help_panel=PEOPLE)
app.add_typer(admin.offices, name="office", rich_help_panel=PEOPLE)
app.add_typer(workspace_settings.app, name="settings", rich_help_panel=PEOPLE)
app.add_typer(admin.admins, name="admin", rich_help_panel=PEOPLE)
app.add_typer(tokens.app, name="token", rich_help_panel=PEOPLE)
app.add_typer(webhooks.app, name="webhook", rich_help_panel=PEOPLE)
app.add_typer(imports.app, name="import", rich_help_panel=SAFETY)
app.add_typer(teams_app.app, name="teams", rich_help_panel=RUN)


def main() -> None:
    """Runs the program."""
    app()


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"attendance-bot {metadata.version('attendance-bot')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself."""


@app.command(rich_help_panel=RUN)
def serve(
    witness: Annotated[
        str | None,
        typer.Option(help="Append each signed head of the audit trail to this file, or post it to this address."),
    ] = None,
) -> None:
    """Starts the bot, the API and the background jobs."""

    async def work() -> None:
        given = {"ATTENDANCE_WITNESS": witness} if witness else {}
        settings, stopping = read(ServeSettings, **given), asyncio.Event()
        from bot.app import running, until_told_to_stop  # after the settings, so that wrong ones are reported at once

        logs.configure(settings.log_level, settings.log_format)
        try:
            async with running(settings, stopping=stopping) as address:
                log.info("time-zones", version=TIME_ZONES.version, folder=str(TIME_ZONES.folder or "the bot's own"))
                sys.setswitchinterval(THREAD_SWITCH_SECONDS)
                gc.freeze()  # a garbage collection over all that is loaded by now would block everything for 40 ms
                say(f"Serving at {address} ({_posted_to(settings, address)}). Stop with Ctrl+C.", err=True)
                await until_told_to_stop(stopping)
        except OSError as error:
            raise InvalidSettings(address_fault(error, settings.host, settings.port)) from error

    run(work())


def _posted_to(settings: ServeSettings, address: str) -> str:
    """Where the chats post to."""
    slack = f"Slack posts to {address}/slack/events"
    teams = f"Teams posts to {address}/teams/messages"
    has_slack = settings.slack_bot_token or settings.slack_client_id
    return ", ".join([*([slack] if has_slack else []), *([teams] if settings.teams_app_id else [])])


@app.command(rich_help_panel=RUN)
def demo(
    port: Annotated[
        int, typer.Option(parser=number("--port", 0, 65535), metavar="NUMBER", help="The port of the page.")
    ] = 8080,
) -> None:
    """Opens a practice workspace with sample people, to try the bot in your browser. Needs no account."""

    async def work() -> None:
        settings = read(LogSettings)
        from bot.cli.demo import run_demo

        # Visitors look at the page. The terminal only shows errors, unless asked for more.
        level = settings.log_level if "log_level" in settings.model_fields_set else "warning"
        logs.configure(level, settings.log_format)
        try:
            await run_demo(port, lambda line: say(line, err=True))
        except OSError as error:
            raise InvalidSettings(address_fault(error, "127.0.0.1", port, "--port")) from error

    run(work())


@command(app, "report", panel=REPORTS)
async def report(
    opened: Session,
    range_: Annotated[
        list[str] | None, typer.Argument(metavar="RANGE", help="For example: last week, monday, 2026-10.")
    ] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…). Repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only this office's records.")] = None,
) -> None:
    """Shows the hours of each person, or each day of one person. Default: today."""
    around = await worked_time.caller_context(opened.services, opened.caller)
    users = [await user_id(opened, one) for one in user] if user else None
    days = await days_of(opened, range_, users, around)
    chosen = around.office(await office_id(opened, office) if office else None)
    made = await worked_time.worked_time(opened.services, opened.caller, days, users, chosen)
    terminal_report.show(made, await tables.names_of(opened))


@command(app, "export", panel=REPORTS)
async def export(
    opened: Session,
    range_: Annotated[
        list[str] | None, typer.Argument(metavar="RANGE", help="For example: last month, 2026-10, 2026.")
    ] = None,
    user: Annotated[list[str] | None, typer.Option(help="Only this person (U…). Repeat for more.")] = None,
    office: Annotated[str | None, typer.Option(help="Only this office's records.")] = None,
    form: Annotated[Format, one_word_of(Format, "a file format", "The file format.", "--format")] = Format.CSV,
    zone: Annotated[
        str | None,
        typer.Option(help="The time zone of all times, for example Europe/Berlin. Default: the workspace's."),
    ] = None,
    sheet_each: Annotated[bool, typer.Option("--sheet-each", help="One sheet per person. For XLSX only.")] = False,
) -> None:
    """Writes the records of a date range as CSV, JSON or XLSX to standard output. Default: today."""
    around = await worked_time.caller_context(opened.services, opened.caller)
    users = [await user_id(opened, one) for one in user] if user else None
    days = await days_of(opened, range_, users, around)
    chosen = around.office(await office_id(opened, office) if office else None)
    times = zone_of_place(zone) if zone else around.zone
    with console.rows_on_stdout(binary=form is Format.XLSX) as out:
        await exports.write(
            opened.services, opened.caller, days, times, out, form, users, chosen, a_sheet_each=sheet_each
        )


@command(app, "erase", panel=SAFETY)
async def erase(
    opened: Session,
    user: Annotated[str, typer.Option(help="The person (U…).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be erased.")] = False,
) -> None:
    """Erases a person's words, addresses and name for good. Their hours stay, as the law requires."""
    user = await user_id(opened, user)
    found = await erasure.erase_person(opened.services, opened.caller, user, dry_run=dry_run)
    texts = (
        f"{found.records} records, {found.remarks} remarks, {found.corrections} corrections, {found.reasons} reasons"
    )
    counts = f"{texts}, {found.messages} messages, {found.answers} stored answers"
    if dry_run:
        say(f"This would erase the texts of {(await tables.names_of(opened))(user)}: {counts}.")
    else:
        say(f"Erased the texts of {user}: {counts}.")


@app.command(rich_help_panel=SAFETY)
def verify(
    anchor: Annotated[
        bool, typer.Option("--anchor", help="Print the last entry of the audit trail. Keep it somewhere else.")
    ] = False,
    against: Annotated[
        list[str] | None, typer.Option(help="Check against an anchor you kept. Repeat for more.", metavar="ANCHOR")
    ] = None,
    witness: Annotated[Path | None, typer.Option(help="Check against the file that the second witness kept.")] = None,
    witness_key: Annotated[
        str | None, typer.Option(help="The public key that signed it, as attendance witness-key prints it.")
    ] = None,
) -> None:
    """Checks every record and the whole audit trail, and lists what is wrong. Exit code 1 if anything is."""
    try:
        kept = [maintenance.Anchor.parse(text) for text in against or []]
    except ValueError:
        fail(
            "--against: that isn't an anchor. Copy the whole line that attendance verify --anchor printed.",
            CANNOT_START,
        )
    if (witness is None) != (witness_key is None):
        fail("Name both --witness and --witness-key.", CANNOT_START)
    second = maintenance.Witness(witness, witness_key) if witness and witness_key else None
    # Anchors are for programs and files, so nothing else goes to stdout.
    tell, print_anchor = (partial(say, err=True), say) if anchor else (say, None)
    work = maintenance.verify_ledger(tell, console.progress, against=kept, witness=second, print_anchor=print_anchor)
    if run(work):
        raise typer.Exit(1)


@app.command("witness-key", rich_help_panel=SAFETY)
def witness_key(file: Annotated[Path, typer.Argument(metavar="FILE", help="The file of the key.")]) -> None:
    """Prints the public key for the second witness. Makes the key that signs if the file doesn't exist yet."""
    from bot.operations import witness as second

    try:
        with suppress(FileExistsError):
            second.make_key(file)
        say(second.public_text(second.read_key(file).public_key()))
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}. Choose another file.", CANNOT_START)
    except second.NotAKey as error:
        fail(f"{error}. Choose another file.", CANNOT_START)


@app.command(rich_help_panel=SAFETY)
def backup(file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")]) -> None:
    """Copies the database to a file while the bot runs."""
    run(maintenance.back_up_ledger(file, console.progress))
    say(f"Backup written to {file}.")


@app.command(rich_help_panel=SAFETY)
def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]) -> None:
    """Restores a backup into a new or empty database, then checks it. Exit code 1 if anything is wrong."""
    if run(maintenance.restore_ledger(file, say, console.progress)):
        raise typer.Exit(1)


@app.command("copy", hidden=True, rich_help_panel=SAFETY)
@app.command("move-to-postgres", rich_help_panel=SAFETY)
def move_to_postgres(to: Annotated[str, typer.Option(help="An empty database: postgresql://user@host/name.")]) -> None:
    """Moves everything from SQLite to PostgreSQL and compares every row. Stop the bot first."""
    run(maintenance.move_ledger(to, say, console.progress))


@app.command(rich_help_panel=RUN)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    address: Annotated[
        str | None, typer.Option(help="Also test the bot's public address (https://…) the way your chat calls it.")
    ] = None,
) -> None:
    """Checks your setup and tells you how to fix it. Exit code 1 if anything is broken."""
    from bot.cli import doctor as doctors

    if address and not address.startswith(("https://", "http://")):
        fail("--address: use an address that begins with https://, like https://bot.example.com.", CANNOT_START)

    async def work() -> None:
        logs.configure("error", "text")  # on stderr: what is printed may be JSON
        found = await doctors.run_checks(address)
        say(doctors.as_json(found)) if as_json else doctors.show(found)
        if not doctors.is_healthy(found):
            raise typer.Exit(1)

    run(work())


@app.command(rich_help_panel=RUN)
def migrate(
    serve_as: Annotated[
        str | None, typer.Option(help="PostgreSQL only: also grant this role the rights that serving needs.")
    ] = None,
    verify_as: Annotated[
        str | None, typer.Option(help="PostgreSQL only: also let this role read, which is all that verify needs.")
    ] = None,
) -> None:
    """Creates the database or updates it to this version. `serve` does this too if its role may."""
    say(run(maintenance.migrate_ledger(serve_as, verify_as)))


def address_fault(error: OSError, host: str, port: int, named: str = "ATTENDANCE_PORT") -> str:
    """Why the bot can't serve at an address, and which setting to change. `named` is the port's setting."""
    if error.errno == errno.EADDRINUSE:
        return f"{named}: {port} is in use. Stop the other program, or choose another port."
    if error.errno == errno.EACCES:
        return f"{named}: {port} needs more rights than this user has. Choose a port above 1023."
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"ATTENDANCE_HOST: {host} isn't an address of this machine. Use 127.0.0.1, or 0.0.0.0 for every network."
    return f"ATTENDANCE_HOST: I can't serve at {host} ({error.strerror or error}). Choose another address."
