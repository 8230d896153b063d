"""The first admins, whom `TEAMS_ADMINS` names: Teams has no admins that a bot could ask about.

Each is appointed once in a workspace. Who is dismissed afterwards stays so, though the setting still names them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from hashlib import sha256

import structlog

from bot.errors import NotFullMembers
from bot.people import admins
from bot.permissions import OPERATOR, Caller, Via
from bot.runtime.services import Services
from storage import people, settings
from storage.database import Transaction

log = structlog.get_logger(__name__)

SETTING = "teams_admins_appointed"
BY = f"{OPERATOR}TEAMS_ADMINS"


class FirstAdmins:
    """`named`: Entra object ids and user principal names, in lower case."""

    def __init__(self, services: Services, named: Collection[str]) -> None:
        self._services, self._named = services, frozenset(named)
        self._waiting: dict[str, frozenset[str]] = {}
        """Those who aren't appointed yet, by workspace."""

    async def waiting(self, workspace_id: str) -> frozenset[str]:
        """Who isn't appointed there yet, as they are named."""
        if self._named and workspace_id not in self._waiting:
            done = await self._services.database.read(lambda tx: _done(tx, workspace_id))
            self._waiting[workspace_id] = frozenset(name for name in self._named if _digest(name) not in done)
        return self._waiting.get(workspace_id, frozenset())

    async def appoint_known(self, workspace_id: str) -> None:
        """Appoints those whose ids are known: they were met before the setting named them."""
        ids = await self.waiting(workspace_id)
        met = await self._services.database.read(lambda tx: people.get_many(tx.connection, workspace_id, ids))
        for user_id in met:
            await self.appoint(workspace_id, user_id, [user_id])

    async def appoint(self, workspace_id: str, user_id: str, called: Iterable[str]) -> None:
        """Appoints somebody who is known, if one of the names that they are `called` is waiting."""
        names = await self.waiting(workspace_id) & {name.lower() for name in called}
        if not names:
            return

        def write(tx: Transaction) -> None:
            people.lock_workspace(tx.connection, workspace_id)
            done, new = _done(tx, workspace_id), {_digest(name) for name in names}
            if not new <= done:  # another replica may have been first
                admins.change(tx, Caller(workspace_id, BY, Via.SYSTEM), appointed={user_id})
                settings.put(tx.connection, workspace_id, SETTING, json.dumps(sorted(done | new)))

        try:
            await self._services.database.write(write)
        except NotFullMembers:
            log.warning("admin-not-appointed", user_id=user_id, remedy="TEAMS_ADMINS names a guest: name a full member")
            return
        self._waiting[workspace_id] -= names


def _digest(name: str) -> str:
    """What is kept of a name: to erase a person, nobody has to look for it."""
    return sha256(name.encode()).hexdigest()


def _done(tx: Transaction, workspace_id: str) -> frozenset[str]:
    return frozenset(json.loads(settings.all_of(tx.connection, workspace_id).get(SETTING, "[]")))
