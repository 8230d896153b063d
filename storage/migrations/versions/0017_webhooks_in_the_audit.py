"""Webhooks are compared with the audit. Where entries went by their age, those that told of webhooks went as well: what
stands is told here once."""

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import Connection, Text, column, select, table

from storage import audit
from storage.audit import WHAT_STANDS, Action, Via
from storage.audited_rights import as_in_facts
from storage.column_types import Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    connection = op.get_bind()
    starts = table("audit_starts", column("workspace_id", Text))
    for workspace_id in connection.scalars(select(starts.c.workspace_id)).all():
        if standing := _untold(connection, workspace_id):
            change = (Action.TELL_AGAIN, WHAT_STANDS, {"standing": standing})
            audit.record_all(connection, workspace_id, at=datetime.now(UTC), actor="", via=Via.SYSTEM, changes=[change])


def _untold(connection: Connection, workspace_id: str) -> dict[str, dict[str, str | None]]:
    names = ("url", "created_by")
    webhooks = table(
        "webhooks",
        *(column(name, Text) for name in ("workspace_id", "webhook_id", *names)),
        column("removed_at", Instant),
    )
    entries = table("audit_entries", *(column(name, Text) for name in ("workspace_id", "action", "subject")))
    told = select(entries.c.subject).where(entries.c.workspace_id == workspace_id, entries.c.action == "add-webhook")
    untold = select(webhooks).where(webhooks.c.workspace_id == workspace_id, webhooks.c.webhook_id.not_in(told))
    return {
        f"webhook {row.webhook_id}": {name: as_in_facts(getattr(row, name)) for name in (*names, "removed_at")}
        for row in connection.execute(untold)
    }
