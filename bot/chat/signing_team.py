"""Who of a manager's people has signed a period, with **Approve** for one or for all that are complete."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.attendance import signatures
from bot.calendar.ranges import DateRange
from bot.calendar.typed import mention as typed_mention
from bot.chat.routing import Ask, Feature
from bot.chat.signing_view import PeriodQuery, period_title, row_sentence
from bot.chat.views import Button, Buttons, Confirm, Divider, Heading, Message, Note, Piece, Text
from bot.reports import signing as core
from bot.reports.signing import PersonPeriod, State
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import mention, sentence
from bot.wording.refusals import refusal
from storage.errors import Refusal

MOST_ROWS = 15
MOST_AT_ONCE = 90  # approved by one button, which carries a mark of each
_ORDER = [State.SIGNED, State.NOT_RESOLVED, State.WAITING, State.CHANGED, State.NOT_SIGNED, State.APPROVED]
"""What can be done first."""

signing_team = Feature("signing_team")


@dataclass(frozen=True, slots=True)
class Complete:
    """The people of a list who can be approved: of each, a mark of the records that the list was made from."""

    days: DateRange
    marks: Sequence[str]
    is_asked: bool = False
    """Whether the list holds only what is for the reader to approve."""


@dataclass(frozen=True, slots=True)
class InList(PeriodQuery):
    """A person's period in such a list."""

    is_asked: bool = False


@signing_team.action
async def approve_one(ask: Ask, one: InList) -> Message:
    """**Approve** in the list."""
    await signatures.approve(ask.services, ask.caller, one.user_id, one.days.first, one.days.last, one.seen)
    return await _list(ask, one.days, is_asked=one.is_asked)


@signing_team.action
async def approve_all(ask: Ask, complete: Complete) -> Message:
    """**Approve all**: those who could be approved when the list was shown, if their records are still the same."""
    days = complete.days
    refused: list[Markup] = []
    later: list[Markup] = []
    for one in await core.team_periods(ask.services, ask.caller, days, is_asked=complete.is_asked) or []:
        if one.state is not State.SIGNED:
            continue
        if _mark(one) not in complete.marks:
            later.append(mention(one.user_id))
            continue
        try:
            digest = one.records.digest
            await signatures.approve(ask.services, ask.caller, one.user_id, days.first, days.last, digest)
        except Refusal as error:
            refused.append(sentence("{who}: {why}", who=mention(one.user_id), why=refusal(error, ask.reader)))
    if later and len(complete.marks) < MOST_AT_ONCE:
        said = _("Not approved yet, because they signed after this list was shown: {people}.")
        refused.append(sentence(said, people=Markup(", ").join(later[:MOST_ROWS])))
    made = await _list(ask, days, is_asked=complete.is_asked)
    return replace(made, pieces=[*made.pieces, *([Text(Markup("\n").join(refused))] if refused else [])])


@signing_team.action
async def show_one(ask: Ask, query: PeriodQuery) -> Message:
    """**Show**: the person's period, beside the list."""
    days = f"{query.days.first} to {query.days.last}"
    found = await ask.type("sign", f"{days} {typed_mention(query.user_id)}")
    assert isinstance(found, Message)
    return found


async def of_period(ask: Ask, days: DateRange) -> list[Piece]:
    """The list below one's own period. Empty for those who approve nobody's."""
    found = await core.team_periods(ask.services, ask.caller, days)
    others = [one for one in found or [] if one.user_id != ask.caller.user_id]
    return [Divider(), *_pieces(ask, others, days)] if others else []


async def to_approve(ask: Ask, days: DateRange) -> Message | None:
    """Those that are for the reader to approve. None if there are none, or no more."""
    found = await core.team_periods(ask.services, ask.caller, days, is_asked=True) or []
    if all(one.state is State.APPROVED for one in found):
        return None
    return Message(_pieces(ask, found, days, is_asked=True))


def sure(count: int) -> Confirm:
    """Asks before periods are closed."""
    said = ngettext(
        "Nobody can change the records of this period after that, until you reopen it.",
        "Nobody can change the records of these {count} people in this period after that, until you reopen it.",
        count,
    )
    return Confirm(title=_("Approve?"), question=said.format(count=count), yes=_("Approve"), no=_("Not yet"))


async def _list(ask: Ask, days: DateRange, *, is_asked: bool) -> Message:
    found = await core.team_periods(ask.services, ask.caller, days, is_asked=is_asked)
    return Message(_pieces(ask, found or [], days, is_asked=is_asked), replaces=True)


def _pieces(ask: Ask, found: Sequence[PersonPeriod], days: DateRange, *, is_asked: bool = False) -> list[Piece]:
    """`14 of 15 signed`, and a row for each."""
    signed = sum(one.person is not None and not one.is_overtaken(one.person) for one in found)
    approved = sum(one.state is State.APPROVED for one in found)
    complete = [one for one in found if one.state is State.SIGNED]
    said = _("<b>{signed} of {count} signed</b> · {approved} approved")
    pieces: list[Piece] = [
        Heading(_("Your people · {period}").format(period=period_title(days, ask.reader))),
        Text(sentence(said, signed=signed, count=len(found), approved=approved)),
    ]
    ordered = sorted(found, key=lambda one: _ORDER.index(one.state))  # by name within
    pieces += [Text(row_sentence(one, ask.reader), _button(one, is_asked=is_asked)) for one in ordered[:MOST_ROWS]]
    if (more := len(found) - MOST_ROWS) > 0:
        note = _("And {count} more. To see one of them, add their name to the command.")
        pieces.append(Note(sentence(note, count=more)))
    if complete:
        pieces.append(Buttons([_approve_all(days, complete, is_asked=is_asked)]))
    return pieces


def _approve_all(days: DateRange, complete: Sequence[PersonPeriod], *, is_asked: bool) -> Button:
    first = complete[:MOST_AT_ONCE]
    label = _("Approve all {count}") if len(first) == len(complete) else _("Approve the first {count}")
    carried = Complete(days, [_mark(one) for one in first], is_asked)
    return approve_all.button(label.format(count=len(first)), carried, style="primary", confirm=sure(len(first)))


def _mark(one: PersonPeriod) -> str:
    """Changes with their records. Short, because many fit into a button."""
    return hashlib.sha256(f"{one.user_id} {one.records.digest}".encode()).hexdigest()[:16]


def _button(one: PersonPeriod, *, is_asked: bool) -> Button:
    if one.state is State.SIGNED:
        return approve_one.button(_("Approve"), InList(one.days, one.user_id, one.records.digest, is_asked))
    return show_one.button(_("Show"), PeriodQuery(one.days, one.user_id, one.records.digest))
