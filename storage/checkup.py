"""Checks the database for `attendance doctor`, and changes nothing.

Each check says what it found in one sentence, and what to do in another. Problems are findings, never exceptions.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from storage import migrations, postgresql_schema, rights, schema_objects, sqlite_file
from storage.database import Clock, machine_clock
from storage.errors import UnusableDatabase

AREA = "database"
PATIENCE_SECONDS = 5.0
CLOCKS_MAY_DIFFER = timedelta(seconds=30)
CLOCKS_MUST_NOT_DIFFER = timedelta(minutes=1)  # the ledger allows events a minute in the future
LITTLE_SPACE, NO_SPACE = 1024**3, 64 * 1024**2
SAFE_SQLITE = (3, 51, 3)  # in earlier versions, two processes can corrupt the file: sqlite.org/wal.html


class State(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check, as two sentences. `remedy` is empty if nothing is wrong."""

    area: str
    name: str
    state: State
    says: str
    remedy: str = ""


def ok(name: str, says: str, *, area: str = AREA) -> Finding:
    """Nothing to do."""
    return Finding(area, name, State.OK, says)


def warning(name: str, says: str, remedy: str, *, area: str = AREA) -> Finding:
    """It works, but should be fixed."""
    return Finding(area, name, State.WARNING, says, remedy)


def broken(name: str, says: str, remedy: str, *, area: str = AREA) -> Finding:
    """It doesn't work."""
    return Finding(area, name, State.BROKEN, says, remedy)


async def check_database(url: str, clock: Clock = machine_clock) -> list[Finding]:
    """Checks the database at `url`, as in ATTENDANCE_DATABASE_URL. `clock` is this machine's."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return list(_at_a_file(Path(address.database or "")))
    return await _at_a_server(url, clock)


def disk_space(folder: Path, *, area: str = AREA) -> Finding:
    """The free space on the disk of a folder."""
    try:
        left = shutil.disk_usage(folder).free
    except OSError as error:
        says = f"I can't read the folder {folder} ({error.strerror})."
        return broken("disk space", says, "Change its permissions.", area=area)
    says = f"{left / 1024**3:.1f} GiB free in {folder.resolve()}."
    remedy = "Free some space, or move the file to a larger disk. Nobody can clock in when it's full."
    if left < NO_SPACE:
        return broken("disk space", says, remedy, area=area)
    return warning("disk space", says, remedy, area=area) if left < LITTLE_SPACE else ok("disk space", says, area=area)


def clocks(name: str, other: str, ahead: timedelta, *, area: str = AREA) -> Finding:
    """Compares this machine's clock with another one, which is `ahead` of it."""
    seconds = ahead.total_seconds()
    says = f"This machine's clock is {abs(seconds):.1f} s {'behind' if seconds > 0 else 'ahead of'} {other}."
    remedy = "Turn on NTP on both machines (timedatectl set-ntp true), and check that they are synchronised."
    if abs(ahead) > CLOCKS_MUST_NOT_DIFFER:
        return broken(name, says, remedy, area=area)
    return warning(name, says, remedy, area=area) if abs(ahead) > CLOCKS_MAY_DIFFER else ok(name, says, area=area)


_MIGRATE = "Start attendance serve, or run attendance migrate as the owner of the database"


def schema(found: str | None) -> Finding:
    """Compares the schema's revision with this program's."""
    if found == migrations.HEAD:
        return ok("schema", f"Schema {found} is up to date.")
    if found is None:
        return warning("schema", "There's no schema yet.", f"{_MIGRATE}.")
    if found > migrations.HEAD:
        says = f"Schema {found} is newer than this program, which knows schemas up to {migrations.HEAD}."
        return broken("schema", says, "Start the newer version instead.")
    if found < migrations.OLDEST:
        remedy = "Export its records with the version that wrote it, and import them into a new database."
        says = f"Schema {found} is too old. This program upgrades from {migrations.OLDEST} on."
        return broken("schema", says, remedy)
    says = f"Schema {found} is older than this program's {migrations.HEAD}."
    return warning("schema", says, f"Take a backup. Then {_MIGRATE[0].lower()}{_MIGRATE[1:]}.")


def rules(dialect: str, rows: Iterable[Sequence[str]]) -> Finding:
    """Triggers, functions and constraints against those that the migrations make, by rows of the query for that."""
    if says := schema_objects.finding_of(dialect, rows):
        return broken("rules", says, schema_objects.REMEDY)
    return ok("rules", "triggers, functions and constraints are this program's")


def _at_a_file(path: Path) -> Iterator[Finding]:
    yield _version(sqlite3.sqlite_version_info)
    try:
        sqlite_file.check(path, create=True)
    except UnusableDatabase as error:
        yield broken("file", str(error), "Fix that, or set ATTENDANCE_DATABASE_URL to another file.")
    else:
        yield from _inside(path) if path.exists() and path.stat().st_size else [_not_yet(path)]
    yield disk_space(path.parent if path.parent.is_dir() else Path())


def _version(found: tuple[int, int, int]) -> Finding:
    sqlite = "SQLite " + ".".join(map(str, found))
    if found >= SAFE_SQLITE:
        return ok("version", f"{sqlite}.")
    says = f"{sqlite} can corrupt a file that two programs write to at once. 3.51.3 has the fix."
    remedy = (
        "Let only one attendance serve use the file, and don't open it with another program. A newer Python or "
        "system package brings a newer SQLite."
    )
    return warning("version", says, remedy)


def _not_yet(path: Path) -> Finding:
    return warning("file", f"There's no database at {path} yet.", "Start attendance serve, which creates it.")


def _inside(path: Path) -> Iterator[Finding]:
    if others := stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield warning("file", f"Other users can read {path} (mode {others:03o}).", f"Run chmod 600 {path}.")
    else:
        yield ok("file", f"Only this user can read {path}.")
    # Unless another program has the file open, this check leaves no files beside it.
    looking = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{looking}", uri=True, timeout=1)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            has_one = "alembic_version" in tables
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_one else None
            yield schema(row and row[0])
            if row and row[0] == migrations.HEAD:
                yield rules("sqlite", connection.execute(schema_objects.QUERIES["sqlite"]))
    except (sqlite3.Error, OSError) as error:
        says = f"I can't read {path} ({error})."
        yield broken("file", says, "Stop the program that locks it, or restore a backup with attendance restore.")


async def _at_a_server(url: str, clock: Clock) -> list[Finding]:
    try:
        import asyncpg
    except ImportError:
        remedy = 'Run pip install "attendance-bot[postgres]".'
        return [broken("driver", "The driver for PostgreSQL isn't installed.", remedy)]
    found: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            intrusion = await postgresql_schema.intrusion(url)
            path = dict(postgresql_schema.path_of(url))
            connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS, server_settings=path)
            try:
                found.append(ok("reachable", f"Connected to {_described(url)}."))
                if intrusion:  # nothing more is asked: somebody else's functions could answer
                    says, _, remedy = intrusion.partition(". ")
                    found.append(broken("rights", f"{says}.", remedy))
                else:
                    await _ask(connection, url, found, clock)
            finally:
                connection.terminate()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = "no answer" if isinstance(error, TimeoutError) else str(error).partition("\n")[0]
        remedy = "Check ATTENDANCE_DATABASE_URL, that the server runs, its pg_hba.conf, and the password."
        name, says = ("questions", "I can't check") if found else ("reachable", "I can't connect to")
        found.append(broken(name, f"{says} {_described(url)} ({reason}).", remedy))
    return found


def _described(url: str) -> str:
    address = make_url(url)
    host = address.host or address.query.get("host") or "the local socket"
    return f"{address.database} on {host} as {address.username or os.environ.get('PGUSER') or 'this user'}"


async def _ask(connection: Any, url: str, found: list[Finding], clock: Clock) -> None:
    found += [await _times(connection, clock), *await _pooler(connection), *await _on_the_way(connection, url)]
    revision = None
    if await connection.fetchval("SELECT to_regclass('alembic_version')::text") is not None:
        if not await connection.fetchval("SELECT has_table_privilege('alembic_version', 'SELECT')"):
            remedy = "Run attendance migrate --serve-as ROLE as the owner, with the name of this role."
            found.append(broken("rights", "This role can't read the tables.", remedy))
            return
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    elif not await connection.fetchval("SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'"):
        remedy = "Install postgresql-contrib on the server (or your provider's package of it)."
        says = "There's no schema yet, and the server lacks the extension btree_gist that it needs."
        found.append(broken("schema", says, remedy))
        return
    found.append(schema(revision))
    if revision == migrations.HEAD:
        found.append(rules("postgresql", await connection.fetch(schema_objects.QUERIES["postgresql"])))
        found.append(await _rights(connection))


async def _times(connection: Any, clock: Clock) -> Finding:
    before = clock()
    theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
    ours = before + (clock() - before) / 2
    return clocks("clock", "the database's", theirs.astimezone(UTC) - ours)


async def _pooler(connection: Any) -> list[Finding]:
    """With a pooler, the client gets another process id than the server's."""
    if connection.get_server_pid() == await connection.fetchval("SELECT pg_backend_pid()"):
        return []
    says = "The connection goes through a pooler, for example PgBouncer."
    remedy = "Use its session mode, or connect directly. Transaction mode drops prepared statements and time limits."
    return [warning("pooler", says, remedy)]


async def _on_the_way(connection: Any, url: str) -> list[Finding]:
    """Between machines, names, hours and the role's password could be read and changed on the way."""
    address = make_url(url)
    host = address.host or address.query.get("host") or os.environ.get("PGHOST") or ""
    if _is_here(host if isinstance(host, str) else host[0]):
        return []
    mode = address.query.get("sslmode") or os.environ.get("PGSSLMODE")
    remedy = "Add ?sslmode=verify-full&sslrootcert=FILE to ATTENDANCE_DATABASE_URL, as in docs/operator.md."
    if not await connection.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"):
        return [warning("encryption", "The connection to the database isn't encrypted.", remedy)]
    if mode != "verify-full":
        return [warning("encryption", "The connection is encrypted, but any server is trusted.", remedy)]
    return [ok("encryption", "The connection is encrypted, and the server's certificate is checked.")]


def _is_here(host: str) -> bool:
    """Whether the server is on this machine: reached over a socket or the loopback interface."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _rights(connection: Any) -> Finding:
    """A role that owns the tables, or a superuser, can turn off the triggers that keep the rules."""
    role = await connection.fetchval("SELECT current_user::text")
    missing = [row[0] for row in await connection.fetch(rights.MISSING, *map(list, zip(*rights.NEEDED, strict=True)))]
    if missing and await connection.fetchval(rights.ONLY_READS, rights.TABLES):
        return _rights_to_verify(role, [right for right in missing if right.startswith("SELECT")])
    if missing:
        says = f"{role} lacks rights that serving needs: {', '.join(missing)}."
        return broken("rights", says, f"Run attendance migrate --serve-as {role} as the owner.")
    if await connection.fetchval(_OWNS):
        remedy = (
            "Serve as a role that owns nothing, and verify as one that may only read. docs/operator.md shows how to "
            "create them."
        )
        return warning("rights", f"{role} owns the tables, so it could turn off the rules.", remedy)
    if await connection.fetchval("SELECT has_database_privilege(current_database(), 'CREATE')"):
        remedy = f"Run attendance migrate --serve-as {role} as the owner."
        return warning("rights", f"{role} may create schemas in this database. Serving doesn't need that.", remedy)
    return ok("rights", f"{role} has the rights that serving needs, and owns nothing.")


def _rights_to_verify(role: str, missing: list[str]) -> Finding:
    """Of a role that may write nothing."""
    if missing:
        says = f"{role} lacks rights that verify needs: {', '.join(missing)}."
        return broken("rights", says, f"Run attendance migrate --verify-as {role} as the owner.")
    return ok("rights", f"{role} may only read. That's right for verify; it can't serve.")


_OWNS = """
SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass('pairs')
                           AND pg_has_role(current_user, relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""
