"""`log here`, typed in a channel by an admin, has clock-ins and clock-outs posted there."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden
from bot.workspaces import workspace_settings
from tests.chat.conftest import ADA, ANA, PlainDoor, shown
from tests.conftest import WORKSPACE

CHANNEL = "19:general@thread.tacv2"


async def log_channel(door: PlainDoor) -> str | None:
    return (await workspace_settings.get(door.services, WORKSPACE)).log_channel


async def test_log_here_chooses_the_channel(door: PlainDoor) -> None:
    door.chat.channel = CHANNEL
    chosen = await door.say(ADA, "Log  here!")
    assert shown(chosen) == ['✅ Clock-ins and clock-outs will be posted here. You can change that in "settings".']
    assert await log_channel(door) == CHANNEL


async def test_where_no_channel_can_be_chosen_the_settings_are_named(door: PlainDoor) -> None:
    typed = await door.attendance(ADA, "log here")
    direct = await door.say(ADA, "log here")
    assert shown(typed) == ['I can\'t set that from here. Choose the channel in "/attendance settings".']
    assert shown(direct) == ['I can\'t set that from here. Choose the channel in "settings".']
    assert await log_channel(door) is None


async def test_only_admins_choose_it(door: PlainDoor) -> None:
    door.chat.channel = CHANNEL
    with pytest.raises(Forbidden):
        await door.say(ANA, "log here")
    assert await log_channel(door) is None
