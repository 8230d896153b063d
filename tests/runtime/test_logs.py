"""What ends in the log of a day: never a token, a secret, or what people typed."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.practice.model import Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of, run, until_it_lives
from tests.conftest import ROOT

COMMENT = "my-private-reason"


async def test_a_days_log_holds_neither_tokens_nor_secrets_nor_comments(tmp_path: Path) -> None:
    workspace = Workspace(bot_url="", signing_secret="the-signing-secret", bot_token="xoxb-the-bot-token")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    async with serve(workspace) as slack:
        environment = environment_of(workspace, slack, tmp_path) | {
            "ATTENDANCE_PORT": str(port),
            "ATTENDANCE_LOG_LEVEL": "debug",
            "ATTENDANCE_LOG_FORMAT": "json",
        }
        await run(environment, tmp_path, "migrate")
        made = await run(environment, tmp_path, "token", "create", "--user", "U0ADA", "--role", "admin")
        token = made.stdout.strip()
        served = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        await asyncio.to_thread(until_it_lives, f"http://127.0.0.1:{port}/healthz", served)
        workspace.bot_url = f"http://127.0.0.1:{port}/slack/events"
        await a_day(workspace, f"http://127.0.0.1:{port}", token)
        served.terminate()
        _, log = await asyncio.to_thread(served.communicate, timeout=10)
    for private in (token, workspace.bot_token, workspace.signing_secret, COMMENT, "/response/"):
        assert private not in log
    lines = [line for line in log.splitlines() if not line.startswith("Serving at ")]  # which is for people
    assert lines, "a day with faults in it leaves a trace"
    assert all("event" in json.loads(line) for line in lines)


async def a_day(workspace: Workspace, address: str, token: str) -> None:
    """Clocks in and out, asks for too much, and meets faults of Slack's, comments in every place they go."""
    await workspace.command("U0ANA", "/clockin", COMMENT)
    await workspace.command("U0ANA", "/clockin", f"at {COMMENT}")
    await workspace.command("U0ANA", "/attendance", f"report {COMMENT}")
    workspace.faults["views.open"] = Fault(error="internal_error")
    await workspace.command("U0ANA", "/attendance", "add")
    workspace.faults["response_url"] = Fault(status=500)
    button = workspace.visible_to("U0ANA")[0].blocks[-1]["elements"][0]
    await workspace.press("U0ANA", workspace.visible_to("U0ANA")[0], button["action_id"], button["value"])
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as http:
        for body in ({"userId": "U0BEN", "comment": COMMENT}, {"userId": "U0BEN", "comment": f"{COMMENT}\0"}):
            async with http.post(f"{address}/attendance-events/clock-in", json=body) as response:
                assert response.status in (200, 400)
        async with http.get(f"{address}/attendance-events", params={"token": token}) as response:
            assert response.status == 401
    port = urlsplit(address).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /?comment={COMMENT} HTTP/1.1\r\nHost: bot\r\nX: {COMMENT}\0\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.0 400 ")
    writer.close()


async def test_a_socket_that_can_not_be_opened_is_logged_without_its_ticket(tmp_path: Path) -> None:
    """The socket's address is a secret, and stands in the error, which the Slack SDK logs."""
    workspace = Workspace(bot_url="")
    async with serve(workspace) as slack:
        workspace.address = f"{slack}/nowhere?ticket=the-ticket&app_id=A0"
        environment = environment_of(workspace, slack, tmp_path) | {
            "ATTENDANCE_PORT": "0",
            "SLACK_APP_TOKEN": workspace.app_token,
        }
        served = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"], env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        try:
            log = await asyncio.wait_for(asyncio.to_thread(read_until, "Failed to connect", served), 20)
        finally:
            served.terminate()
        log += (await asyncio.to_thread(served.communicate, timeout=10))[1]
    assert "/nowhere?ticket=" in log
    assert "the-ticket" not in log
    assert workspace.app_token not in log


def read_until(words: str, process: subprocess.Popen[str]) -> str:
    read = ""
    while words not in read and process.poll() is None:
        read += process.stderr.readline() if process.stderr else ""
    return read


SECRETS = (
    "xoxb-1234-5678-aBcD",
    "xoxe.xoxb-1-Mi0y-aBcD",
    "xapp-1-A012-345-abcdef",
    "att_" + "aB3-_" * 8 + "xyz",
    "wss://wss-primary.slack.com/link/?ticket=12ab-34cd&app_id=99",
    "https://hooks.slack.com/commands/T012/345/aBcD",
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_secrets_are_hidden_in_messages_fields_and_tracebacks(tmp_path: Path, form: str) -> None:
    program = """
import logging, sys, structlog
from bot.runtime import logs
logs.configure("info", sys.argv[1])
for secret in sys.argv[2:]:
    try:
        raise ValueError(f"url='{secret}'")
    except ValueError as error:
        logging.getLogger("slack_sdk.web").exception(f"Failed: {error}")
        structlog.get_logger("bot").exception("failed", said=f"{secret} and more", number=1)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program, form, *SECRETS],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    for secret in (*SECRETS, "12ab-34cd", "345/aBcD"):
        assert secret not in ended.stderr
    assert ended.stderr.count("and more") == len(SECRETS)
    assert "wss-primary.slack.com" in ended.stderr  # enough to find the trouble by
    if form == "json":
        lines = [json.loads(line) for line in ended.stderr.splitlines()]
        assert [line["number"] for line in lines[1::2]] == [1] * len(SECRETS)
        assert all("ValueError: url=" in line["exception"] for line in lines)
