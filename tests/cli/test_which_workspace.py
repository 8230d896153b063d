"""Which workspace a command acts on, and that a mistyped one leaves no trace."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.practice.model import Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from storage import people
from storage.database import open_database
from tests.builders import TENANT
from tests.command_line import environment_of, run

OFFICE = ("office", "set", "hq", "--name", "Berlin", "--zone", "Europe/Berlin")


@pytest.fixture
def workspace() -> Workspace:
    return Workspace(bot_url="")


@pytest.fixture
async def environment(workspace: Workspace, tmp_path: Path, migrated_file: Path) -> AsyncIterator[dict[str, str]]:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    async with serve(workspace) as slack:
        yield environment_of(workspace, slack, tmp_path)


def without_slack(environment: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith("SLACK_")}


async def workspaces_in(environment: dict[str, str]) -> list[str]:
    database = await open_database(environment["ATTENDANCE_DATABASE_URL"], create=False)
    try:
        known = await database.read(lambda tx: people.all_workspaces(tx.connection))
    finally:
        await database.close()
    return [workspace.workspace_id for workspace in known]


async def test_the_bots_token_tells_the_workspace_if_none_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    assert (await run(environment, tmp_path, *OFFICE)).returncode == 0
    assert await workspaces_in(environment) == ["T0PRACTICE"]


async def test_a_known_workspace_can_be_named(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, *OFFICE)
    listed = await run(without_slack(environment), tmp_path, "office", "list", "--workspace", "T0PRACTICE")
    assert (listed.returncode, "Europe/Berlin" in listed.stdout) == (0, True)


@pytest.mark.parametrize("reading", [("office", "list"), ("token", "list"), ("token", "revoke", "x"), ("report",)])
async def test_commands_that_only_read_refuse_an_unknown_workspace(
    environment: dict[str, str], tmp_path: Path, reading: tuple[str, ...]
) -> None:
    await run(environment, tmp_path, *OFFICE)
    ended = await run(environment, tmp_path, *reading, "--workspace", "T0PRACTISE")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "--workspace: T0PRACTISE isn't in this database. This database holds T0PRACTICE.\n"
    assert await workspaces_in(environment) == ["T0PRACTICE"]


@pytest.mark.parametrize("typed", ["T0PRACTISE", "t0practice", "support", "T", "T0PRACTICE ", "T0-9"])
async def test_a_mistyped_workspace_is_refused_and_not_added(
    environment: dict[str, str], tmp_path: Path, typed: str
) -> None:
    await run(environment, tmp_path, *OFFICE)
    ended = await run(environment, tmp_path, *OFFICE, "--workspace", typed)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"--workspace: {typed} ")
    assert "T0PRACTICE" in ended.stderr
    assert await workspaces_in(environment) == ["T0PRACTICE"]


async def test_commands_that_write_add_a_new_workspace(environment: dict[str, str], tmp_path: Path) -> None:
    """Without the bot's token nobody can be asked, so only the shape of the id is checked."""
    wrong = await run(without_slack(environment), tmp_path, *OFFICE, "--workspace", "acme")
    assert wrong.stderr.startswith("--workspace: acme isn't a workspace id. It looks like T012AB3CD, or in Microsoft")
    assert await workspaces_in(environment) == []
    for named in ("E0GRID", TENANT.upper()):
        assert (await run(without_slack(environment), tmp_path, *OFFICE, "--workspace", named)).returncode == 0
    assert await workspaces_in(environment) == ["E0GRID", TENANT]


async def test_a_new_workspace_is_added_only_if_slack_confirms_it(
    environment: dict[str, str], workspace: Workspace, tmp_path: Path
) -> None:
    workspace.faults["auth.test"] = Fault(error="internal_error")
    ended = await run(environment, tmp_path, *OFFICE, "--workspace", "T0PRACTICE")
    assert (ended.returncode, "I couldn't ask Slack" in ended.stderr) == (1, True)
    assert await workspaces_in(environment) == []
    workspace.faults.clear()
    assert (await run(environment, tmp_path, *OFFICE, "--workspace", "T0PRACTICE")).returncode == 0
    assert await workspaces_in(environment) == ["T0PRACTICE"]


async def test_commands_that_only_read_add_no_workspace(environment: dict[str, str], tmp_path: Path) -> None:
    ended = await run(environment, tmp_path, "office", "list")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "There's nothing in this database yet. Start with attendance serve.\n"
    assert await workspaces_in(environment) == []
