"""The demo's page in a browser: by keyboard, on a phone, with hostile words, and checked by axe."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.cli.demo import LOG_CHANNEL, demo


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with demo() as (page, _):
        yield page


async def be(page: Page, person: str) -> None:
    await page.locator("#person").select_option(person)
    await expect(page).to_have_url(re.compile(f"#{person}/"))


async def send(page: Page, line: str) -> None:
    before = await page.locator("article").count()
    await page.fill("#line", line)
    await page.press("#line", "Escape")
    await page.press("#line", "Enter")
    await expect(page.locator("article")).not_to_have_count(before)


async def test_by_keyboard_alone_somebody_clocks_in_and_is_asked_the_day_after_when_they_left(
    page: Page, address: str
) -> None:
    await page.goto(f"{address}/#U0ANA/C0GENERAL")
    keys = page.keyboard
    await expect(page.locator("#line")).to_be_focused()
    await keys.type("/clo")
    await expect(page.locator("#hints").get_by_role("option")).to_have_count(2)
    await keys.press("Enter")  # takes the suggestion
    await keys.type("by hand")
    await keys.press("Enter")
    answer = page.locator("article").last
    await expect(answer).to_contain_text('"by hand"')
    await keys.press("Shift+F6")
    await keys.press("ArrowUp")
    await expect(answer).to_be_focused()

    await page.locator("#behind").press("Enter")
    for _ in range(2):  # late in the evening nine o'clock is soon
        async with page.expect_response("**/ui/clock"):
            await page.get_by_role("button", name="Tomorrow at 9").press("Enter")
    await page.locator("#line").press("Alt+ArrowDown")
    await page.locator("#line").press("Alt+ArrowDown")
    asked = page.locator("article", has_text="When did you leave").last
    await expect(asked).to_be_visible(timeout=10_000)
    await asked.get_by_role("button", name="Another time").press("Enter")
    form = page.get_by_role("dialog")
    await expect(form).to_be_visible()
    await keys.press("Escape")
    await expect(form).to_have_count(0)
    await expect(page.locator("#line")).to_be_focused()


async def test_on_a_phone_hostile_words_stay_words_and_nothing_is_wider_than_the_screen(
    page: Page, address: str
) -> None:
    await page.set_viewport_size({"width": 375, "height": 700})
    await page.goto(f"{address}/#U0ANA/C0GENERAL")
    hostile = "<img src=x onerror=document.title=1> *<script>1</script>* <!channel> &lt;b&gt; javascript:1"
    await send(page, f"/clockin {hostile}")
    await expect(page.locator("article").last).to_contain_text("<img src=x onerror=document.title=1>")
    await expect(page.locator("article").last).to_contain_text("<!channel> &lt;b&gt;")
    assert await page.locator("#messages img, #messages script").count() == 0

    await page.locator("#menu").click()
    await be(page, "U0MARCO")
    await page.locator("#menu").click()
    await page.locator("#places button", has_text="general").click()
    await send(page, "/attendance report last week")
    await expect(page.get_by_role("table")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 375
    await page.locator("#behind").click()
    await expect(page.locator("#panel")).to_be_in_viewport()


async def test_by_keyboard_alone_a_shortcut_opens_the_form_and_another_clocks_in(page: Page, address: str) -> None:
    await page.goto(f"{address}/#U0ANA/C0GENERAL")
    keys, menu = page.keyboard, page.get_by_role("button", name="Shortcuts")
    await menu.press("Enter")
    await expect(page.get_by_role("menuitem", name="Clock in")).to_be_focused()
    assert await barriers(page) == []
    await keys.press("ArrowDown")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("Add a record")
    await keys.press("Escape")

    await menu.press("Enter")
    await keys.press("Enter")
    await page.locator("#places button", has_text="Attendance").click()
    await expect(page.locator("article").last).to_contain_text("Clocked in at")


async def test_only_those_who_may_delete_see_the_bin_and_it_asks_first(page: Page, address: str) -> None:
    await page.goto(f"{address}/#U0ADA/{LOG_CHANNEL}")
    await send(page, "/clockin")
    bin_of = page.locator("article", has_text="Ada Clarke clocked in").get_by_role("button", name="Delete")
    await bin_of.press("Enter")
    await expect(page.get_by_role("dialog")).to_contain_text("Delete Ada Clarke's record of")
    await page.get_by_role("button", name="Keep").press("Enter")
    assert await barriers(page) == []

    await be(page, "U0MARCO")
    await expect(page.locator("article", has_text="Ada Clarke clocked in")).to_be_visible()
    await expect(bin_of).to_have_count(0)


async def test_somebody_whose_slack_is_set_to_german_reads_german(page: Page, address: str) -> None:
    await page.goto(f"{address}/#U0ANA/C0GENERAL")
    language = page.get_by_label("Your Slack is in")
    await expect(language).to_have_value("en-GB")
    async with page.expect_response("**/ui/language"):
        await language.select_option("de-DE")
    await send(page, "/clockin")
    await expect(page.locator("article").last).to_contain_text("eingestempelt")

    await page.locator("#places button", has_text="Attendance").click()
    await page.get_by_role("button", name="Home").click()
    await expect(page.locator("#messages")).to_contain_text("Diese Woche")
    async with page.expect_response("**/ui/home"):
        await language.select_option("en-US")
    await expect(page.locator("#messages")).to_contain_text("This week")
    assert await barriers(page) == []
    await be(page, "U0MARCO")
    await expect(language).to_have_value("en-GB")


async def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical, in light and in dark."""
    found = []
    for colours in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
        run = await Axe().run(page, options={"resultTypes": ["violations"]})
        found += [
            f"{one['id']} in {colours}: {node['html']}"
            for one in run.response["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
    return found


async def test_messages_and_a_form_have_no_serious_barrier(page: Page, address: str) -> None:
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.goto(f"{address}/#U0ADA/C0GENERAL")
    await send(page, "/attendance report last week")
    await send(page, "/attendance events last week")
    await page.locator("#behind").click()
    await page.locator(".exchanges summary").first.click()
    await expect(page.locator(".exchanges pre").first).to_be_visible()
    assert await barriers(page) == []

    await page.fill("#line", "/attendance add ")
    await page.press("#line", "Enter")
    await page.get_by_role("dialog").locator("button[type=submit]").click()
    assert await barriers(page) == []
