"""The form for a whole record: errors are shown at their fields, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat import add_record
from bot.chat.views import ChoiceField, Form
from bot.errors import DayAhead, Forbidden, NotAnEmployee, OutdatedButton, TooLateToUndo
from bot.people.archive import archive_office
from bot.people.teams_and_offices import set_office, set_team
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, fields_of, form_in, labels, meet, rename, shown
from tests.conftest import Clock


async def opened(door: PlainDoor, user_id: str) -> Form:
    return form_in(await door.typed(user_id, "add"))


def questions(form: Form) -> dict[str, dict[str, str]]:
    """What it asks about times that came twice, with the options of each."""
    asked = [field for field in form.body if isinstance(field, ChoiceField) and field.expanded]
    return {field.label: dict(field.options) for field in asked}


async def test_the_filled_in_form_becomes_a_record(door: PlainDoor) -> None:
    told = await door.send(
        ANA,
        await opened(door, ANA),
        date="2026-11-20",
        start="22:00",
        end="06:00",
        note=" <b> ",
    )
    assert shown(told) == ['✅ Record added. Fri 20 Nov, 22:00 to 06:00 the next day · 8 h. "<b>"']


async def test_it_opens_with_today_and_with_the_opener_if_they_see_others(door: PlainDoor) -> None:
    of_ana, of_ada = fields_of(await opened(door, ANA)), fields_of(await opened(door, ADA))
    assert of_ana["date"] == "2026-11-23"
    assert "person" not in of_ana
    assert of_ada["person"] == ADA


async def test_the_button_opens_the_same_form(door: PlainDoor) -> None:
    assert await door.press_forged(ANA, add_record.press_add.name, "null") == await opened(door, ANA)


TYPED = {
    "yesterday 9-5": ("2026-11-22", "09:00", "17:00", None, None),
    "9-17:30": ("2026-11-23", "09:00", "17:30", None, None),
    "yesterday 17-9": ("2026-11-22", "17:00", "09:00", None, None),
    "yesterday 17:30 to 9:15": ("2026-11-22", "17:30", "09:15", None, None),
    "yesterday 5pm-9": ("2026-11-22", "17:00", "21:00", None, None),
    "yesterday 12-5": ("2026-11-22", "12:00", "17:00", None, None),
    "yesterday 8-6": ("2026-11-22", "08:00", "18:00", None, None),
    "fri 9-5 inventory": ("2026-11-20", "09:00", "17:00", None, "inventory"),
    'yesterday 9-5 "2 boxes"': ("2026-11-22", "09:00", "17:00", None, "2 boxes"),
    "yesterday 9-5 one to one with Ben": ("2026-11-22", "09:00", "17:00", None, "one to one with Ben"),
    "friday 22-6": ("2026-11-20", "22:00", "06:00", None, None),
    "20 Nov 9:00 to 17:30 in hq because the train was late": (
        "2026-11-20",
        "09:00",
        "17:30",
        "hq",
        "the train was late",
    ),
    "20 Nov from 9 to half past 5 stocktaking": ("2026-11-20", "09:00", "17:30", None, "stocktaking"),
    "yesterday": ("2026-11-22", None, None, None, None),
    "yesterday at 8:30": ("2026-11-22", "08:30", None, None, None),
    "at 8:30 in hq": ("2026-11-23", "08:30", None, "hq", None),
    "30 min ago": ("2026-11-23", "08:32", None, None, None),
    "stocktaking": ("2026-11-23", None, None, None, "stocktaking"),
    "9-5 the day after yesterday": (None, "09:00", "17:00", None, "the day after yesterday"),
}


@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("way", ["command", "message"])
async def test_the_form_opens_with_what_is_typed(team: PlainDoor, typed: str, way: str) -> None:
    if way == "command":
        form = form_in(await team.typed(ANA, f"add {typed}"))
    else:
        offered = await team.say(ANA, f"add {typed}")
        assert shown(offered) == ["Here's the form:"]
        form = form_in(await team.press(ANA, offered, "Add a record"))
    fields = fields_of(form)
    assert tuple(fields[name] for name in ("date", "start", "end", "office", "note")) == TYPED[typed]


BREAKS = {
    "yesterday 9-17 with lunch 12-12:30": (["09:00 12:00", "12:30 17:00"], None),
    "yesterday 9-5 lunch 12-13, stocktaking": (["09:00 12:00", "13:00 17:00"], "stocktaking"),
    "yesterday 9-17 stocktaking, lunch 1-1:30": (["09:00 13:00", "13:30 17:00"], "stocktaking"),
    "yesterday 10-22 with dinner 19-20": (["10:00 19:00", "20:00 22:00"], None),
    "yesterday 9-17 (lunch: 12:00 to 12:30)": (["09:00 12:00", "12:30 17:00"], None),
    "yesterday 9-17 stocktaking 12-12:30 lunch": (["09:00 12:00", "12:30 17:00"], "stocktaking"),
    "yesterday 22-6 with a break from 1 to 2": (["22:00 01:00", "02:00 06:00"], None),
    "yesterday 9-17 lunch 1200-1230": (["09:00 12:00", "12:30 17:00"], None),
    "yesterday 9-17 lunch from noon to 1": (["09:00 12:00", "13:00 17:00"], None),
    "yesterday 9-17 without 12-13": (["09:00 12:00", "13:00 17:00"], None),
    "yesterday 9-17 lunch 12-12:30 and coffee 15-15:15": (["09:00 12:00", "12:30 15:00", "15:15 17:00"], None),
    "yesterday 9-17 lunch 12-12:30, coffee 15-15:15": (["09:00 12:00", "12:30 15:00", "15:15 17:00"], None),
    "yesterday 9-17 coffee 3-3:15, lunch 12-12:30, audit": (["09:00 12:00", "12:30 15:00", "15:15 17:00"], "audit"),
    "yesterday 9-17 breaks 12-12:30 and 15-15:15": (["09:00 12:00", "12:30 15:00", "15:15 17:00"], None),
    "yesterday 9-17 with two breaks 12-12:30 15-15:15": (["09:00 12:00", "12:30 15:00", "15:15 17:00"], None),
    "yesterday 9-17 break 10-10:15, 12-12:30 & 3-3:15": (
        ["09:00 10:00", "10:15 12:00", "12:30 15:00", "15:15 17:00"],
        None,
    ),
    "yesterday 22-6 break 23-23:15, break 2-2:30": (["22:00 23:00", "23:15 02:00", "02:30 06:00"], None),
    "yesterday 9-17 with lunch 18-19": None,
    "yesterday 9-17 lunch 12-12:30 and errand 15-15:15": None,
    "yesterday 9-17 lunch 12-12:30 and 30 min coffee": None,
    "yesterday 9-17 lunch 12-13 and coffee 12:30-13:15": None,
    "yesterday 9-17 lunch 12-12:30, dinner 18-18:15": None,
    "yesterday 9-17 minus 30 min break": None,
    "yesterday 9-17 with half an hour lunch": None,
    "yesterday 9-17 minus 30 minutes": None,
    "yesterday 9-17 with lunch": None,
    "yesterday 9-17 lunch 30 min": None,
    "yesterday 9-17 lunch at 12": None,
    "yesterday 9-17 had a half hour lunch": None,
    "yesterday 9-17 stocktaking, 30' lunch": None,
    "yesterday 9-17 break of 1h": None,
}


@pytest.mark.parametrize("word", ["add", "in"])
async def test_a_break_is_never_just_a_note(team: PlainDoor, word: str) -> None:
    for typed, expected in BREAKS.items():
        note = typed.split(" ", 2)[2]
        for way in (team.type, team.say):
            asked = await way(ANA, f"{word} {typed}")
            *around, one = labels(asked)
            assert one.startswith("Add one record, the break"), typed
            assert fields_of(form_in(await team.press(ANA, asked, one)))["note"] == note
            forms = [fields_of(form_in(await team.press(ANA, asked, label))) for label in around]
            times = [f"{form['start']} {form['end']}" for form in forms]
            if expected is None:
                assert (times, shown(asked)[0].partition("?")[0]) == (
                    ["09:00 None", "None 17:00"],
                    "When was the break",
                )
                continue
            assert times == expected[0], typed
            assert [form["note"] for form in forms] == [expected[1], *[None] * (len(forms) - 1)], typed
            days = ["2026-11-22" if time > "03:00" else "2026-11-23" for time in times]
            assert [form["date"] for form in forms] == days, typed


async def test_the_hours_of_a_night_after_its_break_say_their_day(door: PlainDoor) -> None:
    asked = await door.type(ANA, "add yesterday 22-6 break 2-2:30")
    assert labels(asked)[:2] == ["Add 22:00 to 02:00…", "Add 02:30 to 06:00 on Mon 23 Nov…"]
    assert shown(asked) == [
        "A break goes between two records. Add the one before it and the one after it:",
        "A record belongs to the day on which it begins, so the hours from 02:30 on count for Mon 23 Nov.",
    ]


async def test_break_times_outside_the_record_are_asked_about(door: PlainDoor) -> None:
    asked = await door.type(ANA, "add yesterday 9-17 lunch 12-12:30, dinner 18-18:15")
    assert shown(asked)[0].startswith("When was the break? I couldn't place all you typed between 09:00 and 17:00.")


UNREADABLE = {
    "20 Nov 9-25": ("9-25", ("2026-11-20", None, None)),
    "yesterday 9-": ("9-", ("2026-11-22", None, None)),
    "yesterday -17": ("-17", ("2026-11-22", None, None)),
    "yesterday 9.5 hours": ("9.5 hours", ("2026-11-22", None, None)),
    "yesterday from 9": ("from 9", ("2026-11-22", None, None)),
    "yesterday nine to five": ("nine to five", ("2026-11-22", None, None)),
    "fri 9-12 13-17": ("13-17", ("2026-11-20", "09:00", "12:00")),
    "fri 9-12 and 13-17": ("and 13-17", ("2026-11-20", "09:00", "12:00")),
    "9-": ("9-", ("2026-11-23", None, None)),
    "hello 9-17": ("hello 9-17", ("2026-11-23", None, None)),
}


@pytest.mark.parametrize("typed", UNREADABLE)
async def test_what_looks_like_a_time_is_no_note(team: PlainDoor, typed: str) -> None:
    words, filled_in = UNREADABLE[typed]
    told = await team.refusing(ANA, team.type(ANA, f"add {typed}"))
    example = 'Type one record at a time, like "/attendance add yesterday 9-17:30".'
    assert shown(told) == [f'⚠️ I couldn\'t read "{words}". {example} Put a note like that in quotes.']
    fields = fields_of(form_in(await team.press(ANA, told, "Add a record without it")))
    assert (tuple(fields[name] for name in ("date", "start", "end")), fields["note"]) == (filled_in, None)


async def test_an_impossible_span_after_a_plain_name_is_asked_about(team: PlainDoor) -> None:
    await rename(team, ANA, "Ana Silva")
    told = await team.refusing(MARCO, team.type(MARCO, "add ana yesterday 9-25"))
    assert shown(told)[0].startswith('⚠️ I couldn\'t read "9-25".')
    fields = fields_of(form_in(await team.press(MARCO, told, "Add a record without it")))
    assert [fields[name] for name in ("person", "date", "start", "note")] == [ANA, "2026-11-22", None, None]


async def test_the_form_opens_for_whomever_is_named(team: PlainDoor) -> None:
    await meet(team, BEN)
    for typed in (f"add <@{BEN}> yesterday 9-5 inventory", "add u0ben yesterday 9-5 inventory"):
        fields = fields_of(form_in(await team.typed(MARCO, typed)))
        assert fields == {
            "person": BEN,
            "date": "2026-11-22",
            "start": "09:00",
            "end": "17:00",
            "office": None,
            "note": "inventory",
        }
    with pytest.raises(Forbidden):
        await team.typed(ANA, f"add <@{BEN}> yesterday 9-5")


async def test_a_day_to_come_opens_no_form(door: PlainDoor) -> None:
    for typing in (door.typed(ANA, "add tomorrow 9-5"), door.say(ANA, "add tomorrow 9-5")):
        with pytest.raises(DayAhead):
            await typing


async def test_a_guest_who_is_picked_can_have_no_records_whoever_picks_them(team: PlainDoor) -> None:
    await meet(team, "U0GUS", guest=True)
    said = "@U0GUS has a guest account, and guests can't clock in. Choose a full member."
    for user_id in (MARCO, ADA):
        form = await opened(team, user_id)
        told = await team.refused(user_id, form, person="U0GUS", date="2026-11-20", start="09:00", end="17:00")
        assert told == ("person", said)


async def test_what_no_button_can_carry_is_pasted_into_the_form(door: PlainDoor) -> None:
    offered = await door.say(ANA, "add yesterday 9-5 " + "x" * 1000)
    assert shown(offered) == ["Here's the form:", "Your comment is too long for a button. Paste it into the form."]
    fields = fields_of(form_in(await door.press(ANA, offered, "Add a record")))
    assert [fields[name] for name in ("date", "start", "end", "note")] == ["2026-11-22", "09:00", "17:00", None]


async def test_a_direct_message_offers_the_form(door: PlainDoor) -> None:
    offered = await door.say(ANA, "Add")
    assert shown(offered) == ["Here's the form:"]
    assert fields_of(form_in(await door.press(ANA, offered, "Add a record")))["date"] == "2026-11-23"


@pytest.mark.parametrize(
    ("date", "start", "end", "field", "told"),
    [
        ("2026-11-23", "08:00", "23:00", "end", "23:00 hasn't happened yet. It's 09:02."),
        ("2026-11-20", "09:00", "09:00", "end", "The start and the end are the same. Change one of them."),
        ("2026-03-29", "02:30", "09:00", "start", "02:30 didn't exist in Berlin on Sun 29 Mar"),
        (
            "9999-12-31",
            "22:00",
            "06:00",
            "date",
            "Fri 31 Dec 9999 is a day that no record can be of. Choose another day.",
        ),
        ("9999-12-31", "08:00", "16:00", "date", "Fri 31 Dec 9999, 08:00 hasn't happened yet."),
        ("2026-03-28", "22:00", "02:30", "end", "02:30 didn't exist in Berlin on Sun 29 Mar"),
    ],
)
async def test_an_error_stands_at_its_field(
    door: PlainDoor, date: str, start: str, end: str, field: str, told: str
) -> None:
    at, said = await door.refused(ANA, await opened(door, ANA), date=date, start=start, end=end)
    assert at == field
    assert told in said


async def test_everything_wrong_in_the_form_is_marked_at_once(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Support", managers={KEI}, members={BEN})
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    form = await opened(door, KEI)
    late = {"date": "2026-11-23", "start": "22:00", "end": "23:00", "note": "x" * 2001}
    assert list(await door.faults(KEI, form, person=BEN, **late)) == ["note", "start", "end"]
    await archive_office(door.services, ADMIN, "hq")
    assert list(await door.faults(KEI, form, person=BEN, office="hq", **late)) == ["office", "note"]
    assert list(await door.faults(KEI, form, person=ANA, **late)) == ["person", "note"]
    skipped = {"date": "2026-03-29", "start": "02:15", "end": "02:45"}
    assert list(await door.faults(KEI, form, person=BEN, **skipped)) == ["start", "end"]


async def test_another_record_in_the_way_is_named_at_the_start(door: PlainDoor) -> None:
    filled = {"date": "2026-11-20", "start": "09:00", "end": "17:00"}
    await door.send(ANA, await opened(door, ANA), **filled)
    assert list(await door.faults(ANA, await opened(door, ANA), **filled)) == ["start"]


async def test_both_records_in_the_way_are_named(door: PlainDoor) -> None:
    for start, end in (("09:00", "10:00"), ("13:00", "14:00")):
        await door.send(ANA, await opened(door, ANA), date="2026-11-20", start=start, end=end)
    field, said = await door.refused(ANA, await opened(door, ANA), date="2026-11-20", start="09:30", end="13:30")
    assert field == "start"
    assert said == (
        "You already have records on Fri 20 Nov, 09:00 to 10:00 and Fri 20 Nov, 13:00 to 14:00. Change the times, or "
        "ask your manager to fix them."
    )


async def test_the_fields_come_in_the_order_in_which_people_think(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    assert list(fields_of(await opened(door, ANA))) == ["date", "start", "end", "office", "note"]
    assert list(fields_of(await opened(door, ADA))) == ["person", "date", "start", "end", "office", "note"]


async def test_the_office_of_the_last_record_is_chosen(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    await set_office(door.services, ADMIN, "lab", "Laboratory", "Europe/Berlin")
    assert fields_of(await opened(door, ANA))["office"] is None
    night = {"date": "2026-11-19", "start": "09:00", "end": "17:00", "office": "lab"}
    await door.send(ANA, await opened(door, ANA), **night)
    assert fields_of(await opened(door, ANA))["office"] == "lab"

    await archive_office(door.services, ADMIN, "lab")
    assert fields_of(await opened(door, ANA))["office"] is None


async def test_an_admins_own_office_is_not_chosen_for_somebody_else(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    await door.send(ADA, await opened(door, ADA), date="2026-11-19", start="09:00", end="17:00", office="hq")
    assert fields_of(await opened(door, ADA))["office"] is None


@pytest.mark.parametrize(
    ("filled", "asked"),
    [
        ({"start": "09:00", "end": "09:04"}, ["Yes, it was 4 min long"]),
        ({"start": "06:00", "end": "19:01"}, ["Yes, it was 13 h 1 min long"]),
        ({"date": "2026-09-23"}, ["Yes, it was on Wed 23 Sep"]),
        ({"date": "1970-01-01"}, ["Yes, it was on Thu 1 Jan 1970"]),
        (
            {"date": "2026-08-03", "start": "09:00", "end": "08:59"},
            ["Yes, it was 23 h 59 min long", "Yes, it was on Mon 3 Aug"],
        ),
    ],
)
async def test_unusual_values_are_asked_about_before_they_are_written(
    door: PlainDoor, filled: dict[str, str], asked: list[str]
) -> None:
    usual = {"date": "2026-11-20", "start": "09:00", "end": "17:00"}
    form = form_in(await door.sent(ANA, await opened(door, ANA), **{**usual, **filled}))
    ((label, options),) = questions(form).items()
    assert label == "That's unusual. Is it right?"
    assert list(options.values()) == asked
    assert "No records" in " ".join(shown(await door.type(ANA, "events 1900-01-01 2026-11-23")))

    told = await door.send(ANA, form, sure=list(options))
    assert shown(told)[0].startswith("✅ Record added.")


@pytest.mark.parametrize(
    "filled",
    [
        {"date": "2026-11-20", "start": "09:00", "end": "09:05"},
        {"date": "2026-11-20", "start": "06:00", "end": "19:00"},
        {"date": "2026-09-24", "start": "09:00", "end": "17:00"},
    ],
)
async def test_usual_values_are_not_asked_about(door: PlainDoor, filled: dict[str, str]) -> None:
    told = await door.send(ANA, await opened(door, ANA), **filled)
    assert shown(told)[0].startswith("✅ Record added.")


async def test_another_unusual_length_is_asked_about_again(door: PlainDoor) -> None:
    form = form_in(await door.sent(ANA, await opened(door, ANA), date="2026-11-20", start="06:00", end="20:00"))
    (options,) = questions(form).values()
    form = form_in(await door.sent(ANA, form, end="22:00", sure=list(options)))
    assert list(questions(form).values()) == [{"960 min": "Yes, it was 16 h long"}]


async def test_an_own_record_can_be_undone(door: PlainDoor, clock: Clock) -> None:
    filled = {"date": "2026-11-20", "start": "09:00", "end": "17:00"}
    told = await door.send(ANA, await opened(door, ANA), **filled)
    assert labels(told) == ["Undo"]
    clock.advance(minutes=9)
    assert "Record removed" in shown(await door.press(ANA, told, "Undo"))[0]
    again = await door.send(ANA, await opened(door, ANA), **filled)
    clock.advance(minutes=11)
    with pytest.raises(TooLateToUndo):
        await door.press(ANA, again, "Undo")


async def test_a_record_added_for_somebody_else_can_be_undone_by_those_who_may_delete_it(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Support", managers={KEI}, members={BEN})
    filled = {"person": BEN, "date": "2026-11-20", "start": "09:00", "end": "17:00"}
    told = await door.send(KEI, await opened(door, KEI), **filled)
    with pytest.raises(Forbidden):
        await door.press(BEN, told, "Undo")
    undone = await door.press(KEI, told, "Undo")
    assert shown(undone) == ["✅ Record removed. @U0BEN · Fri 20 Nov, 09:00 to 17:00 (Berlin)"]
    assert shown(await door.press(KEI, told, "Undo")) == ["You've already undone this."]


async def test_a_guest_is_refused_before_the_form_opens(door: PlainDoor) -> None:
    await meet(door, ANA, guest=True)
    with pytest.raises(NotAnEmployee):
        await opened(door, ANA)
    with pytest.raises(NotAnEmployee):
        await door.press_forged(ANA, add_record.press_add.name, "null")


async def test_a_day_that_is_older_than_records_are_kept_is_refused_at_the_date(door: PlainDoor) -> None:
    await workspace_settings.change(door.services, ADMIN, keep_records_for_years=1)
    assert await door.refused(ANA, await opened(door, ANA), date="2025-11-20", start="08:00", end="16:00") == (
        "date",
        "Records are only kept for a year. Choose a later day.",
    )


async def test_a_day_before_1970_is_refused_at_the_date(door: PlainDoor) -> None:
    for day in ("1969-12-31", "0002-01-01"):
        assert await door.refused(ANA, await opened(door, ANA), date=day, start="08:00", end="16:00") == (
            "date",
            "Records can't be of a day before 1970. Choose a later day.",
        )


async def test_a_time_that_comes_twice_adds_a_question_to_the_form(door: PlainDoor) -> None:
    filled = {"date": "2026-10-24", "start": "22:00", "end": "02:30", "note": "the long night"}
    asked = form_in(await door.sent(ANA, await opened(door, ANA), **filled))
    assert questions(asked) == {
        "End: this time came twice that night. Which one?": {
            "120": "The first 02:30 (UTC+2)",
            "60": "The second 02:30 (UTC+1)",
        }
    }
    assert shown(await door.send(ANA, asked, which_end="60")) == [
        "✅ Record added. Sat 24 Oct, 22:00 to 02:30 the next day · 5 h 30 min. "
        'Sun 25 Oct had 25 hours in Berlin: the clocks went back. "the long night"'
    ]


async def test_an_answered_question_goes_away_when_the_date_changes(door: PlainDoor) -> None:
    asked = form_in(await door.sent(ANA, await opened(door, ANA), date="2026-10-24", start="22:00", end="02:30"))
    told = await door.send(ANA, asked, date="2026-10-20", which_end="60")
    assert shown(told) == ["✅ Record added. Tue 20 Oct, 22:00 to 02:30 the next day · 4 h 30 min."]


async def test_an_answer_is_kept_while_another_question_arises(door: PlainDoor) -> None:
    asked = form_in(await door.sent(ANA, await opened(door, ANA), date="2026-10-25", start="02:30", end="09:00"))
    assert len(questions(asked)) == 1
    asked = form_in(await door.sent(ANA, asked, which_start="120", end="02:45"))
    assert len(questions(asked)) == 2
    told = await door.send(ANA, asked, which_end="60")
    assert "Sun 25 Oct, 02:30 to 02:45 · 1 h 15 min." in shown(told)[0]


async def test_a_shift_into_the_repeated_hour_is_of_the_same_night(door: PlainDoor) -> None:
    asked = form_in(await door.sent(ANA, await opened(door, ANA), date="2026-10-25", start="02:45", end="02:15"))
    assert list(questions(asked)) == ["Start: this time came twice that night. Which one?"]
    told = await door.send(ANA, asked, which_start="120")
    assert "Sun 25 Oct, 02:45 to 02:15 · 30 min." in shown(told)[0]


async def test_an_end_that_is_said_to_come_before_the_start_is_refused_at_the_end(door: PlainDoor) -> None:
    asked = form_in(await door.sent(ANA, await opened(door, ANA), date="2026-10-25", start="02:15", end="02:45"))
    at, said = await door.refused(ANA, asked, which_start="60", which_end="120")
    assert at == "end"
    assert "isn't later than the start" in said


async def test_a_manager_adds_a_record_for_the_team_and_for_nobody_else(door: PlainDoor) -> None:
    await set_team(door.services, ADMIN, "Support", managers={KEI}, members={BEN})
    filled = {"date": "2026-11-20", "start": "08:00", "end": "16:00"}

    assert shown(await door.send(KEI, await opened(door, KEI), person=BEN, **filled)) == [
        "✅ Record added for @U0BEN. Fri 20 Nov, 08:00 to 16:00 (Berlin) · 8 h."
    ]
    assert await door.refused(KEI, await opened(door, KEI), person=ANA, **filled) == (
        "person",
        "You can't add records for @U0ANA. Managers can for their own team, admins for everyone.",
    )


async def test_the_times_are_those_of_the_chosen_office(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    told = await door.send(KEI, await opened(door, KEI), office="hq", date="2026-11-20", start="08:00", end="16:00")
    assert shown(told) == ["✅ Record added. Fri 20 Nov, 08:00 to 16:00 (Berlin) · 8 h."]


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"date": "2026-11-20"},
        {"date": "yesterday", "start": "08:00", "end": "16:00"},
        {"date": "2026-11-20", "start": "x", "end": "16:00"},
        {"date": "2026-11-20", "start": "08:00", "end": "16:00", "which_start": "soon"},
        {"date": "2026-11-20", "start": "08:00", "end": "16:00", "person": ["U0BEN"]},
    ],
)
async def test_a_forged_form_is_not_understood(door: PlainDoor, forged: dict[str, Any]) -> None:
    with pytest.raises(OutdatedButton):
        await door.send_forged(ANA, add_record.save.name, "null", forged)
