"""`attendance verify`: the rules and the audit chain, over the whole ledger."""

from __future__ import annotations

from collections.abc import Callable

from bot.settings import Settings, read
from storage.database import Transaction, open_database
from storage.verify import verify


async def verify_ledger(say: Callable[[str], None]) -> int:
    """Says each fault and a closing line; returns how many faults there are."""
    database = open_database(read(Settings).database_url, create=False)

    def walk(tx: Transaction) -> int:
        faults = 0
        for fault in verify(tx.connection):
            faults += 1
            say(f"{fault.workspace_id} {fault.rule} {fault.where}: {fault.what}")
        return faults

    try:
        faults = await database.read(walk)
    finally:
        await database.close()
    say(
        "The ledger is whole: every rule holds, and the audit chain is unbroken." if not faults else f"{faults} faults."
    )
    return faults
