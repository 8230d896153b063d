"""Clock-ins over HTTP, durable, 32 at once, beside one durable row a commit by the driver alone."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

import asyncpg

from benchmarks.results import Result, at_least
from benchmarks.serving import free_port, prepare, process, replicas, slack, user_id
from bot.practice.workspace import Workspace
from tests.postgresql_server import Server

PEOPLE = 1600  # each clocks in once a round
CLIENTS = 32
ROUNDS = 3
FLOOR_ROWS = 1500


async def on_sqlite(folder: Path) -> list[Result]:
    """One process; and what aiohttp alone answers, which bounds it."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        rates, floors, bare = [], [], []
        for number in range(ROUNDS):
            ready = await prepare(f"sqlite:///{folder}/writes-{number}.db", PEOPLE, workspace)
            floors.append(await asyncio.to_thread(_raw_sqlite, folder / f"floor-{number}.db"))
            async with replicas(ready.url, settings) as ports:
                rates.append(await _clock_in_everybody(ports, ready.token))
            port = free_port()
            async with process([sys.executable, "-m", "benchmarks.bare_http", str(port)], {}, port):
                bare.append(await _clock_in_everybody([port], ready.token))
    what, floor = "clock-in over HTTP, durable, 32 at once, SQLite", (median(floors), "raw sqlite3")
    return [
        at_least(what, (median(rates), ""), floor, 0.4),
        replace(at_least("the same, aiohttp alone, nothing written", (median(bare), ""), floor, 0), goal="", kept=None),
    ]


async def on_postgresql(server: Server) -> Result:
    """Two replicas."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        rates, floors = [], []
        for _ in range(ROUNDS):
            ready = await prepare(server.url(server.database()), PEOPLE, workspace)
            floors.append(await _raw_postgresql(server.url("postgres", "superuser")))
            async with replicas(ready.url, settings, 2) as ports:
                rates.append(await _clock_in_everybody(ports, ready.token))
    what = "the same clock-in row on PostgreSQL in at most seven round trips, two replicas, 32 at once over HTTP"
    return at_least(what, (median(rates), ""), (median(floors), "raw asyncpg"), 0.3)


async def _clock_in_everybody(ports: Sequence[int], token: str) -> float:
    """Clock-ins a second."""
    everybody = [user_id(number) for number in range(PEOPLE)]
    shares = [everybody[client::CLIENTS] for client in range(CLIENTS)]
    started = time.perf_counter()
    await asyncio.gather(*(_client(ports[number % len(ports)], token, share) for number, share in enumerate(shares)))
    return PEOPLE / (time.perf_counter() - started)


async def _client(port: int, token: str, user_ids: list[str]) -> None:
    """A kept connection, spoken to by hand: a client library would take the server's share of the machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for id_ in user_ids:
        body = json.dumps({"userId": id_, "comment": "good morning"})
        writer.write(
            f"POST /attendance-events/clock-in HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        answer = await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
        if not head.startswith("http/1.1 200"):
            raise RuntimeError(f"not clocked in: {answer!r}")
    writer.close()


ROW = ("T0PRACTICE", "01a20b2c-48a4-7169-808b-00aa8986de08", 1, 1, "U0ANA", "api", "UTC", "hq", "::1", "good morning")


def _raw_sqlite(path: Path) -> float:
    """Rows a second, each in a commit of its own that is on the disk before the next."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE pairs (a, b, c, d, e, f, g, h, i, j)")
        started = time.perf_counter()
        for _ in range(FLOOR_ROWS):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ROW)
            connection.execute("COMMIT")
        return FLOOR_ROWS / (time.perf_counter() - started)


async def _raw_postgresql(url: str) -> float:
    connection = await asyncpg.connect(url)
    await connection.execute("DROP TABLE IF EXISTS raw")
    await connection.execute(
        "CREATE TABLE raw (a text, b text, c int, d int, e text, f text, g text, h text, i text, j text)"
    )
    started = time.perf_counter()
    for _ in range(FLOOR_ROWS):
        await connection.execute("INSERT INTO raw VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", *ROW)
    rate = FLOOR_ROWS / (time.perf_counter() - started)
    await connection.close()
    return rate
