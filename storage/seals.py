"""The digests that the audit has of sealed secrets: an exchanged one is found, without the key.

A seal of which no entry tells is one from before schema 0013, or its entry went by its age.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select, update

from storage.audit import NOT_OF_EVENTS, SEAL_DIGEST, Action
from storage.tables import audit_entries, installations, webhooks

BOUND = "v2."
"""What a seal begins with that opens at its row only. The database takes no other one."""
MEMBERSHIP = "organisation of"
"""The kind of what isn't a secret, but says whose secret a workspace uses."""
ACTIONS = (Action.INSTALL, Action.ADD_WEBHOOK, Action.SEAL)


def digest_of(sealed: str) -> str:
    """The digest of a secret as it is stored, for its audit entry."""
    return hashlib.sha256(sealed.encode()).hexdigest()


class Seal(NamedTuple):
    """A secret as it is stored, or the organisation whose secret is used. `row_id` is the webhook's, or the
    workspace's."""

    kind: str
    workspace_id: str
    row_id: str
    sealed: str


def unbound(connection: Connection) -> list[Seal]:
    """Those that open everywhere, unless their audit entries tell of others: then somebody put them there."""
    secrets = (seal for seal in _living(connection) if seal.kind != MEMBERSHIP)
    found = [seal for seal in secrets if seal.sealed and not seal.sealed.startswith(BOUND)]
    told = _told(connection) if found else {}
    return [seal for seal in found if _is_as_told(seal, told)]


def replace(connection: Connection, seal: Seal, bound: str) -> bool:
    """Stores a bound one in its place, unless somebody else did. Returns whether it did."""
    if seal.kind == "installation":
        here = (installations.c.workspace_id == seal.workspace_id, installations.c.sealed == seal.sealed)
        return connection.execute(update(installations).where(*here).values(sealed=bound)).rowcount > 0
    row = (webhooks.c.workspace_id == seal.workspace_id, webhooks.c.webhook_id == seal.row_id)
    same = update(webhooks).where(*row, webhooks.c.secret == seal.sealed)
    return connection.execute(same.values(secret=bound)).rowcount > 0


def differences(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """The workspace, which secret, and what is wrong with it."""
    told = _told(connection)
    for seal in _living(connection):
        if not _is_as_told(seal, told):
            what = "isn't what the audit trail says (in its sealed secret)"
            yield seal.workspace_id, f"{seal.kind} {seal.row_id}", what


def _living(connection: Connection) -> Iterator[Seal]:
    of_installations = select(installations.c.workspace_id, installations.c.workspace_id, installations.c.sealed)
    of_webhooks = select(webhooks.c.workspace_id, webhooks.c.webhook_id, webhooks.c.secret)
    is_member = func.coalesce(installations.c.organisation_id, installations.c.workspace_id) != (
        installations.c.workspace_id
    )
    of_members = select(installations.c.workspace_id, installations.c.workspace_id, installations.c.organisation_id)
    standing = installations.c.uninstalled_at.is_(None)
    living: dict[str, Select[Any]] = {
        "installation": of_installations.where(standing, ~is_member),
        MEMBERSHIP: of_members.where(standing, is_member),
        "webhook": of_webhooks.where(webhooks.c.removed_at.is_(None)),
    }
    for kind, query in living.items():
        for workspace_id, row_id, sealed in connection.execute(query):
            yield Seal(kind, workspace_id, row_id, sealed)


def _is_as_told(seal: Seal, told: dict[tuple[str, str], str]) -> bool:
    digest = digest_of(seal.sealed)
    return told.get((seal.workspace_id, seal.row_id), digest) == digest


def _told(connection: Connection) -> dict[tuple[str, str], str]:
    """The newest digest by workspace and row."""
    columns = (audit_entries.c[name] for name in ("workspace_id", "subject", "facts"))
    entries = select(*columns).where(audit_entries.c.action.in_(ACTIONS), NOT_OF_EVENTS)
    told = {}
    for workspace_id, subject, facts in connection.execute(
        entries.order_by(audit_entries.c.workspace_id, audit_entries.c.sequence)
    ):
        if digest := json.loads(facts).get(SEAL_DIGEST):
            told[workspace_id, subject] = digest
    return told
