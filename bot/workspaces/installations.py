"""The workspaces that installed the bot, alone or with their organisation: with which token, and until when.

An organisation installs the bot once for all its workspaces. Each of them joins when the platform first speaks of it.
Uninstalling keeps the records.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.errors import DirectoryUnavailable
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Via
from bot.runtime.encryption import CannotOpen, Place, Sealer
from bot.runtime.settings import InvalidSettings
from bot.runtime.tasks import finish_despite_cancel
from bot.workspaces.served_workspaces import add_workspace
from storage import installations, outbox, seals
from storage.audit import SEAL_DIGEST
from storage.database import Database, Transaction

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 600.0
INSTALLED = "installed/1"
"""The notice to whoever installed the bot."""
BELIEVED_FOR = timedelta(minutes=1)
"""How long a replica goes by what it read: then it sees what another one was told."""
ROWS_TRIED = 20
"""How many workspaces' tokens the key is tried on."""
RENEW_BEFORE = timedelta(hours=2)  # of the 12 that Slack's rotated tokens live


@dataclass(frozen=True, slots=True)
class Credentials:
    """A bot's token in one workspace; with rotation it `expires_at` some time, and is renewed by `refresh_token`."""

    token: str
    refresh_token: str | None = None
    expires_at: datetime | None = None

    def sealed(self, sealer: Sealer, workspace_id: str) -> str:
        """As text that only the holder of the key can read, and only for this workspace."""
        expires_at = self.expires_at.isoformat() if self.expires_at else None
        content = {"token": self.token, "refresh_token": self.refresh_token, "expires_at": expires_at}
        return sealer.seal(content, Place(workspace_id, "installation"))

    @classmethod
    def opened(cls, sealer: Sealer, workspace_id: str, sealed: str) -> Credentials:
        """Raises CannotOpen."""
        found = sealer.open(sealed, Place(workspace_id, "installation"))
        expires_at = datetime.fromisoformat(found["expires_at"]) if found["expires_at"] else None
        return cls(found["token"], found["refresh_token"], expires_at)


Renew = Callable[[str], Awaitable[Credentials]]
"""Asks the platform for new credentials by the refresh token. Raises DirectoryUnavailable."""


class StateUsed(Exception):
    """Somebody came back from the platform with the same state before."""


class InstalledWorkspaces:
    """Every workspace that the ledger has an installation of, and the credentials in each."""

    def __init__(self, database: Database, sealer: Sealer, renew: Renew) -> None:
        self._database, self._sealer, self._ask_anew = database, sealer, renew
        self._believed: dict[str, tuple[Credentials | None, datetime]] = {}

    async def served(self) -> Sequence[str]:
        """The ids of all, in order."""
        return await self._database.read(lambda tx: installations.all_of(tx.connection))

    async def serves(self, workspace_id: str) -> bool:
        """Whether the bot is installed there."""
        return await self._known(workspace_id) is not None

    async def credentials(self, workspace_id: str) -> Credentials:
        """Those of the workspace. Raises DirectoryUnavailable where there are none."""
        found = await self._known(workspace_id)
        if found is None:
            raise DirectoryUnavailable(f"workspace {workspace_id}")
        return found

    async def token_holders(self) -> Sequence[str]:
        """The ids of workspaces and organisations that have a token, in order."""
        return await self._database.read(lambda tx: installations.holders(tx.connection))

    async def meet(self, organisation_id: str, workspace_id: str) -> None:
        """The platform speaks of a workspace of an organisation: it joins, if the organisation has the bot."""
        if not await self.serves(workspace_id):
            await self._join(organisation_id, [workspace_id], granted=False)

    async def granted(self, organisation_id: str, workspace_ids: Sequence[str]) -> None:
        """The organisation adds the bot to these workspaces."""
        await self._join(organisation_id, workspace_ids, granted=True)

    async def revoked(self, organisation_id: str, workspace_ids: Sequence[str], at: datetime) -> None:
        """The organisation removed the bot from these workspaces at that time. Passes over others."""

        def write(tx: Transaction) -> None:
            for workspace_id in sorted({*workspace_ids} & {*installations.members(tx.connection, organisation_id)}):
                _end(tx, workspace_id, at)

        await self._database.write(write)
        self._believed.clear()

    async def _join(self, organisation_id: str, workspace_ids: Sequence[str], *, granted: bool) -> None:
        def write(tx: Transaction) -> None:
            for workspace_id in sorted(workspace_ids):
                add_workspace(tx, workspace_id)
                if installations.join(tx.connection, workspace_id, organisation_id, tx.now, granted=granted):
                    facts = {"organisation": organisation_id, SEAL_DIGEST: seals.digest_of(organisation_id)}
                    record_audit_entry(tx, Caller(workspace_id, "", Via.SYSTEM), Action.INSTALL, workspace_id, facts)

        if await self._known(organisation_id) is not None:
            await self._database.write(write)
            self._believed.clear()

    async def check_key(self) -> None:
        """Raises InvalidSettings if the key can't decrypt the tokens of the installations: of none of the first few, as
        a single row may be damaged."""
        tried = (await self.token_holders())[:ROWS_TRIED]
        for workspace_id in tried:
            if await self._opens(workspace_id):
                return
        if tried:
            raise InvalidSettings(
                "ATTENDANCE_ENCRYPTION_KEY can't decrypt the tokens in this database. Set the key that encrypted "
                "them. To replace that key, put the new one and a comma in front of it."
            )

    async def _opens(self, workspace_id: str) -> bool:
        held = await self._database.read(lambda tx: installations.find(tx.connection, workspace_id))
        sealed = held.sealed if held else ""
        try:
            if sealed and not sealed.startswith(seals.BOUND):  # an older version's, until the bot starts
                self._sealer.open_unbound(sealed)
            else:
                Credentials.opened(self._sealer, workspace_id, sealed)
        except CannotOpen:
            return False
        return True

    async def install(
        self,
        workspace_id: str,
        credentials: Credentials,
        by: str,
        once: tuple[str, datetime] | None = None,
        *,
        for_organisation: bool = False,
    ) -> None:
        """Installs the bot in a workspace, for the first time or again, and sends the installer a first message. With
        `for_organisation`, the id is an organisation's, and its workspaces join later.

        `once` is a state that they came back with, and until when it may be used. Raises StateUsed if it was.
        """
        sealed = credentials.sealed(self._sealer, workspace_id)

        def write(tx: Transaction) -> None:
            if once is not None and not installations.use_state(tx.connection, *once, tx.now):
                raise StateUsed
            add_workspace(tx, workspace_id)
            kept = (workspace_id, sealed, by, tx.now)
            installations.keep(tx.connection, *kept, for_organisation=for_organisation)
            digest = {SEAL_DIGEST: seals.digest_of(sealed)}
            record_audit_entry(tx, Caller(workspace_id, by, Via.SLACK), Action.INSTALL, workspace_id, digest)
            if not for_organisation:
                outbox.add(tx.connection, workspace_id, by, INSTALLED, tx.now)

        await self._database.write(write)
        self._believed.clear()

    async def uninstalled(self, workspace_id: str, at: datetime) -> None:
        """The platform says that the bot was removed `at` that time: its token is forgotten, and nothing more is sent
        there. With an organisation's id, that is so in all its workspaces. What it says of an earlier installation is
        passed over."""

        def write(tx: Transaction) -> None:
            if _end(tx, workspace_id, at):
                for member in installations.members(tx.connection, workspace_id):
                    _end(tx, member, max(at, tx.now))

        await self._database.write(write)
        self._believed.clear()

    async def renew(self, workspace_id: str) -> None:
        """Renews credentials that end soon. A refresh token works once: of several replicas that use it at the same
        time one gets an answer, and the others go by what that one wrote down."""
        if (stored := await self._read(workspace_id)) is None:
            return
        held, old = stored
        if old.refresh_token is None or not self._ends_soon(old):
            return
        await finish_despite_cancel(self._replace(held.holder_id, held.sealed, old.refresh_token))

    async def _replace(self, workspace_id: str, before: str, refresh_token: str) -> None:
        """Stores new ones in place of what was read before, unless another replica did already."""
        sealed = (await self._ask_anew(refresh_token)).sealed(self._sealer, workspace_id)

        def write(tx: Transaction) -> None:
            if installations.replace(tx.connection, workspace_id, before, sealed):
                digest = {SEAL_DIGEST: seals.digest_of(sealed)}
                record_audit_entry(tx, Caller(workspace_id, "", Via.SYSTEM), Action.SEAL, workspace_id, digest)

        await self._database.write(write)
        self._believed.clear()

    async def is_used(self, state: str) -> bool:
        """Whether somebody installed with this state."""
        return await self._database.read(lambda tx: installations.is_state_used(tx.connection, state))

    async def _known(self, workspace_id: str) -> Credentials | None:
        now = self._database.clock()
        found, until = self._believed.get(workspace_id, (None, now))
        if now >= until:
            stored = await self._read(workspace_id)
            found = stored[1] if stored else None
            self._believed[workspace_id] = found, now + BELIEVED_FOR
        return found

    def _ends_soon(self, found: Credentials) -> bool:
        return found.expires_at is not None and self._database.clock() > found.expires_at - RENEW_BEFORE

    async def _read(self, workspace_id: str) -> tuple[installations.Held, Credentials] | None:
        """What is stored, and the credentials in it."""
        held = await self._database.read(lambda tx: installations.find(tx.connection, workspace_id))
        if held is None:
            return None
        try:
            return held, Credentials.opened(self._sealer, held.holder_id, held.sealed)
        except CannotOpen:
            log.error("installation-not-opened", workspace_id=held.holder_id, remedy="install the bot there again")
            return None


def _end(tx: Transaction, workspace_id: str, at: datetime) -> bool:
    """Returns whether there was an installation from before then."""
    if not installations.end(tx.connection, workspace_id, at):
        return False
    outbox.give_up_all(tx.connection, workspace_id, tx.now)
    record_audit_entry(tx, Caller(workspace_id, "", Via.SYSTEM), Action.UNINSTALL, workspace_id, {})
    return True
