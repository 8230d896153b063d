"""`attendance serve` as processes of their own, which may be killed and started again where they were."""

from __future__ import annotations

import asyncio
import random
import socket
import sys
import time
from pathlib import Path

import aiohttp

from tests.conftest import ROOT

STARTS_WITHIN_SECONDS = 60.0


class Replica:
    """One such process. `module` is what python runs: the bot, or a twin of it that was broken on purpose."""

    def __init__(self, environment: dict[str, str], folder: Path, module: str = "bot") -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", module, "serve"]
        self._environment = environment | {"ATTENDANCE_PORT": str(port), "PYTHONPATH": str(ROOT)}
        self._log = folder / f"{port}.log"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns once it answers."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, env=self._environment, cwd=self._log.parent, stdout=log, stderr=log
            )
        async with asyncio.timeout(STARTS_WITHIN_SECONDS), aiohttp.ClientSession() as http:
            while self._process.returncode is None:
                try:
                    async with http.get(f"{self.address}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.02)
        raise AssertionError(f"it ended with {self._process.returncode} at its start:\n{self._log.read_text()[-3000:]}")

    async def stop(self) -> float:
        """With SIGTERM; how many seconds it took to end. Raises AssertionError unless it ended well."""
        assert self._process is not None
        started = time.monotonic()
        self._process.terminate()
        code = await asyncio.wait_for(self._process.wait(), 30)
        assert code == 0, f"it ended with {code}:\n{self._log.read_text()[-3000:]}"
        return time.monotonic() - started

    async def kill(self) -> None:
        """With SIGKILL: nothing is finished, and nobody gets an answer."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def free_port() -> int:
    """Outside the range from which the system gives ports to clients: one that knocks while nobody listens could be
    given the very port it knocks at, and would be connected to itself."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as chosen:
            try:
                chosen.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
