"""Fetches attendance events from the GoodDay API 2.0, or from one like it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import aiohttp

from bot.calendar.ranges import DateRange
from bot.errors import InvalidRecord

DAYS_AT_ONCE = 31  # its API has no pages
TIMEOUT_SECONDS = 120.0


async def fetch_events(address: str, token: str, days: DateRange) -> str:
    """The events of the range, as one JSON array. Raises InvalidRecord if the API doesn't answer with events."""
    found: list[Any] = []
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, headers={"gd-api-token": token}) as http:
        first = days.first
        while first <= days.last:
            last = min(first + timedelta(days=DAYS_AT_ONCE - 1), days.last)
            found += await _month(http, address.rstrip("/"), DateRange(first, last))
            first = last + timedelta(days=1)
    return json.dumps(found)


async def _month(http: aiohttp.ClientSession, address: str, days: DateRange) -> list[Any]:
    asked = {"startDate": days.first.isoformat(), "endDate": days.last.isoformat()}
    try:
        # A redirection could lead anywhere, and would take the token along.
        async with http.get(f"{address}/attendance-events", params=asked, allow_redirects=False) as answer:
            if 300 <= answer.status < 400:
                raise InvalidRecord(f"{address} redirects to another address. Use that one with --api")
            if answer.status != 200:
                raise InvalidRecord(
                    f"{address} answered with status {answer.status} for {asked['startDate']}. Check --token and --api"
                )
            told = await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise InvalidRecord(
            f"{address} can't be reached ({type(error).__name__}). Check --api and try again"
        ) from error
    if not isinstance(told, list):
        raise InvalidRecord(f"{address} didn't answer with an array of events. Check --api")
    return told
