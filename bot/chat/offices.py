"""`/attendance office`: the offices, and the form for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from bot.calendar.own_days import DayOff, as_lines, parse_own_days
from bot.calendar.worktime import zone_of_place
from bot.chat import lists
from bot.chat.form_faults import Check
from bot.chat.lists import Chosen, Shown
from bot.chat.place_fields import check_place, place_fields
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Field, Form, Message, Note, Text, TextField
from bot.errors import InvalidName, NotAnOffice
from bot.people import archive as archiving
from bot.people import own_days as own_days_of
from bot.people import teams_and_offices
from bot.people.teams_and_offices import LONGEST_ID, LONGEST_NAME, Office
from bot.wording import holidays, zone_label
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence
from bot.workspaces import holiday_calendars
from storage.errors import NameTaken

LONGEST_ZONE, LONGEST_OWN_DAYS = 64, 3000

offices = Feature("office")


@dataclass(frozen=True, slots=True)
class Filled:
    """What was entered. An office keeps its id, so only a new one has that field."""

    id: str = ""
    name: str = ""
    zone: str = ""
    country: str = ""
    region: str = ""
    own_days: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """The office as its form showed it, and the first day of which it had the own days. None: it had none of them."""

    office: Shown
    since: date | None


@offices.word("office")
async def show(ask: Ask) -> Message | Form:
    """`/attendance office [NAME]`: the offices, or the form of one. Raises NotAnOffice for another name."""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    if not (ask.words.strip() and found):
        return await _page(ask, 0)
    office, likely = lists.named(found, ask.words)
    if office is None and ask.words.lower().split()[0] in ("add", "new", "create"):
        return Message([Text(sentence(_("Here's the form:"))), Buttons([new.button(_("New office…"))])])
    if office is None:
        raise NotAnOffice(ask.words.strip(), likely, offices=[one.name for one in found])
    if ask.opens_forms and office.archived_at is None:
        return await _form_of(ask, office)
    return Message(lists.rows([office], _row, change, bring_back))


@offices.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@offices.action
async def new(ask: Ask) -> Form:
    """**New office…**"""
    await teams_and_offices.offices_to_change(ask.services, ask.caller)
    return _form(None, {}, None)


@offices.action
async def change(ask: Ask, key: str) -> Form:
    """**Change…**"""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    return await _form_of(ask, lists.chosen(lists.in_use(found), key))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case NameTaken(what="office id") | InvalidName(what="office id") if "id" in fields:
            return "id"
    return "name"


@offices.form(_field_of)
async def save(ask: Ask, before: Before | None, filled: Filled) -> Message:
    """Saves the office, unless somebody else changed it meanwhile."""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    seen: Office | None = None
    own_days: Mapping[date, DayOff] = {}
    if before:
        seen = lists.chosen(found, before.office.key)
        own_days = await _own_days(ask, seen, before.since)
        seen = lists.as_shown([seen], before.office, lambda office: [as_lines(own_days)])
    office_id = seen.office_id if seen else filled.id.strip() or teams_and_offices.id_from(filled.name)
    check, wanted = Check(), own_days
    if not seen or filled.name.strip() != seen.name:  # existing offices keep names that read alike
        with check.at("name"):
            teams_and_offices.check_office_name(filled.name, [office for office in found if office != seen])
    with check.at("zone"):
        zone_of_place(filled.zone.strip())
    if not seen:
        with check.at("id"):
            teams_and_offices.check_new_office_id(office_id, found)
    country, region = filled.country.strip() or None, filled.region.strip() or None
    check_place(check, country, region)
    if before is None or before.since:
        with check.at("own_days"):
            wanted = parse_own_days(filled.own_days)
    check.done()
    office = await teams_and_offices.set_office(
        *(ask.services, ask.caller, office_id, filled.name, filled.zone.strip()),
        country=country,
        region=region,
        own_days=(own_days, wanted),
        replacing=seen,
    )
    said = _("✅ <b>Office {name} saved.</b> People clock in there with {command}. Time zone: {zone}.")
    command = code(ask.reader.command(f"clockin in {office.office_id}"))
    saved = sentence(said, name=office.name, command=command, zone=zone_label(office.zone))
    return Message([Text(saved), *await _next_holidays(ask, office)])


@offices.action
async def choose_to_archive(ask: Ask) -> Form | Message:
    """**Archive…**: asks which one and says what that means; or the list, if none is left."""
    found = lists.in_use(await teams_and_offices.offices_to_change(ask.services, ask.caller))
    if not found:
        return await _page(ask, 0)
    said = _("Nobody can clock in there any more. Earlier records keep the office. You can bring it back.")
    return lists.archive_form(_("Archive an office"), _("Office"), found, said, archive)


@offices.form(lambda error, fields: "which")
async def archive(ask: Ask, carried: None, chosen: Chosen) -> Message:
    """**Archive**, in the form that asked."""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    office = lists.chosen(found, chosen.which)
    await archiving.archive_office(ask.services, ask.caller, office.office_id)
    text = sentence(_("✅ <b>Office {name} archived.</b> Earlier records keep it."), name=office.name)
    return Message([Text(text), Buttons([bring_back.button(_("Bring back"), chosen.which)])])


@offices.action
async def bring_back(ask: Ask, key: str) -> Message:
    """**Bring back**"""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    office = lists.chosen(found, key)
    await archiving.bring_back_office(ask.services, ask.caller, office.office_id)
    said = _("✅ <b>Office {name} is back.</b> People can clock in there again.")
    return Message([Text(sentence(said, name=office.name))])


async def _page(ask: Ask, start: int) -> Message:
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    can_archive = [choose_to_archive.button(_("Archive…"))] if lists.in_use(found) else []
    buttons, rows = [new.button(_("New office…")), *can_archive], lists.rows(found, _row, change, bring_back)
    return lists.page(_("Offices"), rows, _("There are no offices yet."), buttons, turn_page, start)


async def _own_days(ask: Ask, office: Office, since: date | None) -> Mapping[date, DayOff]:
    """From that day on; those of last year stay as they are."""
    return await own_days_of.of_office(ask.services, ask.caller, office.office_id, since) if since else {}


async def _next_holidays(ask: Ask, office: Office) -> list[Note]:
    """`Next holidays: Fri 25 Dec Christmas Day, Sat 26 Dec Boxing Day, …`, so that a wrong country is seen at once."""
    found = await holiday_calendars.next_of_office(ask.services, ask.caller.workspace_id, office.office_id)
    if not found:
        return []
    return [Note(sentence(_("Next holidays: {holidays}."), holidays=holidays.listed(found, ask.reader)))]


def _row(office: Office) -> Markup:
    """`<b>Headquarters</b> (hq) · Berlin · Germany (BY)`; what says the same as the name is left out."""
    row, name = Markup("<b>{}</b>").format(office.name), office.name.casefold()
    if office.office_id.casefold() != name:
        row += Markup(" ({})").format(office.office_id)
    if (zone := zone_label(office.zone)).casefold() != name:
        row += Markup(" · {}").format(zone)
    if office.country:
        row += Markup(" · {}").format(holidays.place(office.country, office.region))
    return row + Markup(" · ") + _("archived") if office.archived_at else row


async def _form_of(ask: Ask, office: Office) -> Form:
    """With the own days of this year and later, if they fit."""
    since = date(ask.reader.today.year, 1, 1)
    own_days = await _own_days(ask, office, since)
    return _form(office, own_days, since if len(as_lines(own_days)) <= LONGEST_OWN_DAYS else None)


def _form(office: Office | None, own_days: Mapping[date, DayOff], since: date | None) -> Form:
    name_hint = _("For example Berlin.")
    id_hint = _('What people type after "in", for example hq. Leave empty to make it from the name.')
    zone_hint = _("For example Europe/Berlin. Earlier records keep their time zone.")
    country_hint = _("For example Germany or DE. Leave empty for the one in the settings.")
    name, zone, country, region = (
        (office.name, office.zone, office.country, office.region) if office else ("", "", None, None)
    )
    body: list[Field | Text | Note] = [
        TextField(name="name", label=_("Name"), hint=name_hint, value=name, longest=LONGEST_NAME),
        TextField(name="zone", label=_("Time zone"), hint=zone_hint, value=zone, longest=LONGEST_ZONE),
        *place_fields(country, region, country_hint),
    ]
    if office:
        body.insert(0, Text(_row(office)))
    else:
        body.insert(1, TextField(name="id", label=_("Short id"), hint=id_hint, required=False, longest=LONGEST_ID))
    if office and since is None:
        said = _("There are too many days of its own to show here. To change one, type {command} at the command line.")
        body.append(Note(sentence(said, command=code(f"attendance office day {office.office_id}"))))
    else:
        body.append(_own_days_field(own_days))
    carries = None
    if office:
        carries = Before(lists.shown(office, [as_lines(own_days) if since else ""]), since)
    return Form(_("Office"), _("Save"), _("Cancel"), save, body, carries)


def _own_days_field(own_days: Mapping[date, DayOff]) -> Field:
    """A line for each day."""
    hint = _(
        "Besides public holidays, a line for each: 2026-12-24 half Christmas Eve. With whole, the whole day is free; "
        "with none, a public holiday is a working day."
    )
    return TextField(
        name="own_days",
        label=_("Own days off"),
        hint=hint,
        required=False,
        value=as_lines(own_days),
        longest=LONGEST_OWN_DAYS,
        multiline=True,
    )
