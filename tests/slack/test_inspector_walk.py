"""What an inspector sees of a week: it was worked, changed, signed, approved, and then closed."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from bot.calendar.signature_periods import SignaturePeriod
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import open_database
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA, MARCO, set_the_scene

REASON = "The train was late"


async def token_of(people: People) -> str:
    """Made by an admin in the chat, for Ana's November."""
    view = await people.press_for_form(ADA, await people.type(ADA, "/attendance tokens"), "New token to read…")
    november = {"first": "2026-11-01", "last": "2026-11-30"}
    delivery = await people.submit(ADA, view, whom=[ANA], reason="visit on 1 Dec", **november)
    (token,) = set(re.findall(r"att_read_[A-Za-z0-9_-]{43}", delivery.body))
    return str(token)


async def test_an_inspector_sees_a_week_with_its_changes_and_signatures(
    page: Page, bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    database = await open_database(bot.settings.database_url, clock=clock)
    services, admin = Services(database, NobodyElse()), Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
    await workspace_settings.change(services, admin, signature_period=SignaturePeriod("week"))
    await database.close()

    # Ana works, and her manager corrects the end.
    clock.set("2026-11-24T08:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-11-24T16:00")
    await people.type(ANA, "/clockout")
    clock.set("2026-11-24T18:00")
    listed = await people.type(MARCO, "/attendance events today @ana")
    view = await people.press_for_form(MARCO, listed, "Change…")
    told = await people.finish(MARCO, view, end="18:10", reason=REASON)
    assert "09:00 – 17:00 → 09:00 – 18:10 (+1:10)" in told.shown

    # On Monday she signs, and he approves. After that, nobody changes it.
    clock.set("2026-11-30T08:00")
    signed = await people.press(ANA, await people.type(ANA, "/attendance sign"), "It's right")
    assert "✅ You signed it" in signed.text
    approved = await people.press(MARCO, await people.type(MARCO, "/attendance sign last week @ana"), "Approve")
    assert "🔒 You approved it" in approved.text
    listed = await people.type(MARCO, "/attendance events last week @ana")
    refused = await people.press(MARCO, listed, "Change…")
    assert "You approved" in refused.text
    assert "so they can't change" in refused.text

    # The inspector's page shows all of it.
    await page.goto(f"{bot.address}/inspect")
    await page.get_by_label("Access token").fill(await token_of(people))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Show", exact=True).click()
    now = page.get_by_role("region", name="Records").locator("tbody tr:not(.gone)")
    await expect(now).to_contain_text(f"Changed 24 Nov 2026, 18:00 by Marco Rossi: {REASON}")
    signatures = page.get_by_role("region", name="Signatures").locator("tbody tr")
    await expect(signatures).to_have_text(
        [re.compile("Ana Silva.*Signed.*Stands"), re.compile("Approved.*Marco Rossi.*Stands")]
    )
    await now.get_by_role("button").click()
    changes = page.get_by_role("region", name="Change history").locator("tbody tr")
    await expect(changes.last).to_contain_text("Changed")
    await page.get_by_role("button", name="Check the records").click()
    await expect(page.get_by_role("region", name="Check of the records")).to_contain_text("No problems found.")

    # And Ana sees that somebody looked.
    history = await people.type(ANA, "/attendance history 2026-11-24")
    assert "An inspector looked at your records" in history.text
    assert "signed their records" in history.text
