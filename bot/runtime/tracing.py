"""The id of the current request, for its log lines and its answer.

Tasks that a request starts, and the ledger's threads, inherit it.
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
    """Sets the request for the block: the given id, else the current one, else a new one."""
    chosen = request_id or _REQUEST_ID.get() or new_id()
    before = _REQUEST_ID.set(chosen)
    try:
        yield chosen
    finally:
        _REQUEST_ID.reset(before)


def new_id() -> str:
    """A new id, short enough to read out on the phone."""
    return f"{random.getrandbits(48):012x}"  # it needn't be hard to guess


def reference() -> str:
    """The id that finds the request's log lines."""
    return _REQUEST_ID.get() or new_id()


def add_request_id(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """Adds the id to a log line."""
    if (request_id := _REQUEST_ID.get()) is not None:
        line.setdefault("request_id", request_id)
    return line
