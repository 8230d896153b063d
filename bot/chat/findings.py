"""What the rules on working time find, below the answer to a clock-in or clock-out, with **Add a break** and
**I had none: why**. Nothing is blocked: it is shown, and what people answer is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated

from markupsafe import Markup
from pydantic import Field

from bot import wording
from bot.attendance import add_break as adding
from bot.attendance import remarks
from bot.attendance.add_break import AddedBreak
from bot.attendance.recording import ClockedOut, Recorded
from bot.calendar.break_kinds import BreakKind
from bot.calendar.clock_times import read_time
from bot.calendar.typed import LONGEST_COMMENT
from bot.chat.form_faults import Check
from bot.chat.leaving_form import LONGEST_TIME
from bot.chat.pieces import row, told_them
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, ChoiceField, Form, Message, Piece, Text, TextField
from bot.reports import findings as core
from bot.reports.findings import Found
from bot.reports.worked_time import DayTotal
from bot.rules.checks import Rule
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.findings import finding_line
from bot.wording.markup import mention, sentence
from bot.workspaces import workspace_settings
from storage.errors import BreakIsOver, NotDeleted, Unavailable

ABOUT_BREAKS = (Rule.BREAK, Rule.STRETCH)
OF_THE_DAY = (*ABOUT_BREAKS, Rule.DAY)
"""What is shown below a clock-out. Below a clock-in, it's the rest before."""

Minutes = Annotated[int, Field(ge=0, le=366 * 24 * 60)]

findings = Feature("findings")


@dataclass(frozen=True, slots=True)
class Day:
    """Whose work date a button is about."""

    user_id: str
    day: date


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found on a work date of the presser: the measured minutes by rule."""

    day: date
    minutes: Mapping[Rule, Minutes]


@dataclass(frozen=True, slots=True)
class Cut:
    """A break that was added: the clock-ins of the records that it cut, or its id if it is a paid one."""

    user_id: str
    day: date
    replaced: Sequence[str] = ()
    break_id: str | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """What was entered in the form for a break."""

    start: str = ""
    end: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """What was entered in the form for a remark."""

    why: str = ""


async def with_findings(ask: Ask, answer: Message, result: Recorded | ClockedOut) -> Message:
    """The answer to a clock-in or clock-out, with what the rules find; after a clock-out, before its own buttons. Costs
    nothing where no rules apply."""
    if not result.has_rules:
        return answer
    pair = result.pair
    rules, worked = ((Rule.REST,), None) if isinstance(result, Recorded) else (OF_THE_DAY, result.day_total)
    if isinstance(result, ClockedOut) and isinstance(last := answer.pieces[-1], Buttons):
        below = await found_below(ask, pair.user_id, pair.work_date, rules, worked, *last.buttons)
        return replace(answer, pieces=[*answer.pieces[:-1], *below])
    below = await found_below(ask, pair.user_id, pair.work_date, rules, worked)
    return replace(answer, pieces=[*answer.pieces, *below])


async def found_below(
    ask: Ask, user_id: str, day: date, rules: Collection[Rule], worked: timedelta | None = None, *others: Button
) -> list[Piece]:
    """What these rules find on somebody's work date, a line each, and the buttons that answer it before the `others`.
    `worked`: the hours of that day. If it can't be read, what was changed before still counts."""
    try:
        found = [one for one in await _of_day(ask, user_id, day) if one.finding.rule in rules]
    except Unavailable:
        found = []
    return [*_lines(found, worked), *row([*_answers(found, Day(user_id, day), ask.reader), *others])]


def unanswered(found: Sequence[Found], week: Sequence[DayTotal], reader: Reader) -> list[Piece]:
    """What was found on the reader's days of a week, the newest first, each with the buttons that answer it."""
    pieces: list[Piece] = []
    for total in [*reversed(week)]:
        of_day = [one for one in found if one.finding.work_date == total.work_date]
        if not of_day:
            continue
        if total.work_date != reader.today:
            pieces.append(Text(Markup("<b>{}</b>").format(wording.day(total.work_date, reader))))
        for rules in (OF_THE_DAY, (Rule.REST,)):
            pieces += _lines([one for one in of_day if one.finding.rule in rules], total.worked)
        pieces += row(_answers(of_day, Day(reader.user_id, total.work_date), reader))
    return pieces


@findings.action
async def press_add_break(ask: Ask, of: Day) -> Form:
    """**Add a break**"""
    kinds = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).break_kinds
    body: list[TextField | ChoiceField] = [
        TextField(name="start", label=_("From"), hint=_("For example 12:00."), longest=LONGEST_TIME),
        TextField(name="end", label=_("To"), hint=_("For example 12:30."), longest=LONGEST_TIME),
    ]
    if any(kind.is_paid for kind in kinds):
        options = {kind.name: _called(kind) for kind in kinds}
        body.append(ChoiceField(name="kind", label=_("Kind"), options=options, chosen=[next(iter(options))]))
    return Form(_("Add a break"), _("Add"), _("Cancel"), save_break, body, of, answers_message=True)


@findings.form(lambda error, fields: "start")
async def save_break(ask: Ask, of: Day, times: Times) -> Message:
    """Adds it, and shows what the day is like now."""
    check = Check()
    start = end = None
    with check.at("start"):
        start = read_time(times.start)
    with check.at("end"):
        end = read_time(times.end)
    check.done()
    assert start is not None
    assert end is not None
    kinds = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).break_kinds
    kind = kinds.named(times.kind) or kinds.kinds[0]
    added = await adding.add_break(ask.services, ask.caller, of.user_id, of.day, start, end, kind)
    return await added_message(ask, of, added)


@findings.action
async def undo_break(ask: Ask, cut: Cut) -> Message:
    """**Undo** of a break that was added."""
    said = _("✅ <b>Break removed.</b> The record is as it was.")
    try:
        await adding.undo_added_break(ask.services, ask.caller, cut.user_id, cut.replaced, cut.break_id)
    except (NotDeleted, BreakIsOver):
        said = _("This break is no longer there.")
    return Message([Text(sentence(said)), *await found_below(ask, cut.user_id, cut.day, OF_THE_DAY)], replaces=True)


@findings.action
async def press_none(ask: Ask, measured: Measured) -> Form:
    """**I had none: why**, **Say why…**"""
    title = _("Why was there no break?") if measured.minutes.keys() & set(ABOUT_BREAKS) else _("Why was that?")
    why = TextField(
        name="why",
        label=_("Your reason"),
        hint=_("It's shown with this in reports and exports."),
        longest=LONGEST_COMMENT,
        multiline=True,
    )
    return Form(title, _("Save"), _("Cancel"), save_reason, [why], measured)


@findings.form(lambda error, fields: "why")
async def save_reason(ask: Ask, measured: Measured, reason: Reason) -> Message:
    """Keeps it, and shows it with what was found."""
    minutes = {rule.value: number for rule, number in measured.minutes.items()}
    await remarks.remark(ask.services, ask.caller, measured.day, minutes, reason.why)
    try:
        found = await _of_day(ask, ask.caller.user_id, measured.day)
    except Unavailable:
        found = []
    about = [one for one in found if one.finding.rule in measured.minutes]
    return Message([Text(sentence(_("✅ <b>Noted.</b>"))), *_lines(about, None)])


async def _of_day(ask: Ask, user_id: str, day: date) -> Sequence[Found]:
    """What was found on that work date. The caller has just changed its records, so they may see it."""
    workspace_id = ask.caller.workspace_id
    return await ask.services.database.read(lambda tx: core.of_day(tx, workspace_id, user_id, day))


async def added_message(ask: Ask, of: Day, added: AddedBreak) -> Message:
    """`✅ Break added: 12:00 to 12:30. Today: 8 h 50 min.`, and what is still found."""
    you, reader = ask.reader.is_you(of.user_id), ask.reader
    said = _("✅ <b>Break added: {start} to {end}.</b> {day}: {total}.")
    if not you:
        said = _("✅ <b>Break added for {who}: {start} to {end}.</b> {day}: {total}.")
    elif added.goes_on:
        said = _("✅ <b>Break added: {start} to {end}.</b> {day}: {total} so far.")
    start, end = (wording.clock(at, added.zone) for at in (added.start, added.end))
    day = _("Today") if of.day == reader.today else wording.day(of.day, reader)
    text = sentence(
        said, who=mention(of.user_id), start=start, end=end, day=day, total=wording.duration(added.day_total)
    )
    undo = undo_break.button(_("Undo"), Cut(of.user_id, of.day, added.replaced, added.break_id))
    below = await found_below(ask, of.user_id, of.day, OF_THE_DAY, added.day_total, undo)
    return Message([Text(text), *told_them(of.user_id, reader), *below], replaces=True)


def _answers(found: Sequence[Found], of: Day, reader: Reader) -> list[Button]:
    """**Add a break**, **I had none: why**, **Say why…**. Only the person themselves can give a reason."""
    rules = {one.finding.rule for one in found}
    buttons = [press_add_break.button(_("Add a break"), of)] if rules & set(ABOUT_BREAKS) else []
    if not reader.is_you(of.user_id):
        return buttons
    unanswered = {one.finding.rule: one.finding.measured for one in found if one.remark is None}
    for label, about_breaks in ((_("I had none: why"), True), (_("Say why…"), False)):
        minutes = {rule: number for rule, number in unanswered.items() if (rule in ABOUT_BREAKS) is about_breaks}
        if minutes:
            buttons.append(press_none.button(label, Measured(of.day, minutes)))
    return buttons


def _lines(found: Sequence[Found], worked: timedelta | None) -> list[Piece]:
    lines = [sentence("{line}.", line=finding_line(one, worked)) for one in found]
    return [Text(Markup("\n").join(lines))] if lines else []


def _called(kind: BreakKind) -> str:
    return _("{kind} (paid)").format(kind=kind.name) if kind.is_paid else kind.name
