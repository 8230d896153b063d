"""The rows of exports: one for each record, with texts and numbers for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

from bot.calendar.worktime import LONGEST_PAIR, local_time, to_microseconds
from bot.documents.workbooks import Row
from bot.imports.paid_break_cells import write
from bot.reports import findings
from bot.wording import holidays
from bot.wording.breaks import breaks_inside
from bot.wording.catalogue import _, pgettext
from bot.wording.findings import finding_lines
from bot.workspaces import holiday_calendars
from storage import corrections, offices, paid_breaks, pair_queries, people
from storage.database import Transaction
from storage.paid_breaks import PaidBreak
from storage.pairs import Scope
from storage.record_changes import RecordChange, days_of_parts, last_changes

ROWS_AT_ONCE = 1000


def columns(zone: ZoneInfo) -> list[str]:
    """The titles of the columns, in the order of `rows`."""
    titles = [
        *(_("Date"), _("Person"), _("User id"), _("Clock-in ({zone})"), _("Clock-out ({zone})"), _("Hours")),
        *(_("Seconds"), _("State"), _("Office"), _("Time zone"), _("Clock-in comment"), _("Clock-out comment")),
        *(_("Entered ({zone})"), _("Entered by"), _("Clock-in entered ({zone})"), _("Clock-in entered by")),
        *(_("Findings"), _("Holiday"), _("Break started"), _("Paid breaks ({zone})"), _("Changed ({zone})")),
        *(_("Changed by"), _("Reason for the change"), _("Agreement"), _("What the person says")),
    ]
    return [title.format(zone=zone.key) for title in titles]


def rows(tx: Transaction, scope: Scope, zone: ZoneInfo, *, for_people: bool = False) -> Iterator[Row]:
    """One row for each pair, by work date, person and start.

    `for_people`: who entered something is named, and times in a text are written as the reader does. Otherwise the rows
    have ids and texts that an import can read.
    """
    names = people.names(tx.connection, scope.workspace_id, None if for_people else scope.user_ids)
    places = {office.office_id: office.name for office in offices.all_of(tx.connection, scope.workspace_id)}
    found = pair_queries.stream_export_rows(tx.connection, scope)
    told = _findings(tx, scope)
    local, creators = partial(local_time, zone=zone), names if for_people else {}
    with_changes = _with_changes(tx, scope, found)
    breaks = partial(breaks_inside if for_people else write, zone=zone, names=creators)
    with_breaks = _with_paid_breaks(tx, scope.workspace_id, with_changes, breaks)
    return _as_rows(with_breaks, names, creators, places, local, tx.now, told, _holidays(tx, scope))


def _with_changes(tx: Transaction, scope: Scope, found: Iterator[Any]) -> Iterator[tuple[Any, RecordChange | None]]:
    """Each row with who changed its record last, or added it by a correction, looked up for many rows at once."""
    are_there = corrections.have_made_some(tx.connection, scope.workspace_id)
    days = days_of_parts(tx.connection, scope)
    while portion := list(islice(found, ROWS_AT_ONCE)):
        changed = [row.in_id for row in portion if row.replaces_id is not None]
        parts = [row.in_id for row in portion if (row.work_date, row.user_id) in days] if days else []
        every = [row.in_id for row in portion] if are_there else [*changed, *parts]
        changes = last_changes(tx.connection, scope.workspace_id, every, changed=changed, parts=parts)
        yield from ((row, changes.get(row.in_id)) for row in portion)


def _with_paid_breaks(
    tx: Transaction,
    workspace_id: str,
    found: Iterator[tuple[Any, RecordChange | None]],
    told: Callable[[Sequence[PaidBreak]], str],
) -> Iterator[tuple[Any, RecordChange | None, str | None]]:
    """The same with the paid breaks inside the record."""
    if not paid_breaks.are_there(tx.connection, workspace_id):
        yield from ((row, change, None) for row, change in found)
        return
    while portion := list(islice(found, ROWS_AT_ONCE)):
        inside = paid_breaks.of_records(tx.connection, workspace_id, [row.in_id for row, _ in portion])
        yield from ((row, change, told(inside.get(row.in_id, ())) or None) for row, change in portion)


def _holidays(tx: Transaction, scope: Scope) -> Callable[[str, str | None], str]:
    """The name of the holiday on a day at an office, each looked up once; empty for other days."""
    calendars = holiday_calendars.calendars(tx, scope.workspace_id, scope.first, scope.last)

    @cache
    def named(day: str, office_id: str | None) -> str:
        holiday = calendars.of(office_id).on(date.fromisoformat(day))
        return holidays.name(holiday) if holiday else ""

    return named


def _findings(tx: Transaction, scope: Scope) -> dict[tuple[str, str], str]:
    """What was found, in words by person and work date."""
    if not findings.has_rules(tx, scope.workspace_id):
        return {}
    told: dict[tuple[str, str], str] = {}
    for user_id, of_person in findings.findings(tx, scope).items():
        for day, of_day in groupby(of_person, key=lambda found: found.finding.work_date):
            told[user_id, day.isoformat()] = finding_lines(list(of_day))
    return told


def _as_rows(
    found: Iterator[tuple[Any, RecordChange | None, str | None]],
    names: Mapping[str, str],
    creators: Mapping[str, str],
    places: Mapping[str, str],
    local: Callable[[int], str],
    now: datetime,
    told: dict[tuple[str, str], str],
    holiday: Callable[[str, str | None], str],
) -> Iterator[Row]:
    """Built for speed: a year of a thousand people has 700,000 rows. What was found on a day is at its first record."""
    forgotten_before = to_microseconds(now - LONGEST_PAIR)
    unresolved, still_in = _("unresolved"), _("still in")
    for row, change, paid in found:
        day, user_id, in_at, out_at, in_recorded_at, out_recorded_at, in_by, out_by, office_id, own_zone, *more = row
        in_comment, out_comment, out_break, *_others = more
        seconds = None if out_at is None else (out_at - in_at) // 1_000_000
        came, left = local(in_at), None if out_at is None else local(out_at)
        came_entered = came if in_recorded_at == in_at else local(in_recorded_at)  # as most are, and local() is slow
        entered: str | None = came_entered
        if out_recorded_at is not None:
            entered = left if out_recorded_at == out_at else local(out_recorded_at)
        yield (
            day,
            names.get(user_id, user_id),
            user_id,
            came,
            left,
            None if seconds is None else f"{seconds / 3600:.4f}",
            seconds,
            "" if out_at is not None else unresolved if in_at < forgotten_before else still_in,
            places.get(office_id, office_id),
            own_zone,
            in_comment,
            out_comment,
            entered,
            creators.get(out_by or in_by, out_by or in_by),
            came_entered,
            creators.get(in_by, in_by),
            told.pop((user_id, day), "") if told else "",
            holiday(day, office_id),
            out_break,
            paid,
            local(to_microseconds(change.at)) if change else None,
            creators.get(change.by, change.by) if change else None,
            change.reason if change else None,
            _agreement(change),
            change.correction.account if change and change.correction else None,
        )


def _agreement(change: RecordChange | None) -> str | None:
    """Whether both sides agreed to a correction."""
    if change is None or change.correction is None:
        return None
    return _("without agreement") if change.is_alone else pgettext("correction", "agreed")
