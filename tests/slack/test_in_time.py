"""Whatever Slack's own API does, every command, form and button gets its acknowledgement and a sentence within Slack's
three seconds (docs.slack.dev/interactivity/handling-user-interaction).

Each is tried while Slack is silent. Every other fault is tried by the three that ask most of Slack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any, cast

import pytest

from bot.chat import clock_buttons, exporting
from bot.chat.features import router
from bot.practice.model import Delivery, Fault
from bot.practice.webapi import METHODS
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
WORDS = router().words.keys() - {"", "clockin", "clockout"}
TYPED += [f"/attendance {word}" for word in sorted(WORDS)]


TYPED_TOGETHER = [" | ".join(TYPED[start : start + 6]) for start in range(0, len(TYPED), 6)]


def while_away(deeds: Iterable[str], asks_most: str) -> list[tuple[str, str]]:
    """Each operation with a silent Slack, and one of them with every other fault."""
    return [*(("silent", deed) for deed in deeds), *((fault, asks_most) for fault in FAULTS if fault != "silent")]


@pytest.fixture
def away(request: pytest.FixtureRequest, bot: RunningBot) -> Iterator[dict[str, Fault]]:
    """What Slack does from when this is put in place; it ends with the test."""
    end = asyncio.Event()
    hold = end if request.param == "silent" else None
    yield {method: Fault(hold=hold, **FAULTS[request.param]) for method in METHODS}
    bot.workspace.faults.clear()
    end.set()


@pytest.mark.parametrize(("away", "lines"), while_away(TYPED_TOGETHER, "/attendance mine"), indirect=["away"])
async def test_a_command_is_answered_on_its_acknowledgement(scene: Scene, away: dict[str, Fault], lines: str) -> None:
    scene.bot.workspace.faults.update(away)
    for line in lines.split(" | "):
        told = await scene.people.type(ADA, line)  # asserts one message, on an acknowledgement within three seconds

        assert told.text, line
        assert "Something went wrong" not in told.text, line


PRESSED = [deed for deed in DEEDS if not deed.startswith("/")] + [clock_buttons.press_clock_in.name]


async def clock_in_pressed(scene: Scene, who: str, whose: str) -> str:
    return await scene.press_action(who, clock_buttons.press_clock_in, None)


@pytest.mark.parametrize(("away", "deed"), while_away(PRESSED, exporting.csv.name), indirect=["away"])
async def test_a_button_or_form_is_answered(
    scene: Scene, away: dict[str, Fault], deed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack fails from the press on, or from the form's sending: not while the scene is set."""
    workspace = scene.bot.workspace
    method = "submit" if deed.startswith("the form") else "press_forged"
    deliver = getattr(workspace, method)

    async def delivered(*given: Any) -> Delivery:
        workspace.faults.update(away)
        return cast(Delivery, await deliver(*given))

    monkeypatch.setattr(workspace, method, delivered)
    _, do = DEEDS.get(deed, (None, clock_in_pressed))

    told = await do(scene, ADA, ANA)

    assert told
    assert "Something went wrong" not in told
    assert FORBIDDEN not in told


@pytest.mark.parametrize(("away", "word"), while_away(["team", "settings"], "team"), indirect=["away"])
async def test_a_form_of_admins_is_answered_on_its_acknowledgement(
    scene: Scene, away: dict[str, Fault], word: str
) -> None:
    workspace = scene.bot.workspace
    if word == "team":
        view = await scene.people.press_for_form(ADA, await scene.people.type(ADA, "/attendance team"), "New team…")
    else:
        view = await scene.people.open_form(ADA, word)
    values = workspace.fill(view, {"name": "Night"} if word == "team" else {})
    workspace.faults.update(away)

    delivery = await workspace.submit(ADA, view, values)

    assert (delivery.status, delivery.failure) == (200, None)
    assert not delivery.answer  # it closes


async def test_a_home_tab_that_slack_does_not_take_is_drawn_at_the_next_opening(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    bot.workspace.faults["views.publish"] = Fault(status=500, times=1)
    delivery = await bot.workspace.open_home(ANA)
    assert delivery is not None
    assert delivery.status == 200
    assert "Clock in" in str((await people.open_home(ANA)).blocks)
