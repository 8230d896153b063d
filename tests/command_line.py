"""Commands as somebody types them, in this process: starting one of its own takes twenty times as long."""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import structlog
from typer.testing import CliRunner

from bot.cli import main
from bot.practice.workspace import Workspace
from tests.conftest import ROOT

WITHIN_SECONDS = 60  # that a process takes to start, on a machine with much else to do


@dataclass
class Ended:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def environment_of(workspace: Workspace, slack: str, folder: Path) -> dict[str, str]:
    """The settings that lead to a practice workspace and to a ledger in the folder."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
        "ATTENDANCE_DATABASE_URL": f"sqlite:///{folder}/attendance.db",
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_SIGNING_SECRET": workspace.signing_secret,
        "SLACK_API_URL": f"{slack}/api/",
    }


async def run(environment: dict[str, str], folder: Path, *words: str) -> Ended:
    """Runs a command in a thread, beside the test's servers. Raises what it raises unexpectedly."""
    return await asyncio.to_thread(_invoke, environment, folder, words)


def _invoke(environment: dict[str, str], folder: Path, words: tuple[str, ...]) -> Ended:
    with chdir(folder), logging_as_before():
        ended = CliRunner().invoke(main.app, words, env=environment, catch_exceptions=False)
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


@contextmanager
def logging_as_before() -> Iterator[None]:
    """A command sets up logging for the whole process: this takes it back."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**configured)


async def run_process(environment: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as a process of its own to its end."""
    command = [sys.executable, "-m", "bot", *words]
    return await asyncio.to_thread(
        subprocess.run, command, env=environment, cwd=folder, capture_output=True, timeout=WITHIN_SECONDS, check=False
    )


def until_it_lives(url: str, process: subprocess.Popen[str]) -> None:
    """Returns once a served bot answers. Where it ends or takes too long, kills it and raises AssertionError."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(Request(url), timeout=1):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    process.kill()
    raise AssertionError("the bot did not come to life")
