"""`attendance settings …`: the settings of a workspace, as in the chat's form."""

from __future__ import annotations

import re
from typing import Any

import typer

from bot.cli import setting_options as options
from bot.cli import tables
from bot.cli.arguments import or_none
from bot.cli.console import Session, command, fail
from bot.cli.mistyped import Group
from bot.people.ids import platform_of
from bot.wording.languages import code_of, offered
from bot.workspaces import workspace_settings
from bot.workspaces.workspace_settings import Overview
from storage.people import Platform

app = typer.Typer(cls=Group, help="Settings of the workspace.", no_args_is_help=True)

CHANNEL_IDS = {
    Platform.SLACK: re.compile(r"[CG][A-Z0-9]{1,30}"),
    Platform.TEAMS: re.compile(r"19:[!-~]{1,200}"),
}
CHANNELS_LIKE = {
    Platform.SLACK: "It looks like C012AB3CD; copy it from the channel's details.",
    Platform.TEAMS: "It begins with 19:. To choose a channel, type log here in it.",
}


@command(app, "set", adds_workspace=True)
async def set_settings(
    opened: Session,
    zone: options.Zone = None,
    country: options.Country = None,
    region: options.Region = None,
    agreements: options.Agreements = None,
    break_kinds: options.BreakKinds = None,
    signature_period: options.SignaturePeriod = None,
    ask_to_sign: options.AskToSign = None,
    corrections: options.Corrections = None,
    ask_for_older_than_days: options.AskForOlderThanDays = None,
    working_hours: options.WorkingHours = None,
    reminders: options.Reminders = None,
    ask_after: options.AskAfter = None,
    weekly_summary: options.WeeklySummary = None,
    keep_records_for_years: options.KeepRecordsForYears = None,
    log_channel: options.LogChannel = None,
    log_comments: options.LogComments = None,
    anchor_channel: options.AnchorChannel = None,
    anchor_to_people: options.AnchorToPeople = None,
    language: options.Language = None,
    translated_csv: options.TranslatedCsv = None,
) -> None:
    """Changes settings of the workspace. Those you don't name stay as they are."""
    texts = {
        "agreements": agreements,
        "break_kinds": break_kinds,
        "signature_period": signature_period,
        "corrections": corrections,
        "ask_for_older_than_days": ask_for_older_than_days,
        "working_hours": working_hours,
        "ask_after": ask_after,
        "weekly_summary": weekly_summary,
        "keep_records_for_years": keep_records_for_years,
        "log_channel": log_channel,
        "anchor_channel": anchor_channel,
    }
    flags = {
        "ask_to_sign": ask_to_sign,
        "reminders": reminders,
        "log_comments": log_comments,
        "anchor_to_people": anchor_to_people,
        "translated_csv": translated_csv,
    }
    changes: dict[str, Any] = {name: flag for name, flag in flags.items() if flag is not None}
    changes |= {name: workspace_settings.typed(name, text) for name, text in texts.items() if text is not None}
    changes |= {name: or_none(text) for name, text in (("country", country), ("region", region)) if text is not None}
    platform = platform_of(opened.caller.workspace_id)
    for name in ("log_channel", "anchor_channel"):
        if (channel := changes.get(name)) and not CHANNEL_IDS[platform].fullmatch(channel):
            fail(f"{channel} isn't a channel id. {CHANNELS_LIKE[platform]}")
    if language is not None:
        changes["language"] = workspace_settings.typed("language", _language(language))
    _show_settings(await workspace_settings.change(opened.services, opened.caller, zone=zone, **changes))


def _language(text: str) -> str:
    """The code of a language that the bot speaks."""
    if text.lower() == workspace_settings.NO:
        return text
    if (code := code_of(text)) is None:
        fail(f"{text} isn't a language I speak. Use one of {', '.join(offered())}.")
    return code


@command(app, "list")
async def list_settings(opened: Session) -> None:
    """Lists the settings of the workspace."""
    _show_settings(await workspace_settings.overview(opened.services, opened.caller))


def _show_settings(made: Overview) -> None:
    words = {**workspace_settings.in_words(made)}
    words |= {name: "none" for name in ("country", "region") if words[name] == workspace_settings.NO}  # NO is Norway
    rows = [(name.replace("_", "-"), value.replace("\n", "; ")) for name, value in words.items()]
    tables.show(("setting", "value"), rows)
