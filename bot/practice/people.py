"""The people of the practice workspace, in Slack's format."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Member:
    """One member. `name` is the handle after the @, `tz` an IANA zone, `title` the job on the profile, `locale`
    what their Slack is set to."""

    id: str
    name: str
    real_name: str
    tz: str
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    title: str = ""
    locale: str = "en-GB"


ANA = Member("U0ANA", "ana", "Ana Silva", "Europe/Berlin", title="Bakery")
MARCO = Member("U0MARCO", "marco", "Marco Rossi", "Europe/Berlin", title="Bakery, manager")
ADA = Member("U0ADA", "ada", "Ada Clarke", "Europe/London", is_admin=True, title="Office")
GUS = Member("U0GUS", "gus", "Gus Weber", "Europe/Berlin", is_restricted=True, title="Consultant")
BEN = Member("U0BEN", "ben", "Ben Fischer", "Europe/Berlin", title="Bakery")
NORA = Member("U0NORA", "nora", "Nora Jones", "America/New_York", title="Sales")
KEI = Member("U0KEI", "kei", "Kei Tanaka", "Asia/Tokyo", title="Sales")
BOT = Member("U0BOT", "attendance", "Attendance", "Etc/UTC", is_bot=True)

PEOPLE: tuple[Member, ...] = (ANA, MARCO, ADA, GUS, BEN, NORA, KEI, BOT)

SLACKBOT_ID = "USLACKBOT"
"""The author of Slack's own messages about errors. Not a member."""


def as_slack(member: Member, team_id: str) -> dict[str, Any]:
    """A member in the format of `users.info` (https://docs.slack.dev/reference/objects/user-object)."""
    now = datetime.now(UTC).astimezone(ZoneInfo(member.tz))
    offset = now.utcoffset()
    return {
        "id": member.id,
        "team_id": team_id,
        "name": member.name,
        "deleted": member.deleted,
        "real_name": member.real_name,
        "tz": member.tz,
        "tz_label": now.strftime("%Z"),
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "locale": member.locale,
        "profile": {
            "real_name": member.real_name,
            "display_name": member.name,
            "title": member.title,
            "email": f"{member.name}@practice.example",
            "team": team_id,
        },
        "is_admin": member.is_admin or member.is_owner,
        "is_owner": member.is_owner,
        "is_primary_owner": False,
        "is_restricted": member.is_restricted or member.is_ultra_restricted,
        "is_ultra_restricted": member.is_ultra_restricted,
        "is_bot": member.is_bot,
        "is_app_user": False,
        "updated": 0,
    }
