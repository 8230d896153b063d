"""What the commands share: the open ledger, who acts, and errors as sentences with an exit code."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from bot import logs, refusal_wording
from bot.access import Caller, Role, Via
from bot.refusals import DirectoryUnavailable, Refusal, Unavailable
from bot.services import Profile, Services
from bot.settings import InvalidSettings, Settings, read
from bot.wording import Reader
from bot.workspaces import HomeWorkspace, remember
from storage import people
from storage.database import open_database
from storage.errors import UnusableDatabase

T = TypeVar("T")

REFUSED = 1
CANNOT_START = 2


@dataclass(frozen=True, slots=True)
class Session:
    """An open ledger, and the operator who acts on one of its workspaces, with an admin's reach."""

    services: Services
    caller: Caller


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command to its end. Refusals and faults end as a sentence on stderr and an exit code."""
    try:
        return asyncio.run(work)
    except (InvalidSettings, UnusableDatabase) as error:
        fail(str(error), CANNOT_START)
    except DirectoryUnavailable as error:
        fail(f"Slack could not be asked about {error}. Nothing was written: check SLACK_BOT_TOKEN, or try again.")
    except (Refusal, Unavailable) as error:
        fail(refusal_wording.refusal(error, Reader("", datetime.now(UTC), markup=False)))


def fail(sentence: str, code: int = REFUSED) -> NoReturn:
    """Ends the command with a sentence on stderr."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)


def table(*titles: str) -> Table:
    """A table for the terminal."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        made.add_column(title, overflow="fold")
    return made


def show(made: Table) -> None:
    """Prints a table on stdout, whole even where that is no terminal."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    console.print(made, markup=False)


@asynccontextmanager
async def session(workspace_id: str | None = None, *, create: bool = True) -> AsyncIterator[Session]:
    """Opens the ledger for a command, beside a serving process if there is one.

    The workspace is the one named, the only one that the ledger knows, or the one of the bot's token.
    """
    from bot.slack.client import SlackDirectory, http_session, web_client, workspace_of

    settings = read(Settings)
    logs.configure(settings.log_level, settings.log_format)
    database = open_database(settings.database_url, create=create)
    try:
        async with http_session() as http:
            directory: SlackDirectory | _NoDirectory = _NoDirectory()
            ask: Callable[[], Awaitable[str]] = _no_workspace
            if settings.slack_bot_token:
                client = web_client(settings.slack_bot_token, settings.slack_api_url, http)
                directory, ask = SlackDirectory(client), lambda: workspace_of(client)
            services = Services(database, directory)
            chosen = await _workspace(services, workspace_id, ask)
            yield Session(services, Caller(chosen, f"cli:{getpass.getuser()}", Via.CLI, Role.ADMIN))
    finally:
        await database.close()


async def _workspace(services: Services, named: str | None, ask: Callable[[], Awaitable[str]]) -> str:
    if named:
        await remember(services, named)
        return named
    known = await services.database.read(lambda tx: people.all_workspaces(tx.connection))
    if len(known) == 1:
        return known[0].workspace_id
    if len(known) > 1:
        names = ", ".join(workspace.workspace_id for workspace in known)
        raise InvalidSettings(f"The ledger holds several workspaces ({names}): say which with --workspace.")
    return await HomeWorkspace(services, ask).id()


async def _no_workspace() -> str:
    raise InvalidSettings(
        "SLACK_BOT_TOKEN is missing, and the ledger knows no workspace yet: set it, or name one with --workspace T…"
    )


class _NoDirectory:
    """Stands where no token was given to ask Slack with."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        raise DirectoryUnavailable(user_id)
