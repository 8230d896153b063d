"""Keeps the ledger safe: check, backup, restore, and the move to PostgreSQL."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import PydanticCustomError
from sqlalchemy import Connection

from bot.operations.findings import finding
from bot.operations.witness import NotAKey, read_public_key
from bot.operations.witness_check import Tally, compare
from bot.runtime.settings import InvalidSettings, Settings, checked_database_url, read
from storage import backup, sqlite_file, transfer
from storage.audit import Anchor, heads
from storage.database import Transaction, open_database
from storage.erasing import erased_by_age
from storage.errors import UnusableDatabase
from storage.sqlite import exclusive_connection
from storage.verify import Fault, rows_to_pass, verify

__all__ = ["Anchor"]

Say = Callable[[str], None]
Progress = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Shows progress: takes a title and the number of steps, and yields a function to call at each step."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The file that the second witness kept, and the public key that signed it."""

    file: Path
    key: str

    def compare(self, connection: Connection, tally: Tally) -> Iterator[Fault]:
        """What doesn't agree with the ledger. Raises InvalidSettings."""
        try:
            with self.file.open(encoding="utf-8", errors="replace") as lines:
                yield from compare(connection, lines, read_public_key(self.key), tally)
        except OSError as error:
            raise InvalidSettings(f"--witness: {self.file} can't be read: {error.strerror}.") from error
        except NotAKey as error:
            raise InvalidSettings(f"--witness-key: {error}. attendance witness-key prints it.") from error


async def verify_ledger(
    say: Say,
    progress: Progress,
    *,
    against: Sequence[Anchor] = (),
    witness: Witness | None = None,
    print_anchor: Say | None = None,
) -> int:
    """Says each problem and warning, and a summary. Returns the number of problems.

    `against`: anchors that were kept elsewhere and must be in the audit trail, as must all heads that `witness` kept.
    `print_anchor` gets today's. Raises InvalidSettings.
    """
    return await _verify(read(Settings).database_url, say, progress, against, witness, print_anchor)


async def _verify(
    url: str,
    say: Say,
    progress: Progress,
    against: Sequence[Anchor] = (),
    witness: Witness | None = None,
    print_anchor: Say | None = None,
) -> int:
    tally = Tally()
    database = await open_database(url, create=False, read_only=True)

    def walk(tx: Transaction) -> tuple[int, int, list[Anchor]]:
        faults = warnings = 0
        with progress("Verifying", rows_to_pass(tx.connection)) as passed:
            for fault in verify(tx.connection, passed):
                faults += not fault.is_warning
                warnings += fault.is_warning
                say(finding(tx, fault))
        for kept in against:
            if doubt := kept.mismatch(tx.connection):
                faults += 1
                say(finding(tx, Fault(kept.workspace_id, "audit chain", f"entry {kept.sequence}", doubt)))
        for fault in witness.compare(tx.connection, tally) if witness else ():
            faults += 1
            say(finding(tx, fault))
        for old in [] if faults else erased_by_age(tx.connection):
            say(
                f"{old.workspace_id}: records from before {old.before.date()} and their audit entries, up to "
                f"{old.through}, were erased because of their age, as audit entry {old.entry} of {old.at.date()} says."
            )
        return faults, warnings, [] if faults else heads(tx.connection)

    try:
        faults, warnings, now = await database.read(walk)
    finally:
        await database.close()
    if witness:
        say(str(tally))
    if faults:
        say("1 problem found." if faults == 1 else f"{faults} problems found.")
    elif now:
        say("No problems found. Every record keeps the rules, and the audit trail is complete.")
    else:
        say("There's nothing in this database yet. Start with attendance serve.")
    if warnings:
        say("1 warning: look at it." if warnings == 1 else f"{warnings} warnings: look at them.")
    if print_anchor:
        for head in now:
            print_anchor(str(head))
    return faults


async def migrate_ledger(serve_as: str | None, verify_as: str | None) -> str:
    """Creates or updates the schema as its owner. Returns what to tell the operator.

    On PostgreSQL, `serve_as` is the role that gets the rights that serving needs, `verify_as` one that may only read.

    Raises UnusableDatabase.
    """
    url = read(Settings).database_url
    if _is_file(url):
        if serve_as or verify_as:
            raise UnusableDatabase("SQLite has no roles. Leave --serve-as and --verify-as out.")
        file = backup.file_of(url)
        is_new = not file.exists()
        await (await open_database(url)).close()
        return f"Created {file}. Now start the bot with attendance serve." if is_new else "The database is up to date."
    from storage.postgresql import migrate_as_owner

    await migrate_as_owner(url, serve_as=serve_as, verify_as=verify_as)
    return "The database is up to date."


async def back_up_ledger(file: Path, progress: Progress) -> None:
    """Copies the ledger as of one moment to a new SQLite file. Raises UnusableDatabase."""
    url = read(Settings).database_url
    if _is_file(url):
        await asyncio.to_thread(backup.back_up, url, file)
        return
    database = await open_database(url)
    try:
        with backup.new_file(file) as partial:
            await (await open_database(f"sqlite:///{partial}")).close()

            def fill(tx: Transaction) -> None:
                with exclusive_connection(partial, writing=True) as target:
                    _copy(tx.connection, target, progress)

            await database.read(fill)
    finally:
        await database.close()


async def restore_ledger(file: Path, say: Say, progress: Progress) -> int:
    """Restores a backup into an empty database and verifies it. Returns the number of problems.

    Raises UnusableDatabase.
    """
    url = read(Settings).database_url
    if _is_file(url):
        await asyncio.to_thread(backup.restore, file, url)
    else:
        with tempfile.TemporaryDirectory() as folder:  # the backup may have an older schema, and must not change
            newest = Path(folder) / "ledger.db"
            backup.check(file)
            await asyncio.to_thread(backup.copy, file, newest)
            await _move(newest, url, progress)
    say(f"Restored from {file}.")
    return await _verify(url, say, progress)


async def move_ledger(to: str, say: Say, progress: Progress) -> None:
    """Copies a whole SQLite ledger into an empty PostgreSQL. Raises InvalidSettings or UnusableDatabase."""
    try:
        url = checked_database_url(to)
    except PydanticCustomError as error:
        raise InvalidSettings(f"--to {error.message()}.") from error
    source = read(Settings).database_url
    if not _is_file(source) or _is_file(url):
        raise InvalidSettings(
            "This moves from SQLite to PostgreSQL. Set ATTENDANCE_DATABASE_URL to the file and --to to postgresql://…."
        )
    sqlite_file.check(backup.file_of(source), create=False)
    await _move(backup.file_of(source), url, progress)
    say("Done: every row is the same in both. Set ATTENDANCE_DATABASE_URL to the new address and start the bot.")


async def _move(file: Path, url: str, progress: Progress) -> None:
    """Copies a SQLite ledger to the database at `url`, every row or nothing."""
    await (await open_database(f"sqlite:///{file}", create=False)).close()  # updates its schema
    database = await open_database(url)

    def fill(tx: Transaction) -> None:
        with exclusive_connection(file) as source:
            _copy(source, tx.connection, progress)

    try:
        await database.write(fill)
    finally:
        await database.close()


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    with progress("Copying", transfer.rows_to_pass(source)) as passed:
        transfer.copy(source, target, passed)
        if unlike := list(transfer.differences(source, target, passed)):
            raise UnusableDatabase("The copy differed from the original, so I removed it:\n" + "\n".join(unlike))


def _is_file(url: str) -> bool:
    return url.startswith("sqlite:")
