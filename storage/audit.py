"""The audit chain: who changed what, when and through what. Entries are only ever added (rule 8).

Each entry's hash covers all its fields and the hash before it, so that a changed or missing entry can be found.
Comments, remarks, reasons and addresses stand apart in `private`, because people may ask to have them erased. The hash
covers their salted digest, so the chain still holds without them. Only `storage.erasing` removes anything.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, TextClause, bindparam, cast, func, insert, literal, select, text

from storage.column_types import EPOCH, MICROSECOND
from storage.prepared import Prepared
from storage.tables import audit_entries, audit_heads, audit_starts

FIRST_PREVIOUS_HASH = "0" * 64
WHAT_STANDS = "what stands"
"""The subject of entries that tell again."""


class Via(StrEnum):
    """Where a change came from."""

    SLACK = "slack"
    TEAMS = "teams"
    API = "api"
    FORM = "form"
    CLI = "cli"
    SYSTEM = "system"


class Action(StrEnum):
    """What was done."""

    CLOCK_IN = "clock-in"
    CLOCK_OUT = "clock-out"
    CREATE = "create"
    CHANGE = "change"
    """A record that takes the place of another one."""
    DELETE = "delete"
    RESTORE = "restore"
    END_DAY = "end-day"
    """The break that a clock-out started became the end of the day."""
    START_BREAK = "start-break"
    """A paid one, open or already ended; unpaid ones start with a clock-out."""
    END_BREAK = "end-break"
    REMOVE_BREAK = "remove-break"
    REMARK = "remark"
    SIGN_PERIOD = "sign-period"
    """By the person."""
    APPROVE_PERIOD = "approve-period"
    """By a manager: the period is locked."""
    WITHDRAW_SIGNATURE = "withdraw-signature"
    ASK_CORRECTION = "ask-correction"
    OBJECT_CORRECTION = "object-correction"
    """The person said no to what an employer asked for. It still waits."""
    APPLY_CORRECTION = "apply-correction"
    REFUSE_CORRECTION = "refuse-correction"
    """By an employer's no, or because the record had changed meanwhile."""
    WITHDRAW_CORRECTION = "withdraw-correction"
    SET_OFFICE = "set-office"
    SET_OWN_DAY = "set-own-day"
    SET_TEAM = "set-team"
    CREATE_TOKEN = "create-token"
    REVOKE_TOKEN = "revoke-token"
    READ = "read"
    """By a token that only reads. The people concerned see it."""
    CHANGE_ROLE = "change-role"
    SET_WORKING_CONDITIONS = "set-working-conditions"
    CHANGE_SETTINGS = "change-settings"
    CHANGE_GROUP = "change-group"
    ADD_WEBHOOK = "add-webhook"
    REMOVE_WEBHOOK = "remove-webhook"
    RESEND_CALLS = "resend-calls"
    """Of a webhook: those of some events, or all that were given up."""
    INSTALL = "install"
    UNINSTALL = "uninstall"
    SEAL = "seal"
    """A secret was sealed again: Slack renewed the token, or it was bound to its row."""
    ERASE = "erase"
    """A person's comments, addresses and name; the subject is the person."""
    ERASE_OLD = "erase-old"
    """All that is older than the workspace keeps its records; the subject is where its chain begins now."""
    TELL_AGAIN = "tell-again"
    """Who has which rights, restated as the entries that told of it go by their age."""


class Kind(StrEnum):
    """What the subject of an entry is."""

    RECORD = "record"
    """By its clock-in."""
    BREAK = "break"
    """A paid one."""
    REMARK = "remark"
    SIGNATURE = "signature"
    """Under a period."""
    CORRECTION = "correction"
    OFFICE = "office"
    TEAM = "team"
    GROUP = "group"
    PERSON = "person"
    TOKEN = "token"
    WEBHOOK = "webhook"
    SECRET = "secret"
    """A webhook's, or the workspace's."""
    SETTINGS = "settings"
    WORKSPACE = "workspace"
    CHAIN = "chain"
    """Where it begins, or what stands."""


KIND_OF: Mapping[Action, Kind] = {
    Action.CLOCK_IN: Kind.RECORD,
    Action.CLOCK_OUT: Kind.RECORD,
    Action.CREATE: Kind.RECORD,
    Action.CHANGE: Kind.RECORD,
    Action.DELETE: Kind.RECORD,
    Action.RESTORE: Kind.RECORD,
    Action.END_DAY: Kind.RECORD,
    Action.START_BREAK: Kind.BREAK,
    Action.END_BREAK: Kind.BREAK,
    Action.REMOVE_BREAK: Kind.BREAK,
    Action.REMARK: Kind.REMARK,
    Action.SIGN_PERIOD: Kind.SIGNATURE,
    Action.APPROVE_PERIOD: Kind.SIGNATURE,
    Action.WITHDRAW_SIGNATURE: Kind.SIGNATURE,
    Action.ASK_CORRECTION: Kind.CORRECTION,
    Action.OBJECT_CORRECTION: Kind.CORRECTION,
    Action.APPLY_CORRECTION: Kind.CORRECTION,
    Action.REFUSE_CORRECTION: Kind.CORRECTION,
    Action.WITHDRAW_CORRECTION: Kind.CORRECTION,
    Action.SET_OFFICE: Kind.OFFICE,
    Action.SET_OWN_DAY: Kind.OFFICE,
    Action.SET_TEAM: Kind.TEAM,
    Action.CREATE_TOKEN: Kind.TOKEN,
    Action.REVOKE_TOKEN: Kind.TOKEN,
    Action.READ: Kind.TOKEN,
    Action.CHANGE_ROLE: Kind.PERSON,
    Action.SET_WORKING_CONDITIONS: Kind.PERSON,
    Action.CHANGE_SETTINGS: Kind.SETTINGS,
    Action.CHANGE_GROUP: Kind.GROUP,
    Action.ADD_WEBHOOK: Kind.WEBHOOK,
    Action.REMOVE_WEBHOOK: Kind.WEBHOOK,
    Action.RESEND_CALLS: Kind.WEBHOOK,
    Action.INSTALL: Kind.WORKSPACE,
    Action.UNINSTALL: Kind.WORKSPACE,
    Action.SEAL: Kind.SECRET,
    Action.ERASE: Kind.PERSON,
    Action.ERASE_OLD: Kind.CHAIN,
    Action.TELL_AGAIN: Kind.CHAIN,
}
"""Ids of different kinds may be the same: an office can be named like a record. The action tells them apart."""
ABOUT_RECORDS, ABOUT_BREAKS, ABOUT_REMARKS, ABOUT_SIGNATURES, ABOUT_CORRECTIONS = (
    tuple(action for action, of in KIND_OF.items() if of is kind)
    for kind in (Kind.RECORD, Kind.BREAK, Kind.REMARK, Kind.SIGNATURE, Kind.CORRECTION)
)
CHANGES_EVENTS = (
    *(Action.CLOCK_IN, Action.CLOCK_OUT, Action.CREATE),
    *(Action.CHANGE, Action.DELETE, Action.RESTORE),
)
"""What changes an event of a record. The words of the index `audit_entries_by_moment`, or no planner would use it."""
NOT_OF_EVENTS = text("action NOT IN ('clock-in', 'clock-out', 'create', 'change', 'delete', 'restore')")
"""All other actions, in the words of the index `audit_entries_of_settings`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: `facts` is canonical JSON, `sequence` counts from 1 within the workspace."""

    workspace_id: str
    sequence: int
    at: datetime
    actor: str
    via: str
    action: str
    subject: str
    facts: str
    previous_hash: str
    hash: str
    private: str | None = None
    salt: str | None = None

    def told(self) -> dict[str, Any]:
        """All facts, with the private ones unless they were erased. Raises ValueError where there are none."""
        told = json.loads(self.facts)
        if not isinstance(told, dict):
            raise ValueError("an entry's facts are an object")
        if told.pop(DIGEST, None) and self.private:
            told |= json.loads(self.private)
        return told

    @property
    def digest_of_private(self) -> str | None:
        """The digest of the private facts, or None if there never were any."""
        try:
            told = json.loads(self.facts)
        except ValueError:
            return None
        return told.get(DIGEST) if isinstance(told, dict) else None


PRIVATE = ("in_comment", "in_ip", "out_comment", "out_ip")
"""Of a record."""
REMARK_TEXT = "text"
"""Of a remark, and private as well."""
REASON = "reason"
"""Of a change to a record, of the withdrawal of a signature, or of a correction, and private as well."""
OF_CORRECTIONS = (
    *("before_in_comment", "before_out_comment", "after_in_comment", "after_out_comment"),
    *("account", "refusal"),
)
"""What else is private of a correction."""
_ALL_PRIVATE = (*PRIVATE, REMARK_TEXT, REASON, *OF_CORRECTIONS)
DIGEST = "private"
SEAL_DIGEST = "secret_digest"
"""What an entry about a sealed secret says of it: the digest of the seal, see `storage.seals`."""
UNDONE, REPLACES = "undone", "replaces"
"""What an undo adds to the facts of a pair: which entry was undone, and on a pair that was opened again, the clock-in
it replaces."""
SPLIT = "split"
"""What a break that was added later adds to the facts of the pair that it cuts: the clock-ins of those in its place."""
CORRECTION = "correction"
"""What a correction adds to the facts of the pairs that it wrote: its `id`, and who asked for it (`by`) through what
(`via`). They count as its authors, not who agreed last."""
TOKEN = "token"
"""What a change over the API adds to its facts: the token's `id` and `name`, and who made it (`made_by`)."""


def split_private_fields(facts: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Canonical JSON of the facts, with a digest in place of the private ones; the private facts; and their salt."""
    private = {name: facts[name] for name in _ALL_PRIVATE if facts.get(name) is not None}
    if not private:
        return canonical(facts), None, None
    text, salt = canonical(private), secrets.token_hex(16)
    return canonical({**facts, **dict.fromkeys(private), DIGEST: salted(salt, text)}), text, salt


def salted(salt: str | None, text: str) -> str:
    """The digest of private facts. The salt is erased with them, so nobody can guess them from the digest."""
    return hashlib.sha256(f"{salt}:{text}".encode("utf-8", "surrogatepass")).hexdigest()


def record(
    connection: Connection,
    workspace_id: str,
    *,
    at: datetime,
    actor: str,
    via: Via,
    action: Action,
    subject: str,
    facts: Mapping[str, Any],
) -> Anchor:
    """Adds an entry to the workspace's chain, in the transaction of the change. Returns the new head.

    Locks the chain until the transaction ends, so call it last.
    """
    if connection.dialect.name == "postgresql":
        text, private, salt = split_private_fields(facts)
        entry = Entry(workspace_id, 0, at, actor, via.value, action.value, subject, text, "", "", private, salt)
        return _record_on_postgresql(connection, entry)
    changes = [(action, subject, facts)]
    return record_all(connection, workspace_id, at=at, actor=actor, via=via, changes=changes)


def _record_on_postgresql(connection: Connection, entry: Entry) -> Anchor:
    """The server finds the entry's place and hashes it, in one round trip."""
    values: dict[str, Any] = {f"new_{name}": getattr(entry, name) for name in Entry.__slots__}
    before, after = canonical_list([entry.workspace_id]).decode()[:-1], _hashed(entry).decode()
    values |= {
        "workspace": entry.workspace_id,
        "before": f"{before},",
        "between": after.removeprefix(f"{before},0").removesuffix('"]'),
    }
    found = _APPEND.first(connection, values)
    if found is None:
        raise _no_chain(entry.workspace_id)
    return Anchor(entry.workspace_id, *found)


def record_all(
    connection: Connection,
    workspace_id: str,
    *,
    at: datetime,
    actor: str,
    via: Via,
    changes: Sequence[tuple[Action, str, Mapping[str, Any]]],
) -> Anchor:
    """Adds an entry for each change (what, to what, and the facts; at least one), with few statements for many."""
    sequence, previous_hash = _head(connection, workspace_id)
    rows = []
    for action, subject, facts in changes:
        sequence += 1
        text, private, salt = split_private_fields(facts)
        entry = Entry(
            *(workspace_id, sequence, at, actor, via.value, action.value, subject, text, previous_hash, ""),
            private=private,
            salt=salt,
        )
        previous_hash = digest(entry)
        rows.append({name: getattr(entry, name) for name in Entry.__slots__} | {"hash": previous_hash})
    _INSERT.write_all(connection, rows)
    return Anchor(workspace_id, sequence, previous_hash)


def entry_exists_locked(connection: Connection, anchor: Anchor) -> bool:
    """Locks the chain, and tells whether it holds this entry."""
    _head(connection, anchor.workspace_id)
    return anchor.holds(connection)


def _head(connection: Connection, workspace_id: str) -> tuple[int, str]:
    """Locks the chain until the transaction ends. Returns the number and hash of its newest entry."""
    head = _HEAD.first(connection, {"workspace": workspace_id})
    if head is None:
        raise _no_chain(workspace_id)
    sequence, hash_ = head
    return sequence, hash_


def _no_chain(workspace_id: str) -> Exception:
    return RuntimeError(f"the workspace {workspace_id} has no chain")


def canonical(facts: Mapping[str, Any]) -> str:
    """The facts as stored: JSON with sorted keys, instants and days in ISO 8601."""
    return _CANONICAL.encode(facts)


def digest(entry: Entry) -> str:
    """The SHA-256 of a JSON array of the entry's fields, in hex. The instant is in microseconds."""
    return hashlib.sha256(_hashed(entry)).hexdigest()


def _hashed(entry: Entry) -> bytes:
    fields = [
        entry.workspace_id,
        entry.sequence,
        (entry.at - EPOCH) // MICROSECOND,
        entry.actor,
        entry.via,
        entry.action,
        entry.subject,
        entry.facts,
        entry.previous_hash,
    ]
    return canonical_list(fields)


def canonical_list(fields: list[Any]) -> bytes:
    """A JSON array, as it is hashed."""
    return _CANONICAL.encode(fields).encode("utf-8", "surrogatepass")


def entries(connection: Connection) -> Iterator[Entry]:
    """Streams every entry, workspace by workspace, in order."""
    ordered = select(audit_entries).order_by(audit_entries.c.workspace_id, audit_entries.c.sequence)
    for row in connection.execution_options(yield_per=1000).execute(ordered):
        yield Entry(*row)


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a workspace's chain at some moment. A copy kept elsewhere reveals a rewritten chain."""

    workspace_id: str
    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.workspace_id}:{self.sequence}:{self.hash}"

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Reads what `str` wrote. Raises ValueError."""
        workspace_id, sequence, hash_ = text.strip().split(":")
        return cls(workspace_id, int(sequence), hash_)

    def mismatch(self, connection: Connection) -> str | None:
        """Why the chain doesn't hold this entry any more, or None if it does."""
        if self.holds(connection):
            return None
        query = select(audit_starts.c.sequence, audit_starts.c.hash).where(
            audit_starts.c.workspace_id == self.workspace_id, audit_starts.c.sequence >= self.sequence
        )
        start = connection.execute(query).first()
        if start is None:
            return self._is_beyond(connection) or "isn't the one that was anchored"
        if start.sequence == self.sequence and start.hash != self.hash:
            return "isn't the one that was anchored"
        return (
            f"was erased by its age: the audit trail now begins at entry {start.sequence + 1}. Check a newer anchor, "
            "from a time for which records are still kept"
        )

    def _is_beyond(self, connection: Connection) -> str | None:
        ends = next((head.sequence for head in heads(connection, self.workspace_id)), 0)
        if ends >= self.sequence:
            return None
        ended = f"the audit trail ends at {ends}" if ends else f"{self.workspace_id} has no audit trail here"
        return f"is missing: {ended}. The rest was cut off, or this is an older copy or another database"

    def holds(self, connection: Connection) -> bool:
        """Whether the chain has this entry."""
        query = select(audit_entries.c.hash).where(
            audit_entries.c.workspace_id == self.workspace_id, audit_entries.c.sequence == self.sequence
        )
        return connection.execute(query).scalar() == self.hash


def heads(connection: Connection, workspace_id: str | None = None) -> list[Anchor]:
    """The newest entry of each chain, or of one workspace's. An empty chain has none."""
    written = select(audit_heads).where(audit_heads.c.sequence > 0).order_by(audit_heads.c.workspace_id)
    if workspace_id is not None:
        written = written.where(audit_heads.c.workspace_id == workspace_id)
    return [Anchor(*row) for row in connection.execute(written)]


def next_heads(connection: Connection, after: str, most: int) -> list[Anchor]:
    """The newest entries of some chains: of the workspaces that follow `after` in the order of their ids. An empty
    chain's has the number 0."""
    following = audit_heads.c.workspace_id > after
    some = select(audit_heads).where(following).order_by(audit_heads.c.workspace_id).limit(most)
    return [Anchor(*row) for row in connection.execute(some)]


def head(connection: Connection, workspace_id: str) -> str:
    """The hash of the chain's newest entry. It changes with every change in the workspace."""
    return str(_HEAD_HASH.rows(connection, {"workspace": workspace_id})[0][0])


def about(connection: Connection, workspace_id: str, kind: Kind, subjects: Collection[str]) -> list[Entry]:
    """The entries about those subjects, in order.

    Their numbers first, which the index by subject holds. Asked for whole entries, SQLite would rather read the chain.
    """
    here = audit_entries.c.workspace_id == workspace_id
    numbers = select(audit_entries.c.sequence).where(here, audit_entries.c.subject.in_(sorted(subjects)))
    query = select(audit_entries).where(
        here,
        audit_entries.c.sequence.in_(numbers),
        audit_entries.c.action.in_([action for action, of in KIND_OF.items() if of is kind]),
    )
    return [Entry(*row) for row in connection.execute(query.order_by(audit_entries.c.sequence))]


def in_every_chain(actions: Collection[Action]) -> Sequence[ColumnElement[bool] | TextClause]:
    """The conditions for entries of these actions, which change no event, so that an index finds them."""
    return audit_entries.c.action.in_(actions), NOT_OF_EVENTS


IN_EVERY_CHAIN = (audit_entries.c.workspace_id, func.coalesce(audit_entries.c.subject, ""), audit_entries.c.sequence)
"""The order by subject, in which SQLite would read all entries to have them in that order."""


def after(connection: Connection, workspace_id: str, sequence: int, action: Action, until: datetime) -> Iterator[Entry]:
    """Streams the entries of that action after that one, dated before `until`, in order."""
    query = select(audit_entries).where(
        audit_entries.c.workspace_id == workspace_id,
        audit_entries.c.sequence > sequence,
        audit_entries.c.action == action,
        audit_entries.c.at < until,
    )
    ordered = query.order_by(audit_entries.c.sequence)
    for row in connection.execution_options(yield_per=1000).execute(ordered):
        yield Entry(*row)


def _plain(value: Any) -> str:
    return value.isoformat()  # type: ignore[no-any-return]  # datetimes and dates: all that json does not know here


# Built once: on the way of every change, building an encoder takes longer than using it.
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
_LOCKED_HEAD = (
    select(audit_heads.c.sequence, audit_heads.c.hash)
    .where(audit_heads.c.workspace_id == bindparam("workspace"))
    .with_for_update(key_share=True)  # PostgreSQL: one writer at a time; SQLite has only one
)
_HEAD = Prepared(_LOCKED_HEAD)
_HEAD_HASH = Prepared(select(audit_heads.c.hash).where(audit_heads.c.workspace_id == bindparam("workspace")))
_INSERT = Prepared(insert(audit_entries))


def _append() -> Prepared:
    """For PostgreSQL: an entry that follows the chain's head, with the hash of `_hashed`."""
    last = _LOCKED_HEAD.subquery("last")
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}", type_=column.type) for column in audit_entries.c
    }
    next_ = last.c.sequence + 1
    pieces = (
        *(bindparam("before", type_=Text()), cast(next_, Text), bindparam("between", type_=Text())),
        *(last.c.hash, literal('"]')),
    )
    hash_ = _sha256(reduce(ColumnElement[str].concat, pieces))
    values |= {"sequence": next_, "previous_hash": last.c.hash, "hash": hash_}
    added = insert(audit_entries).from_select(list(values), select(*values.values()))
    return Prepared(added.returning(audit_entries.c.sequence, audit_entries.c.hash))


def _sha256(text: ColumnElement[str]) -> ColumnElement[str]:
    return func.encode(func.sha256(func.convert_to(text, "UTF8")), "hex")


_APPEND = _append()
