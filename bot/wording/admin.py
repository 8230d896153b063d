"""What admins read in their forms, and what they are told of a change."""

from __future__ import annotations

from collections.abc import Sequence

from bot.administration import Team
from bot.wording import Reader

TEAM, NEW_TEAM = "Team", "A new team"
SETTINGS = "Settings"
SAVE, CANCEL = "Save", "Cancel"
NOT_SENT = (
    "Nothing is changed yet: the form still showed another one. Now it shows what the menu says: please send it again."
)

NAME = "Name"
MANAGERS, MANAGERS_HINT = "Managers", "They see the records of the members, and put them right."
MEMBERS = "Members"
GROUPS = "Slack user groups"
GROUPS_HINT = "Who is in one of them is a member too, and stays so as long as Slack says."
GROUPS_UNKNOWN = "Slack does not tell its user groups just now. Those that the team follows stay as they are."
TEAM_HOURS = "Working hours"

ZONE = "Time zone"
WORKSPACE_ZONE_HINT = "For people and days without a zone of their own. Such as Europe/Berlin or America/New_York."
WORKING_HOURS = "Working hours"
WORKING_HOURS_HINT = "For teams without hours of their own: mon-fri 09:00-17:00. Empty: nobody is expected."
REMINDERS = "Reminders"
REMINDERS_OPTION = "Remind people to clock in and out, by their working hours"
ASK_AFTER = "Ask “Still working?” after so many hours"
ASK_AFTER_HINT = "Such as 10. Empty: only once it is a day, which is a clock-out that was forgotten."
WEEKLY_SUMMARY = "Weekly summary for managers"
WEEKLY_SUMMARY_HINT = "A day and a time in their own zone, such as mon 09:00. Empty: none."
LOG_CHANNEL = "Channel for each clock-in and clock-out"
CHANNEL_HINT = "Invite me there first. Empty: nowhere."
ANCHOR_CHANNEL = "Channel for the daily seal of the records"
ANCHOR_TO_PEOPLE = "Seal for everybody"
ANCHOR_TO_PEOPLE_OPTION = "Send everybody their week’s hours, with the seal of the records"
ADMINS = "Admins beside Slack’s own"
ADMINS_HINT = "Slack’s admins and owners are admins here whatever is chosen."

SETTINGS_SAVED = "The settings are saved."


def team_hours_hint(general: str | None) -> str:
    """What an empty field means, with the workspace's hours where it has some."""
    return f"Such as mon-fri 09:00-17:00. Empty: those of the workspace ({general or 'none'})."


def also_in_it(names: Sequence[str]) -> str:
    """Of people who are no full members any more, as names. They stay, so that managers still see their records."""
    return f"Also in the team, for the sake of their records, though no full members here any more: {', '.join(names)}."


def too_many_to_show(count: int, command: str, reader: Reader) -> str:
    """Where a menu takes fewer than there are."""
    return f"{count} more don’t fit in here: {reader.code(command)} knows them all."


def team_saved(team: Team, reader: Reader) -> str:
    """`Team Support: managed by @Marco; 2 members, and those in 1 Slack user group; working mon-fri 09:00-17:00.`"""
    managers = ", ".join(reader.who(user_id) for user_id in sorted(team.managers)) or "nobody yet"
    members = "1 member" if len(team.members) == 1 else f"{len(team.members)} members"
    groups = ""
    if team.groups:
        count = "1 Slack user group" if len(team.groups) == 1 else f"{len(team.groups)} Slack user groups"
        groups = f", and those in {count}"
    hours = f"; working {team.working_hours}" if team.working_hours else ""
    return f"Team {reader.escape(team.name)}: managed by {managers}; {members}{groups}{hours}."
