"""A chat platform that the settings don't name costs nothing."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.app import running
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.settings import ServeSettings
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


async def test_nothing_of_teams_is_loaded_without_its_settings(tmp_path: Path, migrated_file: Path) -> None:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_PORT": "0"}
        command = [sys.executable, "-c", STARTED]
        ended = await asyncio.to_thread(
            subprocess.run, command, env=environment, cwd=tmp_path, capture_output=True, timeout=60
        )
    if ended.returncode:
        pytest.fail(ended.stderr.decode())
    loaded = set(json.loads(ended.stdout.splitlines()[-1]))  # the log comes before
    assert loaded.isdisjoint({"bot.msteams", "microsoft_teams", "jwt"})
    assert "slack_bolt" in loaded


async def test_teams_alone_is_served_also_while_microsoft_is_away(database_url: str) -> None:
    nobody = "http://127.0.0.1:1"
    settings = ServeSettings.model_construct().model_copy(
        update={
            "database_url": database_url,
            "port": 0,
            "teams_app_id": TENANT,
            "teams_app_secret": "secret",
            "teams_tenant_id": (TENANT,),
            "teams_login_url": nobody,
            "teams_openid_url": nobody,
        }
    )
    async with running(settings) as address, aiohttp.ClientSession() as http:
        async with http.get(f"{address}/readyz") as ready:
            assert (ready.status, await ready.json()) == (503, {"database": "ok", "msteams": "fails: Unreachable"})
        async with http.post(f"{address}/teams/messages", json={}) as message:
            assert message.status == 401
        async with http.post(f"{address}/slack/events") as event:
            assert event.status == 404
