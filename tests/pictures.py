"""`make pictures`: takes pictures of the demo, light and dark, for docs/. Not a test: look at them yourself."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright, expect

from bot.cli.demo import LOG_CHANNEL, demo
from tests.conftest import BROWSER_ARGUMENTS, ROOT

DOCS = ROOT / "docs"
WIDE = ViewportSize(width=1100, height=820)
PHONE = ViewportSize(width=390, height=720)
COLOURS = 200
"""Enough for text on a plain background."""


async def main() -> None:
    """Takes all pictures, or only those named."""
    wanted = sys.argv[1:]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER_ARGUMENTS)
        for ending in ("", "-dark"):
            async with demo(on=next_thursday()) as (address, bot):
                for name, (person, place, steps) in pictures(bot).items():
                    if wanted and name not in wanted:
                        continue
                    page = await browser.new_page(locale="en-GB")
                    await page.set_viewport_size(PHONE if name == "phone" else WIDE)
                    await page.emulate_media(color_scheme="dark" if ending else "light")
                    if name != "start":
                        await page.add_init_script("sessionStorage.setItem('welcome', 'closed')")
                    await page.goto(f"{address}/#{person}/{place}")
                    await expect(page.locator("#place")).not_to_be_empty()
                    await steps(page)
                    await page.wait_for_timeout(500)  # for animations
                    keep(await page.screenshot(), f"{name}{ending}.png")
                    await page.keyboard.press("Escape")  # the next person must not see the form
                    await expect(page.get_by_role("dialog")).to_have_count(0)
                    await page.close()
        await browser.close()


def next_thursday() -> datetime:
    """So that this week has hours too."""
    now = datetime.now(UTC)
    return (now + timedelta(days=(3 - now.weekday()) % 7 or 7)).replace(hour=0)


def keep(picture: bytes, name: str) -> None:
    """Stores it in docs/, with few colours."""
    few = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(DOCS / name, optimize=True)


def lines(*typed: str) -> Callable[[Page], Awaitable[None]]:
    """Types each line, and waits for the last answer."""

    async def steps(page: Page) -> None:
        for line in typed:
            await page.fill("#line", line)
            await page.press("#line", "Escape")
            await page.press("#line", "Enter")
            await page.wait_for_timeout(700)

    return steps


async def deleting(page: Page) -> None:
    await lines("/attendance events last week @ben")(page)
    await page.get_by_role("table").last.get_by_role("button", name="Delete").first.click()
    await expect(page.get_by_role("button", name="Keep")).to_be_visible()


def pressing(label: str, line: str) -> Callable[[Page], Awaitable[None]]:
    """Types the line, and presses the first button with that label, which opens a form."""

    async def steps(page: Page) -> None:
        await lines(line)(page)
        await page.get_by_role("article").last.get_by_role("button", name=label).first.click()
        await expect(page.get_by_role("dialog")).to_be_visible()

    return steps


async def shortcuts(page: Page) -> None:
    await page.get_by_role("button", name="Shortcuts").click()
    await expect(page.get_by_role("menuitem", name="Who is in")).to_be_visible()


async def pinned(page: Page) -> None:
    await lines("/attendance post")(page)
    await page.get_by_role("article").filter(has_text="Posted by").get_by_role("button", name="Clock out").click()
    await expect(page.get_by_role("article").last).to_contain_text("Clocked out at")


async def log_channel(page: Page) -> None:
    await lines("/clockin")(page)
    await expect(page.locator(".icon-button").first).to_be_visible()


async def adding(page: Page) -> None:
    await lines("/attendance add")(page)
    form = page.get_by_role("dialog")
    await form.get_by_label("Date", exact=True).fill((datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%d"))
    await form.get_by_label("Start", exact=True).fill("22:00")
    await form.get_by_label("End", exact=True).fill("22:00")
    await form.locator("button[type=submit]").click()
    await expect(form.locator(".error:not([hidden])")).to_be_visible()


async def home(page: Page) -> None:
    await page.get_by_role("button", name="Messages").click()
    await page.get_by_role("button", name="Home", exact=True).click()
    await expect(page.locator(".home figure")).to_be_visible()


async def on_a_break(page: Page) -> None:
    await lines("/clockin at 8:02 in berlin", "/break")(page)
    await home(page)
    await expect(page.get_by_role("button", name="I'm done for today")).to_be_visible()


async def missing_break(page: Page) -> None:
    """At the end of the afternoon, so it comes last."""
    await page.locator("#behind").click()
    for hour in range(10, 16):
        await page.get_by_role("button", name="1 hour later").click()
        await expect(page.locator(".clock .face")).to_contain_text(f"{hour}:05")
    await page.get_by_role("button", name="Close").click()
    await lines("/clockin at 8:02 in berlin", "/clockout")(page)
    await expect(page.get_by_role("button", name="I had none: why").last).to_be_visible()


async def another_time(page: Page) -> None:
    await lines("/attendance")(page)
    await page.get_by_role("button", name="Another time").last.click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def look_as(page: Page, person: str) -> None:
    """The same page as that person, in their chat with the bot."""
    address = page.url.partition("#")[0]
    await page.goto("about:blank")  # another part of the same page wouldn't load it
    await page.goto(f"{address}#{person}/{person.replace('U0', 'D0')}")
    await expect(page.locator("#place")).not_to_be_empty()
    await page.wait_for_timeout(700)


async def fill_in_change(page: Page, line: str, end: str, why: str, button: str = "Change…") -> None:
    if line:
        await lines(line)(page)
    await page.get_by_role("article").last.get_by_role("button", name=button).first.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("End", exact=True).fill(end)
    await form.get_by_label("Reason").fill(why)


async def send(page: Page) -> None:
    await page.get_by_role("dialog").locator("button[type=submit]").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.wait_for_timeout(1500)  # the card follows


async def say_no(page: Page, button: str, why: str) -> None:
    await page.get_by_role("button", name=button).last.click()
    await page.get_by_role("dialog").get_by_label("Your reason").fill(why)
    await send(page)


async def asking(page: Page) -> None:
    await fill_in_change(page, "/attendance fix last friday", "18:10", "I forgot to clock out")


async def request(page: Page) -> None:
    await asking(page)
    await send(page)
    await look_as(page, "U0MARCO")
    await expect(page.get_by_role("button", name="Approve").last).to_be_visible()


async def declined(page: Page) -> None:
    await say_no(page, "Decline…", "Who was there with you?")
    await look_as(page, "U0ANA")
    await expect(page.get_by_role("button", name="Ask again").last).to_be_visible()


async def approved(page: Page) -> None:
    await page.get_by_role("button", name="Ask again").last.click()
    form = page.get_by_role("dialog")
    await form.get_by_label("End", exact=True).fill("18:10")
    await form.get_by_label("Reason").fill("Ben was there")
    await send(page)
    await look_as(page, "U0MARCO")
    await page.get_by_role("button", name="Approve").last.click()
    await page.wait_for_timeout(1500)
    await look_as(page, "U0ANA")
    await expect(page.get_by_role("article").last).to_contain_text("approved your change")


async def both_agree(page: Page) -> None:
    """From here on."""
    await lines("/attendance settings")(page)
    await page.get_by_role("dialog").get_by_label("Both sides agree to each change").check()
    await send(page)
    await look_as(page, "U0MARCO")
    await fill_in_change(page, "/attendance fix last friday @ana", "17:30", "The office closed at half past five")
    await send(page)
    await look_as(page, "U0ANA")
    await expect(page.get_by_role("button", name="I agree").last).to_be_visible()


async def objected(page: Page) -> None:
    await say_no(page, "I object…", "I finished the inventory with Ben")
    await look_as(page, "U0MARCO")
    await expect(page.get_by_role("button", name="Apply without agreement").last).to_be_visible()


async def applied_alone(page: Page) -> None:
    await page.get_by_role("button", name="Apply without agreement").last.click()
    await page.get_by_role("dialog").get_by_role("button", name="Apply", exact=True).click()
    await page.wait_for_timeout(1500)
    await look_as(page, "U0ANA")
    await expect(page.get_by_role("article").last).to_contain_text("without your agreement")


async def behind_the_scenes(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 720})
    await lines("/attendance who")(page)
    await page.locator("#behind").click()
    await page.locator(".exchanges summary", has=page.locator(".to-bot")).first.click()


def inspecting(bot: str) -> Callable[[Page], Awaitable[None]]:
    """The page for inspectors, with a token that an admin makes in the chat."""

    async def steps(page: Page) -> None:
        await pressing("New token to read…", "/attendance tokens")(page)
        form = page.get_by_role("dialog")
        await form.get_by_label("Whose records").select_option(label="Everyone")
        yesterday = next_thursday() - timedelta(days=1)
        for label, day in (("First day it reads", yesterday - timedelta(days=24)), ("Last day it reads", yesterday)):
            await form.get_by_label(label).fill(f"{day:%Y-%m-%d}")
        await form.get_by_label("Reason", exact=False).fill("Labour inspectorate, visit on 3 Dec")
        await form.locator("button[type=submit]").click()
        token = await form.locator("code").first.inner_text()
        await page.goto(f"{bot}/inspect")
        await page.get_by_label("Access token").fill(token)
        await page.keyboard.press("Enter")
        await page.get_by_label("Person").select_option(label="Ana Silva")
        week = next_thursday() - timedelta(days=17)
        await page.get_by_label("From").fill(f"{week:%Y-%m-%d}")
        await page.get_by_label("Until").fill(f"{week + timedelta(days=6):%Y-%m-%d}")
        await page.get_by_role("button", name="Show", exact=True).click()
        rows = page.get_by_role("region", name="Records").locator("tbody tr")
        await rows.filter(has_text="Changed").first.get_by_role("button").click()
        await expect(page.get_by_role("region", name="Change history")).to_be_visible()
        await page.set_viewport_size({"width": 1100, "height": await page.evaluate("document.body.scrollHeight") + 32})

    return steps


GENERAL = "C0GENERAL"


def pictures(bot: str) -> dict[str, tuple[str, str, Callable[[Page], Awaitable[None]]]]:
    """All of them. `bot`: its address."""
    return PICTURES | {"inspect": ("U0ADA", "D0ADA", inspecting(bot))}


def week_before_last() -> str:
    """A day of it, as it's typed."""
    return f"{next_thursday() - timedelta(days=14):%Y-%m-%d}"


PICTURES: dict[str, tuple[str, str, Callable[[Page], Awaitable[None]]]] = {
    "start": ("U0ANA", GENERAL, lines()),
    "clockin": ("U0ANA", GENERAL, lines("/clockin in berlin good morning")),
    "report": ("U0MARCO", GENERAL, lines("/attendance report last week")),
    "home": ("U0MARCO", "home", home),
    "findings": ("U0MARCO", GENERAL, lines("/attendance report last week @ana")),
    "add": ("U0MARCO", GENERAL, adding),
    "who": ("U0MARCO", "D0MARCO", lines("who")),
    "events": ("U0ADA", GENERAL, lines("/attendance events last week @ana")),
    "delete": ("U0ADA", GENERAL, deleting),
    "history": ("U0BEN", "D0BEN", lines("history last week")),
    "team": ("U0ADA", GENERAL, pressing("Change…", "/attendance team")),
    "office": ("U0ADA", GENERAL, pressing("Change…", "/attendance office")),
    "settings": ("U0ADA", GENERAL, lines("/attendance settings")),
    "tokens": ("U0ADA", GENERAL, pressing("New token…", "/attendance tokens")),
    "direct": ("U0BEN", "D0BEN", lines("status", "report last week")),
    "forgotten": ("U0NORA", GENERAL, lines("/attendance")),
    "left_at": ("U0NORA", "D0NORA", another_time),
    "shortcuts": ("U0KEI", GENERAL, shortcuts),
    "pinned": ("U0KEI", GENERAL, pinned),
    "log_channel": ("U0ADA", LOG_CHANNEL, log_channel),
    "help": ("U0KEI", GENERAL, lines("/attendance help")),
    "behind": ("U0MARCO", GENERAL, behind_the_scenes),
    "phone": ("U0MARCO", GENERAL, lines("/attendance report last week")),
    "break": ("U0ANA", "D0ANA", on_a_break),
    "sign": ("U0ANA", "D0ANA", lines("sign")),
    "sign_team": ("U0MARCO", "D0MARCO", lines(f"sign {week_before_last()}")),
    "sign_approved": ("U0ANA", "D0ANA", lines(f"sign {week_before_last()}")),
    "sign_changed": ("U0KEI", "D0KEI", lines(f"sign {week_before_last()}")),
    "finding": ("U0MARCO", "D0MARCO", missing_break),
    "ask": ("U0ANA", "D0ANA", asking),
    "request": ("U0ANA", "D0ANA", request),
    "request-declined": ("U0MARCO", "D0MARCO", declined),
    "request-approved": ("U0ANA", "D0ANA", approved),
    "consent": ("U0ADA", "D0ADA", both_agree),
    "consent-objected": ("U0ANA", "D0ANA", objected),
    "consent-applied": ("U0MARCO", "D0MARCO", applied_alone),
}


if __name__ == "__main__":
    asyncio.run(main())
