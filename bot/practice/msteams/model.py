"""What the practice service keeps: conversations, posts, dialogs."""

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]

CARD = "application/vnd.microsoft.card.adaptive"
CONSENT = "application/vnd.microsoft.teams.card.file.consent"
FILE = "application/vnd.microsoft.teams.card.file.info"


class Refused(Exception):
    """The service refuses a call of the bot, by Microsoft's code."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


@dataclass(slots=True)
class Conversation:
    """`members`: Entra object ids. `has_bot`: whether the app is installed there. `is_blocked`: by its person."""

    id: str
    kind: Literal["personal", "groupChat", "channel"]
    members: list[str]
    name: str = ""
    has_bot: bool = True
    is_blocked: bool = False


@dataclass(slots=True)
class Post:
    """A message in a conversation. `author` is empty for the bot's. `only_for`: the only person who sees it.

    `own` are the cards that some people see instead, because they pressed something or theirs refreshed; `toggled` are
    the elements of the card that a person showed or hid.
    """

    id: str
    conversation_id: str
    body: Json
    author: str = ""
    only_for: str | None = None
    edited: int = 0
    deleted: bool = False
    own: dict[str, Json] = field(default_factory=dict)
    toggled: dict[str, dict[str, bool]] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What was said to people after a press, in a line at the card."""

    @property
    def text(self) -> str:
        """Its words, if it isn't a card."""
        return str(self.body.get("text") or "")

    @property
    def summary(self) -> str:
        """What its notification says."""
        return str(self.body.get("summary") or self.text)

    def attachment(self, kind: str) -> Json | None:
        """The content of its attachment of that kind."""
        found = (one for one in self.body.get("attachments") or () if one.get("contentType") == kind)
        return next((dict(one.get("content") or {}) for one in found), None)

    def card(self, user_id: str) -> Json | None:
        """The card as this person has it."""
        return self.own.get(user_id) or self.attachment(CARD)


@dataclass(slots=True)
class Dialog:
    """A dialog that a person has open. `said` is what it showed instead of a form, before it closed."""

    user_id: str
    title: str
    card: Json
    command_id: str = ""
    """Of the message extension that opened it."""
    said: str = ""
    is_open: bool = True
