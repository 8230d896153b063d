"""Files in Teams: offered in the person's own chat, and made when they want them."""

from __future__ import annotations

from contextlib import AsyncExitStack

from bot.practice.msteams.model import CONSENT, Post
from bot.practice.msteams.service import TeamsService
from tests.both_chats.conftest import in_teams
from tests.both_chats.doors import ANA, TeamsDoor
from tests.conftest import Clock


async def offers(chat: TeamsDoor, teams: TeamsService, count: int) -> list[Post]:
    def offered() -> list[Post]:
        own = teams.seen_by(chat.id_of(ANA), teams.personal(chat.id_of(ANA)))
        found = [post for post in own if post.attachment(CONSENT)]
        return found if len(found) >= count else []

    return await teams.until(offered)


async def test_an_export_is_offered_in_the_own_chat_and_sent_once_it_is_wanted(
    chat: TeamsDoor, teams: TeamsService
) -> None:
    await chat.type(ANA, "clockin")
    report = await chat.type(ANA, "report", in_channel=True)
    await chat.press(ANA, report, "Export CSV")
    (offer,) = await offers(chat, teams, 1)
    assert (await teams.consent(chat.id_of(ANA), offer)).failure is None
    await teams.until(lambda: offer.deleted)
    (content,) = teams.files.values()
    assert b"Ana Silva" in content


async def test_the_own_file_is_offered_as_pdf_and_csv(chat: TeamsDoor, teams: TeamsService) -> None:
    await teams.type(chat.id_of(ANA), "mine")
    pdf, rows = await offers(chat, teams, 2)
    await teams.consent(chat.id_of(ANA), pdf)
    await teams.until(lambda: pdf.deleted)
    await teams.consent(chat.id_of(ANA), rows, accept=False)
    await teams.until(lambda: rows.deleted)
    ((name, content),) = teams.files.items()
    assert name.endswith(".pdf")
    assert content.startswith(b"%PDF")


async def test_an_offer_that_somebody_changed_makes_no_file(chat: TeamsDoor, teams: TeamsService) -> None:
    await teams.type(chat.id_of(ANA), "mine")
    offer, _rows = await offers(chat, teams, 2)
    content = offer.body["attachments"][0]["content"]
    content["acceptContext"] = {"offered": content["acceptContext"]["offered"].replace("mine", "in at 8:30")}
    await teams.consent(chat.id_of(ANA), offer)
    said = await chat.hears(ANA, "no longer works")
    assert teams.files == {}
    assert "You haven't clocked in" in (await chat.type(ANA, "status")).words, said.words


async def test_no_file_goes_to_an_address_in_our_own_network(database_url: str, clock: Clock) -> None:
    async with AsyncExitStack() as stack:
        chat = await in_teams(stack, database_url, clock, (ANA,), may_reach="")
        await chat.teams.type(chat.id_of(ANA), "mine")
        offer, _rows = await offers(chat, chat.teams, 2)
        await chat.teams.consent(chat.id_of(ANA), offer)
        await chat.hears(ANA, "accept the file")
        assert chat.teams.files == {}
