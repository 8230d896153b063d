"""Reads records from an answer of the GoodDay API 2.0: an array of attendance events, linked in pairs.

Times are UTC without an offset (goodday.work/developers/api-v2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bot.calendar.typed import comment
from bot.errors import InvalidRecord, InvalidText
from bot.imports.csv_files import YEARS
from bot.imports.source_records import Event, Read, Record, Refused
from storage.errors import Refusal

_ID = re.compile(r"[!-~]{1,100}", re.ASCII)
IN, OUT = "CLOCK-IN", "CLOCK-OUT"


def read_goodday(text: str) -> list[Read]:
    """Every pair of the answer, or why it can't be read. Raises InvalidRecord if it isn't such an answer."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord("This isn't JSON. Save GoodDay's answer as it is and import that") from error
    if not isinstance(told, list) or not all(isinstance(event, dict) for event in told):
        raise InvalidRecord("This isn't an array of attendance events. Save GoodDay's answer as it is and import that")
    return list(_paired(told))


def _paired(told: list[dict[str, Any]]) -> Iterator[Read]:
    outs = {event.get("id"): event for event in told if event.get("type") == OUT and isinstance(event.get("id"), str)}
    used: set[str] = set()
    for number, event in enumerate(told, start=1):
        if event.get("type") == OUT:
            continue
        where = _where(event, number)
        try:
            if event.get("type") != IN:
                raise InvalidRecord(f"Its type is neither {IN} nor {OUT}")
            linked = event.get("linkedAttendanceEventId")
            if isinstance(linked, str):
                used.add(linked)
            yield _record(where, event, _partner(event, outs))
        except Refusal as refused:
            yield Refused(where, refused)
    for number, event in enumerate(told, start=1):
        event_id = event.get("id")
        if event.get("type") == OUT and not (isinstance(event_id, str) and event_id in used):
            yield Refused(_where(event, number), InvalidRecord("Its clock-in is missing"))


def _where(event: Mapping[str, Any], number: int) -> str:
    event_id = event.get("id")
    named = isinstance(event_id, str) and _ID.fullmatch(event_id)
    return f"event {event_id}" if named else f"event number {number}"


def _partner(event: Mapping[str, Any], outs: Mapping[Any, dict[str, Any]]) -> dict[str, Any] | None:
    linked = event.get("linkedAttendanceEventId")
    if linked is None:
        return None
    partner = outs.get(linked) if isinstance(linked, str) else None
    if partner is None:
        raise InvalidRecord("Its clock-out is missing")  # that the person is still in would be a guess
    if partner.get("linkedAttendanceEventId") != event.get("id") or partner.get("userId") != event.get("userId"):
        raise InvalidRecord("Its clock-out belongs to another clock-in")
    if partner.get("id") == event.get("id"):
        raise InvalidRecord("Its clock-in and its clock-out have the same id")
    return partner


def _record(where: str, event: Mapping[str, Any], partner: Mapping[str, Any] | None) -> Record:
    user_id = _id(event, "userId")
    if user_id is None:
        raise InvalidRecord("The user id is missing")
    return Record(where, user_id, _event(event), _event(partner) if partner else None, _day(event))


def _event(told: Mapping[str, Any]) -> Event:
    at = _moment(told, "timestamp")
    event_id = _id(told, "id")
    if at is None or event_id is None:
        raise InvalidRecord("It has no id or no timestamp")
    try:
        said = comment(_text(told, "comment"))
    except InvalidText as error:
        raise InvalidRecord(f"The comment {error.why}") from error
    return Event(
        at,
        id=event_id,
        by=_id(told, "createByUserId"),
        recorded_at=_moment(told, "momentCreated"),
        office=_id(told, "officeId"),
        ip=_id(told, "ipAddress"),
        comment=said,
    )


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidRecord(f"Its {name} isn't text")
    return value or None


def _id(told: Mapping[str, Any], name: str) -> str | None:
    text = _text(told, name)
    if text is not None and not _ID.fullmatch(text):
        raise InvalidRecord(f"Its {name} isn't an id")
    return text


def _moment(told: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(told, name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
        if at.year not in YEARS or ":" not in text:
            raise ValueError(text)
    except ValueError as error:
        raise InvalidRecord(f"Its {name} isn't a date and time") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _day(told: Mapping[str, Any]) -> date | None:
    text = _text(told, "date")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InvalidRecord("Its date isn't a day") from error
