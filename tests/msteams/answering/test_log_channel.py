"""The log channel of Teams, as the whole bot keeps it: chosen by words, with **Delete** for those who may."""

from __future__ import annotations

from copy import deepcopy

from bot.practice.msteams.service import GENERAL, TeamsService
from tests.both_chats.doors import ADA, ANA, BEN, TeamsDoor
from tests.conftest import Clock


async def test_shifts_are_posted_where_an_admin_typed_log_here(
    chat: TeamsDoor, teams: TeamsService, clock: Clock
) -> None:
    refused = await chat.type(ANA, "log here", in_channel=True)
    assert "admin" in refused.words
    chosen = await chat.type(ADA, "log here", in_channel=True)
    assert chosen.words == "✅ Clock-ins and clock-outs will be posted here. You can change that in settings."
    assert chosen.message.only_for == chat.id_of(ADA)

    await chat.type(BEN, "clockin")
    post = await chat.posted(ANA, "Ben Fischer clocked in at 09:02")
    clock.advance(hours=8)
    await chat.type(BEN, "clockout")
    await teams.until(lambda: "09:02 – 17:02" in chat.again(ANA, post).words)

    await chat.press(ADA, post, "Delete")
    await teams.until(lambda: "Deleted by Ada Clarke" in chat.again(ANA, post).words)
    assert chat.again(BEN, post).labels == ["Undo"]


async def test_who_may_not_delete_a_shift_is_told_so_alone(chat: TeamsDoor, teams: TeamsService) -> None:
    await chat.type(ADA, "log here", in_channel=True)
    await chat.type(BEN, "clockin")
    post = await chat.posted(ANA, "Ben Fischer clocked in")
    told = await chat.press(ANA, post, "Delete")
    assert "⚠️" in told.words
    assert "Ben Fischer clocked in at 09:02" in chat.again(BEN, post).words
    assert told.message not in teams.seen_by(chat.id_of(BEN), GENERAL)


async def test_the_log_channel_is_none_where_people_of_other_companies_are(
    chat: TeamsDoor, teams: TeamsService
) -> None:
    own = await chat.type(ADA, "log here")
    assert own.words.startswith("I can't post clock-ins here. Type log here after my name in a channel")

    await chat.type(ADA, "who", in_channel=True)
    typed = deepcopy(teams.sent[-1])
    shared = typed["channelData"] | {"channel": {"id": GENERAL, "type": "shared"}}
    text = typed["text"].replace("who", "log here")
    await teams.send(typed | {"id": "shared", "text": text, "channelData": shared})
    await teams.until(lambda: [one for one in teams.seen_by(chat.id_of(ADA), GENERAL) if "can't post" in one.summary])
