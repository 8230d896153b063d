"""Values of Slack's payloads: where something happened, and what a form holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NO_THREAD: Mapping[str, str] = {}


def place(body: Mapping[str, Any]) -> dict[str, str]:
    """Where it happened; commands and presses tell it in different places."""
    channel_id = body.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    pressed = body.get("container") or {}
    message_ts = "" if pressed.get("is_ephemeral") else pressed.get("message_ts") or ""
    return {"channel_id": channel_id, "message_ts": message_ts, "response_url": body.get("response_url") or ""}


def thread(body: Mapping[str, Any]) -> Mapping[str, str]:
    """The thread in which a button was pressed, as an answer names it: without it Slack shows the answer outside."""
    thread_ts = (body.get("container") or {}).get("thread_ts")
    return {"thread_ts": thread_ts} if thread_ts else NO_THREAD


def is_written_by_a_person(event: Mapping[str, Any]) -> bool:
    """Whether it is a new message. What comes with a file is, and what is also sent to the channel from a thread; what
    was changed or deleted afterwards is not."""
    is_new = event.get("subtype") in (None, "file_share", "thread_broadcast") and not event.get("edited")
    return bool(is_new and event.get("user") and not event.get("bot_id"))


def bot_id(body: Mapping[str, Any]) -> str:
    """The bot's own user id in an event's workspace."""
    installed: Mapping[str, Any] = next(iter(body.get("authorizations") or []), {})
    return installed.get("user_id") or ""


def fields(view: Mapping[str, Any]) -> dict[str, Any]:
    """A form's values by block id."""
    state = (view.get("state") or {}).get("values") or {}
    return {block_id: _value(next(iter(elements.values()), {})) for block_id, elements in state.items()}


def _value(element: Mapping[str, Any]) -> Any:
    if option := element.get("selected_option"):
        return option["value"]
    if options := element.get("selected_options"):
        return [option["value"] for option in options]
    return next((element[key] for key in _VALUE_KEYS if element.get(key)), None)


# fmt: off
_VALUE_KEYS = (
    "value", "selected_user", "selected_users", "selected_date", "selected_time", "selected_channel",
    "selected_conversation",
)
# fmt: on
