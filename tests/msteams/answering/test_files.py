"""Files in Teams: offered in the person's own chat, and made when they want them."""

from __future__ import annotations

from bot.practice.msteams.model import CONSENT, Post
from bot.practice.msteams.service import TeamsService
from tests.both_chats.doors import ANA, TeamsDoor


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
