"""Failures on purpose: Slack on a bad day."""

import asyncio

from aiohttp import web

from bot.practice.failure_modes import MOODS
from bot.practice.workspace import Workspace


async def strike(workspace: Workspace, name: str) -> web.Response | None:
    """The answer of the method's fault, or of the mood. None without a fault, or if it only waits."""
    faults = workspace.faults
    fault = faults.get(name) or MOODS[workspace.mood]
    if fault is None:
        return None
    if fault.times is not None:
        fault.times -= 1
        if fault.times <= 0:
            del faults[name]
    if fault.hold is not None:
        await fault.hold.wait()
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.status is None and fault.error is None:
        return None
    error = fault.error or ("ratelimited" if fault.status == 429 else "internal_error")
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    return web.json_response({"ok": False, "error": error}, status=fault.status or 200, headers=headers)
