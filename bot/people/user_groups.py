"""The chat platform's user groups that teams follow. Their members are kept up to date."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Set
from dataclasses import dataclass
from functools import partial

import structlog

from bot import permissions
from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.profiles import look_up_profile
from bot.permissions import Caller, Operation, Via
from bot.runtime.services import Services
from storage import people, teams
from storage.database import Transaction
from storage.errors import Unavailable, UnknownUser

log = structlog.get_logger(__name__)

READ_AGAIN_SECONDS = 6 * 3600.0  # events tell about changes; this finds those that were missed

ReadGroup = Callable[[str, str], Awaitable[Collection[str]]]
"""Asks the platform who is in a group, by workspace and group id. Raises UnknownGroup or DirectoryUnavailable."""

NowIn = Callable[[frozenset[str]], Collection[str]]
"""The members of a group now, from those it had."""


@dataclass(frozen=True, slots=True)
class Group:
    """A user group and its name."""

    group_id: str
    name: str


async def read_new(
    services: Services, caller: Caller, group_ids: Collection[str], read_group: ReadGroup | None
) -> dict[str, Collection[str]]:
    """The members of those groups that no team follows yet. Raises Forbidden, and what `read_group` raises."""

    def read(tx: Transaction) -> frozenset[str]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return teams.followed_groups(tx.connection, caller.workspace_id)

    new = sorted(set(group_ids) - await services.database.read(read))
    if new and read_group is None:
        raise DirectoryUnavailable("user groups")
    return {group_id: await read_group(caller.workspace_id, group_id) for group_id in new} if read_group else {}


async def changed(services: Services, workspace_id: str, group_id: str, now_in: NowIn) -> bool:
    """Stores what the platform says about a group: `now_in` turns its former members into its current ones. Groups that
    no team follows aren't stored. Returns whether anything changed."""

    def write(tx: Transaction) -> bool:
        people.lock_workspace(tx.connection, workspace_id)
        if not teams.is_followed(tx.connection, workspace_id, group_id):
            return False
        before = teams.in_group(tx.connection, workspace_id, group_id)
        now = frozenset(now_in(before))
        if now == before:
            return False
        _replace_members(tx, workspace_id, group_id, before, now)
        return True

    return await services.database.write(write)


def follow(tx: Transaction, workspace_id: str, new: Mapping[str, Collection[str]]) -> None:
    """Takes over who is in groups that teams follow from now on, and forgets the others."""
    now = dict(new) | dict.fromkeys(teams.unfollowed_groups(tx.connection, workspace_id), ())
    for group_id, user_ids in sorted(now.items()):
        before = teams.in_group(tx.connection, workspace_id, group_id)
        if before != frozenset(user_ids):
            _replace_members(tx, workspace_id, group_id, before, frozenset(user_ids))


def _replace_members(
    tx: Transaction, workspace_id: str, group_id: str, before: frozenset[str], now: frozenset[str]
) -> None:
    """Takes over who is in a group by the platform's word, with the audit entry: it decides whom managers reach."""
    teams.set_group(tx.connection, workspace_id, group_id, now)
    changed = {"joined": sorted(now - before), "left": sorted(before - now), "members": sorted(now)}
    facts = {**changed, "by": "the chat platform's word"}
    record_audit_entry(tx, Caller(workspace_id, group_id, Via.SYSTEM), Action.CHANGE_GROUP, group_id, facts)


async def look_up_members(services: Services, workspace_id: str) -> None:
    """Looks up everybody in the groups. If the platform is away, the rest follows later."""

    def read(tx: Transaction) -> list[str]:
        everybody = teams.in_any_group(tx.connection, workspace_id)
        return sorted(everybody - people.get_many(tx.connection, workspace_id).keys())

    for user_id in await services.database.read(read):
        try:
            await look_up_profile(services, workspace_id, user_id)
        except UnknownUser:
            continue  # from another workspace: in the group, but not a member here
        except (DirectoryUnavailable, Unavailable) as error:
            log.warning("group-members-not-met", kind=type(error).__name__, reason=str(error))
            return


def workspaces_following_groups(tx: Transaction) -> Set[str]:
    """The workspaces in which a team follows a group."""
    return teams.workspaces_with_groups(tx.connection)


async def read_again(services: Services, read_group: ReadGroup, workspace_id: str) -> None:
    """Reads every followed group. A deleted group has no members."""
    for group_id in sorted(await services.database.read(lambda tx: teams.followed_groups(tx.connection, workspace_id))):
        try:
            now: Collection[str] = await read_group(workspace_id, group_id)
        except UnknownGroup:
            now = ()
        await changed(services, workspace_id, group_id, partial(_exactly, now))
    await look_up_members(services, workspace_id)


def _exactly(now: Collection[str], before: frozenset[str]) -> Collection[str]:
    return now
