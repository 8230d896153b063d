"""Who is shown a change to somebody's records, found with one statement: it is asked on the way of every clock-in."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, literal, select

from storage.prepared import Prepared
from storage.tables import home_tabs, settings


class Audience(NamedTuple):
    """The person's own Home tab, those that show who is in, and the log channel (None where none is set)."""

    own: bool
    others: bool
    log_channel: str | None


def of(connection: Connection, workspace_id: str, user_id: str) -> Audience:
    """Whom a change to this person's records concerns."""
    asked = {"workspace": workspace_id, "user": user_id}
    found = {row[0]: row[1] for row in _CONCERNED.rows(connection, asked)}
    return Audience("own" in found, "others" in found, found.get("log_channel"))


_OWN = select(literal("own"), home_tabs.c.user_id).where(
    home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.user_id == bindparam("user")
)
_OTHERS = (
    select(literal("others"), home_tabs.c.user_id)
    .where(home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.sees_others)
    .limit(1)
)
_LOG_CHANNEL = select(settings.c.name, settings.c.value).where(
    settings.c.workspace_id == bindparam("workspace"), settings.c.name == "log_channel"
)
_CONCERNED = Prepared(_OWN.union_all(select(_OTHERS.subquery()), _LOG_CHANNEL))
