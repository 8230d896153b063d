"""What `attendance verify` finds, in words for people who don't know the database."""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError

from storage import pairs, people
from storage.database import Transaction
from storage.errors import UnknownEvent
from storage.verify import Fault


def finding(tx: Transaction, fault: Fault) -> str:
    """What is wrong with what, then the rule and the id, which `docs/operator.md` explains."""
    told = f"{_subject(tx, fault)} {fault.what}. [{fault.rule}, {fault.where}]"
    told = told if fault.workspace_id == "-" else f"{fault.workspace_id}: {told}"
    return f"Warning: {told}" if fault.is_warning else told


def _subject(tx: Transaction, fault: Fault) -> str:
    if fault.rule == "file":
        return "The database file is damaged:"
    if fault.rule == "database":
        return "The rules in the database aren't this program's:"
    if line := re.fullmatch(r"line (\d+)|file", fault.where):
        return f"Line {line[1]} of the witness's file" if line[1] else "The witness's file"
    if entry := re.fullmatch(r"entry (\d+)", fault.where):
        return f"Audit entry {entry[1]}"
    if fault.rule == "audit chain":
        return "The audit trail"
    try:
        pair = pairs.by_event(tx.connection, fault.workspace_id, fault.where)
        name = people.names(tx.connection, fault.workspace_id).get(pair.user_id, "")
    except UnknownEvent:
        return _thing(fault.where)
    except (DBAPIError, ValueError, OverflowError, TypeError):
        return f"The record {fault.where}"
    whose = f"{name} ({pair.user_id})" if name else pair.user_id
    return f"The record of {whose} on {pair.work_date}"


def _thing(where: str) -> str:
    """A team, token, role, secret or setting by its name; a record that is gone by its id."""
    if re.match(r"(team|token|appointment|role|membership|group|installation|webhook) ", where):
        return f"The {where}"
    return f"The setting {where}" if where == "keep_records_for_years" else f"The record {where}"
