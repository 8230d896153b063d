"""Who has opened the bot's Home tab, and so wants it drawn anew when something changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.tables import home_tabs, upsert


def opened(connection: Connection, workspace_id: str, user_id: str, at: datetime, *, sees_others: bool) -> None:
    """Remembers that the person has opened theirs; `sees_others`: it shows who is in, as managers' and admins' do."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "opened_at": at, "sees_others": sees_others}
    upsert(connection, home_tabs, row)


def opened_by_managers(connection: Connection, workspace_id: str, since: datetime) -> list[str]:
    """Whose tab shows who is in, of those who opened it since then."""
    query = select(home_tabs.c.user_id).where(
        home_tabs.c.workspace_id == workspace_id, home_tabs.c.sees_others, home_tabs.c.opened_at >= since
    )
    return list(connection.scalars(query.order_by(home_tabs.c.user_id)))
