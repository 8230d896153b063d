"""Draws PDFs and workbooks in a process of its own. Drawn in the server, they would hold up everybody for seconds.

The process, `bot.documents.drawing_process`, ends with its document. So it costs no memory while nothing is drawn.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from storage.database import reads_for
from storage.shares import Shares

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
LONGEST_SECONDS = 600
_PLACES = Shares(AT_ONCE, each=1, alone=AT_ONCE)
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
"""The variables that it gets; no secrets."""


class DrawingFailed(Exception):
    """The process ended without an answer: it took too much time or memory, or was killed."""


async def draw(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs a function of a module, and returns or raises what it does. Waits for a place among those of its workspace.

    If the caller is cancelled, the process is killed. Raises DrawingFailed.
    """
    async with _PLACES.place(reads_for.get()):
        answer = await _ask(pickle.dumps((work, args, kwargs)))
    done, result = pickle.loads(answer)  # noqa: S301  # from our own process
    if not done:
        raise result
    drawn: T = result
    return drawn


async def _ask(call: bytes) -> bytes:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # With -P, nothing is imported from the folder in which the server happens to run.
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bot.documents.drawing_process"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        start_new_session=True,  # a Ctrl+C is for the server, which ends it
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            answer, _ = await process.communicate(call)
    except TimeoutError as error:
        raise DrawingFailed("it took too long") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not answer:
        raise DrawingFailed(f"it ended with {process.returncode}")
    return answer
