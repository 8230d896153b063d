"""`attendance doctor` on setups that are broken in one way each: the line that names it, and how to fix it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections import namedtuple
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from bot.app import running
from bot.cli import doctor
from bot.practice.app_manifest import SCOPES
from bot.practice.model import Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.rules import packs
from bot.runtime.settings import ServeSettings, Settings, read
from bot.slack import checkup as slack
from bot.slack.installing import SCOPES as ASKED_FOR
from bot.slack.sample_drawings import Drawing, sample_drawings
from storage import budgets, migrations, people
from storage import checkup as ledger
from storage.checkup import Finding, State
from storage.database import Transaction, open_database
from storage.people import Profile
from storage.postgresql import migrate_as_owner
from tests.command_line import environment_of, run
from tests.postgresql_server import Server

SIGNING_SECRET = "0123456789abcdef" * 2
SECRETS = ("xoxb-practice", "xapp-practice", SIGNING_SECRET, "hunter2")


@pytest.fixture
async def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    """A practice workspace, and settings for it in the environment."""
    workspace = Workspace(bot_url="", signing_secret=SIGNING_SECRET)
    for name in [name for name in os.environ if name.startswith(("ATTENDANCE_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(slack, "sample_drawings", no_drawings)  # which take a while
    async with serve(workspace) as address:
        for name, value in environment_of(workspace, address, tmp_path).items():
            if "_" in name:
                monkeypatch.setenv(name, value)
        yield workspace


async def no_drawings() -> list[Drawing]:
    return []


async def finding(name: str, *, area: str | None = None) -> Finding:
    """The finding of that name. No finding shows a secret, and each problem has a remedy."""
    found = await doctor.run_checks()
    assert not any(secret in doctor.as_json(found) for secret in SECRETS)
    assert all(bool(one.remedy) != (one.state is State.OK) for one in found)
    (one,) = (one for one in found if one.name == name and area in (None, one.area))
    return one


async def a_ledger(url: str) -> None:
    await (await open_database(url)).close()


async def test_a_serving_bot_has_no_problems(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "SAFE_SQLITE", sqlite3.sqlite_version_info)
    monkeypatch.setenv("ATTENDANCE_PORT", "0")
    async with running(read(ServeSettings)) as address:
        monkeypatch.setenv("ATTENDANCE_PORT", address.rpartition(":")[2])
        found = await doctor.run_checks()
    assert [(one.area, one.name) for one in found if one.state is not State.OK] == []
    named = {one.name for one in found}
    assert named >= {"all", "disk space", "schema", "file", "Web API", "clock", "bot token", "scopes", "bot"}
    assert doctor.is_healthy(found)


async def test_every_problem_has_a_line(tmp_path: Path) -> None:
    wrong = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(doctor.__file__).parent.parent),
        "ATTENDANCE_PORT": "many",
        "ATTENDANCE_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/ledger",
        "SLACK_BOT_TOKEN": "xoxp-hunter2",
        "SLACK_API_URL": "http://127.0.0.1:1/api/",
    }
    told = await run(wrong, tmp_path, "doctor")
    assert (told.returncode, told.stderr) == (1, "")
    lines = told.stdout.splitlines()
    assert any(line.startswith("broken   settings ATTENDANCE_PORT") for line in lines)
    assert any("I can't connect to ledger on 127.0.0.1 as u (" in line for line in lines)
    assert "hunter2" not in told.stdout
    as_json = await run(wrong, tmp_path, "doctor", "--json")
    assert as_json.returncode == 1
    report = json.loads(as_json.stdout)
    assert report["healthy"] is False
    assert {finding["state"] for finding in report["findings"]} <= set(State)
    assert list(tmp_path.iterdir()) == [], "a check changes nothing"


@pytest.mark.parametrize(
    ("name", "value", "says", "remedy"),
    [
        ("ATTENDANCE_PORT", "many", "ATTENDANCE_PORT is wrong.", "Use a number up to 65535, for example 3000."),
        (
            "ATTENDANCE_DATABASE_URL",
            "mysql://u:hunter2@h/d",
            "ATTENDANCE_DATABASE_URL names a database that I don't know.",
            "Use sqlite:///",
        ),
        (
            "SLACK_BOT_TOKEN",
            "xoxp-hunter2",
            "SLACK_BOT_TOKEN isn't a bot token, which begins with xoxb-.",
            "Copy it from",
        ),
        ("SLACK_APP_TOKEN", "hunter2", "SLACK_APP_TOKEN isn't an app-level token", "Copy it from"),
        (
            "SLACK_SIGNING_SECRET",
            "",
            "SLACK_SIGNING_SECRET is missing.",
            "Copy it from the app's Basic Information page",
        ),
        ("SLACK_BOT_TOKEN", "", "SLACK_BOT_TOKEN is missing.", "Copy the Bot User OAuth Token"),
        (
            "SLACK_CLIENT_ID",
            "1.2",
            "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many.",
            "Leave one of them out.",
        ),
    ],
)
async def test_a_wrong_setting(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str, remedy: str
) -> None:
    monkeypatch.setenv(name, value)
    found = await finding("SLACK_BOT_TOKEN" if name == "SLACK_CLIENT_ID" else name)
    assert (found.area, found.state) == ("settings", State.BROKEN)
    assert found.says.startswith(says)
    assert found.remedy.startswith(remedy)


async def test_a_rule_pack_without_an_article_stops_the_start(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (packs.FOLDER / "IN.toml").read_text().replace('article = "OSH Code 26"', "")
    (tmp_path / "IN.toml").write_text(text)
    monkeypatch.setattr(packs, "FOLDER", tmp_path)
    packs.packs.cache_clear()
    try:
        (found,) = [one for one in await doctor.run_checks() if one.area == "rules"]
        assert found.says == "The rule pack IN.toml can't be used: week has no article."
        with pytest.raises(packs.WrongPack, match=r"IN\.toml .* week has no article"):
            async with running(read(ServeSettings)):
                raise AssertionError("it serves")
    finally:
        packs.packs.cache_clear()


async def test_an_unreadable_env_file(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("# für alle\n".encode("latin-1"))
    found = await finding(".env")
    assert (found.state, found.says, found.remedy) == (State.BROKEN, ".env isn't UTF-8 text.", "Save it as UTF-8.")


async def test_a_file_of_another_program(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "attendance.db").write_text("Dear diary, " * 100)
    found = await finding("file")
    assert found.state is State.BROKEN
    assert "isn't a readable SQLite database" in found.says


async def test_a_missing_folder(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    found = await finding("file")
    assert (found.state, "The folder /nowhere/at doesn't exist" in found.says) == (State.BROKEN, True)


async def test_a_database_that_others_can_read(workspace: Workspace, tmp_path: Path) -> None:
    await a_ledger(f"sqlite:///{tmp_path}/attendance.db")
    (tmp_path / "attendance.db").chmod(0o644)
    found = await finding("file")
    assert (found.state, found.remedy) == (State.WARNING, f"Run chmod 600 {tmp_path}/attendance.db.")


@pytest.mark.parametrize(
    ("revision", "state", "remedy"),
    [
        ("9999", State.BROKEN, "Start the newer version instead."),
        (migrations.OLDEST, State.WARNING, "Take a backup. Then start attendance serve"),
        ("0003", State.BROKEN, "Export its records with the version that wrote it"),
    ],
)
async def test_a_schema_of_another_version(
    workspace: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    revision: str,
    state: State,
    remedy: str,
) -> None:
    await a_ledger(f"sqlite:///{tmp_path}/attendance.db")
    monkeypatch.setattr(migrations, "HEAD", "0999")
    with closing(sqlite3.connect(tmp_path / "attendance.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()
    found = await finding("schema")
    assert found.state is state
    assert found.remedy.startswith(remedy)


def test_a_sqlite_that_can_corrupt_a_shared_file() -> None:
    assert ledger._version((3, 51, 2)).state is State.WARNING
    assert ledger._version((3, 51, 3)).state is State.OK


@pytest.mark.parametrize(
    ("left", "state"), [(2 * 1024**3, State.OK), (1024**2 * 500, State.WARNING), (0, State.BROKEN)]
)
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, state: State) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage(1, 1, left))
    assert ledger.disk_space(tmp_path).state is state


@pytest.mark.parametrize(
    ("off_by", "state"),
    [(timedelta(seconds=3), State.OK), (timedelta(seconds=-45), State.WARNING), (timedelta(minutes=6), State.BROKEN)],
)
async def test_a_clock_that_differs_from_slacks(workspace: Workspace, off_by: timedelta, state: State) -> None:
    found = await slack.check_slack(read(Settings), lambda: datetime.now(UTC) - off_by)
    (clock,) = (one for one in found if one.name == "clock")
    assert clock.state is state
    if state is State.BROKEN:
        assert clock.says.endswith("behind Slack's.")


@pytest.mark.parametrize(
    ("fault", "name", "state", "says"),
    [
        (Fault(error="token_revoked"), "bot token", State.BROKEN, "Slack refused the bot token (token_revoked)."),
        (Fault(status=503), "Web API", State.WARNING, "Slack has a problem of its own (internal_error)."),
        (
            Fault(error="service_unavailable"),
            "Web API",
            State.WARNING,
            "Slack has a problem of its own (service_unavailable).",
        ),
        (Fault(status=429, retry_after=30), "Web API", State.WARNING, "Slack limits this token's calls right now."),
    ],
)
async def test_a_token_that_slack_refuses(
    workspace: Workspace, fault: Fault, name: str, state: State, says: str
) -> None:
    workspace.faults["auth.test"] = fault
    found = await finding(name)
    assert (found.state, found.says) == (state, says)


async def test_the_token_of_a_whole_organisation(workspace: Workspace) -> None:
    workspace.organisation_id, workspace.whole_organisation = "E0ALL", True
    found = await finding("bot token")
    assert (found.state, "is an organization's" in found.says) == (State.BROKEN, True)


async def test_an_unreachable_slack(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api/")
    found = await finding("Web API")
    assert (found.state, "doesn't answer" in found.says) == (State.BROKEN, True)


async def test_a_silent_slack_is_given_up_on_soon(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "PATIENCE_SECONDS", 0.1)
    workspace.faults["auth.test"] = Fault(hold=asyncio.Event())
    async with asyncio.timeout(5):
        assert (await finding("Web API")).state is State.BROKEN


async def test_missing_scopes_and_scopes_that_are_too_many(workspace: Workspace) -> None:
    workspace.scopes = SCOPES.replace("users:read", "users:read.email")
    found = await finding("scopes")
    assert (found.state, found.says) == (State.BROKEN, "The app lacks scopes: users:read.")
    workspace.scopes = SCOPES.replace("app_mentions:read,", "")
    found = await finding("scopes")
    assert found.state is State.WARNING, "an app that was installed before works on"
    assert "so nobody can write to it in channels" in found.says
    workspace.scopes = f"{SCOPES},admin"
    found = await finding("scopes")
    assert (found.state, found.says) == (State.WARNING, "The app has scopes that the bot doesn't need: admin.")
    assert set(SCOPES.split(",")) == set(ASKED_FOR)


async def test_slack_takes_everything_that_the_bot_draws(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slack, "sample_drawings", sample_drawings)
    found = await finding("drawings")
    assert (found.state, found.says.startswith("Slack takes all ")) == (State.OK, True)
    asked = [set(call.arguments) for call in workspace.calls if call.method == "blocks.validate"]
    assert {"message"} in asked
    assert {"view"} in asked
    assert len(asked) > 15
    assert not workspace.messages, "nothing is sent to anybody"


@pytest.mark.parametrize(
    ("argument", "payload", "says"),
    [
        ("message", {"blocks": [{"type": "divder"}]}, "unsupported type: divder at /blocks/0/type"),
        ("view", {"type": "home"}, "missing required field: blocks at "),
        ("view", {"type": "modal", "blocks": [{"type": "divider"}]}, "missing required field: title at "),
    ],
)
async def test_a_drawing_that_slack_refuses_is_named(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, argument: str, payload: object, says: str
) -> None:
    async def wrong() -> list[Drawing]:
        return [Drawing("report", argument, payload)]

    monkeypatch.setattr(slack, "sample_drawings", wrong)
    found = await finding("drawings")
    assert (found.state, found.says) == (State.BROKEN, f"Slack refuses what the bot draws for report: {says}.")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(error="unknown_method"), "Not checked: this Slack has no blocks.validate."),
        (Fault(status=429), "Slack takes 0 of 1. The others aren't checked: it limits the calls."),
    ],
)
async def test_drawings_that_slack_does_not_check_are_no_fault(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, fault: Fault, says: str
) -> None:
    async def one() -> list[Drawing]:
        return [Drawing("report", "message", {"blocks": [{"type": "divider"}]})]

    monkeypatch.setattr(slack, "sample_drawings", one)
    workspace.faults["blocks.validate"] = fault
    found = await finding("drawings")
    assert (found.state, found.says) == (State.OK, says)


async def test_the_manifest_is_compared_with_what_the_bot_uses(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await finding("manifest")).says.startswith("Not compared")
    monkeypatch.setenv("SLACK_CONFIGURATION_TOKEN", workspace.configuration_token)
    assert (await finding("manifest")).says == "The app's manifest has what the bot uses."
    workspace.manifest["features"]["slash_commands"].append({"command": "/lunch"})
    found = await finding("manifest")
    assert (found.state, "more than the bot uses: command /lunch." in found.says) == (State.WARNING, True)
    del workspace.manifest["features"]["slash_commands"][0]
    workspace.manifest["settings"]["event_subscriptions"]["bot_events"].remove("user_change")
    found = await finding("manifest")
    assert found.state is State.BROKEN
    assert found.says == "The app's manifest lacks: command /clockin, event user_change."
    monkeypatch.setenv("SLACK_CONFIGURATION_TOKEN", "xoxe.xoxp-old")
    found = await finding("manifest")
    assert (found.state, found.says) == (State.WARNING, "Slack didn't show the manifest (invalid_auth).")


async def test_the_age_of_profiles_and_the_calls_that_are_left(workspace: Workspace, tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{tmp_path}/attendance.db")
    now = database.clock()

    def meet(tx: Transaction) -> None:
        people.add_workspace_if_new(tx.connection, "T0PRACTICE", platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        for user_id, days in (("U0ANA", 0), ("U0BEN", 3)):
            seen = now - timedelta(days=days)
            person = Profile("T0PRACTICE", user_id, user_id, None, False, False, False, False, seen)
            people.upsert_profile(tx.connection, person, tx.now)
        budgets.put(tx.connection, "T0PRACTICE", {"chat.update": now + timedelta(hours=1)})

    await database.write(meet)
    await database.close()
    found = await finding("profiles")
    oldest = f"{now - timedelta(days=3):%d %b %Y, %H:%M} UTC"
    assert (found.state, found.says) == (State.OK, f"2 people, 1 last seen over a day ago (oldest {oldest}).")
    left = await finding("budgets")
    assert left.says == "Calls left now: chat.postMessage 20 of 20, chat.update 0 of 5, views.publish 3 of 3."


async def test_an_empty_folder_is_told_each_thing_once(tmp_path: Path) -> None:
    told = (await run({"PATH": os.environ["PATH"]}, tmp_path, "doctor")).stdout
    assert told.count("token is missing") + told.count("TOKEN is missing") == 1
    assert "Error" not in told
    assert "Nothing answers at http://127.0.0.1:3000/slack/events (no connection)." in told


async def test_a_bot_that_is_not_running(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTENDANCE_PORT", "1")
    found = await finding("bot")
    assert (found.state, found.remedy) == (State.WARNING, "Start attendance serve.")


async def test_a_bot_that_was_started_with_another_signing_secret(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_PORT", "0")
    async with running(read(ServeSettings)) as address:
        monkeypatch.setenv("ATTENDANCE_PORT", address.rpartition(":")[2])
        monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET[::-1])
        found = await finding("bot")
        assert (found.state, "another signing secret" in found.says) == (State.BROKEN, True)
        monkeypatch.setenv("SLACK_SIGNING_SECRET", SIGNING_SECRET)
        outside = await slack.check_slack(read(Settings), lambda: datetime.now(UTC), address)
    assert [one.state for one in outside if one.name == "request URL"] == [State.OK]


async def test_an_app_level_token_that_slack_refuses(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-revoked")
    found = await finding("Socket Mode")
    assert (found.state, found.says) == (State.BROKEN, "Slack refused the app-level token (invalid_auth).")
    monkeypatch.setenv("SLACK_APP_TOKEN", workspace.app_token)
    assert (await finding("Socket Mode")).state is State.OK


async def test_a_key_that_can_not_decrypt_the_tokens(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_ledger(f"sqlite:///{tmp_path}/attendance.db")
    with closing(sqlite3.connect(tmp_path / "attendance.db")) as connection:
        connection.execute("INSERT INTO workspaces VALUES ('T0PRACTICE', 'UTC', 0, 'slack')")
        connection.execute(
            "INSERT INTO installations VALUES ('T0PRACTICE', 'v2.sealed by another', NULL, 0, NULL, NULL)"
        )
        connection.commit()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "hunter2")
    monkeypatch.setenv("ATTENDANCE_ENCRYPTION_KEY", "A" * 43 + "=")
    found = await finding("installations")
    assert (found.state, "can't decrypt the tokens in this database" in found.says) == (State.BROKEN, True)


async def look(server: Server, database: str, role: str = "attendance") -> dict[str, Finding]:
    return {one.name: one for one in await ledger.check_database(server.url(database, role))}


async def test_a_postgresql_without_problems(postgresql: Server) -> None:
    found = await look(postgresql, postgresql.database())
    assert [(one.name, one.says) for one in found.values() if one.state is not State.OK] == []
    assert set(found) == {"reachable", "clock", "schema", "rules", "rights"}


async def test_a_pooler_before_postgresql(postgresql: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """PgBouncer gives its clients process ids of its own."""
    monkeypatch.setattr(asyncpg.Connection, "get_server_pid", lambda connection: 1)
    found = (await look(postgresql, postgresql.database()))["pooler"]
    assert (found.state, found.remedy.startswith("Use its session mode")) == (State.WARNING, True)


async def test_an_unreachable_postgresql() -> None:
    (found,) = await ledger.check_database("postgresql://u:hunter2@127.0.0.1:1/ledger")
    assert (found.name, found.state, "hunter2" in str(found)) == ("reachable", State.BROKEN, False)


async def test_postgresql_without_a_schema(postgresql: Server) -> None:
    found = await look(postgresql, postgresql.database("empty_template"))
    assert found["schema"].state is State.WARNING
    assert "attendance migrate" in found["schema"].remedy


async def test_postgresql_served_by_its_owner_or_by_a_role_without_rights(postgresql: Server) -> None:
    database = postgresql.database()
    assert (await look(postgresql, database, "owner"))["rights"].state is State.WARNING
    with postgresql.connected(database) as connection:
        connection.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM attendance")
    assert (await look(postgresql, database))["rights"].state is State.BROKEN


@pytest.mark.parametrize(
    ("right", "named"),
    [
        ("INSERT ON pairs", "INSERT ON pairs"),
        ("INSERT ON outbox", "INSERT ON outbox"),
        ("SELECT ON group_members", "SELECT ON group_members"),
        ("UPDATE ON audit_starts", "UPDATE ON audit_starts"),
        ("DELETE ON oauth_states", "DELETE ON oauth_states"),
        ("UPDATE (salt) ON audit_entries", "UPDATE ON audit_entries"),
        ("INSERT, UPDATE ON webhooks", "INSERT ON webhooks, UPDATE ON webhooks"),
    ],
)
async def test_a_missing_right_of_the_serving_role_is_named(postgresql: Server, right: str, named: str) -> None:
    database = postgresql.database()
    with postgresql.connected(database) as connection:
        connection.execute(f"REVOKE {right} FROM attendance")
    found = (await look(postgresql, database))["rights"]
    assert (found.state, found.remedy) == (State.BROKEN, "Run attendance migrate --serve-as attendance as the owner.")
    assert found.says == f"attendance lacks rights that serving needs: {named}."
    await migrate_as_owner(postgresql.url(database, "owner"), serve_as="attendance")
    assert (await look(postgresql, database))["rights"].state is State.OK


async def test_a_postgresql_whose_clock_differs(postgresql: Server) -> None:
    url = postgresql.url(postgresql.database())
    found = await ledger.check_database(url, lambda: datetime.now(UTC) + timedelta(minutes=2))
    (clock,) = (one for one in found if one.name == "clock")
    assert clock.state is State.BROKEN
    assert clock.says == "This machine's clock is 120.0 s ahead of the database's."
