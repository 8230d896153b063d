"""Finds who sees a change to somebody's records.

The statement that locks the person also finds this: every clock-in needs both, and each statement is a round trip on
PostgreSQL.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, cast, literal, or_, select, true

from storage.column_types import EPOCH, MICROSECOND, Microseconds, ServerTime
from storage.database import Transaction
from storage.errors import UnknownUser
from storage.home_tabs import SHOWN_FOR
from storage.people import PERSON, Profile
from storage.prepared import Prepared
from storage.tables import home_tabs, offices, pairs, prompts, settings, webhooks


class Audience(NamedTuple):
    """The person's own Home tab if they opened it lately, those that show who is in, the log channel (None if none is
    set), the webhooks by their ids, and the subjects of the bot's questions: the person's days and their open
    clock-in.

    `has_rules`: working-time rules apply in the workspace or at one of its offices. `away_since`: when the person's
    latest record ended for a break; `tx.now` for an open record, because another replica may have ended it while this
    one waited for the lock.
    """

    own: bool
    others: bool
    log_channel: str | None
    webhooks: tuple[str, ...]
    asked_about: frozenset[str]
    has_rules: bool = False
    away_since: datetime | None = None


def lock_person(tx: Transaction, workspace_id: str, user_id: str) -> tuple[Profile, Audience]:
    """Locks the person's records until the transaction ends. Returns the person, and who sees a change to them.
    Raises UnknownUser.

    Every change to somebody's records starts here or with `people.get_for_update`.
    """
    rows = _LOCK_PERSON.rows(tx.connection, {"workspace": workspace_id, "user": user_id})
    if not rows:
        raise UnknownUser(user_id)
    *person, tx.server_time, _, _ = rows[0]
    concerned = [(kind, value) for *_, kind, value in rows]
    found = dict(concerned)
    called = tuple(value for kind, value in concerned if kind == "webhook")
    asked_about = frozenset(value for kind, value in concerned if kind == "prompt")
    is_shown = "own" in found and _instant(found["own"]) >= tx.now - SHOWN_FOR
    has_rules = not found.keys().isdisjoint(("country", "rules"))
    away_since = (_instant(found["away"]) if found["away"] else tx.now) if "away" in found else None
    audience = Audience(
        *(is_shown, "others" in found, found.get("log_channel"), called, asked_about, has_rules, away_since)
    )
    return Profile(*person), audience


def _instant(microseconds: str) -> datetime:
    return EPOCH + int(microseconds) * MICROSECOND


def webhooks_of(connection: Connection, workspace_id: str) -> tuple[str, ...]:
    """The ids of webhooks, for changes that nobody else sees."""
    return tuple(row.webhook_id for row in connection.execute(_WEBHOOKS, {"workspace": workspace_id}))


_OWN = select(literal("own"), cast(Microseconds(home_tabs.c.opened_at), Text)).where(
    home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.user_id == bindparam("user")
)
_OTHERS = (
    select(literal("others"), home_tabs.c.user_id)
    .where(home_tabs.c.workspace_id == bindparam("workspace"), home_tabs.c.sees_others)
    .limit(1)
)
_SETTINGS = select(settings.c.name, settings.c.value).where(
    settings.c.workspace_id == bindparam("workspace"),
    or_(settings.c.name == "log_channel", settings.c.name == "country"),
)
_RULES_OF_OFFICE = (
    select(literal("rules"), offices.c.office_id)
    .where(offices.c.workspace_id == bindparam("workspace"), offices.c.country.is_not(None))
    .limit(1)
)
_WEBHOOKS = select(literal("webhook"), webhooks.c.webhook_id).where(
    webhooks.c.workspace_id == bindparam("workspace"), webhooks.c.removed_at.is_(None)
)
_DAYS_ASKED_ABOUT = select(literal("prompt"), prompts.c.about).where(
    prompts.c.workspace_id == bindparam("workspace"),
    prompts.c.about.between(bindparam("user") + " ", bindparam("user") + "!"),  # `U0ANA 2026-11-23`
)
_OPEN_PAIR = (
    select(pairs.c.in_id)
    .where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.user_id == bindparam("user"),
        pairs.c.out_id.is_(None),
        pairs.c.deleted_at.is_(None),
    )
    .scalar_subquery()
)
_OPEN_PAIR_ASKED_ABOUT = select(literal("prompt"), prompts.c.about).where(
    prompts.c.workspace_id == bindparam("workspace"), prompts.c.about == _OPEN_PAIR
)
_LATEST = (
    select(pairs.c.out_at, pairs.c.out_break)
    .where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.user_id == bindparam("user"),
        pairs.c.deleted_at.is_(None),
    )
    .order_by(pairs.c.in_at.desc())
    .limit(1)
    .subquery("latest")
)
_AWAY = select(literal("away"), cast(Microseconds(_LATEST.c.out_at), Text)).where(
    or_(_LATEST.c.out_break.is_not(None), _LATEST.c.out_at.is_(None))
)
_CONCERNED = _OWN.union_all(
    *(select(_OTHERS.subquery()), _SETTINGS, select(_RULES_OF_OFFICE.subquery()), _WEBHOOKS),
    *(_DAYS_ASKED_ABOUT, _OPEN_PAIR_ASKED_ABOUT, _AWAY),
).subquery("concerned")
_LOCKED = PERSON.with_for_update(key_share=True).subquery("locked")
_LOCK_PERSON = Prepared(select(_LOCKED, ServerTime(), _CONCERNED).select_from(_LOCKED.outerjoin(_CONCERNED, true())))
"""The time is outside of what locks, or PostgreSQL would read the clock before it waits."""
