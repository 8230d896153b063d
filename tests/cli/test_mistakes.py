"""What the command line answers to a mistake: one sentence for a terminal, without slash commands."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of, run

SLASH = re.compile(r"(?<![\w./])/(clock|attendance|break|back)")


@pytest.fixture
async def environment(tmp_path: Path, migrated_file: Path) -> AsyncIterator[dict[str, str]]:
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        yield environment_of(workspace, slack, tmp_path)


async def test_no_mistake_is_answered_with_a_slash_command(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "team", "set", "Support", "--member", "U0ANA")
    mistakes = [
        "report lst week",
        "report 2026-11-20 2026-11-10",
        "report today --office nowhere",
        "report today --user ana",
        "report today --user U0NOBODY",
        "report today --workspace acme",
        "export soon --format json",
        "export today --zone Berlin",
        "token create --user U0ANA --role admin --expires tomorrow",
        "token create --user U0GUS --role admin",
        "token revoke nothing",
        "team set Night --hours sometimes",
        "team set Night --group S0GHOST",
        "team set Night --manager U0GUS",
        "office set hq --name Berlin --zone Berlin",
        "settings set --ask-after soon",
        "settings set --weekly-summary noon",
        "settings set --log-channel general",
        "admin remove U0ANA",
        "webhook add ftp://example.com",
        "webhook remove nothing",
        "import csv nowhere.csv",
        "verify --against nonsense",
        "backup attendance.db",
        "restore nowhere.db",
        "move-to-postgres --to mysql://u@h/d",
        "doctor --address example.com",
    ]
    for mistake in mistakes:
        ended = await run(environment, tmp_path, *mistake.split())
        assert (ended.returncode in (1, 2), ended.stdout) == (True, ""), mistake
        assert not SLASH.search(ended.stderr), ended.stderr
        assert re.search(r"[.?]\n$", ended.stderr), ended.stderr
