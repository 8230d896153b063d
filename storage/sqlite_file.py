"""Looks at a SQLite file before it is opened for writing, so that a foreign or broken one stays as it was."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.errors import UnusableDatabase

APPLICATION_ID = 0x41544E44


def check(path: Path, *, create: bool, is_backup: bool = False) -> None:
    """Raises UnusableDatabase, in a sentence for the operator, unless `path` is ours, empty, or may be created."""
    if is_backup and not path.is_file():
        raise UnusableDatabase(f"There is no backup at {path}: name the file that attendance backup made.")
    if not path.parent.is_dir():
        raise UnusableDatabase(f"The folder {path.parent} does not exist: create it, or choose another database.")
    if not path.exists():
        if not create:
            raise UnusableDatabase(f"There is no database at {path}: start the bot once, or choose another database.")
        if not os.access(path.parent, os.W_OK):
            raise UnusableDatabase(f"The folder {path.parent} can't be written to: mend its permissions.")
        return
    if not path.is_file():
        raise UnusableDatabase(f"{path} is not a file: choose another database.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise UnusableDatabase(f"{path} can't be read and written by this user: mend its permissions.")
    if path.stat().st_size > 0:
        _refuse_foreign(
            path, "use another backup" if is_backup else "restore it from a backup, or choose another database"
        )


def create(path: Path) -> None:
    """An empty file that only this user may read: SQLite's files beside it take over its rights."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _refuse_foreign(path: Path, remedy: str) -> None:
    # Without a write-ahead log beside it nothing else is writing: "immutable" then leaves no trace of our look.
    looking = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{looking}", uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise UnusableDatabase(
            f"{path} can't be read as a SQLite database ({error}). It was left as it was: {remedy}."
        ) from error
    if tables and application_id != APPLICATION_ID:
        raise UnusableDatabase(
            f"{path} is another program's database. It was left as it was: choose another file for the attendance bot."
        )
