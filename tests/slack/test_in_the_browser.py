"""The real bot in a real browser: what people see, press and download."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook
from playwright.async_api import Page, expect

from bot.practice.people import ADA, MARCO
from tests.conftest import Clock, RunningBot


async def be(page: Page, bot: RunningBot, name: str) -> None:
    if not page.url.startswith("http"):
        await page.goto(bot.workspace.address)
    await page.select_option("#person", label=name)


async def type_line(page: Page, line: str) -> None:
    await page.fill("#line", line)
    await page.keyboard.press("Enter")


async def test_a_manager_exports_a_report_and_downloads_the_file(
    page: Page, bot: RunningBot, clock: Clock, tmp_path: Path
) -> None:
    await be(page, bot, MARCO.real_name)
    await type_line(page, "/clockin <!channel> early")
    await expect(page.locator("article").last).to_contain_text('✅ Clocked in at 09:02. "<!channel> early"')
    clock.advance(hours=3)
    await page.get_by_role("button", name="Clock out").click()
    await expect(page.locator("article").last).to_contain_text("✅ Clocked out at 12:02. Today: 3 h.")

    await type_line(page, "/attendance report")
    await expect(page.get_by_role("table")).to_contain_text("3 h")
    await page.get_by_role("button", name="Export Excel").click()
    await expect(page.locator("article").last).to_contain_text("Sent to you in a direct message: 1 record.")
    await page.locator("#places button", has_text="Attendance").first.click()
    async with page.expect_download() as download:
        await page.locator("a.file").click()
    fetched = tmp_path / "fetched.xlsx"
    await (await download.value).save_as(fetched)

    assert load_workbook(fetched)["Records"]["B2"].value == MARCO.real_name


async def test_the_home_tab_answers_in_place(page: Page, bot: RunningBot, clock: Clock) -> None:
    await be(page, bot, MARCO.real_name)
    await page.locator("#places button", has_text="Attendance").click()
    await page.get_by_role("button", name="Home", exact=True).click()
    await page.get_by_role("button", name="Clock in").click()
    await expect(page.locator(".home")).to_contain_text("✅ Clocked in at 09:02.")
    clock.advance(hours=1)
    await page.get_by_role("button", name="Clock out").click()

    await expect(page.locator(".home")).to_contain_text("✅ Clocked out at 10:02. Today: 1 h.")
    await expect(page.locator(".home figure.chart")).to_contain_text("Hours this week")


async def test_an_admin_makes_a_team_and_sets_the_log_channel(page: Page, bot: RunningBot) -> None:
    await be(page, bot, f"{ADA.real_name} (admin)")
    await type_line(page, "/attendance team")
    await page.get_by_role("button", name="New team…").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill("Night & day")
    await form.get_by_role("group").nth(0).get_by_label(MARCO.real_name).check()
    await form.get_by_label("Working hours").fill("never")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("as working hours")
    await form.get_by_label("Working hours").fill("mon-fri 22:00-06:00")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_have_count(0)

    await type_line(page, "/attendance settings")
    channel = page.get_by_role("dialog").get_by_label("Channel for each clock-in and clock-out")
    await channel.select_option(label="# general")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await type_line(page, "/clockin")

    await expect(page.locator("article:not(.own)")).to_contain_text("clocked in at")
