"""`attendance demo`: the bot against the practice workspace, with sample people and three weeks of records."""

from __future__ import annotations

import random
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import structlog

from bot import administration, attendance, reminders
from bot.access import Caller, Role, Via
from bot.app import in_background, running, until_told_to_stop
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.refusals import Unavailable
from bot.services import Clock, Services
from bot.settings import ServeSettings
from bot.slack.client import SlackDirectory, http_session, one_client, web_client
from bot.workspaces import remember
from bot.worktime import zone_named
from storage.database import open_database

log = structlog.get_logger(__name__)

WEEKS = 3
COMMENTS = ("", "", "", "good morning", "home office today", "early train", "workshop all day")


async def run_demo(port: int, say: Callable[[str], None]) -> None:
    """Serves until told to stop."""
    async with demo(port) as page:
        say(f"The practice workspace is at {page}. Stop with Ctrl+C.")
        await until_told_to_stop()


@asynccontextmanager
async def demo(port: int = 0) -> AsyncIterator[str]:
    """Bot and practice workspace, served while the block runs; gives the page's address.

    The records live in a temporary folder and go with the demo.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="attendance-demo-"))
        workspace = Workspace(bot_url="")
        page = await stack.enter_async_context(serve(workspace, port=port))
        settings = demo_settings(workspace, page, Path(folder))
        await write_samples(settings, workspace.team_id)
        bot = await stack.enter_async_context(running(settings, clock=workspace.time.now))
        workspace.bot_url = f"{bot}/slack/events"
        await stack.enter_async_context(in_background(_look_when_moved(workspace, settings)))
        yield page


async def _look_when_moved(workspace: Workspace, settings: ServeSettings) -> None:
    """Does at once what the bot does by itself once a minute, whenever somebody moves the clock. It does so as another
    replica would: the bot's own rounds need not know, and what both find due is said once."""
    async with _ledger(settings, workspace.time.now) as services:
        moved_by = workspace.time.ahead
        while True:
            await workspace.until(lambda: workspace.time.ahead != moved_by, None)  # noqa: B023  # it ends before the next
            moved_by = workspace.time.ahead
            try:
                await reminders.look(services, workspace.team_id)
            except Unavailable as error:  # the bot's own rounds come by within the minute
                log.warning("reminders-not-looked-at", reason=str(error))


@asynccontextmanager
async def _ledger(settings: ServeSettings, clock: Clock) -> AsyncIterator[Services]:
    """The demo's own way to the records, beside the bot's."""
    async with http_session() as http:
        client = web_client(settings.slack_bot_token or "", settings.slack_api_url, http)
        database = await open_database(settings.database_url, clock=clock)
        try:
            yield Services(database, SlackDirectory(one_client(client)))
        finally:
            await database.close()


def demo_settings(workspace: Workspace, page: str, folder: Path) -> ServeSettings:
    """Settings that tie the bot to the practice workspace, whatever the environment says."""
    return ServeSettings.model_validate(
        {
            "ATTENDANCE_DATABASE_URL": f"sqlite:///{folder / 'attendance.db'}",
            "ATTENDANCE_HOST": "127.0.0.1",
            "ATTENDANCE_PORT": 0,
            "ATTENDANCE_TRUSTED_PROXIES": (),
            "SLACK_CLIENT_ID": None,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_APP_TOKEN": None,
            "SLACK_API_URL": f"{page}/api/",
        }
    )


@dataclass(frozen=True, slots=True)
class _Shift:
    member: Member
    in_at: datetime
    out_at: datetime | None
    office_id: str | None
    comment: str


async def write_samples(settings: ServeSettings, workspace_id: str) -> None:
    """Offices, a team, and records of the past three weeks, each written at the time it tells of."""
    now = datetime.now(UTC)
    clock = [now]
    async with _ledger(settings, lambda: clock[0]) as services:
        await remember(services, workspace_id)
        admin = Caller(workspace_id, ADA.id, Via.SLACK, Role.ADMIN)
        await administration.set_office(services, admin, "berlin", "Berlin", "Europe/Berlin")
        await administration.set_office(services, admin, "tokyo", "Tokyo", "Asia/Tokyo")
        await administration.set_team(services, admin, "Support", [MARCO.id], [ANA.id, BEN.id, NORA.id])
        for shift in _shifts(now):
            caller = Caller(workspace_id, shift.member.id, Via.SLACK)
            clock[0] = shift.in_at
            await attendance.clock_in(
                services, caller, shift.member.id, office_id=shift.office_id, comment=shift.comment
            )
            if shift.out_at:
                clock[0] = shift.out_at
                await attendance.clock_out(services, caller, shift.member.id)


def _shifts(now: datetime) -> Iterator[_Shift]:
    """The same story every day: office hours with a lunch break, Ben's nights, and Kei still at work."""
    chance = random.Random(2026)
    for member in (ANA, BEN, MARCO, NORA, KEI):
        zone = zone_named(member.tz)
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=back) for back in range(7 * WEEKS, 0, -1)):
            if day.weekday() < 5 and chance.random() > 0.06:
                for shift in _day(member, day, chance):
                    if shift.out_at and shift.out_at < now - timedelta(hours=3):
                        yield shift
    yield _Shift(KEI, now - timedelta(hours=2, minutes=chance.randrange(5, 40)), None, "tokyo", "")


def _day(member: Member, day: date, chance: random.Random) -> Iterator[_Shift]:
    zone = zone_named(member.tz)

    def at(hour: int, days_later: int = 0) -> datetime:
        minute, second = chance.randrange(0, 25), chance.randrange(60)
        local = datetime.combine(day + timedelta(days=days_later), time(hour, minute, second), zone)
        return local.astimezone(UTC)

    office = {"Europe/Berlin": "berlin", "Asia/Tokyo": "tokyo"}.get(member.tz)
    if member is BEN and day.weekday() in (1, 2):
        yield _Shift(member, at(22), at(6, days_later=1), office, "night shift")
        return
    lunch = at(12)
    yield _Shift(member, at(8), lunch, office, chance.choice(COMMENTS))
    yield _Shift(member, lunch + timedelta(minutes=chance.randrange(25, 55)), at(17), office, "")
