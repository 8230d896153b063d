"""`/attendance settings`: the form for everything that admins set for the workspace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slackblocks import (
    Block,
    CheckboxGroup,
    ConversationFilter,
    ConversationSelectMenu,
    InputBlock,
    ModalView,
    Option,
)

from bot import workspace_settings
from bot.errors import NotFullMembers, NotReadable, UnknownZone
from bot.slack.admin_blocks import field, people, remembered, typed
from bot.slack.blocks import Answer, plain
from bot.slack.listener import Ask, Edge
from bot.wording import admin as wording
from bot.workspace_settings import NO, YES, Overview, in_words
from storage.errors import UnknownUser

FORM = "settings"
LONGEST_LINE = 100
MOST_ADMINS = 100  # so many fit in what the form remembers
TYPED = ("working_hours", "ask_after", "weekly_summary")
CHANNELS = ("log_channel", "anchor_channel")
FLAGS = ("reminders", "anchor_to_people")


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `open_form` is reached through `/attendance settings`."""
    app.view(FORM)(edge.submission(submit, field_of))


async def open_form(ask: Ask) -> None:
    """Opens the form with what is set now; Slack gives a trigger 3 seconds."""
    view = form(await workspace_settings.overview(ask.services, ask.caller))
    await ask.open(view)


async def submit(ask: Ask) -> Answer:
    """Changes what differs from what the form showed: what others changed meanwhile stays."""
    await workspace_settings.overview(ask.services, ask.caller)  # whoever may not learns no more than that
    fields, shown = ask.fields or {}, remembered(ask.metadata)
    sent = {name: str(fields.get(name) or "").strip() or NO for name in (*TYPED, *CHANNELS, "zone")}
    sent |= {name: YES if fields.get(name) else NO for name in FLAGS}
    new = {name: text for name, text in sent.items() if text != shown.get(name, NO)}
    chosen, before = set(fields.get("admins") or ()), set(shown.get("admins") or ())
    await workspace_settings.change(
        ask.services,
        ask.caller,
        zone=new.pop("zone", None),
        appointed=chosen - before,
        dismissed=before - chosen,
        **{name: workspace_settings.typed(name, text) for name, text in new.items()},
    )
    return Answer(wording.SETTINGS_SAVED)


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where a refusal is shown."""
    match error:
        case NotReadable("working hours"):
            return "working_hours"
        case NotReadable("hours"):
            return "ask_after"
        case NotReadable("weekly time"):
            return "weekly_summary"
        case NotFullMembers() | UnknownUser() if "admins" in fields:
            return "admins"
        case UnknownZone():
            return "zone"
    return "zone"  # the first


def form(now: Overview) -> ModalView:
    """Everything that is set, as it is."""
    words = in_words(now)
    blocks: list[Block] = [
        field("zone", wording.ZONE, typed("value", now.zone, LONGEST_LINE), hint=wording.WORKSPACE_ZONE_HINT),
        _line("working_hours", wording.WORKING_HOURS, wording.WORKING_HOURS_HINT, words),
        _switch("reminders", wording.REMINDERS, wording.REMINDERS_OPTION, words),
        _line("ask_after", wording.ASK_AFTER, wording.ASK_AFTER_HINT, words),
        _line("weekly_summary", wording.WEEKLY_SUMMARY, wording.WEEKLY_SUMMARY_HINT, words),
        _channel("log_channel", wording.LOG_CHANNEL, words),
        _channel("anchor_channel", wording.ANCHOR_CHANNEL, words),
        _switch("anchor_to_people", wording.ANCHOR_TO_PEOPLE, wording.ANCHOR_TO_PEOPLE_OPTION, words),
    ]
    admins = sorted(now.appointed) if len(now.appointed) <= MOST_ADMINS else None
    if admins is not None:
        menu = people("value", admins)
        blocks.append(field("admins", wording.ADMINS, menu, hint=wording.ADMINS_HINT, optional=True))
    return ModalView(
        title=wording.SETTINGS,
        submit=wording.SAVE,
        close=wording.CANCEL,
        callback_id=FORM,
        private_metadata=json.dumps({**words, "admins": admins}),
        blocks=blocks,
    )


def _line(name: str, label: str, hint: str, words: Mapping[str, str]) -> InputBlock:
    return field(name, label, typed("value", _shown(words[name]), LONGEST_LINE), hint=hint, optional=True)


def _switch(name: str, label: str, text: str, words: Mapping[str, str]) -> InputBlock:
    option = Option(plain(text, 75), YES)
    boxes = CheckboxGroup("value", [option], initial_options=[option] if words[name] == YES else None)
    return field(name, label, boxes, optional=True)


def _channel(name: str, label: str, words: Mapping[str, str]) -> InputBlock:
    """Channels of this workspace alone: what people's hours are is no news for a channel shared with another."""
    inside = ConversationFilter(
        ["public", "private"],
        exclude_external_shared_channels=True,
        exclude_bot_users=True,
    )
    menu = ConversationSelectMenu("value", initial_conversation=_shown(words[name]), filter=inside)
    return field(name, label, menu, hint=wording.CHANNEL_HINT, optional=True)


def _shown(text: str) -> str | None:
    return None if text == NO else text
