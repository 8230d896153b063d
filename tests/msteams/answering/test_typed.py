"""Typed words in Teams: private answers, once for each message, and again if the service is busy."""

from __future__ import annotations

from bot.practice.model import Fault
from bot.practice.msteams.model import Post
from bot.practice.msteams.service import GENERAL, TeamsService
from tests.both_chats.doors import ADA, ANA, BEN, TeamsDoor
from tests.conftest import Clock


def from_bot(teams: TeamsService, user_id: str, place: str = "") -> list[Post]:
    return [post for post in teams.seen_by(user_id, place) if not post.author]


async def test_only_the_typist_sees_the_answer_in_a_channel(chat: TeamsDoor, teams: TeamsService) -> None:
    answer = await chat.type(ANA, "clockin", in_channel=True)
    assert answer.message.only_for == chat.id_of(ANA)
    await teams.slash(chat.id_of(ANA), GENERAL, "clockout")
    await teams.until(lambda: len(from_bot(teams, chat.id_of(ANA), GENERAL)) == 2)
    assert from_bot(teams, chat.id_of(BEN), GENERAL) == []


async def test_an_answer_that_a_channel_does_not_take_comes_in_the_own_chat(
    chat: TeamsDoor, teams: TeamsService
) -> None:
    teams.has_targeted = False
    await teams.mention(chat.id_of(ANA), GENERAL, "clockin")
    assert "Clocked in at 09:02." in (await chat.hears(ANA, "Clocked in")).words


async def test_a_message_that_is_delivered_again_clocks_in_once(
    chat: TeamsDoor, teams: TeamsService, clock: Clock
) -> None:
    await chat.type(ANA, "clockin")
    clock.advance(minutes=1)
    await chat.type(ANA, "clockout")
    first = next(sent for sent in teams.sent if sent.get("text") == "clockin")
    before = len(from_bot(teams, chat.id_of(ANA)))
    assert (await teams.send(first)).status == 200
    await teams.until(lambda: len(from_bot(teams, chat.id_of(ANA))) > before)
    assert "You're clocked out" in teams.words(chat.id_of(ANA), from_bot(teams, chat.id_of(ANA))[-1])


async def test_a_busy_service_gets_the_answer_later(chat: TeamsDoor, teams: TeamsService) -> None:
    teams.faults["send"] = Fault(status=429, retry_after=0, times=2)
    assert "Clocked in" in (await chat.type(ANA, "clockin")).words


async def test_what_is_not_for_the_bot_gets_no_answer(chat: TeamsDoor, teams: TeamsService) -> None:
    said = teams.activity("message", chat.id_of(ANA), GENERAL, text="clockin")
    assert (await teams.send(said)).status == 200
    assert "You haven't clocked in" in (await chat.type(ANA, "status")).words
    assert from_bot(teams, chat.id_of(ANA), GENERAL) == []


async def test_commands_are_named_as_they_are_typed(chat: TeamsDoor) -> None:
    helped = await chat.type(ADA, "help")
    assert "/" not in helped.words.replace("9-17:30", "")
    assert "report last week" in helped.words


async def test_an_unknown_invoke_is_not_implemented(chat: TeamsDoor, teams: TeamsService) -> None:
    assert (await teams.send(teams.activity("invoke", chat.id_of(ANA), name="tab/fetch"))).status == 501
    assert (await teams.send(teams.activity("typing", chat.id_of(ANA)))).status == 200
