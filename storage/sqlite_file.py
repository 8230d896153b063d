"""Checks a SQLite file before it is opened for writing, so that foreign or broken files stay unchanged."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.errors import NoDatabase, UnusableDatabase

APPLICATION_ID = 0x41544E44


def check(path: Path, *, create: bool, is_backup: bool = False) -> None:
    """Raises UnusableDatabase, in a sentence for the operator, unless `path` is ours, empty, or may be created."""
    if is_backup and not path.is_file():
        raise UnusableDatabase(f"There's no backup at {path}. Name the file that attendance backup wrote.")
    if not path.parent.is_dir():
        raise UnusableDatabase(f"The folder {path.parent} doesn't exist. Create it, or choose another database.")
    if not path.exists():
        if not create:
            raise NoDatabase(path)
        if not os.access(path.parent, os.W_OK):
            raise UnusableDatabase(f"I can't write to the folder {path.parent}. Change its permissions.")
        return
    if not path.is_file():
        raise UnusableDatabase(f"{path} isn't a file. Choose another database.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise UnusableDatabase(f"I can't read and write {path}. Change its permissions.")
    if path.stat().st_size > 0:
        _refuse_foreign(path, "Use another backup" if is_backup else "Restore a backup, or choose another database")


def create(path: Path) -> None:
    """Creates an empty file that only this user may read. SQLite's files beside it get the same permissions."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _refuse_foreign(path: Path, remedy: str) -> None:
    # Without a write-ahead log, nobody else is writing, and with "immutable" this leaves no files behind.
    looking = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{looking}", uri=True)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        raise UnusableDatabase(f"{path} isn't a readable SQLite database ({error}). {remedy}.") from error
    if tables and application_id != APPLICATION_ID:
        raise UnusableDatabase(f"{path} belongs to another program. Choose another file for the attendance bot.")
