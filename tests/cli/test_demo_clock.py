"""The demo's clock: when a visitor moves it, the bot sends what is due by then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.cli import demo
from bot.practice.workspace import Workspace


async def test_moving_the_clock_by_a_day_brings_the_question_about_a_forgotten_clock_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Workspace] = []

    def workspace_of_the_demo(**settings: Any) -> Workspace:
        made.append(Workspace(**settings))
        return made[-1]

    monkeypatch.setattr(demo, "Workspace", workspace_of_the_demo)
    async with demo.demo():
        [workspace] = made
        kei = workspace.direct("U0KEI")
        before = workspace.visible_to("U0KEI", kei)
        workspace.time.move_to(workspace.time.now() + timedelta(days=1))
        moved_at = workspace.time.seconds()
        await workspace.until(lambda: len(workspace.visible_to("U0KEI", kei)) > len(before), 30)
        asked = workspace.last("U0KEI", kei)
        assert asked.shown.startswith("When did you leave on ")
        assert float(asked.ts) > moved_at

        delivery = await workspace.command("U0KEI", "/clockout")
        assert "When did you leave on" in delivery.messages[0].text
        status = await workspace.command("U0ANA", "/attendance", "status")
        assert (status.failure, status.messages[0].visible_to) == (None, "U0ANA")
