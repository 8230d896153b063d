"""Where people and channels are reached in Microsoft Teams, on both engines."""

from __future__ import annotations

from dataclasses import replace

from bot.attendance import erasure
from bot.runtime.services import Services
from storage import erasing, msteams, people
from storage.database import Transaction
from storage.msteams import Channel, Contact
from tests.builders import ADMIN
from tests.conftest import WORKSPACE

ANA, BEN = "U0ANA", "U0BEN"
CHAT = Contact("29:ana", "https://smba.example/emea/", "a:chat-of-ana")
TEAM = Channel("19:bakery", "https://smba.example/emea/", "Bakery", "19:bakery")


async def test_the_newest_service_address_counts_and_the_chat_stays(services: Services) -> None:
    elsewhere = Contact("29:ana", "https://smba.example/amer/", None)

    def write(tx: Transaction) -> tuple[Contact, Contact, Contact | None]:
        first = msteams.remember_person(tx.connection, WORKSPACE, ANA, CHAT)
        second = msteams.remember_person(tx.connection, WORKSPACE, ANA, elsewhere)
        return first, second, msteams.find_person(tx.connection, WORKSPACE, ANA)

    moved = replace(CHAT, service_url=elsewhere.service_url)
    assert await services.database.write(write) == (CHAT, moved, moved)

    def after(tx: Transaction) -> tuple[Contact | None, dict[str, str]]:
        msteams.forget_chat(tx.connection, WORKSPACE, ANA)
        found = msteams.find_person(tx.connection, WORKSPACE, ANA)
        return found, msteams.users_of(tx.connection, WORKSPACE, ["29:ana", "29:nobody"])

    assert await services.database.write(after) == (elsewhere, {"29:ana": ANA})


async def test_a_channel_keeps_its_name_and_a_team_takes_its_channels_with_it(services: Services) -> None:
    channel, chat = Channel("19:oven", TEAM.service_url, "", TEAM.team_id), Channel("19:chat", "https://x/", "", None)

    def write(tx: Transaction) -> list[Channel]:
        for one in (TEAM, replace(TEAM, name=""), channel, chat):
            msteams.remember_channel(tx.connection, WORKSPACE, one)
        return msteams.all_channels(tx.connection, WORKSPACE)

    assert await services.database.write(write) == [TEAM, chat, channel]

    def removed(tx: Transaction) -> list[Channel]:
        msteams.forget_channel(tx.connection, WORKSPACE, TEAM.conversation_id)
        return msteams.all_channels(tx.connection, WORKSPACE)

    assert await services.database.write(removed) == [chat]


async def test_erased_and_former_people_are_not_reached_any_more(services: Services) -> None:
    def write(tx: Transaction) -> None:
        for user_id in (ANA, BEN, ADMIN.user_id):
            msteams.remember_person(tx.connection, WORKSPACE, user_id, CHAT)
        left = replace(people.find(tx.connection, WORKSPACE, BEN), deactivated=True)
        people.upsert_profile(tx.connection, left, tx.now)
        erasing.anonymise_former_members(tx.connection, WORKSPACE)

    await services.database.write(write)
    await erasure.erase_person(services, ADMIN, ANA)
    kept = await services.database.read(
        lambda tx: msteams.find_people(tx.connection, WORKSPACE, [ANA, BEN, ADMIN.user_id])
    )
    assert kept == {ADMIN.user_id: CHAT}
