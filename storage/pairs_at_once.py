"""Writes many new pairs at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from storage.errors import Refusal
from storage.pairs import INSERT, Pair, as_refusal, to_audit_fields


def add_each(connection: Connection, new: Sequence[Pair]) -> list[Exception | None]:
    """Writes new pairs, all at once if nothing is in the way.

    Returns for each pair why it was refused, or None: a Refusal like `add`, or IntegrityError if one of its ids is
    taken.
    """
    if not new:
        return []
    try:
        with connection.begin_nested():
            INSERT.write_all(connection, [to_audit_fields(pair) for pair in new])
    except IntegrityError:
        return [_insert_or_error(connection, pair) for pair in new]
    return [None] * len(new)


def _insert_or_error(connection: Connection, pair: Pair) -> Exception | None:
    """On PostgreSQL, `add` couldn't tell that an id is taken."""
    try:
        with as_refusal(connection, pair):
            INSERT.changed(connection, to_audit_fields(pair))
    except (Refusal, IntegrityError) as error:
        return error
    return None
