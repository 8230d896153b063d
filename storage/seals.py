"""The digests that the audit has of sealed secrets: an exchanged one is found, without the key.

A seal of which no entry tells is one from before schema 0013, or its entry went by its age.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, select, text

from storage.audit import SEAL_DIGEST, Action
from storage.tables import audit_entries, installations, webhooks

ACTIONS = (Action.INSTALL, Action.ADD_WEBHOOK, Action.SEAL)
_NOT_OF_RECORDS = text("action NOT IN ('clock-in', 'clock-out', 'create', 'delete', 'restore')")  # the index's words


def digest_of(sealed: str) -> str:
    """The digest of a secret as it is stored, for its audit entry."""
    return hashlib.sha256(sealed.encode()).hexdigest()


def is_as_told(connection: Connection, workspace_id: str, row_id: str, sealed: str) -> bool:
    """Whether this is the seal of the newest entry about it, or no entry tells of one."""
    told = _told(connection, audit_entries.c.workspace_id == workspace_id, audit_entries.c.subject == row_id)
    return told.get((workspace_id, row_id), digest_of(sealed)) == digest_of(sealed)


def differences(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """The workspace, which secret, and what is wrong with it."""
    told = _told(connection)
    of_installations = select(installations.c.workspace_id, installations.c.workspace_id, installations.c.sealed)
    of_webhooks = select(webhooks.c.workspace_id, webhooks.c.webhook_id, webhooks.c.secret)
    for kind, query in (
        ("installation", of_installations.where(installations.c.uninstalled_at.is_(None))),
        ("webhook", of_webhooks.where(webhooks.c.removed_at.is_(None))),
    ):
        for workspace_id, row_id, sealed in connection.execute(query):
            if told.get((workspace_id, row_id), digest_of(sealed)) != digest_of(sealed):
                yield workspace_id, f"{kind} {row_id}", "isn't what the audit trail says (in its sealed secret)"


def _told(connection: Connection, *where: ColumnElement[bool]) -> dict[tuple[str, str], str]:
    """The newest digest by workspace and row."""
    columns = (audit_entries.c[name] for name in ("workspace_id", "subject", "facts"))
    entries = select(*columns).where(audit_entries.c.action.in_(ACTIONS), _NOT_OF_RECORDS, *where)
    told = {}
    for workspace_id, subject, facts in connection.execute(
        entries.order_by(audit_entries.c.workspace_id, audit_entries.c.sequence)
    ):
        if digest := json.loads(facts).get(SEAL_DIGEST):
            told[workspace_id, subject] = digest
    return told
