"""What a page is told: everything at first, then only what has changed, and nothing that another alone may see."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientResponse, ClientSession, web
from playwright.async_api import Page, expect

from bot.practice.model import GENERAL
from bot.practice.people import ANA, BOT, KEI
from bot.practice.workspace import Workspace


@asynccontextmanager
async def news(workspace: Workspace, user_id: str) -> AsyncIterator[ClientResponse]:
    async with ClientSession() as http, http.get(f"{workspace.address}/ui/news?user={user_id}") as response:
        yield response


async def told(response: ClientResponse) -> tuple[str, dict[str, Any]]:
    """The next event's name and data."""
    name = (await response.content.readline()).decode().removeprefix("event: ").strip()
    data = json.loads((await response.content.readline()).decode().removeprefix("data: "))
    await response.content.readline()
    return name, data


async def test_after_the_start_a_page_is_told_of_what_has_changed_alone(workspace: Workspace) -> None:
    first = workspace.post(GENERAL, BOT.id, "One")
    async with news(workspace, ANA.id) as response:
        name, data = await told(response)
        assert (name, [message["text"] for message in data["messages"]]) == ("start", ["One"])
        assert {"people", "commands", "channels", "modal", "home", "mood", "ahead", "exchanges"} <= data.keys()

        workspace.post(GENERAL, BOT.id, "For Kei alone", visible_to=KEI.id)
        second = workspace.post(GENERAL, BOT.id, "Two")
        name, data = await told(response)
        assert (name, list(data), [message["ts"] for message in data["messages"]]) == (
            "news",
            ["messages"],
            [second.ts],
        )

        workspace.edit(second, "Two and a half", [])
        workspace.delete(first)
        _, data = await told(response)
        assert [message["text"] for message in data["messages"]] == ["Two and a half"]
        assert data["gone"] == [first.ts]

        workspace.set_mood("slow")
        assert await told(response) == ("news", {"mood": "slow"})


async def test_of_many_messages_the_newest_are_told_and_the_earlier_ones_when_they_are_asked_for(
    workspace: Workspace,
) -> None:
    for number in range(120):
        workspace.post(GENERAL, BOT.id, f"Number {number}")
    async with news(workspace, ANA.id) as response:
        _, data = await told(response)
    assert [data["messages"][place]["text"] for place in (0, -1)] == ["Number 70", "Number 119"]
    assert data["more"][GENERAL] is True
    query = {"user": ANA.id, "place": GENERAL, "before": data["messages"][0]["ts"]}
    async with ClientSession() as http, http.get(f"{workspace.address}/ui/messages", params=query) as answer:
        earlier = await answer.json()
    assert [earlier["messages"][place]["text"] for place in (0, -1)] == ["Number 20", "Number 69"]
    assert earlier["more"] is True


async def test_ten_thousand_messages_are_leafed_through_and_a_bot_that_is_down_is_picked_up_again(
    page: Page, workspace: Workspace
) -> None:
    up = workspace.bot_url
    for number in range(10_000):
        workspace.post(GENERAL, BOT.id, f"Number {number}.")
    await page.goto(f"{workspace.address}/#{ANA.id}/{GENERAL}")
    await expect(page.locator("article").last).to_contain_text("Number 9999.")
    await expect(page.locator("article")).to_have_count(50)
    await page.locator("#messages").evaluate("list => list.scrollTop = 0")
    await expect(page.locator("article").first).to_contain_text("Number 9900.")
    workspace.post(GENERAL, BOT.id, "Meanwhile")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.locator("article").last).to_be_in_viewport()
    await page.locator("#messages").evaluate("list => list.scrollTop = 0")
    await expect(page.locator("article").last).not_to_be_in_viewport()
    await page.get_by_role("combobox", name="Message").fill("What do I say?")
    await page.keyboard.press("Enter")
    await expect(page.locator("article").last).to_contain_text("What do I say?")
    await expect(page.locator("article").last).to_be_in_viewport()

    notice = page.get_by_role("alert")
    await expect(notice).to_be_hidden()
    workspace.bot_url = "http://127.0.0.1:9/slack/events"
    await expect(notice).to_contain_text("Attendance is down")
    workspace.bot_url = up
    await expect(notice).to_be_hidden()


async def test_a_page_whose_workspace_goes_finds_it_when_it_is_back(page: Page, workspace: Workspace) -> None:
    cut = True

    async def news_or_none(route: Any) -> None:
        await (route.abort() if cut else route.continue_())

    await page.route("**/ui/news*", news_or_none)
    await page.goto(f"{workspace.address}/#{ANA.id}/{GENERAL}")
    await expect(page.get_by_role("alert")).to_contain_text("The practice workspace is gone.")
    cut = False
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.locator("#place")).to_have_text("# general")


async def test_the_exchange_is_shown_with_its_signed_headers_and_the_mood_is_set_beside_it(
    page: Page, workspace: Workspace
) -> None:
    await workspace.command(ANA.id, "/clockin", "early")
    await page.goto(f"{workspace.address}/#{ANA.id}/{GENERAL}")
    await page.get_by_role("button", name="Behind the scenes").click()
    line = page.locator(".exchanges summary", has_text="/clockin")
    await expect(line).to_contain_text("ms")
    await line.click()
    await expect(page.locator(".exchanges .inside").first).to_contain_text("X-Slack-Signature")
    await expect(page.locator(".exchanges pre").first).to_contain_text("text = early")
    await page.get_by_role("radio", name="limited").check()
    await workspace.until(lambda: workspace.mood == "limited")
    async with ClientSession() as http, http.get(f"{workspace.address}/ui/exchanges/99999") as answer:
        assert answer.status == web.HTTPNotFound.status_code
