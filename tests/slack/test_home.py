"""The Home tab: drawn when it is opened, after a press, and after changes made elsewhere."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta

import pytest

from bot.attendance import recording
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.runtime import outbox_sender
from bot.runtime.services import Services
from storage.database import open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, change_settings, view_labels
from tests.slack.test_reporting import work
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


async def test_it_shows_state_and_week_with_the_buttons_that_fit(people: People, clock: Clock) -> None:
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T11:00")
    clock.set("2026-11-24T08:02")
    await people.type(ANA, "/clockin")

    home = await people.open_home(ANA)

    assert "You've been clocked in since 09:02" in home.shown
    assert "Mon 23 Nov · 09:00 – 12:00 · 3 h" in home.shown
    assert "Tue 24 Nov · 09:02 – now · 0 min" in home.shown
    assert view_labels(home)[:4] == ["Clock out", "Start a break", "Undo", "Add a record"]
    (chart,) = [block for block in home.blocks if block["type"] == "data_visualization"]
    (series,) = chart["chart"]["series"]
    labelled = [(point["label"], point["value"]) for point in series["data"][:2]]
    assert labelled == [("Mon 23 Nov · 3 h", 3.0), ("Tue 24 Nov · 0 min", 0.0)]


async def test_a_press_on_it_is_answered_in_place(people: People, clock: Clock) -> None:
    home = await people.open_home(ANA)
    assert "You haven't clocked in today" in home.shown

    home = await people.press_home(ANA, "Clock in")
    assert "✅ *Clocked in at 09:02.*" in home.shown
    clock.advance(hours=2)
    home = await people.press_home(ANA, "Clock out")

    assert "✅ *Clocked out at 11:02.* Today: 2 h." in home.shown
    assert view_labels(home)[:3] == ["Clock in", "Undo", "Add a record"]


async def test_a_break_is_started_and_ended_on_it(people: People, clock: Clock) -> None:
    await people.open_home(ANA)
    await people.press_home(ANA, "Clock in")
    clock.advance(hours=3)

    home = await people.press_home(ANA, "Start a break")
    assert "✅ *Break started at 12:02.*" in home.shown
    assert "You've been on a break since 12:02" in home.shown
    assert view_labels(home)[:4] == ["Back", "I'm done for today", "Undo", "Add a record"]
    clock.advance(minutes=30)
    home = await people.press_home(ANA, "Back")

    assert "✅ *Back at 12:32.*" in home.shown
    assert "You've been clocked in since 12:32" in home.shown


async def test_a_finding_stands_on_it_until_it_is_answered(bot: RunningBot, people: People, clock: Clock) -> None:
    await change_settings(bot, clock, country="DE")
    await people.open_home(ANA)
    clock.set("2026-11-23T07:00")
    await people.press_home(ANA, "Clock in")
    clock.set("2026-11-23T16:20")

    home = await people.press_home(ANA, "Clock out")
    found = "9\xa0h 20\xa0min worked, 0 of 45\xa0min break (ArbZG §4 s. 1)."
    assert home.shown.count(found) == 1
    assert view_labels(home)[:5] == ["Clock in", "Undo", "Add a record", "Add a break", "I had none: why"]
    before = (await people.press_home(ANA, "I had none: why", follows=False)).hash
    view = people.workspace.open_view(ANA)
    assert view is not None
    told = await people.finish(ANA, view, why="alarm")

    assert told.shown.startswith("✅ *Noted.*")
    await people.workspace.until(lambda: people.workspace.homes[ANA].hash != before)
    assert "ArbZG" not in people.workspace.homes[ANA].shown


async def test_a_press_on_a_stale_tab_says_the_current_state_and_redraws_it(people: People, clock: Clock) -> None:
    await people.open_home(ANA)
    stale = deepcopy(people.workspace.homes[ANA])
    await people.type(ANA, "/clockin")
    await people.workspace.until(lambda: people.workspace.homes[ANA].hash != stale.hash)  # of the clock-in
    clock.advance(minutes=5)

    home = await people.press_home(ANA, "Clock in", shown=stale)

    assert "⚠️ You're already clocked in (since 09:02)." in home.shown
    assert view_labels(home)[:4] == ["Clock out", "Start a break", "Undo", "Add a record"]


async def test_add_a_record_opens_the_form(people: People) -> None:
    await people.open_home(ANA)

    await people.press_home(ANA, "Add a record", follows=False)

    view = people.workspace.open_view(ANA)
    assert view is not None
    assert view.callback_id == "add_record.save"


async def test_it_is_redrawn_wherever_the_change_was_made(people: People, bot: RunningBot, clock: Clock) -> None:
    await people.type(ANA, "/attendance")
    home = await people.open_home(ANA)
    before = home.hash
    database = await open_database(bot.settings.database_url, clock=clock)
    await recording.clock_in(
        Services(database, NobodyElse()), Caller(WORKSPACE, ANA, Via.API, Role.EMPLOYEE), ANA, comment="by a terminal"
    )
    await database.close()

    await people.workspace.until(lambda: people.workspace.homes[ANA].hash != before)

    assert "You've been clocked in since 09:02" in people.workspace.homes[ANA].shown


async def test_it_is_not_drawn_for_people_who_never_opened_it(people: People, bot: RunningBot) -> None:
    await people.type(ANA, "/clockin")
    await people.type(ANA, "/clockout")

    assert [call for call in bot.workspace.calls if call.method == "views.publish"] == []


async def test_managers_see_who_is_in_and_it_follows_within_a_minute(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    home = await people.open_home(MARCO)
    assert "Nobody is in" in home.shown

    await people.type(ANA, "/clockin in hq")
    await people.type(BEN, "/clockin")
    clock.advance(minutes=1)
    await people.workspace.until(lambda: "2 people are in" in people.workspace.homes[MARCO].shown)

    shown = people.workspace.homes[MARCO].shown
    assert "*Berlin Mitte* · 1\n<@U0ANA> since 09:02 · Support" in shown
    assert "*No office* · 1\n<@U0BEN> since 09:02 · Support" in shown
    publishes = [call for call in bot.workspace.calls if call.method == "views.publish"]
    assert len(publishes) == 2  # when it was opened, and once for both


async def test_a_break_that_nobody_ended_for_six_hours_leaves_a_managers_tab(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await people.open_home(MARCO)
    await people.type(ANA, "/clockin")
    clock.advance(hours=1)
    await people.type(ANA, "/break")
    clock.advance(minutes=1)
    await people.workspace.until(lambda: "on a break since 10:02" in people.workspace.homes[MARCO].shown)

    clock.advance(hours=6)

    await people.workspace.until(lambda: "on a break" not in people.workspace.homes[MARCO].shown)


async def test_a_manager_whom_slack_refuses_keeps_nobody_elses_tab_from_being_drawn(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await people.open_home(ADA)
    await people.open_home(MARCO)
    del bot.workspace.members[ADA]

    await people.type(ANA, "/clockin")
    clock.advance(minutes=1)

    await people.workspace.until(lambda: "<@U0ANA> since 09:02" in people.workspace.homes[MARCO].shown)


@pytest.mark.parametrize("fault", [Fault(status=500, times=1), Fault(status=429, retry_after=0, times=2)])
async def test_a_tab_that_slack_does_not_take_is_drawn_by_the_outbox_later(
    people: People, bot: RunningBot, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(outbox_sender, "FIRST_PAUSE", timedelta())
    await people.open_home(ANA)
    bot.workspace.faults["views.publish"] = fault

    await people.type(ANA, "/clockin")

    await people.workspace.until(lambda: "You've been clocked in since" in people.workspace.homes[ANA].shown)


@pytest.mark.parametrize("fault", [Fault(status=500, times=1), Fault(status=429, retry_after=0, times=2)])
async def test_a_press_that_slack_does_not_let_it_answer_shows_later(
    people: People, bot: RunningBot, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    monkeypatch.setattr(outbox_sender, "FIRST_PAUSE", timedelta())
    await people.open_home(ANA)
    bot.workspace.faults["views.publish"] = fault

    await people.press_home(ANA, "Clock in", follows=False)

    await people.workspace.until(lambda: "You've been clocked in since" in people.workspace.homes[ANA].shown)


async def test_opening_it_while_slack_does_not_take_it_does_no_harm(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["views.publish"] = Fault(status=500)

    delivery = await bot.workspace.open_home(ANA)

    assert delivery is not None
    assert delivery.status == 200


async def test_an_event_that_slack_repeats_does_no_harm(people: People, bot: RunningBot) -> None:
    event = {"type": "app_home_opened", "user": ADA, "channel": bot.workspace.direct(ADA), "tab": "home"}
    for retry in (0, 1, 2):
        delivery = await bot.workspace.event(event, event_id="Ev1", retry=retry)
        assert delivery.status == 200

    assert "Nobody is in" in bot.workspace.homes[ADA].shown


async def test_a_shortcut_answers_in_a_direct_message(people: People) -> None:
    await people.open_home(ANA)
    home = await people.press_home(ANA, "Report")
    assert "I've sent it to you as a direct message." in home.shown
    assert "Ana" in (await people.direct_message(ANA)).text
