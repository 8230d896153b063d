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
        (
            "token create --user U0ANA --role boss",
            "boss isn't a role. Use employee, manager, admin, inspector or representative.",
        ),
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


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("settings show", "There's no command attendance settings show. Did you mean attendance settings list?"),
        ("office create", "There's no command attendance office create. Did you mean attendance office set?"),
        ("team lst", "There's no command attendance team lst. Did you mean attendance team list?"),
        ("import excel", "There's no command attendance import excel. Use csv or goodday."),
        ("reprot today", "There's no command attendance reprot. Did you mean attendance report?"),
        ("start", "There's no command attendance start. Did you mean attendance serve?"),
        ("frobnicate", "There's no command attendance frobnicate. attendance --help lists them all."),
        (
            "settings set --timezone Europe/Berlin",
            "attendance settings set has no option --timezone. Did you mean --zone? To see them all, type "
            "attendance settings set --help.",
        ),
        (
            "settings set --hours=mon-fri",
            "attendance settings set has no option --hours. Did you mean --working-hours? To see them all, type "
            "attendance settings set --help.",
        ),
        (
            "settings set zone Europe/Berlin",
            "attendance settings set takes only options, and zone isn't one. Did you mean --zone? To see them all, "
            "type attendance settings set --help.",
        ),
        (
            "settings set --colour red",
            "attendance settings set has no option --colour. To see those it has, type attendance settings set --help.",
        ),
        (
            "report --month 2026-10",
            "attendance report has no option --month. Type the days without one, like attendance report 2026-10.",
        ),
        (
            "export --from 2026-10-01 --to 2026-10-15",
            "attendance export has no option --from. Type the days without one, like attendance export 2026-10.",
        ),
        ("settings set -z x", "attendance settings set has no option -z. To see those it has, type"),
        (
            "--verson",
            "attendance has no option --verson. Did you mean --version? To see them all, type attendance --help.",
        ),
        (
            "settings --lst",
            "attendance settings has no option --lst. To see those it has, type attendance settings --help.",
        ),
        ("report --ofice hq", "attendance report has no option --ofice. Did you mean --office? To see them all, type"),
    ],
)
async def test_what_is_not_there_is_answered_with_the_nearest_that_is(
    environment: dict[str, str], tmp_path: Path, typed: str, answer: str
) -> None:
    ended = await run(environment, tmp_path, *typed.split())
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert ended.stderr.startswith(answer)


async def test_people_offices_and_teams_in_another_spelling_are_suggested(
    environment: dict[str, str], tmp_path: Path
) -> None:
    await run(environment, tmp_path, "team", "set", "Support", "--member", "U0ANA")
    await run(environment, tmp_path, "office", "set", "hq", "--name", "Berlin Mitte", "--zone", "Europe/Berlin")
    await run(environment, tmp_path, "office", "set", "berlin", "--name", "Berlin", "--zone", "Europe/Berlin")
    for words, told in [
        (("office", "archive", "BERLIN"), 'There\'s no office "BERLIN". Did you mean berlin?'),
        (("office", "archive", "HQ"), 'There\'s no office "HQ". Did you mean hq (Berlin Mitte)?'),
        (("office", "archive", "berlin mitte"), 'There\'s no office "berlin mitte". Did you mean hq (Berlin Mitte)?'),
        (("office", "restore", "mitte"), 'There\'s no office "mitte". Did you mean hq (Berlin Mitte)?'),
        (("office", "archive", "lab"), 'There\'s no office "lab". To see them all, type attendance office list.'),
        (("report", "--office", "Hq"), 'There\'s no office "Hq". Did you mean hq (Berlin Mitte)?'),
        (("team", "archive", "support"), 'There\'s no team "support". Did you mean Support?'),
        (("team", "restore", "Suport"), 'There\'s no team "Suport". Did you mean Support?'),
        (("report", "--user", "ana"), "ana isn't a user id. Did you mean U0ANA (Ana Silva)?"),
        (("admin", "add", "@Ana"), "@Ana isn't a user id. Did you mean U0ANA (Ana Silva)?"),
        (("team", "set", "Support", "--manager", "silva"), "silva isn't a user id. Did you mean U0ANA (Ana Silva)?"),
        (("erase", "--user", "nobody"), "nobody isn't a user id. It looks like U012AB3CD; copy it from"),
    ]:
        ended = await run(environment, tmp_path, *words)
        assert (ended.returncode, ended.stdout) == (1, "")
        assert ended.stderr.startswith(told)


async def test_an_empty_report_says_for_which_days(environment: dict[str, str], tmp_path: Path) -> None:
    await run(environment, tmp_path, "team", "set", "Support", "--member", "U0ANA")
    for words in (("report", "2025-10-01"), ("report", "2025-10-01", "--user", "U0ANA")):
        ended = await run(environment, tmp_path, *words)
        told = "There are no records of Wed 1 Oct 2025. Try other days, like attendance report last week.\n"
        assert (ended.returncode, ended.stdout) == (0, told)


async def test_an_empty_database_is_not_reported_as_whole(environment: dict[str, str], tmp_path: Path) -> None:
    said = await run(environment, tmp_path, "verify")
    assert (said.returncode, said.stdout) == (0, "There's nothing in this database yet. Start with attendance serve.\n")
    (tmp_path / "attendance.db").unlink()
    made = await run(environment, tmp_path, "migrate")
    assert made.stdout == f"Created {tmp_path}/attendance.db. Now start the bot with attendance serve.\n"
    assert (await run(environment, tmp_path, "migrate")).stdout == "The database is up to date.\n"
