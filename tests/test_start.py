"""What keeps a command from starting is named: the setting, and the remedy."""

from __future__ import annotations

import base64
import errno
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import structlog

from bot.cli import demo, main
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of, run
from tests.conftest import ROOT


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        yield environment_of(workspace, slack, tmp_path)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


async def test_a_taken_port_is_named_with_its_setting(environment: dict[str, str], tmp_path: Path, taken: int) -> None:
    ended = await run(environment | {"ATTENDANCE_PORT": str(taken)}, tmp_path, "serve")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (f"ATTENDANCE_PORT: {taken} is in use. Stop the other program, or choose another port.\n")


async def test_a_taken_port_of_the_demo_is_named_with_its_option(tmp_path: Path, taken: int) -> None:
    ended = await run(environment_of(Workspace(bot_url=""), "", tmp_path), tmp_path, "demo", "--port", str(taken))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"--port: {taken} is in use")


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("192.0.2.1", "isn't an address of this machine"),
        ("nowhere.invalid", "isn't an address of this machine"),
        ("a..b", "isn't an address"),
        ("http://127.0.0.1", "isn't an address"),
    ],
)
async def test_a_wrong_host_is_named_with_its_setting(
    environment: dict[str, str], tmp_path: Path, host: str, why: str
) -> None:
    ended = await run(environment | {"ATTENDANCE_HOST": host, "ATTENDANCE_PORT": "0"}, tmp_path, "serve")
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith("ATTENDANCE_HOST")
    assert f"{why}" in line
    assert "127.0.0.1" in line


@pytest.mark.parametrize("command", [("serve",), ("token", "list"), ("demo", "--port", "0")])
async def test_an_env_file_that_is_not_utf_8_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / ".env").write_bytes("# Zeitsystem für alle\nSLACK_BOT_TOKEN=xoxb-hunter2\n".encode("latin-1"))
    ended = await run({"PYTHONPATH": str(ROOT)}, tmp_path, *command)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == ".env isn't UTF-8 text. Save it as UTF-8.\n"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many"),
        ({"SLACK_CLIENT_SECRET": ""}, "SLACK_CLIENT_SECRET is missing"),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET is missing"),
        ({"ATTENDANCE_ENCRYPTION_KEY": ""}, "ATTENDANCE_ENCRYPTION_KEY is missing. Create one with `openssl rand"),
        ({"ATTENDANCE_ENCRYPTION_KEY": "hunter2"}, "ATTENDANCE_ENCRYPTION_KEY isn't a key of 32 bytes in base64"),
    ],
)
async def test_what_many_workspaces_need_is_named(
    environment: dict[str, str], tmp_path: Path, changed: dict[str, str], told: str
) -> None:
    many = {
        "SLACK_BOT_TOKEN": "",
        "SLACK_CLIENT_ID": "1.2",
        "SLACK_CLIENT_SECRET": "hunter2",
        "SLACK_SIGNING_SECRET": "hunter2",
        "ATTENDANCE_ENCRYPTION_KEY": base64.b64encode(bytes(32)).decode(),
    }
    ended = await run(environment | many | changed, tmp_path, "serve")
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert line.startswith(told)
    assert "hunter2" not in line


async def test_an_env_file_may_begin_with_a_byte_order_mark(environment: dict[str, str], tmp_path: Path) -> None:
    """Windows' Notepad writes one."""
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfATTENDANCE_LOG_LEVEL=loud\n")
    ended = await run(environment, tmp_path, "token", "list")
    assert ended.stderr == "ATTENDANCE_LOG_LEVEL is wrong. Use debug, info, warning or error.\n"


def test_a_port_that_takes_more_rights_is_named() -> None:
    fault = main.address_fault(PermissionError(errno.EACCES, "permission denied"), "127.0.0.1", 80)
    assert fault == "ATTENDANCE_PORT: 80 needs more rights than this user has. Choose a port above 1023."


def test_the_demo_ignores_settings_of_another_bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-of-another-bot")
    monkeypatch.setenv("ATTENDANCE_TRUSTED_PROXIES", "10.0.0.0/99")
    settings = demo.demo_settings(Workspace(bot_url=""), "http://127.0.0.1", tmp_path)
    assert (settings.slack_app_token, settings.trusted_proxies) == (None, ())


@pytest.mark.parametrize(("asked", "told"), [({}, ["fault"]), ({"ATTENDANCE_LOG_LEVEL": "info"}, ["news", "fault"])])
async def test_the_demo_logs_only_errors_unless_asked_for_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: dict[str, str], told: list[str]
) -> None:
    async def run_demo(port: int, say: Callable[[str], None]) -> None:
        log = structlog.get_logger("bot")
        log.info("news")
        log.warning("fault")

    monkeypatch.setattr(demo, "run_demo", run_demo)
    ended = await run(asked, tmp_path, "demo")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert [line.split("]")[1].split()[0] for line in ended.stderr.splitlines()] == told
