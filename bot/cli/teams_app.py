"""`attendance teams …`: what Microsoft Teams needs of the bot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.console import CANNOT_START, fail
from bot.cli.mistyped import Group
from bot.cli.terminal import say
from bot.runtime.settings import Settings, read

NOBODYS = "https://example.com"

app = typer.Typer(cls=Group, help="The app for Microsoft Teams.", no_args_is_help=True)


@app.callback()
def teams() -> None:
    """Keeps `package` a command of its own, though it is the only one."""


@app.command()
def package(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")] = Path("attendance-teams.zip"),
    company: Annotated[str, typer.Option(help="Your company, as the app's details name it.")] = "Attendance",
    website: Annotated[
        str, typer.Option(help="Your company's web page (https://…), which the app's details link to.")
    ] = NOBODYS,
) -> None:
    """Writes the app package that a Teams admin uploads: the app's manifest and icons, as a zip file."""
    from bot.msteams.app_package import LONGEST_COMPANY, write_package

    if (app_id := read(Settings).teams_app_id) is None:
        fail("Set TEAMS_APP_ID first: the package names the bot by it. docs/teams.md shows where it comes from.")
    if not website.startswith("https://"):
        fail("--website: use an address that begins with https://.")
    if not 0 < len(company) <= LONGEST_COMPANY:
        fail(f"--company: use 1 to {LONGEST_COMPANY} characters.")
    try:
        write_package(file, app_id, company, website)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}. Choose another file.", CANNOT_START)
    if website == NOBODYS:
        say("The app's details link to example.com. Name your own with --company and --website.", err=True)
    say(f"App package written to {file}. Upload it: Teams admin center, Teams apps, Manage apps, Upload new app.")
