"""The practice workspace's page with 10,000 messages in the channel: `python -m benchmarks.page`.

Figures of their own, not part of `make bench`: a page has no floor to be compared with, but itself with ten messages.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from playwright.async_api import Page, async_playwright, expect

from bot.practice.model import GENERAL
from bot.practice.people import ANA, BOT
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.conftest import BROWSER_ARGUMENTS

ROUNDS = 5


async def main() -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER_ARGUMENTS)
        for count in (10, 10_000):
            workspace = Workspace(bot_url="")
            async with serve(workspace) as address:
                for number in range(count):
                    workspace.post(GENERAL, BOT.id if number % 3 else ANA.id, f"Message {number} of *{count}*")
                page = await browser.new_page()
                await _measure(page, workspace, f"{address}/#{ANA.id}/{GENERAL}", count)
                await page.close()
        await browser.close()


async def _measure(page: Page, workspace: Workspace, address: str, count: int) -> None:
    shown = [await _timed(_show(page, address, count)) for _ in range(ROUNDS)]
    typed = [await _timed(_type(page)) for _ in range(ROUNDS)]
    arrived = [await _timed(_arrive(page, workspace, f"Arrived {number}")) for number in range(ROUNDS)]
    many = await _timed(_flood(page, workspace, 1000))
    figures = ", ".join(
        f"{name} {statistics.median(found) * 1000:.0f} ms"
        for name, found in (
            ("to show", shown),
            ("to type /clockin", typed),
            ("for one more", arrived),
            ("for 1,000", [many]),
        )
    )
    drawn = await page.locator("article").count()
    print(f"{count:,} messages: {figures}; {drawn} stand in the page", flush=True)


async def _timed(work: object) -> float:
    started = time.perf_counter()
    await work  # type: ignore[misc]
    return time.perf_counter() - started


async def _show(page: Page, address: str, count: int) -> None:
    await page.goto("about:blank")
    await page.goto(address)
    await expect(page.locator("article").last).to_contain_text(f"Message {count - 1} of")


async def _type(page: Page) -> None:
    """Key by key, each shown before the next, until the suggestion for it stands there."""
    await page.locator("#line").fill("")
    for end in range(1, len("/clockin") + 1):
        await page.keyboard.press("/clockin"[end - 1])
        await expect(page.locator("#line")).to_have_value("/clockin"[:end])
    await expect(page.locator("#hints")).to_be_visible()


async def _arrive(page: Page, workspace: Workspace, text: str) -> None:
    workspace.post(GENERAL, ANA.id, text)
    await expect(page.locator("article").last).to_contain_text(text)


async def _flood(page: Page, workspace: Workspace, many: int) -> None:
    for number in range(many):
        workspace.post(GENERAL, ANA.id, f"Flood {number}.")
    await expect(page.locator("article").last).to_contain_text(f"Flood {many - 1}.")


if __name__ == "__main__":
    asyncio.run(main())
