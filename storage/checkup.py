"""What stands between a database and the ledger, found without changing anything: for `attendance doctor`.

Each look goes on where it can after something is wrong, and says what to do about it. Nothing here is ever raised.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from storage import migrations, rights, sqlite_file
from storage.database import Clock, machine_clock
from storage.errors import UnusableDatabase

AREA = "database"
PATIENCE_SECONDS = 5.0
CLOCKS_MAY_DIFFER = timedelta(seconds=30)
CLOCKS_MUST_NOT_DIFFER = timedelta(minutes=1)  # a minute of skew is what rule 5 allows
LITTLE_SPACE, NO_SPACE = 1024**3, 64 * 1024**2
SAFE_SQLITE = (3, 51, 3)  # before it, two processes that checkpoint may corrupt the file: sqlite.org/wal.html


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `remedy` says how to fix it, and is empty if all is well."""

    area: str
    name: str
    state: State
    says: str
    remedy: str = ""


def ok(name: str, says: str, *, area: str = AREA) -> Finding:
    """Nothing to do."""
    return Finding(area, name, State.OK, says)


def warning(name: str, says: str, remedy: str, *, area: str = AREA) -> Finding:
    """It works, and should be seen to."""
    return Finding(area, name, State.WARNING, says, remedy)


def broken(name: str, says: str, remedy: str, *, area: str = AREA) -> Finding:
    """It does not work."""
    return Finding(area, name, State.BROKEN, says, remedy)


async def check_database(url: str, clock: Clock = machine_clock) -> list[Finding]:
    """Looks at the database at `url`, an address as in the settings. `clock` is this machine's."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return list(_at_a_file(Path(address.database or "")))
    return await _at_a_server(url, clock)


def disk_space(folder: Path, *, area: str = AREA) -> Finding:
    """What is left on the disk of a folder."""
    try:
        left = shutil.disk_usage(folder).free
    except OSError as error:
        return broken("disk space", f"{folder}: {error.strerror}", "Make the folder readable.", area=area)
    says = f"{left / 1024**3:.1f} GiB left for {folder.resolve()}"
    remedy = "Free some space, or move the file to a larger disk: a full disk refuses every clock-in."
    if left < NO_SPACE:
        return broken("disk space", says, remedy, area=area)
    return warning("disk space", says, remedy, area=area) if left < LITTLE_SPACE else ok("disk space", says, area=area)


def clocks(name: str, other: str, ahead: timedelta, *, area: str = AREA) -> Finding:
    """This machine's clock against another one, which is `ahead` of it."""
    seconds = ahead.total_seconds()
    says = f"{abs(seconds):.1f} s {'behind' if seconds > 0 else 'ahead of'} {other}"
    remedy = "Let both machines keep time by NTP (timedatectl set-ntp true), and see that it is synchronised."
    if abs(ahead) > CLOCKS_MUST_NOT_DIFFER:
        return broken(name, says, remedy, area=area)
    return warning(name, says, remedy, area=area) if abs(ahead) > CLOCKS_MAY_DIFFER else ok(name, says, area=area)


def schema(found: str | None) -> Finding:
    """The schema's revision against this program's."""
    if found == migrations.HEAD:
        return ok("schema", f"{found}, which is this program's")
    if found is None:
        return warning("schema", "none yet", "attendance serve, or attendance migrate as the owner, makes it.")
    if found > migrations.HEAD:
        says = f"{found}: written by a newer version than this program, which knows schemas up to {migrations.HEAD}"
        return broken("schema", says, "Start that newer version instead.")
    if found < migrations.OLDEST:
        remedy = "Export its records with the version that wrote it, and import them into a new database."
        return broken("schema", f"{found}, and this program upgrades from {migrations.OLDEST} on", remedy)
    remedy = "attendance serve, or attendance migrate as the owner, brings it up to date. Take a backup first."
    return warning("schema", f"{found}, older than this program's {migrations.HEAD}", remedy)


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
    says = "SQLite " + ".".join(map(str, found))
    if found >= SAFE_SQLITE:
        return ok("version", says)
    remedy = (
        "Let one attendance serve alone use the file, and open it with no other program: before SQLite 3.51.3 two "
        "that write may corrupt it. A newer Python or system package brings a newer SQLite."
    )
    return warning("version", says, remedy)


def _not_yet(path: Path) -> Finding:
    return warning("file", f"there is no ledger at {path} yet", "attendance serve makes it.")


def _inside(path: Path) -> Iterator[Finding]:
    if others := stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield warning("file", f"{path} may be read by other users ({others:03o})", f"chmod 600 {path}")
    else:
        yield ok("file", f"{path}, readable by this user alone")
    # Only while somebody has the file open may a look leave a trace beside it.
    looking = "mode=ro" if Path(f"{path}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{looking}", uri=True, timeout=1)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            has_one = "alembic_version" in tables
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if has_one else None
            yield schema(row and row[0])
    except (sqlite3.Error, OSError) as error:
        says = f"{path} can't be read: {error}"
        yield broken("file", says, "Stop what holds it locked; or bring back a backup with attendance restore.")


async def _at_a_server(url: str, clock: Clock) -> list[Finding]:
    try:
        import asyncpg
    except ImportError:
        remedy = 'pip install "attendance-bot[postgres]"'
        return [broken("driver", "PostgreSQL's driver is not installed", remedy)]
    found: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
            try:
                found.append(ok("reachable", _described(url)))
                await _ask(connection, found, clock)
            finally:
                connection.terminate()
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = "it does not answer" if isinstance(error, TimeoutError) else str(error).partition("\n")[0]
        remedy = "Check ATTENDANCE_DATABASE_URL, that the server runs, and its pg_hba.conf and password."
        found.append(broken("reachable" if not found else "questions", f"{_described(url)}: {reason}", remedy))
    return found


def _described(url: str) -> str:
    address = make_url(url)
    host = address.host or address.query.get("host") or "the local socket"
    return f"{address.database} on {host} as {address.username or os.environ.get('PGUSER') or 'this user'}"


async def _ask(connection: Any, found: list[Finding], clock: Clock) -> None:
    found += [await _times(connection, clock), *await _pooler(connection)]
    revision = None
    if await connection.fetchval("SELECT to_regclass('alembic_version')::text") is not None:
        if not await connection.fetchval("SELECT has_table_privilege('alembic_version', 'SELECT')"):
            remedy = "As the owner: attendance migrate --serve-as and this role's name."
            found.append(broken("rights", "this role may not read the tables", remedy))
            return
        revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    elif not await connection.fetchval("SELECT 1 FROM pg_available_extensions WHERE name = 'btree_gist'"):
        remedy = "Install postgresql-contrib on the server (or your provider's package of it)."
        found.append(broken("schema", "none yet, and the server lacks the extension btree_gist for it", remedy))
        return
    found.append(schema(revision))
    if revision == migrations.HEAD:
        found.append(await _rights(connection))


async def _times(connection: Any, clock: Clock) -> Finding:
    before = clock()
    theirs: datetime = await connection.fetchval("SELECT clock_timestamp()")
    ours = before + (clock() - before) / 2
    return clocks("clock", "the database's clock, which the ledger goes by", theirs.astimezone(UTC) - ours)


async def _pooler(connection: Any) -> list[Finding]:
    """A pooler gives its clients another process id than the server's."""
    if connection.get_server_pid() == await connection.fetchval("SELECT pg_backend_pid()"):
        return []
    remedy = (
        "Use its session mode, or connect directly: transaction mode drops the bot's prepared statements and limits."
    )
    return [warning("pooler", "a connection pooler such as PgBouncer stands before the server", remedy)]


async def _rights(connection: Any) -> Finding:
    """A role that owns the tables, or a superuser, can switch off the triggers that keep the rules."""
    role = await connection.fetchval("SELECT current_user::text")
    missing = [row[0] for row in await connection.fetch(rights.MISSING, *map(list, zip(*rights.NEEDED, strict=True)))]
    if missing:
        says = f"{role} may not do what serving needs: it lacks {', '.join(missing)}"
        return broken("rights", says, f"As the owner: attendance migrate --serve-as {role}")
    owns = await connection.fetchval(
        "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'pairs' AND "
        "pg_has_role(current_user, tableowner, 'MEMBER')) FROM pg_roles WHERE rolname = current_user"
    )
    if owns:
        remedy = "Serve as a role that owns nothing: attendance migrate --serve-as ROLE, as in docs/operator.md."
        return warning("rights", f"{role} owns the tables, and could switch off what keeps the rules", remedy)
    return ok("rights", f"{role} may do what serving needs, and owns nothing")
