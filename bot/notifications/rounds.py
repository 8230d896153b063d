"""The background jobs of one chat platform. Each platform has its own, so one that is away holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Set
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.notifications import audit_heads, period_ends, reminders, waiting_corrections
from bot.people import nightly_list, user_groups
from bot.people.ids import platform_of
from bot.people.nightly_list import Pages
from bot.people.user_groups import ReadGroup
from bot.runtime import outbox_sender
from bot.runtime.background_jobs import Look, Served, run_forever, served_workspaces_matching
from bot.runtime.budgets import DirectCalls
from bot.runtime.outbox_sender import Count, Post, Way
from bot.runtime.services import Services
from storage.database import Transaction
from storage.people import Platform


@dataclass(frozen=True, slots=True)
class ServedPlatform:
    """A chat platform as its jobs need it.

    `pages` lists the people of a workspace. `direct` notes the calls that answer people.
    `others`: jobs of this platform alone.
    """

    platform: Platform
    served: Served
    post: Post
    way: Way
    direct: DirectCalls
    count: Count
    read_group: ReadGroup
    pages: Pages
    others: Callable[[], Iterator[Coroutine[Any, Any, None]]] = lambda: iter(())


def rounds_of(chat: ServedPlatform, services: Services) -> Iterator[Coroutine[Any, Any, None]]:
    """The jobs, each for every workspace that is served there."""

    def matching(look: Look) -> Served:
        return served_workspaces_matching(partial(_there, look=look, platform=chat.platform), services, chat.served)

    yield run_forever(
        "anchors-not-published",
        matching(audit_heads.workspaces_publishing),
        partial(audit_heads.publish, services),
        audit_heads.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "reminders-not-looked-at",
        matching(reminders.workspaces_with_due_reminders),
        partial(reminders.queue_due_reminders, services),
        reminders.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "periods-not-looked-at",
        matching(period_ends.workspaces_asking),
        partial(period_ends.ask_to_sign, services),
        period_ends.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "corrections-not-looked-at",
        matching(waiting_corrections.workspaces_waiting),
        partial(waiting_corrections.remind, services),
        waiting_corrections.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "groups-not-read",
        matching(user_groups.workspaces_following_groups),
        partial(user_groups.read_again, services, chat.read_group),
        user_groups.READ_AGAIN_SECONDS,
    )
    yield run_forever(
        "people-not-listed",
        matching(nightly_list.workspaces_due),
        partial(nightly_list.list_people, services, chat.pages),
        nightly_list.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "outbox-not-sent",
        matching(outbox_sender.with_due),
        partial(outbox_sender.send_due, services, post=chat.post, count=chat.count, way=chat.way, direct=chat.direct),
        outbox_sender.LOOK_EVERY_SECONDS,
        at_once=outbox_sender.WORKSPACES_AT_ONCE,
    )
    yield from chat.others()


def _there(tx: Transaction, look: Look, platform: Platform) -> Set[str]:
    """What the query finds on that platform."""
    return {workspace_id for workspace_id in look(tx) if platform_of(workspace_id) is platform}
