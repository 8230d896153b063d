"""The form to change a record in one step. What was changed can be undone."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from bot.attendance import changing, correction_rules, corrections
from bot.attendance.recording import Pair
from bot.attendance.wanted_records import Wanted
from bot.chat import ask_for_change, change_form, changed_entry
from bot.chat.asked import asked
from bot.chat.change_form import Changes, Which
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Field, Form, Message, Text
from bot.errors import NeedsCorrection
from bot.permissions import Operation
from bot.reports import worked_time
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.markup import mention, sentence

change_record = Feature("change_record")


@change_record.action
async def press_change(ask: Ask, which: Which) -> Form:
    """**Change…** beside a record."""
    return await open_form(ask, which.event_id)


async def open_form(ask: Ask, event_id: str) -> Form:
    """The form, filled in with the record, or the one that asks where somebody else has to agree to their own. Raises
    UnknownEvent, Forbidden, AlreadyDeleted, or PeriodLocked: nobody fills in a form for nothing."""
    pair = await changing.find_changeable(ask.services, ask.caller, event_id)
    part = await correction_rules.needed(ask.services, ask.caller, "change", pair.user_id, pair.work_date)
    if part is None and (lock := await correction_rules.lock_on(ask.services, pair)):
        if not ask.reader.is_you(pair.user_id) or ask.reader.is_you(lock.by):
            raise lock
        part = "employer"
    if part == "employer":
        return await ask_for_change.open_form(ask, event_id)
    return await _form(ask, pair, change_form.as_it_is(pair), {})


@change_record.form(changed_entry.field_of)
async def save(ask: Ask, which: Which, entry: Changes) -> Message | Form:
    """Changes the record. Asks first about a time that a clock change repeats, and about what looks unusual."""
    pair = await changing.find_changeable(ask.services, ask.caller, which.event_id)
    found = await changed_entry.read(ask, pair, entry, Operation.CHANGE, was_open=which.was_open)
    if not isinstance(found, Wanted):
        return await _form(ask, pair, entry, found)
    why = entry.reason.strip()
    try:
        done = await changing.change(ask.services, ask.caller, which.event_id, found, why)
    except NeedsCorrection:
        return asked(await corrections.ask_to_change(ask.services, ask.caller, which.event_id, found, why), ask.reader)
    return _changed(done.before, done.pair, entry.reason, ask.reader)


@change_record.action
async def undo(ask: Ask, which: Which) -> Message:
    """**Undo**: the record is again what it was before the change, if nothing is in its place."""
    done = await changing.undo_change(ask.services, ask.caller, which.event_id)
    said = _("✅ <b>Change undone.</b> {who} · {record}")
    record = records.entry(done.pair, ask.reader)
    return Message([Text(sentence(said, who=mention(done.pair.user_id), record=record))], replaces=True)


def _changed(before: Pair, pair: Pair, why: str, reader: Reader) -> Message:
    said = _("✅ <b>Record changed.</b> {who} · {change}")
    record = records.change(before, pair, reader)
    text = sentence(said, who=mention(pair.user_id), change=record)
    text += Markup("\n{}").format(quoted_words(why))
    return Message([Text(text), Buttons([undo.button(_("Undo"), Which(pair.clock_in.id))])])


async def _form(ask: Ask, pair: Pair, entered: Changes, questions: Mapping[str, Field]) -> Form:
    around = await worked_time.caller_context(ask.services, ask.caller)
    which = Which(pair.clock_in.id, was_open=pair.clock_out is None)
    body = change_form.fields(around.offices, pair, entered, questions, ask.reader)
    return Form(_("Change a record"), _("Change"), _("Cancel"), save, body, which)
