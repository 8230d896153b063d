"""The schema that holds the ledger in PostgreSQL, and whether it is its owner's alone.

Connections name it themselves, because a role may change its own `search_path`: PostgreSQL's own functions and
operators come first, temporary tables last. Still, an operator in the schema wins where its types fit better, so
nobody but the owner may make one (`storage.rights`).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from storage import rights
from storage.errors import UnusableDatabase

if TYPE_CHECKING:
    import asyncpg

PATIENCE_SECONDS = 5.0


def schema_of(url: str) -> str:
    """The schema's name: the address's `search_path`, or public."""
    named = make_url(url).query.get("search_path", "public")
    return (named if isinstance(named, str) else named[-1]).partition(",")[0].strip().strip('"')


def path_of(url: str) -> Mapping[str, str]:
    """What a connection has to set, so that names mean the ledger's tables."""
    return {"search_path": f"{_quoted(schema_of(url))}, pg_temp"}


async def intrusion(url: str) -> str | None:
    """Why commands of the tables' owner aren't safe here, and what to do; None if they are."""
    connection = await _connected(url)
    try:
        return await _intrusion(connection, schema_of(url))
    finally:
        await connection.close(timeout=PATIENCE_SECONDS)


async def close_to_others(url: str, serve_as: str | None) -> None:
    """Takes from everyone but the owner the right to create objects beside the tables. Raises UnusableDatabase if it
    can't, or if there are some already."""
    import asyncpg

    schema, connection = schema_of(url), await _connected(url)
    try:
        from_whom = f"PUBLIC, {_quoted(serve_as)}" if serve_as else "PUBLIC"
        database = await connection.fetchval("SELECT current_database()")
        for place in (f"SCHEMA {_quoted(schema)}", f"DATABASE {_quoted(database)}"):
            with suppress(asyncpg.InsufficientPrivilegeError):  # not the schema's owner: said below
                await connection.execute(f"REVOKE CREATE ON {place} FROM {from_whom}")
        if found := await _intrusion(connection, schema):
            raise UnusableDatabase(found)
    finally:
        await connection.close(timeout=PATIENCE_SECONDS)


async def _connected(url: str) -> asyncpg.Connection:
    """A connection to which nobody's functions and operators are visible but PostgreSQL's own."""
    import asyncpg

    settings = {"application_name": "attendance-bot", "search_path": "pg_catalog, pg_temp"}
    try:
        return await asyncpg.connect(url, timeout=PATIENCE_SECONDS, server_settings=settings)
    except OSError as error:
        raise asyncpg.ConnectionFailureError(str(error)) from error


async def _intrusion(connection: asyncpg.Connection, schema: str) -> str | None:
    found = await connection.fetch(rights.INTRUSIONS, schema, rights.TABLES)
    if others := [row["what"] for row in found if row["may_create"]]:
        named = ", ".join(others)
        return (
            f"{named} may create objects in the schema {schema}, and so change what its owner's commands do. Run "
            f"attendance migrate as the owner, or as a superuser: REVOKE CREATE ON SCHEMA {schema} FROM {named};"
        )
    if made := [row["what"] for row in found]:
        return (
            f"In the schema {schema} there is something that its owner didn't make, and the owner's commands could "
            f"run it: {', '.join(made)}. Find out who made it, and drop it as a superuser."
        )
    return None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
