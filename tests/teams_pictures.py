"""`make pictures`: takes pictures of the cards in Teams, light and dark, for docs/. Not a test: look at them yourself.

Microsoft's open renderer draws them (npm `adaptivecards`, MIT), which knows no charts and shows their figures in words.
npm fetches it into a temporary folder.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from bot.attendance import correction_queries
from bot.calendar.ranges import DateRange
from bot.calendar.typed import mention
from bot.chat import correction_card, direct_messages, log_channel
from bot.chat.features import router
from bot.chat.home import home
from bot.chat.refused import refused
from bot.chat.routing import Ask
from bot.chat.views import Form, Message, Outcome
from bot.cli import sample_story
from bot.cli.demo import LOG_CHANNEL, morning_of
from bot.msteams import forms, render
from bot.msteams.sizes import as_json
from bot.notifications import channel_posts
from bot.permissions import Caller, Via
from bot.practice.people import ADA, ANA, BEN, KEI, MARCO, NORA, PEOPLE, Member
from bot.reports import worked_time
from bot.reports.worked_time import Listing
from bot.runtime.services import Profile, Services
from bot.wording import Reader
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage.database import open_database
from storage.errors import Refusal
from tests.chat.conftest import PlainChat, buttons, fields_of
from tests.conftest import BROWSER_ARGUMENTS
from tests.pictures import keep, next_thursday, week_before_last

RENDERER = ("adaptivecards@3.0.6", "markdown-it@15")
SCRIPTS = ("adaptivecards/dist/adaptivecards.min.js", "markdown-it/dist/browser/markdown-it.umd.min.js")
PAGE = Path(__file__).parent / "data" / "teams_card.html"
WORKSPACE = "T0PRACTICE"
PRESSED = {"log_delete": "Delete"}
"""The button that is pressed in a picture."""
NAMES: Mapping[str, str] = {**{member.id: member.real_name for member in PEOPLE}, LOG_CHANNEL: "clock-ins"}


def main() -> None:
    """Takes all pictures, or only those named."""
    with tempfile.TemporaryDirectory() as folder:
        fetch = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", *RENDERER]
        subprocess.run(fetch, cwd=folder, check=True)
        asyncio.run(_take(Path(folder) / "node_modules", sys.argv[1:]))


async def _take(modules: Path, wanted: Collection[str]) -> None:
    drawn = {name: card for name, card in (await _cards()).items() if not wanted or name in wanted}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER_ARGUMENTS)
        for ending in ("", "-dark"):
            page = await browser.new_page(locale="en-GB", color_scheme="dark" if ending else "light")
            await page.goto(PAGE.as_uri())
            for script in SCRIPTS:
                await page.add_script_tag(path=modules / script)
            for name, (title, card) in drawn.items():
                keep(await _picture(page, title, card, PRESSED.get(name, "")), f"teams-{name}{ending}.png")
        await browser.close()


async def _picture(page: Page, title: str, card: Mapping[str, Any], pressed: str) -> bytes:
    faults = await page.evaluate("([title, card, names]) => draw(title, card, names)", [title, card, NAMES])
    assert not faults, faults
    if pressed:
        await page.get_by_role("button", name=pressed).first.click()
    return await page.locator("main").screenshot()


@dataclass
class _Walk:
    """One person, who types and presses."""

    services: Services
    member: Member
    chat: PlainChat = field(default_factory=PlainChat)

    async def say(self, words: str) -> Outcome:
        return await self._shown(direct_messages.said(router(), self._ask(words)))

    async def press(self, seen: Outcome, label: str) -> Outcome:
        assert isinstance(seen, Message)
        (button, *_) = [one for one in buttons(seen) if one.label == label]
        return await self._shown(router().pressed(self._ask(), button.action.name, button.action.pack(button.carries)))

    async def send(self, form: Outcome, **filled: object) -> Outcome:
        assert isinstance(form, Form)
        packed = form.action.pack(form.carries)
        return await self._shown(router().sent(self._ask(), form.action.name, packed, fields_of(form) | filled))

    async def card(self) -> Message:
        """The newest request that they may see."""
        caller = self._ask().caller
        newest = (await correction_queries.listed(self.services, caller))[-1]
        look = await correction_queries.find(self.services, caller, newest.correction_id)
        return await correction_card.card(self._ask(), look)

    async def home(self) -> Message:
        return await home(self._ask())

    def _ask(self, words: str = "") -> Ask:
        reader = Reader(self.member.id, self.services.database.clock(), zone=self.member.tz, slashes=False)
        caller = Caller(WORKSPACE, self.member.id, Via.TEAMS)
        return Ask(self.services, caller, reader, words, self.chat, opens_forms=True)

    async def _shown(self, doing: Awaitable[Outcome]) -> Outcome:
        try:
            return await doing
        except Refusal as error:
            return refused(error, self._ask().reader)


async def _cards() -> dict[str, tuple[str, dict[str, Any]]]:
    """The cards by the pictures' names, each with the title of its dialog; empty for a message."""
    async with _story() as services:
        walks = {member: _Walk(services, member) for member in (ANA, BEN, MARCO, ADA, NORA, KEI)}
        ana, ben, marco, ada, nora = (walks[member] for member in (ANA, BEN, MARCO, ADA, NORA))
        records = await ada.say(f"events last week {mention(ANA.id)}")
        left = await nora.press(await nora.say("status"), "Another time…")
        assert isinstance(left, Form)
        found: dict[str, Outcome] = {
            "status": await marco.home(),
            "clockin": await ana.say("in in berlin good morning"),
            "report": await marco.say("report last week"),
            "add": await marco.press(await marco.say("add"), "Add a record"),
            "who": await marco.say("who"),
            "events": records,
            "delete": await ada.press(records, "Delete"),
            "history": await ben.say("history last week"),
            "team": await ada.press(await ada.say("team"), "Change…"),
            "settings": await ada.press(await ada.say("settings"), "Show settings"),
            "tokens": await ada.press(await ada.say("tokens"), "New token…"),
            "forgotten": await nora.say("status"),
            "left_at": left,
            "help": await walks[KEI].say("help"),
            "refused": await ana.say("report lst week"),
            "pinned": await _posted(walks[KEI]),
            "sign": await ana.say("sign"),
            "sign_team": await marco.say(f"sign {week_before_last()}"),
            "sign_approved": await ana.say(f"sign {week_before_last()}"),
            "sign_changed": await walks[KEI].say(f"sign {week_before_last()}"),
            "log_channel": await _log_post(services),
            "log_delete": await _log_post(services),
            **await _requests(services, ana, marco),
        }
    return {name: _drawn(name, outcome) for name, outcome in found.items()}


async def _requests(services: Services, ana: _Walk, marco: _Walk) -> dict[str, Outcome]:
    """The card in each state. It changes the story, so it comes last."""
    found: dict[str, Outcome] = {}
    found["ask"] = form = await ana.press(await ana.say("fix last friday"), "Change…")
    await ana.send(form, end="18:10", reason="I forgot to clock out")
    found["request"] = card = await marco.card()
    await marco.send(await marco.press(card, "Decline…"), why="Who was there with you?")
    found["request-declined"] = card = await ana.card()
    await ana.send(await ana.press(card, "Ask again"), end="18:10", reason="Ben was there")
    await marco.press(await marco.card(), "Approve")
    found["request-approved"] = await ana.card()
    admin = Caller(WORKSPACE, ADA.id, Via.TEAMS)
    await workspace_settings.change(services, admin, corrections=CorrectionWay.BOTH)
    theirs = await marco.say(f"fix last friday {mention(ANA.id)}")
    await marco.send(await marco.press(theirs, "Change…"), end="17:30", reason="The office closed at half past five")
    found["consent"] = card = await ana.card()
    await ana.send(await ana.press(card, "I object…"), why="I finished the inventory with Ben")
    found["consent-objected"] = card = await marco.card()
    await marco.press(card, "Apply without agreement")
    found["consent-applied"] = await ana.card()
    return found


def _drawn(name: str, outcome: Outcome) -> tuple[str, dict[str, Any]]:
    if isinstance(outcome, Form):
        entries = {"person": ANA.id, "date": "2026-11-23", "start": "22:00", "end": "22:00", "note": "inventory"}
        wrong = {"end": "That's the same time as the start. Type when the work ended."} if name == "add" else {}
        return outcome.title, forms.dialog(outcome, NAMES, entries=entries if wrong else None, errors=wrong)
    assert isinstance(outcome, Message)
    return "", as_json(render.card(outcome, NAMES, reader=ADA.id))


async def _posted(walk: _Walk) -> Message:
    await walk.say("post")
    return walk.chat.posted[-1]


async def _log_post(services: Services) -> Message:
    """Yesterday's shifts, as they are posted."""
    now = services.database.clock()
    days = DateRange(now.date() - timedelta(days=1), now.date())
    listing = Listing(days, None, now, 0)
    page = await worked_time.events_page(services, Caller(WORKSPACE, ADA.id, Via.SLACK), listing)
    shifts = await channel_posts.shifts(services, WORKSPACE, [pair.clock_in.id for pair in page.pairs[:4]])
    return log_channel.post(list(shifts.values()), now)


@asynccontextmanager
async def _story() -> AsyncIterator[Services]:
    """A ledger with the demo's sample records, on a Thursday morning."""
    clock = sample_story.StoryClock(morning_of(next_thursday()))
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(f"sqlite:///{Path(folder) / 'story.db'}", clock=clock)
        try:
            services = Services(database, _Directory())
            await sample_story.write(services, clock, WORKSPACE, LOG_CHANNEL)
            yield services
        finally:
            await database.close()


class _Directory:
    """Knows the people of the story."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        found = [one for one in PEOPLE if one.id == user_id]
        return next(
            (
                Profile(workspace_id, one.id, one.real_name, one.tz, one.is_admin, False, one.is_bot, False, now)
                for one in found
            ),
            None,
        )


if __name__ == "__main__":
    main()
