"""Whatever Slack's own API does, every command, form and button gets its acknowledgement and a sentence within Slack's
three seconds (docs.slack.dev/interactivity/handling-user-interaction)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.practice.model import Fault
from bot.practice.webapi import METHODS
from bot.slack import commands
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_permissions import DEEDS, FORBIDDEN, Scene, scene

__all__ = ["scene"]

ADA, ANA = "U0ADA", "U0ANA"
FAULTS: dict[str, dict[str, Any]] = {
    "rate-limited": {"status": 429, "retry_after": 30},
    "failing": {"status": 500},
    "refusing the token": {"error": "invalid_auth"},
    "silent": {},
}
TYPED = ["/clockin", "/clockin @ana at 8:00", "/clockout", "/clockout @ana", "/attendance"]
TYPED += [f"/attendance {word}" for word in commands._WORDS if word]


@pytest.fixture(params=list(FAULTS))
def away(request: pytest.FixtureRequest, bot: RunningBot) -> Iterator[dict[str, Fault]]:
    """What Slack does from when this is put in place; it ends with the test."""
    end = asyncio.Event()
    hold = end if request.param == "silent" else None
    yield {method: Fault(hold=hold, **FAULTS[request.param]) for method in METHODS}
    bot.workspace.faults.clear()
    end.set()


@pytest.mark.parametrize("line", TYPED)
async def test_a_command_is_answered_on_its_acknowledgement(scene: Scene, away: dict[str, Fault], line: str) -> None:
    scene.bot.workspace.faults.update(away)

    told = await scene.people.type(ADA, line)  # asserts one message, on an acknowledgement within three seconds

    assert told.text
    assert "Something went wrong" not in told.text


@pytest.mark.parametrize("deed", [deed for deed in DEEDS if not deed.startswith("/")])
async def test_a_button_or_form_is_answered(scene: Scene, away: dict[str, Fault], deed: str) -> None:
    """Slack fails from the press on, not while the scene is set."""
    real_press, real_submit = scene.bot.workspace.press_forged, scene.bot.workspace.submit

    async def press(*given: object) -> object:
        scene.bot.workspace.faults.update(away)
        return await real_press(*given)  # type: ignore[arg-type]

    async def submit(*given: object) -> object:
        scene.bot.workspace.faults.update(away)
        return await real_submit(*given)  # type: ignore[arg-type]

    _, do = DEEDS[deed]
    if deed.startswith("the form"):
        scene.bot.workspace.submit = submit  # type: ignore[method-assign, assignment]
    else:
        scene.bot.workspace.press_forged = press  # type: ignore[method-assign, assignment]

    told = await do(scene, ADA, ANA)

    assert told
    assert "Something went wrong" not in told
    assert FORBIDDEN not in told


async def test_a_home_tab_that_slack_does_not_take_is_drawn_at_the_next_opening(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    bot.workspace.faults["views.publish"] = Fault(status=500, times=1)
    delivery = await bot.workspace.open_home(ANA)
    assert delivery is not None
    assert delivery.status == 200
    assert "Clock in" in str((await people.open_home(ANA)).blocks)
