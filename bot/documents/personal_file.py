"""A person's own file: their records and every change of a range, as PDF to read and CSV to calculate with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from bot import permissions, wording
from bot.attendance import history
from bot.attendance.history import (
    Action,
    BreakChange,
    Change,
    Corrected,
    Looked,
    Remarked,
    SignatureChange,
    Told,
    UnreadableChange,
)
from bot.calendar.ranges import DateRange
from bot.calendar.typed import LONGEST_COMMENT
from bot.calendar.worktime import zone_named
from bot.documents import exports
from bot.documents.paper import Grid, Paper
from bot.imports.spreadsheet_cells import safe_row
from bot.people import working_conditions
from bot.people.audit_entries import UsedToken
from bot.people.working_conditions import WorkingConditions
from bot.permissions import Caller
from bot.reports import worked_time
from bot.reports.worked_time import Report
from bot.runtime.services import Services
from bot.wording import (
    ANY_READER,
    Reader,
    break_changes,
    correction_history,
    formats,
    holidays,
    noted_reads,
    records,
    signature_changes,
    tokens,
)
from bot.wording.breaks import kind_note
from bot.wording.catalogue import ENGLISH, _, reader_language, reading_in
from bot.wording.findings import remark
from bot.wording.markup import plain
from bot.wording.report_table import report_table, shown
from bot.wording.working_conditions import in_words
from bot.workspaces import workspace_settings
from storage import people
from storage.database import Transaction

FOR_PEOPLE = exports.FOR_PEOPLE
PAGE = 190  # millimetres between the margins


@dataclass(frozen=True, slots=True)
class OwnFile:
    """What the file says: hours by day, and every change. `zone` is the person's.

    `changes` are None for somebody who may not see them. `names` has those of everybody in the changes by id, followed
    by the id if two people share it.
    """

    name: str
    user_id: str
    days: DateRange
    zone: ZoneInfo
    report: Report
    conditions: WorkingConditions
    changes: Sequence[Told] | None
    names: Mapping[str, str]
    made_at: datetime

    @property
    def reader(self) -> Reader:
        """For any reader at any time. Times are in the person's zone unless another is named."""
        return replace(ANY_READER, zone=self.zone.key)


async def gather(services: Services, caller: Caller, days: DateRange) -> OwnFile:
    """The caller's own file."""
    around = await worked_time.caller_context(services, caller)
    report = await worked_time.worked_time(services, caller, days, [caller.user_id])
    conditions = await working_conditions.own(services, caller)
    changes = await history.person_history(services, caller, caller.user_id, days, most=None)
    names = await services.database.read(lambda tx: _names(tx, caller.workspace_id, changes))
    name, zone = report.people[0].name, around.zone
    return OwnFile(name, caller.user_id, days, zone, report, conditions, changes, names, report.now)


async def gather_for_reader(services: Services, caller: Caller, user_id: str, days: DateRange) -> OwnFile:
    """Somebody's file, for a caller with a token that only reads. Without working conditions, and without changes and
    findings where the token doesn't include them. Raises BeyondToken or UnknownUser."""
    report = await worked_time.worked_time(services, caller, days, [user_id])
    with_changes = permissions.sees_details(caller)
    changes = await history.person_history(services, caller, user_id, days, most=None) if with_changes else None

    def read(tx: Transaction) -> tuple[str | None, Mapping[str, str]]:
        person = people.find(tx.connection, caller.workspace_id, user_id)
        zone = person.zone or people.workspace_zone(tx.connection, caller.workspace_id)
        return zone, _names(tx, caller.workspace_id, changes or [])

    zone, names = await services.database.read(read)
    name = report.people[0].name if report.people else user_id
    report = report if with_changes else replace(report, findings={})
    conditions = WorkingConditions(caller.workspace_id, user_id)
    return OwnFile(name, user_id, days, zone_named(zone), report, conditions, changes, names, report.now)


def without_names(own: OwnFile, replaced: Callable[[Iterable[str]], Mapping[str, str]]) -> OwnFile:
    """The same with codes in place of everybody's name and id."""
    codes = dict(replaced([own.user_id, *own.names]))
    mine = codes[own.user_id]
    return replace(own, name=mine, user_id=mine, names=codes)


def _names(tx: Transaction, workspace_id: str, changes: Sequence[Told]) -> Mapping[str, str]:
    with_tokens = [
        change for change in changes if isinstance(change, Change | BreakChange | SignatureChange | Looked | Corrected)
    ]
    tokens_used = [change.token for change in with_tokens if change.token]
    makers = {token.made_by for token in tokens_used if token.made_by}
    by_people = Change | BreakChange | Remarked | SignatureChange | Corrected
    actors = {change.actor for change in changes if isinstance(change, by_people)}
    asked = [change.correction for change in changes if isinstance(change, Change) and change.correction]
    askers = {one.asked_by for one in asked} | {one.user_id for one in asked}
    return people.names_told_apart(tx.connection, workspace_id, makers | actors | askers)


async def write_csv(services: Services, caller: Caller, own: OwnFile, out: IO[str]) -> None:
    """Writes the records as in every export, then every change."""
    await exports.write(services, caller, own.days, own.zone, out, user_ids=[caller.user_id])
    writer = csv.writer(out)
    writer.writerow([])
    settings = await workspace_settings.get(services, caller.workspace_id)
    with reading_in(reader_language() if settings.translated_csv else ENGLISH):
        headings = _change_columns(own)
    with reading_in(ENGLISH):  # programs read it too
        for line in _conditions(own):
            writer.writerows([[line], []])
        writer.writerow(headings)
        for change in own.changes or ():
            writer.writerow(safe_row(_change_cells(change, own)))


def as_paper(own: OwnFile) -> Paper:
    """The PDF: name, range and zone, hours by day with their total, and every change."""
    days = report_table(own.report, own.reader).without(_("Entered later"))
    if not any(map(own.report.holidays.on, [total.work_date for total in own.report.days_of_one or ()])):
        days = days.without(_("Holiday"))
    rows = [[shown(cell) for cell in row] for row in days.rows]
    return Paper(
        _("Working time of {name}").format(name=own.name),
        own.name,
        _foot(own),
        own.made_at,
        reader_language().tag,
        [
            own.name,
            _about(own),
            Grid(days.columns, rows, _widths(days.columns)),
            _outside_the_total(own),
            *_changes(own),
        ],
    )


def _changes(own: OwnFile) -> list[str | list[str] | Grid]:
    """The change history, if the reader may see it."""
    if own.changes is None:
        return []
    changes = [_change_cells(change, own) for change in own.changes]
    table = Grid(_change_columns(own), changes, (28, 24, 25, 28, 42, 43))
    return [_("Change history"), table, *([] if changes else [[_("No changes in these days.")]])]


def _widths(columns: Sequence[str]) -> list[int]:
    """Of the days' columns."""
    shares = {_("Day"): 60, _("First in"): 30, _("Last out"): 40, _("Worked"): 32, _("Breaks"): 28}
    shares |= {_("Paid breaks"): 28, _("Holiday"): 60, _("Findings"): 100}
    return [shares[title] * PAGE // sum(shares[one] for one in columns) for title in columns]


def _foot(own: OwnFile) -> str:
    return _("{first} to {last} · created {made_at} UTC · page").format(
        first=formats.short_day(own.days.first),
        last=formats.short_day(own.days.last),
        made_at=formats.moment(own.made_at),
    )


def _about(own: OwnFile) -> list[str]:
    days, zone = wording.days(own.days.first, own.days.last, own.reader), wording.zone_label(own.zone)
    said = _("Working time · {days} · {user_id} · times in {zone} unless another place is named")
    about = said.format(days=days, user_id=own.user_id, zone=zone)
    total = _("Total: {total}").format(total=wording.duration(own.report.total))
    return [about, total, *_conditions(own)]


def _conditions(own: OwnFile) -> list[str]:
    """What working-time rules know of the person, if anything."""
    said = in_words(own.conditions, own.reader)
    return [_("Working conditions: {conditions}").format(conditions=said)] if said else []


def _outside_the_total(own: OwnFile) -> list[str]:
    """Records that the total leaves out, and the days of 23 or 25 hours."""
    missing = _("Missing clock-out: in {since}.")
    return [
        *(
            _("Still clocked in {since}.").format(since=wording.since_day(pair, own.reader))
            for pair in own.report.still_in
        ),
        *(missing.format(since=wording.since_day(pair, own.reader)) for pair in own.report.unresolved),
        *(wording.clock_change(change, own.reader) for change in own.report.clock_changes),
        *holidays.of_report(own.report, own.reader),
    ]


def _change_columns(own: OwnFile) -> list[str]:
    when = _("When ({zone})").format(zone=own.zone.key)
    return [when, _("Who"), _("What"), _("How"), _("Record"), _("Comment")]


def _change_cells(change: Told, own: OwnFile) -> list[str]:
    if isinstance(change, UnreadableChange):
        return ["", "", records.unreadable_change(change.entry), "", "", ""]
    if isinstance(change, Remarked):
        return _remark_cells(change, own)
    if isinstance(change, BreakChange):
        return _break_cells(change, own)
    if isinstance(change, SignatureChange):
        return _signature_cells(change, own)
    if isinstance(change, Looked):
        return _look_cells(change, own)
    if isinstance(change, Corrected):
        return _correction_cells(change, own)
    halves = (change.pair.clock_in, change.pair.clock_out)
    comments = "\n".join(half.comment for half in halves if half and half.comment)
    when = _when(change.at, own)
    who = own.names.get(change.actor, change.actor)  # of a program or an operator, the id
    record = wording.day_and_span(change.pair, own.reader)
    if change.before:
        record = records.change(change.before, change.pair, own.reader)
        comments = "\n".join(filter(None, [change.why, comments]))
    if one := change.correction:
        asked_by, person = (own.names.get(user_id, user_id) for user_id in (one.asked_by, one.user_id))
        comments = "\n".join(
            filter(None, [plain(correction_history.agreement(one, asked_by, person, LONGEST_COMMENT)), comments])
        )
    return [when, who, action_in_words(change), _how(change, own.names), record, comments]


def _when(at: datetime, own: OwnFile) -> str:
    return formats.moment(at.astimezone(own.zone), seconds=True)


def _remark_cells(change: Remarked, own: OwnFile) -> list[str]:
    when = _when(change.at, own)
    who = own.names.get(change.actor, change.actor)
    day, said = wording.day(change.remark.work_date, own.reader), remark(change.remark)
    return [when, who, _("gave a reason"), _via(change.via), f"{day}, {said}", ""]


def _correction_cells(change: Corrected, own: OwnFile) -> list[str]:
    when = _when(change.at, own)
    who = own.names.get(change.actor, change.actor)
    how = _through(change.token, own.names) if change.token else _via(change.via)
    asked = correction_history.what(change.correction, own.reader)
    return [when, who, correction_history.as_verb(change), how, asked, correction_history.words(change) or ""]


def _break_cells(change: BreakChange, own: OwnFile) -> list[str]:
    when = _when(change.at, own)
    who = own.names.get(change.actor, change.actor)
    during = records.paid_break(change.one, change.pair, own.reader) + kind_note(change.one.kind)
    return [when, who, break_changes.as_verb(change.did), _how(change, own.names), during, ""]


def _signature_cells(change: SignatureChange, own: OwnFile) -> list[str]:
    when = _when(change.at, own)
    who, what = own.names.get(change.actor, change.actor), signature_changes.as_verb(change)
    about = signature_changes.period(change, own.reader)
    return [when, who, what, _how(change, own.names), about, change.signature.reason or ""]


def _look_cells(one: Looked, own: OwnFile) -> list[str]:
    when = _when(one.at, own)
    through = _through(one.token, own.names)
    return [when, noted_reads.role_name(one.role), _("read"), through, noted_reads.what_was_read(one, own.reader), ""]


def _how(change: Change | BreakChange | SignatureChange, names: Mapping[str, str]) -> str:
    """The chat by its name: `Slack`; over the API with the token, and who made it."""
    return _through(change.token, names) if change.token else _via(change.via)


def _through(token: UsedToken, names: Mapping[str, str]) -> str:
    name = tokens.name_of(token.id, token.name)
    if token.made_by is None:
        return _("API, token {token}").format(token=name)
    return _("API, token {token} made by {maker}").format(token=name, maker=names.get(token.made_by, token.made_by))


def _via(via: str) -> str:
    others = {"form": _("Form"), "api": _("API"), "cli": _("Command line"), "system": _("Automatic")}
    return others.get(via, via.capitalize())


def action_in_words(change: Change) -> str:
    """The change as a verb, to follow a name."""
    undone = {
        (Action.DELETE, "clock-in"): _("undid the clock-in"),
        (Action.DELETE, "clock-out"): _("undid the clock-out"),
        (Action.CLOCK_IN, "clock-out"): _("opened again"),
        (Action.DELETE, "change"): _("took the change back"),
        (Action.RESTORE, "change"): _("took the change back"),
        (Action.DELETE, "end-day"): _("undid the end of the day"),
        (Action.CREATE, "end-day"): _("went on with the break"),
    }
    if change.was_cut:
        return _("added a break")
    if change.pair.replaced_by:
        return _("changed")
    if change.undoes_whole_record:
        return _("undid the record")
    if change.undone:
        return undone[change.action, change.undone]
    if change.starts_break:
        return _("started a break")
    return {
        Action.CLOCK_IN: _("clocked in"),
        Action.CLOCK_OUT: _("clocked out"),
        Action.CREATE: _("added"),
        Action.CHANGE: _("changed"),
        Action.DELETE: _("deleted"),
        Action.RESTORE: _("restored"),
        Action.END_DAY: _("ended the day at the break"),
    }[change.action]
