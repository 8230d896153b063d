"""The id of the request at hand: in each log line that it leads to, down to the database, and in answers to find it by.

It travels by itself into tasks that a request starts, and into the ledger's threads.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from structlog.types import EventDict, WrappedLogger

_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


@contextmanager
def request(request_id: str | None = None) -> Iterator[str]:
    """While the block runs, this is the request: under the id given, the one that goes on already, or a new one."""
    chosen = request_id or _REQUEST_ID.get() or new_id()
    before = _REQUEST_ID.set(chosen)
    try:
        yield chosen
    finally:
        _REQUEST_ID.reset(before)


def new_id() -> str:
    """Short enough to be read out over a telephone."""
    return f"{random.getrandbits(48):012x}"  # nobody need be kept from guessing it


def reference() -> str:
    """What finds the log lines of the request at hand."""
    return _REQUEST_ID.get() or new_id()


def add_request_id(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Puts the id into a log line."""
    if (request_id := _REQUEST_ID.get()) is not None:
        line.setdefault("request_id", request_id)
    return line
