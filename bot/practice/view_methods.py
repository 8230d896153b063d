"""The Web API's methods for modals and Home tabs (https://docs.slack.dev/surfaces)."""

from collections.abc import Callable

from bot.practice import payloads
from bot.practice.blocks import require_valid
from bot.practice.model import Json, Refused, View
from bot.practice.views import checked, made, replace
from bot.practice.workspace import Workspace


def views_open(workspace: Workspace, arguments: Json) -> Json:
    raw = _new_view(workspace, arguments, "modal")
    view = workspace.views.open(workspace.triggers.exchange(arguments.get("trigger_id")), raw)
    return _shown(workspace, view)


def views_push(workspace: Workspace, arguments: Json) -> Json:
    raw = _new_view(workspace, arguments, "modal")
    view = workspace.views.push(workspace.triggers.exchange(arguments.get("trigger_id")), raw)
    return _shown(workspace, view)


def views_update(workspace: Workspace, arguments: Json) -> Json:
    names = {key: str(arguments[key]) for key in ("view_id", "external_id") if arguments.get(key)}
    view = workspace.views.find(**names)
    raw = _new_view(workspace, arguments, "modal", view)
    replace(view, raw)
    return _shown(workspace, view)


def views_publish(workspace: Workspace, arguments: Json) -> Json:
    user_id = str(arguments.get("user_id"))
    if user_id not in workspace.members:
        raise Refused("user_not_found")
    home = workspace.homes.get(user_id)
    raw = _new_view(workspace, arguments, "home", home)
    if home is None:
        home = workspace.homes[user_id] = made(user_id, raw)
    replace(home, raw)
    return _shown(workspace, home)


def blocks_validate(workspace: Workspace, arguments: Json) -> Json:
    """As strict as the methods that send: https://docs.slack.dev/reference/methods/blocks.validate."""
    given = [key for key in ("blocks", "message", "view") if arguments.get(key) is not None]
    if len(given) != 1:
        raise Refused("invalid_arguments")
    value = arguments[given[0]]
    if given[0] == "view":
        kind = value.get("type") if isinstance(value, dict) else None
        require_valid(value, "view/home" if kind == "home" else "view/modal", "", "invalid_view")
    elif given[0] == "message":
        blocks = value.get("blocks") if isinstance(value, dict) else None
        require_valid(blocks or [], "message", "/blocks", "invalid_message")
    else:
        require_valid(value, "message", "", "invalid_blocks")
    return {}


def as_fault(detail: str) -> Json:
    """A fault as blocks.validate answers it."""
    message, _, pointer = detail.removesuffix("]").partition(" [json-pointer:")
    return {"pointer": pointer, "code": "failed_constraint", "message": message}


def _new_view(workspace: Workspace, arguments: Json, kind: str, instead_of: View | None = None) -> Json:
    """The view in the arguments, if it may be opened there."""
    raw = checked(arguments.get("view"), kind)
    if arguments.get("hash") not in (None, "", instead_of.hash if instead_of else None):
        raise Refused("hash_conflict")
    named = workspace.views.named(raw.get("external_id"))
    if named is not None and named is not instead_of:
        raise Refused("duplicate_external_id")
    return raw


def _shown(workspace: Workspace, view: View) -> Json:
    workspace.changed()
    return {"view": payloads.shown_view(workspace.team_id, view)}


METHODS: dict[str, Callable[[Workspace, Json], Json]] = {
    "blocks.validate": blocks_validate,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
}
