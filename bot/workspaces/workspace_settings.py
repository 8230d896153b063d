"""What admins set for their workspace, in one place with its defaults."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from bot import permissions
from bot.calendar import break_kinds, signature_periods
from bot.calendar.break_kinds import BreakKinds, parse_break_kinds
from bot.calendar.public_holidays import country_code, place_of
from bot.calendar.signature_periods import SignaturePeriod, parse_signature_period
from bot.calendar.working_hours import WeeklyTime, WorkingHours, parse_weekly_time, parse_working_hours
from bot.calendar.worktime import zone_of_place
from bot.errors import NotReadable
from bot.people import admins
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.profiles import with_unknown_users_looked_up
from bot.people.readers import LANGUAGE
from bot.permissions import Caller, Operation
from bot.rules.agreements import Agreements, parse_agreements
from bot.runtime.services import Services
from bot.workspaces.correction_ways import CorrectionWay, parse_correction_way
from storage import admins as appointed_admins
from storage import people, settings
from storage.database import Transaction

YES, NO = "yes", "no"
ENGLISH = "en"
KEEP_RECORDS = "keep_records_for_years"
MOST_YEARS = 100
ASK_AFTER = timedelta(hours=10)
LONGEST_HOURS = 24  # after that, the clock-out counts as missing


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """Channels are ids, or None for nowhere.

    Messages to people are off by default, except for the question about a missing clock-out.
    """

    anchor_channel: str | None = None
    """The channel in which the head of the audit chain is published each day."""
    anchor_to_people: bool = False
    """Whether everybody gets it each week, with their own hours."""
    log_channel: str | None = None
    """The channel for posts about clock-ins and clock-outs."""
    log_comments: bool = False
    """Whether these posts show comments."""
    working_hours: WorkingHours | None = None
    """When people are expected whose team has no hours of its own. None: nobody is expected."""
    reminders: bool = False
    """Whether people are reminded to clock in and out, by their working hours."""
    ask_after: timedelta | None = ASK_AFTER
    """How long after a clock-in people are asked whether they're still working. None: never."""
    keep_records_for_years: int | None = None
    """After how many years records are erased, with their audit entries. None: never."""
    weekly_summary: WeeklyTime | None = None
    """When managers get their teams' hours of the last seven days, in their own zone. None: never."""
    agreements: Agreements | None = None
    """Which numbers of the law are replaced by those of an agreement. None: none."""
    country: str | None = None
    """Whose public holidays and rules hold at offices without a country of their own, and for records without an
    office (ISO 3166-1). None: no country's."""
    region: str | None = None
    """The part of that country (after the dash in ISO 3166-2)."""
    break_kinds: BreakKinds = break_kinds.DEFAULT
    """Which breaks people can start."""
    signature_period: SignaturePeriod = signature_periods.DEFAULT
    """How long the periods are that people sign and managers approve."""
    ask_to_sign: bool = False
    """Whether people are asked to sign each period when it is over."""
    language: str | None = None
    """The tag of the language for people whose own and whose chat's isn't known, and for the log channel. None:
    English."""
    translated_csv: bool = False
    """Whether CSV files that people get in a chat have headings in their language. Programs rely on English ones."""
    corrections: CorrectionWay = CorrectionWay.DIRECT
    """Who has to agree before records change."""
    ask_for_older_than_days: int | None = None
    """Where people ask for corrections: they also ask before they add records of work dates that many days ago and
    older. None: they add records of any age."""


async def get(services: Services, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings."""
    return await services.database.read(lambda tx: in_force(tx, workspace_id))


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that admins set: the settings, the workspace's zone (IANA), and the user ids of appointed admins."""

    settings: WorkspaceSettings
    zone: str
    appointed: frozenset[str]


async def overview(services: Services, caller: Caller) -> Overview:
    """Everything, for those who may change it. Raises Forbidden."""

    def read(tx: Transaction) -> Overview:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return _overview(tx, caller.workspace_id)

    return await services.database.read(read)


async def change(
    services: Services,
    caller: Caller,
    *,
    zone: str | None = None,
    appointed: Collection[str] = (),
    dismissed: Collection[str] = (),
    **changes: object,
) -> Overview:
    """Changes these settings (by their names above), all of them or none, and leaves the others.

    Raises Forbidden, UnknownZone, UnknownCountry, UnknownRegion, RegionWithoutCountry, UnknownUser or NotFullMembers.
    """
    new_zone = zone_of_place(zone).key if zone is not None else None

    def write(tx: Transaction) -> Overview:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        before = _overview(tx, caller.workspace_id)
        if "country" in changes or "region" in changes:
            changes.update(_place(changes, before.settings))
        texts = {name: as_text(value) for name, value in changes.items()}
        kept = {name: None if text == as_text(_DEFAULTS[name]) else text for name, text in texts.items()}
        for name, text in kept.items():
            settings.put(tx.connection, caller.workspace_id, name, text)
        if new_zone is not None:
            people.set_workspace_zone(tx.connection, caller.workspace_id, new_zone)
        after = _overview(tx, caller.workspace_id)
        if after != before:
            facts = {"before": in_words(before), "now": in_words(after), "kept": kept}
            record_audit_entry(tx, caller, Action.CHANGE_SETTINGS, "settings", facts)
        admins.change(tx, caller, appointed, dismissed)
        return _overview(tx, caller.workspace_id)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))


def typed(name: str, text: str) -> Any:
    """The value of a setting as people type it. An empty text or `no` is None. Raises NotReadable or UnknownZone."""
    text = text.strip()
    return _READ[name](NO if text.lower() in ("", NO) else text)


def in_force(tx: Transaction, workspace_id: str) -> WorkspaceSettings:
    """The workspace's settings, within a transaction."""
    kept = settings.all_of(tx.connection, workspace_id)
    return WorkspaceSettings(**{name: read(kept[name]) for name, read in _READ.items() if name in kept})


def in_words(chosen: Overview) -> Mapping[str, str]:
    """Each setting by its name, as it is stored and typed, with the zone."""
    made = chosen.settings
    return {"zone": chosen.zone} | {field.name: as_text(getattr(made, field.name)) for field in fields(made)}


def as_text(value: object) -> str:
    """A setting's value as it is stored: `yes`, `no`, hours as a number, `no` for None."""
    match value:
        case bool():
            return YES if value else NO
        case timedelta():
            return f"{value / timedelta(hours=1):g}"
        case None | "":
            return NO
        case _:
            return str(value)


def _place(changes: Mapping[str, Any], before: WorkspaceSettings) -> dict[str, str | None]:
    """Country and region in codes, whichever of them changes. The region goes with its country."""
    typed = changes.get("country", before.country)
    country = country_code(typed) if typed else None
    stays = before.region if country == before.country else None
    return dict(zip(("country", "region"), place_of(country, changes.get("region", stays)), strict=True))


def _overview(tx: Transaction, workspace_id: str) -> Overview:
    zone = people.workspace_zone(tx.connection, workspace_id)
    return Overview(in_force(tx, workspace_id), zone, appointed_admins.appointed(tx.connection, workspace_id))


def _flag(text: str) -> bool:
    return text == YES


def _text(text: str) -> str | None:
    return None if text == NO else text


def _hours(text: str) -> timedelta | None:
    if text == NO:
        return None
    try:
        hours = float(text.replace(",", "."))
    except ValueError as error:
        raise NotReadable("hours", text) from error
    if not 0 < hours <= LONGEST_HOURS:  # refuses nan and inf as well
        raise NotReadable("hours", text)
    return timedelta(hours=hours)


def _years(text: str) -> int | None:
    if text == NO:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_YEARS):
        raise NotReadable("years", text)
    return int(text)


def _days(text: str) -> int | None:
    if text == NO:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise NotReadable("days", text)
    return int(text)


def _corrections(text: str) -> CorrectionWay:
    return CorrectionWay.DIRECT if text == NO else parse_correction_way(text)


def _break_kinds(text: str) -> BreakKinds:
    return break_kinds.DEFAULT if text == NO else parse_break_kinds(text)


def _signature_period(text: str) -> SignaturePeriod:
    return signature_periods.DEFAULT if text == NO else parse_signature_period(text)


def _working_hours(text: str) -> WorkingHours | None:
    return None if text == NO else parse_working_hours(text)


_READ: dict[str, Callable[[str], Any]] = {
    "anchor_channel": _text,
    "anchor_to_people": _flag,
    "log_channel": _text,
    "log_comments": _flag,
    "working_hours": _working_hours,
    "reminders": _flag,
    "ask_after": _hours,
    KEEP_RECORDS: _years,
    "country": _text,
    "region": _text,
    "weekly_summary": lambda text: None if text == NO else parse_weekly_time(text),
    "agreements": lambda text: None if text == NO else parse_agreements(text),
    "break_kinds": _break_kinds,
    "signature_period": _signature_period,
    "ask_to_sign": _flag,
    LANGUAGE: lambda text: None if text in (NO, ENGLISH) else text,
    "translated_csv": _flag,
    "corrections": _corrections,
    "ask_for_older_than_days": _days,
}
_DEFAULTS = {field.name: field.default for field in fields(WorkspaceSettings)}
