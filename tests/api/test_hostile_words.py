"""Hostile words in every parameter, path and header of every operation: never a server error, and nothing breaks for
anybody. A new operation or parameter is covered as soon as it is in the tables."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from yarl import URL

from bot.api.openapi import document
from bot.api.operations import OPERATIONS, Operation
from bot.api.schema import Creation, Parameters
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, Client, on_sqlite
from tests.conftest import RunningBot
from tests.hostile_words import WORDS, faults_of, some

HEADERS = {
    parameter["name"]
    for path in document()["paths"].values()
    for operation in path.values()
    for parameter in operation.get("parameters", [])
    if parameter.get("in") == "header"
} | {"Accept", "Authorization", "Content-Type", "gd-api-token", "X-Forwarded-For", "X-Request-Id"}


LONGEST_LINE = 8000
"""Longer addresses are refused before they are read."""


def valid(model: type[Parameters] | None) -> dict[str, Any]:
    """Each parameter by its example."""
    schema = model.model_json_schema() if model else {}
    found = {name: field["examples"][0] for name, field in schema.get("properties", {}).items() if "examples" in field}
    return {name: ANA if name.lower().startswith("userid") else value for name, value in found.items()}


async def send(api: Client, op: Operation, word: str, *, body: Any = None, query: Any = None, **how: Any) -> None:
    last = quote(word, safe="", errors="surrogatepass")
    path = re.sub(r"\{\w+\}", last or "x", op.path)
    address = URL(f"{api.address}{path}", encoded=True)
    if query:
        asked = "&".join(f"{quote(name)}={quote(str(value), errors='surrogatepass')}" for name, value in query.items())
        address = URL(f"{address}?{asked}", encoded=True)
    data = None if body is None else json.dumps(body).encode("utf-8", "surrogatepass")
    headers = {"Authorization": f"Bearer {api.tokens['admin']}", "Content-Type": "application/json"} | how
    async with api.http.request(op.method, address, data=data, headers=headers) as response:
        told = await response.read()
        assert response.status < 500, (op.name, word, body, query, how, told)
        if response.status >= 400 and len(str(address)) < LONGEST_LINE:
            assert response.headers["Content-Type"] == "application/problem+json", (
                op.name,
                word,
                response.status,
                told,
            )
            assert json.loads(told)["code"]


async def test_in_every_parameter_of_every_operation(api: Client, bot: RunningBot, behind: Database) -> None:
    for place, op in enumerate(OPERATIONS):
        body, query = valid(op.body), valid(op.query)
        for number, name in enumerate(body):
            for word in some(WORDS, place + number, 8):
                await send(api, op, "x", body={**body, name: word})
        for number, name in enumerate(query):
            for word in some(WORDS, place + number, 8):
                await send(api, op, "x", query={**query, name: word})
        if "{" in op.path:
            for word in WORDS:
                await send(api, op, word, body=body or None, query=query)
    await _nothing_is_broken(api, bot, behind)


async def test_in_every_field_of_a_batch(api: Client, bot: RunningBot, behind: Database) -> None:
    (batch,) = [op for op in OPERATIONS if op.name.endswith("batch") or op.path.endswith("batch")]
    for name in valid(Creation):
        records = [{**valid(Creation), name: word} for word in WORDS]
        await send(api, batch, "x", body={"records": records, "allOrNothing": False})
    await _nothing_is_broken(api, bot, behind)


@on_sqlite
async def test_in_every_header(api: Client, bot: RunningBot, behind: Database) -> None:
    as_header = [word for word in WORDS if word.isprintable() and len(word) < 1000 and word.isascii()]
    assert len(as_header) > 8
    for op in OPERATIONS:
        for place, name in enumerate(sorted(HEADERS)):
            for word in some(as_header, place, 2):
                await send(api, op, "x", body=valid(op.body) or None, query=valid(op.query), **{name: word})
    await _nothing_is_broken(api, bot, behind)


async def _nothing_is_broken(api: Client, bot: RunningBot, behind: Database) -> None:
    bot.workspace.patience = 30.0  # a busy machine makes a person's file slowly
    span = {"startDate": "2026-01-01", "endDate": "2026-12-31"}
    for user_id in (ANA, BEN, ADA):
        found = await api.query(**span, userId=user_id)
        assert found.status in (200, 404)  # nobody has heard of Ben yet
        for event in found.body[:3] if found.status == 200 else []:
            assert (await api.call("GET", f"/attendance-events/{event['id']}/history")).status == 200
        for words in ("history", "report this year", "mine this year", "events this year"):
            delivery = await bot.workspace.command(user_id, "/attendance", words)
            assert delivery.status == 200
            assert "wrong" not in delivery.body, (user_id, words)
    assert await faults_of(behind) == []
