"""`/attendance history`: nothing that was ever written is out of its person's sight."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, update

from bot.attendance import recording
from bot.attendance.breaks import back, start_break, undo_break
from bot.attendance.recording import clock_out
from bot.attendance.undo import undo
from bot.calendar.break_kinds import parse_break_kinds
from bot.errors import Forbidden
from bot.imports.importing import import_records
from bot.imports.source_records import Event, Outcome, Record
from bot.people import teams_and_offices
from bot.people.tokens import Token, caller_by
from bot.permissions import Caller, Role, Via
from bot.workspaces import workspace_settings
from storage import audit
from storage.audit import Action
from storage.database import Transaction
from storage.pair_queries import stream_all
from storage.pairs import to_audit_fields
from storage.tables import audit_entries
from storage.verify import verify
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, labels, shown, work
from tests.chat.test_own_file import own_file
from tests.chat.test_records import delete
from tests.conftest import WORKSPACE, Clock


async def test_a_person_reads_who_wrote_deleted_and_restored_their_record(team: PlainDoor, clock: Clock) -> None:
    await team.type(MARCO, f"clockin <@{ANA}>")
    clock.set("2026-11-23T16:30")
    await team.type(ANA, "clockout")
    await team.press(ADA, await delete(team, ADA, await team.type(ADA, "events today")), "Undo")

    assert shown(await team.type(ANA, "history")) == [
        "Your change history · Today · Mon 23 Nov",
        "09:02 · @U0MARCO clocked @U0ANA in",
        "Mon 23 Nov, in at 09:02",
        "17:30 · @U0ANA clocked out",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
        "17:30 · @U0ADA deleted @U0ANA's record",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
        "17:30 · @U0ADA restored @U0ANA's record",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
    ]


async def test_every_time_is_in_the_readers_zone_or_says_in_which_it_is(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, KEI, "2026-11-23T00:00", "2026-11-23T03:00")
    clock.set("2026-11-24T08:00")
    await delete(team, ADA, await team.type(ADA, f"events yesterday <@{KEI}>"))

    assert shown(await team.type(ADA, f"history yesterday <@{KEI}>")) == [
        "U0Kei's change history · Yesterday · Mon 23 Nov",
        "01:00 · @U0KEI clocked in",
        "Mon 23 Nov, in at 09:00 (Tokyo)",
        "04:00 · @U0KEI clocked out",
        "Mon 23 Nov, 09:00 – 12:00 (Tokyo), 3 h",
        "Tue 24 Nov, 09:00 · @U0ADA deleted @U0KEI's record",
        "Mon 23 Nov, 09:00 – 12:00 (Tokyo), 3 h",
    ]
    assert shown(await team.type(KEI, "history yesterday"))[-2:] == [
        "Tue 24 Nov, 17:00 · @U0ADA deleted @U0KEI's record",
        "Mon 23 Nov, 09:00 – 12:00, 3 h",
    ]


async def test_days_without_records_say_so(door: PlainDoor) -> None:
    empty = await door.type(ANA, "history yesterday")
    assert shown(empty) == [
        "Your change history · Yesterday · Sun 22 Nov",
        "No changes to your records of Sun 22 Nov.",
    ]
    assert labels(empty) == ["Last 7 days", "Last 30 days"]
    longer = await door.press(ANA, empty, "Last 7 days")
    assert shown(longer)[1:] == ["No changes to your records, Tue 17 – Mon 23 Nov."]
    assert labels(longer) == ["Last 30 days"]
    assert shown(await door.type(ADA, f"history <@{BEN}> last week"))[1:] == [
        f"No changes to @{BEN}'s records, Mon 16 – Sun 22 Nov."
    ]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("who changed my record", "history last 7 days"),
        ("who edited my records yesterday?", "history yesterday"),
        ("who has deleted my time last week", "history last week"),
        (f"who changed <@{ANA}>'s record", f"history <@{ANA}> last 7 days"),
        (f"who last corrected the hours of <@{ANA}> on monday", f"history <@{ANA}> monday"),
        ("who deleted it", "history last 7 days"),
        ("who changed this record?", "history last 7 days"),
        ("who changed my hours this week", "history this week"),
        ("who added my record from yesterday", "history yesterday"),
        ("who fixed U0Ana's records yesterday", f"history <@{ANA}> yesterday"),
    ],
)
async def test_who_changed_a_record_is_asked_of_its_history(team: PlainDoor, typed: str, same: str) -> None:
    await team.type(ANA, "clockin")
    assert shown(await team.type(MARCO, typed)) == shown(await team.type(MARCO, same))


async def test_somebody_elses_history_is_for_those_who_see_their_records(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, f"history <@{BEN}>")


async def test_a_long_history_keeps_its_end_and_says_so(door: PlainDoor, clock: Clock) -> None:
    for _ in range(30):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
        await door.type(ANA, "clockout")
        clock.advance(minutes=5)

    told = shown(await door.type(ANA, "history"))

    assert told[1] == "Earlier changes are left out here. Name fewer days to see them."
    assert told[-2].startswith("13:57")


@pytest.mark.parametrize(
    ("done", "at", "said"),
    [
        (f"clockin <@{ANA}>", "2026-11-23T08:05", "09:05 · @U0MARCO clocked @U0ANA in"),
        (f"clockout <@{ANA}>", "2026-11-23T09:05", "10:05 · @U0MARCO clocked @U0ANA out"),
    ],
)
async def test_a_change_by_somebody_else_names_the_person(
    team: PlainDoor, clock: Clock, done: str, at: str, said: str
) -> None:
    if "out" in done:
        await team.type(ANA, "clockin")
    clock.set(at)
    await team.type(MARCO, done)

    told = shown(await team.type(MARCO, f"history <@{ANA}>"))
    assert told[0] == "U0Ana's change history · Today · Mon 23 Nov"
    assert said in told


async def test_a_change_made_on_another_day_than_the_headings_says_its_day(team: PlainDoor) -> None:
    form = await team.open(ANA, "add")
    await team.send(ANA, form, date="2026-11-20", start="09:00", end="11:00")
    form = await team.open(MARCO, "add")
    await team.send(MARCO, form, person=BEN, date="2026-11-20", start="09:00", end="11:00")

    own = "Mon 23 Nov, 09:02 · @U0ANA added the record"
    for line in ("history 20 Nov", "history last week", "history this month"):
        assert shown(await team.type(ANA, line))[1].startswith(own)
    assert shown(await team.type(MARCO, f"history <@{BEN}> 20 Nov"))[1].startswith(
        "Mon 23 Nov, 09:02 · @U0MARCO added @U0BEN's record"
    )


@pytest.mark.parametrize(
    ("maker", "name", "said"),
    [
        (ADA, "Payroll", "over the API, with the token Payroll that @U0ADA made"),
        ("cli:eva", "<Payroll>", "over the API, with the token <Payroll> that eva made on the command line"),
        (None, None, "over the API, with the token …oldest"),
    ],
)
async def test_a_change_over_the_api_says_with_which_token_and_who_made_it(
    door: PlainDoor, clock: Clock, maker: str | None, name: str | None, said: str
) -> None:
    token = Token(WORKSPACE, "the-oldest", ANA, "employee", name, clock(), None, None, None, maker)
    await recording.clock_in(door.services, caller_by(token, None), ANA)

    assert shown(await door.type(ANA, "history"))[1] == f"09:02 · @U0ANA clocked in · {said}"


async def test_what_is_named_like_a_record_leaves_its_history_whole(team: PlainDoor, clock: Clock) -> None:
    """An office, a team, a token's owner: each may have the id that a record has, and the other way round."""
    await team.type(ANA, "clockin")
    before = shown(await team.type(ANA, "history"))
    (pair,) = await team.services.database.read(lambda tx: list(stream_all(tx.connection)))
    in_id = pair.clock_in.id
    admin = Caller(WORKSPACE, ADA, Via.SLACK, Role.ADMIN)
    await teams_and_offices.set_office(team.services, admin, in_id, "Berlin", "Europe/Berlin")
    await teams_and_offices.set_team(team.services, admin, in_id, [MARCO], [])
    assert shown(await team.type(ANA, "history")) == before


@pytest.mark.parametrize("in_id", ["settings", "reminders", "U0ANA", "what stands", "hq"])
async def test_a_record_may_have_any_id(team: PlainDoor, in_id: str) -> None:
    """As imported ones do."""
    services, admin = team.services, Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
    await teams_and_offices.set_office(services, admin, "hq", "Berlin", "Europe/Berlin")
    await workspace_settings.change(services, admin, reminders=True)
    await team.type(ANA, "reminders off")
    came = Event(utc("2026-11-23T08:00"), id=in_id)
    read = [Record("row 1", ANA, came, Event(utc("2026-11-23T08:01")))]
    assert await import_records(services, admin, read, {}) == {Outcome.WRITTEN: 1}
    assert len(shown(await team.type(ANA, "history"))) == 3
    assert await team.services.database.read(lambda tx: list(verify(tx.connection))) == []


@pytest.mark.parametrize("facts", ["", "[]", "null", "{}", '{"in_id":7}', '{"in_zone":"Mars/Base","undone":"lunch"}'])
async def test_an_entry_that_can_not_be_read_takes_no_other_away(team: PlainDoor, clock: Clock, facts: str) -> None:
    await work(team, clock, ANA, "2026-11-23T08:00", "2026-11-23T08:30")

    def write(tx: Transaction) -> None:
        (pair,) = stream_all(tx.connection)
        changes = [(Action.DELETE, pair.clock_in.id, to_audit_fields(pair))]
        audit.record_all(tx.connection, WORKSPACE, at=tx.now, actor=ANA, via=Via.SLACK, changes=changes)
        tx.connection.exec_driver_sql("DROP TRIGGER audit_entries_are_not_changed")
        last = audit_entries.c.sequence == select(func.max(audit_entries.c.sequence)).scalar_subquery()
        whole = audit.canonical(to_audit_fields(pair))
        odd = audit.canonical(json.loads(whole) | json.loads(facts)) if facts.startswith('{"in') else facts
        tx.connection.execute(update(audit_entries).where(last).values(facts=odd))

    await team.services.database.write(write)
    lines = shown(await team.type(ANA, "history"))
    assert lines[1] == "09:00 · @U0ANA clocked in"
    assert lines[-1] == "Entry 5 can't be read."
    text, rows = await own_file(team, ANA)
    assert "Entry 5 can't be read." in " ".join(text.split())
    assert rows[-1][2] == "Entry 5 can't be read."


async def with_breaks(team: PlainDoor) -> None:
    kinds = parse_break_kinds("break unpaid, lunch unpaid, coffee paid")
    await workspace_settings.change(team.services, ADMIN, break_kinds=kinds)


async def test_breaks_are_in_the_history_of_their_record(team: PlainDoor, clock: Clock) -> None:
    await with_breaks(team)
    me = caller(ANA)
    await team.type(ANA, "clockin")
    clock.set("2026-11-23T09:00")
    await start_break(team.services, me, ANA, kind="coffee")
    clock.set("2026-11-23T09:10")
    await back(team.services, Caller(WORKSPACE, MARCO, Via.SLACK, Role.MANAGER), ANA)
    clock.set("2026-11-23T11:00")
    await start_break(team.services, me, ANA, kind="lunch")

    assert shown(await team.type(ANA, "history"))[3:] == [
        "10:00 · @U0ANA started a break (coffee) · over the API",
        "Mon 23 Nov, at 10:00",
        "10:10 · @U0MARCO ended @U0ANA's break (coffee)",
        "Mon 23 Nov, 10:00 – 10:10, 10\u00a0min",
        "12:00 · @U0ANA started a break (lunch) · over the API",
        "Mon 23 Nov, 09:02 – 12:00, 2\u00a0h 58\u00a0min",
    ]
    text, rows = await own_file(team, ANA, "mine")
    changes = [row[2:5] for row in rows[rows.index([]) + 2 :]]
    assert changes[1:] == [
        ["started a break", "API", "Mon 23 Nov 2026, at 10:00 (coffee)"],
        ["ended the break", "Slack", "Mon 23 Nov 2026, 10:00 – 10:10, 10\u00a0min (coffee)"],
        ["started a break", "API", "Mon 23 Nov 2026, 09:02 to 12:00"],
    ]
    assert "ended the break" in " ".join(text.split())


async def test_a_break_that_was_undone_added_and_moved_says_so(team: PlainDoor, clock: Clock) -> None:
    await with_breaks(team)
    me = caller(ANA)
    await team.type(ANA, "clockin")
    for at, until in (("09:00", "09:10"), ("09:30", "09:40")):
        clock.set(f"2026-11-23T{at}")
        on = (await start_break(team.services, me, ANA, kind="coffee")).on
        clock.set(f"2026-11-23T{until}")
        await back(team.services, me, ANA)
    opened = await undo_break(team.services, me, on.id)
    await undo_break(team.services, me, opened.id)
    clock.set("2026-11-23T10:00")
    await start_break(team.services, me, ANA, kind="coffee", at=utc("2026-11-23T09:50"), until=utc("2026-11-23T09:55"))
    clock.set("2026-11-23T10:30")
    out = (await clock_out(team.services, me, ANA)).pair.clock_out
    assert out
    await undo(team.services, me, out.id)

    told = shown(await team.type(ANA, "history"))
    assert [line.removesuffix(" · over the API") for line in told[7::2]] == [
        "10:30 · @U0ANA started a break (coffee)",
        "10:40 · @U0ANA ended the break (coffee)",
        "10:40 · @U0ANA opened the break again (coffee)",
        "10:40 · @U0ANA removed the break (coffee)",
        "11:00 · @U0ANA added a break (coffee)",
        "11:30 · @U0ANA clocked out",
        "11:30 · @U0ANA undid the clock-out",
        "11:30 · @U0ANA opened the record again",
        "11:30 · @U0ANA moved the break to the new record (coffee)",
        "11:30 · @U0ANA moved the break to the new record (coffee)",
    ]


async def test_a_changed_entry_about_a_break_hides_no_other(team: PlainDoor, clock: Clock) -> None:
    await with_breaks(team)
    await team.type(ANA, "clockin")
    clock.set("2026-11-23T09:00")
    await start_break(team.services, caller(ANA), ANA, kind="coffee")

    def tamper(tx: Transaction) -> int:
        tx.connection.exec_driver_sql("DROP TRIGGER audit_entries_are_not_changed")
        about = audit_entries.c.action == Action.START_BREAK
        tx.connection.execute(update(audit_entries).where(about).values(facts='{"break_id": 1}'))
        return int(tx.connection.execute(select(audit_entries.c.sequence).where(about)).scalar_one())

    number = await team.services.database.write(tamper)
    assert shown(await team.type(ANA, "history"))[-1] == f"Entry {number} can't be read."
