"""A chat platform that the settings don't name costs nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.builders import TENANT
from tests.command_line import environment_of

STARTED = """
import asyncio, json, sys
from bot.app import running
from bot.cli import main
from bot.runtime.settings import ServeSettings, read

async def start():
    async with running(read(ServeSettings)):
        print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules} | {*sys.modules} & {"bot.msteams"})))

asyncio.run(start())
"""


async def loaded(environment: dict[str, str], folder: Path) -> set[str]:
    """The packages that a bot with these settings has loaded."""
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", STARTED], env=environment, cwd=folder, capture_output=True, timeout=60
    )
    if ended.returncode:
        pytest.fail(ended.stderr.decode())
    return set(json.loads(ended.stdout.splitlines()[-1]))  # the log comes before


async def test_nothing_of_teams_is_loaded_without_its_settings(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_PORT": "0"}
        found = await loaded(environment, tmp_path)
    assert found.isdisjoint({"bot.msteams", "microsoft_teams", "jwt"})
    assert "slack_bolt" in found


async def test_teams_alone_is_served_without_slack_and_while_microsoft_is_away(
    tmp_path: Path, migrated_file: Path
) -> None:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    environment = environment_of(Workspace(bot_url=""), "", tmp_path) | {
        "ATTENDANCE_PORT": "0",
        "TEAMS_APP_ID": TENANT,
        "TEAMS_APP_SECRET": "secret",
        "TEAMS_TENANT_ID": TENANT,
        "TEAMS_LOGIN_URL": "http://127.0.0.1:1",
        "TEAMS_OPENID_URL": "http://127.0.0.1:1",
    }
    found = await loaded({name: one for name, one in environment.items() if "SLACK" not in name}, tmp_path)
    assert found.isdisjoint({"slack_bolt", "slack_sdk", "slackblocks"})
    assert "bot.msteams" in found
