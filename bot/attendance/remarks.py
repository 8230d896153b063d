"""Remarks: why a rule on working time wasn't kept on a day, in the person's own words. They are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from bot import permissions
from bot.attendance.change_notifications import redraw_home_in
from bot.attendance.use_case import UseCase
from bot.calendar.typed import comment
from bot.errors import NoReason
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from storage import remarks, subscribers
from storage.database import Transaction
from storage.ids import new_id
from storage.pairs import Scope
from storage.remarks import Remark


@UseCase
def remark(tx: Transaction, caller: Caller, day: date, measured: Mapping[str, int], text: str) -> Sequence[Remark]:
    """Adds the caller's reason to what was found on that work date: the minutes that were `measured`, by rule. What
    they said before, word for word, isn't said again.

    Raises NoReason, InvalidText or UnknownUser.
    """
    permissions.require(tx, caller, Operation.RECORD, caller.user_id)
    said = comment(text.strip())
    if said is None:
        raise NoReason
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, caller.user_id)
    scope = Scope(caller.workspace_id, day, day, frozenset({caller.user_id}))
    before = {one.rule: one for one in remarks.of_days(tx.connection, scope)}  # the newest of each
    found, added = list[Remark](), list[Remark]()
    for rule, minutes in measured.items():
        one = before.get(rule)
        if one is None or (one.measured, one.text) != (minutes, said):
            whose = caller.user_id
            one = Remark(caller.workspace_id, new_id(), whose, day, rule, minutes, said, whose, tx.now, caller.via)
            remarks.add(tx.connection, one)
            added.append(one)
        found.append(one)
    if added:
        changes = [(Action.REMARK, one.remark_id, remarks.to_audit_fields(one)) for one in added]
        if concerned.own:
            redraw_home_in(tx, caller.workspace_id, caller.user_id)
        record_audit_entries(tx, caller, changes)
    return found
