"""Questions that the bot asked on its own, and where they were posted, so that they can be updated after the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, or_, select, update

from storage.audit import canonical
from storage.prepared import Prepared
from storage.tables import prompts, upsert

KEPT_FOR = timedelta(days=7)
REQUESTS_KEPT_FOR = timedelta(days=60)
"""Of those about corrections, which may wait for longer."""
UNPOSTED = ""
"""In place of the chat's names for what isn't in a message that can be updated."""


class Prompt(NamedTuple):
    """A message of the outbox that was sent.

    `about`: an open clock-in, a break or a correction by its id, or a person's day. `channel` and `posted_ts`: the
    chat's own names for it.
    """

    workspace_id: str
    about: str
    message_id: str
    recipient: str
    kind: str
    facts: Mapping[str, Any]
    channel: str
    posted_ts: str


def remember(connection: Connection, prompt: Prompt, at: datetime) -> None:
    """Stores where a question was posted."""
    upsert(connection, prompts, prompt._asdict() | {"facts": canonical(prompt.facts), "sent_at": at})


def about(connection: Connection, workspace_id: str, what: str) -> list[Prompt]:
    """The questions about that subject, oldest first."""
    found = _ABOUT.rows(connection, {"workspace": workspace_id, "what": what})
    return [Prompt(*row)._replace(facts=json.loads(row[_FACTS])) for row in found]


def by_message(connection: Connection, workspace_id: str, message_id: str) -> Prompt | None:
    """The question that the outbox sent as this message."""
    here = (prompts.c.workspace_id == workspace_id, prompts.c.message_id == message_id)
    row = connection.execute(select(*(prompts.c[name] for name in Prompt._fields)).where(*here)).first()
    return Prompt(*row)._replace(facts=json.loads(row.facts)) if row else None


def in_message(connection: Connection, workspace_id: str, channel: str, posted_ts: str) -> list[Prompt]:
    """The questions that this message asks, in the order in which they were queued."""
    here = (prompts.c.workspace_id == workspace_id, prompts.c.channel == channel, prompts.c.posted_ts == posted_ts)
    query = select(*(prompts.c[name] for name in Prompt._fields)).where(*here).order_by(prompts.c.message_id)
    return [Prompt(*row)._replace(facts=json.loads(row.facts)) for row in connection.execute(query)]


def move(connection: Connection, workspace_id: str, before: str, now: str) -> None:
    """Their subject has another id now."""
    theirs = (prompts.c.workspace_id == workspace_id, prompts.c.about == before)
    connection.execute(update(prompts).where(*theirs).values(about=now))


def forget(connection: Connection, workspace_id: str, channel: str, posted_ts: str) -> None:
    """Removes a question that was replaced by an answer."""
    here = (prompts.c.workspace_id == workspace_id, prompts.c.channel == channel, prompts.c.posted_ts == posted_ts)
    connection.execute(delete(prompts).where(*here))


def sent_long_ago(at: datetime) -> ColumnElement[bool]:
    """Questions that are too old to be updated."""
    others = and_(prompts.c.kind.not_like("correction%"), prompts.c.sent_at < at - KEPT_FOR)
    return or_(others, prompts.c.sent_at < at - REQUESTS_KEPT_FOR)


_FACTS = Prompt._fields.index("facts")
# Compiled once, because every clock-in runs it.
_ABOUT = Prepared(
    select(*(prompts.c[name] for name in Prompt._fields))
    .where(prompts.c.workspace_id == bindparam("workspace"), prompts.c.about == bindparam("what"))
    .order_by(prompts.c.message_id)
)
