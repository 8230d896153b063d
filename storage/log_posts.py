"""Posts of events in the log channel, so that they can be updated. Several events can share a post."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, or_, select, update

from storage.tables import log_posts, pairs, upsert


class Posted(NamedTuple):
    """A message by the platform's own names for it: its channel, and its id there, which is a timestamp in Slack."""

    channel: str
    posted_ts: str


def remember(connection: Connection, workspace_id: str, event_ids: Collection[str], post: Posted) -> None:
    """Stores where the events were posted."""
    for event_id in event_ids:
        upsert(connection, log_posts, {"workspace_id": workspace_id, "event_id": event_id, **post._asdict()})


def move(connection: Connection, workspace_id: str, before: str, now: str) -> None:
    """The post shows another event from now on."""
    here = (log_posts.c.workspace_id == workspace_id, log_posts.c.event_id == before)
    connection.execute(update(log_posts).where(*here).values(event_id=now))


def find(connection: Connection, workspace_id: str, event_ids: Collection[str]) -> dict[str, Posted]:
    """Where the events were posted, of those that were."""
    query = select(log_posts.c.event_id, log_posts.c.channel, log_posts.c.posted_ts).where(
        log_posts.c.workspace_id == workspace_id, log_posts.c.event_id.in_(sorted(event_ids))
    )
    return {event_id: Posted(*post) for event_id, *post in connection.execute(query)}


def events_at(connection: Connection, workspace_id: str, post: Posted) -> list[str]:
    """Which events the post shows."""
    here = (log_posts.c.channel == post.channel, log_posts.c.posted_ts == post.posted_ts)
    query = select(log_posts.c.event_id).where(log_posts.c.workspace_id == workspace_id, *here)
    return list(connection.scalars(query))


def posts_about(connection: Connection, workspace_id: str, user_id: str) -> list[str]:
    """The events of the person that were posted."""
    theirs = (pairs.c.workspace_id == workspace_id, pairs.c.user_id == user_id)
    query = select(log_posts.c.event_id).join(
        pairs,
        (pairs.c.workspace_id == log_posts.c.workspace_id)
        & or_(pairs.c.in_id == log_posts.c.event_id, pairs.c.out_id == log_posts.c.event_id),
    )
    return list(connection.scalars(query.where(*theirs)))
