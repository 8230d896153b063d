"""Statements that every clock-in runs, compiled once.

On SQLite they go straight to the driver. SQLAlchemy would take longer for one of them than SQLite takes for all, and
would go to aiosqlite's thread four times. Its column types and errors still apply.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Delete, Insert, Select, Update, bindparam, cast, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]
MOST_VALUES = 32_766  # of a statement, in SQLite since 3.32
_DIALECT = SQLiteDialect_pysqlite()


class Prepared:
    """A compiled statement. Its values are named by its `bindparam`s, or by the columns of an insert."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any] | Insert | Update | Delete) -> None:
        self._statement = statement

    def rows(self, connection: Connection, values: Values) -> list[Sequence[Any]]:
        """All rows of the query."""
        if connection.dialect.name != "sqlite":
            return list(connection.execute(self._statement, values))
        return self._on_sqlite.rows(connection, values)

    def first(self, connection: Connection, values: Values) -> Sequence[Any] | None:
        """The first row of the query, if any."""
        found = self.rows(connection, values)
        return found[0] if found else None

    def changed(self, connection: Connection, values: Values) -> int:
        """Runs an insert, update or delete. Returns the number of rows. Raises IntegrityError, as SQLAlchemy does."""
        if connection.dialect.name != "sqlite":
            return connection.execution_options(preserve_rowcount=True).execute(self._statement, values).rowcount
        return self._on_sqlite.changed(connection, values)

    def write_all(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Inserts many rows, with a value for every column, in few statements. Not for `INSERT … SELECT`."""
        if not rows:
            return
        if connection.dialect.name != "sqlite":
            connection.execute(self._of_arrays, {f"all_{name}": [row[name] for row in rows] for name in rows[0]})
            return
        most = self._on_sqlite.rows_in_a_statement
        for start in range(0, len(rows), most):
            self._on_sqlite.write_all(connection, rows[start : start + most])

    @cached_property
    def _on_sqlite(self) -> _OnSqlite:
        return _OnSqlite(self._statement)

    @cached_property
    def _of_arrays(self) -> Insert:
        """For PostgreSQL: an insert of rows from an array for each column. Row by row, triggers of statements would run
        for each."""
        assert isinstance(self._statement, Insert)
        columns = list(self._statement.table.columns)
        arrays = (cast(bindparam(f"all_{one.name}"), postgresql.ARRAY(one.type)) for one in columns)
        rows = func.unnest(*arrays).table_valued(*(one.name for one in columns)).render_derived(name="given")
        return self._statement.from_select(
            [one.name for one in columns], select(*(rows.c[one.name] for one in columns))
        )


class _OnSqlite:
    """The statement for SQLite's driver, and conversions of its values."""

    def __init__(self, statement: Any) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._names = list(compiled.positiontup)
        binds = {name: compiled.binds[name] for name in self._names}
        self._fixed = {name: bind.value for name, bind in binds.items() if not bind.required}
        self._writers = _processors(binds[name].type.bind_processor(_DIALECT) for name in self._names)
        columns = statement.selected_columns if statement.is_select else ()
        types: list[TypeEngine[Any]] = [column.type for column in columns]
        self._readers = _processors(type_.result_processor(_DIALECT, None) for type_ in types)

    def rows(self, connection: Connection, values: Values) -> list[Sequence[Any]]:
        driver: Any = connection.connection.dbapi_connection
        given = self._given(values)
        try:
            if connection.dialect.is_async:
                found = await_only(driver.driver_connection.execute_fetchall(self._sql, given))
            else:
                found = driver.execute(self._sql, given).fetchall()
        except sqlite3.Error as error:
            raise self._as_sqlalchemy_says(error) from error
        return [_processed(list(row), self._readers) for row in found]

    def changed(self, connection: Connection, values: Values) -> int:
        driver: Any = connection.connection.dbapi_connection  # the writer's: readers may not
        try:
            return int(driver.execute(self._sql, self._given(values)).rowcount)
        except sqlite3.Error as error:
            raise self._as_sqlalchemy_says(error) from error

    @property
    def rows_in_a_statement(self) -> int:
        """How many rows fit into one insert."""
        return MOST_VALUES // len(self._names)

    def write_all(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Inserts the rows with one statement. Each statement lets other threads run, and may wait for its next turn,
        so a thousand of them take long beside work that calculates."""
        driver: Any = connection.connection.dbapi_connection
        one_row = f"({', '.join('?' * len(self._names))})"
        sql = self._sql.replace(f"VALUES {one_row}", f"VALUES {', '.join([one_row] * len(rows))}")
        try:
            driver.execute(sql, [value for row in rows for value in self._given(row)])
        except sqlite3.Error as error:
            raise self._as_sqlalchemy_says(error) from error

    def _given(self, values: Values) -> list[Any]:
        if self._fixed:
            values = {**self._fixed, **values}
        return _processed([values[name] for name in self._names], self._writers)

    def _as_sqlalchemy_says(self, error: sqlite3.Error) -> BaseException:
        """SQLAlchemy's error, without the values. Errors are logged, and comments must not be."""
        return DBAPIError.instance(self._sql, None, error, sqlite3.Error, hide_parameters=True)


def _processors(of_each: Iterable[Processor | None]) -> list[tuple[int, Processor]]:
    return [(place, process) for place, process in enumerate(of_each) if process is not None]


def _processed(row: list[Any], processors: list[tuple[int, Processor]]) -> list[Any]:
    for place, process in processors:
        row[place] = process(row[place])
    return row
