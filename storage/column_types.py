"""Instants, days and durations as each engine stores them, and expressions that differ between the engines."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Integer,
    Interval,
    Text,
    bindparam,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime with microseconds: an integer of microseconds on SQLite, `timestamptz` on PostgreSQL."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs its offset: {value!r}")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return EPOCH + timedelta(microseconds=value) if dialect.name == "sqlite" else value.astimezone(UTC)


class Microseconds(FunctionElement[int]):
    """An instant as microseconds since 1970, because building a million objects takes long."""

    inherit_cache = True
    type = BigInteger()


@compiles(Microseconds, "sqlite")
def _as_stored(element: Microseconds, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(Microseconds, "postgresql")
def _extracted(element: Microseconds, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(EXTRACT(EPOCH FROM {compiler.process(element.clauses, **how)}) * 1000000 AS bigint)"


class Minute(FunctionElement[Any]):
    """An instant without its seconds, as `storage.pairs.minutes_between` takes it."""

    inherit_cache = True
    type = Instant()


@compiles(Minute, "sqlite")
def _without_seconds(element: Minute, compiler: SQLCompiler, **how: Any) -> str:
    at = compiler.process(element.clauses, **how)
    return f"({at} - {at} % 60000000)"


@compiles(Minute, "postgresql")
def _truncated(element: Minute, compiler: SQLCompiler, **how: Any) -> str:
    return f"date_trunc('minute', {compiler.process(element.clauses, **how)})"


class MonthOf(FunctionElement[Any]):
    """The first day of a day's month."""

    inherit_cache = True
    name = "month_of"


@compiles(MonthOf, "sqlite")
def _first_of_text(element: MonthOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"(substr({compiler.process(element.clauses, **how)}, 1, 8) || '01')"


@compiles(MonthOf, "postgresql")
def _first_of_date(element: MonthOf, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(date_trunc('month', CAST({compiler.process(element.clauses, **how)} AS timestamp)) AS date)"


class DayNumber(FunctionElement[int]):
    """How many days a day is after the first one of 1970, which was a Thursday."""

    inherit_cache = True
    type = BigInteger()
    name = "day_number"


@compiles(DayNumber, "sqlite")
def _days_of_text(element: DayNumber, compiler: SQLCompiler, **how: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **how)}) - 2440587.5 AS INTEGER)"


@compiles(DayNumber, "postgresql")
def _days_of_date(element: DayNumber, compiler: SQLCompiler, **how: Any) -> str:
    return f"({compiler.process(element.clauses, **how)} - DATE '1970-01-01')"


class EachOnce(FunctionElement[str]):
    """Aggregates the different texts, with commas between them."""

    inherit_cache = True
    type = Text()
    name = "each_once"


@compiles(EachOnce, "sqlite")
def _group_concat(element: EachOnce, compiler: SQLCompiler, **how: Any) -> str:
    return f"group_concat(DISTINCT {compiler.process(element.clauses, **how)})"


@compiles(EachOnce, "postgresql")
def _string_agg(element: EachOnce, compiler: SQLCompiler, **how: Any) -> str:
    return f"string_agg(DISTINCT {compiler.process(element.clauses, **how)}, ',')"


class ServerTime(FunctionElement[datetime]):
    """The server's time now. NULL on SQLite, which only has this machine's."""

    inherit_cache = True
    type = Instant()


@compiles(ServerTime, "sqlite")
def _no_server(element: ServerTime, compiler: SQLCompiler, **how: Any) -> str:
    return "NULL"


@compiles(ServerTime, "postgresql")
def _server_time(element: ServerTime, compiler: SQLCompiler, **how: Any) -> str:
    return "clock_timestamp()"


class EnteredByHand(FunctionElement[Any]):
    """Whether an event was entered more than 15 minutes after it happened.

    Has exactly the words of the index `pairs_by_hand`, or the planner wouldn't use it.
    """

    inherit_cache = True
    type = Integer()  # of a boolean, SQLAlchemy would ask on SQLite whether it is 1
    name = "entered_by_hand"


ENTERED_BY_HAND = "({table}in_recorded_at - {table}in_at > {limit} OR {table}out_recorded_at - {table}out_at > {limit})"
QUARTER_OF_AN_HOUR = {"sqlite": "900000000", "postgresql": "interval '15 minutes'"}


@compiles(EnteredByHand)
def _entered_by_hand(element: EnteredByHand, compiler: SQLCompiler, **how: Any) -> str:
    return ENTERED_BY_HAND.format(table="pairs.", limit=QUARTER_OF_AN_HOUR[compiler.dialect.name])


class InOrderOfClockIns(FunctionElement[Any]):
    """A condition that every pair meets. It allows the index `pairs_by_clock_in`, and has its words."""

    inherit_cache = True
    type = Integer()  # as above
    name = "in_order_of_clock_ins"


@compiles(InOrderOfClockIns)
def _since_the_first_year(element: InOrderOfClockIns, compiler: SQLCompiler, **how: Any) -> str:
    return "pairs.in_at " + (">= -62135596800000000" if compiler.dialect.name == "sqlite" else "> '-infinity'")


class NotSelective(FunctionElement[Any]):
    """A condition that most rows meet. Keeps SQLite, which doesn't count rows, from choosing an index by it."""

    inherit_cache = True
    type = Integer()  # as above
    name = "not_selective"


@compiles(NotSelective)
def _not_selective(element: NotSelective, compiler: SQLCompiler, **how: Any) -> str:
    inner = compiler.process(element.clauses, **how)
    return f"likely({inner})" if compiler.dialect.name == "sqlite" else f"({inner})"


class OneOf(FunctionElement[Any]):
    """Whether a text is among these. On PostgreSQL they are one value, joined as rows: with hundreds of values it would
    compare each row of the workspace with each of them, rather than look for the rows of each."""

    inherit_cache = True
    type = Integer()  # as above
    name = "one_of"

    def __init__(self, text: ColumnElement[str], these: Collection[str]) -> None:
        ordered = sorted(these)
        super().__init__(text.in_(ordered), text, bindparam(None, ordered, type_=ARRAY(Text)))


@compiles(OneOf, "sqlite")
def _in_list(element: OneOf, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **how)


@compiles(OneOf, "postgresql")
def _in_rows(element: OneOf, compiler: SQLCompiler, **how: Any) -> str:
    _, text, these = element.clauses
    return f"{compiler.process(text, **how)} IN (SELECT unnest({compiler.process(these, **how)}))"


class OneOfDays(FunctionElement[Any]):
    """Whether a day and a text are one of these, each with its day in ISO 8601. The days are in one value, or two:
    thousands of them would be too many, and take long to build."""

    inherit_cache = True
    type = Integer()  # as above
    name = "one_of_days"

    def __init__(self, day: ColumnElement[date], text: ColumnElement[str], these: Sequence[tuple[str, str]]) -> None:
        packed = func.json_each(json.dumps(these)).table_valued("value")
        days, texts = [date.fromisoformat(on) for on, _ in these], [told for _, told in these]
        arrays = (bindparam(None, days, type_=ARRAY(Date)), bindparam(None, texts, type_=ARRAY(Text)))
        rows = func.unnest(*arrays).table_valued("day", "text").render_derived(name="given")
        unpacked = select(*(func.json_extract(packed.c.value, f"$[{place}]") for place in range(2)))
        super().__init__(*(tuple_(day, text).in_(found) for found in (unpacked, select(rows.c.day, rows.c.text))))


@compiles(OneOfDays, "sqlite")
def _in_json(element: OneOfDays, compiler: SQLCompiler, **how: Any) -> str:
    unpacked, _ = element.clauses
    return compiler.process(unpacked, **how)


@compiles(OneOfDays, "postgresql")
def _in_arrays(element: OneOfDays, compiler: SQLCompiler, **how: Any) -> str:
    _, rows = element.clauses
    return compiler.process(rows, **how)


class ByBytes(FunctionElement[str]):
    """A text that is compared by its bytes, as Python and SQLite do, whatever the database's language."""

    inherit_cache = True
    type = Text()


@compiles(ByBytes, "sqlite")
def _as_it_is(element: ByBytes, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(ByBytes, "postgresql")
def _in_the_c_collation(element: ByBytes, compiler: SQLCompiler, **how: Any) -> str:
    return f'{compiler.process(element.clauses, **how)} COLLATE "C"'


class Elapsed(TypeDecorator[timedelta]):
    """The difference of two instants, or a sum of differences: microseconds on SQLite, an interval on PostgreSQL."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Interval())

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> Any:
        return value // MICROSECOND if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> timedelta | None:
        return timedelta(microseconds=value) if isinstance(value, int) else value


class Day(TypeDecorator[date]):
    """A calendar day: ISO text on SQLite, `date` on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return date.fromisoformat(value) if isinstance(value, str) else value


class Flag(TypeDecorator[bool]):
    """Yes or no: 1 or 0 on SQLite, whose strict tables have no boolean."""

    impl = Integer
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> Any:
        return int(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)
