"""Erases what people ask to have erased, and records older than the workspace keeps. Nothing else does.

Triggers allow only what an audit entry accounts for. `verify` finds anything else that is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Exists, delete, exists, func, or_, select, update

from storage import msteams, webhook_events
from storage.audit import (
    ABOUT_BREAKS,
    ABOUT_CORRECTIONS,
    ABOUT_RECORDS,
    ABOUT_REMARKS,
    ABOUT_SIGNATURES,
    OF_CORRECTIONS,
    PRIVATE,
    REASON,
    Action,
    Kind,
    about,
    canonical,
)
from storage.audited_rights import ACTIONS, audited_rights
from storage.idempotency import ERASED, KEPT_FOR
from storage.outbox import TEXT, WAITS, ended_long_ago
from storage.people import get_many_for_update
from storage.prompts import UNPOSTED, sent_long_ago
from storage.tables import (
    audit_entries,
    audit_starts,
    corrections,
    home_tabs,
    idempotency_keys,
    log_posts,
    outbox,
    paid_breaks,
    pairs,
    people,
    prompts,
    remarks,
    settings,
    signatures,
    upsert,
    working_conditions,
)


@dataclass(frozen=True, slots=True)
class Traces:
    """How much of a person's data can be erased while their records stay."""

    records: int
    """With a comment or an address."""
    messages: int
    answers: int
    """Kept for requests that are repeated."""
    remarks: int = 0
    reasons: int = 0
    """Why signatures under their periods were withdrawn."""
    corrections: int = 0
    """Of their records, with what was said beside them."""


def traces(connection: Connection, workspace_id: str, user_id: str) -> Traces:
    """What `erase_person` would erase."""
    records = select(func.count()).select_from(pairs).where(*_with_private(workspace_id, user_id))
    messages = select(func.count()).select_from(outbox).where(*_messages(workspace_id, user_id))
    answers = select(func.count()).select_from(idempotency_keys).where(*_answers(workspace_id, user_id))
    said = select(func.count()).select_from(remarks).where(*_remarks(workspace_id, user_id))
    why = select(func.count()).select_from(signatures).where(*_reasons(workspace_id, user_id))
    asked = select(func.count()).select_from(corrections).where(*_corrections(workspace_id, user_id))
    counts = (records, messages, answers, said, why, asked)
    return Traces(*(connection.execute(count).scalar_one() for count in counts))


def erase_person(connection: Connection, workspace_id: str, user_id: str, at: datetime) -> None:
    """Erases comments and addresses of the person's records, also in webhook calls, remarks about their days, reasons
    why their signatures were withdrawn, what was said beside corrections of their records, messages to them, their name
    and where they are reached. Their hours stay.

    `erase_private` erases the audit's private facts, after the entry that says so.
    """
    nothing = {pairs.c.in_comment: None, pairs.c.out_comment: None, pairs.c.in_ip: None, pairs.c.out_ip: None}
    connection.execute(update(pairs).where(*_with_private(workspace_id, user_id)).values(nothing))
    connection.execute(update(remarks).where(*_remarks(workspace_id, user_id)).values(text=None))
    connection.execute(update(signatures).where(*_reasons(workspace_id, user_id)).values(reason=None))
    unsaid: dict[Any, Any] = dict.fromkeys((REASON, *OF_CORRECTIONS))
    connection.execute(update(corrections).where(*_corrections(workspace_id, user_id)).values(unsaid))
    blank: dict[Any, Any] = {outbox.c.facts: None, outbox.c.kind: TEXT}
    to_them = _messages(workspace_id, user_id)
    connection.execute(update(outbox).where(*to_them, *WAITS).values(given_up_at=at))
    connection.execute(update(outbox).where(*to_them).values(blank))
    _erase_from_calls(connection, workspace_id, user_id)
    theirs = select(pairs.c.in_id).where(pairs.c.workspace_id == workspace_id, pairs.c.user_id == user_id)
    about = or_(prompts.c.recipient == user_id, prompts.c.about.in_(theirs))
    typed = (prompts.c.workspace_id == workspace_id, prompts.c.channel == UNPOSTED, about)
    connection.execute(delete(prompts).where(*typed))
    gone = {"request": ERASED, "answer": ERASED}
    connection.execute(update(idempotency_keys).where(*_answers(workspace_id, user_id)).values(gone))
    connection.execute(update(idempotency_keys).where(*_requests_of_chats(workspace_id)).values(request=ERASED))
    whose = (people.c.workspace_id == workspace_id, people.c.user_id == user_id)
    connection.execute(update(people).where(*whose).values(name=user_id, locale=None, language=None))
    msteams.forget_people(connection, workspace_id, [user_id])


def erase_private(connection: Connection, workspace_id: str, user_id: str) -> None:
    """Erases the private facts of the audit of the person's records and their corrections, of remarks about their days
    and of signatures under their periods."""
    for table, identity, actions in (
        (pairs, pairs.c.in_id, ABOUT_RECORDS),
        (remarks, remarks.c.remark_id, ABOUT_REMARKS),
        (signatures, signatures.c.signature_id, ABOUT_SIGNATURES),
        (corrections, corrections.c.correction_id, ABOUT_CORRECTIONS),
    ):
        theirs = select(identity).where(table.c.workspace_id == workspace_id, table.c.user_id == user_id)
        said = (
            audit_entries.c.workspace_id == workspace_id,
            audit_entries.c.subject.in_(theirs),
            audit_entries.c.action.in_(actions),
            audit_entries.c.private.is_not(None),
        )
        connection.execute(update(audit_entries).where(*said).values(private=None, salt=None))


def old_entries(connection: Connection, workspace_id: str, before: datetime, most: int) -> Sequence[Any]:
    """The oldest entries of the chain that are old enough, each with its sequence, hash and subject."""
    columns = (audit_entries.c[name] for name in ("sequence", "hash", "subject", "at", "action"))
    query = select(*columns).where(audit_entries.c.workspace_id == workspace_id)
    found = connection.execute(query.order_by(audit_entries.c.sequence).limit(most)).all()
    young = next((place for place, entry in enumerate(found) if entry.at >= before), len(found))
    return found[:young]


@dataclass(frozen=True, slots=True)
class ErasedByAge:
    """What a chain says about its beginning. Entries up to `through` were erased with their records, as the entry
    written at `at` (UTC) says. All of them were written before `before` (UTC)."""

    workspace_id: str
    through: int
    entry: int
    at: datetime
    before: datetime


def erased_by_age(connection: Connection) -> list[ErasedByAge]:
    """Of each chain that begins later."""
    found = []
    for start in connection.execute(select(audit_starts)).all():
        for entry in about(connection, start.workspace_id, Kind.CHAIN, [chain_start_id(start)]):
            before = datetime.fromisoformat(json.loads(entry.facts)["before"])
            found.append(ErasedByAge(entry.workspace_id, start.sequence, entry.sequence, entry.at, before))
    return found


def rights_to_restate(connection: Connection, workspace_id: str, old: Sequence[Any]) -> dict[str, Any] | None:
    """The rights that only these entries record, or None.

    An entry has to restate them before these are erased. Otherwise nobody could tell whether somebody changed them
    behind the bot's back. The database insists on it.
    """
    if not any(entry.action in ACTIONS for entry in old):
        return None
    return dict(audited_rights(connection, workspace_id).since_before(old[-1].sequence))


def chain_start_id(last: Any) -> str:
    """The facts of the erasing entry: where the chain begins after everything up to `last` is gone."""
    return f"{last.sequence}:{last.hash}:"  # before schema 0010, more followed the colon


def lock_people(connection: Connection, workspace_id: str, old: Sequence[Any]) -> None:
    """Locks the people whose records may go: who changes a record of the same month meanwhile waits, or the sums of the
    month would miss one of the two."""
    records = pairs.c.in_id.in_(_records_of(connection, workspace_id, old))
    whose = select(pairs.c.user_id).distinct().where(pairs.c.workspace_id == workspace_id, records)
    get_many_for_update(connection, workspace_id, connection.scalars(whose).all())


def erase_old(connection: Connection, workspace_id: str, old: Sequence[Any]) -> int:
    """Erases `old_entries`, after the entry that says so, and the records, breaks, remarks, signatures and corrections
    that no entry tells of any more. A record stays as long as a break inside it. Returns the number of records."""
    last = old[-1]
    begins = {"workspace_id": workspace_id, "sequence": last.sequence, "hash": last.hash}
    moved = (
        update(audit_starts)
        .where(audit_starts.c.workspace_id == workspace_id)
        .values({name: value for name, value in begins.items() if name != "workspace_id"})
    )
    if connection.execute(moved).rowcount == 0:
        upsert(connection, audit_starts, begins, unless_there=True)
    connection.execute(
        delete(audit_entries).where(
            audit_entries.c.workspace_id == workspace_id, audit_entries.c.sequence <= last.sequence
        )
    )
    records = _records_of(connection, workspace_id, old)
    for identity, actions in (
        (paid_breaks.c.break_id, ABOUT_BREAKS),
        (remarks.c.remark_id, ABOUT_REMARKS),
        (signatures.c.signature_id, ABOUT_SIGNATURES),
        (corrections.c.correction_id, ABOUT_CORRECTIONS),
    ):
        these = (identity.table.c.workspace_id == workspace_id, identity.in_(_subjects(old, actions)))
        connection.execute(delete(identity.table).where(*these, ~_told(identity, actions)))
    has_breaks = exists().where(
        paid_breaks.c.workspace_id == pairs.c.workspace_id, paid_breaks.c.in_id == pairs.c.in_id
    )
    untold = (~_told(pairs.c.in_id, ABOUT_RECORDS), ~has_breaks)
    gone = delete(pairs).where(pairs.c.workspace_id == workspace_id, pairs.c.in_id.in_(records), *untold)
    events = [event_id for row in connection.execute(gone.returning(pairs.c.in_id, pairs.c.out_id)) for event_id in row]
    here = log_posts.c.workspace_id == workspace_id
    connection.execute(delete(log_posts).where(here, log_posts.c.event_id.in_([one for one in events if one])))
    return len(events) // 2


def _told(identity: Column[Any], actions: Collection[Action]) -> Exists:
    """Whether an entry tells of the row."""
    return exists().where(
        audit_entries.c.workspace_id == identity.table.c.workspace_id,
        audit_entries.c.subject == identity,
        audit_entries.c.action.in_(actions),
    )


def _records_of(connection: Connection, workspace_id: str, old: Sequence[Any]) -> list[str]:
    """The records that these entries tell of, or of a break in them."""
    breaks = paid_breaks.c.break_id.in_(_subjects(old, ABOUT_BREAKS))
    around = connection.scalars(select(paid_breaks.c.in_id).where(paid_breaks.c.workspace_id == workspace_id, breaks))
    return sorted({*_subjects(old, ABOUT_RECORDS), *around})


def _subjects(old: Sequence[Any], actions: Collection[Action]) -> list[str]:
    return sorted({entry.subject for entry in old if entry.action in actions})


def anonymise_former_members(connection: Connection, workspace_id: str) -> None:
    """Erases the names, Home tabs and working conditions of people who left and have no records, and where they were
    reached."""
    recorded = exists().where(pairs.c.workspace_id == people.c.workspace_id, pairs.c.user_id == people.c.user_id)
    gone = (people.c.workspace_id == workspace_id, people.c.deactivated, ~recorded)
    nameless = {"name": people.c.user_id, "locale": None, "language": None}
    connection.execute(update(people).where(*gone, people.c.name != people.c.user_id).values(nameless))
    ids = select(people.c.user_id).where(*gone)
    for table in (home_tabs, working_conditions):
        connection.execute(delete(table).where(table.c.workspace_id == workspace_id, table.c.user_id.in_(ids)))
    msteams.forget_people(connection, workspace_id, ids)


def delete_expired(connection: Connection, workspace_id: str, at: datetime) -> None:
    """Answers of more than a day ago, questions of more than a week ago, and messages and calls of webhooks that ended
    more than a month ago."""
    here = idempotency_keys.c.workspace_id == workspace_id
    connection.execute(delete(idempotency_keys).where(here, idempotency_keys.c.created_at <= at - KEPT_FOR))
    connection.execute(delete(outbox).where(outbox.c.workspace_id == workspace_id, ended_long_ago(at)))
    connection.execute(delete(prompts).where(prompts.c.workspace_id == workspace_id, sent_long_ago(at)))


def workspaces_with(connection: Connection, setting: str, at: datetime) -> set[str]:
    """Where the setting is made, or something has served its time: one look, however many workspaces there are."""
    old_answers = select(idempotency_keys.c.workspace_id).where(idempotency_keys.c.created_at <= at - KEPT_FOR)
    made = select(settings.c.workspace_id).where(settings.c.name == setting)
    messages = select(outbox.c.workspace_id).where(ended_long_ago(at))
    questions = select(prompts.c.workspace_id).where(sent_long_ago(at))
    return set(connection.scalars(made.union(old_answers, messages, questions)))


def _erase_from_calls(connection: Connection, workspace_id: str, user_id: str) -> None:
    """Erases from webhook calls about the person, also from those kept for sending again."""
    webhook_events.lock(connection, workspace_id, user_id)
    theirs = (outbox.c.workspace_id == workspace_id, outbox.c.ordering_key == user_id)
    for *key, facts in connection.execute(select(*outbox.primary_key, outbox.c.facts).where(*theirs)).all():
        same = [column == value for column, value in zip(outbox.primary_key, key, strict=True)]
        told = json.loads(facts)
        for record in ("pair", "before"):
            if record in told:
                told[record] |= dict.fromkeys(PRIVATE)
        if "signature" in told:
            told["signature"][REASON] = None
        if "correction" in told:
            told["correction"] |= dict.fromkeys((REASON, *OF_CORRECTIONS))
        connection.execute(update(outbox).where(*same).values(facts=canonical(told)))


def _with_private(workspace_id: str, user_id: str) -> list[Any]:
    private = (pairs.c.in_comment, pairs.c.out_comment, pairs.c.in_ip, pairs.c.out_ip)
    return [
        pairs.c.workspace_id == workspace_id,
        pairs.c.user_id == user_id,
        or_(*(column.is_not(None) for column in private)),
    ]


def _remarks(workspace_id: str, user_id: str) -> list[Any]:
    return [remarks.c.workspace_id == workspace_id, remarks.c.user_id == user_id, remarks.c.text.is_not(None)]


def _reasons(workspace_id: str, user_id: str) -> list[Any]:
    return [
        signatures.c.workspace_id == workspace_id,
        signatures.c.user_id == user_id,
        signatures.c.reason.is_not(None),
    ]


def _corrections(workspace_id: str, user_id: str) -> list[Any]:
    said = [corrections.c[name].is_not(None) for name in (REASON, *OF_CORRECTIONS)]
    return [corrections.c.workspace_id == workspace_id, corrections.c.user_id == user_id, or_(*said)]


def _messages(workspace_id: str, user_id: str) -> list[Any]:
    return [
        outbox.c.workspace_id == workspace_id,
        outbox.c.recipient == user_id,
        or_(outbox.c.facts.is_not(None), outbox.c.kind != TEXT),
    ]


def _answers(workspace_id: str, user_id: str) -> list[Any]:
    """Answers that name the person, and those to the person's own requests. Their keys stay used: what was asked for
    isn't known any more, so a request with such a key may be another one, or would be done twice."""
    answer = idempotency_keys.c.answer
    named = answer.contains(json.dumps(user_id), autoescape=True)
    return [
        idempotency_keys.c.workspace_id == workspace_id,
        answer.contains('"userId"'),
        or_(idempotency_keys.c.user_id == user_id, named),
    ]


def _requests_of_chats(workspace_id: str) -> list[Any]:
    """Messages in a chat, which are never answered with records. Each has a key of its own, so that it stays done."""
    return [idempotency_keys.c.workspace_id == workspace_id, ~idempotency_keys.c.answer.contains('"userId"')]
