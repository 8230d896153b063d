"""The bot's own questions are updated in place when they are answered elsewhere."""

from __future__ import annotations

import asyncio

import pytest

from bot.calendar.working_hours import parse_working_hours
from bot.notifications import reminders
from bot.practice.model import GENERAL, Call, Fault, Message
from storage import prompts
from storage.errors import Unavailable
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, change_settings, delete_first, labels
from tests.slack.test_admin_forms import ledger
from tests.slack.test_direct_messages import say
from tests.slack.test_walk import ADA, ANA, MARCO, set_the_scene

HOURS = parse_working_hours("mon-fri 09:00-17:00")
MISSING = "didn't clock out"


@pytest.fixture
async def scene(bot: RunningBot, people: People, clock: Clock) -> People:
    await set_the_scene(bot, people, clock)
    await change_settings(bot, clock, working_hours=HOURS, reminders=True)
    return people


async def look(bot: RunningBot, clock: Clock) -> None:
    """Queues due messages like the background job."""
    async with ledger(bot, clock) as services:
        await reminders.queue_due_reminders(services, WORKSPACE)


async def reminded(bot: RunningBot, scene: People, clock: Clock) -> Message:
    """It is 09:10 in Berlin, and Ana hasn't come."""
    clock.set("2026-11-24T08:10")
    await look(bot, clock)
    return await scene.direct_message(ANA, "You haven't clocked in yet.")


async def asked(bot: RunningBot, scene: People, clock: Clock) -> tuple[Message, Message]:
    """Ana forgot to clock out a day ago: what she and her manager are asked."""
    await scene.type(ANA, "/clockin")
    clock.advance(hours=25)
    await look(bot, clock)
    return await scene.direct_message(ANA, "When did you leave"), await scene.direct_message(MARCO, MISSING)


async def test_a_reminder_says_when_the_person_clocked_in(bot: RunningBot, scene: People, clock: Clock) -> None:
    reminder = await reminded(bot, scene, clock)
    assert reminder.text == "Good morning! You haven't clocked in yet."
    assert labels(reminder) == ["Clock in", "Not today", "Turn off reminders"]

    await scene.type(ANA, "/clockin at 9:05")

    await scene.workspace.until(lambda: reminder.text == "✅ *You clocked in at 09:05.*")
    assert labels(reminder) == []
    await delete_first(scene, ADA)
    await scene.workspace.until(lambda: reminder.text == "Good morning! You haven't clocked in yet.")


@pytest.mark.parametrize("way", ["home", "command", "done"])
async def test_a_question_whether_somebody_is_back_says_what_holds_once_they_are(
    bot: RunningBot, scene: People, clock: Clock, way: str
) -> None:
    clock.set("2026-11-24T08:00")
    await scene.type(ANA, "/clockin")
    clock.set("2026-11-24T11:00")
    await scene.open_home(ANA)
    await scene.press_home(ANA, "Start a break")
    clock.set("2026-11-24T16:10")
    await look(bot, clock)
    question = await scene.direct_message(ANA, "Back?")
    assert question.text == "Back? You've been on a break since 12:00."
    clock.advance(minutes=5)

    if way == "command":
        await scene.type(ANA, "/clockin")
    else:
        await scene.press_home(ANA, {"home": "Back", "done": "I'm done for today"}[way])

    now = "✅ You're clocked out." if way == "done" else "✅ You've been clocked in since 17:15."
    await scene.workspace.until(lambda: question.text == now)
    assert labels(question) == []


@pytest.mark.parametrize("way", ["command", "form", "manager"])
async def test_a_question_about_a_missing_clock_out_says_what_was_answered(
    bot: RunningBot, scene: People, clock: Clock, way: str
) -> None:
    question, notice = await asked(bot, scene, clock)
    if way == "form":
        view = await scene.press_for_form(ANA, question, "Another time…")
        await scene.submit(ANA, view, at="17:30")
    else:
        await scene.type(*{"command": (ANA, "/clockout at 17:30"), "manager": (MARCO, "/clockout @ana at 17:30")}[way])

    record = "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min."
    by_ana, by_marco = f"✅ *You clocked out:* {record}", f"✅ *<@{MARCO}> clocked you out:* {record}"
    await scene.workspace.until(lambda: question.text == (by_marco if way == "manager" else by_ana))
    of_ana = f"✅ *<@{ANA}> set their own clock-out:* {record}"
    of_marco = f"✅ *You set the clock-out of <@{ANA}>:* {record}"
    await scene.workspace.until(lambda: notice.text == (of_marco if way == "manager" else of_ana))
    assert labels(question) == labels(notice) == []


@pytest.mark.parametrize("how", ["/clockout", "/clockin at 8:30", "out"])
async def test_the_answer_by_form_replaces_the_question(scene: People, clock: Clock, how: str) -> None:
    await scene.type(ANA, "/clockin")
    clock.advance(hours=25)
    asked = await scene.type(ANA, how) if how.startswith("/") else await say(scene, ANA, how)
    before = len(scene.workspace.visible_to(ANA, scene.workspace.direct(ANA)))
    view = await scene.press_for_form(ANA, asked, "Another time…")
    await scene.submit(ANA, view, at="08:30")  # asks about an odd length first
    view = scene.workspace.open_view(ANA) or view
    await scene.submit(ANA, view, at="17:30")

    await scene.workspace.until(lambda: asked.text.startswith("✅ *Clocked out on Mon 23 Nov at 17:30.*"))
    assert labels(asked) == (["Clock in at 08:30", "Undo"] if "8:30" in how else ["Clock in", "Undo"])
    assert len(scene.workspace.visible_to(ANA, scene.workspace.direct(ANA))) == before


async def test_a_list_stays_when_one_of_its_missing_clock_outs_is_set(scene: People, clock: Clock) -> None:
    await scene.type(ANA, "/clockin")
    clock.advance(hours=25)
    listed = await scene.type(MARCO, "/attendance who")
    before = listed.text
    view = await scene.press_for_form(MARCO, listed, "Set clock-out time")
    told = await scene.finish(MARCO, view, at="17:30")
    assert told.text.startswith(f"✅ *Clocked <@{ANA}> out on Mon 23 Nov at 17:30.*")
    assert listed.text == before


async def test_still_working_is_answered_by_clocking_out(bot: RunningBot, scene: People, clock: Clock) -> None:
    await scene.type(ANA, "/clockin")
    clock.advance(hours=10, minutes=1)
    await look(bot, clock)
    question = await scene.direct_message(ANA, "Still working?")

    await scene.type(ANA, "/clockout")

    await scene.workspace.until(lambda: question.text.startswith("✅ *You clocked out:*"))
    assert labels(question) == []


async def test_the_answer_to_a_pressed_question_stays(bot: RunningBot, scene: People, clock: Clock) -> None:
    reminder = await reminded(bot, scene, clock)

    assert await scene.press(ANA, reminder, "Clock in") is reminder

    answer = labels(reminder)
    await scene.type(ANA, "/clockout")
    await scene.type(ANA, "/clockin")
    async with ledger(bot, clock) as services:
        left = await services.database.read(lambda tx: prompts.about(tx.connection, WORKSPACE, f"{ANA} 2026-11-24"))
    assert left == []
    assert "Clock out" in answer
    assert labels(reminder) == answer


async def test_a_pressed_question_that_can_not_be_removed_is_still_answered(
    bot: RunningBot, scene: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    reminder = await reminded(bot, scene, clock)
    tried = asyncio.Event()

    def away(*_: object) -> None:
        tried.set()
        raise Unavailable("the connection is lost")

    monkeypatch.setattr(prompts, "forget", away)
    assert await scene.press(ANA, reminder, "Clock in") is reminder
    assert reminder.text.startswith("✅ *")
    await tried.wait()


async def test_a_press_on_another_message_removes_no_question(
    bot: RunningBot, scene: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[object] = []
    monkeypatch.setattr(prompts, "forget", lambda *which: forgotten.append(which))
    await change_settings(bot, clock, log_channel=GENERAL)
    answer = await scene.type(ANA, "/clockin")
    (post,) = await scene.workspace.until(
        lambda: [one for one in scene.workspace.messages if one.channel_id == GENERAL and one.visible_to is None]
    )
    await scene.press(ADA, post, "Delete")
    await scene.type(ANA, "/clockin")
    await scene.press(ANA, answer, "Undo")
    assert forgotten == []


def _is_question_to(user_id: str, call: Call) -> bool:
    return (call.method, call.arguments.get("channel")) == ("chat.postMessage", user_id)


async def test_an_answer_that_overtakes_the_question_is_in_it(bot: RunningBot, scene: People, clock: Clock) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(hold=(hold := asyncio.Event()))
    clock.set("2026-11-24T08:10")
    await look(bot, clock)
    await scene.workspace.until(lambda: [call for call in bot.workspace.calls if _is_question_to(ANA, call)])
    await scene.type(ANA, "/clockin")
    del bot.workspace.faults["chat.postMessage"]
    hold.set()

    await scene.direct_message(ANA, "✅ *You clocked in at 09:10.*")


async def test_a_clock_out_that_is_undone_asks_again(bot: RunningBot, scene: People, clock: Clock) -> None:
    question, notice = await asked(bot, scene, clock)
    before = (question.text, notice.text)
    answer = await scene.type(ANA, "/clockout at 17:30")
    await scene.workspace.until(lambda: question.text.startswith("✅") and notice.text.startswith("✅"))

    await scene.press(ANA, answer, "Undo")

    await scene.workspace.until(lambda: (question.text, notice.text) == before)
    await scene.type(ANA, "/clockout at 16:00")
    await scene.workspace.until(lambda: "16:00" in question.text and "16:00" in notice.text)


async def test_a_question_that_was_removed_by_hand_stays_away(bot: RunningBot, scene: People, clock: Clock) -> None:
    bot.workspace.delete(await reminded(bot, scene, clock))
    await scene.type(ANA, "/clockin")
    clock.advance(hours=8)
    await scene.type(ANA, "/clockout")
    clock.set("2026-11-25T08:10")
    await look(bot, clock)
    assert not (await scene.direct_message(ANA, "You haven't clocked in yet.")).deleted
