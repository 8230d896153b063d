"""What the bot's manifest asks for: commands, scopes and events. A test compares it with manifest.yml."""

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
        "command": "/attendance",
        "usage_hint": "[status | add | report | events | who | history | mine | reminders | "
        "team | office | settings | tokens | help] …",
        "description": "Your hours, reports and records",
    },
)
SCOPES = "commands,chat:write,files:write,im:history,usergroups:read,users:read"
EVENTS = frozenset(
    {
        "app_home_opened",
        "app_uninstalled",
        "message.im",
        "subteam_members_changed",
        "subteam_updated",
        "team_join",
        "tokens_revoked",
        "user_change",
    }
)
