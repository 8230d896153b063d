"""`/attendance history`, cut to what Slack shows."""

from __future__ import annotations

from tests.conftest import Clock
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA


async def test_a_long_history_is_cut_at_its_beginning_and_says_so(people: People, clock: Clock) -> None:
    for _ in range(30):
        await people.type(ANA, "/clockin")
        clock.advance(minutes=5)
        await people.type(ANA, "/clockout")
        clock.advance(minutes=5)
    told = await people.type(ADA, "/attendance history @ana")
    assert "Earlier changes are left out here. Name fewer days to see them." in told.shown
    newest, left_out = "*12:57*", "more are left out in these words"
    assert newest in told.shown
    assert newest in told.text, "a screen reader hears the same as is seen"
    assert left_out in told.text
