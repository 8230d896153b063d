"""User groups: their Web API methods, and the events of a change (https://docs.slack.dev/reference/events)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.practice.model import Delivery, Json, Refused, Usergroup
from bot.practice.workspace import Workspace

MOST_TOLD = 500
"""How many people a `subteam_updated` names. `user_count` has their number."""


async def change_members(workspace: Workspace, group_id: str, users: Iterable[str]) -> list[Delivery]:
    """Changes the group, and sends the bot the difference and the group."""
    group = workspace.usergroups[group_id]
    before, group.users = group.users, list(users)
    joined = [user_id for user_id in group.users if user_id not in before]
    left = [user_id for user_id in before if user_id not in group.users]
    event = {
        "type": "subteam_members_changed",
        "subteam_id": group_id,
        "team_id": workspace.team_id,
        "date_previous_update": 1,
        "date_update": 2,
        "added_users": joined,
        "added_users_count": str(len(joined)),
        "removed_users": left,
        "removed_users_count": str(len(left)),
        "event_ts": workspace.next_ts(),
    }
    told = [await workspace.event(event)] if event["type"] in workspace.subscribed else []
    return told + await send_group_update(workspace, group_id)


async def send_group_update(workspace: Workspace, group_id: str) -> list[Delivery]:
    """Sends the group to the bot: after a rename, and after it was disabled or enabled."""
    if "subteam_updated" not in workspace.subscribed:
        return []
    group = workspace.usergroups[group_id]
    subteam = as_slack(group, workspace.team_id) | {"users": group.users[:MOST_TOLD], "user_count": len(group.users)}
    return [await workspace.event({"type": "subteam_updated", "subteam": subteam, "event_ts": workspace.next_ts()})]


def usergroups_list(workspace: Workspace, arguments: Json) -> Json:
    groups = workspace.usergroups.values()
    return {"usergroups": [as_slack(group, workspace.team_id) for group in groups if not group.disabled]}


def usergroups_users_list(workspace: Workspace, arguments: Json) -> Json:
    group = workspace.usergroups.get(str(arguments.get("usergroup")))
    if group is None or group.disabled:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


METHODS: dict[str, Callable[[Workspace, Json], Json]] = {
    "usergroups.list": usergroups_list,
    "usergroups.users.list": usergroups_users_list,
}


def as_slack(group: Usergroup, team_id: str) -> Json:
    """A group in Slack's format."""
    return {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1,
        "date_update": 1,
        "date_delete": 1 if group.disabled else 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "U0ADA",
        "updated_by": "U0ADA",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
    }
