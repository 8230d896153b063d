"""What roles may do in PostgreSQL. `attendance migrate --serve-as` and `--verify-as` grant just this, and `attendance
doctor` checks it. A role that may do more could get around the rules.

Whoever may create objects beside the tables can also make an operator that fits a comparison of ours better than
PostgreSQL's own, and have the owner run it. So only the owner may. Temporary tables stay allowed: each is seen by its
own session only, and every connection looks into them last.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.tables import metadata

TABLES = ["alembic_version", *metadata.tables]

# Erasing takes out entries, pairs, breaks, remarks, signatures, corrections and posts, and `private`, `salt`, `text`,
# `reason` and what was said beside corrections: the triggers see to it that nothing else goes, and nothing without its
# audit entry.
_MAY: Mapping[str, str] = {
    "SELECT": " ".join(TABLES),
    "INSERT": "workspaces people offices own_days working_conditions teams team_people tokens pairs paid_breaks "
    "remarks signatures corrections audit_entries audit_heads audit_starts settings outbox idempotency_keys "
    "appointed_admins team_groups group_members home_tabs log_posts installations oauth_states webhooks prompts "
    "msteams_people msteams_channels",
    "UPDATE": "workspaces people offices own_days working_conditions teams tokens pairs paid_breaks audit_heads "
    "audit_starts settings outbox idempotency_keys home_tabs log_posts installations appointed_admins webhooks prompts "
    "msteams_people msteams_channels",
    "DELETE": "own_days working_conditions team_people settings outbox idempotency_keys appointed_admins team_groups "
    "group_members oauth_states home_tabs audit_entries pairs paid_breaks remarks signatures corrections "
    "log_posts prompts msteams_people msteams_channels",
}
_MAY_UPDATE_ONLY = {
    "audit_entries": ("private", "salt"),
    "remarks": ("text",),
    "signatures": ("withdrawn_at", "withdrawn_by", "reason"),
    "corrections": (
        *("before_in_comment", "before_out_comment", "after_in_comment", "after_out_comment", "reason"),
        *("person_answer", "person_at", "account", "employer_answer", "employer_by", "employer_at", "refusal"),
        *("outcome", "done_at", "done_by", "result_in_id"),
    ),
}

TO_READ = (f"GRANT SELECT ON {', '.join(TABLES)}",)
"""What a role needs to verify, and no more."""

TO_SERVE = (
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

ONLY_READS = """
SELECT bool_or(has_table_privilege(name, 'SELECT'))
       AND NOT bool_or(has_table_privilege(name, 'INSERT, UPDATE, DELETE, TRUNCATE')
                       OR has_any_column_privilege(name, 'INSERT, UPDATE'))
FROM unnest($1::text[]) AS name
"""
"""Whether a role may read some of `TABLES`, and write to none."""

INTRUSIONS = """
WITH place AS (SELECT oid, nspowner, nspacl FROM pg_namespace WHERE nspname = $1::name),
tables AS (SELECT relowner FROM pg_class WHERE relname = 'pairs'::name AND relnamespace IN (SELECT oid FROM place)),
owners AS (
    SELECT nspowner AS role FROM place
    UNION SELECT datdba FROM pg_database WHERE datname = current_database()
    UNION SELECT relowner FROM tables
    UNION SELECT oid FROM pg_roles WHERE rolsuper
    UNION SELECT oid FROM pg_roles WHERE rolname = current_user AND NOT EXISTS (SELECT FROM tables))
SELECT DISTINCT true AS may_create, coalesce(rolname::text, 'PUBLIC'::text) AS what
FROM place, aclexplode(nspacl) AS granted LEFT JOIN pg_roles ON pg_roles.oid = granted.grantee
WHERE privilege_type = 'CREATE'::text AND grantee NOT IN (SELECT role FROM owners)
UNION ALL
SELECT false, oid::regprocedure::text FROM pg_proc
WHERE pronamespace IN (SELECT oid FROM place) AND proowner NOT IN (SELECT role FROM owners)
UNION ALL
SELECT false, oid::regoperator::text FROM pg_operator
WHERE oprnamespace IN (SELECT oid FROM place) AND oprowner NOT IN (SELECT role FROM owners)
UNION ALL
SELECT false, oid::regclass::text FROM pg_class
WHERE relnamespace IN (SELECT oid FROM place) AND relname = ANY ($2::name[])
  AND relowner NOT IN (SELECT role FROM owners)
ORDER BY 1 DESC, 2
"""
"""Of the schema $1: who else may create objects in it (a role, or PUBLIC for everyone), and which functions, operators
and tables of these names ($2) in it somebody else made.

Superusers and the owners of the schema, of the database and of the tables can do everything anyway. Where there are no
tables yet, whoever asks will own them.
"""
