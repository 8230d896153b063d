"""Messages and forms with the names of the people and channels in them."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat.add_record import save
from bot.chat.views import ChannelField, Form, Message, Text
from bot.msteams import drawing
from bot.runtime.services import Services
from bot.wording.markup import channel, mention, sentence
from storage import msteams
from storage.database import Database
from storage.msteams import Channel
from tests.builders import workplace
from tests.conftest import WORKSPACE
from tests.msteams.drawn import assert_known, card_of, shown

GENERAL = "19:general@thread.tacv2"


async def with_a_channel(database: Database) -> Services:
    services = await workplace(database, {"U0ANA": "Europe/Berlin"})
    there = Channel(GENERAL, "https://smba.example/emea", "General", None)
    await database.write(lambda tx: msteams.remember_channel(tx.connection, WORKSPACE, there))
    return services


async def test_people_and_channels_are_named_and_others_keep_their_ids(database: Database) -> None:
    services = await with_a_channel(database)
    said = sentence(
        "{who} in {where}, {other}", who=mention("U0ANA"), where=channel(GENERAL), other=mention("cli:root")
    )

    sent = await drawing.message(services, WORKSPACE, Message([Text(said)]))

    (line,) = shown(card_of(sent))
    assert line == sent["summary"]
    assert line.endswith(" in General, cli:root")
    assert not line.startswith("U0ANA")


async def test_a_form_names_the_channel_that_is_chosen(database: Database) -> None:
    services = await with_a_channel(database)
    form = Form("Settings", "Save", "Cancel", save, [ChannelField(name="log_channel", label="Log", value=GENERAL)])

    dialog = await drawing.dialog(services, WORKSPACE, form)

    assert dialog["title"] == "Settings"
    assert_known(dialog["card"]["content"])
    assert shown(dialog["card"]["content"])[0].startswith("It's General.")


async def test_a_message_in_place_of_a_form_is_a_card_too(database: Database) -> None:
    services = await workplace(database, {})
    dialog = await drawing.message_in_dialog(services, WORKSPACE, Message([Text(Markup("Token"))]), "Attendance")
    assert (dialog["title"], shown(dialog["card"]["content"])) == ("Attendance", ["Token"])
