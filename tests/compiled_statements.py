"""Compiles each SQL statement once for all the ledgers that tests open. SQLAlchemy keeps compiled statements by engine,
and nearly every test opens an engine of its own: compiling took over a quarter of the tests' time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event


class ByKindOfDialect(dict[Any, Any]):
    """A cache for all engines of one driver: they are all set up alike."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((type(key[0]), *key[1:]), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__((type(key[0]), *key[1:]), compiled)


_COMPILED = ByKindOfDialect()


def share_compiled_statements() -> None:
    @event.listens_for(Engine, "engine_connect")
    def use_the_shared_ones(connection: Connection) -> None:
        connection.execution_options(compiled_cache=_COMPILED)
