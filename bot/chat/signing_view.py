"""How a period to sign is shown: whose it is, how far it is, and its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from markupsafe import Markup

from bot import wording
from bot.calendar.ranges import DateRange
from bot.chat.routing import Action, Ask
from bot.chat.views import Button, Heading, Note, Piece, Text
from bot.people.profiles import names_of
from bot.reports.signing import Periods, PersonPeriod, State
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.pairs import Pair
from storage.signatures import Signature

DAYS_IN_PARAGRAPH = 16


@dataclass(frozen=True, slots=True)
class PeriodQuery:
    """Whose period. `seen`: the digest of the records that are shown with it, and no others are signed."""

    days: DateRange
    user_id: str
    seen: str = ""


def period_title(days: DateRange, reader: Reader) -> str:
    """`Last week · Mon 16 – Sun 22 Nov`, `October`"""
    return records.title(days, reader)


async def about_person(ask: Ask, one: PersonPeriod) -> list[Piece]:
    """The heading: whose period it is."""
    title = period_title(one.days, ask.reader)
    if ask.reader.is_you(one.user_id):
        return [Heading(_("Your records · {period}").format(period=title))]
    names = await names_of(ask.services, ask.caller.workspace_id, [one.user_id])
    name = names.get(one.user_id, one.user_id)
    return [Heading(_("{name}'s records · {period}").format(name=name, period=title))]


def state_sentence(one: PersonPeriod, reader: Reader) -> Markup:
    """`38 h 20 min on 5 days. You signed on Mon 23 Nov.`"""
    worked = wording.duration(one.figures.worked)
    breaks = wording.duration(one.figures.breaks)
    total = sentence(_("<b>{worked}</b> · breaks {breaks}"), worked=worked, breaks=breaks)
    signatures = _signatures(one, reader)
    if one.state is State.WAITING:
        return Markup("\n").join([total, *signatures, _waiting(one, reader)])
    return Markup("\n").join([total, *(signatures or [not_signed(one, reader)])])


def _waiting(one: PersonPeriod, reader: Reader) -> Markup:
    """`A request for Tue 17 Nov waits for an answer. Sign after that.`"""
    assert one.waiting is not None
    days = wording.days(one.waiting.first_day, one.waiting.last_day, reader)
    said = _("A request for {days} waits for an answer. Sign after that.")
    if not reader.is_you(one.user_id):
        said = _("A request for {days} waits for an answer. Approve after that.")
    return sentence(said, days=days)


def not_signed(one: PersonPeriod, reader: Reader) -> Markup:
    """What is missing."""
    you = reader.is_you(one.user_id)
    if one.open_pair:
        said = _("You didn't clock out on {day}.") if you else _("{who} didn't clock out on {day}.")
        when = wording.day(one.open_pair.work_date, reader)
        return sentence(said, who=mention(one.user_id), day=when)
    said = _("Is this right?") if you else _("{who} hasn't signed yet.")
    return sentence(said, who=mention(one.user_id))


def _signatures(one: PersonPeriod, reader: Reader) -> list[Markup]:
    """A line for each."""
    lines = []
    you = reader.is_you(one.user_id)
    if one.person and one.is_overtaken(one.person):
        said = _("Your records changed after you signed ({day}). Sign again if they're right.")
        if not you:
            said = _("{who} signed it ({day}), and records changed after that.")
        lines.append(_signed(said, one.person, reader))
    elif one.person:
        said = _("✅ You signed it ({day}).") if you else _("✅ {who} signed it ({day}).")
        lines.append(_signed(said, one.person, reader))
    elif one.manager:
        said = _("You haven't signed.") if you else _("Not signed by {who}.")
        lines.append(sentence(said, who=mention(one.user_id)))
    if one.manager:
        said = _("🔒 {by} approved it ({day}).")
        if reader.is_you(one.manager.by):
            said = _("🔒 You approved it ({day}).")
        if one.manager.is_own_approval:
            said = _("🔒 {by} approved it as the only admin ({day}).")
        lines.append(_signed(said, one.manager, reader))
    return lines


def _signed(said: str, signature: Signature, reader: Reader) -> Markup:
    zone = wording.zone_of(reader.zone or "UTC")
    when = wording.moment(signature.at, zone, reader)
    return sentence(said, who=mention(signature.user_id), by=mention(signature.by), day=wording.in_brackets(when))


def row_sentence(one: PersonPeriod, reader: Reader) -> Markup:
    """`@Ana · 38 h 20 min · signed`, in a list."""
    worked = wording.duration(one.figures.worked)
    state = {
        State.APPROVED: _("🔒 approved"),
        State.SIGNED: _("✅ signed"),
        State.CHANGED: _("changed after signing"),
        State.NOT_RESOLVED: _("missing clock-out"),
        State.WAITING: _("a request waits for an answer"),
        State.NOT_SIGNED: _("not signed yet"),
    }[one.state]
    if one.manager and one.person is None:
        state = _("🔒 approved, not signed")
    return sentence(_("{who} · {worked} · {state}"), who=mention(one.user_id), worked=worked, state=state)


def day_lines(one: PersonPeriod, ask: Ask) -> list[Piece]:
    """The days with their records, and how long people worked; two paragraphs of a long month."""
    by_day: dict[date, list[Pair]] = {}
    for pair in one.records.records:
        by_day.setdefault(pair.work_date, []).append(pair)
    if not by_day:
        return [Text(sentence(_("No records.")))]
    lines = [_day(day, of_day, ask.reader) for day, of_day in sorted(by_day.items())]
    return [
        Text(Markup("\n").join(lines[start : start + DAYS_IN_PARAGRAPH]))
        for start in range(0, len(lines), DAYS_IN_PARAGRAPH)
    ]


def _day(day: date, of_day: Sequence[Pair], reader: Reader) -> Markup:
    hours = ", ".join(records.hours(pair, reader) for pair in of_day)
    worked = sum((pair.worked for pair in of_day if pair.worked), timedelta())
    said = _("{day}: {hours} · {worked}")
    return sentence(said, day=wording.day(day, reader), hours=hours, worked=wording.duration(worked))


def how_long_periods_are(known: Periods, asked: DateRange) -> list[Note]:
    """Why another period is shown than the one that was asked for. Empty if it is that, or the one with a day."""
    if asked.days == 1 or known.kind.holding(asked.first) == asked:
        return []
    said = {
        "week": _("Everyone signs by the week here."),
        "two weeks": _("Everyone signs every two weeks here."),
        "month": _("Everyone signs by the month here."),
    }[known.kind.kind]
    return [Note(sentence(said))]


def neighbours(query: PeriodQuery, known: Periods, turn: Action) -> list[Button]:
    """**Previous** and **Next**, up to the period that runs."""
    before = known.kind.holding(query.days.first - timedelta(days=1))
    buttons = [turn.button(_("Previous"), replace(query, days=before))]
    after = query.days.last + timedelta(days=1)
    if after <= known.today:
        buttons.append(turn.button(_("Next"), replace(query, days=known.kind.holding(after))))
    return buttons
