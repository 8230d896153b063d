"""The App Home tab."""

from __future__ import annotations

from datetime import timedelta

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Block, DividerBlock, HomeTabView

from bot import homes, wording
from bot.access import Caller, Via
from bot.chat import views
from bot.chat.add_record import press_add
from bot.chat.clocking import clock_in_button, clock_out_button, time_buttons
from bot.chat.report_view import hours_chart
from bot.chat.who import who_is_in
from bot.homes import Home
from bot.notices import Message
from bot.services import Services
from bot.slack import render
from bot.slack.blocks import context, section
from bot.slack.listener import Ask, Edge
from bot.wording import Reader
from bot.wording import home as sentences
from bot.wording.catalogue import _
from bot.wording.clocking import state
from bot.wording.refusals import refusal
from storage.errors import Refusal

log = structlog.get_logger(__name__)


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.event("app_home_opened")(edge.event(opened))
    edge.home = drawn


async def opened(ask: Ask) -> HomeTabView:
    """Somebody looks at the tab."""
    return home_view(await homes.home(ask.services, ask.caller, opened=True), ask.reader)


async def drawn(ask: Ask, note: str) -> HomeTabView:
    """The tab after a press on it: `note` is what came of the press."""
    return home_view(await homes.home(ask.services, ask.caller), ask.reader, note)


async def deliver_one(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Draws somebody's tab anew after a change that was made elsewhere."""
    await _publish(services, client, message.workspace_id, message.recipient)


async def deliver_to_those_who_see_others(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Draws the tabs anew that show who is in. One that Slack refuses, such as that of somebody who left, keeps no
    other from being drawn; while it takes none, all of them wait."""
    for user_id in await homes.those_who_see_others(services, message.workspace_id):
        try:
            await _publish(services, client, message.workspace_id, user_id)
        except SlackApiError as error:
            if error.response.status_code != 200:
                raise
            log.warning("home-not-drawn", user_id=user_id, reason=str(error.response.get("error")))


async def _publish(services: Services, client: AsyncWebClient, workspace_id: str, user_id: str) -> None:
    reader = Reader(user_id, services.database.clock())
    try:
        view = home_view(await homes.home(services, Caller(workspace_id, user_id, Via.SLACK)), reader)
    except Refusal as refused:
        view = HomeTabView([render.block(views.Text(refusal(refused, reader)))])
    await client.views_publish(user_id=user_id, view=view.to_dict())


def home_view(home: Home, reader: Reader, note: str = "") -> HomeTabView:
    """State and buttons, what is open to be answered, the week day by day, and to managers who is in."""
    blocks: list[Block] = [section(f"*{note}*"), DividerBlock()] if note else []
    if not home.is_employee:
        return HomeTabView([*blocks, section(sentences.NO_EMPLOYEE)])
    blocks.append(render.block(views.Text(state(home.status, reader))))
    pair = home.status.open_pair
    is_unresolved = home.question is not None and home.question.is_forgotten
    if home.question:
        blocks += [
            render.block(views.Text(sentences.open_question(home.question, reader))),
            render.block(views.Buttons(time_buttons(home.question))),
        ]
    clock = clock_in_button() if pair is None or is_unresolved else clock_out_button(pair)
    blocks.append(render.block(views.Buttons([clock, press_add.button(_("Add a record"))])))
    blocks += _week(home)
    if home.who is not None:
        blocks += map(render.block, who_is_in(home.who, reader))
    return HomeTabView([*blocks, context(sentences.HELP)])


def _week(home: Home) -> list[Block]:
    days = [home.monday + timedelta(days=number) for number in range(7)]
    by_day = {total.work_date: total for total in home.week}
    worked = [(f"{day:%a} {day.day} {day:%b}", by_day[day].worked if day in by_day else timedelta()) for day in days]
    chart = hours_chart(sentences.CHART, worked)
    lines = [sentences.day_line(by_day[day], home.now) for day in days if day in by_day]
    heading = f"*{wording.days(days[0], days[-1])}*"
    text = "\n".join([heading, *(lines or [sentences.NOTHING_YET])])
    return [DividerBlock(), *([render.block(chart)] if chart else []), section(text)]
