"""Copies the ledger while it serves, and restores a copy. Uses SQLite's own backup, and never copies the file.

Opening and closing the live file with anything but SQLite drops its locks, and records get lost.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from storage import sqlite_file
from storage.errors import UnusableDatabase

BESIDE = ("-wal", "-shm", "-journal")  # the files that SQLite keeps beside a database


def back_up(url: str, file: Path) -> None:
    """Copies the ledger at `url` to a new `file`, as of one moment. Raises UnusableDatabase."""
    source = file_of(url)
    sqlite_file.check(source, create=False)
    copy(source, file)


def restore(file: Path, url: str) -> None:
    """Copies a backup to `url`, where there must be no ledger yet. Raises UnusableDatabase."""
    target = file_of(url)
    check(file)
    if target.exists() and target.stat().st_size > 0:
        raise UnusableDatabase(f"{target} exists already. Restore to a place without a database.")
    for beside in (Path(f"{target}{suffix}") for suffix in BESIDE):
        if beside.exists():  # SQLite would take it for the restored file's own, and spoil that with it
            raise UnusableDatabase(f"{beside} is left over from an earlier database. Move it away first.")
    with suppress(FileNotFoundError):
        target.unlink()
    copy(file, target)


def file_of(url: str) -> Path:
    """The file of a `sqlite:///` address."""
    return Path(make_url(url).database or "")


def check(file: Path) -> None:
    """Raises UnusableDatabase unless the file holds a ledger."""
    sqlite_file.check(file, create=False, is_backup=True)
    if file.stat().st_size == 0:
        raise UnusableDatabase(f"{file} is empty, so it isn't a backup.")


def copy(source: Path, target: Path) -> None:
    """Copies one file to another, as of one moment."""
    with (
        new_file(target) as partial,
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as from_,
        closing(sqlite3.connect(partial)) as to,
    ):
        from_.backup(to)
        to.execute("PRAGMA journal_mode=DELETE")  # so that one file holds everything


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """A file to fill. It gets the target's name once it is complete and on the disk. Raises UnusableDatabase."""
    if target.exists():
        raise UnusableDatabase(f"{target} exists already. Choose a new file name for the backup.")
    if not target.absolute().parent.is_dir():
        raise UnusableDatabase(f"The folder {target.parent} doesn't exist. Create it first.")
    partial = target.with_name(f"{target.name}.partial")
    try:
        _remove(partial)
        sqlite_file.create(partial)
        yield partial
        _sync(partial)
        os.replace(partial, target)
        _sync(target.absolute().parent)
    except (sqlite3.Error, OSError) as error:
        raise UnusableDatabase(f"I couldn't write {target} ({error}).") from error
    finally:
        with suppress(OSError):
            _remove(partial)


def _remove(partial: Path) -> None:
    for suffix in ("", *BESIDE):
        Path(f"{partial}{suffix}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
