"""`/attendance sign`: a person looks at their period and signs it; a manager looks at one person's, approves it, or
opens it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.attendance import signatures
from bot.calendar.typed import LONGEST_COMMENT, mention, one_person_in
from bot.chat import signing_team, whom
from bot.chat.did_you_mean import line_button
from bot.chat.routing import Ask, Feature
from bot.chat.signing_view import (
    PeriodQuery,
    about_person,
    day_lines,
    how_long_periods_are,
    neighbours,
    period_title,
    state_sentence,
)
from bot.chat.statements import statement_buttons
from bot.chat.views import Button, Buttons, Form, Message, Note, Outcome, Piece, Text, TextField
from bot.reports import signing as core
from bot.reports.signing import PersonPeriod, State
from bot.wording.catalogue import _
from bot.wording.markup import sentence

MOST_PERIODS = 12

signing = Feature("signing")


@dataclass(frozen=True, slots=True)
class Given:
    """A signature, by its id, and what its period is."""

    signature_id: str
    of: PeriodQuery


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a period is opened again."""

    why: str = ""


@signing.word("sign")
async def show(ask: Ask) -> Outcome:
    """`/attendance sign [PERIOD] [@person]`: the latest period that is over, if none is named."""
    known = await core.periods(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words)
    if words.strip():
        found = await whom.person_and_days(ask)
    else:
        found = [whom.Named(known.kind.latest_over(known.today), "", user_id)]
    choices: list[tuple[str, PeriodQuery]] = []
    notes: list[Note] = []
    for one in found:
        named_only = one.name and not one.words
        days = known.kind.latest_over(known.today) if named_only else one.days
        notes = how_long_periods_are(known, days)
        whose = one.user_id or ask.caller.user_id
        for period in known.in_range(days, MOST_PERIODS):
            label = " · ".join(part for part in (one.name, period_title(period, ask.reader)) if part)
            choices.append((label, PeriodQuery(period, whose)))
    if len(choices) > 1:
        asked = whom.which([turn.button(label, query) for label, query in choices])
        return replace(asked, pieces=[*asked.pieces, *notes])
    seen = await _shown(ask, choices[0][1])
    return replace(seen, pieces=[*seen.pieces[:1], *notes, *seen.pieces[1:]])


@signing.action
async def turn(ask: Ask, query: PeriodQuery) -> Message:
    """**Previous**, **Next**, **Show** and each of several periods."""
    return replace(await _shown(ask, query), replaces=True)


@signing.action
async def show_period(ask: Ask, query: PeriodQuery) -> Message:
    """A period, beside the message whose button was pressed."""
    return await _shown(ask, query)


@signing.action
async def sign(ask: Ask, query: PeriodQuery) -> Message:
    """**It's right**"""
    await signatures.sign(ask.services, ask.caller, query.days.first, query.days.last, query.seen)
    return replace(await _shown(ask, query), replaces=True)


@signing.action
async def take_back(ask: Ask, given: Given) -> Message:
    """**Take back** of one's own signature."""
    await signatures.withdraw(ask.services, ask.caller, given.signature_id)
    return replace(await _shown(ask, given.of), replaces=True)


@signing.action
async def fix(ask: Ask, query: PeriodQuery) -> Message:
    """**Fix…**: the records of the period, with what can be done with each."""
    found = await ask.type("events", f"{query.days.first} to {query.days.last} {mention(query.user_id)}")
    assert isinstance(found, Message)
    return found


@signing.action
async def approve(ask: Ask, query: PeriodQuery) -> Message:
    """**Approve** on one person's period."""
    await signatures.approve(ask.services, ask.caller, query.user_id, query.days.first, query.days.last, query.seen)
    return replace(await _shown(ask, query), replaces=True)


@signing.action
async def press_reopen(ask: Ask, given: Given) -> Form:
    """**Reopen…**"""
    hint = _("The person gets it, and it stays with the period.")
    why = TextField(name="why", label=_("Your reason"), hint=hint, longest=LONGEST_COMMENT, multiline=True)
    said = Text(sentence(_("The records can change again. Both of you sign again when they're right.")))
    return Form(_("Reopen the period"), _("Reopen"), _("Cancel"), reopen, [said, why], given, answers_message=True)


@signing.form(lambda error, fields: "why")
async def reopen(ask: Ask, given: Given, reason: Reason) -> Message:
    """Withdraws the approval."""
    await signatures.withdraw(ask.services, ask.caller, given.signature_id, reason.why)
    return replace(await _shown(ask, given.of), replaces=True)


async def _shown(ask: Ask, query: PeriodQuery) -> Message:
    """The period. Of one's own, with those of the people whose periods the reader approves."""
    known = await core.periods(ask.services, ask.caller)
    if known.kind.holding(query.days.first) != query.days:  # the setting has changed
        query = replace(query, days=known.kind.holding(query.days.first))
    one = await core.person_period(ask.services, ask.caller, query.user_id, query.days)
    query = replace(query, seen=one.records.digest)
    pieces: list[Piece] = [*await about_person(ask, one), Text(state_sentence(one, ask.reader)), *day_lines(one, ask)]
    is_over = query.days.last < known.today
    if not is_over:
        pieces.append(Note(sentence(_("This period isn't over yet, so nobody can sign it."))))
    if buttons := await _buttons(ask, one, query, is_over=is_over):
        pieces.append(Buttons(buttons))
    pieces.append(Buttons([*neighbours(query, known, turn), *statement_buttons(query)]))
    if ask.reader.is_you(query.user_id):
        pieces += await signing_team.of_period(ask, query.days)
    return Message(pieces)


async def _buttons(ask: Ask, one: PersonPeriod, query: PeriodQuery, *, is_over: bool) -> Sequence[Button]:
    you = ask.reader.is_you(one.user_id)
    may_approve = await core.may_approve(ask.services, ask.caller, one.user_id)
    buttons: list[Button] = []
    if you and is_over and one.state in (State.NOT_SIGNED, State.CHANGED):
        buttons.append(sign.button(_("It's right"), query, style="primary"))
    if you and one.manager and one.person is None and is_over:
        buttons.append(sign.button(_("It's right"), query))
    if one.state is State.WAITING and (you or may_approve):
        buttons.append(line_button(_("Show requests"), "requests", ask.reader.now))
    if one.manager is None and you:
        buttons.append(fix.button(_("Fix…"), query))
    can_be = one.state is State.SIGNED if you else one.state not in (State.APPROVED, State.WAITING)
    if may_approve and is_over and can_be:
        buttons.append(approve.button(_("Approve"), query, style="primary", confirm=signing_team.sure(1)))
    if you and one.manager is None and one.person:
        buttons.append(take_back.button(_("Take back"), Given(one.person.signature_id, query)))
    if may_approve and one.manager:
        buttons.append(press_reopen.button(_("Reopen…"), Given(one.manager.signature_id, query)))
    return buttons
