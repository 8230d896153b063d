"""A statement of a period: its records, the hours, and who signed them, as PDF to read and CSV to calculate with. The
head of the audit trail is on it, with which `attendance verify --against` shows later changes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from bot import wording
from bot.calendar.worktime import zone_named
from bot.documents.paper import Grid, Paper
from bot.imports.spreadsheet_cells import safe
from bot.reports.signing import Sheet
from bot.wording import ANY_READER, Reader, formats, records
from bot.wording.catalogue import _, ngettext, reader_language
from storage.column_types import EPOCH
from storage.pairs import Pair, PairEvent
from storage.signatures import Signature
from storage.signed_records import MINUTE, Figures


def write_csv(sheet: Sheet, out: IO[str]) -> None:
    """A row for each record, for each day and the total as signed, for each signature, for a person who hasn't signed,
    and for the audit's head."""
    zone = zone_named(sheet.zone)
    writer = csv.writer(out)
    writer.writerow(["row", "date", "start", "end", "workedMinutes", "breakMinutes", "zone", "by", "at", "details"])
    for pair in sheet.records.records:
        start, end = _local(pair.clock_in), _local(pair.clock_out)
        worked = "" if pair.worked is None else pair.worked // MINUTE
        about = [start, end, worked, "", pair.clock_in.zone, "", "", pair.out_break or ""]
        writer.writerow(["record", pair.work_date, *about])
    figures = sheet.figures
    for day in figures.days:
        writer.writerow(["day", day.day, "", "", day.worked // MINUTE, day.breaks // MINUTE, "", "", "", day.records])
    total = [figures.worked // MINUTE, figures.breaks // MINUTE]
    writer.writerow(["total", "", sheet.days.first, sheet.days.last, *total, sheet.zone, safe(sheet.name), "", ""])
    for one in sheet.all_signatures:
        given = Figures.read(one.figures)
        what = "approval" if one.part == "manager" else "signature"
        cells = [one.first_day, "", "", given.worked // MINUTE, given.breaks // MINUTE, zone.key]
        writer.writerow([what, *cells, safe(_name(sheet, one.by)), _at(one.at, zone), one.digest])
        if one.withdrawn_at and one.withdrawn_by:
            gone = [safe(_name(sheet, one.withdrawn_by)), _at(one.withdrawn_at, zone), safe(one.reason or "")]
            writer.writerow([f"{what} withdrawn", one.first_day, "", "", "", "", zone.key, *gone])
    if sheet.person is None:
        writer.writerow(["not signed", sheet.days.first, "", "", "", "", "", safe(sheet.name), "", ""])
    writer.writerow(["audit head", "", "", "", "", "", "", "", "", sheet.head])


def as_paper(sheet: Sheet) -> Paper:
    """The PDF."""
    reader, made_at = _reader(sheet), sheet.made_at or EPOCH
    days, zone = wording.days(sheet.days.first, sheet.days.last, reader), wording.zone_label(sheet.zone)
    about = _("Statement of working time · {days} · {user_id} · times in {zone} unless another place is named")
    figures = sheet.figures
    count = len(figures.days)
    sums = ngettext(
        "Total: {worked} on {days} day · breaks {breaks}", "Total: {worked} on {days} days · breaks {breaks}", count
    ).format(worked=wording.duration(figures.worked), days=count, breaks=wording.duration(figures.breaks))
    found = sheet.records.records
    rows = [[wording.day(pair.work_date, reader), records.hours(pair, reader), _worked(pair)] for pair in found]
    return Paper(
        _("Working time of {name}").format(name=sheet.name),
        sheet.name,
        _("{first} to {last} · created {made_at} UTC · page").format(
            first=formats.short_day(sheet.days.first),
            last=formats.short_day(sheet.days.last),
            made_at=formats.moment(made_at),
        ),
        made_at,
        reader_language().tag,
        [
            sheet.name,
            [about.format(days=days, user_id=sheet.user_id, zone=zone), sums],
            Grid([_("Day"), _("Hours"), _("Worked")], rows, (50, 100, 40)),
            *([] if rows else [[_("No records.")]]),
            _("Signatures"),
            Grid([_("Who"), _("When"), _("Hours as signed"), _("State")], _signature_rows(sheet), (45, 45, 40, 60)),
            *_unsigned(sheet),
            [
                _("Audit head: {head}").format(head=sheet.head),
                _("With it, attendance verify --against shows whether records were changed in the database later."),
            ],
        ],
    )


def _unsigned(sheet: Sheet) -> list[list[str]]:
    """Who hasn't signed, in words."""
    if not sheet.all_signatures:
        return [[_("Nobody has signed this period.")]]
    return [] if sheet.person else [[_("Not signed by {name}.").format(name=sheet.name)]]


def _signature_rows(sheet: Sheet) -> Sequence[Sequence[str]]:
    zone, reader = zone_named(sheet.zone), _reader(sheet)
    rows = []
    for one in sheet.all_signatures:
        who = _name(sheet, one.by)
        what = _("{name} (approval)").format(name=who) if one.part == "manager" else who
        if one.is_own_approval:
            what = _("{name} (approval, as the only admin)").format(name=who)
        hours = wording.duration(Figures.read(one.figures).worked)
        rows.append([what, formats.moment(one.at.astimezone(zone), seconds=True), hours, _state(sheet, one, reader)])
    return rows


def _state(sheet: Sheet, one: Signature, reader: Reader) -> str:
    if one.withdrawn_at and one.withdrawn_by:
        at = formats.moment(one.withdrawn_at.astimezone(zone_named(sheet.zone)), seconds=True)
        said = _("withdrawn by {name}, {at}").format(name=_name(sheet, one.withdrawn_by), at=at)
        return f"{said}: {one.reason}" if one.reason else said
    return _("records changed after it") if sheet.is_overtaken(one) else _("stands")


def _worked(pair: Pair) -> str:
    return _("missing clock-out") if pair.worked is None else wording.duration(pair.worked)


def _reader(sheet: Sheet) -> Reader:
    return replace(ANY_READER, zone=sheet.zone)


def _name(sheet: Sheet, user_id: str) -> str:
    return (sheet.names or {}).get(user_id, user_id)


def _local(half: PairEvent | None) -> str:
    return _at(half.at, zone_named(half.zone)) if half else ""


def _at(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
