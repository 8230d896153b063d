"""What the serving role may do in PostgreSQL. `attendance migrate --serve-as` grants just this, and `attendance doctor`
checks it. A role that may do more could get around the rules.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.tables import metadata

# Erasing takes out entries, pairs and posts, and `private` and `salt`: the triggers see to it that nothing else goes,
# and nothing without its audit entry.
_MAY: Mapping[str, str] = {
    "SELECT": " ".join(["alembic_version", *metadata.tables]),
    "INSERT": "workspaces people offices teams team_people tokens pairs audit_entries audit_heads audit_starts "
    "settings outbox idempotency_keys appointed_admins team_groups group_members home_tabs log_posts installations "
    "oauth_states webhooks prompts",
    "UPDATE": "workspaces people offices teams tokens pairs audit_heads audit_starts settings outbox idempotency_keys "
    "home_tabs log_posts installations appointed_admins webhooks prompts",
    "DELETE": "team_people settings outbox idempotency_keys appointed_admins team_groups group_members oauth_states "
    "home_tabs audit_entries pairs log_posts prompts",
}
_MAY_UPDATE_ONLY = {"audit_entries": ("private", "salt")}

GRANTS = (
    *(f"GRANT {what} ON {', '.join(tables.split())}" for what, tables in _MAY.items()),
    *(f"GRANT UPDATE ({', '.join(columns)}) ON {table}" for table, columns in _MAY_UPDATE_ONLY.items()),
)

NEEDED: list[tuple[str, str, str | None]] = [
    *((what, table, None) for what, tables in _MAY.items() for table in tables.split()),
    *(("UPDATE", table, column) for table, columns in _MAY_UPDATE_ONLY.items() for column in columns),
]
"""The same, one by one: privilege, table, and the column where it is for one alone."""

MISSING = """
SELECT DISTINCT what || ' ON ' || name FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (what, name, part)
WHERE NOT CASE WHEN part IS NULL THEN has_table_privilege(name, what) ELSE has_column_privilege(name, part, what) END
ORDER BY 1
"""
