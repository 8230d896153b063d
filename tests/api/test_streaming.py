"""Long answers on their way: to clients who stall, who hang up, and when there are too many."""

from __future__ import annotations

import asyncio
import json
import select
import socket
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest

from bot.api import formats, streaming
from bot.attendance import event_queries
from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ADA, ANA, Client
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE

SPAN = {"startDate": "2022-01-01", "endDate": "2026-12-31"}
DAYS = 1500
SPOKEN = "x" * 2000


@pytest.fixture
def engine() -> str:
    return "sqlite"  # the storage tests show that either engine streams alike


@pytest.fixture
async def much(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some 7 MB of events: more than the sockets between hold."""
    monkeypatch.setattr(formats, "FIRST_PART", 100)
    days = [date(2026, 11, 20) - timedelta(days=number) for number in range(DAYS)]
    records = [
        {
            "userId": ANA,
            "date": str(day),
            "clockInTimestampUtc": f"{day}T08:00:00",
            "clockOutTimestampUtc": f"{day}T16:00:00",
            "clockInComment": SPOKEN,
            "clockOutComment": SPOKEN,
        }
        for day in days
    ]
    for number in range(0, DAYS, 150):
        some = {"records": records[number : number + 150]}
        assert (await api.call("POST", "/attendance-events/batch", json=some)).body["created"] == 150


WHO = ("admin", "manager", "employee")  # each of whom may see all of it


async def begin(api: Client, method: str = "GET", *, who: str = "admin", version: str = "HTTP/1.1") -> socket.socket:
    """Asks for all of it on a socket that holds little, and takes the first bytes."""
    address = urlsplit(api.address)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, (address.hostname, address.port))
    path = f"/attendance-events?startDate={SPAN['startDate']}&endDate={SPAN['endDate']}"
    lines = [f"{method} {path} {version}", "Host: bot", "Connection: close", f"gd-api-token: {api.tokens[who]}", "", ""]
    await loop.sock_sendall(connection, "\r\n".join(lines).encode())
    assert (await loop.sock_recv(connection, 15)).startswith(f"{version} 200 OK".encode())
    return connection


async def another_token(behind: Database) -> str:
    operator = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
    return await tokens.create(Services(behind, NobodyElse()), operator, ADA, Role.ADMIN, None)


async def until_broken_off(connection: socket.socket) -> None:
    """Sees that without reading anything: a client that reads no longer stalls."""
    ends = select.poll()
    ends.register(connection, 0)  # only errors and ends, which can't be masked
    for _ in range(600):
        if ends.poll(0):
            return
        await asyncio.sleep(0.1)
    pytest.fail("it is still held")


async def until_there_is_room(api: Client) -> None:
    for _ in range(600):
        if (await api.call("GET", "/attendance-events", params=SPAN)).status == 200:
            return
        await asyncio.sleep(0.1)
    pytest.fail("they are still held")


async def rest_of(connection: socket.socket) -> bytes:
    """What still arrives until the end. Raises ConnectionResetError where it breaks off."""
    found = b""
    while some := await asyncio.get_running_loop().sock_recv(connection, 65536):
        found += some
    return found


async def test_a_long_answer_is_whole_and_comes_in_chunks(api: Client, much: None) -> None:
    headers = {"Authorization": f"Bearer {api.tokens['admin']}"}
    async with api.http.get(f"{api.address}/attendance-events", params=SPAN, headers=headers) as response:
        assert response.headers["Transfer-Encoding"] == "chunked"
        text = await response.text()
    events = json.loads(text)
    assert len({event["id"] for event in events}) == 2 * DAYS
    assert json.dumps(events) == text
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


async def test_a_stalled_reader_is_cut_off_and_frees_its_place(
    api: Client, behind: Database, much: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "PATIENCE_SECONDS", 4)  # long enough to begin all of them on a busy machine
    api.tokens["another"] = await another_token(behind)
    stalled = [await begin(api, who=who) for who in WHO]
    assert len(stalled) == streaming.LONG_AT_ONCE
    full = await api.call("GET", "/attendance-events", params=SPAN, who="another")
    assert (full.status, full.code, full.headers["Retry-After"]) == (429, "rate-limited", "5")
    assert (await api.query()).status == 200  # short answers still get through
    for connection in stalled:  # which began one after the other, on a busy machine seconds apart
        await until_broken_off(connection)
        with pytest.raises(ConnectionResetError):
            await rest_of(connection)
        connection.close()
    assert (await api.call("GET", "/attendance-events", params=SPAN)).status == 200


async def test_a_reader_who_hangs_up_frees_its_place(api: Client, much: None) -> None:
    for _ in range(3):
        for who in WHO:
            (await begin(api, who=who)).close()
        await until_there_is_room(api)


async def test_one_token_takes_one_long_answer_at_a_time_and_leaves_room_for_others(api: Client, much: None) -> None:
    held = await begin(api, who="employee")
    again = await api.call("GET", "/attendance-events", params=SPAN, who="employee")
    assert (again.status, again.code, again.headers["Retry-After"]) == (429, "rate-limited", "5")
    assert (await api.call("GET", "/attendance-events", params=SPAN)).status == 200
    held.close()


async def test_a_long_answer_without_a_place_is_refused_before_it_is_read(
    api: Client, much: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = await begin(api)
    with taken:
        monkeypatch.setattr(event_queries, "find_events", None)  # reading would fail
        refused = await api.call("GET", "/attendance-events", params=SPAN)
        assert (refused.status, refused.body["code"]) == (429, "rate-limited")


async def test_a_cut_off_answer_of_unknown_length_does_not_look_complete(
    api: Client, much: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP/1.0, as some proxies speak it, has no chunks: the end of the connection is the end of the answer."""
    monkeypatch.setattr(streaming, "PATIENCE_SECONDS", 0.5)
    stalled = await begin(api, version="HTTP/1.0")
    await until_broken_off(stalled)
    with pytest.raises(ConnectionResetError):
        await rest_of(stalled)
    stalled.close()


async def test_a_head_request_takes_no_reader(api: Client, much: None) -> None:
    for _ in range(2 * streaming.LONG_AT_ONCE):
        connection = await begin(api, "HEAD")
        connection.close()
    assert (await api.call("GET", "/attendance-events", params=SPAN)).status == 200
