"""`attendance doctor` for Microsoft Teams: what Microsoft refuses, and how to put it right."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import running
from bot.cli import doctor
from bot.practice.msteams.server import serve
from bot.practice.msteams.service import TeamsService
from bot.runtime.settings import ServeSettings, read
from storage.checkup import Finding, State
from tests.command_line import run
from tests.conftest import ROOT
from tests.faults.replicas import free_port


@pytest.fixture
async def teams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TeamsService]:
    """The practice service, and settings for it in the environment."""
    for name in [name for name in os.environ if name.startswith(("ATTENDANCE_", "SLACK_", "TEAMS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    service = TeamsService()
    async with serve(service):
        for name, value in {
            "ATTENDANCE_DATABASE_URL": f"sqlite:///{tmp_path}/ledger.db",
            "ATTENDANCE_PORT": str(free_port()),
            "TEAMS_APP_ID": service.app_id,
            "TEAMS_APP_SECRET": service.app_secret,
            "TEAMS_TENANT_ID": service.tenant_id,
            "TEAMS_LOGIN_URL": service.login_url,
            "TEAMS_OPENID_URL": service.openid_url,
        }.items():
            monkeypatch.setenv(name, value)
        yield service


async def found(address: str | None = None) -> dict[str, Finding]:
    """Those about the chats, by name."""
    findings = await doctor.run_checks(address)
    assert not [one for one in findings if one.area == "Slack"], "nobody uses it here"
    return {one.name: one for one in findings if one.area == "Teams"}


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    async with running(read(ServeSettings)) as address:
        yield address


async def test_a_setup_that_works_is_fine(teams: TeamsService) -> None:
    async with served() as address:
        looked = await found(address)
    assert {name: one.state for name, one in looked.items()} == dict.fromkeys(
        ("secret", "keys", "bot", "endpoint"), State.OK
    )
    assert looked["endpoint"].says == f"The bot answers at {address}/teams/messages."


async def test_a_wrong_secret_is_named_with_microsofts_code_and_never_shown(
    teams: TeamsService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TEAMS_APP_SECRET", "hunter2")
    secret = (await found())["secret"]
    assert (secret.state, secret.says) == (State.BROKEN, "Microsoft refused TEAMS_APP_SECRET (AADSTS7000215).")
    assert secret.remedy.startswith("Copy the secret's value, not its id, into TEAMS_APP_SECRET")
    printed = await run({**os.environ, "PYTHONPATH": str(ROOT)}, tmp_path, "doctor", "--json")
    assert json.loads(printed.stdout)["healthy"] is False
    assert "hunter2" not in printed.stdout + printed.stderr


async def test_a_host_of_microsofts_that_does_not_answer_is_named(
    teams: TeamsService, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv("TEAMS_LOGIN_URL", nowhere)
    monkeypatch.setenv("TEAMS_OPENID_URL", f"{nowhere}/openid")
    looked = await found()
    for name in ("secret", "keys"):
        assert looked[name].state is State.BROKEN
        assert nowhere in looked[name].says
    assert looked["bot"].state is State.WARNING
    assert looked["bot"].remedy == "Start attendance serve."
