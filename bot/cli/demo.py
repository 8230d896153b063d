"""`attendance demo`: the bot against the practice workspace, with sample people and five weeks of records."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import structlog
from babel.core import get_global

from bot.app import in_background, running, until_told_to_stop
from bot.calendar.worktime import zone_named
from bot.cli import sample_story
from bot.notifications import reminders
from bot.practice.people import ADA, ANA
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.services import Clock, Services
from bot.runtime.settings import ServeSettings
from bot.slack.client import SlackDirectory, http_session, one_client, web_client
from bot.wording.languages import offered
from storage.database import open_database
from storage.errors import Unavailable

log = structlog.get_logger(__name__)

LOG_CHANNEL = "C0CLOCKS"
MORNING = time(9, 5)


async def run_demo(port: int, say: Callable[[str], None]) -> None:
    """Serves until told to stop."""
    async with demo(port) as (page, bot):
        say(f"Open {page} in your browser. Stop with Ctrl+C.")
        say(f"The bot's HTTP API is at {bot}. For a token, type /attendance tokens as {ADA.real_name}.")
        await until_told_to_stop(asyncio.Event())


@asynccontextmanager
async def demo(port: int = 0, on: datetime | None = None) -> AsyncIterator[tuple[str, str]]:
    """Serves the bot and the practice workspace; yields the addresses of the page and of the bot.

    The clock starts on a working morning: of `on`, by default of today, or of the Friday before a weekend.
    The records are in a temporary folder, which is removed at the end.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="attendance-demo-"))
        workspace = Workspace(bot_url="")
        workspace.channels[LOG_CHANNEL] = "clock-ins"
        workspace.languages = _languages()
        workspace.is_starting = True
        workspace.time.start_at(morning_of(on or datetime.now(UTC)))
        page = await stack.enter_async_context(serve(workspace, port=port))
        settings = demo_settings(workspace, page, Path(folder))
        clock = sample_story.StoryClock(workspace.time.now())
        async with _ledger(settings, clock) as services:
            await sample_story.write(services, clock, workspace.team_id, LOG_CHANNEL)
        bot = await stack.enter_async_context(running(settings, clock=workspace.time.now))
        workspace.bot_url, workspace.is_starting = f"{bot}/slack/events", False
        await stack.enter_async_context(in_background(_look_when_moved(workspace, settings)))
        yield page, bot


def morning_of(now: datetime) -> datetime:
    """09:05 of that day in Berlin, or of Friday on a weekend: visitors find people at work, at whatever hour they come.

    It's a day of the same week, so that `last week` means the same days on the page and at the command line.
    """
    zone = zone_named(ANA.tz)
    day = now.astimezone(zone).date()
    day -= timedelta(days=max(0, day.weekday() - 4))
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def _languages() -> dict[str, str]:
    """The bot's languages, as what Slack can be set to. English twice: with 24 hours, and with AM and PM."""
    others = {_locale(code): name for code, name in offered().items() if code != "en"}
    return {"en-GB": "English (UK)", "en-US": "English (US)", **others}


def _locale(code: str) -> str:
    """`de-DE` for `de`: where most people speak it."""
    region = str(get_global("likely_subtags").get(code, "")).rpartition("_")[2]
    return code if "-" in code else f"{code}-{region}"


async def _look_when_moved(workspace: Workspace, settings: ServeSettings) -> None:
    """Queues due reminders as soon as somebody moves the clock, instead of within a minute."""
    async with _ledger(settings, workspace.time.now) as services:
        moved_by = workspace.time.ahead
        while True:
            await workspace.until(lambda: workspace.time.ahead != moved_by, None)  # noqa: B023  # it ends before the next
            moved_by = workspace.time.ahead
            try:
                await reminders.queue_due_reminders(services, workspace.team_id)
            except Unavailable as error:  # the bot's own job runs within a minute
                log.warning("reminders-not-looked-at", reason=str(error))


@asynccontextmanager
async def _ledger(settings: ServeSettings, clock: Clock) -> AsyncIterator[Services]:
    """A second connection to the bot's records."""
    async with http_session() as http:
        client = web_client(settings.slack_bot_token or "", settings.slack_api_url, http)
        database = await open_database(settings.database_url, clock=clock)
        try:
            yield Services(database, SlackDirectory(one_client(client)))
        finally:
            await database.close()


def demo_settings(workspace: Workspace, page: str, folder: Path) -> ServeSettings:
    """Settings that connect the bot to the practice workspace, whatever the environment says."""
    return ServeSettings.model_validate(
        {
            "ATTENDANCE_DATABASE_URL": f"sqlite:///{folder / 'attendance.db'}",
            "ATTENDANCE_HOST": "127.0.0.1",
            "ATTENDANCE_PORT": 0,
            "ATTENDANCE_TRUSTED_PROXIES": (),
            "ATTENDANCE_WEBHOOKS_MAY_REACH": (),
            "TEAMS_APP_ID": None,
            "TEAMS_APP_SECRET": None,
            "TEAMS_TENANT_ID": (),
            "TEAMS_ADMINS": (),
            "SLACK_CLIENT_ID": None,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_APP_TOKEN": None,
            "SLACK_API_URL": f"{page}/api/",
        }
    )
