"""What the Teams service sends: activities, as tolerant models.

The service adds fields, and leaves out or empties others, without notice. A part that is missing, null or of another
type reads as its default. Refused is only an activity that nobody could answer: without its type, its service address,
its conversation or its sender.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import (
    AliasChoices,
    AliasGenerator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic.alias_generators import to_camel

from bot.runtime.settings import GUID


def guid(text: str) -> str:
    """The id in lower case, as people and tenants are known by it. Empty if it isn't a GUID."""
    lowered = text.lower()
    return lowered if GUID.fullmatch(lowered) else ""


class Part(BaseModel):
    """A part of an activity, or of what the service answers. Unknown fields are ignored."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=AliasGenerator(validation_alias=to_camel), defer_build=True
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_default(cls, value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        try:
            return check(value.replace("\0", "") if isinstance(value, str) else value)  # PostgreSQL stores no NUL
        except ValidationError:
            field = cls.model_fields[str(info.field_name)]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True, validated_data=info.data)


class Account(Part):
    """A person or bot. `id` is Teams' own id of it, `29:…` or `28:…`; `is_targeted`: only they see the message."""

    id: str = ""
    name: str = ""
    aad_object_id: str = ""
    is_targeted: bool = False

    @property
    def user_id(self) -> str:
        """The Entra object id. Empty for bots and anonymous people."""
        return guid(self.aad_object_id)


class Sender(Account):
    """Who made the activity."""

    id: str = Field(min_length=1)


class Conversation(Part):
    """Where it happened. `conversation_type`: personal, groupChat or channel."""

    id: str = Field(min_length=1)
    conversation_type: str = ""
    tenant_id: str = ""
    name: str = ""


class Entity(Part):
    """What stands beside the text. A `mention`: the person that this part of the text names. A `clientInfo`: how the
    person's client is set."""

    type: str = ""
    text: str = ""
    mentioned: Account = Field(default_factory=Account)
    timezone: str = ""


class Pressed(Part):
    """A button of a card: its `verb`, and what it carries, with the inputs of the card."""

    type: str = ""
    verb: str = ""
    data: Mapping[str, Any] = {}


class UploadInfo(Part):
    """Where a file goes that somebody wants to have."""

    upload_url: str = ""
    content_url: str = ""
    name: str = ""
    unique_id: str = ""
    file_type: str = ""


class Value(Part):
    """What an invoke is about.

    `pressed`, `trigger` (`automatic` or `manual`): of a press or a refresh. `data`: of a dialog that is opened or sent.
    `choice` (`accept` or `decline`), `context`, `upload_info`: of a file that was offered.
    """

    pressed: Pressed = Field(default_factory=Pressed, validation_alias="action")
    trigger: str = ""
    data: Mapping[str, Any] = {}
    command_id: str = ""
    choice: str = Field("", validation_alias=AliasChoices("action"))
    context: Mapping[str, Any] = {}
    upload_info: UploadInfo = Field(default_factory=UploadInfo)


class Tenant(Part):
    """An organization with its people."""

    id: str = ""


class Named(Part):
    """A team or a channel. `type`: of a channel, `standard`, `private` or `shared`; not every client tells it."""

    id: str = ""
    name: str = ""
    type: str = ""


class ChannelData(Part):
    """What only Teams tells. `event_type`: what happened to a team or channel, for example `teamMemberAdded`."""

    tenant: Tenant = Field(default_factory=Tenant)
    event_type: str = ""
    team: Named = Field(default_factory=Named)
    channel: Named = Field(default_factory=Named)


class Activity(Part):
    """Something that happened: a message, a press, a dialog, an installation.

    `name`: what an invoke wants. `action`: of an installationUpdate, `add`, `remove`, `add-upgrade`, `remove-upgrade`.
    `reply_to_id`: the message whose button was pressed.
    """

    type: str = Field(min_length=1)
    id: str = ""
    name: str = ""
    action: str = ""
    service_url: str = Field(pattern=r"^https?://")
    channel_id: str = ""
    sender: Sender = Field(validation_alias="from")
    recipient: Account = Field(default_factory=Account)
    conversation: Conversation
    text: str = ""
    locale: str = ""
    local_timezone: str = ""
    entities: Sequence[Entity] = ()
    members_added: Sequence[Account] = ()
    members_removed: Sequence[Account] = ()
    value: Value = Field(default_factory=Value)
    reply_to_id: str = ""
    channel_data: ChannelData = Field(default_factory=ChannelData)

    @field_validator("entities", "members_added", "members_removed", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else value

    @property
    def tenant_id(self) -> str:
        """The tenant, which is the workspace. Empty if the activity doesn't say which."""
        return guid(self.conversation.tenant_id or self.channel_data.tenant.id)

    @property
    def user_id(self) -> str:
        """The Entra object id of who made it. Empty for bots and anonymous people."""
        return self.sender.user_id

    @property
    def time_zone(self) -> str:
        """The IANA name of the time zone that the person's client is set to. Empty if it doesn't say."""
        return self.local_timezone or next((entity.timezone for entity in self.entities if entity.timezone), "")

    @property
    def is_personal(self) -> bool:
        """Whether it comes from the person's own chat with the bot."""
        return self.conversation.conversation_type == "personal"

    @property
    def is_private(self) -> bool:
        """Whether only the person saw what they wrote: there, or with a slash command elsewhere."""
        return self.is_personal or self.recipient.is_targeted
