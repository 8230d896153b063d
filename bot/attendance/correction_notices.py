"""Messages about corrections: the card for everybody concerned, which every later step updates, and news for who asked
and the person. They hold the correction's id alone; what it is by then is read when they are sent."""

from __future__ import annotations

from collections.abc import Collection

from bot import permissions
from bot.attendance.change_notifications import did_it, redraw_home_in, update_prompts
from bot.people.tokens import tell_of_use
from bot.permissions import Caller
from storage import outbox, people
from storage.corrections import Correction
from storage.database import Transaction

CARD, ANSWERED, REMIND = "correction/1", "correction-answered/1", "correction-reminder/1"


def tell_of_request(tx: Transaction, caller: Caller, one: Correction) -> None:
    """The card for who asked, for the person, and for those who are asked as the employer."""
    if caller.user_id != one.user_id:
        tell_of_use(tx, caller)
    employers = permissions.employers_of(tx, one.workspace_id, one.user_id)
    _send(tx, one, CARD, {one.asked_by, one.user_id} | employers, {})
    _redraw_homes(tx, one)


def tell_of_answer(tx: Transaction, caller: Caller, one: Correction) -> None:
    """For who asked and the person, unless they did it."""
    if caller.user_id != one.user_id:
        tell_of_use(tx, caller)
    told = {user_id for user_id in (one.asked_by, one.user_id) if not did_it(user_id, caller)}
    _send(tx, one, ANSWERED, told, {"by": caller.user_id})
    _redraw_homes(tx, one)


def waits_for(tx: Transaction, one: Correction) -> Collection[str]:
    """Whose answer is asked for now. The employers, too, once they may apply it without the person's."""
    employers = permissions.employers_of(tx, one.workspace_id, one.user_id)
    if one.is_asked_by_person:
        return employers
    asks = employers | {one.asked_by}
    if one.waits_for == "employer":
        return asks
    return {one.user_id} | (asks if tx.now >= one.applicable_since else set())


def is_to_remind(tx: Transaction, one: Correction, key: str) -> bool:
    """Whether somebody wasn't asked again yet, by that key."""
    keys = [f"{key} {user_id}" for user_id in _here(tx, one, waits_for(tx, one))]
    return len(outbox.keys_among(tx.connection, one.workspace_id, keys)) < len(keys)


def remind(tx: Transaction, one: Correction, key: str) -> None:
    """Asks again those whose answer is asked for. Their cards get the button that it can be applied with by then."""
    _send(tx, one, REMIND, set(waits_for(tx, one)), {}, key)
    if tx.now >= one.applicable_since:
        update_prompts(tx, one.workspace_id, one.correction_id)


def _redraw_homes(tx: Transaction, one: Correction) -> None:
    """Each tab says how many wait for its reader."""
    employers = permissions.employers_of(tx, one.workspace_id, one.user_id)
    for user_id in sorted({one.user_id, one.asked_by} | employers):
        redraw_home_in(tx, one.workspace_id, user_id)


def _send(
    tx: Transaction, one: Correction, kind: str, recipients: set[str], more: dict[str, str], key: str | None = None
) -> None:
    for user_id in _here(tx, one, recipients):
        facts = {"correction_id": one.correction_id} | more
        named = f"{key} {user_id}" if key else None
        outbox.add(tx.connection, one.workspace_id, user_id, kind, tx.now, facts=facts, key=named)


def _here(tx: Transaction, one: Correction, user_ids: Collection[str]) -> list[str]:
    """Those who haven't left."""
    known = people.get_many(tx.connection, one.workspace_id, user_ids)
    return [user_id for user_id in sorted(known) if not known[user_id].deactivated]
