"""The people who have opened the bot's Home tab, which is updated when something changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from storage.errors import UnknownUser
from storage.people import PERSON, Profile
from storage.prepared import Prepared
from storage.tables import home_tabs, upsert
from storage.working_days import HAS_COUNTRY

SHOWN_FOR = timedelta(hours=12)
"""After a tab was opened, it follows changes for this long. Nobody looks at it longer."""


def viewer(connection: Connection, workspace_id: str, user_id: str) -> tuple[Profile, bool]:
    """The person whose tab it is, and whether working-time rules may find anything. In one statement, because tabs are
    drawn by the hundred while people clock in. Raises UnknownUser."""
    row = _VIEWER.first(connection, {"workspace": workspace_id, "user": user_id})
    if row is None:
        raise UnknownUser(user_id)
    *person, has_country = row
    return Profile(*person), bool(has_country)


def opened(connection: Connection, workspace_id: str, user_id: str, at: datetime, *, sees_others: bool) -> None:
    """Records that the person opened their tab. `sees_others`: it shows who is in, as for managers and admins."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "opened_at": at, "sees_others": sees_others}
    upsert(connection, home_tabs, row)


def opened_by_managers(connection: Connection, workspace_id: str, since: datetime) -> list[str]:
    """The people who opened a tab since then that shows who is in."""
    query = select(home_tabs.c.user_id).where(
        home_tabs.c.workspace_id == workspace_id, home_tabs.c.sees_others, home_tabs.c.opened_at >= since
    )
    return list(connection.scalars(query.order_by(home_tabs.c.user_id)))


_VIEWER = Prepared(PERSON.add_columns(HAS_COUNTRY))
