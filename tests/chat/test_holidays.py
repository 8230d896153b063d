"""Offices' countries, their holidays and own days, and what knows them: reminders, who is in, the summary, reports."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from bot.attendance import missing_clock_outs, recording
from bot.attendance.recording import NewRecord
from bot.calendar.own_days import DayOff
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.chat.views import Message, Table
from bot.notifications import reminders
from bot.people.own_days import set_own_day
from bot.people.teams_and_offices import all_offices, set_office
from bot.workspaces import workspace_settings
from storage import audit
from storage.audit import Action
from storage.own_days import Part
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, fields_of, form_in, notes_in, shown
from tests.chat.test_notices import drawn
from tests.conftest import WORKSPACE, Clock

CHRISTMAS = "2026-12-25"


@pytest.fixture
async def offices(team: PlainDoor, clock: Clock) -> PlainDoor:
    """Marco's team works from nine to five. Ana was last in Berlin, Ben in Tokyo, and Kei at no office."""
    await set_office(team.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin", country="DE", region="BE")
    await set_office(team.services, ADMIN, "tyo", "Tokyo", "Asia/Tokyo", country="JP")
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(team.services, ADMIN, working_hours=hours, reminders=True)
    for user_id, office_id in ((ANA, "hq"), (BEN, "tyo"), (KEI, None)):
        worked = NewRecord(user_id, utc("2026-12-01T09:00"), utc("2026-12-01T16:00"), office_id=office_id)
        clock.set("2026-12-01T16:00")
        await recording.record(team.services, ADMIN, worked)
    return team


async def told(door: PlainDoor, kind: str) -> list[str]:
    """Who of our people gets a message with these words, once the bot has looked what is due."""
    await reminders.queue_due_reminders(door.services, WORKSPACE)
    people = {who for who, lines in await drawn(door.services) if kind in "\n".join(lines)}
    return sorted(people & {ADA, ANA, BEN, KEI, MARCO})


async def audited(door: PlainDoor, action: Action) -> list[str]:
    entries = await door.services.database.read(lambda tx: list(audit.entries(tx.connection)))
    return [entry.facts for entry in entries if entry.action == action]


async def test_an_admin_gives_an_office_its_country_region_and_own_days(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-12-01T09:00")
    form = form_in(await team.typed(ADA, "office hq"))
    days = "2026-12-24 half Christmas Eve\n2026-12-26 none"
    saved = await team.send(ADA, form, country="germany", region="Bayern", own_days=days)
    again = form_in(await team.typed(ADA, "office hq"))
    await team.send(ADA, again, country="austria", region=None, own_days="2026-12-24 half Christmas Eve")

    assert shown(saved)[1:] == [
        "Next holidays: Thu 24 Dec (half a day: Christmas Eve), Fri 25 Dec (Christmas Day), "
        "Fri 1 Jan 2027 (New Year's Day)."
    ]
    assert fields_of(again) == {
        "name": "Berlin Mitte",
        "zone": "Europe/Berlin",
        "country": "DE",
        "region": "BY",
        "own_days": days,
    }
    assert shown(await team.type(ADA, "office")) == ["Offices", "Berlin Mitte (hq) · Berlin · Austria"]
    assert len(await audited(team, Action.SET_OWN_DAY)) == 3
    assert '"country": "AT"' in (await audited(team, Action.SET_OFFICE))[-1].replace('":"', '": "')


@pytest.mark.parametrize(
    ("filled", "field", "said"),
    [
        ({"country": "Narnia-on-Sea"}, "country", "I don't know the public holidays of"),
        ({"country": "no"}, "country", None),  # Norway
        ({"country": "DE", "region": "XX"}, "region", 'I don\'t know a region "XX" of Germany.'),
        ({"region": "BY"}, "region", 'The region "BY" needs its country.'),
        ({"own_days": "24 Dec half"}, "own_days", 'I couldn\'t read "24 Dec half".'),
        ({"own_days": "2026-12-24 half x\n2026-12-24 none"}, "own_days", "The day of"),
    ],
)
async def test_mistakes_in_an_offices_place_and_days_are_shown_at_their_fields(
    team: PlainDoor, filled: dict[str, str], field: str, said: str | None
) -> None:
    form = form_in(await team.typed(ADA, "office hq"))
    if said is None:
        await team.send(ADA, form, **filled)
        assert (await all_offices(team.services, WORKSPACE))[0].country == "NO"
        return
    at, words = await team.refused(ADA, form, **filled)
    assert (at, words[: len(said)]) == (field, said)
    assert await audited(team, Action.SET_OWN_DAY) == []


async def test_own_days_that_somebody_else_changed_are_not_overwritten(team: PlainDoor) -> None:
    form = form_in(await team.typed(ADA, "office hq"))
    await set_own_day(team.services, ADMIN, "hq", date(2026, 12, 31), DayOff(Part.WHOLE, "Stocktaking"))

    at, words = await team.refused(ADA, form, own_days="2026-12-24 half Christmas Eve")

    assert (at, words) == ("name", 'Somebody else just changed "hq". Open the form again to see the latest.')
    assert fields_of(form_in(await team.typed(ADA, "office hq")))["own_days"] == "2026-12-31 whole Stocktaking"


async def test_more_own_days_than_a_form_shows_stay_as_they_are(team: PlainDoor) -> None:
    for day in range(1, 32):
        off = DayOff(Part.WHOLE, "x" * 80)
        await set_own_day(team.services, ADMIN, "hq", date(2027, 1, day), off)

    form = form_in(await team.typed(ADA, "office hq"))
    await team.send(ADA, form, name="Berlin")

    assert "own_days" not in fields_of(form)
    assert "attendance office day hq" in notes_in(form)[0]
    assert len(await audited(team, Action.SET_OWN_DAY)) == 31


async def test_who_has_a_holiday_is_not_reminded_and_is_not_expected(offices: PlainDoor, clock: Clock) -> None:
    """The office of their latest record counts, else the workspace's country."""
    clock.set(f"{CHRISTMAS}T08:10")
    assert await told(offices, "You haven't clocked in") == [ADA, BEN, MARCO]
    assert not_in_yet(await offices.type(ADA, "who")) == [ADA, BEN, MARCO]

    await workspace_settings.change(offices.services, ADMIN, country="Germany")

    assert not_in_yet(await offices.type(ADA, "who")) == [BEN]
    late = reminders.is_still_expected
    assert [await late(offices.services, caller(one), date(2026, 12, 25)) for one in (ANA, BEN, MARCO)] == [
        *(False, True, False)
    ]


async def test_half_a_day_ends_in_the_middle_of_the_working_hours(offices: PlainDoor, clock: Clock) -> None:
    await set_own_day(offices.services, ADMIN, "hq", date(2026, 12, 24), DayOff(Part.HALF, "Christmas Eve"))
    clock.set("2026-12-24T08:00")
    for user_id in (ANA, MARCO):
        await recording.clock_in(offices.services, caller(user_id), user_id, office_id="hq")

    clock.set("2026-12-24T11:30")
    assert not_in_yet(await offices.type(ADA, "who")) == [ADA, BEN]
    clock.set("2026-12-24T12:10")  # 13:10 in Berlin
    assert await told(offices, "Still working?") == [ANA, MARCO]
    clock.set("2026-12-25T09:00")
    question = await missing_clock_outs.question(offices.services, caller(ANA), ANA)
    assert utc("2026-12-24T12:00") in question.likely


async def test_messages_about_missing_clock_outs_wait_for_the_end_of_the_holidays(
    offices: PlainDoor, clock: Clock
) -> None:
    await workspace_settings.change(offices.services, ADMIN, country="DE")
    clock.set("2026-12-24T08:00")
    await recording.clock_in(offices.services, caller(ANA), ANA, office_id="hq")
    for on_a_holiday in (f"{CHRISTMAS}T09:00", "2026-12-26T09:00"):
        clock.set(on_a_holiday)
        assert await told(offices, "When did you leave") == await told(offices, "didn't clock out") == []

    clock.set("2026-12-27T09:00")

    await reminders.queue_due_reminders(offices.services, WORKSPACE)
    asked = {who: lines[0] for who, lines in await drawn(offices.services)}
    assert asked[ANA].startswith("When did you leave")
    assert asked[MARCO].startswith("@U0ANA didn't clock out")


async def test_the_weekly_summary_waits_for_the_end_of_the_holidays_and_names_them(
    offices: PlainDoor, clock: Clock
) -> None:
    """On Easter Monday nobody reads it."""
    await workspace_settings.change(
        offices.services, ADMIN, country="DE", weekly_summary=parse_weekly_time("mon 09:00"), reminders=False
    )
    for too_early in ("2027-03-29T08:00", "2027-03-30T06:30"):  # before nine on Tuesday
        clock.set(too_early)
        assert await told(offices, "Your teams' week") == []

    clock.set("2027-03-30T07:30")

    await reminders.queue_due_reminders(offices.services, WORKSPACE)
    ((who, lines),) = [one for one in await drawn(offices.services) if "Your teams' week" in one[1][0]]
    assert (who, lines) == (
        MARCO,
        [
            "Your teams' week · Mon 22 – Sun 28 Mar",
            "No records.",
            "Holidays: Mon 22 Mar (Substitute Holiday, Tokyo), Fri 26 Mar (Good Friday, Berlin Mitte).",
        ],
    )


async def test_reports_mark_holidays(offices: PlainDoor, clock: Clock) -> None:
    """The office of that day's record counts; days without a record stand below, by the office of the latest one."""
    await set_own_day(offices.services, ADMIN, "tyo", date(2026, 12, 1), DayOff(Part.WHOLE, "Founding day"))
    clock.set("2026-12-28T12:00")

    ana, ben = await offices.type(ADA, "report 2026-12 <@U0ANA>"), await offices.type(ADA, "report 2026-12 <@U0BEN>")
    everybody, in_tokyo = await offices.type(ADA, "report 2026-12"), await offices.type(ADA, "report 2026-12 in Tokyo")

    assert "Holiday" not in columns(ana)
    assert "Holidays: Fri 25 Dec (Christmas Day), Sat 26 Dec (Second Day of Christmas)." in shown(ana)
    assert "Holiday" in columns(ben)
    (row,) = [line for line in shown(ben) if "Founding day" in line]
    assert row.startswith(
        "Tue 1 Dec · 18:00 (Tokyo) · 01:00 next day (Tokyo) · 7\N{NO-BREAK SPACE}h · Change… · Founding day · 1"
    )
    assert (
        "Holidays: Tue 1 Dec (Founding day, Tokyo), Fri 25 Dec (Christmas Day, Berlin Mitte), "
        "Sat 26 Dec (Second Day of Christmas, Berlin Mitte)."
    ) in shown(everybody)
    assert "Holidays: Tue 1 Dec (Founding day)." in shown(in_tokyo)


async def test_holidays_are_called_as_in_the_readers_language(offices: PlainDoor, clock: Clock) -> None:
    """Where the country has names in it, and what admins entered stays as it is."""
    await set_own_day(offices.services, ADMIN, "tyo", date(2026, 12, 1), DayOff(Part.WHOLE, "Founding day"))
    clock.set("2026-12-28T12:00")
    await offices.type(ADA, "language de")
    everybody = await offices.type(ADA, "report 2026-12")
    assert (
        "Feiertage: Di., 1. Dez. (Founding day, Tokyo), Fr., 25. Dez. (Erster Weihnachtstag, Berlin Mitte), "
        "Sa., 26. Dez. (Zweiter Weihnachtstag, Berlin Mitte)."
    ) in shown(everybody)


async def test_ones_own_file_has_them(offices: PlainDoor, clock: Clock) -> None:
    await set_own_day(offices.services, ADMIN, "tyo", date(2026, 12, 1), DayOff(Part.WHOLE, "Founding day"))
    clock.set("2026-12-28T12:00")
    for user_id in (ANA, BEN):
        await offices.type(user_id, "mine 2026-12")
        (pdf,) = [content for name, content in offices.chat.sent.items() if name.endswith("pdf")]
        offices.chat.sent.clear()
        text = " ".join(PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
        assert (" Holiday " in text) == ("Founding day" in text) == (user_id == BEN), text
        assert ("Holidays: Fri 25 Dec 2026 (Christmas Day)" in text) == (user_id == ANA)


async def test_a_report_says_where_it_knows_no_holidays(offices: PlainDoor) -> None:
    said = "I don't know the public holidays of 2101 in Japan."
    assert said in shown(await offices.type(ADA, "report 2101-01 in Tokyo"))


def columns(report: Message) -> list[str]:
    return [column for piece in report.pieces if isinstance(piece, Table) for column in piece.columns]


def not_in_yet(who: Message) -> list[str]:
    """The people whom it lists as not in yet."""
    said = "\n".join(shown(who)).partition("Not in yet")[2].partition("Left already")[0]
    return sorted(one for one in (ADA, ANA, BEN, KEI, MARCO) if f"@{one}," in said)
