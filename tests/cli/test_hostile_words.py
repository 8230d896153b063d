"""Hostile words in every argument of every command, in every cell of an import, and in people's names: answers are
sentences, never a traceback, and nothing that a terminal would take for a command."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.attendance import recording
from bot.cli import console, main
from bot.cli.terminal import printable
from bot.imports.csv_files import _KNOWN as CSV_COLUMNS
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.services import Profile
from storage import people
from storage.database import Database, Transaction, open_database
from tests.builders import ADMIN, workplace
from tests.command_line import Ended, environment_of, run
from tests.conftest import WORKSPACE
from tests.hostile_words import AS_TYPED, WORDS, faults_of, some

SERVE_FOREVER = ("serve", "demo")
ARGUMENTS = tuple(word for word in AS_TYPED if "\0" not in word)
VALID = {"user": "U0ANA", "zone": "Europe/Berlin", "url": "https://93.184.215.14/x", "expires": "90"}
NAMES = {f"U0HOSTILE{number}": word for number, word in enumerate(AS_TYPED) if word.strip()}


@pytest.fixture
async def environment(tmp_path: Path, migrated_file: Path) -> AsyncIterator[dict[str, str]]:
    workspace = Workspace(bot_url="")
    shutil.copy(migrated_file, tmp_path / "attendance.db")
    async with serve(workspace) as slack:
        yield environment_of(workspace, slack, tmp_path)


@pytest.fixture
async def ledger(environment: dict[str, str]) -> AsyncIterator[Database]:
    """With people of all those names, who have clocked in."""
    opened = await open_database(environment["ATTENDANCE_DATABASE_URL"])
    services = await workplace(opened, {"U0ANA": "Europe/Berlin"})

    def write(tx: Transaction) -> None:
        for user_id, name in NAMES.items():
            shown = name.replace("\0", "")
            people.upsert_profile(
                tx.connection, Profile(WORKSPACE, user_id, shown, "UTC", False, False, False, False, tx.now), tx.now
            )

    await opened.write(write)
    for user_id in NAMES:
        await recording.clock_in(services, ADMIN, user_id)
    yield opened
    await opened.close()


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that ends, with its words."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        elif name not in SERVE_FOREVER:
            yield (*path, name), command


COMMANDS = dict(commands(get_command(main.app)))


def typed(parameter: Any, value: str) -> list[str]:
    return [value] if parameter.param_type_name == "argument" else [parameter.opts[0], value]


def takes_words(parameter: Any) -> bool:
    return parameter.type_descriptor.annotation is not bool and parameter.name != "help"


def valid(parameter: Any) -> str:
    kind = parameter.type_descriptor.annotation
    is_choice = isinstance(kind, type) and issubclass(kind, Enum)
    return str(next(iter(kind)).value) if is_choice else VALID.get(parameter.name, "x")


def checked(ended: Ended, *about: object) -> Ended:
    assert ended.returncode in (0, 1, 2), about
    for text in (ended.stdout, ended.stderr):
        assert "Traceback" not in text, about
        assert printable(text) == text, about
    return ended


async def test_in_every_argument_of_every_command(
    environment: dict[str, str], ledger: Database, tmp_path: Path
) -> None:
    count = 0
    for path, command in COMMANDS.items():
        needed = {
            parameter.name: typed(parameter, valid(parameter)) for parameter in command.params if parameter.required
        }
        for parameter in filter(takes_words, command.params):
            count += 1
            for word in some(ARGUMENTS, count, 2):
                given = needed | {parameter.name: typed(parameter, word)}
                words = [one for pair in given.values() for one in pair]
                checked(await run(environment, tmp_path, *path, *words), path, words)
    assert count > 40
    await _nothing_is_broken(environment, ledger, tmp_path)


async def test_names_give_the_terminal_no_commands(
    environment: dict[str, str], ledger: Database, tmp_path: Path
) -> None:
    for user_id in NAMES:
        user = ("--user", user_id)
        checked(await run(environment, tmp_path, "token", "create", *user, "--role", "employee", "--name", "x"))
    for word in ARGUMENTS:
        checked(await run(environment, tmp_path, "team", "set", word, "--manager", "U0ANA"), word)
        checked(await run(environment, tmp_path, "office", "set", "hq", "--name", word, "--zone", "UTC"), word)
    await _nothing_is_broken(environment, ledger, tmp_path)


async def test_in_every_cell_of_an_import(environment: dict[str, str], ledger: Database, tmp_path: Path) -> None:
    titles = [
        "User id",
        "Clock-in (UTC)",
        "Clock-out (UTC)",
        *sorted(CSV_COLUMNS - {"user id", "clock-in", "clock-out"}),
    ]
    titles = [f"{title} (UTC)" if title.endswith("entered") else title for title in titles]
    row = ["U0ANA", "2026-11-02 09:00:00", "2026-11-02 17:00:00", *[""] * (len(titles) - 3)]
    for place, title in enumerate(titles):
        text = io.StringIO()
        csv.writer(text).writerows([titles, *([*row[:place], word, *row[place + 1 :]] for word in AS_TYPED)])
        (tmp_path / "hostile.csv").write_text(text.getvalue(), newline="")
        ended = checked(await run(environment, tmp_path, "import", "csv", "hostile.csv"), title)
        assert "refused" in ended.stdout or ended.returncode == 2, (title, ended)
    await _nothing_is_broken(environment, ledger, tmp_path)


async def test_in_every_field_of_a_goodday_file(environment: dict[str, str], ledger: Database, tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    for key in GOODDAY_EVENT:
        for word in WORDS:
            for half in (0, 1):
                pair = goodday_pair(len(told))
                pair[half][key] = word
                told += pair
    (tmp_path / "hostile.json").write_text(json.dumps(told))
    ended = checked(await run(environment, tmp_path, "import", "goodday", "hostile.json"))
    assert ended.returncode == 1, ended
    assert "refused" in ended.stdout, ended
    await _nothing_is_broken(environment, ledger, tmp_path)


GOODDAY_EVENT: dict[str, Any] = {
    "id": "",
    "linkedAttendanceEventId": "",
    "userId": "U0ANA",
    "createByUserId": "U0ANA",
    "officeId": None,
    "date": "",
    "momentCreated": "",
    "timestamp": "",
    "ipAddress": None,
    "type": "CLOCK-IN",
    "comment": None,
}


def goodday_pair(number: int) -> list[dict[str, Any]]:
    """A shift of an hour, each on a day of its own."""
    day = date(2020, 1, 1) + timedelta(days=number // 2)
    came, left = (f"{day}T{hour}:00:00.000000" for hour in ("08", "09"))
    one = {"id": f"gd-{number}", "linkedAttendanceEventId": f"gd-{number + 1}", "date": str(day)}
    other = {"id": f"gd-{number + 1}", "linkedAttendanceEventId": f"gd-{number}", "date": str(day)}
    return [
        GOODDAY_EVENT | one | {"momentCreated": came, "timestamp": came},
        GOODDAY_EVENT | other | {"momentCreated": left, "timestamp": left, "type": "CLOCK-OUT"},
    ]


def test_rows_on_a_terminal_give_it_no_commands_and_in_a_file_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, name = {}, "Ana\N{NO-BREAK SPACE}Ruiz \U0001f469\u200d\U0001f680"
    for is_terminal in (True, False):
        with (tmp_path / "out").open("w") as out:
            monkeypatch.setattr(sys, "stdout", out)
            monkeypatch.setattr(out, "isatty", lambda is_terminal=is_terminal: is_terminal, raising=False)
            with console.rows_on_stdout() as rows:
                csv.writer(rows).writerow(
                    ["a\x1b[2J", "b\u202e", "Ana\N{NO-BREAK SPACE}Ruiz \U0001f469\u200d\U0001f680"]
                )
        monkeypatch.undo()
        found[is_terminal] = (tmp_path / "out").read_bytes().decode()
    assert found[False] == f"a\x1b[2J,b\u202e,{name}\r\n"
    assert found[True] == f"a\ufffd[2J,b\ufffd,{name}\r\n"


async def _nothing_is_broken(environment: dict[str, str], ledger: Database, tmp_path: Path) -> None:
    for words in (("report", "this", "year"), ("token", "list"), ("webhook", "list"), ("team", "list"), ("verify",)):
        ended = checked(await run(environment, tmp_path, *words), words)
        assert ended.returncode == 0 or words[1:] == ("list",), (words, ended)
    assert await faults_of(ledger) == []
