"""Who is shown a change to somebody's records, found with one statement: it is asked on the way of every clock-in."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, literal, select

from storage.prepared import Prepared
from storage.tables import home_tabs, settings, webhooks


class Audience(NamedTuple):
    """The person's own Home tab, those that show who is in, the log channel (None where none is set), and the webhooks
    by their ids."""

    own: bool
    others: bool
    log_channel: str | None
    webhooks: tuple[str, ...]


def of(connection: Connection, workspace_id: str, user_id: str) -> Audience:
    """Whom a change to this person's records concerns."""
    asked = {"workspace": workspace_id, "user": user_id}
    rows = _CONCERNED.rows(connection, asked)
    found = {row[0]: row[1] for row in rows}
    called = tuple(value for kind, value in rows if kind == "webhook")
    return Audience("own" in found, "others" in found, found.get("log_channel"), called)


def webhooks_of(connection: Connection, workspace_id: str) -> tuple[str, ...]:
    """The webhooks alone, by their ids, for changes that nobody else is shown."""
    return tuple(row.webhook_id for row in connection.execute(_WEBHOOKS, {"workspace": workspace_id}))


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
_WEBHOOKS = select(literal("webhook"), webhooks.c.webhook_id).where(
    webhooks.c.workspace_id == bindparam("workspace"), webhooks.c.removed_at.is_(None)
)
_CONCERNED = Prepared(_OWN.union_all(select(_OTHERS.subquery()), _LOG_CHANNEL, _WEBHOOKS))
