"""The practice workspace's data: messages, views, deliveries, faults."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Json = dict[str, Any]

GENERAL = "C0GENERAL"


class Refused(Exception):
    """Slack refuses: `error` is its name for the reason, `details` the lines of `response_metadata.messages`."""

    def __init__(self, error: str, *details: str) -> None:
        super().__init__(": ".join([error, *details]))
        self.error = error
        self.details = details


@dataclass(slots=True)
class Message:
    """A message in a channel.

    `ts` is its id there, `visible_to` the only reader of an ephemeral one, `thread_ts` the message that it answers in a
    thread.
    """

    ts: str
    channel_id: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    visible_to: str | None = None
    deleted: bool = False
    edited: int = 0
    files: list[str] = field(default_factory=list)
    thread_ts: str | None = None

    @property
    def shown(self) -> str:
        """All the text of the message as people see it: its blocks, or its text if it has none."""
        return "\n".join(written(self.blocks)) if self.blocks else self.text


@dataclass(slots=True)
class File:
    """A file that is being uploaded or is in a channel. `size` in bytes is what was announced."""

    id: str
    name: str
    size: int
    content: bytes = b""
    title: str = ""


@dataclass(slots=True)
class View:
    """A modal or a Home tab as the bot sent it (`raw`). `errors` by block id are the answer to the last submission."""

    id: str
    user_id: str
    raw: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        return list(self.raw["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.raw.get("callback_id", ""))

    @property
    def title(self) -> str:
        return str(self.raw.get("title", {}).get("text", ""))

    @property
    def shown(self) -> str:
        """All the text of the view."""
        return "\n".join(written(self.blocks))


@dataclass(slots=True)
class Usergroup:
    """A user group. `handle` is the name after the @."""

    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    disabled: bool = False


@dataclass(slots=True)
class Delivery:
    """The result of one request to the bot. The exchange with that id has the rest.

    `status` is 0 if nothing answered. `failure` is Slack's name for the error, or None. `answer` is the body if it is a
    JSON object, `messages` what came with the acknowledgement (one at most).
    """

    status: int
    body: str
    answer: Json | None
    seconds: float
    failure: str | None = None
    messages: list[Message] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    exchange_id: int = 0


@dataclass(slots=True)
class Fault:
    """How a Web API method (or "response_url") misbehaves until it is removed, or for the next `times` calls.

    It first waits: `delay` seconds, or until `hold` is set. Then it answers `status`, `error`, or as usual.
    """

    status: int | None = None
    error: str | None = None
    retry_after: int | None = None
    delay: float = 0.0
    hold: asyncio.Event | None = None
    times: int | None = None


class Call(NamedTuple):
    """One call of the bot to the Web API, without its token."""

    method: str
    arguments: Json


def length(text: str) -> int:
    """Characters as Slack counts them, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def written(part: Any) -> Iterator[str]:
    """Every text in a tree of blocks, in order."""
    if isinstance(part, list):
        for item in part:
            yield from written(item)
    elif isinstance(part, dict):
        for key, item in part.items():
            if key in ("text", "caption") and isinstance(item, str):
                yield item
            # A confirm dialog is shown only after a press.
            elif key != "confirm":
                yield from written(item)
