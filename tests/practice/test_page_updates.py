"""A page shows the newest 50 messages, nothing that only another person may see, and every change at once."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientSession, web
from playwright.async_api import Page, expect

from bot.practice.model import GENERAL
from bot.practice.people import ANA, BOT, KEI
from bot.practice.workspace import Workspace


async def state_of(workspace: Workspace, **query: str) -> dict[str, Any]:
    async with ClientSession() as http, http.get(f"{workspace.address}/ui/state", params=query) as response:
        return dict(await response.json())


async def test_each_change_is_sent_to_the_page(workspace: Workspace) -> None:
    message = workspace.post(GENERAL, BOT.id, "One")
    async with ClientSession() as http, http.get(f"{workspace.address}/ui/changes") as response:

        async def told() -> None:
            while await response.content.readline() != b"data: changed\n":
                pass

        await told()
        workspace.edit(message, "Two", [])
        await told()
        workspace.delete(message)
        await told()
        workspace.set_mood("slow")
        await told()


async def test_a_page_gets_the_newest_messages_of_its_place_and_none_for_other_people(
    workspace: Workspace,
) -> None:
    for number in range(120):
        workspace.post(GENERAL, BOT.id, f"Number {number}")
    hidden = workspace.post(GENERAL, BOT.id, "For Kei alone", visible_to=KEI.id)
    state = await state_of(workspace, user=ANA.id, place=GENERAL)
    assert [message["text"] for message in state["messages"]] == [f"Number {number}" for number in range(70, 120)]
    assert state["newest"][GENERAL] == state["messages"][-1]["ts"] < hidden.ts
    assert (await state_of(workspace, user=KEI.id, place=GENERAL))["messages"][-1]["text"] == "For Kei alone"
    direct = await state_of(workspace, user=ANA.id, place=workspace.direct(ANA.id))
    assert direct["messages"] == []


async def test_an_unknown_person_and_place_show_the_first_ones(workspace: Workspace) -> None:
    state = await state_of(workspace, user="U0GONE", place=workspace.direct(KEI.id))
    assert (state["me"], state["place"]) == (ANA.id, GENERAL)


async def test_new_messages_do_not_move_a_reader_who_scrolled_up_and_a_bot_that_is_down_is_noticed(
    page: Page, workspace: Workspace
) -> None:
    for number in range(60):
        workspace.post(GENERAL, BOT.id, f"Number {number}.")
    await page.goto(f"{workspace.address}/#{ANA.id}/{GENERAL}")
    await expect(page.locator("article").last).to_be_in_viewport()
    await expect(page.locator("article")).to_have_count(50)
    await page.locator("#messages").evaluate("list => list.scrollTop = 0")
    await expect(page.locator("article").last).not_to_be_in_viewport()
    workspace.post(GENERAL, BOT.id, "Meanwhile")
    await page.get_by_role("button", name="New messages").click()
    await expect(page.locator("article").last).to_contain_text("Meanwhile")
    await expect(page.locator("article").last).to_be_in_viewport()
    await page.locator("#messages").evaluate("list => list.scrollTop = 0")
    await page.get_by_role("combobox", name="Message").fill("What do I say?")
    await page.keyboard.press("Enter")
    await expect(page.locator("article").last).to_contain_text("What do I say?")
    await expect(page.locator("article").last).to_be_in_viewport()

    up, notice = workspace.bot_url, page.get_by_role("alert")
    await expect(notice).to_be_hidden()
    workspace.bot_url = "http://127.0.0.1:9/slack/events"
    await expect(notice).to_contain_text("Attendance isn't running")
    workspace.bot_url = up
    await expect(notice).to_be_hidden()


async def test_the_page_reconnects_when_the_workspace_is_back(page: Page, workspace: Workspace) -> None:
    cut = True

    async def changes_or_none(route: Any) -> None:
        await (route.abort() if cut else route.continue_())

    await page.route("**/ui/changes", changes_or_none)
    await page.goto(f"{workspace.address}/#{ANA.id}/{GENERAL}")
    await expect(page.get_by_role("alert")).to_contain_text("The practice workspace has stopped.")
    cut = False
    await expect(page.get_by_role("alert")).to_be_hidden()
    await expect(page.locator("#place")).to_have_text("# general")


async def test_a_request_is_shown_with_its_signed_headers_and_the_mood_can_be_set(
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
