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

import typer
from rich.console import Console
from rich.progress import Progress

from bot.cli.terminal import RowsForPeople, say
from bot.errors import DirectoryUnavailable, NotADateRange
from bot.people.user_groups import ReadGroup
from bot.permissions import Caller, Role, Via
from bot.runtime import logs
from bot.runtime.services import Profile, Services
from bot.runtime.settings import InvalidSettings, Settings, read
from bot.slack.ids import USER_ID
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from bot.workspaces.served_workspaces import ensure_workspace
from storage import people
from storage.database import open_database
from storage.errors import NoDatabase, Refusal, Unavailable, UnusableDatabase

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)
Ask = Callable[[], Awaitable[str]]
Workspace = Annotated[str | None, typer.Option(help="The workspace (T…). Needed if there are several.")]
"""The option that every command about one workspace takes."""
_WORKSPACE = inspect.Parameter("workspace", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=Workspace)
Work = Callable[..., Awaitable[None]]

WORKSPACE_ID = re.compile(r"[TE][A-Z0-9]{2,}", re.ASCII)

REFUSED = 1
CANNOT_START = 2
STEPS_SHOWN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Session:
    """The open database, and the operator who acts on one of its workspaces with an admin's rights."""

    services: Services
    caller: Caller
    read_group: ReadGroup | None
    """Lists the members of a Slack user group. None without a Slack token."""
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
    except (InvalidSettings, UnusableDatabase) as error:
        fail(str(error), CANNOT_START)
    except DirectoryUnavailable as error:
        fail(
            f"I couldn't ask Slack about {error}. Check SLACK_BOT_TOKEN or the installation, or try again in a minute."
        )
    except (Refusal, Unavailable) as error:
        code = CANNOT_START if isinstance(error, NotADateRange) else REFUSED  # a mistyped argument
        fail(plain(refusal(error, Reader("", datetime.now(UTC), in_chat=False))), code)


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
    from bot.slack.client import SlackDirectory, http_session, workspace_of
    from bot.slack.connection import connect
    from bot.slack.user_groups import group_reader

    settings = read(Settings)
    logs.configure(settings.log_level, settings.log_format)
    has_slack = settings.slack_bot_token or settings.slack_client_id
    try:
        database = await open_database(settings.database_url, create=False)
    except NoDatabase as error:
        if has_slack:
            raise
        raise InvalidSettings(
            f"There's no database at {error.path} yet, and SLACK_BOT_TOKEN isn't set. To see how to set up both, run "
            "attendance doctor."
        ) from error
    try:
        async with http_session() as http:
            directory: SlackDirectory | _NoDirectory = _NoDirectory()
            ask: Ask | None = None
            read_group: ReadGroup | None = None
            if has_slack:
                slack = connect(settings, database, http)
                directory, read_group = SlackDirectory(slack.clients), group_reader(slack.clients)
                ask = None if slack.installed else lambda: workspace_of(slack.client)
            services = Services(database, directory)
            chosen = await _workspace(services, workspace_id, adds_workspace, ask)
            operator = Caller(chosen, f"cli:{getpass.getuser()}", Via.CLI, Role.ADMIN)
            yield Session(services, operator, read_group, settings)
    finally:
        await database.close()


async def _workspace(services: Services, named: str | None, adds: bool, ask: Ask | None) -> str:
    workspaces = await services.database.read(lambda tx: people.all_workspaces(tx.connection))
    known = [workspace.workspace_id for workspace in workspaces]
    if named in known or (named is None and len(known) == 1):
        return named or known[0]
    if not known and not adds:
        raise InvalidSettings("There's nothing in this database yet. Start with attendance serve.")
    names = ", ".join(known)
    if named is None and known:
        raise InvalidSettings(f"This database holds several workspaces. Choose one with --workspace: {names}.")
    try:
        return await _new_workspace(services, named, adds, ask)
    except InvalidSettings as error:
        raise InvalidSettings(f"{error} This database holds {names}." if names else str(error)) from error


async def _new_workspace(services: Services, named: str | None, adds: bool, ask: Ask | None) -> str:
    """Adds a workspace for good, so it must not be mistyped. `ask` returns the one of the bot's token."""
    if named is not None and not WORKSPACE_ID.fullmatch(named):
        raise InvalidSettings(f"--workspace: {named} isn't a workspace id. It looks like T012AB3CD.")
    if not adds:
        raise InvalidSettings(f"--workspace: {named} isn't in this database.")
    if named is None and ask is None:
        raise InvalidSettings("SLACK_BOT_TOKEN is missing. Set it, or name the workspace with --workspace T….")
    chosen = await ask() if ask else str(named)
    if named not in (None, chosen):
        raise InvalidSettings(
            f"--workspace: {named} isn't the workspace of SLACK_BOT_TOKEN ({chosen}). Leave --workspace out."
        )
    await ensure_workspace(services, chosen)
    return chosen


class _NoDirectory:
    """Used without a Slack token."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        if not USER_ID.fullmatch(user_id):
            return None  # the id of another system, which Slack doesn't know either
        raise DirectoryUnavailable(user_id)
