"""Writes what the migrations make of an empty database: `python -m tests.schema_objects`, after every migration."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path

from storage import migrations, schema_objects
from storage.database import Transaction, open_database
from storage.schema_objects import Objects
from tests.postgresql_server import Server, serving

FOLDER = migrations.FOLDER


def main() -> None:
    """Migrates an empty database of each engine."""
    with tempfile.TemporaryDirectory() as folder:
        _write("sqlite", made(f"sqlite:///{folder}/ledger.db"))
    with serving() as server:
        _write("postgresql", on_postgresql(server))


def made(url: str) -> Objects:
    """What a database at that address has after migrating."""

    def look(tx: Transaction) -> Objects:
        dialect = tx.connection.dialect.name
        return schema_objects.found(dialect, tx.connection.exec_driver_sql(schema_objects.QUERIES[dialect]))

    async def read() -> Objects:
        database = await open_database(url)
        try:
            return await database.read(look)
        finally:
            await database.close()

    return asyncio.run(read())


def on_postgresql(server: Server) -> Objects:
    """The same on a server, by the rules that hold outside of tests."""
    return made(server.url(server.database()))


def _write(dialect: str, objects: Objects) -> None:
    path = Path(FOLDER / f"schema_{dialect}.json")
    path.write_text(json.dumps(objects, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
