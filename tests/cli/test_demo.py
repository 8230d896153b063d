"""`attendance demo` in the browser: the page, the sample people and records, and the bot's answers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from playwright.async_api import Locator, Page, expect

from bot.calendar.ranges import parse_range
from bot.calendar.worktime import zone_named
from bot.cli.demo import demo, morning_of
from bot.practice.server import serve
from bot.practice.workspace import Workspace


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with demo() as (page, _):
        yield page


async def type_as(page: Page, person: str, line: str) -> Locator:
    """Becomes the person, types the line and sends it; the newest message."""
    await page.get_by_label("You are").select_option(person)
    before = await page.get_by_role("article").count()
    message = page.get_by_role("combobox", name="Message")
    await message.fill(line)
    await message.press("Escape")  # the hints
    await message.press("Enter")
    answer = page.get_by_role("article").last
    await expect(page.get_by_role("article")).not_to_have_count(before)
    return answer


async def test_a_visitor_clocks_in_reads_a_report_and_undoes_a_deletion(page: Page, address: str) -> None:
    await page.goto(address)
    answer = await type_as(page, "U0ANA", "/clockin in berlin <b>good</b> morning")
    await expect(answer).to_contain_text('Office: Berlin. "<b>good</b> morning"')
    await answer.get_by_role("button", name="Clock out").click()
    await expect(page.get_by_role("article").first).to_contain_text("Clocked out at")

    report = await type_as(page, "U0MARCO", "/attendance report last week")
    for name in ("Ana Silva", "Ben Fischer", "Marco Rossi", "Nora Jones"):
        await expect(report.get_by_role("table")).to_contain_text(name)

    events = await type_as(page, "U0ADA", "/attendance events last week @ana")
    table = events.get_by_role("table")
    days = table.locator("tbody th")
    newest = await days.first.inner_text()
    await table.get_by_role("button", name="Day").press("Enter")
    await expect(table.get_by_role("columnheader", name="Day")).to_have_attribute("aria-sort", "ascending")
    await expect(days.first).not_to_have_text(newest)
    await table.locator("tbody").get_by_role("button", name="Delete").first.press("Enter")
    await expect(events).to_contain_text("Delete @Ana Silva's record of")
    await events.get_by_role("button", name="Delete").click()
    await expect(events).to_contain_text("Deleted by Ada Clarke")
    await events.get_by_role("button", name="Undo").click()
    await expect(events).not_to_contain_text("Deleted by")


async def test_the_page_is_there_once_the_bot_answers_and_brings_no_old_news() -> None:
    workspace = Workspace(bot_url="")
    workspace.is_starting = True
    async with serve(workspace) as page, aiohttp.ClientSession() as http:
        for path in ("/", "/ui/changes"):
            async with http.get(f"{page}{path}") as waiting:
                assert waiting.status == 503
                assert "Starting…" in await waiting.text()
        workspace.is_starting = False
        async with http.get(f"{page}/") as shown:
            assert shown.status == 200


async def test_no_messages_of_last_week_arrive_at_the_start(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_label("You are").select_option("U0KEI")
    await type_as(page, "U0KEI", "/attendance")
    await expect(page.locator("body")).not_to_contain_text("added a record for you")


async def test_a_visitor_fills_in_the_form_with_a_mistake_first(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_label("You are").select_option("U0NORA")
    message = page.get_by_role("combobox", name="Message")
    await message.fill("/attendance add")
    await message.press("Escape")
    await message.press("Enter")
    form = page.get_by_role("dialog", name="Add a record")
    await form.get_by_label("Date", exact=True).fill("2026-01-15")
    await form.get_by_label("Start", exact=True).fill("22:00")
    await form.get_by_label("End", exact=True).fill("22:00")
    await form.get_by_role("button", name="Add").click()
    await expect(form).to_contain_text("The start and the end are the same. Change one of them.")
    await form.get_by_label("End", exact=True).fill("06:00")
    await form.get_by_role("button", name="Add").click()
    await form.get_by_label("Yes, it was on Thu 15 Jan").check()  # long ago
    await form.get_by_role("button", name="Add").click()
    await expect(form).to_have_count(0)
    await page.get_by_role("button", name=re.compile("Attendance.*new")).click()  # the app's own messages
    told = page.get_by_role("log")
    await expect(told).to_contain_text("Record added. Thu 15 Jan, 22:00 to 06:00 the next day · 8 h.")


@pytest.mark.parametrize(
    ("now", "start"),
    [
        ("2026-11-25T07:00", "2026-11-25T08:05"),  # a Wednesday, before nine in Berlin
        ("2026-11-25T14:30", "2026-11-25T08:05"),
        ("2026-11-27T22:30", "2026-11-27T08:05"),  # a Friday
        ("2026-11-28T12:00", "2026-11-27T08:05"),
        ("2026-11-29T12:00", "2026-11-27T08:05"),
        ("2026-11-29T23:30", "2026-11-30T08:05"),  # Monday in Berlin
        ("2026-03-29T09:00", "2026-03-27T08:05"),  # the clocks changed that night
    ],
)
def test_the_demo_starts_at_0905_on_a_working_day_of_this_week(now: str, start: str) -> None:
    real, shown = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (now, start))
    assert morning_of(real) == shown
    berlin = zone_named("Europe/Berlin")
    weeks = {parse_range("last week", at.astimezone(berlin).date()) for at in (real, shown)}
    assert len(weeks) == 1, "the page and the command line agree"


async def test_each_of_three_things_to_try_takes_one_press_and_on_a_friday_skips_to_monday(page: Page) -> None:
    async with demo(on=datetime(2026, 11, 27, 12, tzinfo=UTC)) as (address, _):
        await page.goto(address)
        await expect(page.locator("#about")).to_contain_text("Fri 09:05")
        card = page.get_by_role("region", name="Three things to try")
        await expect(card).to_contain_text("Skip to Monday, her next working day.")
        tall = await card.bounding_box()
        await card.get_by_role("button", name="/clockin").click()
        await expect(page.get_by_role("article").last).to_contain_text("09:05")
        small = await card.bounding_box()
        assert tall
        assert small
        assert small["height"] < 45 < tall["height"], "it takes one line beside messages"
        await card.get_by_role("button", name="/attendance report last week").click()
        await expect(page.get_by_label("You are")).to_have_value("U0MARCO")
        await expect(page.get_by_role("article").last.get_by_role("table")).to_contain_text("Ana Silva")
        await card.get_by_role("button", name="Skip to Monday").click()
        await expect(page.get_by_label("You are")).to_have_value("U0ANA")
        await expect(page.locator("#about")).to_contain_text("Mon 09:30")
        await expect(page.get_by_role("article").last).to_contain_text("When did you leave", timeout=10_000)


async def test_the_card_stays_closed(page: Page, address: str) -> None:
    await page.goto(address)
    card = page.get_by_role("region", name="Three things to try")
    await card.get_by_role("button", name="Close this card").press("Enter")
    await expect(card).to_have_count(0)
    await expect(page.locator("#line")).to_be_focused()
    await page.reload()
    await expect(page.get_by_text("No messages yet.")).to_be_visible()
    await expect(card).to_have_count(0)


async def test_a_press_on_a_suggested_command_sends_it_and_forms_offer_people_who_have_hours(
    page: Page, address: str
) -> None:
    await page.goto(address)
    suggested = page.get_by_role("group", name="Try these")
    await suggested.get_by_role("button", name="/attendance", exact=True).click()
    await expect(page.get_by_role("article").last).to_contain_text("Only visible to you")
    await expect(page.locator("#line")).to_have_value("")
    await page.locator("#line").press("ArrowUp")
    await expect(page.locator("#line")).to_have_value("/attendance")

    await page.get_by_label("You are").select_option("U0ADA")
    await suggested.get_by_role("button", name="/attendance settings").click()
    form = page.get_by_role("dialog", name="Settings")
    await expect(form.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    people = form.get_by_role("group", name="More admins")
    await expect(people).to_contain_text("Ana Silva")
    await expect(people).not_to_contain_text(re.compile("Attendance|Gus Weber"))
