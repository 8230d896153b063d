"""Binds secrets to their rows that older versions sealed for no place, or that are from before there was a key.

The bot does so when it starts, and uses bound ones alone afterwards. The database takes no unbound seal any more, so
what is found was always there.
"""

from __future__ import annotations

from functools import partial

from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Via
from bot.runtime.encryption import CannotOpen, Place, Sealer
from bot.webhooks.deliveries import PREFIX
from storage import seals
from storage.audit import SEAL_DIGEST
from storage.database import Database, Transaction
from storage.seals import Seal


async def bind_older_seals(database: Database, sealer: Sealer) -> None:
    """Binds every seal that the key opens. The others stay; using one reports why it doesn't open."""
    for seal in await database.read(lambda tx: seals.unbound(tx.connection)):
        try:
            bound = _bound(seal, sealer)
        except CannotOpen:
            continue
        await database.write(partial(_replace, seal, bound))


def _bound(seal: Seal, sealer: Sealer) -> str:
    if seal.kind == "installation":
        return sealer.seal(sealer.open_unbound(seal.sealed), Place(seal.workspace_id, "installation"))
    is_plain = seal.sealed.startswith(PREFIX)
    content = {"secret": seal.sealed} if is_plain else sealer.open_unbound(seal.sealed)
    return sealer.seal(content, Place(seal.workspace_id, "webhook", seal.row_id))


def _replace(seal: Seal, bound: str, tx: Transaction) -> None:
    if seals.replace(tx.connection, seal, bound):
        by_itself = Caller(seal.workspace_id, "", Via.SYSTEM)
        record_audit_entry(tx, by_itself, Action.SEAL, seal.row_id, {SEAL_DIGEST: seals.digest_of(bound)})
