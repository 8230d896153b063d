"""Files for one person. Teams asks them first, and then says where their OneDrive takes the file.

The bot keeps no file meanwhile: the offer carries what was typed or pressed, and that makes the file again, with what
the person may see by then. It can be taken in any replica, and after a restart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from bot.chat.views import Files, Message
from bot.errors import OutdatedButton, UnknownGroup
from bot.msteams.activities import UploadInfo
from bot.people.user_groups import Group

CONSENT = "application/vnd.microsoft.teams.card.file.consent"
TAKEN = "application/vnd.microsoft.teams.card.file.info"


@dataclass(frozen=True, slots=True)
class Origin:
    """What was typed (and when, UTC), or which button was pressed and what it carried."""

    words: str | None = None
    at: datetime | None = None
    pressed: str = ""
    carries: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that somebody may take, by its name among those that `origin` makes."""

    name: str
    origin: Origin


_OFFERED = TypeAdapter(Offered)


def offer(title: str, path: Path, origin: Origin, sign: Callable[[str], str]) -> Mapping[str, Any]:
    """The message that asks."""
    context = {"offered": sign(_OFFERED.dump_json(Offered(path.name, origin)).decode())}
    content = {"description": title, "sizeInBytes": path.stat().st_size}
    content |= {"acceptContext": context, "declineContext": context}
    return {"type": "message", "attachments": [{"contentType": CONSENT, "name": path.name, "content": content}]}


def offered(context: Mapping[str, Any], opened: Callable[[str], str]) -> Offered:
    """What was offered. Raises OutdatedButton for what no offer of this version carries."""
    try:
        return _OFFERED.validate_json(opened(str(context.get("offered") or "")))
    except ValidationError as error:
        raise OutdatedButton from error


def taken(info: UploadInfo) -> Mapping[str, Any]:
    """The message that shows the file where it is now."""
    content = {"uniqueId": info.unique_id, "fileType": info.file_type}
    card = {"contentType": TAKEN, "contentUrl": info.content_url, "name": info.name, "content": content}
    return {"type": "message", "attachments": [card]}


@dataclass
class MadeAgain:
    """A chat that only keeps the file of that name, for somebody who said that they want it."""

    name: str = ""
    data: bytes | None = field(default=None, init=False)

    async def send(self, files: Files) -> None:
        """Keeps the one file."""
        for path in files.paths:
            if path.name == self.name:
                self.data = path.read_bytes()

    async def post_here(self, message: Message) -> None:
        """Nothing: it was posted when they asked for it."""

    async def direct(self, message: Message) -> None:
        """As above."""

    async def tell(self, text: Markup) -> None:
        """As above."""

    async def place(self) -> str | None:
        """None."""
        return None

    async def groups(self) -> Sequence[Group] | None:
        """None."""
        return None

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        """Raises UnknownGroup."""
        raise UnknownGroup(group_id)
