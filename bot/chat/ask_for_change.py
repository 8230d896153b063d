"""**Ask for a change** beside one's own record: the form with what it is, and the correction that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.attendance import corrections, event_queries, recording
from bot.attendance.corrections import Correction
from bot.attendance.recording import Pair
from bot.attendance.wanted_records import Wanted, completes
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.chat import change_form, changed_entry
from bot.chat.asked import asked
from bot.chat.change_form import REMOVE, Changes, Which
from bot.chat.form_faults import Check
from bot.chat.leaving import clocked_out_then
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Field, Form, Message, Text, TextField
from bot.errors import NeedsCorrection, NoReason
from bot.permissions import Operation
from bot.reports import worked_time
from bot.wording import records
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.errors import AlreadyDeleted

ask_for_change = Feature("ask_for_change")


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a record should go."""

    reason: str = ""


@ask_for_change.action
async def press_ask(ask: Ask, which: Which) -> Form:
    """**Ask for a change** beside one's own record."""
    return await open_form(ask, which.event_id)


async def open_form(ask: Ask, event_id: str) -> Form:
    """The form, filled in with the record. Raises UnknownEvent, Forbidden or AlreadyDeleted."""
    pair = await _record(ask, event_id)
    return await _form(ask, pair, change_form.as_it_is(pair), {})


@ask_for_change.form(changed_entry.field_of)
async def send(ask: Ask, which: Which, entry: Changes) -> Message | Form:
    """Asks for it. Asks back first about a time that a clock change repeats, and about what looks unusual."""
    pair = await _record(ask, which.event_id)
    if REMOVE in entry.remove:
        return asked(await _ask_to_remove(ask, pair, entry.reason), ask.reader)
    found = await changed_entry.read(ask, pair, entry, Operation.RECORD, was_open=which.was_open)
    if not isinstance(found, Wanted):
        return await _form(ask, pair, entry, found)
    if completes(pair, found):
        return await _clock_out(ask, pair, found, entry.reason.strip())
    made = await corrections.ask_to_change(ask.services, ask.caller, pair.clock_in.id, found, entry.reason.strip())
    return asked(made, ask.reader)


async def _clock_out(ask: Ask, pair: Pair, ends: Wanted, reason: str) -> Message:
    """The end of an open record, to which nobody has to agree. The reason is its note."""
    assert isinstance(ends.out_at, datetime)
    result = await recording.clock_out(
        *(ask.services, ask.caller, pair.user_id),
        at=ends.out_at,
        comment=comment(reason),
        expected_event_id=pair.clock_in.id,
        typed_to_the_minute=True,
        ends_paid_break=True,
    )
    return await clocked_out_then(ask, result)


def removal_offered(needs: NeedsCorrection, event_id: str) -> Message:
    """In place of a deletion that somebody has to agree to."""
    said = _("A manager or an admin has to approve that first.")
    if needs.part == "person":
        said = _("{who} has to agree to that first.")
    button = press_remove.button(_("Ask to remove it…"), Which(event_id))
    return Message([Text(sentence(said, who=mention(needs.user_id))), Buttons([button])])


@ask_for_change.action
async def press_remove(ask: Ask, which: Which) -> Form:
    """**Ask to remove it…**"""
    pair = await _record(ask, which.event_id)
    about = sentence("{who} · {record}", who=mention(pair.user_id), record=records.entry(pair, ask.reader))
    hint = change_form.reason_hint(asks=True)
    why = TextField(name="reason", label=_("Reason"), hint=hint, longest=LONGEST_COMMENT, multiline=True)
    return Form(_("Remove a record"), _("Ask"), _("Cancel"), send_removal, [Text(about), why], which)


@ask_for_change.form(lambda error, fields: "reason")
async def send_removal(ask: Ask, which: Which, entry: Removal) -> Message:
    """Asks for it."""
    return asked(await _ask_to_remove(ask, await _record(ask, which.event_id), entry.reason), ask.reader)


async def _ask_to_remove(ask: Ask, pair: Pair, why: str) -> Correction:
    check = Check()
    with check.at("reason"):
        if comment(why.strip()) is None:
            raise NoReason
    check.done()
    return await corrections.ask_to_remove(ask.services, ask.caller, pair.clock_in.id, why.strip())


async def _record(ask: Ask, event_id: str) -> Pair:
    pair = await event_queries.get_pair(ask.services, ask.caller, event_id)
    if pair.deleted_at is not None:
        raise AlreadyDeleted(pair)
    return pair


async def _form(ask: Ask, pair: Pair, entered: Changes, questions: Mapping[str, Field]) -> Form:
    around = await worked_time.caller_context(ask.services, ask.caller)
    which = Which(pair.clock_in.id, was_open=pair.clock_out is None)
    body = change_form.fields(around.offices, pair, entered, questions, ask.reader, asks=True)
    return Form(_("Ask for a change"), _("Ask"), _("Cancel"), send, body, which)
