"""The bot, broken on purpose: it answers before the commit, which takes a moment longer than it should."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection

from bot.cli import main
from storage import sqlite
from storage.sqlite import SqliteDatabase

whole = SqliteDatabase._attempt


def early(self: SqliteDatabase, connection: Connection, job: Any) -> None:
    whole(self, connection, job)
    sqlite._answer([job])
    time.sleep(0.005)


SqliteDatabase._attempt = early  # type: ignore[method-assign]

if __name__ == "__main__":
    main()
