"""`/attendance office`: the form for an office, new or changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from slack_bolt.async_app import AsyncApp
from slackblocks import Block, ModalView

from bot import administration
from bot.administration import LONGEST_ID, LONGEST_NAME, Office
from bot.errors import AlreadyThere, ChangedMeanwhile, InvalidName, UnknownZone
from bot.slack.admin_blocks import WHICH, another_chosen, field, key_of, not_sent, remembered, typed, version_of, which
from bot.slack.blocks import Answer
from bot.slack.listener import Ask, Edge, Outcome
from bot.wording import admin as wording

FORM = "office"
LONGEST_ZONE = 64


class Action(StrEnum):
    """The menu."""

    CHOOSE = "choose_office"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `open_form` is reached through `/attendance office`."""
    app.action(Action.CHOOSE)(edge.action(choose))
    app.view(FORM)(edge.submission(submit, field_of))


async def open_form(ask: Ask) -> None:
    """A new office first; Slack gives a trigger 3 seconds."""
    offices = await administration.offices_to_change(ask.services, ask.caller)
    await ask.open(form(offices, None))


async def choose(ask: Ask) -> None:
    """Another one was chosen in the menu."""
    await ask.client.views_update(view_id=ask.view_id, view=(await _form_of(ask, ask.value)).to_dict())


async def _form_of(ask: Ask, key: str) -> ModalView:
    offices = await administration.offices_to_change(ask.services, ask.caller)
    return form(offices, next((office for office in offices if key_of(office.office_id) == key), None))


async def submit(ask: Ask) -> Outcome:
    """Writes the office down, unless somebody else did meanwhile."""
    fields, kept = ask.fields or {}, remembered(ask.metadata)
    offices = await administration.offices_to_change(ask.services, ask.caller)
    office_id = kept.get("id")
    if another := another_chosen(fields, office_id and key_of(office_id)):
        return not_sent(await _form_of(ask, another))
    seen = next((office for office in offices if office.office_id == office_id), None)
    if office_id and version_of(seen) != kept.get("version"):
        raise ChangedMeanwhile(office_id)
    office = await administration.set_office(
        ask.services,
        ask.caller,
        office_id or fields.get("id") or "",
        fields.get("name") or "",
        (fields.get("zone") or "").strip(),
        replacing=seen,
    )
    return Answer(wording.office_saved(office, ask.reader))


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where a refusal is shown. An office that is there has no field for its id."""
    match error:
        case UnknownZone():
            return "zone"
        case InvalidName(what="office"):
            return "name"
        case AlreadyThere() | InvalidName() if "id" in fields:
            return "id"
    return WHICH


def form(offices: Sequence[Office], chosen: Office | None) -> ModalView:
    """The form for one of the offices, or for a new one."""
    key = key_of(chosen.office_id) if chosen else None
    names = {key_of(office.office_id): f"{office.name} ({office.office_id})" for office in offices}
    # Fields of another name for each office: Slack would keep what stands in those of the same name.
    value = f"value_{key or 'new'}"
    blocks: list[Block] = [which(wording.OFFICE, wording.NEW_OFFICE, names, key, Action.CHOOSE)]
    if chosen is None:
        blocks.append(field("id", wording.OFFICE_ID, typed(value, None, LONGEST_ID), hint=wording.OFFICE_ID_HINT))
    blocks.append(field("name", wording.NAME, typed(value, chosen.name if chosen else None, LONGEST_NAME)))
    zone = typed(value, chosen.zone if chosen else None, LONGEST_ZONE)
    blocks.append(field("zone", wording.ZONE, zone, hint=wording.OFFICE_ZONE_HINT))
    kept = {"id": chosen.office_id, "version": version_of(chosen)} if chosen else {}
    return ModalView(
        title=wording.OFFICE,
        submit=wording.SAVE,
        close=wording.CANCEL,
        callback_id=FORM,
        private_metadata=json.dumps(kept),
        blocks=blocks,
    )
