"""What is done again and again for every workspace that the bot serves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.refusals import DirectoryUnavailable, Unavailable

log = structlog.get_logger(__name__)

AT_ONCE = 8  # workspaces at the same time: one that is slow to answer holds up few others

Served = Callable[[], Awaitable[Sequence[str]]]
"""The ids of the workspaces. Raises DirectoryUnavailable while that is not known, or Unavailable."""

Work = Callable[[str], Awaitable[object]]
"""What is done for one, by its id. Raises DirectoryUnavailable or Unavailable where it has to wait."""


async def go_round_forever(name: str, served: Served, work: Work, pause_seconds: float) -> None:
    """Does the work for each workspace, and again after the pause, or at once where one answers that there is more
    (True). What goes wrong is logged under the work's `name`, and holds up nobody else. Ends by cancellation."""
    while True:
        more = await go_round(name, served, work)
        if not more:
            await asyncio.sleep(pause_seconds)


async def go_round(name: str, served: Served, work: Work) -> bool:
    """Does the work once for each workspace; tells whether there is more."""
    places = asyncio.Semaphore(AT_ONCE)

    async def at_one(workspace_id: str) -> bool:
        async with places:
            try:
                return await work(workspace_id) is True
            except (DirectoryUnavailable, Unavailable) as error:
                log.warning(name, workspace_id=workspace_id, kind=type(error).__name__, reason=str(error))
            except Exception:
                # These rounds have nobody above them, and must outlive whatever one workspace meets.
                log.exception(name, workspace_id=workspace_id)
            return False

    try:
        workspace_ids = await served()
    except DirectoryUnavailable:
        return False  # which workspace it is will be known once Slack answers
    except Unavailable as error:
        log.warning(name, kind=type(error).__name__, reason=str(error))
        return False
    except Exception:
        log.exception(name)
        return False
    return any(await asyncio.gather(*(at_one(workspace_id) for workspace_id in workspace_ids)))
