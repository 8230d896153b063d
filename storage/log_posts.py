"""Posts of events in the log channel, so that they can be updated."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, or_, select, update

from storage.tables import log_posts, pairs, upsert


class LogPost(NamedTuple):
    """A post by the platform's own names for it: the channel, and the timestamp that is its id there."""

    channel: str
    posted_ts: str


def remember(connection: Connection, workspace_id: str, event_id: str, post: LogPost) -> None:
    """Stores where the event was posted."""
    row = {"workspace_id": workspace_id, "event_id": event_id, "channel": post.channel, "posted_ts": post.posted_ts}
    upsert(connection, log_posts, row)


def move(connection: Connection, workspace_id: str, before: str, now: str) -> None:
    """The post shows another event from now on."""
    here = (log_posts.c.workspace_id == workspace_id, log_posts.c.event_id == before)
    connection.execute(update(log_posts).where(*here).values(event_id=now))


def find(connection: Connection, workspace_id: str, event_id: str) -> LogPost | None:
    """Where the event was posted, if it was."""
    query = select(log_posts.c.channel, log_posts.c.posted_ts).where(
        log_posts.c.workspace_id == workspace_id, log_posts.c.event_id == event_id
    )
    row = connection.execute(query).first()
    return LogPost(*row) if row else None


def event_at(connection: Connection, workspace_id: str, post: LogPost) -> str | None:
    """Which event the post shows."""
    here = (log_posts.c.channel == post.channel, log_posts.c.posted_ts == post.posted_ts)
    query = select(log_posts.c.event_id).where(log_posts.c.workspace_id == workspace_id, *here)
    return connection.scalar(query)


def posts_about(connection: Connection, workspace_id: str, user_id: str) -> list[str]:
    """The events of the person that were posted."""
    theirs = (pairs.c.workspace_id == workspace_id, pairs.c.user_id == user_id)
    query = select(log_posts.c.event_id).join(
        pairs,
        (pairs.c.workspace_id == log_posts.c.workspace_id)
        & or_(pairs.c.in_id == log_posts.c.event_id, pairs.c.out_id == log_posts.c.event_id),
    )
    return list(connection.scalars(query.where(*theirs)))
