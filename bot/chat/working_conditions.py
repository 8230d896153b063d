"""`/attendance person`: what working-time rules ask about people, and the form for one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from bot.calendar.typed import one_person_in
from bot.chat import lists, whom
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChoiceField, DateField, Field, Form, Message, Note, Outcome, PersonField, Text
from bot.errors import NotACommand
from bot.people import working_conditions as core
from bot.people.working_conditions import WorkingConditions
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from bot.wording.working_conditions import in_words
from bot.workspaces.workspace_settings import YES

working_conditions = Feature("person")


@dataclass(frozen=True, slots=True)
class Whose:
    """The person in a row."""

    user_id: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """The person in the form that asks whom it's about."""

    person: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What was entered."""

    adult_from: date | None = None
    night_worker: Sequence[str] = ()
    exempt: Sequence[str] = ()


@working_conditions.word("person")
async def show(ask: Ask) -> Outcome:
    """`/attendance person [@person]`: the people with working conditions, or the form of one."""
    user_id, words = one_person_in(ask.words)
    if words and not user_id:
        found = await whom.named(ask, words, ask.reader.today, teams=False)
        if len(found) > 1:
            return whom.which([change.button(one.name, Whose(one.user_id or "")) for one in found])
        user_id, words = (found[0].user_id, "") if found else (None, words)
    if words:
        raise NotACommand(f"person {ask.words}", ["person"])
    if user_id is None:
        return await _page(ask, 0)
    conditions = await core.to_change(ask.services, ask.caller, user_id)
    return _form(conditions) if ask.opens_forms else Message([_row(ask, conditions)])


@working_conditions.action
async def show_all(ask: Ask) -> Message:
    """**Working conditions…**, in the list of teams."""
    return await _page(ask, 0)


@working_conditions.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@working_conditions.action
async def change(ask: Ask, whose: Whose) -> Form:
    """**Change…**"""
    return _form(await core.to_change(ask.services, ask.caller, whose.user_id))


@working_conditions.action
async def choose(ask: Ask) -> Form:
    """**Someone else…**: asks whom."""
    await core.all_of(ask.services, ask.caller)  # for admins alone
    person = PersonField(name="person", label=_("Person"))
    return Form(_("Working conditions"), _("Continue"), _("Cancel"), chosen, [person])


@working_conditions.form(lambda error, fields: "person")
async def chosen(ask: Ask, carried: None, chosen: Chosen) -> Message:
    """The person's row, with the button for the form."""
    return Message([_row(ask, await core.to_change(ask.services, ask.caller, chosen.person))])


@working_conditions.form(lambda error, fields: "adult_from")
async def save(ask: Ask, seen: WorkingConditions, filled: Filled) -> Message:
    """Saves them, unless somebody else changed them meanwhile."""
    now = await core.set_conditions(
        *(ask.services, ask.caller, seen.user_id),
        adult_from=filled.adult_from,
        night_worker=bool(filled.night_worker),
        exempt=bool(filled.exempt),
        replacing=replace(seen, workspace_id=ask.caller.workspace_id),
    )
    said = _("✅ <b>Working conditions of {who} saved.</b> They see them in their status and in their own file.")
    return Message([Text(sentence(said, who=mention(now.user_id))), Note(_facts(ask, now))])


async def _page(ask: Ask, start: int) -> Message:
    found = await core.all_of(ask.services, ask.caller)
    rows = [_row(ask, conditions) for _name, conditions in found]
    none = _("The rules for adults who work by day hold for everybody.")
    buttons = [choose.button(_("Someone else…"))]
    return lists.page(_("Working conditions"), rows, none, buttons, turn_page, start)


def _row(ask: Ask, conditions: WorkingConditions) -> Text:
    said = Markup("{} · {}").format(mention(conditions.user_id), _facts(ask, conditions))
    return Text(said, change.button(_("Change…"), Whose(conditions.user_id)))


def _facts(ask: Ask, conditions: WorkingConditions) -> Markup:
    return Markup.escape(in_words(conditions, ask.reader) or _("adult, works by day"))


def _form(conditions: WorkingConditions) -> Form:
    adult_hint = _("Only for people under 18: their 18th birthday. Until the day before, the rules for the young hold.")
    body: list[Field | Text | Note] = [
        Text(mention(conditions.user_id)),
        DateField(
            name="adult_from", label=_("Adult from"), hint=adult_hint, required=False, value=conditions.adult_from
        ),
        _tick("night_worker", _("Night work"), _("Works at night regularly"), conditions.night_worker),
        _tick("exempt", _("Exempt"), _("Working-time rules don't apply, for example to executives"), conditions.exempt),
    ]
    return Form(_("Working conditions"), _("Save"), _("Cancel"), save, body, conditions)


def _tick(name: str, label: str, text: str, ticked: bool) -> Field:
    return ChoiceField(
        name=name,
        label=label,
        required=False,
        options={YES: text},
        chosen=[YES] if ticked else [],
        many=True,
        expanded=True,
    )
