"""Addresses that are called for every change to records. The calls are rows of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage import outbox
from storage.errors import UnknownWebhook
from storage.tables import webhooks


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address. `secret` signs its calls; it is encrypted if the installation has a key."""

    workspace_id: str
    webhook_id: str
    url: str
    secret: str
    created_by: str
    created_at: datetime


_WEBHOOK = [webhooks.c[name] for name in Webhook.__slots__]


def add(connection: Connection, webhook: Webhook) -> None:
    """Stores a new address."""
    connection.execute(insert(webhooks).values({name: getattr(webhook, name) for name in Webhook.__slots__}))


def all_of(connection: Connection, workspace_id: str) -> list[Webhook]:
    """The addresses of the workspace, oldest first."""
    living = select(*_WEBHOOK).where(webhooks.c.workspace_id == workspace_id, webhooks.c.removed_at.is_(None))
    return [Webhook(*row) for row in connection.execute(living.order_by(webhooks.c.webhook_id))]


def find(connection: Connection, workspace_id: str, webhook_id: str) -> Webhook:
    """The address. Raises UnknownWebhook."""
    row = connection.execute(select(*_WEBHOOK).where(*_lives(workspace_id, webhook_id))).first()
    if row is None:
        raise UnknownWebhook(webhook_id)
    return Webhook(*row)


def remove(connection: Connection, workspace_id: str, webhook_id: str, at: datetime) -> None:
    """Removes an address and its waiting calls. Raises UnknownWebhook.

    The row stays without its secret, for the history.
    """
    ended = update(webhooks).where(*_lives(workspace_id, webhook_id)).values(removed_at=at, secret="")
    if connection.execute(ended).rowcount == 0:
        raise UnknownWebhook(webhook_id)
    outbox.remove_in_order(connection, workspace_id, webhook_id)


def _lives(workspace_id: str, webhook_id: str) -> tuple[ColumnElement[bool], ...]:
    return webhooks.c.workspace_id == workspace_id, webhooks.c.webhook_id == webhook_id, webhooks.c.removed_at.is_(None)
