"""Asks Slack about the app, for `attendance doctor`: whether it takes what the bot draws, and what its manifest has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import UNREACHABLE, reason_of, status_of
from bot.slack.sample_drawings import Drawing
from storage.checkup import Finding, broken, ok, warning

Uses = Mapping[str, frozenset[str]]
"""The names by kind: `command`, `shortcut`, `event`, `scope`."""

NOTHING: Uses = {}
AREA = "Slack"
_WRONG = {"invalid_blocks", "invalid_message", "invalid_view"}
_PAGE = "the app's App Manifest page"


async def check_drawings(client: AsyncWebClient, drawings: Sequence[Drawing]) -> Finding:
    """Has Slack check each by blocks.validate, which sends nothing to anybody."""
    for done, drawing in enumerate(drawings):
        try:
            await client.api_call("blocks.validate", data={drawing.argument: json.dumps(drawing.payload)})
        except SlackApiError as error:
            if (reason := reason_of(error)) in _WRONG:
                says = f"Slack refuses what the bot draws for {drawing.name}: {_faults(error)}."
                return broken("drawings", says, "Update the bot. If it's the newest version, report this.", area=AREA)
            if reason == "unknown_method":
                return ok("drawings", "Not checked: this Slack has no blocks.validate.", area=AREA)
            why = "it limits the calls" if status_of(error) == 429 else reason or "it has a problem of its own"
            return ok(
                "drawings", f"Slack takes {done} of {len(drawings)}. The others aren't checked: {why}.", area=AREA
            )
        except UNREACHABLE:
            return ok("drawings", f"Slack takes {done} of {len(drawings)}, and then didn't answer.", area=AREA)
    return ok("drawings", f"Slack takes all {len(drawings)} messages, forms and Home tabs.", area=AREA)


async def check_manifest(client: AsyncWebClient, bot_id: str, configuration_token: str | None, uses: Uses) -> Finding:
    """Compares the app's manifest with what the bot uses. Slack shows manifests to configuration tokens only."""
    if configuration_token is None:
        says = "Not compared: Slack shows commands and events to SLACK_CONFIGURATION_TOKEN only."
        return ok("manifest", says, area=AREA)
    try:
        app_id = (await client.bots_info(bot=bot_id))["bot"]["app_id"]
        manifest = (await client.apps_manifest_export(app_id=app_id, token=configuration_token))["manifest"]
    except SlackApiError as error:
        remedy = "Create it again at api.slack.com/apps, Your App Configuration Tokens. It lasts 12 hours."
        return warning("manifest", f"Slack didn't show the manifest ({reason_of(error)}).", remedy, area=AREA)
    except UNREACHABLE:
        return warning("manifest", "Slack didn't show the manifest in time.", "Try again.", area=AREA)
    has = _names(manifest)
    lacks = [f"{kind} {name}" for kind, names in uses.items() for name in sorted(names - has[kind])]
    more = [f"{kind} {name}" for kind, names in uses.items() for name in sorted(has[kind] - names)]
    if lacks:
        remedy = f"Add what is missing on {_PAGE}, as in manifest.yml, and install the app again."
        return broken("manifest", f"The app's manifest lacks: {', '.join(lacks)}.", remedy, area=AREA)
    if more:
        says = f"The app's manifest has more than the bot uses: {', '.join(more)}."
        return warning("manifest", says, f"Remove it on {_PAGE}, as in manifest.yml.", area=AREA)
    return ok("manifest", "The app's manifest has what the bot uses.", area=AREA)


def _names(manifest: Mapping[str, Any]) -> Uses:
    features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
    return {
        "command": frozenset(one["command"] for one in features.get("slash_commands") or ()),
        "shortcut": frozenset(one["callback_id"] for one in features.get("shortcuts") or ()),
        "event": frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or ()),
        "scope": frozenset(((manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or ()),
    }


def _faults(error: SlackApiError) -> str:
    """Slack's own words, with the places."""
    faults = error.response.get("errors") or []
    said = [
        f"{fault.get('message')} at {fault.get('pointer')}" if isinstance(fault, dict) else str(fault)
        for fault in faults
    ]
    return "; ".join(said[:3]) or reason_of(error)
