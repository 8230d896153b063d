"""A chat platform that the settings don't name costs nothing."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.practice.server import serve
from bot.practice.workspace import Workspace
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


async def test_nothing_of_teams_is_loaded_without_its_settings(tmp_path: Path) -> None:
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_PORT": "0"}
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-c", STARTED],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
        )
    if ended.returncode:
        pytest.fail(ended.stderr.decode())
    loaded = set(json.loads(ended.stdout))
    assert loaded.isdisjoint({"bot.msteams", "microsoft_teams", "jwt"})
    assert "slack_bolt" in loaded
