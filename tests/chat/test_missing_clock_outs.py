"""A missing clock-out is asked about with likely times, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.attendance import missing_clock_outs
from bot.calendar.working_hours import parse_working_hours
from bot.chat import clock_buttons, leaving
from bot.chat.plain import plain
from bot.chat.routing import Action
from bot.chat.views import Message, Outcome, Text, TextField
from bot.errors import Forbidden
from bot.notifications import reminders
from bot.people.teams_and_offices import set_office
from bot.permissions import Caller, Via
from bot.wording import Reader
from bot.workspaces import workspace_settings
from storage import erasing
from storage.errors import Refusal
from tests.builders import ADMIN, workplace
from tests.chat.conftest import ANA, BEN, MARCO, PlainDoor, buttons, form_in, labels, shown, work
from tests.chat.test_add_record import questions
from tests.chat.test_notices import notice, waiting
from tests.conftest import WORKSPACE, Clock

QUESTION = "When did you leave on Tuesday? You clocked in at 09:00."
WORKING_HOURS = parse_working_hours("mon-fri 09:00-17:00")


async def forget(door: PlainDoor, clock: Clock) -> None:
    """Ana leaves at half past four on Monday, and forgets to say so on Tuesday; it is Wednesday morning now."""
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T15:30")
    clock.set("2026-11-24T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-25T07:55")


async def asked_by_itself(door: PlainDoor) -> Message:
    """What the bot asks Ana without being spoken to."""
    await reminders.queue_due_reminders(door.services, WORKSPACE)
    (told,) = [message for message in await waiting(door.services) if message.recipient == ANA]
    asked = await notice(door.services, told)
    assert asked is not None
    return asked


async def test_clocking_in_on_another_day_asks_for_yesterdays_end_first(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)

    asked = await door.type(ANA, "clockin")
    assert shown(asked) == [QUESTION, "That clock-out comes first. After that you can clock in."]
    assert labels(asked) == ["16:30 (7 h 30 min)", "Another time…"]
    answered = await door.press(ANA, asked, "16:30 (7 h 30 min)")

    assert shown(answered) == ["✅ Clocked out on Tue 24 Nov at 16:30. That day: 7 h 30 min."]
    assert isinstance(answered, Message)
    assert answered.replaces
    assert shown(await door.press(ANA, answered, "Clock in")) == ["✅ Clocked in at 08:55."]


@pytest.mark.parametrize("how", ["button", "form", "typed", "said", "asked unasked"])
async def test_a_clock_in_that_waits_for_yesterdays_end_keeps_its_time_office_and_comment(
    team: PlainDoor, clock: Clock, how: str
) -> None:
    await forget(team, clock)
    unasked = await asked_by_itself(team) if how == "asked unasked" else None
    typed = await team.say(ANA, 'in hq at 8:30 because train, "again"')
    assert shown(typed) == [QUESTION, "That clock-out comes first. After that you can clock in at 08:30."]
    await team.type(ANA, "clockin")  # loses nothing

    if how in ("form", "asked unasked"):
        opened = (unasked, "I left at…") if unasked else (typed, "Another time…")
        form = form_in(await team.press(ANA, *opened))
        answered: Outcome = await team.send(ANA, form, at="16:30")
    elif how == "typed":
        answered = await team.type(ANA, "clockout at 16:30")
    elif how == "said":
        answered = await team.say(ANA, "out yesterday 16:30")
    else:
        answered = await team.press(ANA, typed, labels(typed)[0])
    assert labels(answered) == ["Clock in at 08:30", "Undo"]
    clock.advance(minutes=5)
    came = await team.press(ANA, answered, "Clock in at 08:30")

    assert shown(came) == ['✅ Clocked in at 08:30. Office: Berlin Mitte. "train, "again""']


@pytest.mark.parametrize(
    ("typed", "time", "done"),
    [
        ("10 min ago", "08:45", "✅ Clocked in at 08:45."),
        ("in hq", "", "✅ Clocked in at 09:02. Office: Berlin Mitte."),
        ('"at last"', "", '✅ Clocked in at 09:02. "at last"'),
        ("at 8:30+01:00 it's me", "08:30", '✅ Clocked in at 08:30. "it\'s me"'),
    ],
)
async def test_whatever_was_typed_waits(team: PlainDoor, clock: Clock, typed: str, time: str, done: str) -> None:
    await forget(team, clock)
    await team.type(ANA, f"clockin {typed}")
    answered = await team.type(ANA, "clockout 16:30")
    clock.advance(minutes=7)
    came = await team.press(ANA, answered, f"Clock in at {time}" if time else "Clock in")
    assert shown(came) == [done]


async def test_a_reading_that_was_chosen_waits_too(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    asked = await door.press(ANA, await door.type(ANA, "clockin since 8:30"), "Clock in at 08:30")
    answered = await door.press(ANA, asked, labels(asked)[0])
    assert shown(await door.press(ANA, answered, "Clock in at 08:30")) == ["✅ Clocked in at 08:30."]


async def test_a_manager_clocks_them_in_after_the_clock_out(team: PlainDoor, clock: Clock) -> None:
    await forget(team, clock)
    asked = await team.type(MARCO, f"clockin <@{ANA}> at 8:30 the train")
    assert shown(asked)[-1] == "That clock-out comes first. After that you can clock them in."
    hers = await team.type(ANA, "clockout 16:30")
    assert labels(hers) == ["Clock in", "Undo"]
    await team.press(ANA, hers, "Undo")
    answered = await team.type(MARCO, f"clockout <@{ANA}> 16:30")
    came = await team.press(MARCO, answered, "Clock them in at 08:30")
    assert shown(came)[0] == '✅ Clocked @U0ANA in at 08:30. "the train"'


async def test_a_clock_in_that_waited_too_long_is_not_offered(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    await door.type(ANA, "clockin at 8:30")
    answered = await door.type(ANA, "clockout 16:30")
    clock.advance(hours=17)
    told = await door.press(ANA, answered, "Clock in at 08:30")
    assert shown(told) == ["That was a while ago. Type it again."]


async def test_what_was_typed_is_erased_with_the_person(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    await door.type(ANA, "clockin at 8:30 ill")
    await door.services.database.write(lambda tx: erasing.erase_person(tx.connection, WORKSPACE, ANA, tx.now))
    answered = await door.type(ANA, "clockout 16:30")
    assert labels(answered) == ["Clock in", "Undo"]


async def test_a_second_clock_in_on_the_same_day_is_answered_with_the_first(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=9)
    assert await door.refusal(ANA, door.type(ANA, "clockin")) == "⚠️ You're already clocked in (since 09:02)."


async def test_the_end_of_the_working_hours_is_likely_too(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    await workspace_settings.change(door.services, ADMIN, working_hours=WORKING_HOURS)
    assert labels(await door.type(ANA, "clockin")) == ["16:30 (7 h 30 min)", "17:00 (8 h)", "Another time…"]


@pytest.mark.parametrize(
    ("came", "offered"),
    [
        ("2026-11-24T16:05", ["18:00 (55 min)"]),
        ("2026-11-24T16:56", []),
        ("2026-11-24T03:59", ["08:00 (3 h 1 min)", "17:00 (12 h 1 min)"]),
        ("2026-11-24T21:00", ["08:00 the next day (10 h)"]),
    ],
)
async def test_only_usual_lengths_are_offered(door: PlainDoor, clock: Clock, came: str, offered: list[str]) -> None:
    for start, end in (
        ("2026-11-18T08:00", "2026-11-18T16:00"),
        ("2026-11-19T08:00", "2026-11-19T17:00"),
        ("2026-11-20T21:00", "2026-11-21T07:00"),
    ):
        await work(door, clock, ANA, start, end)
    clock.set(came)
    await door.type(ANA, "clockin")
    clock.advance(hours=25)

    assert labels(await door.type(ANA, "clockin")) == [*offered, "Another time…"]


async def test_another_time_opens_a_form_that_writes_it(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    form = form_in(await door.press(ANA, await door.type(ANA, "clockin"), "Another time…"))
    assert [plain(piece.text) for piece in form.body if isinstance(piece, Text)] == [QUESTION]

    told = await door.send(ANA, form, at="18:15", comment="dentist <!here>")

    assert shown(told) == ['✅ Clocked out on Tue 24 Nov at 18:15. That day: 9 h 15 min. "dentist <!here>"']
    assert labels(told) == ["Clock in", "Undo"]


async def test_the_form_reads_the_time_in_the_zone_that_it_shows(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    await workplace(door.services.database, {ANA: "America/New_York"})
    form = form_in(await door.press(ANA, await door.type(ANA, "clockin"), "Another time…"))

    told = await door.send(ANA, form, at="17:30")

    assert shown(told)[0].startswith("✅ Clocked out on Tue 24 Nov at 11:30. That day: 8 h 30 min.")


async def test_about_another_person_the_form_does_not_ask_when_you_left(team: PlainDoor, clock: Clock) -> None:
    await forget(team, clock)
    clock.advance(hours=2)

    form = form_in(await team.press(MARCO, await team.type(MARCO, f"clockout <@{ANA}>"), "Another time…"))

    assert form.title == "When did they leave?"
    assert [piece.label for piece in form.body if isinstance(piece, TextField)] == ["They left at", "Comment"]


@pytest.mark.parametrize(("ask_after", "again"), [(timedelta(hours=8), " I'll ask again later."), (None, "")])
async def test_only_where_it_asks_again_the_bot_says_so(
    door: PlainDoor, clock: Clock, ask_after: timedelta | None, again: str
) -> None:
    await door.type(ANA, "clockin")
    await workspace_settings.change(
        door.services, ADMIN, ask_after=ask_after, reminders=True, working_hours=WORKING_HOURS
    )
    clock.set("2026-11-23T16:12")

    told = await door.press(ANA, await asked_by_itself(door), "Still here")

    assert shown(told) == [f"OK, you're still clocked in (since 09:02).{again}"]


async def test_still_here_in_another_zone_names_it_without_brackets_in_brackets(team: PlainDoor, clock: Clock) -> None:
    await set_office(team.services, ADMIN, "ny", "New York", "America/New_York")
    await team.type(ANA, "clockin in ny")
    await workspace_settings.change(team.services, ADMIN, reminders=True, working_hours=WORKING_HOURS)
    clock.set("2026-11-23T19:00")

    told = await team.press(ANA, await asked_by_itself(team), "Still here")

    assert shown(told)[0].startswith("OK, you're still clocked in (since 03:02, New York).")


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("late", 'I couldn\'t read "late" as a time.'),
        ("08:58", "hasn't happened yet"),
        ("x" * 20, "as a time."),
    ],
)
async def test_a_mistake_is_shown_at_its_field_and_writes_nothing(
    door: PlainDoor, clock: Clock, typed: str, error: str
) -> None:
    await forget(door, clock)
    form = form_in(await door.press(ANA, await door.type(ANA, "clockin"), "Another time…"))

    field, said = await door.refused(ANA, form, at=typed)

    assert field == "at"
    assert error in said
    assert shown(await door.type(ANA, "clockin"))[0] == QUESTION


async def test_a_time_that_came_twice_is_asked_about(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-10-24T20:00")  # in the night after, Berlin's clocks go back from 03:00 to 02:00
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T09:00")
    form = form_in(await door.press(ANA, await door.type(ANA, "clockin"), "Another time…"))

    assert "02:30 came twice" in (await door.refused(ANA, form, at="02:30"))[1]
    assert "Sat 24 Oct: 5 h 30 min." in shown(await door.send(ANA, form, at="02:30+01:00"))[0]


async def test_answering_twice_writes_once_and_says_so(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    asked = await door.type(ANA, "clockin")
    form = form_in(await door.press(ANA, asked, "Another time…"))
    await door.press(ANA, asked, "16:30 (7 h 30 min)")

    settled = "⚠️ You're not clocked in. Your last clock-out: Tue 24 Nov, 16:30."
    for stale in ("16:30 (7 h 30 min)", "Another time…"):
        assert (await door.refusal(ANA, door.press(ANA, asked, stale))).startswith(settled)
    field, said = await door.refused(ANA, form, at="17:30")
    assert field == "at"
    assert f"⚠️ {said}".startswith(settled)


async def test_a_stale_answer_ends_no_other_clock_in(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    asked = await door.type(ANA, "clockin")
    likely = buttons(asked)[0]
    await door.press(ANA, asked, "16:30 (7 h 30 min)")
    await door.type(ANA, "clockin")
    clock.advance(hours=1)

    packed = likely.action.pack(replace(likely.carries, at=clock.now))
    told = await door.refusal(ANA, door.press_forged(ANA, likely.action.name, packed))

    assert told == "⚠️ That record has ended, and you're clocked in again (since 08:55)."
    assert await door.refusal(ANA, door.type(ANA, "clockin")) == "⚠️ You're already clocked in (since 08:55)."


async def test_a_manager_answers_for_the_team_and_nobody_else_does(team: PlainDoor, clock: Clock) -> None:
    await forget(team, clock)
    clock.advance(hours=2)
    asked = await team.type(MARCO, f"clockout <@{ANA}>")
    assert shown(asked)[0].startswith("When did @U0ANA leave on Tuesday?")
    likely = buttons(asked)[0].carries
    open_one = clock_buttons.ClockIn(likely.user_id, likely.event_id)
    pressed: list[tuple[Action, object]] = [(leaving.left_at_likely, likely)]
    pressed += [(action, open_one) for action in (leaving.still_here, leaving.left_at, clock_buttons.press_clock_out)]
    for action, carried in pressed:
        with pytest.raises(Forbidden):
            await team.press_forged(BEN, action.name, action.pack(carried))

    answered = await team.press(MARCO, asked, "16:30 (7 h 30 min)")

    assert shown(answered)[0].startswith("✅ Clocked @U0ANA out on Tue 24 Nov at 16:30.")
    assert labels(answered) == ["Undo"]


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "x",
        "[" * 1900,
        "{}",
        '{"user_id": "U0ANA", "event_id": "e1"}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": 1e30}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": "2026-11-23T09:00:00"}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": "9999-12-31T23:59:59Z"}',
        '{"user_id": ["U0ANA"], "event_id": null}',
    ],
)
@pytest.mark.parametrize("action", [leaving.still_here, leaving.left_at, leaving.left_at_likely])
async def test_a_forged_button_is_refused(door: PlainDoor, action: Action, packed: str) -> None:
    await door.type(ANA, "clockin")
    with pytest.raises(Refusal):
        await door.press_forged(ANA, action.name, packed)


async def test_a_night_shift_is_not_another_day_past_midnight(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")  # 22:00 in Berlin
    await door.type(ANA, "clockin")
    clock.set("2026-11-23T23:30")

    home = await door.home(ANA)
    assert "When did you leave" not in str(shown(home))
    assert labels(home)[:3] == ["Clock out", "Start a break", "Add a record"]
    told = await door.refusal(ANA, door.type(ANA, "clockin"))
    assert told == "⚠️ You're already clocked in (since Mon 23 Nov, 22:00)."


async def test_within_the_working_hours_a_long_night_shift_is_not_another_day(door: PlainDoor, clock: Clock) -> None:
    hours = parse_working_hours("mon 20:00-08:00")
    await workspace_settings.change(door.services, ADMIN, ask_after=timedelta(hours=4), working_hours=hours)
    clock.set("2026-11-23T19:00")
    await door.type(ANA, "clockin")

    clock.set("2026-11-24T06:59")
    assert (await door.refusal(ANA, door.type(ANA, "clockin"))).startswith("⚠️ You're already clocked in")
    clock.set("2026-11-24T07:00")
    assert shown(await door.type(ANA, "clockin"))[0].startswith("When did you leave on Monday?")


async def test_until_24_hours_have_passed_clocking_out_stays_possible(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:05")

    asked = await asked_by_itself(door)
    assert shown(asked) == ["Still working? You've been clocked in since Mon 23 Nov, 22:00."]
    assert labels(asked) == ["Still here", "I left at…", "Clock out now"]
    home = await door.home(ANA)
    assert "is missing" not in str(shown(home))
    assert "Clock out" in labels(home)


@pytest.mark.parametrize("typed", ["clockout", "clockout at 07:30", "in the old message"])
async def test_whatever_ends_a_record_of_an_earlier_day_asks_when_that_was(
    door: PlainDoor, clock: Clock, typed: str
) -> None:
    clock.set("2026-11-23T07:00")
    came = await door.type(ANA, "clockin")
    clock.set("2026-11-24T06:30")

    asked = await door.press(ANA, came, "Clock out") if typed.startswith("in ") else await door.type(ANA, typed)

    assert shown(asked) == ["When did you leave on Monday? You clocked in at 08:00."]


@pytest.mark.parametrize("opened_by", ["Another time…", "Set clock-out time"])
async def test_an_unusual_length_is_asked_about_before_it_is_written(
    team: PlainDoor, clock: Clock, opened_by: str
) -> None:
    clock.set("2026-11-23T08:02")
    await team.type(ANA, "clockin")
    clock.set("2026-11-24T08:30")
    if opened_by == "Another time…":
        who, asked = ANA, await team.type(ANA, "clockout")
    else:
        who, asked = MARCO, await team.type(MARCO, "who")
    form = form_in(await team.press(who, asked, opened_by))

    form = form_in(await team.sent(who, form, at="08:00", comment="late shift"))
    ((label, options),) = questions(form).items()
    assert label == "That's unusual. Is it right?"
    assert list(options.values()) == ["Yes, it was 22 h 58 min long"]
    assert "08:00" not in str(shown(await team.type(ANA, "events")))

    form = form_in(await team.sent(who, form, at="08:10", sure=list(options)))
    ((_, options),) = questions(form).items()
    assert list(options.values()) == ["Yes, it was 23 h 8 min long"]

    told = shown(await team.send(who, form, sure=list(options)))[0]
    whom = "" if who == ANA else " @U0ANA"
    assert told == f'✅ Clocked{whom} out on Tue 24 Nov at 08:10. Mon 23 Nov: 23 h 8 min. "late shift"'


@pytest.mark.parametrize("how", ["clockout", "clockout 5 min ago", "press"])
async def test_night_workers_are_asked_about_a_shift_too_long_to_be_running(
    door: PlainDoor, clock: Clock, how: str
) -> None:
    await workspace_settings.change(door.services, ADMIN, working_hours=parse_working_hours("mon-fri 20:00-06:00"))
    clock.set("2026-11-23T16:00")
    came = await door.type(ANA, "clockin")
    clock.set("2026-11-24T15:40")

    asked = await door.press(ANA, came, "Clock out") if how == "press" else await door.type(ANA, how)

    assert shown(asked) == ["When did you leave on Monday? You clocked in at 17:00."]


async def test_a_direct_message_and_the_question_of_the_evening_before_ask_too(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T07:00")
    await door.type(ANA, "clockin")
    asked_of = await missing_clock_outs.question(door.services, Caller(WORKSPACE, ANA, Via.SLACK), ANA)
    evening = leaving.still_working(asked_of, Reader(ANA, clock.now))
    clock.set("2026-11-24T06:30")

    assert shown(await door.say(ANA, "out"))[0].startswith("When did you leave on Monday?")
    asked = await door.press(ANA, evening, "Clock out now")
    assert shown(asked)[0].startswith("When did you leave on Monday?")


async def test_a_shift_that_can_still_be_running_ends_unasked(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T16:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:59")
    assert "Mon 23 Nov: 15 h 59 min." in shown(await door.type(ANA, "clockout"))[0]


async def test_a_form_says_how_to_type_a_time_without_commands(door: PlainDoor, clock: Clock) -> None:
    await forget(door, clock)
    form = form_in(await door.press(ANA, await door.type(ANA, "clockin"), "Another time…"))

    assert await door.refused(ANA, form, at="25:00") == (
        "at",
        'I couldn\'t read "25:00" as a time. Try "8:30".',
    )
