"""What `--help`, `--version` and every help text say, and which commands make a database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli import main
from bot.practice.workspace import Workspace
from tests.command_line import environment_of, run
from tests.reference import leaves

COMMANDS = dict(leaves(typer.main.get_command(main.app)))
GROUPS = sorted({name.rpartition(" ")[0] for name in COMMANDS if name.count(" ") == 2})
MAKE_A_DATABASE = {"serve", "demo", "migrate", "restore"}
NEED_NONE = {"doctor", "teams", "witness-key"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings that lead to a database that isn't there."""
    return environment_of(Workspace(bot_url=""), "http://127.0.0.1:1", tmp_path)


async def test_the_commands_are_listed_by_what_they_are_for(environment: dict[str, str], tmp_path: Path) -> None:
    told = (await run(environment | {"COLUMNS": "80"}, tmp_path, "--help")).stdout
    panels = re.findall(r"^╭─ (.+?) ─", told, re.MULTILINE)
    assert panels == ["Options", *main.PANELS]
    run_panel = told[told.index("╭─ Run") : told.index("╭─ People")]
    assert re.findall(r"^│ (\w+) ", run_panel, re.MULTILINE) == ["serve", "demo", "doctor", "migrate", "teams"]
    assert max(map(len, told.splitlines())) <= 80


async def test_version_prints_the_version(environment: dict[str, str], tmp_path: Path) -> None:
    told = await run(environment, tmp_path, "--version")
    assert (told.returncode, told.stdout) == (0, f"attendance-bot {metadata.version('attendance-bot')}\n")


def _help_texts() -> Iterator[tuple[str, str]]:
    for name, command in COMMANDS.items():
        yield name, str(command.help)
        for parameter in command.params:
            yield f"{name} {parameter.name}", str(getattr(parameter, "help", None) or "")


@pytest.mark.parametrize(("of", "text"), list(_help_texts()))
def test_every_help_text_is_a_sentence(of: str, text: str) -> None:
    assert re.match(r"[A-Z]", text)
    assert re.search(r"[.)]$", text)
    assert not re.search(r"(?<!\w)/(clock|attendance)|\b(whom|such as|is told|anew|by itself|mend)\b", text)


@pytest.mark.parametrize("group", GROUPS)
async def test_a_group_alone_lists_its_commands(environment: dict[str, str], tmp_path: Path, group: str) -> None:
    told = await run(environment, tmp_path, *group.split()[1:], "--help")
    assert told.returncode == 0
    assert all(name.rpartition(" ")[2] in told.stdout for name in COMMANDS if name.startswith(f"{group} "))


@pytest.mark.parametrize("old", [("copy", "--help"), ("admin", "appoint", "--help"), ("admin", "dismiss", "--help")])
async def test_an_older_name_still_works_and_is_not_listed(
    environment: dict[str, str], tmp_path: Path, old: tuple[str, ...]
) -> None:
    assert (await run(environment, tmp_path, *old)).returncode == 0
    listed = (await run(environment, tmp_path, *old[:-2], "--help")).stdout
    assert not re.search(rf"^│ {old[-2]} ", listed, re.MULTILINE)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name.split()[1] not in MAKE_A_DATABASE | NEED_NONE])
async def test_a_command_without_a_database_says_how_to_make_one_and_leaves_none(
    environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    (tmp_path / "records.csv").write_text("User id,Clock-in (UTC),Clock-out (UTC)\n")
    ended = await run(environment, tmp_path, *name.split()[1:], *_needed(COMMANDS[name]))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"There's no database at {tmp_path}/attendance.db yet. Start attendance serve, which creates it, or set "
        "ATTENDANCE_DATABASE_URL to the right one.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["records.csv"]


async def test_without_a_token_and_a_database_one_command_shows_how_to_set_up_both(
    environment: dict[str, str], tmp_path: Path
) -> None:
    without = {name: value for name, value in environment.items() if not name.startswith("SLACK_")}
    for words in (("report",), ("team", "list"), ("office", "set", "hq", "--name", "x", "--zone", "Europe/Berlin")):
        ended = await run(without, tmp_path, *words)
        assert (ended.returncode, ended.stdout, ended.stderr) == (
            2,
            "",
            f"There's no database at {tmp_path}/attendance.db yet, and SLACK_BOT_TOKEN isn't set. To see how to set up "
            "both, run attendance doctor.\n",
        )


def _needed(command: Any) -> Iterator[str]:
    """Something for each parameter that a command can't do without."""
    given = {"zone": "Europe/Berlin", "user": "U0ANA", "role": "admin", "to": "postgresql://nobody@127.0.0.1:1/none"}
    for parameter in command.params:
        if parameter.required and parameter.param_type_name == "option":
            yield from (parameter.opts[0], given.get(parameter.name, "x"))
    for parameter in command.params:
        if parameter.param_type_name == "argument" and (parameter.required or parameter.name == "file"):
            yield "records.csv" if command.name in ("csv", "goodday") else "copy.db"
