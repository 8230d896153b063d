"""The bot, broken on purpose: it answers before the commit, which takes a moment longer than it should."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection

from bot.cli.main import main
from storage.sqlite import SharedCommits

whole = SharedCommits._attempt


def early(self: SharedCommits, connection: Connection, job: Any) -> Any:
    outcome = whole(self, connection, job)
    job.answer.get_loop().call_soon_threadsafe(job.settle, *outcome)
    time.sleep(0.05)  # longer than a kill needs to arrive
    return outcome


SharedCommits._attempt = early  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
