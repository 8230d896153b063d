"""Offices and teams can be archived, and no two have names that read alike. Existing ones that do stay."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Connection, column, select, table, update

from storage.migrations import run_script
from storage.names import own_key

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    connection = op.get_bind()
    run_script(connection, "0011")
    _fill(connection, "offices", "office_id", "office_id", "id_key")
    _fill(connection, "offices", "office_id", "name", "name_key")
    _fill(connection, "teams", "name", "name", "name_key")
    run_script(connection, "0011_unique")


def _fill(connection: Connection, of: str, identity: str, name: str, key_name: str) -> None:
    """Of names that read alike, the first by its identity gets the plain key."""
    rows = table(of, *map(column, dict.fromkeys(("workspace_id", identity, name, key_name))))
    query = select(rows.c.workspace_id, rows.c[identity], rows.c[name]).order_by(rows.c.workspace_id, rows.c[identity])
    taken: dict[str, set[str]] = {}
    for workspace_id, row_id, typed in connection.execute(query).all():
        keys = taken.setdefault(workspace_id, set())
        key = own_key(typed, row_id, keys)
        keys.add(key)
        same = (rows.c.workspace_id == workspace_id) & (rows.c[identity] == row_id)
        connection.execute(update(rows).where(same).values({key_name: key}))
