"""Lists everyone in the chat platform once a night. Events tell of changes at once; this is for those that were
missed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial

from bot.calendar.worktime import zone_named
from bot.errors import DirectoryUnavailable
from bot.people.profiles import save_profile
from bot.runtime.services import Services
from storage import people, settings, teams
from storage.database import Transaction
from storage.people import Profile, Workspace

LOOK_EVERY_SECONDS = 60.0
AT = time(3, 0)  # in the workspace's zone
LONGEST_PAGE = timedelta(minutes=10)  # after that another replica may begin: this one ended half way
TRY_AGAIN_AFTER = timedelta(minutes=10)
NEXT = "list_people_after"

Pages = Callable[[str], AsyncIterator[Sequence[Profile]]]
"""Everyone in a workspace, or those of them whom the bot knows, by its id, page by page. Raises
DirectoryUnavailable."""


def workspaces_due(tx: Transaction) -> Set[str]:
    """The workspaces whose people are to be listed now."""
    after = settings.values_of(tx.connection, NEXT)
    workspaces = people.all_workspaces(tx.connection)
    return {workspace.workspace_id for workspace in workspaces if _is_due(tx, workspace, after)}


async def list_people(services: Services, pages: Pages, workspace_id: str) -> None:
    """Takes over what has changed in the profiles of people whom the bot knows. Raises DirectoryUnavailable."""
    if not await services.database.write(partial(_begin, workspace_id=workspace_id)):
        return  # another replica has begun
    try:
        async for page in pages(workspace_id):
            await _take_over(services, workspace_id, page)
    except DirectoryUnavailable:
        await services.database.write(lambda tx: _put(tx, workspace_id, tx.now + TRY_AGAIN_AFTER))
        raise
    await services.database.write(partial(_end, workspace_id=workspace_id))


def _begin(tx: Transaction, workspace_id: str) -> bool:
    people.lock_workspace(tx.connection, workspace_id)
    if workspace_id not in workspaces_due(tx):
        return False
    _put(tx, workspace_id, tx.now + LONGEST_PAGE)
    return True


async def _take_over(services: Services, workspace_id: str, page: Sequence[Profile]) -> None:
    """Writes the profiles that changed, and marks the others as new. Of strangers nothing is kept.

    A transaction for each change: its audit entry locks the chain, and nobody's row may be locked after that.
    """
    same, changed = await services.database.read(partial(_compared, workspace_id=workspace_id, page=page))
    for profile in changed:
        await services.database.write(partial(save_profile, profile=profile))
    await services.database.write(partial(_mark, workspace_id=workspace_id, same=same))


def _compared(
    tx: Transaction, workspace_id: str, page: Sequence[Profile]
) -> tuple[Sequence[Profile], Sequence[Profile]]:
    """Those of the page who are as they were, and those who are not."""
    met = people.get_many(tx.connection, workspace_id, [profile.user_id for profile in page])
    wanted = met.keys() | teams.in_any_group(tx.connection, workspace_id)
    known = [profile for profile in page if profile.user_id in wanted]
    same = [profile for profile in known if _is_same(met.get(profile.user_id), profile)]
    return same, [profile for profile in known if profile not in same]


def _is_same(before: Profile | None, profile: Profile) -> bool:
    """What the platform doesn't tell stays as it is: the language that a person chose, and a locale left out."""
    if before is None:
        return False
    same = replace(profile, locale=profile.locale or before.locale, language=before.language)
    return replace(before, refreshed_at=profile.refreshed_at) == same


def _mark(tx: Transaction, workspace_id: str, same: Sequence[Profile]) -> None:
    """As of when the chat platform was asked: it may have told of a change since."""
    for asked_at in {profile.refreshed_at for profile in same}:
        user_ids = [profile.user_id for profile in same]
        people.get_many_for_update(tx.connection, workspace_id, user_ids)  # in their order, or it could deadlock
        people.mark_refreshed(tx.connection, workspace_id, user_ids, asked_at)
    _put(tx, workspace_id, tx.now + LONGEST_PAGE)


def _end(tx: Transaction, workspace_id: str) -> None:
    _put(tx, workspace_id, _night_after(tx.now, people.workspace_zone(tx.connection, workspace_id)))


def _is_due(tx: Transaction, workspace: Workspace, after: Mapping[str, str]) -> bool:
    listed = after.get(workspace.workspace_id)
    return tx.now >= (datetime.fromisoformat(listed) if listed else _night_after(workspace.met_at, workspace.zone))


def _night_after(at: datetime, zone_name: str) -> datetime:
    zone = zone_named(zone_name)
    local = at.astimezone(zone)
    day = local.date() if local.time() < AT else local.date() + timedelta(days=1)
    return datetime.combine(day, AT, zone).astimezone(UTC)


def _put(tx: Transaction, workspace_id: str, at: datetime) -> None:
    settings.put(tx.connection, workspace_id, NEXT, at.isoformat())
