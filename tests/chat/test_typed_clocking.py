"""What people type to clock in and out, as a table: what they type, in which situation, and what must happen."""

from __future__ import annotations

from datetime import date

import pytest

from bot.calendar.ranges import DateRange
from bot.calendar.worktime import TimeOfDay, first_after, zone_named
from bot.chat.clock_readings import as_read
from bot.chat.views import Form, Message, Outcome
from bot.errors import Forbidden
from bot.people import teams_and_offices
from bot.permissions import Caller, Via
from bot.reports import worked_time
from bot.wording.markup import length
from storage import people
from storage.errors import Refusal
from tests.builders import ADMIN, utc, workplace
from tests.chat.conftest import (
    ANA,
    BEN,
    KEI,
    MARCO,
    PlainDoor,
    buttons,
    fields_of,
    form_in,
    labels,
    meet,
    rename,
    shown,
)
from tests.chat.typed_clocking_rows import ROWS, Row
from tests.conftest import WORKSPACE, Clock

SITUATIONS = {
    "morning": (None, "2026-11-24T08:02"),  # 09:02 on a Tuesday in Berlin
    "afternoon": (None, "2026-11-24T13:40"),
    "evening": (None, "2026-11-24T20:00"),
    "midnight": (None, "2026-11-24T23:15"),
    "in": ("2026-11-24T08:00", "2026-11-24T16:45"),  # since 09:00, and it is 17:45
    "before five": ("2026-11-24T08:00", "2026-11-24T15:00"),  # since 09:00, and it is 16:00
    "in early": ("2026-11-24T04:00", "2026-11-24T16:45"),
    "next morning": ("2026-11-23T08:00", "2026-11-24T07:30"),  # since 09:00 yesterday
    "night shift": ("2026-11-23T21:00", "2026-11-24T06:30"),  # since 22:00 yesterday
}
BERLIN = zone_named("Europe/Berlin")


def test_the_table_is_long_enough() -> None:
    assert len(ROWS) >= 250
    assert len({(row.typed, row.situation, row.word) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("way", ["command", "message"])
async def test_typed_lines_are_done_asked_about_or_refused(
    door: PlainDoor, clock: Clock, way: str, situation: str
) -> None:
    since, now = SITUATIONS[situation]
    rows = [row for row in ROWS if row.situation == situation and way in row.ways]
    people = {f"U0R{number}": "Europe/Berlin" for number in range(len(rows))}
    await workplace(door.services.database, people)
    await teams_and_offices.set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    await teams_and_offices.set_office(door.services, ADMIN, "zrh", "Zürich", "Europe/Zurich")
    wrong = []
    for user_id, row in zip(people, rows, strict=True):
        if since:
            clock.set(since)
            await door.type(user_id, "clockin")
        clock.set(now)
        happened = await what_happens(door, row, user_id, way)
        if happened != row.must(way):
            wrong.append(f"{row.word} {row.typed!r} ({situation}, {way}): {happened!r}, not {row.must(way)!r}")
    assert not wrong, "\n".join(wrong)


async def what_happens(door: PlainDoor, row: Row, user_id: str, way: str) -> str:
    """`in 08:30 hq "bus"`, `out 17:30 on 23`, `ask: a | b`, `form 2026-11-23 08:30 17:30`, `no Refusal`, or `told`."""
    before = await state(door, user_id)
    try:
        if way == "command":
            outcome = await door.typed(user_id, f"clock{row.word} {row.typed}".rstrip())
        else:
            outcome = await door.say(user_id, f"{row.word} {row.typed}".rstrip())
    except Refusal as refused:
        assert await state(door, user_id) == before
        return f"no {type(refused).__name__}"
    after = await state(door, user_id)
    return after if after != before else described(outcome)


def described(outcome: Outcome) -> str:
    if isinstance(outcome, Form):
        fields = fields_of(outcome)
        return " ".join(["form", *(str(fields[name]) for name in ("date", "start", "end") if fields[name])])
    assert isinstance(outcome, Message)
    if labels(outcome) == ["Add the record…"]:
        (button,) = [piece for piece in outcome.pieces if hasattr(piece, "buttons")]
        draft = button.buttons[0].carries
        times = [f"{time:%H:%M}" for time in (draft.start, draft.end) if time]
        return " ".join(["form", draft.date.isoformat(), *times])
    if shown(outcome)[0].startswith("When did you leave"):
        return "when"
    return "ask: " + " | ".join(labels(outcome)) if labels(outcome) else "told"


async def state(door: PlainDoor, user_id: str) -> str:
    """The person's last event, as the table writes it."""
    caller = Caller(WORKSPACE, user_id, Via.SLACK)
    listing = worked_time.Listing(
        DateRange(date(2026, 11, 20), date(2026, 11, 25)), user_id, door.services.database.clock(), 0
    )
    page = await worked_time.events_page(door.services, caller, listing)
    if not page.pairs:
        return "nothing"
    pair = page.pairs[0]
    half, word = (pair.clock_out, "out") if pair.clock_out else (pair.clock_in, "in")
    local = half.at.astimezone(BERLIN)
    parts = [word, f"{local:%H:%M}"]
    if local.day != 24:
        parts.append(f"on {local.day}")
    if half.office_id:
        parts.append(half.office_id)
    return " ".join([*parts, f'"{half.comment}"' if half.comment else ""]).strip()


async def test_a_reading_is_recorded_once_it_is_chosen(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-24T13:40")
    asked = await door.type(ANA, "clockin at 1:30")
    assert await state(door, ANA) == "nothing"
    done = await door.press(ANA, asked, "Clock in at 13:30")
    assert isinstance(done, Message)
    assert done.replaces
    assert await state(door, ANA) == "in 13:30"

    asked = await door.say(ANA, "out see you tomorrow")
    await door.press(ANA, asked, "Clock out now, with that as comment")
    assert await state(door, ANA) == 'out 14:40 "see you tomorrow"'


@pytest.mark.parametrize("way", ["command", "message"])
async def test_a_break_before_the_clock_out_is_left_out_of_the_hours(door: PlainDoor, clock: Clock, way: str) -> None:
    clock.set("2026-11-24T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T16:45")
    send = door.type if way == "command" else door.say
    asked = await send(ANA, f"{'clockout' if way == 'command' else 'out'} busy, with lunch 12-12:30 and coffee 3-3:15")
    first = "A break goes between two records. Clock out when it began, then add the time after it:"
    assert shown(asked) == [first]
    done = await door.press(ANA, asked, "Clock out at 12:00")
    assert await state(door, ANA) == 'out 12:00 "busy"'
    for label, start, end in (
        ("Add 12:30 to 15:00…", "12:30", "15:00"),
        ("Add 15:15 to 17:45…", "15:15", "17:45"),
    ):
        form = form_in(await door.press(ANA, done, label))
        fields = fields_of(form)
        assert (fields["date"], fields["start"], fields["end"], fields["note"]) == ("2026-11-24", start, end, None)
        added = await door.send(ANA, form)
        assert shown(added)[0].startswith("✅ Record added.")


async def test_a_break_without_times_is_asked_for_with_an_example(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-24T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T16:45")
    asked = await door.type(ANA, "clockout at 17:30 with 30 min break")
    example = "/clockout at 17:30 lunch 12-12:30"
    assert shown(asked) == [f'When was the break? It isn\'t counted if you type it with its times: "{example}".']
    assert labels(await door.type(ANA, example[1:]))[0] == "Clock out at 12:00"
    assert labels(await door.say(ANA, "I left at 17:30 with lunch 12-12:30"))[0] == "Clock out at 12:00"
    assert labels(await door.say(ANA, "left at 17:30 with a 30 min break")) == [
        "Clock out at 17:30, the break counts as work"
    ]
    clock.advance(hours=15)
    asked = await door.type(ANA, "clockout with lunch 12-12:30")
    assert shown(asked)[1].endswith('"/clockout yesterday at 17:30 lunch 12-12:30".')
    await door.press(ANA, await door.type(ANA, "clockout yesterday at 17:30 lunch 12-12:30"), "Clock out at 12:00")
    assert await state(door, ANA) == "out 12:00"


async def test_no_clock_out_is_offered_that_would_be_refused(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T07:10")
    await meet(team, BEN)
    for user_id in (ANA, BEN):
        await team.type(user_id, "clockin")
    for hours in (1, 9, 20):
        clock.set("2026-11-23T07:10")
        clock.advance(hours=hours)
        for hour in range(24):
            for line in ("{}", "at {} see you tomorrow", "until {}", "dentist at {}:30", "{}h", "u0ben at {}"):
                typist = MARCO if "u0ben" in line else ANA
                try:
                    asked = await team.type(typist, f"clockout {line.format(hour)}")
                except Refusal:
                    continue
                for reading in (button.carries for button in buttons(asked) if button.action is as_read):
                    if reading.wall_time:
                        end = first_after(TimeOfDay(reading.wall_time), utc("2026-11-23T07:10"), BERLIN)
                        assert end <= team.services.database.clock(), (hours, line.format(hour), reading)
            for user_id in (ANA, BEN):  # nothing that is typed here clocks in again
                assert (await state(team, user_id)).startswith("in "), (hours, hour)


async def test_a_number_that_is_no_possible_time_is_asked_about(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T02:00")
    said = "It's 03:00, so \"5\" can't be 05:00 or 17:00 today. What do you mean?"
    assert shown(asked := await team.type(ANA, "clockin 5"))[0] == said
    assert labels(asked) == ["Clock in now", "Clock in now, with that as comment"]

    clock.set("2026-11-23T08:00")
    await team.type(ANA, "clockin")
    clock.set("2026-11-23T15:00")
    for asked in (await team.type(ANA, "clockout 5"), await team.say(ANA, "out 5")):
        assert shown(asked)[0] == (
            "You've been clocked in since 09:00 and it's 16:00, so \"5\" can't be 05:00 or 17:00. What do you mean?"
        )
    about_her = await team.type(MARCO, "clockout <@U0ANA> 8")
    assert shown(about_her)[0].startswith("@U0ANA has been clocked in since 09:00 and it's 16:00, so")
    await team.press(ANA, asked, "Clock out now, with that as comment")
    assert await state(team, ANA) == 'out 16:00 on 23 "5"'


async def test_an_earlier_start_than_the_open_clock_in_is_added_before_it(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin in hq")
    clock.set("2026-11-23T15:00")
    asked = await team.say(ANA, "in at 8:30")
    assert shown(asked) == ["⚠️ You've been clocked in since 09:02. If you began at 08:30, add the time before."]
    assert labels(asked) == ["Add 08:30 to 09:02…", "Clock out"]
    form = form_in(await team.press(ANA, asked, "Add 08:30 to 09:02…"))
    assert "08:30 to 09:02 · 32 min" in shown(await team.send(ANA, form))[0].replace("\xa0", " ")

    theirs = await team.type(MARCO, "clockin <@U0ANA> at 7")
    assert shown(theirs)[0].startswith("⚠️ @U0ANA has been clocked in since 09:02. If they began at 07:00")
    form = form_in(await team.press(MARCO, theirs, "Add 07:00 to 09:02…"))
    assert fields_of(form)["person"] == "U0ANA"
    for later in ("clockin at 9:02", "clockin at 11", "clockin"):
        refusal = await team.refusal(ANA, team.type(ANA, later))
        assert refusal == "⚠️ You're already clocked in (since 09:02)."


async def test_a_single_reading_is_asked_about_by_its_time(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-23T16:45")
    assert shown(await door.type(ANA, "clockout at 5:30"))[0] == "Did you mean 17:30?"
    clock.set("2026-11-24T23:15")
    assert shown(await door.type(BEN, "clockin at 22:00"))[0] == "Did you mean 22:00 on Tue 24 Nov?"


async def test_ends_on_different_days_name_their_day_and_length(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T18:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:30")

    asked = await door.type(ANA, "clockout at 8")
    assert labels(asked) == ["Mon 20:00 (1 h)", "Tue 08:00 (13 h)"]
    await door.press(ANA, asked, "Mon 20:00 (1 h)")
    assert await state(door, ANA) == "out 20:00 on 23"


async def test_a_morning_that_cannot_be_meant_is_the_afternoon_of_that_day(team: PlainDoor, clock: Clock) -> None:
    for user_id in (ANA, BEN):
        await team.type(user_id, "clockin")
    clock.set("2026-11-24T07:30")
    likely = "Mon 17:30 (8 h 28 min)"
    for asked in (
        await team.say(ANA, "I left at 5:30 yesterday"),
        await team.say(ANA, "5:30"),
        await team.attendance(ANA, "half past five"),
    ):
        assert (shown(asked)[0], labels(asked)) == (f"Did you mean {likely}?", [likely])
    named = await team.say(ANA, "17:30")
    assert labels(named) == ["Clock out at 17:30 on Mon 23 Nov"]
    form = form_in(await team.press(ANA, await team.type(ANA, "clockout"), "Another time…"))
    for typed in ("5:30", "at half past five"):
        assert await team.refused(ANA, form, at=typed) == ("at", "Did you mean 17:30? Type 05:30 for the morning.")
    assert "sure" in fields_of(form_in(await team.sent(ANA, form, at="05:30")))
    await team.press(ANA, named, "Clock out at 17:30 on Mon 23 Nov")
    assert await state(team, ANA) == "out 17:30 on 23"
    theirs = await team.type(MARCO, f"clockout <@{BEN}> monday at 5:30")
    await team.press(MARCO, theirs, likely)
    assert await state(team, BEN) == "out 17:30 on 23"


async def test_an_unusually_long_reading_is_not_offered(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:30")

    assert labels(await door.type(ANA, "clockout at 8")) == ["Mon 20:00 (11 h)"]


@pytest.mark.parametrize(
    "typed", ["in office", "in the office", "at the office at 8:00", "at 8:00 in our office", "in Office."]
)
async def test_the_office_is_the_only_one_there_is(team: PlainDoor, clock: Clock, typed: str) -> None:
    came = await team.type(ANA, f"clockin {typed}")
    assert shown(came)[0].endswith("Office: Berlin Mitte.")
    await team.press(ANA, came, "Undo")
    said = typed.removeprefix("in ")
    assert shown(await team.say(ANA, f"in {said}"))[0].endswith("Office: Berlin Mitte.")


async def test_which_office_is_asked_where_there_are_more(team: PlainDoor, clock: Clock) -> None:
    for office_id, name in (("ny", "New York"), ("tok", "Tokyo")):
        await teams_and_offices.set_office(team.services, ADMIN, office_id, name, "Europe/Berlin")
    for asked in (
        await team.refusing(ANA, team.type(ANA, "clockin at 8:00 in the office")),
        await team.refusing(ANA, team.say(ANA, "in the office at 8:00")),
    ):
        assert shown(asked) == ['⚠️ Which office is "the office"?']
        assert labels(asked)[:3] == [f"Clock in, office {name}" for name in ("Berlin Mitte", "New York", "Tokyo")]
        came = await team.press(ANA, asked, "Clock in, office Tokyo")
        assert shown(came)[0] == "✅ Clocked in at 08:00. Office: Tokyo."
        assert isinstance(came, Message)
        await team.press(ANA, came, "Undo")


async def test_an_office_that_was_meant_is_taken(team: PlainDoor, clock: Clock) -> None:
    asked = await team.type(ANA, "clockin hello from Berlin Mitte")
    await team.press(ANA, asked, "Clock in, office Berlin Mitte")
    assert (await state(team, ANA)).startswith("in 09:02 on 23 hq")


async def test_a_reading_of_long_ago_records_nothing(door: PlainDoor, clock: Clock) -> None:
    asked = await door.type(ANA, "clockin since 8:30")
    clock.advance(hours=17)
    told = await door.press(ANA, asked, "Clock in at 08:30")
    assert shown(told) == ["That was a while ago. Type it again."]


async def test_a_name_without_its_sign_is_asked_about_by_those_who_may(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    asked = await team.type(MARCO, "clockin u0ben")
    assert shown(asked) == ["Did you mean @U0BEN?"]
    assert labels(asked) == ["Clock in U0Ben", "Clock in now, with that as comment"]
    assert shown(await team.press(MARCO, asked, "Clock in U0Ben")) == [
        "✅ Clocked @U0BEN in at 09:02.",
        "I've told them.",
    ]
    assert labels(await team.type(ANA, "clockin u0ben")) == [WITH_COMMENT]


WITH_COMMENT = "Clock in now, with that as comment"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("for u0ben", "Clock in U0Ben"),
        ("for @u0ben", "Clock in U0Ben"),
        ("u0bne", "Clock in U0Ben"),
        ("for u0bne", "Clock in U0Ben"),
        ("u0ben at 8:00", "Clock in U0Ben at 08:00"),
        ("U0BEN half past 8", "Clock in U0Ben at 08:30"),
        ("u0bne at 8:00", "Clock in U0Ben at 08:00"),
        ("for u0ben, at 8:00", "Clock in U0Ben at 08:00"),
        ("for @u0ben at 8:00", "Clock in U0Ben at 08:00"),
        ("u0ben at 8:00 in hq, the bus", "Clock in U0Ben at 08:00, office Berlin Mitte"),
        ("u0ben 30 min ago", "Clock in U0Ben at 08:32"),
        ("u0ben in hq", "Clock in U0Ben, office Berlin Mitte"),
    ],
)
async def test_named_people_are_offered_to_callers_who_may(
    team: PlainDoor, clock: Clock, typed: str, offered: str
) -> None:
    await meet(team, BEN)
    clock.set("2026-11-24T08:02")
    asked = await team.type(MARCO, f"clockin {typed}")
    assert shown(asked) == ["Did you mean @U0BEN?"]
    assert labels(asked) == [offered, WITH_COMMENT]
    assert shown(await team.press(MARCO, asked, offered))[0].startswith("✅ Clocked @U0BEN in at ")
    assert await state(team, MARCO) == "nothing"


async def test_the_time_before_a_name_is_for_that_person(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    asked = await team.type(MARCO, "clockin at 8:00 u0ben")
    assert labels(asked) == ["Clock in U0Ben at 08:00", "Clock in at 08:00, with that as comment"]
    await team.press(MARCO, asked, "Clock in U0Ben at 08:00")
    assert (await state(team, BEN)).startswith("in 08:00")


async def test_somebody_named_is_clocked_out_at_the_time_that_is_typed(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    clock.set("2026-11-24T08:02")
    await team.type(BEN, "clockin")
    clock.set("2026-11-24T20:30")
    asked = await team.type(MARCO, "clockout u0ben at 21:00")
    assert labels(asked) == ["Clock out U0Ben at 21:00", "Clock out now, with that as comment"]
    await team.press(MARCO, asked, "Clock out U0Ben at 21:00")
    assert await state(team, BEN) == "out 21:00"


@pytest.mark.parametrize("whom", ["u0ben", "U0Ben", "for u0ben", f"<@{BEN}>"])
async def test_somebody_who_is_not_in_is_never_taken_for_the_typist(team: PlainDoor, clock: Clock, whom: str) -> None:
    await meet(team, BEN)
    clock.set("2026-11-24T08:02")
    await team.type(MARCO, "clockin")
    own = [] if "@" in whom else ["Clock yourself out, with that as comment"]
    for typed in ("at 9:20", "at 4", ""):
        asked = await team.type(MARCO, f"clockout {whom} {typed}")
        assert shown(asked) == ["⚠️ @U0BEN isn't clocked in. Clock them in first."]
        assert labels(asked) == ["Add a record for U0Ben…", *own]
    asked = await team.type(MARCO, f"clockout {whom} at 9:20")
    form = form_in(await team.press(MARCO, asked, "Add a record for U0Ben…"))
    assert (fields_of(form)["person"], fields_of(form)["date"], fields_of(form)["end"]) == (BEN, "2026-11-24", "09:20")
    assert (await state(team, MARCO)).startswith("in 09:02")


async def test_a_time_that_somebody_cannot_have_left_at_is_refused(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    clock.set("2026-11-24T08:02")
    await team.type(BEN, "clockin")
    await team.type(MARCO, "clockin")
    clock.set("2026-11-24T14:00")
    said = await team.refusal(MARCO, team.type(MARCO, "clockout u0ben at 17:00"))
    assert said == "⚠️ 17:00 hasn't happened yet. It's 15:00."


async def test_what_is_still_to_come_is_not_promised(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    asked = await team.type(ANA, "clockout in 10 minutes")
    assert shown(asked) == ['I can\'t clock you out ahead of time. Type "/clockout" when you leave.']
    asked = await team.say(BEN, "in 10 minutes")
    assert shown(asked)[0] == 'I can\'t clock you in ahead of time. Type "in" when you come.'


async def test_for_before_a_person_means_that_person(team: PlainDoor, clock: Clock) -> None:
    assert shown(await team.type(MARCO, f"clockin for <@{BEN}> at 8:30"))[0] == "✅ Clocked @U0BEN in at 08:30."
    assert shown(await team.type(MARCO, f"clockout for <@{BEN}>"))[0].startswith("✅ Clocked @U0BEN out at 09:02")
    assert labels(await team.type(ANA, f"clockin for <@{BEN}>")) == [WITH_COMMENT]


@pytest.mark.parametrize(
    "said", ["filling in for u0ben", "covering for u0ben", "u0ben is ill", "for lunch", "u0ben at work"]
)
async def test_a_comment_can_contain_a_name(team: PlainDoor, clock: Clock, said: str) -> None:
    await meet(team, BEN)
    for user_id in (MARCO, ANA):
        assert shown(await team.type(user_id, f"clockin {said}"))[0] == f'✅ Clocked in at 09:02. "{said}"'


async def test_a_name_alone_is_asked_about_where_the_typist_cannot_clock_them_in(team: PlainDoor, clock: Clock) -> None:
    await rename(team, KEI, "Kei O'Neil")
    for user_id in (ANA, MARCO):
        for typed in ("for kei", "Kei", "kei!", "for Kei O'Neil", "in hq, Kei"):
            asked = await team.type(user_id, f"clockin {typed}")
            assert labels(asked) == [WITH_COMMENT], typed
            assert await state(team, user_id) == "nothing"
        assert labels(await team.say(user_id, "in for Kei")) == [WITH_COMMENT]
        await team.press(user_id, asked, WITH_COMMENT)
        assert await state(team, user_id) == 'in 09:02 on 23 hq "Kei"'
    assert shown(await team.type(KEI, "clockin Kei"))[0].endswith('"Kei"')
    assert shown(await team.type(BEN, 'clockin "for Kei"'))[0].endswith('"for Kei"')


async def test_absence_and_breaks_are_answered_as_without_the_slash(door: PlainDoor, clock: Clock) -> None:
    assert shown(await door.type(ANA, "clockin sick"))[0] == shown(await door.attendance(ANA, "sick"))[0]
    refused = await door.refusing(ANA, door.attendance(ANA, "lunch"))
    assert (shown(refused), labels(refused)) == (["⚠️ You're not clocked in."], ["Clock in"])
    helped = await door.type(ANA, "clockout ?")
    assert shown(helped)[:2] == ["Clock in and out", '"/clockin"  now']
    assert shown(await door.press(ANA, helped, "Show help"))[0] == "What you can type"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("in case you wonder I'm home", WITH_COMMENT),
        ("In a meeting until 10, sorry", WITH_COMMENT),
        ("out of milk", "Clock out now, with that as comment"),
    ],
)
async def test_a_sentence_that_begins_like_a_command_is_asked_about(
    door: PlainDoor, clock: Clock, typed: str, label: str
) -> None:
    for speak in (door.say, door.attendance):
        asked = await speak(ANA, typed)
        assert (shown(asked)[0], labels(asked)) == (f'What do you mean by "{typed}"?', [label])
        assert await state(door, ANA) == "nothing"


async def test_a_whole_record_for_somebody_named_is_not_offered_as_a_clock_in(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    asked = await team.type(MARCO, "clockin u0ben yesterday at 8:00")
    assert labels(asked) == [WITH_COMMENT]
    assert "name one person first" in shown(asked)[-1]


async def test_the_form_opens_filled_in(team: PlainDoor, clock: Clock) -> None:
    form = form_in(await team.typed(MARCO, f"clockin <@{ANA}> yesterday 9-17:30 in hq stocktaking"))
    assert fields_of(form) == {
        "person": ANA,
        "office": "hq",
        "date": "2026-11-22",
        "start": "09:00",
        "end": "17:30",
        "note": "stocktaking",
    }
    asked = await team.say(ANA, "in yesterday 9-17:30")
    opened = fields_of(form_in(await team.press(ANA, asked, "Add the record…")))
    assert (opened["date"], opened["start"], opened["end"]) == ("2026-11-22", "09:00", "17:30")
    with pytest.raises(Forbidden):
        await team.typed(ANA, f"clockin <@{BEN}> yesterday")


async def test_a_manager_names_somebody_with_a_comma(team: PlainDoor, clock: Clock) -> None:
    assert shown(await team.type(MARCO, f"clockin <@{BEN}>, at 8:30")) == [
        "✅ Clocked @U0BEN in at 08:30.",
        "I've told them.",
    ]


async def test_in_and_out_are_words_of_attendance(door: PlainDoor, clock: Clock) -> None:
    assert shown(await door.type(ANA, "in at 8:30")) == ["✅ Clocked in at 08:30."]
    assert shown(await door.type(ANA, "out"))[0].startswith("✅ Clocked out at 09:02")


@pytest.mark.parametrize("line", ["clockin <@USTRANGER>", "clockin <@USTRANGER> at 8", "clockout <@USTRANGER> at 8"])
async def test_unknown_people_are_looked_up_only_for_callers_who_may_write_for_them(door: PlainDoor, line: str) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, line)

    known = await door.services.database.read(lambda tx: people.get_many(tx.connection, WORKSPACE))
    assert "USTRANGER" not in known


@pytest.mark.parametrize("sign", ['"', "🌴", "\n", "x"])
async def test_a_button_carries_no_more_than_a_chat_takes(door: PlainDoor, sign: str) -> None:
    asked = {count: await door.type(ANA, f"clockin see you 17:30 {sign * count}x") for count in (10, 400, 900, 1900)}
    carried = {
        count: [length(button.action.pack(button.carries)) for button in buttons(one)] for count, one in asked.items()
    }
    assert carried[10]
    assert not carried[1900]
    assert max(size for sizes in carried.values() for size in sizes) <= 2000


async def test_a_clock_out_on_a_wrong_day_asks_when_they_left(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-20T12:00")  # Friday
    await door.type(ANA, "clockin")
    clock.set("2026-11-23T08:00")
    asked = await door.type(ANA, "clockout yesterday 17:30")
    assert shown(asked)[0] == "When did you leave on Friday? You clocked in at 13:00."
    assert labels(asked)[-1] == "Another time…"
    assert (await state(door, ANA)).startswith("in 13:00")
