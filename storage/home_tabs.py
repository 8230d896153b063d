"""Who has opened the bot's Home tab, and so wants it drawn anew when something changes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select

from storage.tables import home_tabs, put


class Audience(NamedTuple):
    """Whose tabs a change to somebody's records concerns: their own, and those that show who is in."""

    own: bool
    others: bool


def opened(connection: Connection, workspace_id: str, user_id: str, at: datetime, *, sees_others: bool) -> None:
    """Remembers that the person has opened theirs; `sees_others`: it shows who is in, as managers' and admins' do."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "opened_at": at, "sees_others": sees_others}
    put(connection, home_tabs, row)


def audience(connection: Connection, workspace_id: str, user_id: str) -> Audience:
    """Whose tabs to draw anew after a change: a look that costs little where nobody has opened any."""
    found = connection.execute(_CONCERNED, {"workspace": workspace_id, "user": user_id}).all()
    return Audience(any(row.user_id == user_id for row in found), any(row.sees_others for row in found))


def of_those_who_see_others(connection: Connection, workspace_id: str, since: datetime) -> list[str]:
    """Whose tab shows who is in, of those who opened it since then."""
    query = select(home_tabs.c.user_id).where(
        home_tabs.c.workspace_id == workspace_id, home_tabs.c.sees_others, home_tabs.c.opened_at >= since
    )
    return list(connection.scalars(query.order_by(home_tabs.c.user_id)))


# Built once: asked on the way of every clock-in.
_OF_ONE = select(home_tabs.c.user_id, home_tabs.c.sees_others).where(
    home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.user_id == bindparam("user")
)
_OF_OTHERS = (
    select(home_tabs.c.user_id, home_tabs.c.sees_others)
    .where(home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.sees_others)
    .limit(1)
)
_CONCERNED = _OF_ONE.union_all(select(_OF_OTHERS.subquery()))
