"""A consistent copy of the ledger while it serves, and back again: by SQLite's own backup, never by copying the file.

Opening the live file with anything but SQLite drops its locks when it is closed, and records with them.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import make_url

from storage import sqlite_file
from storage.errors import UnusableDatabase


def back_up(url: str, file: Path) -> None:
    """Copies the ledger at `url` to a new `file`, as it stood at one moment. Raises UnusableDatabase."""
    source = Path(make_url(url).database or "")
    sqlite_file.check(source, create=False)
    if file.exists():
        raise UnusableDatabase(f"{file} exists already: name a new file for the backup.")
    _copy(source, file)


def restore(file: Path, url: str) -> None:
    """Copies a backup to `url`, where there is no ledger yet. Raises UnusableDatabase."""
    target = Path(make_url(url).database or "")
    sqlite_file.check(file, create=False)
    if file.stat().st_size == 0:
        raise UnusableDatabase(f"{file} is empty: it holds no backup.")
    if target.exists() and target.stat().st_size > 0:
        raise UnusableDatabase(f"{target} exists already: a backup is restored only to where there is no database.")
    _copy(file, target)


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all: what is not finished never gets the target's name."""
    if not target.absolute().parent.is_dir():
        raise UnusableDatabase(f"The folder {target.parent} does not exist: create it first.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as from_,
            closing(sqlite3.connect(partial)) as to,
        ):
            from_.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")  # one file, that can be carried away as it is
        _sync(partial)
        os.replace(partial, target)
        _sync(target.absolute().parent)
    except (sqlite3.Error, OSError) as error:
        with suppress(OSError):
            partial.unlink()
        raise UnusableDatabase(f"{target} can't be written ({error}): nothing was left there.") from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
