"""The language that people choose for themselves, and a workspace's."""

from __future__ import annotations

import re

from bot.people.audit_entries import Action, record_audit_entry
from bot.people.readers import LANGUAGE, Reading, reading
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import people, settings
from storage.database import Transaction

OF_PERSON = "language of "
"""In the audit, before the person's id."""


async def of_workspace(services: Services, workspace_id: str) -> str | None:
    """The tag of the workspace's language. None: nobody said."""
    return await services.database.read(lambda tx: settings.value_of(tx.connection, workspace_id, LANGUAGE))


async def choose(services: Services, caller: Caller, language: str | None) -> Reading:
    """The caller reads this language from now on; with None, their chat's. Returns how they read now."""

    def write(tx: Transaction) -> Reading:
        person = people.get_for_update(tx.connection, caller.workspace_id, caller.user_id)
        if person.language != language:
            people.set_language(tx.connection, caller.workspace_id, caller.user_id, language)
            facts = {"kept": {f"{OF_PERSON}{caller.user_id}": language}}
            record_audit_entry(tx, caller, Action.CHANGE_SETTINGS, LANGUAGE, facts)
        now = people.find(tx.connection, caller.workspace_id, caller.user_id)
        return reading(now, settings.value_of(tx.connection, caller.workspace_id, LANGUAGE))

    now = await services.database.write(write)
    services.changed_people.add((caller.workspace_id, caller.user_id))
    return now


def locale_told(text: object) -> str | None:
    """A locale as a chat platform tells it (`de-DE`). None for what isn't one."""
    return text if isinstance(text, str) and _TAG.fullmatch(text) else None


_TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
