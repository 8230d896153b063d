"""Halves of pairs are written once, audit entries when they say so, and messages stay as they were queued. The audit
tells of guests, bots and who has left, and of who is in a user group: what stands is told here once."""

from datetime import UTC, datetime

from alembic import op
from sqlalchemy import Connection, Text, column, or_, select, table, true

from storage import audit
from storage.audit import WHAT_STANDS, Action, Via
from storage.column_types import Flag
from storage.migrations import run_script

revision = "0015"
down_revision = "0014"

FLAGS = ("guest", "bot", "deactivated")


def upgrade() -> None:
    connection = op.get_bind()
    run_script(connection, revision)
    workspaces = table("workspaces", column("workspace_id", Text))
    for workspace_id in connection.scalars(select(workspaces.c.workspace_id)).all():
        if standing := _memberships(connection, workspace_id) | _groups(connection, workspace_id):
            change = (Action.TELL_AGAIN, WHAT_STANDS, {"standing": standing})
            audit.record_all(connection, workspace_id, at=datetime.now(UTC), actor="", via=Via.SYSTEM, changes=[change])


def _memberships(connection: Connection, workspace_id: str) -> dict[str, dict[str, bool]]:
    people = table("people", column("workspace_id"), column("user_id"), *(column(name, Flag) for name in FLAGS))
    not_full = or_(*(people.c[name].is_(true()) for name in FLAGS))
    found = connection.execute(select(people).where(people.c.workspace_id == workspace_id, not_full))
    return {f"membership of {row.user_id}": {name: getattr(row, name) for name in FLAGS} for row in found}


def _groups(connection: Connection, workspace_id: str) -> dict[str, dict[str, list[str]]]:
    members = table("group_members", column("workspace_id"), column("group_id"), column("user_id"))
    found: dict[str, dict[str, list[str]]] = {}
    for row in connection.execute(select(members).where(members.c.workspace_id == workspace_id)):
        found.setdefault(f"group {row.group_id}", {"members": []})["members"].append(row.user_id)
    return {name: {"members": sorted(group["members"])} for name, group in found.items()}
