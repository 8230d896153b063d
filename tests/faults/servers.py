"""A PostgreSQL that crashes, and is brought back."""

from __future__ import annotations

import random
import time

from tests.postgresql_server import Server


def crash(server: Server) -> None:
    """Without a word to anybody, in one of two ways; and up again."""
    random.choice((server.kill, lambda: server.stop("immediate")))()
    start_again(server)


def start_again(server: Server) -> None:
    """It refuses while what is left of a killed one is still leaving its memory."""
    give_up_at = time.monotonic() + 30
    while True:
        try:
            return server.start()
        except AssertionError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)
