"""The parts of Slack's payloads that Bolt and the listeners read, each of the type that Slack documents.

Bolt and the listeners don't look before they read: a part of another type would end as an error of ours. All else in a
payload may be anything (docs.slack.dev/reference/interaction-payloads, docs.slack.dev/reference/events).
"""

from __future__ import annotations

from typing import Annotated, Any, Required

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

Text = Annotated[str, Field(pattern=r"(?s)^")]  # the pattern refuses half of a surrogate pair, which is not text
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{0,100}$")]
Count = Annotated[int, Field(ge=0, le=10**9)] | Annotated[str, Field(pattern=r"^[0-9]{1,9}$")]
UnixTime = Annotated[int, Field(ge=0, le=10**11)]


class OddPayload(Exception):
    """Not what Slack sends. The text says in which way, and nothing of what was sent."""


def checked(payload: Any) -> dict[str, Any]:
    """The payload as it came. Raises OddPayload."""
    try:
        _PAYLOAD.validate_python(payload, strict=True)
        if "command" not in payload and "ssl_check" not in payload:
            _check_kind(payload)
    except ValidationError as error:
        raise OddPayload(error.errors(include_input=False, include_url=False)[0]["type"]) from None
    found: dict[str, Any] = payload
    return found


def _check_kind(payload: dict[str, Any]) -> None:
    """Raises OddPayload or ValidationError."""
    kind = payload.get("type")
    if kind not in _KINDS:
        raise OddPayload("unknown type")
    _KINDS[kind].validate_python(payload, strict=True)
    if kind == "event_callback" and (event := _EVENTS.get(payload["event"]["type"])):
        event.validate_python(payload["event"], strict=True)


class _Named(TypedDict, total=False):
    """A person, channel, workspace or organization that a payload is about."""

    id: Id | None
    team_id: Id | None
    enterprise_id: Id | None


class _Option(TypedDict):
    value: Text


class _FormField(TypedDict, total=False):
    """A field of a form, filled in or not."""

    value: Text | None
    selected_option: _Option | None
    selected_options: list[_Option] | None
    selected_user: Id | None
    selected_users: list[Id] | None
    selected_date: Text | None
    selected_time: Text | None
    selected_channel: Id | None
    selected_conversation: Id | None


class _State(TypedDict, total=False):
    values: dict[str, dict[str, _FormField]]


class _View(TypedDict, total=False):
    id: Id | None
    type: Text | None
    callback_id: Text | None
    private_metadata: Text | None
    team_id: Id | None
    app_installed_team_id: Id | None
    state: _State | None


class _Part(TypedDict, total=False):
    """What Bolt looks for in a payload, and again in the parts of it, to learn who asks and where."""

    command: Text
    text: Text | None
    type: Text | None
    ssl_check: Text
    challenge: Text
    trigger_id: Text | None
    response_url: Text | None
    response_urls: list[_ResponseUrl]
    event_time: UnixTime | None
    team_id: Id | None
    enterprise_id: Id | None
    user_id: Id | None
    channel_id: Id | None
    thread_ts: Id | None
    is_enterprise_install: bool | Text | None
    team: _Named | Id | None
    enterprise: _Named | Id | None
    user: _Named | Id | None
    channel: _Named | Id | None
    view: _View | None
    authorizations: list[_Part] | None
    event: _Part
    item: _Part
    message: _Part | None
    previous_message: _Part | None
    assistant_thread: _Part | None
    function_data: _Part | None


class _ResponseUrl(TypedDict, total=False):
    response_url: Text


class _Action(TypedDict, total=False):
    action_id: Required[Text]
    block_id: Text | None
    value: Text | None
    selected_option: _Option | None


class _Container(TypedDict, total=False):
    message_ts: Id | None
    thread_ts: Id | None
    is_ephemeral: bool | None


class _Press(TypedDict, total=False):
    actions: Required[Annotated[list[_Action], Field(min_length=1)]]
    channel: _Named | None
    container: _Container | None


class _SentView(TypedDict):
    id: Id
    type: Text
    callback_id: Text


class _Submission(TypedDict):
    view: _SentView


class _Shortcut(TypedDict):
    callback_id: Text


class _Challenge(TypedDict):
    challenge: Text


class _RateLimit(TypedDict):
    team_id: Id
    minute_rate_limited: UnixTime


class _Event(TypedDict):
    type: Text


class _EventCallback(TypedDict):
    event: _Event


class _Said(TypedDict, total=False):
    channel: Required[Id]
    ts: Required[Id]
    user: Id | None
    text: Text | None
    subtype: Text | None
    channel_type: Text | None
    bot_id: Text | None


class _Opened(TypedDict):
    user: Id


class _Profile(TypedDict, total=False):
    real_name: Text | None


class _InOrganisation(TypedDict, total=False):
    teams: list[Id] | None


class _User(TypedDict, total=False):
    id: Required[Id]
    enterprise_user: _InOrganisation | None
    profile: _Profile | None
    real_name: Text | None
    name: Text | None
    tz: Text | None


class _UserChange(TypedDict):
    user: _User


class _MembersChange(TypedDict, total=False):
    subteam_id: Required[Id]
    added_users: list[Id] | None
    removed_users: list[Id] | None


class _Subteam(TypedDict, total=False):
    id: Required[Id]
    users: list[Id] | None
    user_count: Count | None


class _SubteamUpdate(TypedDict):
    subteam: _Subteam


class _Tokens(TypedDict, total=False):
    bot: list[Id] | None


class _Access(TypedDict):
    team_ids: list[Id]


class _Revoked(TypedDict, total=False):
    tokens: _Tokens


_PAYLOAD: TypeAdapter[_Part] = TypeAdapter(_Part)
_KINDS: dict[str, TypeAdapter[Any]] = {
    "block_actions": TypeAdapter(_Press),
    "view_submission": TypeAdapter(_Submission),
    "view_closed": TypeAdapter(_Submission),
    "shortcut": TypeAdapter(_Shortcut),
    "event_callback": TypeAdapter(_EventCallback),
    "url_verification": TypeAdapter(_Challenge),
    "app_rate_limited": TypeAdapter(_RateLimit),
}
_EVENTS: dict[str, TypeAdapter[Any]] = {
    "message": TypeAdapter(_Said),
    "app_mention": TypeAdapter(_Said),
    "app_home_opened": TypeAdapter(_Opened),
    "user_change": TypeAdapter(_UserChange),
    "team_join": TypeAdapter(_UserChange),
    "subteam_members_changed": TypeAdapter(_MembersChange),
    "subteam_updated": TypeAdapter(_SubteamUpdate),
    "team_access_granted": TypeAdapter(_Access),
    "team_access_revoked": TypeAdapter(_Access),
    "tokens_revoked": TypeAdapter(_Revoked),
}
"""What the listeners read of an event. Bolt leaves other events alone."""
