"""`attendance import …`: records from other systems. Safe to repeat."""

from __future__ import annotations

import csv
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.calendar.ranges import DateRange, parse_range
from bot.calendar.worktime import FIRST_DAY
from bot.cli import console
from bot.cli.console import CANNOT_START, REFUSED, Session, Workspace, fail, run, session
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.imports.csv_files import delimiter_of, read_csv
from bot.imports.goodday_files import read_goodday
from bot.imports.importing import Outcome, import_records
from bot.imports.source_records import Read, Refused
from bot.people.ids import USER_IDS, as_kept
from bot.reports.worked_time import caller_context
from bot.wording import ANY_READER
from bot.wording.markup import plain
from bot.wording.refusals import refusal

app = typer.Typer(cls=Group, help="Bring in records from other systems.", no_args_is_help=True)

People = Annotated[Path | None, typer.Option(help="A CSV file with two columns: the id there, and the id here (U…).")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be imported and what wouldn't.")]
GOODDAY = "https://api.goodday.work/2.0"


@app.command("csv")
def import_csv(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file with the columns of attendance export.")],
    people: People = None,
    dry_run: DryRun = False,
    workspace: Workspace = None,
) -> None:
    """Imports records from a CSV file with the columns of attendance export."""

    async def read(opened: Session) -> Sequence[Read]:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return read_csv(text)

    _import(read, file, people, dry_run, workspace)


@app.command("goodday")
def import_goodday(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A saved answer of GoodDay's API (JSON).")] = None,
    days: Annotated[
        str | None, typer.Option("--range", help="Instead of a file: fetch these days from GoodDay, for example 2026.")
    ] = None,
    token: Annotated[
        str | None, typer.Option(envvar="GOODDAY_API_TOKEN", help="GoodDay's API token, for --range.")
    ] = None,
    api: Annotated[str, typer.Option(help="GoodDay's API address, for --range.")] = GOODDAY,
    people: People = None,
    dry_run: DryRun = False,
    workspace: Workspace = None,
) -> None:
    """Imports records from GoodDay, from a file or its API."""
    if (file is None) == (days is None):
        fail("Give either a file, or --range to fetch the records from GoodDay.", CANNOT_START)
    if days is not None and not token:
        fail("GoodDay's API token is missing. Set GOODDAY_API_TOKEN or use --token.", CANNOT_START)

    async def read(opened: Session) -> Sequence[Read]:
        if file is not None:
            return read_goodday(file.read_text(encoding="utf-8-sig"))
        from bot.imports.goodday_api import fetch_events  # it brings aiohttp

        today = (await caller_context(opened.services, opened.caller)).today
        wanted = parse_range(days or "", today)
        known = DateRange(
            max(wanted.first, FIRST_DAY), min(wanted.last, today + timedelta(days=1))
        )  # it's asked by month
        return read_goodday(await fetch_events(api, token or "", known))

    _import(read, file, people, dry_run, workspace)


def _import(
    read: Callable[[Session], Awaitable[Sequence[Read]]],
    file: Path | None,
    people: Path | None,
    dry_run: bool,
    workspace: str | None,
) -> None:
    async def work() -> bool:
        known_as = _known_as(people) if people else {}
        async with session(workspace) as opened:
            try:
                records = await read(opened)
            except (OSError, UnicodeDecodeError) as error:
                _fail_unreadable(file, error)
            with console.progress("Importing", len(records)) as passed:
                counted = await import_records(
                    opened.services,
                    opened.caller,
                    records,
                    known_as,
                    dry_run=dry_run,
                    passed=passed,
                    tell=_tell,
                )
        written = "would be imported" if dry_run else "imported"
        say(
            f"{counted[Outcome.WRITTEN]} {written}, {counted[Outcome.THERE_ALREADY]} already there, "
            f"{counted[Outcome.REFUSED]} refused."
        )
        return counted[Outcome.REFUSED] > 0

    if run(work()):
        raise typer.Exit(REFUSED)


def _fail_unreadable(file: Path | None, error: OSError | ValueError | csv.Error) -> NoReturn:
    if isinstance(error, UnicodeDecodeError):
        fail(f'{file} isn\'t UTF-8 text. Save it as UTF-8 (in Excel: "CSV UTF-8") and try again.', CANNOT_START)
    fail(f"I can't read {file} ({getattr(error, 'strerror', None) or error}). Check the path.", CANNOT_START)


def _tell(refused: Refused) -> None:
    say(f"{refused.where}: {plain(refusal(refused.why, ANY_READER))}", err=True)


def _known_as(file: Path) -> dict[str, str]:
    """Ids here by ids there. The first line may be a header."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            delimiter = delimiter_of(text.readline())
            text.seek(0)
            rows = [row for row in csv.reader(text, delimiter=delimiter) if any(cell.strip() for cell in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        _fail_unreadable(file, error)
    found: dict[str, str] = {}
    for number, row in enumerate(rows, start=1):
        there, here = (cell.strip() for cell in row) if len(row) == 2 else ("", "")
        here = as_kept(here)
        if there and any(pattern.fullmatch(here) for pattern in USER_IDS.values()):
            if found.setdefault(there, here) != here:
                fail(
                    f"{file}, row {number}: {there} is already {found[there]}. Keep one of the two rows.", CANNOT_START
                )
        elif number > 1:
            fail(
                f"{file}, row {number}: this needs two ids, the one there and the one here, like 8f2c,U012AB3CD, or "
                "for Microsoft Teams the Entra object id.",
                CANNOT_START,
            )
    return found
