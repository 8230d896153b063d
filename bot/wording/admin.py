"""What admins read in their forms, and what they are told of a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.administration import Office, Team
from bot.tokens import Token
from bot.wording import Reader, day, zone_label

TEAM, NEW_TEAM = "Team", "A new team"
OFFICE, NEW_OFFICE = "Office", "A new office"
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

OFFICE_ID, OFFICE_ID_HINT = "Short id", "As it is typed after “in”: /clockin in hq"
ZONE = "Time zone"
OFFICE_ZONE_HINT = (
    "Such as Europe/Berlin or America/New_York. Records of the past keep the zone they were written with."
)

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

TOKENS, NEW_TOKEN = "API tokens", "A new token"
CREATE, REVOKE = "Create", "Revoke"
TOKEN_PERSON, TOKEN_PERSON_HINT = "Speaks for", "What a program does with it, it does in this person’s name."
TOKEN_ROLE = "Reaches as far as"
TOKEN_ROLES = {
    "employee": "an employee: the person’s own records",
    "manager": "a manager: those of the person’s teams too",
    "admin": "an admin: everyone’s, and the settings",
}
TOKEN_NAME, TOKEN_NAME_HINT = "What it is for", "Such as payroll."
TOKEN_EXPIRES = "Works until"
TOKEN_EXPIRES_HINT = "The last day, such as 2027-01-31, or a number of days, such as 90. Empty: until it is revoked."
TOKEN_REVOKING = "Revoked, it is refused at once and for good."

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


def token_label(token: Token, person: str) -> str:
    """`payroll, of Ada Clarke (admin)`: in a menu, as plain text."""
    return f"{token.name or token.token_id[-6:]}, of {person} ({token.role})"


def about_token(token: Token, reader: Reader) -> str:
    """`Speaks for @Ada as admin. Made on Mon 23 Nov 2026. Works until … Never used yet.`"""
    until = f"Works until {_utc(token.expires_at)}." if token.expires_at else "Works until it is revoked."
    used = f"Last used about {_utc(token.last_used_at)}." if token.last_used_at else "Never used yet."
    made = f"Made on {day(token.created_at.date())}."
    return f"Speaks for {reader.who(token.user_id)} as {token.role}. {made} {until} {used} {TOKEN_REVOKING}"


def token_created(secret: str) -> str:
    """The one time that anybody sees it, in Slack's markup."""
    return (
        f"The new token:\n```{secret}```\nCopy it now: it is kept as a digest, and nobody can show it again. "
        "Whoever holds it can use it, so put it where only the program reads it."
    )


def token_revoked(token: Token, reader: Reader) -> str:
    """`The token payroll is revoked: it is refused from now on.`"""
    named = f"The token {reader.escape(token.name)}" if token.name else "The token"
    return f"{named} is revoked: it is refused from now on."


def _utc(at: datetime) -> str:
    return f"{day(at.date())}, {at:%H:%M} UTC"


def office_saved(office: Office, reader: Reader) -> str:
    """`Office Berlin Mitte (hq): its times are those of Berlin.`"""
    name, office_id = reader.escape(office.name), reader.escape(office.office_id)
    return f"Office {name} ({office_id}): its times are those of {zone_label(office.zone)}."
