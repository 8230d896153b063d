"""`/attendance history`: nothing that was ever written is out of its person's sight."""

from __future__ import annotations

from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


async def test_a_person_reads_who_wrote_deleted_and_restored_their_record(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await people.type(MARCO, "/clockin @ana")
    clock.set("2026-11-23T16:30")
    await people.type(ANA, "/clockout")
    listed = await people.type(ADA, "/attendance events today @ana")
    await people.press(ADA, listed, "Delete")
    await people.press(ADA, listed, "Undo")
    told = await people.type(ANA, "/attendance history")
    assert told.text.splitlines() == [
        "*History, Mon 23 Nov 2026*",
        "*Mon 23 Nov 2026, 09:02 (Berlin)* · <@U0MARCO> clocked in (in Slack)",
        "Mon 23 Nov 2026, since 09:02 (Berlin)",
        "*Mon 23 Nov 2026, 17:30 (Berlin)* · <@U0ANA> clocked out (in Slack)",
        "Mon 23 Nov 2026, 09:02 to 17:30 (Berlin)",
        "*Mon 23 Nov 2026, 17:30 (Berlin)* · <@U0ADA> deleted the record (in Slack)",
        "Mon 23 Nov 2026, 09:02 to 17:30 (Berlin)",
        "*Mon 23 Nov 2026, 17:30 (Berlin)* · <@U0ADA> restored the record (in Slack)",
        "Mon 23 Nov 2026, 09:02 to 17:30 (Berlin)",
    ]


async def test_days_without_records_and_people_out_of_reach(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    assert "Nothing was written for these days." in (await people.type(ANA, "/attendance history yesterday")).shown
    refused = await people.type(ANA, "/attendance history @ben")
    assert (
        refused.text == f"You may not see the records of <@{BEN}>: managers may for their teams, admins for everyone."
    )


async def test_a_long_history_is_cut_at_its_beginning_and_says_so(people: People, clock: Clock) -> None:
    for _ in range(30):
        await people.type(ANA, "/clockin")
        clock.advance(minutes=5)
        await people.type(ANA, "/clockout")
        clock.advance(minutes=5)
    told = await people.type(ANA, "/attendance history")
    assert "Earlier changes are left out here: name fewer days." in told.shown
    newest, left_out = "*Mon 23 Nov 2026, 13:57 (Berlin)*", "more are left out in these words"
    assert newest in told.shown
    assert newest in told.text, "a screen reader hears the same as is seen"
    assert left_out in told.text
