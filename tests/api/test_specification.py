"""The running API against its own specification: nothing that Schemathesis thinks of gets an answer outside of it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.api.openapi import document
from bot.api.operations import OPERATIONS
from bot.api.routes import PREFIXES
from bot.webhooks import calls
from tests.api.conftest import Client
from tests.conftest import ROOT

LONG = os.environ.get("API_TEST") == "long"
EXAMPLES = 1000 if LONG else 4
"""At most, for each operation; the coverage of every boundary, about 1,000 cases, comes besides."""

FEWEST = 10_000 if LONG else len(OPERATIONS) * EXAMPLES


@pytest.fixture(params=["sqlite", "postgresql"] if LONG else ["sqlite"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_no_answer_is_a_server_error_or_outside_the_specification(api: Client, tmp_path: Path) -> None:
    config = str(ROOT / "schemathesis.toml")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", "--no-color"]
    asked = [f"{api.address}/openapi.json", "--max-examples", str(EXAMPLES)]
    token = ["--header", f"Authorization: Bearer {api.tokens['admin']}"]
    running = await asyncio.create_subprocess_exec(
        *(*command, *asked, *token),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told = (await running.communicate())[0].decode()
    summary = told[told.find("SUMMARY") :]
    print(summary if LONG else "")  # what the long run is for
    assert running.returncode == 0, told
    generated = re.search(r"(\d+) generated, (\d+) passed", summary.replace(",", ", ").replace(",  ", ", "))
    assert generated, summary
    assert int(generated[1]) > FEWEST


def test_the_examples_of_the_specification_fit_its_schemas() -> None:
    told = document()
    checked = 0
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            for kind, content in operation["responses"]["200"]["content"].items():
                schema = content["schema"] | {"components": told["components"]}
                Draft202012Validator(schema).validate(content["example"])
                checked += kind == "application/json"
            assert operation["operationId"], (path, method)
    assert checked == len(OPERATIONS)


def test_example_answers_belong_to_the_example_requests() -> None:
    paths = document()["paths"]

    def of(name: str) -> tuple[dict[str, Any], Any]:
        told = paths[f"/attendance-events/{name}"]["post"]
        bodies = [content["example"] for content in told["requestBody"]["content"].values()]
        assert all(body == bodies[0] for body in bodies)
        return bodies[0], told["responses"]["200"]["content"]["application/json"]["example"]

    for name in ("clock-in", "clock-out"):
        asked, event = of(name)
        _same_facts(event, asked, asked["timestampUtc"], asked["comment"])
    asked, record = of("create")
    assert asked["date"] == record["clockIn"]["date"] == record["clockOut"]["date"]
    _same_facts(record["clockIn"], asked, asked["clockInTimestampUtc"], asked["clockInComment"])
    _same_facts(record["clockOut"], asked, asked["clockOutTimestampUtc"], asked["clockOutComment"])
    asked, told = of("batch")
    assert told["results"][0]["clockIn"]["timestamp"].startswith(asked["records"][0]["clockInTimestampUtc"][:-1])


def _same_facts(event: dict[str, Any], asked: dict[str, Any], moment: str, comment: str) -> None:
    assert (event["userId"], event["officeId"]) == (asked["userId"], asked["officeId"])
    assert datetime.fromisoformat(event["timestamp"]) == datetime.fromisoformat(moment.removesuffix("Z"))
    assert event["comment"] == comment
    assert event["momentCreated"] >= event["timestamp"]


def test_the_specification_describes_webhook_calls_with_valid_examples() -> None:
    told = document()
    assert list(told["webhooks"]) == [
        *calls.EVENTS.values(),
        calls.CHANGED,
        *calls.BreakEvent,
        *calls.SignatureEvent,
        *calls.CorrectionEvent,
    ]
    for event_type, call in told["webhooks"].items():
        content = call["post"]["requestBody"]["content"]["application/json"]
        Draft202012Validator(content["schema"] | {"components": told["components"]}).validate(content["example"])
        assert content["example"]["type"] == event_type
        assert call["post"]["security"] == []  # a token is nothing for the addresses that are called
    kinds = told["components"]["schemas"]["Call"]["properties"]["type"]
    assert not Draft202012Validator(kinds).is_valid("attendance.moved")


async def test_the_specification_needs_no_token(api: Client) -> None:
    for prefix in PREFIXES:
        reply = await api.call("GET", f"{prefix}/openapi.json", who=None)
        assert (reply.status, reply.body) == (200, document())
