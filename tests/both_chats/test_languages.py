"""People of several languages in one workspace, in each chat."""

from __future__ import annotations

from dataclasses import replace

from tests.both_chats.doors import ANA, BEN, MARCO, Door, SlackDoor, TeamsDoor
from tests.conftest import Clock


async def test_each_reads_their_own_language_and_is_told_in_it(door: Door, clock: Clock) -> None:
    assert "Ich spreche Deutsch mit dir" not in (await door.type(ANA, "language")).words
    chosen = await door.type(ANA, "language German")
    assert chosen.words == "✅ Ab jetzt spreche ich Deutsch mit dir."
    others = ["Español", "Français", "Italiano", "日本語", "Nederlands", "Português (Brasil)"]
    assert chosen.labels == ["English", *others, "Wie in meinem Chat"]
    await door.type(MARCO, "language Spanish")

    answer = await door.type(MARCO, "clockin @ana")
    assert answer.words.startswith("✅ Entrada de Ana Silva fichada (9:02).")
    told = await door.hears(ANA, "eingestempelt")
    assert told.words == "Marco Rossi hat dich um 09:02 eingestempelt."

    clock.advance(hours=8)
    left = await door.type(ANA, "clockout")
    assert left.labels[0] == "Rückgängig"
    undone = await door.press(ANA, left, "Rückgängig")
    assert undone.words.startswith("✅ Ausstempeln rückgängig gemacht. Du bist seit 09:02 eingestempelt.")
    assert (await door.type(BEN, "clockin")).words.startswith("✅ Clocked in at 17:02.")


async def test_a_language_is_chosen_with_a_button(door: Door) -> None:
    asked = await door.type(ANA, "language")
    chosen = await door.press(ANA, asked, "Español")
    assert chosen.words == "✅ A partir de ahora hablo español contigo."
    form = await door.open_form(ANA, "add")
    assert "Centro" in door.fields(form) or "Fecha" in door.fields(form)
    again = await door.press(ANA, chosen, "Como en mi chat")
    assert again.words == "✅ From now on, I speak English with you."


async def test_somebody_new_reads_what_their_chat_is_set_to(door: Door) -> None:
    if isinstance(door, SlackDoor):
        workspace = door.people.bot.workspace
        workspace.members["U0UTE"] = replace(workspace.members["U0ANA"], id="U0UTE", name="ute", locale="de-AT")
        assert (await door.type("ute", "clockin")).words.startswith("✅ Um 09:02 eingestempelt.")
    else:
        assert isinstance(door, TeamsDoor)
        ana = door.teams.people[door.id_of(ANA)]
        door.teams.people[ana.user_id] = replace(ana, locale="de-AT")
        assert (await door.type(ANA, "clockin")).words.startswith("✅ Um 09:02 eingestempelt.")
