"""The ledger's tables, for building statements. The migrations create them, with their rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Executable, Integer, MetaData, Table, Text
from sqlalchemy.dialects import postgresql, sqlite

from storage.column_types import Day, Elapsed, Flag, Instant

metadata = MetaData()

workspaces = Table(
    "workspaces",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("zone", Text, nullable=False),
    Column("met_at", Instant, nullable=False),
    Column("platform", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("zone", Text),
    Column("chat_admin", Flag, nullable=False),
    Column("guest", Flag, nullable=False),
    Column("bot", Flag, nullable=False),
    Column("deactivated", Flag, nullable=False),
    Column("refreshed_at", Instant, nullable=False),
    Column("locale", Text),
    Column("language", Text),
)

settings = Table(
    "settings",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

offices = Table(
    "offices",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("office_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("id_key", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("archived_at", Instant),
    Column("country", Text),
    Column("region", Text),
)

own_days = Table(
    "own_days",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("office_id", Text, primary_key=True),
    Column("day", Day, primary_key=True),
    Column("part", Text, nullable=False),
    Column("name", Text, nullable=False),
)

teams = Table(
    "teams",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("working_hours", Text),
    Column("name_key", Text, nullable=False),
    Column("archived_at", Instant),
)

team_people = Table(
    "team_people",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("team", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("part", Text, primary_key=True),
)

appointed_admins = Table(
    "appointed_admins",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("appointed_by", Text, nullable=False),
    Column("appointed_at", Instant, nullable=False),
)

team_groups = Table(
    "team_groups",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("team", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
)

group_members = Table(
    "group_members",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("group_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
)

working_conditions = Table(
    "working_conditions",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("adult_from", Day),
    Column("night_worker", Flag, nullable=False),
    Column("exempt", Flag, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("token_id", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("name", Text),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("created_by", Text),
    Column("reason", Text),
    Column("reads_from", Day),
    Column("reads_until", Day),
    Column("reads_people", Text),
)


def _half(prefix: str, *, required: bool) -> list[Column[Any]]:
    return [
        Column(f"{prefix}_id", Text, primary_key=required, nullable=not required),
        Column(f"{prefix}_at", Instant, nullable=not required),
        Column(f"{prefix}_recorded_at", Instant, nullable=not required),
        Column(f"{prefix}_by", Text, nullable=not required),
        Column(f"{prefix}_via", Text, nullable=not required),
        Column(f"{prefix}_zone", Text, nullable=not required),
        Column(f"{prefix}_office_id", Text),
        Column(f"{prefix}_ip", Text),
        Column(f"{prefix}_comment", Text),
    ]


pairs = Table(
    "pairs",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    *_half("in", required=True),
    Column("user_id", Text, nullable=False),
    Column("work_date", Day, nullable=False),
    *_half("out", required=False),
    Column("deleted_at", Instant),
    Column("deleted_by", Text),
    Column("out_break", Text),
    Column("replaces_id", Text),
    Column("replaced_by_id", Text),
)

paid_breaks = Table(
    "paid_breaks",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("break_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("in_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("start_at", Instant, nullable=False),
    Column("start_recorded_at", Instant, nullable=False),
    Column("start_by", Text, nullable=False),
    Column("start_via", Text, nullable=False),
    Column("end_at", Instant),
    Column("end_recorded_at", Instant),
    Column("end_by", Text),
    Column("end_via", Text),
    Column("deleted_at", Instant),
    Column("deleted_by", Text),
)

remarks = Table(
    "remarks",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("remark_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("work_date", Day, nullable=False),
    Column("rule", Text, nullable=False),
    Column("measured", BigInteger, nullable=False),
    Column("text", Text),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("via", Text, nullable=False),
)

signatures = Table(
    "signatures",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("signature_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("part", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("via", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("figures", Text, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", Text),
    Column("reason", Text),
)

corrections = Table(
    "corrections",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("correction_id", Text, primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target_in_id", Text),
    Column("before", Text),
    Column("before_in_comment", Text),
    Column("before_out_comment", Text),
    Column("after", Text),
    Column("after_in_comment", Text),
    Column("after_out_comment", Text),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),
    Column("reason", Text),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("asked_via", Text, nullable=False),
    Column("person_answer", Text),
    Column("person_at", Instant),
    Column("account", Text),
    Column("employer_answer", Text),
    Column("employer_by", Text),
    Column("employer_at", Instant),
    Column("refusal", Text),
    Column("outcome", Text),
    Column("done_at", Instant),
    Column("done_by", Text),
    Column("result_in_id", Text),
)

monthly_sums = Table(
    "monthly_sums",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("month", Day, primary_key=True),
    Column("pairs", BigInteger, nullable=False),
    Column("days", BigInteger, nullable=False),
    Column("worked", Elapsed, nullable=False),
    Column("breaks", Elapsed, nullable=False),
    Column("by_hand", BigInteger, nullable=False),
    Column("zones", Text, nullable=False),
)

audit_starts = Table(
    "audit_starts",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("private", Text),
    Column("salt", Text),
)

audit_heads = Table(
    "audit_heads",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("recipient", Text, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("given_up_at", Instant),
    Column("key", Text),
    Column("kind", Text, nullable=False),
    Column("facts", Text),
    Column("ordering_key", Text),
    Column("number", BigInteger),
    Column("queued_at", Instant, nullable=False),
    Column("answer", Text),
)

log_posts = Table(
    "log_posts",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("event_id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("posted_ts", Text, nullable=False),
)

prompts = Table(
    "prompts",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("posted_ts", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
)

home_tabs = Table(
    "home_tabs",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("sees_others", Flag, nullable=False),
)

msteams_people = Table(
    "msteams_people",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("teams_id", Text, nullable=False),
    Column("service_url", Text, nullable=False),
    Column("conversation_id", Text),
)

msteams_channels = Table(
    "msteams_channels",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("conversation_id", Text, primary_key=True),
    Column("service_url", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("team_id", Text),
)

installations = Table(
    "installations",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("installed_by", Text),
    Column("installed_at", Instant, nullable=False),
    Column("uninstalled_at", Instant),
    Column("organisation_id", Text),
)

oauth_states = Table(
    "oauth_states",
    metadata,
    Column("state", Text, primary_key=True),
    Column("expires_at", Instant, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("user_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("request", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    Column("webhook_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("removed_at", Instant),
)


def upsert(
    connection: Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    unless_there: bool = False,
    by: Sequence[str] = (),
) -> bool:
    """Inserts or replaces a row, by its primary key or the columns `by`.

    With `unless_there` an existing row stays. Returns whether this one was written.
    """
    keys = tuple(by) or tuple(column.name for column in table.primary_key)
    others = tuple(name for name in row if name not in keys)
    if unless_there or not others:
        nothing = _insert(connection.dialect.name, table, keys, ())
        return connection.execution_options(preserve_rowcount=True).execute(nothing, dict(row)).rowcount > 0
    connection.execute(_insert(connection.dialect.name, table, keys, others), dict(row))
    return True


@cache
def _insert(dialect: str, table: Table, keys: tuple[str, ...], replaced: tuple[str, ...]) -> Executable:
    """Made once for each use, for SQLAlchemy takes longer to make it than the database to do it."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(
        index_elements=keys, set_={name: statement.excluded[name] for name in replaced}
    )
