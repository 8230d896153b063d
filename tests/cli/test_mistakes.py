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


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("token create --user U0ANA --role boss", "boss isn't a role. Use employee, manager or admin."),
        ("export --format pdf", "pdf isn't a file format. Use csv, json or xlsx."),
        ("webhook log --most 0", "--most: 0 doesn't fit. Use a number from 1 to 10,000."),
        ("webhook log --most many", "--most: many doesn't fit. Use a number from 1 to 10,000."),
        ("demo --port 99999999", "--port: 99999999 doesn't fit. Use a number from 0 to 65,535."),
        ("demo --port=-3", "--port: -3 doesn't fit. Use a number from 0 to 65,535."),
    ],
)
async def test_a_value_that_does_not_fit_is_answered_with_those_that_do(
    environment: dict[str, str], tmp_path: Path, typed: str, answer: str
) -> None:
    ended = await run(environment, tmp_path, *typed.split())
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"{answer}\n")


async def test_an_empty_database_is_not_reported_as_whole(environment: dict[str, str], tmp_path: Path) -> None:
    said = await run(environment, tmp_path, "verify")
    assert (said.returncode, said.stdout) == (0, "There's nothing in this database yet. Start with attendance serve.\n")
    (tmp_path / "attendance.db").unlink()
    made = await run(environment, tmp_path, "migrate")
    assert made.stdout == f"Created {tmp_path}/attendance.db. Now start the bot with attendance serve.\n"
    assert (await run(environment, tmp_path, "migrate")).stdout == "The database is up to date.\n"
