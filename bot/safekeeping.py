"""Keeping the ledger safe: the check of all of it, copies while it serves, and bringing one back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.settings import Settings, read
from storage.audit import Anchor, heads
from storage.backup import back_up, restore
from storage.database import Transaction, open_database
from storage.verify import verify

__all__ = ["Anchor", "back_up_ledger", "restore_ledger", "verify_ledger"]


async def verify_ledger(say: Callable[[str], None], *, against: Sequence[Anchor] = (), anchor: bool = False) -> int:
    """Says each fault and a closing line; returns how many faults there are.

    `against`: anchors kept elsewhere, which the chains have to go through. `anchor`: says today's, to be kept.
    """
    database = open_database(read(Settings).database_url, create=False)

    def walk(tx: Transaction) -> tuple[int, list[Anchor]]:
        faults = 0
        for fault in verify(tx.connection):
            faults += 1
            say(f"{fault.workspace_id} {fault.rule} {fault.where}: {fault.what}")
        for kept in against:
            if not kept.holds(tx.connection):
                faults += 1
                say(f"{kept.workspace_id} audit chain entry {kept.sequence}: is not the one that was anchored")
        return faults, heads(tx.connection)

    try:
        faults, now = await database.read(walk)
    finally:
        await database.close()
    say(f"{faults} faults." if faults else "The ledger is whole: every rule holds, and the audit chain is unbroken.")
    if anchor and not faults:
        for head in now:
            say(str(head))
    return faults


async def back_up_ledger(file: Path) -> None:
    """Copies the ledger to a new file. Raises UnusableDatabase."""
    await asyncio.to_thread(back_up, read(Settings).database_url, file)


async def restore_ledger(file: Path, say: Callable[[str], None]) -> int:
    """Brings a backup back and verifies it; returns how many faults there are. Raises UnusableDatabase."""
    await asyncio.to_thread(restore, file, read(Settings).database_url)
    say(f"Restored from {file}.")
    return await verify_ledger(say)
