"""The lists and forms of admins are only for admins, at every press and when a form is sent."""

from __future__ import annotations

from typing import Any

import pytest

from bot.chat.features import router
from bot.errors import Forbidden
from bot.people import tokens
from bot.people.teams_and_offices import all_offices, all_teams
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, PlainDoor
from tests.conftest import WORKSPACE

FEATURES = ("team", "office", "tokens", "settings")
ACTIONS = [name for name in router().actions if name.startswith((*FEATURES, "reading_tokens"))]
NOTHING_SHOWN = {"settings.save": '{"words": {}, "admins": []}'}
FILLED: dict[str, Any] = {"id": "hq", "name": "Ghost", "zone": "UTC", "person": ADA, "role": "admin", "admins": [ADA]}


@pytest.mark.parametrize("word", FEATURES)
async def test_only_admins_see_it(door: PlainDoor, word: str) -> None:
    with pytest.raises(Forbidden):
        await door.type(ANA, word)


@pytest.mark.parametrize("name", ACTIONS)
async def test_only_admins_press_its_buttons(door: PlainDoor, name: str) -> None:
    carried = {"new": "null", "choose_to_archive": "null", "turn_page": "0"}.get(name.partition(".")[2], '"ghost"')
    with pytest.raises(Forbidden):
        await door.press_forged(ANA, name, carried)


@pytest.mark.parametrize("name", ["team.save", "office.save", "tokens.create", "settings.save"])
@pytest.mark.parametrize("more", [{}, {"zone": "nowhere", "hours": "never", "expires": "soon"}])
async def test_only_admins_send_its_form(door: PlainDoor, name: str, more: dict[str, str]) -> None:
    with pytest.raises(Forbidden):
        await door.router.sent(await door._ask(ANA), name, NOTHING_SHOWN.get(name, "null"), {**FILLED, **more})
    assert await all_teams(door.services, WORKSPACE) == []
    assert await all_offices(door.services, WORKSPACE) == []
    assert await tokens.all_of(door.services, ADMIN) == []
    assert (await workspace_settings.overview(door.services, ADMIN)).appointed == frozenset()
