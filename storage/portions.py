"""Reads long results in portions, between which others have their turn."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.util import await_only

Rest = Callable[[str, float], float]
"""How many seconds the workspace rests after a portion that took so many seconds."""

LONGEST_SECONDS = 0.1  # of a portion: what is longer was a client that didn't read
REST = "rest"
"""The name under which `Database` leaves its Rest with a connection that reads."""


def portions(
    connection: Connection,
    workspace_id: str,
    query: Executable,
    rows: int,
    values: Mapping[str, Any] | None = None,
) -> Iterator[Sequence[Any]]:
    """Yields so many rows at a time, and rests afterwards as long as the workspace should."""
    rest: Rest | None = connection.info.get(REST)
    started = time.perf_counter()
    for portion in connection.execution_options(yield_per=rows).execute(query, values).partitions():
        yield portion
        took = min(time.perf_counter() - started, LONGEST_SECONDS)
        if rest and (seconds := rest(workspace_id, took)):
            await_only(asyncio.sleep(seconds))
        started = time.perf_counter()
