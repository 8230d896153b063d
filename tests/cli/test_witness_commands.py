"""The second witness from the command line: a key is made, the bot tells it of heads, and verify compares."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.app import running
from bot.operations import witness
from bot.runtime.settings import InvalidSettings
from tests.command_line import environment_of, run
from tests.conftest import WORKSPACE, RunningBot


async def test_from_the_key_to_the_comparison(bot: RunningBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, writer_to = asyncio.Event(), witness.writer_to

    def watched(destination: str, session: ClientSession) -> witness.Write:
        write = writer_to(destination, session)

        async def write_and_tell(lines: str) -> None:
            await write(lines)
            written.set()

        return write_and_tell

    monkeypatch.setattr(witness, "writer_to", watched)
    environment = environment_of(bot.workspace, bot.settings.slack_api_url.removesuffix("/api/"), tmp_path)
    made = await run(environment, tmp_path, "witness-key", "key.pem")
    public = made.stdout.strip()
    assert (made.returncode, (await run(environment, tmp_path, "witness-key", "key.pem")).stdout.strip()) == (0, public)
    told = {
        "database_url": environment["ATTENDANCE_DATABASE_URL"],
        "witness": str(tmp_path / "heads.jsonl"),
        "witness_key": str(tmp_path / "key.pem"),
    }
    await run(environment, tmp_path, "migrate")
    zone = ("settings", "set", "--workspace", WORKSPACE, "--zone", "Europe/Berlin")
    assert (await run(environment, tmp_path, *zone)).returncode == 0
    async with running(bot.settings.model_copy(update=told)):
        async with asyncio.timeout(10):
            await written.wait()
    (line,) = filter(None, (tmp_path / "heads.jsonl").read_text().splitlines())
    assert json.loads(line)["workspace"] == WORKSPACE
    compared = await run(environment, tmp_path, "verify", "--witness", "heads.jsonl", "--witness-key", public)
    assert (compared.returncode, "Compared with 1 witnessed head, " in compared.stdout) == (0, True)
    (tmp_path / "heads.jsonl").write_text(line.replace(WORKSPACE, "T0OTHER") + "\n")
    forged = await run(environment, tmp_path, "verify", "--witness", "heads.jsonl", "--witness-key", public)
    assert forged.returncode == 1
    assert "Line 1 of the witness's file isn't signed with this key. [witness, line 1]" in forged.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--witness", "heads.jsonl"), "Name both --witness and --witness-key."),
        (("--witness-key", "AAAA"), "Name both --witness and --witness-key."),
        (("--witness", "nowhere", "--witness-key", "A" * 43 + "="), "--witness: nowhere can't be read"),
        (("--witness", "heads.jsonl", "--witness-key", "AAAA"), "--witness-key: AAAA isn't a public key"),
    ],
)
async def test_what_is_missing_or_mistyped_is_named(
    bot: RunningBot, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    environment = environment_of(bot.workspace, bot.settings.slack_api_url.removesuffix("/api/"), tmp_path)
    (tmp_path / "heads.jsonl").touch()
    await run(environment, tmp_path, "migrate")
    ended = await run(environment, tmp_path, "verify", *words)
    assert (ended.returncode, said in ended.stderr) == (2, True)


async def test_a_file_that_is_no_key_is_left_as_it_is(bot: RunningBot, tmp_path: Path) -> None:
    environment = environment_of(bot.workspace, "http://127.0.0.1:1", tmp_path)
    (tmp_path / "notes.txt").write_text("something else")
    ended = await run(environment, tmp_path, "witness-key", "notes.txt")
    assert (ended.returncode, "notes.txt holds no key" in ended.stderr) == (2, True)
    assert (tmp_path / "notes.txt").read_text() == "something else"
    nowhere = await run(environment, tmp_path, "witness-key", "nowhere/key.pem")
    assert (nowhere.returncode, "can't be written" in nowhere.stderr) == (2, True)


async def test_the_bot_does_not_start_with_a_witness_and_no_key(bot: RunningBot, tmp_path: Path) -> None:
    environment = environment_of(bot.workspace, "http://127.0.0.1:1", tmp_path)
    for words, said in (
        (("serve", "--witness", "heads.jsonl"), "ATTENDANCE_WITNESS_KEY is missing"),
        (("serve", "--witness", "ftp://host/heads"), "ATTENDANCE_WITNESS is neither a file nor a web address"),
    ):
        ended = await run(environment, tmp_path, *words)
        assert (ended.returncode, said in ended.stderr) == (2, True)
    wrong = {"witness": str(tmp_path / "heads.jsonl"), "witness_key": str(tmp_path / "nowhere")}
    with pytest.raises(InvalidSettings, match=r"ATTENDANCE_WITNESS_KEY: .*nowhere can't be read"):
        async with running(bot.settings.model_copy(update={**wrong, "database_url": f"sqlite:///{tmp_path}/l.db"})):
            pass


async def test_an_address_with_a_name_in_it_is_a_file_only_without_a_scheme() -> None:
    assert not witness.is_address("heads.jsonl")
    assert witness.is_address("https://witness.example.com/heads")
