"""Finds due reminders: questions about long clock-ins, reminders by working hours, summaries for managers.

Each is a row of the outbox with its own key, so that any number of replicas and restarts send it once. The facts are
looked up again when it is sent: nobody is asked about a clock-in that has ended, or reminded after they clocked in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.attendance.change_notifications import Kind, back_question
from bot.calendar.worktime import is_forgotten, work_date, zone_named
from bot.notifications.due_messages import Due, queue_once
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller
from bot.reports import worked_time
from bot.runtime.services import Profile, Services
from bot.workspaces import holiday_calendars, schedules, workspace_settings
from bot.workspaces.workspace_settings import ASK_AFTER, WorkspaceSettings
from storage import breaks, pair_queries, people, settings, teams
from storage.database import Transaction
from storage.pairs import Pair, Scope

LOOK_EVERY_SECONDS = 60.0
AFTER_THE_HOUR = timedelta(minutes=10)  # how late somebody is before they are reminded
NOT_LATER_THAN = timedelta(hours=1)  # after its time; later than that, a reminder is useless
SUMMARY_NOT_LATER_THAN = timedelta(hours=12)
ASK_AGAIN_EVERY = timedelta(hours=4)
TELL_MANAGERS_FROM, TELL_MANAGERS_WITHIN = time(9), timedelta(hours=48)
LONGEST_HOLIDAYS = 7  # days in a row that put a message off
MUTED = "no reminders for "
"""The beginning of the setting with which people turn their reminders off: ALWAYS, or a day (ISO)."""
ALWAYS = "yes"


@dataclass(frozen=True, slots=True)
class _Now:
    """What every check needs, read once: everybody by id, and who is in."""

    workspace_id: str
    at: datetime
    chosen: WorkspaceSettings
    people: Mapping[str, Profile]
    zone: str
    opened: Mapping[str, Pair]

    def zone_of(self, user_id: str) -> ZoneInfo:
        person = self.people.get(user_id)
        return zone_named((person.zone if person else None) or self.zone)

    def today(self, user_id: str) -> date:
        """The date where they are."""
        return work_date(self.at, self.zone_of(user_id))


class _Holidays:
    """The holidays of some people up to today. There is nobody to ask about for an empty list."""

    def __init__(self, tx: Transaction, now: _Now, user_ids: Collection[str]) -> None:
        self._now = now
        days = {now.today(user_id) - timedelta(days=away) for user_id in user_ids for away in range(LONGEST_HOLIDAYS)}
        self._calendars = holiday_calendars.calendars_of_people(tx, now.workspace_id, user_ids, days)

    def until(self, user_id: str, day: date) -> int:
        """How many days up to this one are holidays in a row: 0 if it isn't one. Half ones are working days."""
        calendar = self._calendars.of(user_id)
        for away in range(LONGEST_HOLIDAYS):
            holiday = calendar.on(day - timedelta(days=away))
            if holiday is None or holiday.is_half:
                return away
        return LONGEST_HOLIDAYS

    def until_today(self, user_id: str) -> int:
        """The same up to today, where they are."""
        return self.until(user_id, self._now.today(user_id))


def workspaces_with_due_reminders(tx: Transaction) -> Set[str]:
    """The workspaces that chose any reminders, and those with a clock-in that is open long enough to ask about by
    default."""
    told = settings.workspaces_with(tx.connection, ["reminders", "weekly_summary", "ask_after"])
    return told | pair_queries.workspaces_open_since(tx.connection, tx.now - ASK_AFTER)


async def queue_due_reminders(services: Services, workspace_id: str) -> None:
    """Queues what is due now."""
    await queue_once(services, workspace_id, lambda tx: _due(tx, workspace_id))


async def switch(services: Services, caller: Caller, *, on: bool) -> None:
    """Turns the caller's reminders on or off. Questions about long clock-ins are sent anyway."""
    await _mute(services, caller, None if on else ALWAYS)


async def pause(services: Services, caller: Caller, day: date) -> None:
    """No more reminders for the caller on that day."""
    await _mute(services, caller, str(day))


async def _mute(services: Services, caller: Caller, value: str | None) -> None:
    name = f"{MUTED}{caller.user_id}"

    def write(tx: Transaction) -> None:
        people.lock_workspace(tx.connection, caller.workspace_id)
        if value not in (None, ALWAYS) and settings.all_of(tx.connection, caller.workspace_id).get(name) == ALWAYS:
            return
        settings.put(tx.connection, caller.workspace_id, name, value)
        record_audit_entry(tx, caller, Action.CHANGE_SETTINGS, "reminders", {"kept": {name: value}})

    await services.database.write(write)


async def is_still_expected(services: Services, caller: Caller, day: date) -> bool:
    """Whether the caller hasn't clocked in on that day and a reminder would still be in time."""

    def read(tx: Transaction) -> bool:
        workspace_id, user_id = caller.workspace_id, caller.user_id
        hours = schedules.hours_of(tx, workspace_id, [user_id]).get(user_id)
        if hours is None:
            return False
        calendar = holiday_calendars.calendars_of_people(tx, workspace_id, [user_id], [day]).of(user_id)
        times = calendar.hours_on(hours, day, worked_time.zone_of(tx, caller))
        if times is None or not _is_time(times[0] + AFTER_THE_HOUR, tx.now):
            return False
        came = pair_queries.within(tx.connection, Scope(workspace_id, day, day, frozenset({user_id})))
        state = breaks.state_of(tx.connection, workspace_id, user_id)
        return not list(came) and state.open_pair is None and state.break_at(tx.now) is None

    return await services.database.read(read)


async def arrival(services: Services, caller: Caller, day: date) -> Pair | None:
    """The caller's first record of that day, if there is one."""

    def read(tx: Transaction) -> Pair | None:
        scope = Scope(caller.workspace_id, day, day, frozenset({caller.user_id}))
        return min(pair_queries.within(tx.connection, scope), key=lambda pair: pair.clock_in.at, default=None)

    return await services.database.read(read)


def _due(tx: Transaction, workspace_id: str) -> list[Due]:
    chosen = workspace_settings.in_force(tx, workspace_id)
    everybody = Scope(workspace_id, date.min, date.max)
    opened = {pair.user_id: pair for pair in pair_queries.still_open(tx.connection, everybody)}
    wants = chosen.reminders or chosen.weekly_summary
    if not opened and not wants:
        return []
    known = people.get_many(tx.connection, workspace_id, None if wants else opened)
    now = _Now(workspace_id, tx.now, chosen, known, people.workspace_zone(tx.connection, workspace_id), opened)
    found = [*_long_clock_ins(tx, now), *_missing_clock_outs_by_manager(tx, now)]
    if chosen.reminders:
        found += _by_working_hours(tx, now)
    if chosen.weekly_summary:
        found += _summaries(tx, now)
    return found


def _long_clock_ins(tx: Transaction, now: _Now) -> Iterator[Due]:
    """Asks after the hours that were set, if any, and again every few hours; and once when the clock-out is missing, in
    any case, but not on a holiday. People who have left can't be reached, so their managers are asked."""
    forgotten = [user_id for user_id in now.opened if _missing_clock_outs(now, user_id)]
    holidays = _Holidays(tx, now, forgotten)
    for user_id, pair in now.opened.items():
        if not _is_active_employee(now, user_id):
            continue
        if is_forgotten(pair.clock_in.at, now.at):
            if not holidays.until_today(user_id):
                yield _question(f"forgotten {pair.clock_in.id}", pair, user_id, now)
        elif now.chosen.ask_after is not None:
            passed = now.at - pair.clock_in.at - now.chosen.ask_after
            if passed >= timedelta():
                after = now.chosen.ask_after + passed // ASK_AGAIN_EVERY * ASK_AGAIN_EVERY  # another key after a change
                yield _question(f"still {pair.clock_in.id} {after.total_seconds():.0f}", pair, user_id, now)


def _question(key: str, pair: Pair, user_id: str, now: _Now) -> Due:
    facts = {"event_id": pair.clock_in.id}
    return Due(key, user_id, Kind.STILL_WORKING, facts)


def _by_working_hours(tx: Transaction, now: _Now) -> Iterator[Due]:
    """Reminds people who are expected and haven't come, and people who are still in after they could leave. Somebody
    on a break has come, and is asked once after they could leave whether they are back."""
    kept = settings.all_of(tx.connection, now.workspace_id)
    muted = {name.removeprefix(MUTED): when for name, when in kept.items() if MUTED in name}
    late: dict[str, date] = {}
    away = breaks.unpaid_breaks_now(tx.connection, now.workspace_id, now.at)
    hours_of_people = schedules.hours_of(tx, now.workspace_id)
    days = {now.today(user_id) - timedelta(days=away) for user_id in hours_of_people for away in (0, 1)}
    calendars = holiday_calendars.calendars_of_people(tx, now.workspace_id, hours_of_people, days)
    for user_id, hours in hours_of_people.items():
        zone, today, calendar = now.zone_of(user_id), now.today(user_id), calendars.of(user_id)
        for day in (today, today - timedelta(days=1)):
            times = None if muted.get(user_id) in (ALWAYS, str(day)) else calendar.hours_on(hours, day, zone)
            if times is None:
                continue
            starts, ends = times
            pair, is_late = now.opened.get(user_id), _is_time(ends + AFTER_THE_HOUR, now.at)
            if on := away.get(user_id):
                if is_late and on.at < ends:
                    yield Due(back_question(on.id), user_id, Kind.BACK, {"break_id": on.id})
            elif pair is None and _is_time(starts + AFTER_THE_HOUR, now.at):
                late[user_id] = day
            elif (
                is_late and pair and pair.clock_in.at < ends and not _is_asked_anyway(now, pair, ends + AFTER_THE_HOUR)
            ):
                yield _question(f"remind out {user_id} {day}", pair, user_id, now)
    came = _users_seen(tx, now, late)
    for user_id, day in late.items():
        if user_id not in came:
            yield Due(f"remind in {user_id} {day}", user_id, Kind.REMIND_IN, {"day": str(day)})


def _is_asked_anyway(now: _Now, pair: Pair, due_at: datetime) -> bool:
    """Whether the person is asked within an hour anyway, because they have been in for so long."""
    if is_forgotten(pair.clock_in.at, due_at + NOT_LATER_THAN):
        return True
    if now.chosen.ask_after is None:
        return False
    passed = due_at - pair.clock_in.at - now.chosen.ask_after + NOT_LATER_THAN
    return passed >= timedelta() and passed % ASK_AGAIN_EVERY < 2 * NOT_LATER_THAN


def _is_time(due_at: datetime, now: datetime) -> bool:
    return due_at <= now < due_at + NOT_LATER_THAN


def _users_seen(tx: Transaction, now: _Now, late: Mapping[str, date]) -> frozenset[str]:
    """Those of them who have already worked on that day."""
    if not late:
        return frozenset()
    scope = Scope(now.workspace_id, min(late.values()), max(late.values()), frozenset(late))
    return frozenset(
        pair.user_id for pair in pair_queries.within(tx.connection, scope) if pair.work_date == late[pair.user_id]
    )


def _summaries(tx: Transaction, now: _Now) -> Iterator[Due]:
    """Tells each manager, at the time that was set, in their zone, their teams' hours of the past seven days. On a
    holiday it waits for the first day after."""
    at = now.chosen.weekly_summary
    assert at is not None
    managers = {manager for team in teams.in_use(tx.connection, now.workspace_id) for manager in team.managers}
    holidays = _Holidays(tx, now, managers)
    for manager in sorted(managers):
        zone, today = now.zone_of(manager), now.today(manager)
        day = today - timedelta(days=(today.weekday() - at.day) % 7)
        if holidays.until(manager, today - timedelta(days=1)) < (today - day).days:  # not put off until today
            continue
        due_at = datetime.combine(today, at.at, zone)
        is_time = due_at <= now.at < due_at + SUMMARY_NOT_LATER_THAN
        if not is_time or holidays.until_today(manager) or not _is_active_employee(now, manager):
            continue
        facts = {"first": str(day - timedelta(days=7)), "last": str(day - timedelta(days=1))}
        yield Due(f"summary {day} {manager}", manager, Kind.WEEKLY_SUMMARY, facts)


def _missing_clock_outs_by_manager(tx: Transaction, now: _Now) -> Iterator[Due]:
    """Tells each manager once about each missing clock-out of their teams since yesterday, or since the holidays."""
    forgotten = [pair for user_id, pair in now.opened.items() if _missing_clock_outs(now, user_id)]
    longest = TELL_MANAGERS_WITHIN + timedelta(days=LONGEST_HOLIDAYS)
    fresh = [pair for pair in forgotten if now.at - pair.clock_in.at < longest]
    by_manager: dict[str, list[Pair]] = {}
    for pair in fresh:
        for manager in teams.managers_of(tx.connection, now.workspace_id, pair.user_id) - {pair.user_id}:
            by_manager.setdefault(manager, []).append(pair)
    known = people.get_many(tx.connection, now.workspace_id, by_manager) if by_manager else {}
    holidays = _Holidays(tx, replace(now, people={**now.people, **known}), by_manager)
    for manager, of_team in by_manager.items():
        local = now.at.astimezone(zone_named(known[manager].zone or now.zone))
        if local.time() < TELL_MANAGERS_FROM or known[manager].deactivated or known[manager].guest:
            continue
        if holidays.until(manager, local.date()):
            continue
        away = timedelta(days=holidays.until(manager, local.date() - timedelta(days=1)))
        for pair in of_team:
            if now.at - pair.clock_in.at < TELL_MANAGERS_WITHIN + away:
                asked = _is_active_employee(now, pair.user_id)
                facts = {"user_id": pair.user_id, "event_id": pair.clock_in.id, "asked": asked}
                yield Due(f"forgotten of {manager} {pair.clock_in.id}", manager, Kind.FORGOTTEN, facts)


def _missing_clock_outs(now: _Now, user_id: str) -> bool:
    return is_forgotten(now.opened[user_id].clock_in.at, now.at)


def _is_active_employee(now: _Now, user_id: str) -> bool:
    person = now.people.get(user_id)
    return person is not None and not (person.deactivated or person.guest or person.bot)
