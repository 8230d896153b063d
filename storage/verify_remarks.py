"""Compares each remark with its entry in the audit trail. It is written once; only its text may be erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, and_, select

from storage import audit
from storage.audit import ABOUT_REMARKS, DIGEST
from storage.remarks import Remark, to_audit_fields
from storage.tables import audit_entries, remarks
from storage.verify_records import SKEW_ALLOWED

Difference = tuple[str, str, str]
"""The workspace, the remark, and what is wrong with it."""

_NAMED = ("workspace_id", "subject", "sequence", "at", "actor", "via", "facts", "private")


def differences(connection: Connection, passed: Callable[[], None]) -> Iterator[Difference]:
    """Every remark that isn't as its only entry says."""
    its_remark = and_(
        remarks.c.workspace_id == audit_entries.c.workspace_id, remarks.c.remark_id == audit_entries.c.subject
    )
    query = (
        select(*(audit_entries.c[name] for name in _NAMED), remarks)
        .select_from(audit_entries.outerjoin(remarks, its_remark))
        .where(*audit.in_every_chain(ABOUT_REMARKS))
        .order_by(*audit.IN_EVERY_CHAIN)
    )
    last = None
    for row in connection.execution_options(yield_per=1000).execute(query):
        passed()
        workspace_id, remark_id, sequence = row[:3]
        if (workspace_id, remark_id) == last:
            yield workspace_id, remark_id, f"entry {sequence} can't follow another one: a remark is written once"
        elif what := _fault(row):
            yield workspace_id, remark_id, what
        last = workspace_id, remark_id
    told = select(audit_entries.c.workspace_id, audit_entries.c.subject).where(*audit.in_every_chain(ABOUT_REMARKS))
    untold = select(remarks.c.workspace_id, remarks.c.remark_id).except_(told)
    for workspace_id, remark_id in connection.execution_options(yield_per=1000).execute(untold):
        yield workspace_id, remark_id, "isn't in the audit trail: it was added outside the bot"


def _fault(row: Any) -> str | None:
    _, _, sequence, at, actor, via, facts, private = row[: len(_NAMED)]
    if row[len(_NAMED)] is None:
        return "is in the audit trail, but gone: it was removed outside the bot"
    remark = Remark(*row[len(_NAMED) :])
    try:
        told = json.loads(facts)
        if told.pop(DIGEST, None):
            told |= json.loads(private or "{}")
    except (ValueError, TypeError, AttributeError):
        return f"entry {sequence} can't be read"
    is_now = json.loads(audit.canonical(to_audit_fields(remark)))
    if differing := [name for name in sorted(is_now) if told.get(name) != is_now[name]]:
        return f"isn't what the audit trail says (in {', '.join(differing)})"
    if (remark.by, remark.via) != (actor, via) or abs(at - remark.at) > SKEW_ALLOWED:
        return f"entry {sequence} is by {actor or 'the bot'} at {at:%Y-%m-%d %H:%M:%S} UTC, and says otherwise"
    return None
