"""One bot for many workspaces: each installs it at `/slack/install`, none sees anything of another, and uninstalling
keeps the records."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from cryptography.fernet import Fernet
from multidict import CIMultiDictProxy
from playwright.async_api import Page
from sqlalchemy import func, select

from bot.app import running
from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.cli.demo import demo_settings
from bot.errors import DirectoryUnavailable
from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.practice.model import Delivery, Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.encryption import Sealer
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings, ServeSettings
from bot.slack.install_states import InstallStates
from bot.slack.installing import COOKIE, SCOPES
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from bot.workspaces.installations import Credentials, InstalledWorkspaces
from storage import outbox, pair_queries
from storage.database import Database, open_database
from storage.pairs import Scope
from storage.tables import oauth_states
from tests.builders import NobodyElse, claim_due, utc
from tests.command_line import environment_of, run
from tests.conftest import WORKSPACE, Clock, unlimited
from tests.slack.conftest import MANIFEST, buttons, labels

ANA, BEN, ADA = "U0ANA", "U0BEN", "U0ADA"
OTHER = "T0OTHER"
OUT = "*You haven't clocked in today*\nToday: 0 min · This week: 0 min"
KEY = Fernet.generate_key().decode()


@dataclass
class Many:
    """The bot, and two workspaces of one Slack, in neither of which it is installed."""

    address: str
    one: Workspace
    other: Workspace
    settings: ServeSettings
    database_path: Path
    http: aiohttp.ClientSession

    async def get(self, url: str, cookie: str = "") -> tuple[int, CIMultiDictProxy[str], str]:
        headers = {"Cookie": cookie} if cookie else {}
        async with self.http.get(url, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers, await answer.text()

    async def issue_state(self, workspace: Workspace, choice: str = "Allow") -> tuple[str, str]:
        """From `/slack/install` to where Slack sends people back to: that address, and the browser's cookie."""
        status, headers, _ = await self.get(f"{self.address}/slack/install")
        assert status == 302
        consent = headers["Location"].replace(self.one.address, workspace.address)
        _, _, page = await self.get(consent)
        (link,) = re.findall(rf'href="([^"]+)">{choice}<', page)
        _, back, _ = await self.get(workspace.address + unescape(link))
        return back["Location"], headers["Set-Cookie"].partition(";")[0]

    async def install(self, workspace: Workspace) -> None:
        back, cookie = await self.issue_state(workspace)
        status, _, page = await self.get(back, cookie)
        assert (status, "Attendance is installed." in page) == (200, True)

    async def uninstall(self, workspace: Workspace, clock: Clock) -> Delivery:
        workspace.bot_token = "xoxb-revoked"
        return await workspace.event({"type": "app_uninstalled"}, at=clock.now)


@pytest.fixture
async def many(tmp_path: Path, database_url: str, clock: Clock) -> AsyncIterator[Many]:
    async with AsyncExitStack() as stack:
        one, other = Workspace(bot_url="", team_id=WORKSPACE), Workspace(bot_url="", team_id=OTHER)
        slack = await stack.enter_async_context(serve(one))
        await stack.enter_async_context(serve(other))
        one.neighbours.append(other)
        settings = settings_for(one, slack, tmp_path, database_url)
        address = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
        for workspace in (one, other):
            workspace.bot_url = f"{address}/slack/events"
            workspace.redirect_url = f"{address}/slack/oauth_redirect"
        http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        yield Many(address, one, other, settings, tmp_path / "ledger.db", http)


def settings_for(workspace: Workspace, slack: str, folder: Path, database_url: str) -> ServeSettings:
    changed = {
        "database_url": database_url,
        "slack_bot_token": None,
        "slack_client_id": workspace.client_id,
        "slack_client_secret": workspace.client_secret,
        "encryption_key": KEY,
    }
    return demo_settings(workspace, slack, folder).model_copy(update=changed)


async def said(delivery: Delivery) -> str:
    assert delivery.status == 200
    (message,) = delivery.messages
    return message.text


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "sqlite")


on_both = pytest.mark.parametrize("engine", ["sqlite", "postgresql"], indirect=True)


def test_what_is_asked_for_is_what_the_manifest_says() -> None:
    assert list(SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]


@on_both
async def test_from_install_to_the_first_clock_in(many: Many) -> None:
    await many.install(many.one)

    assert await said(await many.one.command(ANA, "/clockin")) == "✅ *Clocked in at 09:02.*"
    welcome = await many.one.until(lambda: many.one.visible_to(ADA, many.one.direct(ADA)))
    assert "`/attendance help`" in welcome[-1].text
    assert many.one.scopes.split(",") == list(SCOPES)


async def test_a_visitor_installs_it_in_a_browser(many: Many, page: Page) -> None:
    await page.goto(f"{many.address}/slack/install")
    assert await page.locator("li").all_inner_texts() == list(SCOPES)
    await page.get_by_text("Cancel").click()
    assert "It was cancelled in Slack." in await page.inner_text("body")

    await page.get_by_text("Try again").click()
    await page.get_by_text("Allow").click()

    assert "Attendance is installed." in await page.inner_text("body")
    assert await said(await many.one.command(ANA, "/attendance")) == OUT


@pytest.mark.parametrize(
    ("accepts", "language", "title"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de-AT", "Attendance wurde nicht installiert"),
        ("tlh, en;q=0.5, es;q=0.7", "es", "Attendance no se ha instalado"),
        ("", "en", "Attendance wasn't installed"),
    ],
)
async def test_the_pages_speak_the_browsers_language(many: Many, accepts: str, language: str, title: str) -> None:
    headers = {"Accept-Language": accepts}
    cancelled = f"{many.address}/slack/oauth_redirect?error=access_denied"
    async with many.http.get(cancelled, headers=headers) as answer:
        page = await answer.text()
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page
    assert f"<h1>{title}</h1>" in page


async def test_the_pages_have_no_barrier(many: Many, page: Page) -> None:
    await page.set_extra_http_headers({"Accept-Language": "de"})
    await page.goto(f"{many.address}/slack/install")
    await page.get_by_text("Allow").click()
    assert "Attendance ist installiert." in await page.inner_text("h1")
    violations = (await Axe().run(page)).response["violations"]
    await page.goto(f"{many.address}/slack/oauth_redirect?error=access_denied")
    violations += (await Axe().run(page)).response["violations"]
    assert [one["id"] for one in violations] == []


async def test_a_workspace_without_an_installation_gets_a_sentence(many: Many) -> None:
    await many.install(many.one)
    told = await said(await many.other.command(ANA, "/clockin"))
    assert told.endswith("Ask an admin to install me in yours.")


@on_both
async def test_nothing_of_one_workspace_is_seen_in_another(many: Many, clock: Clock) -> None:
    """The same people's ids, the same office, an event's id carried over: each ledger stands alone."""
    await many.install(many.one)
    await many.install(many.other)
    await many.one.command(ANA, "/clockin", "good morning")
    clock.advance(hours=1)

    assert await said(await many.other.command(ANA, "/attendance")) == OUT
    assert "No records." in str((await many.other.command(ADA, "/attendance", "events")).messages[0].shown)
    listed = (await many.one.command(ADA, "/attendance", "events")).messages[0]
    assert labels(listed) == ["Change…", "Delete", "History"]
    value = buttons(listed)[1]["value"]
    there = (await many.other.command(ADA, "/attendance", "help")).messages[0]
    await many.other.press_forged(ADA, there, "events.delete#0", value)
    await many.other.until(lambda: len(many.other.visible_to(ADA)) > 1)
    assert await said(await many.one.command(ANA, "/attendance")) != OUT

    behind = await open_database(many.settings.database_url, clock=clock)
    try:
        services = Services(behind, NobodyElse())
        secrets = {}
        for workspace_id in (WORKSPACE, OTHER):
            operator = Caller(workspace_id, "cli:test", Via.CLI, Role.ADMIN)
            secrets[workspace_id] = await tokens.create(services, operator, ADA, Role.ADMIN, None)
    finally:
        await behind.close()
    counted = {}
    for workspace_id, secret in secrets.items():
        bearer = {"Authorization": f"Bearer {secret}"}
        days = "startDate=2026-11-01&endDate=2026-11-30"
        async with many.http.get(f"{many.address}/attendance-events?{days}", headers=bearer) as answer:
            counted[workspace_id] = await answer.json()
    assert [event["userId"] for event in counted[WORKSPACE]] == [ANA]
    assert counted[OTHER] == []
    stranger = {"Authorization": f"Bearer {secrets[OTHER]}"}
    event_id = counted[WORKSPACE][0]["id"]
    async with many.http.delete(f"{many.address}/attendance-events/{event_id}", headers=stranger) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, "unknown-event")


async def test_messages_to_others_go_to_their_own_workspace(many: Many) -> None:
    await many.install(many.one)
    await many.install(many.other)
    await many.other.command(ANA, "/attendance")
    await many.other.command(ADA, "/clockin", "@ana")

    told = await many.other.until(lambda: many.other.visible_to(ANA, many.other.direct(ANA)))

    assert "clocked you in" in told[-1].text
    assert many.one.visible_to(ANA, many.one.direct(ANA)) == []


@on_both
async def test_uninstalling_keeps_the_records_and_installing_again_goes_on(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    await many.one.command(ANA, "/clockin")
    clock.advance(hours=1)

    assert (await many.uninstall(many.one, clock)).status == 200

    told = await said(await many.one.command(ANA, "/clockout"))
    assert told.endswith("Ask an admin to install me in yours.")
    clock.advance(minutes=1)
    await many.install(many.one)
    assert await said(await many.one.command(ANA, "/clockout")) == (
        "✅ *Clocked out at 10:03.* Today: 1 h 1 min.\nThis week: 1 h 1 min"
    )


@on_both
async def test_tokens_and_webhooks_of_a_workspace_end_when_it_removes_the_bot(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    await many.one.command(ADA, "/attendance")
    behind = await open_database(many.settings.database_url, clock=clock)
    try:
        services, operator = Services(behind, NobodyElse()), Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
        secret = await tokens.create(services, operator, ADA, Role.ADMIN, None)
        await deliveries.add(services, operator, "https://93.184.215.14/hook", may_reach=(), sealer=None)
        await many.one.command(ANA, "/clockin")

        async def answers() -> list[int]:
            """To a read and to a write."""
            headers, days = {"Authorization": f"Bearer {secret}"}, "startDate=2026-11-01&endDate=2026-11-30"
            events = f"{many.address}/attendance-events"
            async with (
                many.http.get(f"{events}?{days}", headers=headers) as read,
                many.http.post(f"{events}/clock-in", headers=headers, json={"userId": ADA}) as written,
            ):
                return [read.status, written.status]

        async def calls_that_wait() -> list[tuple[str, str]]:
            return await behind.read(lambda tx: outbox.recipients_with_due(tx.connection, tx.now + timedelta(days=1)))

        async def until_none_waits() -> None:
            async with asyncio.timeout(10):
                while await calls_that_wait():  # until the sender has seen to it
                    pass

        assert await answers() == [200, 200]
        assert await calls_that_wait()
        await many.uninstall(many.one, clock)
        assert await answers() == [401, 401]
        await until_none_waits()

        new = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
        await recording.record(services, operator, new)
        clock.advance(minutes=1)
        await until_none_waits()
        calls = await deliveries.log_of(services, operator, None, 10)
        assert [call.given_up_at is not None for call in calls] == [True] * 3

        await many.install(many.one)
        assert await answers() == [200, 409]  # Ada is in already
    finally:
        await behind.close()


@on_both
async def test_records_of_an_uninstalled_workspace_are_erased_by_age(many: Many, clock: Clock) -> None:
    clock.set("2022-06-02T08:02")
    await many.install(many.one)
    behind = await open_database(many.settings.database_url, clock=clock)
    try:
        services = Services(behind, NobodyElse())
        operator = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
        await many.one.command(ANA, "/clockin")
        await workspace_settings.change(services, operator, keep_records_for_years=4)
        clock.set("2026-11-23T08:02")
        await many.uninstall(many.one, clock)
        whole = Scope(WORKSPACE, date.min, date.max)
        assert await behind.read(lambda tx: pair_queries.count(tx.connection, whole)) == 1
        async with running(many.settings, clock=clock, way=unlimited), asyncio.timeout(10):
            while await behind.read(lambda tx: pair_queries.count(tx.connection, whole)):
                pass
    finally:
        await behind.close()


async def test_a_late_event_of_an_earlier_uninstallation_ends_nothing(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    long_ago = clock.now - timedelta(minutes=5)
    await many.one.event({"type": "app_uninstalled"}, at=long_ago)
    await many.one.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0ANA"], "bot": []}}, at=clock.now)
    assert await said(await many.one.command(ANA, "/clockin")) == "✅ *Clocked in at 09:02.*"


async def test_a_revoked_token_ends_the_installation(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    await many.one.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}, at=clock.now)
    assert (await said(await many.one.command(ANA, "/clockin"))).endswith("install me in yours.")


async def test_messages_queued_before_uninstalling_are_not_sent_after_installing_again(
    many: Many, clock: Clock
) -> None:
    await many.install(many.one)
    await many.one.until(lambda: many.one.visible_to(ADA, many.one.direct(ADA)))
    many.one.faults["chat.postMessage"] = Fault(error="internal_error", times=1)
    behind = await open_database(many.settings.database_url, clock=clock)
    try:
        stale = {"text": "stale"}
        await behind.write(lambda tx: outbox.add(tx.connection, WORKSPACE, BEN, outbox.TEXT, tx.now, facts=stale))
        await many.one.until(lambda: "chat.postMessage" not in many.one.faults)
        await many.uninstall(many.one, clock)
        clock.advance(hours=1)
        await many.install(many.one)
        await many.one.until(lambda: len(many.one.visible_to(ADA, many.one.direct(ADA))) == 2)
        tomorrow = clock.now + timedelta(days=1)
        left = await behind.write(lambda tx: claim_due(tx, WORKSPACE, tomorrow))
        assert BEN not in {message.recipient for message in left}
    finally:
        await behind.close()
    assert many.one.visible_to(BEN, many.one.direct(BEN)) == []


async def test_no_token_can_be_read_in_the_database(many: Many) -> None:
    await many.install(many.one)
    stored = b"".join(path.read_bytes() for path in many.database_path.parent.glob("ledger.db*"))
    assert len(stored) > 100_000
    assert many.one.bot_token.encode() not in stored
    assert b"xoxb-" not in stored


@pytest.mark.parametrize(
    ("damage", "status", "sentence"),
    [
        ("no cookie", 400, "in another browser"),
        ("other state", 400, "in another browser"),
        ("two cookies", 400, "in another browser"),
        ("two states", 400, "in another browser"),
        ("state of our own", 401, "took longer than ten minutes"),
        ("state that lives longer", 401, "took longer than ten minutes"),
        ("twice", 401, "opened twice"),
        ("too late", 401, "took longer than ten minutes"),
        ("no code", 401, "incomplete answer"),
        ("wrong code", 401, "didn't complete"),
        ("markup", 200, "Something went wrong."),
        ("Slack fails", 401, "didn't complete"),
        ("Slack refuses", 401, "didn't complete"),
    ],
)
async def test_a_forged_return_from_slack_installs_nothing_and_says_why(
    many: Many, clock: Clock, damage: str, status: int, sentence: str
) -> None:
    back, cookie = await many.issue_state(many.one)
    match damage:
        case "no cookie":
            cookie = ""
        case "other state":
            back = re.sub("state=[^&]*", "state=mine", back)
        case "two cookies":
            cookie = f"{COOKIE}=another; {cookie}"
        case "two states":
            back += "&state=another"
        case "state of our own":
            mine = InstallStates("another secret", clock).issue()
            back, cookie = re.sub("state=[^&]*", f"state={mine}", back), f"{COOKIE}={mine}"
        case "state that lives longer":
            until = cookie.partition("=")[2].partition(".")[0]
            back, cookie = (text.replace(until, str(int(until) + 1)) for text in (back, cookie))
        case "twice":
            await many.get(back, cookie)
            await many.uninstall(many.one, clock)
        case "too late":
            clock.advance(minutes=11)
        case "no code":
            back = re.sub("code=[^&]*&", "", back)
        case "wrong code":
            back = re.sub("code=[^&]*", "code=stolen", back)
        case "markup":
            back = re.sub("code=[^&]*", "error=<script>alert(1)</script>", back)
        case "Slack fails":
            many.one.faults["oauth.v2.access"] = Fault(status=500, times=9)
        case "Slack refuses":
            many.one.faults["oauth.v2.access"] = Fault(error="invalid_client_id", times=1)

    found, headers, page = await many.get(back, cookie)

    assert (found, sentence in page) == (status, True), page
    assert "<script" not in page
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert (await said(await many.one.command(ANA, "/clockin"))).endswith("install me in yours.")


@on_both
async def test_only_an_installation_is_written_down(many: Many, clock: Clock) -> None:
    """Anybody may open the address, as often as they like."""
    for _ in range(20):
        await many.get(f"{many.address}/slack/install")
        back, cookie = await many.issue_state(many.one)
        await many.get(re.sub("code=[^&]*", "code=stolen", back), cookie)
    assert await _states(many, clock) == 0
    await many.install(many.one)
    assert await _states(many, clock) == 1
    clock.advance(minutes=11)
    await many.install(many.other)
    assert await _states(many, clock) == 1


async def _states(many: Many, clock: Clock) -> int:
    behind = await open_database(many.settings.database_url, clock=clock)
    try:
        rows = select(func.count()).select_from(oauth_states)
        return await behind.read(lambda tx: int(tx.connection.scalar(rows) or 0))
    finally:
        await behind.close()


@on_both
async def test_of_two_who_come_back_with_one_state_at_the_same_time_one_installs(many: Many) -> None:
    back, cookie = await many.issue_state(many.one)
    again = re.sub("code=[^&]*", "code=another", back)
    many.other.codes["another"] = ",".join(SCOPES)
    found = await asyncio.gather(many.get(back, cookie), many.get(again, cookie))
    assert sorted(status for status, _, _ in found) == [200, 401]
    assert sum([await _installed(workspace) for workspace in (many.one, many.other)]) == 1


async def _installed(workspace: Workspace) -> bool:
    return not (await said(await workspace.command(ANA, "/attendance"))).endswith("install me in yours.")


async def test_the_browsers_cookie_comes_back_from_slack_and_is_seen_by_nobody_else(many: Many) -> None:
    _, headers, _ = await many.get(f"{many.address}/slack/install")
    cookie, *attributes = headers["Set-Cookie"].split("; ")
    assert cookie.startswith("__Host-")
    assert sorted(attributes) == ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax", "Secure"]


async def test_the_return_page_says_if_slack_can_not_be_reached(many: Many, clock: Clock) -> None:
    away = many.settings.model_copy(update={"slack_api_url": "http://127.0.0.1:1/api/"})
    async with running(away, clock=clock, way=unlimited) as address:
        _, headers, _ = await many.get(f"{address}/slack/install")
        (state,) = re.findall("state=([^&]+)", headers["Location"])
        cookie = headers["Set-Cookie"].partition(";")[0]
        status, _, page = await many.get(f"{address}/slack/oauth_redirect?code=any&state={state}", cookie)
    assert (status, "Slack or the database isn't answering." in page) == (503, True)


class Rotation:
    """Slack's end of token rotation: each refresh token works once."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.current, self.asked, self.given = clock, "first", 0, 0

    async def __call__(self, refresh_token: str) -> Credentials:
        self.asked += 1
        await asyncio.sleep(0)  # others come in between
        if refresh_token != self.current:
            raise DirectoryUnavailable("oauth.v2.access")
        self.given += 1
        self.current = f"refresh-{self.given}"
        return Credentials(f"xoxb-{self.given}", self.current, self.clock.now + timedelta(hours=12))


async def test_tokens_that_rotate_are_renewed_in_time_and_once_however_many_replicas(
    database: Database, clock: Clock
) -> None:
    slack = Rotation(clock)
    replicas = [InstalledWorkspaces(database, Sealer(KEY), slack) for _ in range(3)]
    credentials = Credentials("xoxb-0", "first", clock.now + timedelta(hours=12))
    await replicas[0].install(WORKSPACE, credentials, ADA)

    clock.advance(hours=9)
    await asyncio.gather(*(replica.renew(WORKSPACE) for replica in replicas))
    assert slack.asked == 0
    clock.advance(hours=1, minutes=1)
    outcomes = await asyncio.gather(*(replica.renew(WORKSPACE) for replica in replicas), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if outcome is not None] in (
        [],
        *([DirectoryUnavailable] * n for n in (1, 2)),
    )
    clock.advance(minutes=1)
    assert {(await replica.credentials(WORKSPACE)).token for replica in replicas} == {"xoxb-1"}

    for _ in range(4):
        clock.advance(hours=10, minutes=1)
        await replicas[1].renew(WORKSPACE)
        assert (await replicas[1].credentials(WORKSPACE)).refresh_token == slack.current


async def test_rotated_tokens_are_used_from_end_to_end(many: Many, clock: Clock) -> None:
    many.one.rotates_tokens = True
    await many.install(many.one)
    first = many.one.bot_token
    clock.advance(hours=11)
    async with AsyncExitStack() as stack:
        # Another replica starts, and renews old tokens.
        await stack.enter_async_context(running(many.settings, clock=clock, way=unlimited))
        await many.one.until(lambda: many.one.bot_token != first)
        clock.advance(minutes=1)
        await many.one.command(BEN, "/clockin")  # the bot looks them up first, with the new token
    assert await said(await many.one.command(BEN, "/attendance")) != ""
    assert [call.method for call in many.one.calls].count("users.info") >= 1


async def test_the_terminals_commands_serve_each_workspace_and_the_ledger_verifies(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    await many.install(many.other)
    await many.uninstall(many.other, clock)
    folder = many.database_path.parent
    environment = environment_of(many.one, many.one.address, folder) | {
        "ATTENDANCE_DATABASE_URL": many.settings.database_url,
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": many.one.client_id,
        "SLACK_CLIENT_SECRET": many.one.client_secret,
        "ATTENDANCE_ENCRYPTION_KEY": KEY,
    }
    create = ("token", "create", "--user", BEN, "--role", "employee")

    unsaid = await run(environment, folder, *create)
    made = await run(environment, folder, *create, "--workspace", WORKSPACE)
    away = await run(environment, folder, *create, "--workspace", OTHER)
    verified = await run(environment, folder, "verify")

    assert (unsaid.returncode, "Choose one with --workspace" in unsaid.stderr) == (2, True)
    assert (made.returncode, len(made.stdout.split())) == (0, 1), made.stderr
    assert (away.returncode, away.stdout) == (1, "")
    assert away.stderr.startswith("I couldn't ask Slack about workspace T0OTHER.")
    assert verified.returncode == 0, verified.stdout


async def test_a_wrong_key_is_named_at_the_start(many: Many, clock: Clock) -> None:
    await many.install(many.one)
    other_key = Fernet.generate_key().decode()
    with pytest.raises(InvalidSettings, match="ATTENDANCE_ENCRYPTION_KEY can't decrypt"):
        async with running(many.settings.model_copy(update={"encryption_key": other_key}), clock=clock, way=unlimited):
            pass
    async with running(
        many.settings.model_copy(update={"encryption_key": f"{other_key},{KEY}"}), clock=clock, way=unlimited
    ):
        pass


async def test_the_bot_is_ready_before_anybody_installed_it(many: Many) -> None:
    status, _, body = await many.get(f"{many.address}/readyz")
    assert (status, body) == (200, '{"database": "ok", "slack": "ok"}')
