"""A prepared statement says and refuses what SQLAlchemy's own way says and refuses, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from bot.attendance import recording
from bot.runtime.services import Services
from storage.database import Transaction
from storage.pairs import to_audit_fields
from storage.prepared import Prepared
from storage.tables import pairs, people
from tests.builders import caller
from tests.conftest import WORKSPACE

ANA = "U0ANA"


async def test_a_query_finds_the_same_rows_of_the_same_types(services: Services) -> None:
    await recording.clock_in(services, caller(ANA), ANA, comment="good morning")
    for table in (pairs, people):
        query = select(table).where(table.c.workspace_id == bindparam("workspace"), table.c.user_id != "nobody")

        def read(tx: Transaction, query=query) -> tuple[list[tuple[object, ...]], ...]:  # type: ignore[no-untyped-def]
            asked = {"workspace": WORKSPACE}
            plainly = [tuple(row) for row in tx.connection.execute(query, asked)]
            return plainly, [tuple(row) for row in Prepared(query).rows(tx.connection, asked)]

        plainly, prepared = await services.database.read(read)
        assert prepared == plainly
        assert [[type(value) for value in row] for row in prepared] == [
            [type(value) for value in row] for row in plainly
        ]


async def test_a_query_that_finds_nothing_has_no_first_row(services: Services) -> None:
    query = Prepared(select(people).where(people.c.user_id == bindparam("user")))
    assert await services.database.read(lambda tx: query.first(tx.connection, {"user": "U0NOBODY"})) is None


async def test_a_rules_refusal_is_an_integrity_error_without_the_comment(services: Services) -> None:
    recorded = await recording.clock_in(services, caller(ANA), ANA, comment="a secret")
    row = to_audit_fields(recorded.pair)
    row |= {"in_id": "another", "in_at": recorded.pair.clock_in.at + timedelta(hours=1)}

    def write(tx: Transaction) -> None:
        Prepared(insert(pairs)).changed(tx.connection, row)

    with pytest.raises(IntegrityError) as refused:
        await services.database.write(write)
    assert "a secret" not in str(refused.value)
