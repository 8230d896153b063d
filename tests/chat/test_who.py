"""`/attendance who`: who is in now, by office and team, since when in their own zone; and who should be and is not."""

from __future__ import annotations

import pytest

from bot.attendance import breaks
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.working_hours import parse_working_hours
from bot.errors import HiddenTeam, NotACommand
from bot.people import teams_and_offices
from bot.workspaces import workspace_settings
from storage.errors import Refusal
from tests.builders import ADMIN, caller
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, form_in, labels, shown
from tests.conftest import Clock


async def test_a_manager_sees_the_team_by_office_each_in_their_own_zone(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin in hq")
    clock.advance(minutes=20)
    await team.type(BEN, "clockin")
    await team.type(KEI, "clockin")

    assert shown(await team.type(MARCO, "who")) == [
        "2 people are in",
        "No office · 1",
        "@U0BEN since 09:22 · Support",
        "Berlin Mitte · 1",
        "@U0ANA since 09:02 · Support",
    ]


async def test_an_admin_sees_everyone_and_an_employee_themselves_alone(team: PlainDoor) -> None:
    await team.type(ANA, "clockin")
    await team.type(KEI, "clockin")

    assert shown(await team.type(ADA, "who")) == [
        "2 people are in",
        "No office · 2",
        "@U0ANA since 09:02 · Support",
        "@U0KEI since 17:02 (Tokyo)",
    ]
    assert shown(await team.type(KEI, "who")) == [
        "1 person is in",
        "No office · 1",
        "@U0KEI since 17:02",
        "You only see yourself here. Managers see their teams, admins see everyone.",
    ]


async def test_people_on_a_break_are_named_where_they_are_and_counted_apart(team: PlainDoor, clock: Clock) -> None:
    hours = parse_working_hours("mon-fri 09:00-17:00")
    kinds = parse_break_kinds("break unpaid, coffee paid")
    await workspace_settings.change(team.services, ADMIN, working_hours=hours, break_kinds=kinds)
    for user_id in (ANA, BEN, MARCO):
        await team.type(user_id, "clockin in hq")
    clock.advance(hours=3)
    await breaks.start_break(team.services, caller(ANA), ANA)
    await breaks.start_break(team.services, caller(BEN), BEN, kind="coffee")
    clock.advance(minutes=10)

    assert shown(await team.type(MARCO, "who")) == [
        "1 person is in · 2 on a break",
        "Berlin Mitte · 1 · 2 on a break",
        "@U0ANA on a break since 12:02 · Support",
        "@U0BEN on a break since 12:02 · Support",
        "@U0MARCO since 09:02",
    ]
    await team.type(MARCO, "clockout")
    left = ["Left already · 1", "@U0MARCO, at 12:12"]
    assert shown(await team.type(MARCO, "who"))[:2] == ["Nobody is in · 2 on a break", "Berlin Mitte · 2 on a break"]
    assert shown(await team.type(MARCO, "who"))[-2:] == left
    await breaks.back(team.services, caller(ANA), ANA)
    await breaks.end_day(team.services, caller(BEN), BEN)
    assert shown(await team.type(MARCO, "who")) == [
        "1 person is in",
        "Berlin Mitte · 1",
        "@U0ANA since 12:12 · Support",
        "Left already · 2",
        "@U0BEN, at 12:02",
        "@U0MARCO, at 12:12",
    ]


async def test_a_break_from_which_nobody_comes_back_was_the_end_of_the_day(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=3)
    await breaks.start_break(team.services, caller(ANA), ANA)
    clock.advance(hours=6)
    assert shown(await team.type(MARCO, "who"))[0] == "Nobody is in · 1 on a break"
    clock.advance(minutes=1)
    assert shown(await team.type(MARCO, "who")) == ["Nobody is in", "Left already · 1", "@U0ANA, at 12:02"]


async def test_people_expected_and_people_who_left_are_named(team: PlainDoor, clock: Clock) -> None:
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(team.services, ADMIN, working_hours=hours)
    assert "Not in yet · 3" in shown(await team.type(MARCO, "who"))
    await team.type(MARCO, "clockin")
    await team.type(ANA, "clockin")
    clock.advance(hours=1)
    await team.type(ANA, "clockout")

    assert shown(await team.type(MARCO, "who")) == [
        "1 person is in",
        "No office · 1",
        "@U0MARCO since 09:02",
        "Not in yet · 1",
        "@U0BEN, expected at 09:00",
        "Left already · 1",
        "@U0ANA, at 10:02",
    ]
    clock.set("2026-11-23T16:00")  # 17:00 in Berlin, when the day is over
    assert "Not in yet" not in str(shown(await team.type(MARCO, "who")))


async def test_everyone_who_left_today_is_named_also_without_working_hours(team: PlainDoor, clock: Clock) -> None:
    for user_id in (ANA, BEN, KEI):
        await team.type(user_id, "clockin")
    clock.advance(minutes=30)
    for user_id in (ANA, BEN, KEI):
        await team.type(user_id, "clockout")

    left = ["@U0ANA, at 09:32", "@U0BEN, at 09:32"]
    assert shown(await team.type(MARCO, "who")) == ["Nobody is in", "Left already · 2", *left]
    assert shown(await team.type(ADA, "who"))[1:] == ["Left already · 3", *left, "@U0KEI, at 17:32 (Tokyo)"]
    clock.advance(days=1)
    assert shown(await team.type(ADA, "who")) == ["Nobody is in"]


async def test_a_missing_clock_out_is_listed_with_a_button(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=25)

    told = await team.type(MARCO, "who")

    assert shown(told) == ["Nobody is in", "@U0ANA didn't clock out on Monday (in since 09:02)."]
    assert labels(told) == ["Set clock-out time"]
    clock.advance(days=7)
    later = shown(await team.type(ADA, "who"))
    assert later[1] == "@U0ANA didn't clock out on Mon 23 Nov (in since 09:02)."
    form = form_in(await team.press(MARCO, told, "Set clock-out time"))
    await team.send(MARCO, form, at="17:30")
    assert shown(await team.type(MARCO, "who")) == ["Nobody is in"]


async def test_one_team_and_one_office_are_asked_for_by_their_names(team: PlainDoor, clock: Clock) -> None:
    await teams_and_offices.set_team(team.services, ADMIN, "Bäckerei Süd", [MARCO], [BEN])
    await workspace_settings.change(team.services, ADMIN, working_hours=parse_working_hours("mon-fri 09:00-17:00"))
    await team.type(ANA, "clockin in hq")

    assert shown(await team.type(MARCO, "who BÄCKEREI süd")) == [
        "Nobody is in · Bäckerei Süd",
        "Not in yet · 1",
        "@U0BEN, expected at 09:00",
    ]
    at_hq = ["1 person is in · Berlin Mitte", "Berlin Mitte · 1", "@U0ANA since 09:02 · Support"]
    assert shown(await team.type(MARCO, "who in berlin mitte")) == at_hq
    assert shown(await team.type(MARCO, "who support in hq"))[0] == "1 person is in · Support · Berlin Mitte"
    with pytest.raises(HiddenTeam):
        await team.type(ANA, "who Support")
    with pytest.raises(NotACommand):
        await team.type(MARCO, "who Bakery")


@pytest.mark.parametrize(
    "asked",
    [f"who <@{ANA}>", f"who is <@{ANA}>", f"who <@{ANA}> is in?", "who U0Ana", "who is u0ana?", "who U0Ana is in"],
)
async def test_a_person_after_who_is_asked_for_their_status(team: PlainDoor, asked: str) -> None:
    await team.type(ANA, "clockin")
    assert shown(await team.type(MARCO, asked)) == shown(await team.type(MARCO, f"status <@{ANA}>"))
    with pytest.raises(Refusal):
        await team.type(BEN, asked)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        (f"who <@{ANA}> tomorrow", '⚠️ Did you mean "/attendance who"?'),
        (f"status <@{ANA}> tomorrow", f'⚠️ Did you mean "/attendance status @{ANA}"?'),
    ],
)
async def test_what_is_suggested_for_a_whole_line_repeats_none_of_it(team: PlainDoor, typed: str, asked: str) -> None:
    assert await team.refusal(MARCO, team.type(MARCO, typed)) == asked


async def test_extra_words_are_refused(door: PlainDoor) -> None:
    with pytest.raises(NotACommand):
        await door.type(ADA, "who tomorrow")
