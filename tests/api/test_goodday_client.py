"""A client of the original: written from its description of the five operations alone, with the standard library, and
pointed at this bot. It knows nothing of the bot but an address and a token."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from tests.api.conftest import Client
from tests.conftest import Clock


class Attendance:
    """The attendance part of the GoodDay API 2.0, as a customer's script would call it."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self.token = token
        self.transcript: list[str] = []

    def clock_in(self, user_id: str, **more: str) -> Any:
        return self._ask("POST", "/attendance-events/clock-in", {"userId": user_id, **more})

    def clock_out(self, user_id: str, **more: str) -> Any:
        return self._ask("POST", "/attendance-events/clock-out", {"userId": user_id, **more})

    def create(self, user_id: str, day: str, start: str, end: str, **more: str) -> Any:
        times = {"date": day, "clockInTimestampUtc": start, "clockOutTimestampUtc": end}
        return self._ask("POST", "/attendance-events/create", {"userId": user_id, **times, **more})

    def delete(self, event_id: str) -> Any:
        return self._ask("DELETE", f"/attendance-events/{event_id}")

    def query(self, start: str, end: str, **more: str) -> Any:
        return self._ask("GET", f"/attendance-events?{urlencode({'startDate': start, 'endDate': end, **more})}")

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> Any:
        sent = json.dumps(body) if body else ""
        request = Request(f"{self.base}{path}", method=method, headers={"gd-api-token": self.token})
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        with urlopen(request) as response:
            text = response.read().decode()
            self.transcript.append(f"{method} {path} {sent}\n  {response.status} {text}")
        return json.loads(text)


def use(goodday: Attendance, work: Callable[[], None]) -> None:
    """A working day, a record entered later, and one that was a mistake."""
    came = goodday.clock_in("U0ANA", comment="good morning", officeId="hq")
    assert came["type"] == "CLOCK-IN"
    assert came["linkedAttendanceEventId"] is None
    assert goodday.query(came["date"], came["date"], userId="U0ANA") == [came]
    work()
    left = goodday.clock_out("U0ANA", comment="bye")
    assert (left["type"], left["linkedAttendanceEventId"]) == ("CLOCK-OUT", came["id"])
    later = goodday.create(
        "U0BEN", "2026-11-19", "2026-11-19T08:00:00", "2026-11-19T16:30:00", clockInComment="forgot", officeId="hq"
    )
    assert [later["clockIn"]["comment"], later["clockOut"]["comment"]] == ["forgot", None]
    mistake = goodday.create("U0BEN", "2026-11-20", "2026-11-20T08:00:00", "2026-11-20T09:00:00")
    assert goodday.delete(mistake["clockOut"]["id"]) == "Ok"
    found = goodday.query("2026-11-01", "2026-11-30")
    assert isinstance(found, list)
    assert found == [later["clockIn"], later["clockOut"], came | {"linkedAttendanceEventId": left["id"]}, left]
    keys = (
        "id linkedAttendanceEventId userId createByUserId officeId date momentCreated timestamp ipAddress type comment"
    )
    assert all(set(event) == set(keys.split()) for event in found)


@pytest.mark.parametrize("prefix", ["/2.0", ""])
async def test_a_client_of_the_original_works_unchanged(api: Client, clock: Clock, prefix: str) -> None:
    goodday = Attendance(api.address + prefix, api.tokens["admin"])
    await asyncio.to_thread(use, goodday, lambda: clock.advance(hours=8))
    assert len(goodday.transcript) == 7
    if os.environ.get("API_TEST") == "long":
        print("\n".join(goodday.transcript))  # to be read
