"""What the role that serves may do in PostgreSQL, and no more: `attendance migrate --serve-as` grants just this, and
`attendance doctor` asks for it. A role that may do more could get around what keeps the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from storage.tables import metadata

COLUMNS = {"alembic_version": ["version_num"]} | {
    name: [column.name for column in table.columns] for name, table in metadata.tables.items()
}

# Erasing takes out entries, pairs and posts, and `private` and `salt`: the triggers see to it that nothing else goes,
# and nothing without its audit entry.
_MAY: Mapping[str, str] = {
    "SELECT": " ".join(COLUMNS),
    "INSERT": "workspaces people offices teams team_people tokens pairs audit_entries audit_heads audit_starts "
    "settings outbox idempotency_keys appointed_admins team_groups group_members home_tabs log_posts installations "
    "oauth_states webhooks webhook_calls",
    "UPDATE": "workspaces people offices teams tokens pairs audit_heads audit_starts settings outbox idempotency_keys "
    "home_tabs log_posts installations appointed_admins webhooks webhook_calls",
    "DELETE": "team_people settings outbox idempotency_keys appointed_admins team_groups group_members oauth_states "
    "home_tabs webhook_calls audit_entries pairs log_posts",
    "TRUNCATE": "",
    "TRIGGER": "",
}
_MAY_UPDATE_ONLY = {"audit_entries": ("private", "salt")}

GRANTS = (
    *(f"GRANT {what} ON {', '.join(tables.split())}" for what, tables in _MAY.items() if tables),
    *(f"GRANT UPDATE ({', '.join(columns)}) ON {table}" for table, columns in _MAY_UPDATE_ONLY.items()),
)


class Right(NamedTuple):
    """A privilege on a table; UPDATE on one column of it."""

    what: str
    table: str
    column: str | None = None

    @property
    def is_granted(self) -> bool:
        """Whether serving needs it."""
        return self.table in _MAY[self.what].split() or self.column in _MAY_UPDATE_ONLY.get(self.table, ())

    def __str__(self) -> str:
        return f"{self.what} ON {self.table}"


def all_there_are() -> Iterator[Right]:
    """Those that are granted, and those that must not be."""
    for table, columns in COLUMNS.items():
        for what in _MAY:
            yield from [Right(what, table, column) for column in (columns if what == "UPDATE" else [None])]


# Whether the role holds each of the rights asked about, in their order; NULL where an older schema has no such thing.
ARE_HELD = """
SELECT CASE WHEN part IS NULL THEN has_table_privilege(id, what) ELSE has_column_privilege(id, attnum, what) END
FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (what, name, part, place)
CROSS JOIN LATERAL CAST(to_regclass(name) AS oid) AS id
LEFT JOIN pg_attribute ON attrelid = id AND attname = part
ORDER BY place
"""
