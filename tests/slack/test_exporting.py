"""Files arrive as direct messages; one that Slack does not take gets a sentence."""

from __future__ import annotations

import pytest

from bot.chat import exporting
from bot.practice.model import Fault
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_reporting import work
from tests.slack.test_walk import ANA


async def test_a_long_export_tells_that_it_is_under_way_and_comes_as_a_direct_message(
    people: People, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "TELL_FROM", 2)
    for day in (19, 20):
        await work(people, clock, ANA, f"2026-11-{day}T08:00", f"2026-11-{day}T11:00")
    report = await people.type(ANA, "/attendance report 2026-11")

    await people.press(ANA, report, "Export CSV")
    await people.workspace.until(lambda: any("Sent to you" in m.text for m in people.workspace.visible_to(ANA)))

    told = [m.text for m in people.workspace.visible_to(ANA, report.channel_id)]
    assert "Working on it: 2 records. I'll send you the file in a direct message." in told
    (arrived,) = [m for m in people.workspace.visible_to(ANA, people.workspace.direct(ANA)) if m.files]
    file = people.workspace.files[arrived.files[0]]
    assert file.name == "attendance 2026-11-01 to 2026-11-30.csv"
    assert file.content.count(b"\r\n") == 3


async def test_ones_own_file_comes_as_pdf_and_csv(people: People) -> None:
    await people.type(ANA, "/attendance mine")

    direct = people.workspace.direct(ANA)
    (arrived,) = await people.workspace.until(lambda: [m for m in people.workspace.visible_to(ANA, direct) if m.files])
    assert [people.workspace.files[file].name for file in arrived.files] == [
        "attendance 2026-01-01 to 2026-11-23.pdf",
        "attendance 2026-01-01 to 2026-11-23.csv",
    ]


@pytest.mark.parametrize("method", ["chat.postMessage", "files.getUploadURLExternal", "files.completeUploadExternal"])
@pytest.mark.parametrize("fault", [Fault(status=500), Fault(error="not_allowed")])
async def test_a_file_that_slack_does_not_take_gets_a_sentence_and_leaves_no_title(
    people: People, bot: RunningBot, method: str, fault: Fault
) -> None:
    report = await people.type(ANA, "/attendance report")
    bot.workspace.faults[method] = fault

    told = await people.press(ANA, report, "Export Excel")
    assert not people.workspace.visible_to(ANA, people.workspace.direct(ANA)), "a title without its file"

    assert told.text == "⚠️ Slack didn't accept the file. Please try again in a minute."
