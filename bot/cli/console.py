"""What all commands share: the open database, who acts, and errors as sentences with an exit code."""

from __future__ import annotations

import asyncio
import getpass
import inspect
import io
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO, Annotated, Any, NoReturn, TypeVar

import aiohttp
import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli import chats
from bot.cli.terminal import RowsForPeople, say
from bot.errors import DirectoryUnavailable, NotADateRange
from bot.people.directories import Directories
from bot.people.ids import USER_IDS, platform_of
from bot.people.user_groups import ReadGroup
from bot.permissions import Caller, Role, Via
from bot.rules.packs import WrongPack
from bot.runtime import logs
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings, Settings, read
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from storage.database import open_database
from storage.errors import NoDatabase, Refusal, Unavailable, UnusableDatabase
from storage.people import Platform

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Workspace = Annotated[
    str | None, typer.Option(help="The workspace (T…, or a tenant id of Microsoft Teams). Needed if there are several.")
]
"""The option that every command about one workspace takes."""
_WORKSPACE = inspect.Parameter("workspace", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Workspace)
Work = Callable[..., Awaitable[None]]

REFUSED = 1
CANNOT_START = 2
STEPS_SHOWN_AT_ONCE = 100
CALL_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Session:
    """The open database, and the operator who acts on one of its workspaces with an admin's rights."""

    services: Services
    caller: Caller
    read_group: ReadGroup | None
    """Lists the members of a user group of Slack, or of a Teams team. None without access to the chat."""
    settings: Settings


def command(
    group: typer.Typer, name: str, *, adds_workspace: bool = False, panel: str | None = None, hidden: bool = False
) -> Callable[[Work], Work]:
    """Makes a command of a coroutine that works on the open database, and adds the option `--workspace`.

    `adds_workspace`: the command may add a workspace that isn't in the database yet.
    """

    def register(work: Work) -> Work:
        def ended(workspace: str | None, **given: Any) -> None:
            async def within() -> None:
                async with session(workspace, adds_workspace=adds_workspace) as opened:
                    await work(opened, **given)

            run(within())

        _, *own = inspect.signature(work, eval_str=True).parameters.values()
        ended.__signature__ = inspect.Signature([*own, _WORKSPACE])  # type: ignore[attr-defined]
        group.command(name, help=work.__doc__, rich_help_panel=panel, hidden=hidden)(ended)
        return work

    return register


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a command. Prints refusals and errors as a sentence on stderr and ends with an exit code."""
    try:
        return asyncio.run(work)
    except (InvalidSettings, UnusableDatabase, WrongPack) as error:
        fail(str(error), CANNOT_START)
    except DirectoryUnavailable as error:
        fail(_asked_in_vain(error))
    except (Refusal, Unavailable) as error:
        code = CANNOT_START if isinstance(error, NotADateRange) else REFUSED  # a mistyped argument
        fail(plain(refusal(error, Reader("", datetime.now(UTC), in_chat=False))), code)


def _asked_in_vain(error: DirectoryUnavailable) -> str:
    if USER_IDS[Platform.TEAMS].fullmatch(str(error)):
        return (
            f"I couldn't ask Microsoft Teams about {error}. Check TEAMS_APP_ID and TEAMS_APP_SECRET, or ask the person "
            "to write to the bot once."
        )
    return f"I couldn't ask Slack about {error}. Check SLACK_BOT_TOKEN or the installation, or try again in a minute."


def fail(sentence: str, code: int = REFUSED) -> NoReturn:
    """Ends the command with a sentence on stderr."""
    say(sentence, err=True)
    raise typer.Exit(code)


def one_word_of(words: type[E], noun: str, help_text: str, *flags: str) -> Any:
    """An option that takes one of several words. Anything else ends the command with a sentence that lists them."""

    def parse(text: str) -> E:
        try:
            return words(text.lower())
        except ValueError:
            *others, last = words
            fail(f"{text} isn't {noun}. Use {', '.join(others)} or {last}.", CANNOT_START)

    return typer.Option(
        *flags, parser=parse, metavar="|".join(words), autocompletion=lambda: list(words), help=help_text
    )


def number(flag: str, least: int, most: int) -> Callable[[str], int]:
    """Parses a whole number of that range. Anything else ends the command with a sentence that names the flag."""

    def parse(text: str) -> int:
        if not (re.fullmatch(r"[0-9]{1,9}", str(text), re.ASCII) and least <= int(text) <= most):
            fail(f"{flag}: {text} doesn't fit. Use a number from {least} to {most:,}.", CANNOT_START)
        return int(text)

    return parse


def rows_on_stdout(*, binary: bool = False) -> IO[Any]:
    """Stdout as UTF-8 with unchanged line ends, or `binary`, which a terminal can't show. What a terminal shows can't
    give it commands."""
    if binary:
        if sys.stdout.isatty():
            fail("XLSX can't be shown here. Write it to a file: attendance export --format xlsx > hours.xlsx")
        return open(sys.stdout.fileno(), "wb", closefd=False)
    rows = RowsForPeople if sys.stdout.isatty() else io.TextIOWrapper
    return rows(open(sys.stdout.fileno(), "wb", closefd=False), encoding="utf-8", newline="")


@contextmanager
def progress(title: str, steps: int) -> Iterator[Callable[[], None]]:
    """Shows a progress bar on stderr if that is a terminal. Yields a function to call at each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task, taken = bar.add_task(title, total=steps), 0

        def step() -> None:
            nonlocal taken
            taken += 1
            if taken % STEPS_SHOWN_AT_ONCE == 0:
                bar.advance(task, STEPS_SHOWN_AT_ONCE)

        yield step


@asynccontextmanager
async def session(workspace_id: str | None = None, *, adds_workspace: bool = True) -> AsyncIterator[Session]:
    """Opens the database for a command. The bot may be running meanwhile.

    The workspace is the named one, the only one in the database, or the one of the bot's token. Never creates a
    database, and adds a workspace only with `adds_workspace`.
    """
    settings = read(Settings)
    logs.configure(settings.log_level, settings.log_format)
    try:
        database = await open_database(settings.database_url, create=False)
    except NoDatabase as error:
        if settings.slack_bot_token or settings.slack_client_id or settings.teams_app_id:
            raise
        raise InvalidSettings(
            f"There's no database at {error.path} yet, and SLACK_BOT_TOKEN isn't set. To see how to set up both, run "
            "attendance doctor."
        ) from error
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as http:
            found = chats.connected(settings, database, http)
            services = Services(database, Directories(found.directories))
            chosen = await chats.workspace(services, workspace_id, adds_workspace, found)
            operator = Caller(chosen, f"cli:{getpass.getuser()}", Via.CLI, Role.ADMIN)
            yield Session(services, operator, found.group_readers.get(platform_of(chosen)), settings)
    finally:
        await database.close()
