"""Clock-ins that have to wait, because the clock-out of an earlier day is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from bot.permissions import Caller
from bot.runtime.services import Services
from storage import prompts
from storage.prompts import UNPOSTED, Prompt

KEPT_FOR = timedelta(hours=16)
_KIND = "clock-in-waiting/1"


@dataclass(frozen=True, slots=True)
class WaitingClockIn:
    """What was typed after `clockin`, and when (UTC); `time` is what its button says, as `08:30`, or empty for now.
    `directly`: in a direct message."""

    words: str
    typed_at: datetime
    time: str = ""
    directly: bool = False


_FACTS = TypeAdapter(WaitingClockIn)


async def keep(services: Services, caller: Caller, open_event_id: str, waiting: WaitingClockIn) -> None:
    """Keeps it until the open clock-in of that id has ended, in place of an earlier one of the caller."""
    facts = _FACTS.dump_python(waiting, mode="json")
    own = f"{_KIND} {open_event_id} {caller.user_id}"
    prompt = Prompt(caller.workspace_id, open_event_id, own, caller.user_id, _KIND, facts, UNPOSTED, UNPOSTED)
    await services.database.write(lambda tx: prompts.remember(tx.connection, prompt, tx.now))


async def find(services: Services, caller: Caller, ended_event_id: str, now: datetime) -> WaitingClockIn | None:
    """What the caller typed while the clock-in of that id was open; None if that was long ago."""
    asked = await services.database.read(lambda tx: prompts.about(tx.connection, caller.workspace_id, ended_event_id))
    kept = [one for one in asked if one.kind == _KIND and one.recipient == caller.user_id]
    found = [_FACTS.validate_python(dict(one.facts)) for one in kept]
    return next((one for one in found if now - one.typed_at <= KEPT_FOR), None)
