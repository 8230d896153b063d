"""Slack gets its acknowledgement well inside 3 seconds, whatever the database or Slack's own API is doing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import pytest

from bot.app import running
from bot.errors import DirectoryUnavailable
from bot.practice.model import Fault
from bot.runtime import tasks
from bot.slack import app as slack
from bot.slack import client, listener
from bot.workspaces import served_workspaces
from tests.conftest import Clock, RunningBot, unlimited
from tests.slack.conftest import People

ANA = "U0ANA"


async def test_a_clock_in_that_waits_for_the_database_is_acknowledged_in_time_and_answered_later(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "ANSWER_WITHIN_SECONDS", 0.2)
    await people.type(ANA, "/attendance")
    with closing(sqlite3.connect(bot.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        delivery = await bot.workspace.command(ANA, "/clockin")
        assert (delivery.status, [message.text for message in delivery.messages]) == (200, ["One moment…"])
        assert delivery.seconds < 1.5
        seen = len(bot.workspace.messages)
        other.execute("ROLLBACK")
    await bot.workspace.until(lambda: len(bot.workspace.messages) > seen)
    assert bot.workspace.last(ANA).text == "✅ *Clocked in at 09:02.*"


async def test_a_form_that_waits_for_the_database_says_so_and_is_updated(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await people.open_form(ANA)
    monkeypatch.setattr(listener, "ANSWER_WITHIN_SECONDS", 0.2)
    with closing(sqlite3.connect(bot.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await people.submit(ANA, view, date="2026-11-20", start="09:00", end="17:00")
        waiting = bot.workspace.open_view(ANA)
        assert waiting is not None
        assert waiting.shown == "Still saving…"
        other.execute("ROLLBACK")
    await bot.workspace.until(lambda: "Record added.* Fri 20 Nov" in waiting.shown)
    assert "Record added.* Fri 20 Nov" in (await people.direct_message(ANA)).shown


async def test_a_database_that_stays_away_is_reported_and_nothing_is_written(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite itself waits 5 seconds for another writer; the person hears of it by then."""
    monkeypatch.setattr(listener, "ANSWER_WITHIN_SECONDS", 0.2)
    await people.type(ANA, "/attendance")
    with closing(sqlite3.connect(bot.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await bot.workspace.command(ANA, "/clockin")
        seen = len(bot.workspace.messages)
        await bot.workspace.until(lambda: len(bot.workspace.messages) > seen, seconds=10)
        other.execute("ROLLBACK")
    assert bot.workspace.last(ANA).text == ("⚠️ The database can't be reached right now. Please try again in a minute.")
    assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:02.*"


async def test_somebody_never_seen_is_asked_to_try_again_while_slack_is_away(bot: RunningBot, people: People) -> None:
    for fault in (Fault(status=500), Fault(error="internal_error")):
        bot.workspace.faults["users.info"] = fault
        delivery = await bot.workspace.command(ANA, "/clockin")
        assert delivery.messages[0].text.startswith("⚠️ The chat isn't answering right now.")
    del bot.workspace.faults["users.info"]
    assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:02.*"


async def test_somebody_never_seen_waits_for_slack_and_is_asked_about_once(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "ANSWER_WITHIN_SECONDS", 0.2)
    bot.workspace.faults["users.info"] = slow = Fault(hold=asyncio.Event())
    assert slow.hold is not None
    await bot.workspace.command(ANA, "/clockin")
    await bot.workspace.command(ANA, "/clockin")
    slow.hold.set()
    told = await bot.workspace.until(lambda: [m.text for m in bot.workspace.visible_to(ANA) if "09:02" in m.text][:2])
    assert told[0] == "✅ *Clocked in at 09:02.*"
    assert [call.method for call in bot.workspace.calls].count("users.info") == 1


@pytest.mark.parametrize("fault", [Fault(error="internal_error"), Fault(status=429, retry_after=60), Fault(delay=60)])
async def test_known_people_never_wait_for_slack(bot: RunningBot, people: People, clock: Clock, fault: Fault) -> None:
    await people.type(ANA, "/attendance")
    bot.workspace.faults["users.info"] = fault
    clock.advance(days=3)
    delivery = await bot.workspace.command(ANA, "/clockin")
    assert delivery.messages[0].text == "✅ *Clocked in at 09:02.*"
    assert delivery.seconds < 1
    await bot.workspace.until(lambda: [call.method for call in bot.workspace.calls].count("users.info") == 2)


async def test_a_clock_in_is_kept_even_if_its_answer_can_not_be_delivered(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    answer = await people.type(ANA, "/clockin")
    bot.workspace.faults["response_url"] = Fault(status=500)
    clock.advance(hours=8)
    button = answer.blocks[-1]["elements"][0]
    delivery = await bot.workspace.press(ANA, answer, button["action_id"], button["value"])
    assert (delivery.status, delivery.body) == (200, "")
    assert (await people.type(ANA, "/attendance")).text.startswith("*You're clocked out*\nToday: 8 h")


async def test_a_form_that_slack_does_not_open_is_answered_with_a_message(bot: RunningBot, people: People) -> None:
    bot.workspace.faults["views.open"] = Fault(error="internal_error")
    told = await people.type(ANA, "/attendance add")
    assert told.text == "⚠️ Slack is having trouble. Please try again in a minute."


async def test_a_form_that_may_have_opened_is_not_reported_as_refused(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.2)
    bot.workspace.faults["views.open"] = Fault(hold=asyncio.Event())
    told = await people.type(ANA, "/attendance add")
    assert told.text == "⚠️ Slack is slow to answer. If nothing opened, please try again in a minute."


async def test_a_slack_that_never_answers_is_given_up_on(
    bot: RunningBot, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a session of its own, slack_sdk ignores its `timeout`."""
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", 0.2)
    bot.workspace.faults["auth.test"] = Fault(hold=asyncio.Event())
    async with client.http_session() as session:
        impatient = client.web_client("xoxb-practice", bot.settings.slack_api_url, session)
        with pytest.raises(DirectoryUnavailable):
            await client.workspace_of(impatient)


async def test_a_role_taken_away_in_slack_counts_as_soon_as_slack_tells(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    ada = bot.workspace.members["U0ADA"]
    await people.type(ANA, "/clockin")
    assert "Ana Silva" in (await people.type("U0ADA", "/attendance report")).text
    user = {"id": ada.id, "team_id": bot.workspace.team_id, "real_name": ada.real_name, "tz": ada.tz, "is_admin": False}
    assert (await bot.workspace.event({"type": "user_change", "user": user})).status == 200
    assert "Ana Silva" not in (await people.type("U0ADA", "/attendance report")).text


async def test_who_still_waits_when_the_bot_ends_is_told_so(
    bot: RunningBot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "ANSWER_WITHIN_SECONDS", 0.2)
    monkeypatch.setattr(tasks, "CLOSE_WITHIN_SECONDS", 0.2)
    bot.workspace.faults["users.info"] = slow = Fault(hold=asyncio.Event())
    assert slow.hold is not None
    async with running(bot.settings, clock=clock, way=unlimited) as address:
        bot.workspace.bot_url = f"{address}/slack/events"
        delivery = await bot.workspace.command(ANA, "/clockin")
        assert [message.text for message in delivery.messages] == ["One moment…"]
    slow.hold.set()
    assert bot.workspace.last(ANA).text == (
        "⚠️ I was restarted while I was working on this. Check whether it was done before you try again."
    )


@asynccontextmanager
async def restarted_while_auth_test_hangs(
    bot: RunningBot, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[asyncio.Event]:
    """The bot once more, on the same ledger; Slack answers when the event is set."""
    monkeypatch.setattr(slack, "PATIENCE_SECONDS", 0.1)
    answers = asyncio.Event()
    bot.workspace.faults["auth.test"] = Fault(hold=answers)
    bot.workspace.calls.clear()
    async with running(bot.settings, clock=clock, way=unlimited) as address:
        bot.workspace.bot_url = f"{address}/slack/events"
        yield answers
        answers.set()


def times_asked(bot: RunningBot) -> int:
    return sum(call.method == "auth.test" for call in bot.workspace.calls)


async def asked_again(bot: RunningBot, times: int = 2) -> None:
    """Waits until the bot has asked so often, which is up to it."""
    async with asyncio.timeout(5):
        while times_asked(bot) < times:
            assert (await bot.workspace.command(ANA, "/attendance")).seconds < 1


async def test_after_a_restart_the_remembered_workspace_serves_while_slack_is_away(
    bot: RunningBot, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.type(ANA, "/attendance")
    async with restarted_while_auth_test_hangs(bot, clock, monkeypatch) as answers:
        for command in ("/clockin", "/clockout", "/attendance"):
            delivery = await bot.workspace.command(ANA, command)
            assert (delivery.status, len(delivery.messages)) == (200, 1)
            assert delivery.seconds < 1
        assert times_asked(bot) == 1  # at the start, not on each request
        await people.open_form(ANA)
        answers.set()


async def test_while_slack_is_away_it_is_asked_again_once_at_a_time(
    bot: RunningBot, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.type(ANA, "/attendance")
    monkeypatch.setattr(served_workspaces, "ASK_AGAIN_SECONDS", 0.01)
    async with restarted_while_auth_test_hangs(bot, clock, monkeypatch) as answers:
        await asked_again(bot)
        for _ in range(3):
            assert (await bot.workspace.command(ANA, "/attendance")).seconds < 1
        assert times_asked(bot) == 2, "not once more before that one is answered"
        answers.set()


async def test_an_unknown_workspace_is_asked_for_until_slack_answers(
    bot: RunningBot, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = bot.settings.model_copy(update={"database_url": f"sqlite:///{bot.database_path.parent}/new.db"})
    fresh = RunningBot(bot.address, bot.workspace, bot.database_path, settings)
    async with restarted_while_auth_test_hangs(fresh, clock, monkeypatch) as answers:
        delivery = await bot.workspace.command(ANA, "/clockin")
        assert delivery.seconds < 2
        assert delivery.messages[0].text.startswith("⚠️ The chat isn't answering right now.")
        answers.set()
        assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:02.*"
        asked = times_asked(bot)
        clock.advance(hours=1)
        assert (await people.type(ANA, "/clockout")).text.startswith("✅ *Clocked out at 10:02")
        assert times_asked(bot) == asked


@pytest.mark.parametrize("fault", [Fault(status=500), Fault(error="internal_error"), Fault(error="invalid_auth")])
async def test_an_odd_answer_from_slack_stops_nobody(
    bot: RunningBot, people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    """A token can be refused while the bot runs. Known people are still served."""
    await people.type(ANA, "/attendance")
    monkeypatch.setattr(served_workspaces, "ASK_AGAIN_SECONDS", 0.01)
    async with restarted_while_auth_test_hangs(bot, clock, monkeypatch) as answers:
        bot.workspace.faults["auth.test"] = fault
        answers.set()
        clock.advance(minutes=2)
        assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:04.*"
        await asked_again(bot, times=4)
        clock.advance(minutes=2)
        assert (await people.type(ANA, "/attendance")).text.startswith("*You've been clocked in since 09:04")
