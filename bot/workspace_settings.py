"""What admins set for their workspace, in one place with its defaults."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bot import access
from bot.access import Caller, Operation
from bot.auditing import Action, write_down
from bot.services import Services
from storage import settings
from storage.database import Transaction

YES = "yes"


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """`anchor_channel`: where the head of the audit chain is published each day (a channel's id, or nowhere).
    `anchor_to_people`: whether everybody gets it each week, beside their own hours."""

    anchor_channel: str | None = None
    anchor_to_people: bool = False


async def get(services: Services, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings."""
    return await services.database.read(lambda tx: in_force(tx, workspace_id))


async def change(services: Services, caller: Caller, **changes: str | bool | None) -> WorkspaceSettings:
    """Makes those settings (by their names above), and leaves the others. Raises Forbidden."""

    def write(tx: Transaction) -> WorkspaceSettings:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        before = asdict(in_force(tx, caller.workspace_id))
        for name, value in changes.items():
            settings.put(tx.connection, caller.workspace_id, name, _as_text(value))
        after = asdict(in_force(tx, caller.workspace_id))
        write_down(tx, caller, Action.CHANGE_SETTINGS, "settings", {"before": before, "now": after})
        return WorkspaceSettings(**after)

    return await services.database.write(write)


def in_force(tx: Transaction, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings, within a transaction."""
    kept = settings.all_of(tx.connection, workspace_id)
    return WorkspaceSettings(
        anchor_channel=kept.get("anchor_channel"), anchor_to_people=kept.get("anchor_to_people") == YES
    )


def _as_text(value: str | bool | None) -> str | None:
    if isinstance(value, bool):
        return YES if value else None
    return value or None
