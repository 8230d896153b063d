"""Background jobs, repeated for every workspace that the bot serves or has served."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence, Set

import structlog

from bot.errors import DirectoryUnavailable
from bot.runtime import tracing
from bot.runtime.services import Services
from storage.database import Transaction
from storage.errors import Unavailable
from storage.shares import Shares

log = structlog.get_logger(__name__)

AT_ONCE = 8  # rounds at the same time
OF_EACH = 4  # rounds at the same time for one workspace, whose jobs have several ids

Served = Callable[[], Awaitable[Sequence[str]]]
"""The ids of the workspaces. Or several ids for each, which begin with the workspace's and a space. Raises
DirectoryUnavailable while they aren't known, or Unavailable."""

Work = Callable[[str], Awaitable[object]]
"""Does one round for an id. Returns whether there is more to do at once.

Raises DirectoryUnavailable or Unavailable if it has to wait.
"""

Look = Callable[[Transaction], Set[str]]
"""Finds the workspaces that may have something to do, with one query."""


def served_workspaces_matching(look: Look, services: Services, served: Served) -> Served:
    """The served workspaces that the query finds. So a round is cheap if few have something to do."""

    async def found() -> Sequence[str]:
        found = await services.database.read(look)
        return [workspace_id for workspace_id in await served() if workspace_id in found] if found else []

    return found


def workspaces_matching(look: Look, services: Services) -> Served:
    """All workspaces that the query finds, including those no longer served, for jobs that don't call the chat
    platform."""

    async def found() -> Sequence[str]:
        return sorted(await services.database.read(look))

    return found


async def run_forever(name: str, served: Served, work: Work, pause_seconds: float, *, at_once: int = AT_ONCE) -> None:
    """Does a round for each, and again after the pause, until it is cancelled. Where there is more to do, the next
    round waits until the others have had theirs. One that takes long is skipped until it is done, so it delays no
    other. Errors are logged under `name`."""
    under_way: dict[str, asyncio.Task[None]] = {}
    shares = Shares(at_once, OF_EACH)

    async def visit(one: str) -> None:
        try:
            with tracing.request(tracing.new_id()):
                is_more = True
                while is_more:
                    async with shares.place(one.partition(" ")[0]):
                        is_more = await _is_more(name, work, one)
        finally:
            del under_way[one]

    async with asyncio.TaskGroup() as tasks:
        while True:
            for one in await _workspaces_to_visit(name, served):
                if one not in under_way:
                    under_way[one] = tasks.create_task(visit(one))
            await asyncio.sleep(pause_seconds)


async def _is_more(name: str, work: Work, workspace_id: str) -> bool:
    try:
        return await work(workspace_id) is True
    except (DirectoryUnavailable, Unavailable) as error:
        log.warning(name, workspace_id=workspace_id, kind=type(error).__name__, reason=str(error))
    except Exception:
        # A round must survive every error in one workspace. Nothing above would catch it.
        log.exception(name, workspace_id=workspace_id)
    return False


async def _workspaces_to_visit(name: str, served: Served) -> Sequence[str]:
    try:
        return await served()
    except DirectoryUnavailable:
        pass  # the workspace isn't known until Slack answers
    except Unavailable as error:
        log.warning(name, kind=type(error).__name__, reason=str(error))
    except Exception:
        log.exception(name)  # as above
    return ()
