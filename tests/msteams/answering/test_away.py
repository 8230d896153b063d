"""What people get while Microsoft's side is slow or away: their deed is done, and the answer comes later."""

from __future__ import annotations

import pytest

from bot.msteams import answers
from bot.msteams.connector import Unreachable
from bot.practice.model import Fault
from bot.practice.msteams.service import GENERAL, TeamsService
from tests.both_chats.doors import ANA, TeamsDoor


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "FIRST_PAUSE_SECONDS", 0.01)


async def test_an_answer_follows_once_the_connector_is_back(chat: TeamsDoor, teams: TeamsService) -> None:
    teams.faults["send"] = Fault(status=503, times=2)
    assert "Clocked in" in (await chat.type(ANA, "clockin")).words


async def test_presses_and_forms_need_no_connector(chat: TeamsDoor, teams: TeamsService) -> None:
    card = await chat.type(ANA, "status")
    teams.faults["send"] = teams.faults["update"] = Fault(status=503)
    assert (await chat.press(ANA, card, "Clock in")).words.startswith("✅ Clocked in")
    form = await chat.press_for_form(ANA, chat.again(ANA, card), "Add a record")
    await form.submit(date="2026-11-20", start="09:00", end="12:00")
    assert not form.is_open


async def test_what_a_channel_does_not_take_is_said_to_the_person(chat: TeamsDoor, teams: TeamsService) -> None:
    report = await chat.type(ANA, "report", in_channel=True)
    teams.conversations[GENERAL].has_bot = False
    await teams.press(chat.id_of(ANA), report.message, "Share in channel")
    await teams.press(chat.id_of(ANA), report.message, "Share", row=-1)
    assert "I can't post here." in (await chat.hears(ANA, "I can't post here.")).words


async def test_a_file_that_is_not_taken_is_said_so(chat: TeamsDoor, teams: TeamsService) -> None:
    await chat.type(ANA, "clockin")
    report = await chat.type(ANA, "report")
    await chat.press(ANA, report, "Export CSV")
    offer = next(post for post in teams.posts if not post.author and not post.summary and not post.text)
    teams.faults["upload"] = Fault(status=500)
    await teams.consent(chat.id_of(ANA), offer)
    assert "didn't accept the file" in (await chat.hears(ANA, "didn't accept the file")).words
    assert not offer.deleted, "they can try again"


async def test_an_answer_that_may_have_arrived_is_said_twice_at_most() -> None:
    calls: list[bool] = []

    async def call() -> None:
        may_have_arrived = len(calls) > 0  # the first time, nobody listens
        calls.append(may_have_arrived)
        raise Unreachable("TimeoutError", may_have_arrived=may_have_arrived)

    with pytest.raises(Unreachable):
        await answers.patiently(call)
    assert calls == [False, True, True]
