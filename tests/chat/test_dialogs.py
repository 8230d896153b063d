"""Forms as Teams hands them over."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bot.chat.form_faults import FormFaults
from bot.chat.views import Message
from bot.errors import OutdatedButton
from bot.msteams import forms
from bot.msteams.buttons import CARRIES
from bot.msteams.forms import FORM, entries_of
from tests.chat.conftest import ADA, ANA, PlainDoor, shown
from tests.hostile_words import some
from tests.msteams.drawn import assert_known
from tests.msteams.test_forms import filled_in

HANDED_OVER: tuple[Any, ...] = (None, 3, True, 1.5, [], ["a"], [None], {"a": 1}, {}, "x" * 9000)


async def test_whatever_a_client_hands_over_is_refused_as_outdated_or_at_its_field(door: PlainDoor) -> None:
    opened = await door.open(ADA, "settings")
    good = filled_in(forms.dialog(opened, {}))
    for place, name in enumerate([*good, "unknown"]):
        for value in some(HANDED_OVER, place, 2):
            entries = entries_of({**good, name: value})
            with suppress(OutdatedButton, FormFaults):
                await door.send_forged(ADA, opened.action.name, good[CARRIES], entries)
            assert_known(forms.dialog(opened, {}, entries=entries))


async def test_the_form_for_a_record_is_sent_as_teams_hands_it_over(team: PlainDoor) -> None:
    opened = await team.open(ANA, "add")
    data = filled_in(forms.dialog(opened, {}), date="2026-11-20", start="09:00", end="17:00", note="by hand")
    told = await team.send_forged(ANA, data[FORM], data[CARRIES], entries_of(data))
    assert isinstance(told, Message)
    assert shown(told)[0].startswith("✅ Record added.")
