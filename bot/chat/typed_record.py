"""`/attendance add yesterday 9-17:30`: the form, filled in with what is typed."""

from __future__ import annotations

from dataclasses import replace

from bot.chat.add_record import add_record, open_form
from bot.chat.asked_breaks import asked_break, offered_form
from bot.chat.routing import Ask
from bot.chat.typed_line import as_draft, as_span, read_line, with_long_weekday
from bot.chat.views import Form, Message
from bot.permissions import Operation
from bot.wording.catalogue import _
from bot.wording.markup import sentence

__all__ = ["add_record"]


@add_record.word("add")
async def show(ask: Ask) -> Form | Message:
    """`/attendance add [@person] [DAY] [TIME to TIME] [in OFFICE] [NOTE]`"""
    if not ask.words.strip():
        return await open_form(ask)
    ask = replace(ask, words=with_long_weekday(as_span(ask.words) or ask.words))
    typed = await read_line(ask, doing=Operation.RECORD)
    draft = as_draft(typed, ask)
    if asked := asked_break(typed, draft, ask.reader):
        return asked
    if ask.opens_forms or ask.typed_before:
        return await open_form(ask, draft)
    return offered_form(draft, sentence(_("Here's the form:")), _("Add a record"))
