"""What the bot's manifest asks for: commands, shortcuts, scopes and events. A test compares it with manifest.yml."""

from typing import Any

COMMANDS: tuple[dict[str, str], ...] = (
    {
        "command": "/clockin",
        "usage_hint": "[@person] [at HH:MM] [in OFFICE] [comment]",
        "description": "Clock in, now or earlier today",
    },
    {
        "command": "/clockout",
        "usage_hint": "[@person] [at HH:MM] [comment]",
        "description": "Clock out, now or at an earlier time",
    },
    {
        "command": "/break",
        "usage_hint": "[KIND] [MINUTES] [HH:MM-HH:MM]",
        "description": "Start a break, now or earlier",
    },
    {
        "command": "/back",
        "usage_hint": "[at HH:MM] [comment]",
        "description": "Come back from a break",
    },
    {
        "command": "/attendance",
        "usage_hint": "[status | add | fix | report | events | requests | who | history | sign | mine | post | undo | "
        "reminders | language | team | office | person | settings | tokens | help] …",
        "description": "Your hours, reports and records",
    },
)
SHORTCUTS: tuple[dict[str, str], ...] = (
    {"callback_id": "clock_in", "name": "Clock in", "type": "global", "description": "Clock in now"},
    {"callback_id": "clock_out", "name": "Clock out", "type": "global", "description": "Clock out now"},
    {
        "callback_id": "add_record",
        "name": "Add a record",
        "type": "global",
        "description": "Enter hours you forgot to clock",
    },
    {"callback_id": "who_is_in", "name": "Who is in", "type": "global", "description": "See who is clocked in"},
)
SCOPES = "app_mentions:read,commands,chat:write,files:write,im:history,usergroups:read,users:read"
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        "message.im",
        "subteam_members_changed",
        "subteam_updated",
        "team_access_granted",
        "team_access_revoked",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)


def exported() -> dict[str, Any]:
    """As `apps.manifest.export` answers it."""
    return {
        "features": {"slash_commands": list(COMMANDS), "shortcuts": list(SHORTCUTS)},
        "oauth_config": {"scopes": {"bot": SCOPES.split(",")}},
        "settings": {"event_subscriptions": {"bot_events": sorted(EVENTS)}, "org_deploy_enabled": True},
    }
