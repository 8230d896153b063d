"""The page in a real browser: what people do reaches the bot, and its answers are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.workspace import Workspace

if TYPE_CHECKING:
    from tests.practice.conftest import ScriptedBot


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def report() -> dict[str, Any]:
    people = [("Ana", 7.5), ("Ben", 8.25), ("Kei", 6.0)]
    rows = [
        [{"type": "raw_text", "text": name}, {"type": "raw_number", "value": n, "text": f"{n} h"}] for name, n in people
    ]
    head = [{"type": "raw_text", "text": text} for text in ("Person", "Worked")]
    sure = {"title": plain("Delete?"), "text": plain("Ana, Monday"), "confirm": plain("Delete"), "deny": plain("Keep")}
    delete = {"type": "button", "action_id": "delete", "value": "e1", "text": plain("Delete"), "confirm": sure}
    table = {"type": "data_table", "caption": "Last week", "page_size": 2, "rows": [head, *rows]}
    words = {"type": "section", "text": {"type": "mrkdwn", "text": "*Hours* of <@U0ANA> &lt;b&gt;not bold&lt;/b&gt;"}}
    return {"text": "Last week", "blocks": [words, table, {"type": "actions", "elements": [delete]}]}


def form() -> dict[str, Any]:
    comment = {"type": "plain_text_input", "action_id": "a", "multiline": True}
    person = {"type": "users_select", "action_id": "a", "initial_user": "U0ANA"}
    inputs = [
        {"type": "input", "block_id": key, "label": plain(key.title()), "element": element}
        for key, element in (("person", person), ("comment", comment))
    ]
    return {"type": "modal", "callback_id": "add", "title": plain("Add"), "submit": plain("Save"), "blocks": inputs}


async def test_a_person_types_reads_sorts_presses_and_fills_in_a_form(
    page: Page, workspace: Workspace, bot: ScriptedBot
) -> None:
    await page.goto(f"{workspace.address}/#U0ANA")
    bot.answers = [report()]
    await page.get_by_role("combobox", name="Message").fill("/att")
    await page.keyboard.press("Enter")  # takes the hint
    await page.keyboard.type("report last week")
    await page.keyboard.press("Enter")
    message = page.get_by_role("article").last
    await expect(message).to_contain_text("Only visible to you")
    await expect(message).to_contain_text("Hours of @Ana Silva <b>not bold</b>")
    assert bot.last["text"] == "report last week"

    await message.get_by_role("button", name="Worked").click()
    await message.get_by_role("button", name="Worked").click()
    await expect(message.locator("tbody tr").first).to_contain_text("Ben")
    await message.get_by_role("button", name="Next page").click()
    await expect(message.locator("tbody tr")).to_contain_text(["Kei"])

    await message.get_by_role("button", name="Delete").click()
    async with page.expect_response("**/ui/press"):
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    assert bot.last["actions"][0]["value"] == "e1"

    api = AsyncWebClient(token=workspace.bot_token, base_url=f"{workspace.address}/api/")
    await api.views_open(trigger_id=bot.last["trigger_id"], view=form())
    dialog = page.get_by_role("dialog", name="Add")
    bot.answers = [{"response_action": "errors", "errors": {"person": "Not yours."}}]
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Please fill in this field.")).to_be_visible()
    await dialog.get_by_label("Comment").fill("forgot")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_text("Not yours.")).to_be_visible()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    assert bot.last["view"]["state"]["values"]["comment"]["a"]["value"] == "forgot"

    await page.get_by_label("You are").select_option("U0BEN")
    await expect(page.get_by_text("No messages yet.")).to_be_visible()
