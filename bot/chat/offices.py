"""`/attendance office`: the places of work, and the form for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.chat import lists
from bot.chat.lists import Shown
from bot.chat.routing import Ask, Feature
from bot.chat.views import Form, Message, Text, TextField
from bot.errors import InvalidName, UnknownZone
from bot.people import teams_and_offices
from bot.people.teams_and_offices import LONGEST_ID, LONGEST_NAME, Office
from bot.wording import zone_label
from bot.wording.catalogue import _
from bot.wording.markup import sentence

LONGEST_ZONE = 64

offices = Feature("office")


@dataclass(frozen=True, slots=True)
class Filled:
    """An office that is there keeps its id."""

    id: str = ""
    name: str = ""
    zone: str = ""


@offices.word("office", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance office`"""
    return await _page(ask, 0)


@offices.action
async def turn_page(ask: Ask, start: int) -> Message:
    """**Previous** and **Next**."""
    return replace(await _page(ask, start), replaces=True)


@offices.action
async def new(ask: Ask) -> Form:
    """**New office…**"""
    await teams_and_offices.offices_to_change(ask.services, ask.caller)
    return _form(None)


@offices.action
async def change(ask: Ask, key: str) -> Form:
    """**Change…**"""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    return _form(lists.chosen(found, key))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case UnknownZone():
            return "zone"
        case InvalidName(what="office"):
            return "name"
    return "id" if "id" in fields else "name"


@offices.form(_field_of)
async def save(ask: Ask, before: Shown | None, filled: Filled) -> Message:
    """Keeps the office, unless somebody else changed it meanwhile."""
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    seen = lists.as_shown(found, before) if before else None
    office_id = seen.office_id if seen else filled.id
    office = await teams_and_offices.set_office(
        ask.services, ask.caller, office_id, filled.name, filled.zone.strip(), replacing=seen
    )
    said = _("Office {name} ({id}): its times are those of {zone}.")
    text = sentence(said, name=office.name, id=office.office_id, zone=zone_label(office.zone))
    return Message([Text(text)])


async def _page(ask: Ask, start: int) -> Message:
    found = await teams_and_offices.offices_to_change(ask.services, ask.caller)
    rows = [Text(_row(office), change.button(_("Change…"), lists.key_of(office))) for office in found]
    return lists.page(
        _("Offices"), rows, _("There are no offices yet."), new.button(_("New office…")), turn_page, start
    )


def _row(office: Office) -> Markup:
    facts = (office.name, office.office_id, zone_label(office.zone))
    return Markup("<b>{}</b> ({}) · {}").format(*facts)


def _form(office: Office | None) -> Form:
    id_hint = _("As it is typed after “in”: /clockin in hq")
    zone_hint = _(
        "Such as Europe/Berlin or America/New_York. Records of the past keep the zone they were written with."
    )
    name, zone = (office.name, office.zone) if office else ("", "")
    body = [
        Text(_row(office)) if office else TextField(name="id", label=_("Short id"), hint=id_hint, longest=LONGEST_ID),
        TextField(name="name", label=_("Name"), value=name, longest=LONGEST_NAME),
        TextField(name="zone", label=_("Time zone"), hint=zone_hint, value=zone, longest=LONGEST_ZONE),
    ]
    return Form(_("Office"), _("Save"), _("Cancel"), save, body, lists.shown(office) if office else None)
