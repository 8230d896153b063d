"""Real parts for the tests: a ledger in a file, a clock that can be set, and the bot beside a practice workspace."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import hypothesis
import pytest
from playwright.async_api import Page, async_playwright, expect

from bot.app import running
from bot.cli.demo import demo_settings
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.outbox_sender import Way
from bot.runtime.settings import ServeSettings
from storage import schema_objects
from storage.database import Database, open_database
from storage.schema_objects import Objects
from tests.compiled_statements import share_compiled_statements
from tests.older_ledger import load_into_file, loaded_into_server, migrate_server
from tests.postgresql_server import ANY_TIME, IS_DATED_NOW, OWNER, TIMELESS, Server, serving

# Tests start the program often, and pytest rewrites hundreds of files: both once.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).parent.parent
WORKSPACE = "T0PRACTICE"
MONDAY_MORNING = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)  # 09:02 in Berlin

# How long the properties are tried: shortly in `make test`, 10,000 examples in `make long-test`.
hypothesis.settings.register_profile("short", deadline=None, max_examples=50)
hypothesis.settings.register_profile(
    "long", deadline=None, max_examples=10_000, suppress_health_check=list(hypothesis.HealthCheck)
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "short"))

share_compiled_statements()


def pytest_xdist_auto_num_workers() -> int:
    """Two for each core: a test waits half of its time for disks, servers and browsers."""
    return max(2, (os.cpu_count() or 1) * 2)


def unlimited(way: Way) -> Way:
    """Budgets refill with time, and most tests let none pass."""
    return replace(way, costs=lambda kind, recipient: {})


TESTS_BETWEEN_COLLECTIONS = 20
_finished = count(1)


def pytest_runtest_logfinish() -> None:
    """What two thousand tests leave behind stays to the end, millions of objects: a collector that walks through them
    in the middle of a test would take of the three seconds that Slack waits (1.8 were seen). So it does between tests,
    and what is left is walked through no more."""
    if next(_finished) % TESTS_BETWEEN_COLLECTIONS == 0:
        gc.collect()
        gc.freeze()


class Clock:
    """The one door through which tests set the ledger's time."""

    def __init__(self, now: datetime = MONDAY_MORNING) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **how_far: float) -> None:
        self.now += timedelta(**how_far)

    def set(self, text: str) -> None:
        """`2026-11-23T08:02` (UTC unless an offset is given)."""
        at = datetime.fromisoformat(text)
        self.now = at if at.tzinfo else at.replace(tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine() -> str:
    """Where the ledger lives; the tests of storage run on both."""
    return "sqlite"


@pytest.fixture(scope="session", autouse=True)
def entries_of_any_time_are_no_fault() -> Iterator[None]:
    """Where tests set the clock, PostgreSQL takes audit entries of any time. `verify` doesn't mind."""
    found = schema_objects.found
    any_time = dict(found("postgresql", [(IS_DATED_NOW, f"{ANY_TIME} sql boolean false ")]))

    def with_the_clock_set(dialect: str, rows: Iterable[Sequence[str]]) -> Objects:
        objects = found(dialect, rows)
        if objects.get(IS_DATED_NOW) != any_time[IS_DATED_NOW]:
            return objects
        return {**objects, IS_DATED_NOW: schema_objects.made_by_migrations(dialect)[IS_DATED_NOW]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema_objects, "found", with_the_clock_set)
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    yield from _server()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """One that the test may stop and kill."""
    yield from _server()


def _server() -> Iterator[Server]:
    try:
        with serving() as server:
            yield server
    except FileNotFoundError as missing:
        tell = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        tell(str(missing))


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty ledger to be copied, which takes a tenth of the time of migrating a new one."""
    path = tmp_path_factory.mktemp("migrated") / "ledger.db"
    asyncio.run(_open_once(f"sqlite:///{path}"))
    return path


async def _open_once(url: str) -> None:
    await (await open_database(url)).close()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> Iterator[str]:
    """Of an empty ledger with today's schema."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "ledger.db")
        yield f"sqlite:///{tmp_path / 'ledger.db'}"
        return
    server: Server = request.getfixturevalue("postgresql")
    name = server.database(TIMELESS)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def as_left(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> Iterator[str]:
    """The address, for its owner, of a ledger with a full outbox that commit cfe810d wrote, as it was left."""
    if engine == "sqlite":
        yield load_into_file(tmp_path / "cfe810d.db")
        return
    server: Server = request.getfixturevalue("postgresql")
    with loaded_into_server(server) as name:
        yield server.url(name, OWNER)


@pytest.fixture
def ledger_of_cfe810d(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> Iterator[str]:
    """Of a ledger with a full outbox that this commit wrote; on PostgreSQL migrated, for only the owner may."""
    if engine == "sqlite":
        yield load_into_file(tmp_path / "cfe810d.db")
        return
    server: Server = request.getfixturevalue("postgresql")
    with loaded_into_server(server) as name:
        yield migrate_server(server, name)


@pytest.fixture
async def database(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    opened = await open_database(database_url, clock=clock)
    yield opened
    await opened.close()


@dataclass
class RunningBot:
    """The bot as `attendance serve` runs it, and the practice workspace it is installed in."""

    address: str
    workspace: Workspace
    database_path: Path
    settings: ServeSettings


@pytest.fixture
def other_settings() -> dict[str, object]:
    """What a test file sets otherwise than the demo does, by field."""
    return {}


@pytest.fixture
async def bot(
    tmp_path: Path, database_url: str, clock: Clock, other_settings: dict[str, object]
) -> AsyncIterator[RunningBot]:
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE)
        slack = await stack.enter_async_context(serve(workspace, port=0))
        changed = {"database_url": database_url} | other_settings
        settings = demo_settings(workspace, slack, tmp_path).model_copy(update=changed)
        address = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
        workspace.bot_url = f"{address}/slack/events"
        yield RunningBot(address, workspace, tmp_path / "ledger.db", settings)


PATIENCE_MS = 20_000  # for what is sure to happen, on a busy machine

# A browser for tests needs no sandbox, no graphics card and nothing from the network.
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        tell = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        tell("no chromium here: install Debian's chromium (apt-get install chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=BROWSER_ARGUMENTS)
        page = await browser.new_page()
        expect.set_options(timeout=PATIENCE_MS)
        page.on("pageerror", lambda error: pytest.fail(f"the page raised {error}"))
        yield page
        await browser.close()
