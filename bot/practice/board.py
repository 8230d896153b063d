"""What stands in a practice workspace, and who sees which of it. What people and the bot do there is elsewhere."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from bot.practice.blocks import content
from bot.practice.clocks import MovableClock
from bot.practice.model import GENERAL, File, Json, Message, View
from bot.practice.people import BOT, Member
from bot.practice.views import Views

T = TypeVar("T")


class Board:
    """Members and channels by id, messages in the order in which they came, modals and Home tabs by person.

    The bot is in each channel but those of `without_bot`.
    """

    def __init__(self, members: Iterable[Member]) -> None:
        self.time = MovableClock()
        self.members = {member.id: member for member in members}
        self.channels = {GENERAL: "general"}
        self.without_bot: set[str] = set()
        self.messages: list[Message] = []
        self._in: defaultdict[str, list[Message]] = defaultdict(list)
        self._at: dict[tuple[str, str], Message] = {}
        self._changes: list[tuple[int, Message]] = []
        self.files: dict[str, File] = {}
        self.views = Views()
        self.homes: dict[str, View] = {}
        self.version = 0
        self._news = asyncio.Event()
        self._last_ts = 0
        self.time.when_moved.append(self.changed)

    def visible_to(self, user_id: str, channel_id: str | None = None) -> list[Message]:
        """The messages before this person, oldest first, in one channel or in all."""
        direct = self.direct(user_id)
        if channel_id is None:
            return [message for message in self.messages if self._sees(user_id, direct, message)]
        return [message for message in self._in[channel_id] if self._sees(user_id, direct, message)]

    def newest(self, user_id: str, channel_id: str, count: int, before: str | None = None) -> list[Message]:
        """The last `count` before this person in one channel, oldest first; those before that `ts`, where it is given.
        Takes as long for a channel of ten as for one of ten thousand."""
        found: list[Message] = []
        direct = self.direct(user_id)
        for message in reversed(self._in[channel_id]):
            if len(found) == count:
                break
            if (before is None or message.ts < before) and self._sees(user_id, direct, message):
                found.append(message)
        return found[::-1]

    def changed_since(self, version: int) -> list[Message]:
        """The messages that are new or other than at that version, deleted ones too, each once."""
        start = bisect_right(self._changes, version, key=lambda change: change[0])
        return list({id(message): message for _, message in self._changes[start:]}.values())

    def message(self, channel_id: str, ts: str) -> Message | None:
        """The message at that place, unless it is deleted or there is none."""
        found = self._at.get((channel_id, ts))
        return None if found is None or found.deleted else found

    def last(self, user_id: str, channel_id: str | None = None) -> Message:
        """The newest message before this person; LookupError where there is none."""
        direct = self.direct(user_id)
        for message in reversed(self.messages if channel_id is None else self._in[channel_id]):
            if self._sees(user_id, direct, message):
                return message
        raise LookupError(f"{user_id} sees no message in {channel_id or 'any channel'}")

    def _sees(self, user_id: str, direct: str, message: Message) -> bool:
        is_there = message.channel_id == direct or message.channel_id in self.channels
        return is_there and not message.deleted and message.visible_to in (None, user_id)

    def open_view(self, user_id: str) -> View | None:
        """The modal in front of this person."""
        return self.views.top(user_id)

    def direct(self, user_id: str) -> str:
        """The id of this person's direct message with the bot."""
        return f"D{user_id[1:]}"

    async def until(self, condition: Callable[[], T], seconds: float | None = 20.0) -> T:
        """What `condition` gives as soon as that is something true; TimeoutError after `seconds`, with None never."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await self._news.wait()
        return found

    def post(
        self, channel_id: str, user: str, text: str, blocks: list[Json] | None = None, visible_to: str | None = None
    ) -> Message:
        """Puts a message into a channel; the blocks have been through `accepted`."""
        message = Message(self.next_ts(), channel_id, user, text, blocks or [], visible_to)
        self.messages.append(message)
        self._in[channel_id].append(message)
        self._at[channel_id, message.ts] = message
        self._mark(message)
        return message

    def answer(self, user_id: str, channel_id: str, answer: Json) -> Message:
        """A message from the bot's answer to a command or press: for that person alone, unless it says otherwise."""
        text, blocks = content(answer)
        visible_to = None if answer.get("response_type") == "in_channel" else user_id
        return self.post(channel_id, BOT.id, text, blocks, visible_to)

    def edit(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Another content in the same place."""
        message.text, message.blocks, message.edited = text, blocks, message.edited + 1
        self._mark(message)

    def delete(self, message: Message) -> None:
        message.deleted = True
        self._mark(message)

    def _mark(self, message: Message) -> None:
        message.changed = self.changed()
        self._changes.append((message.changed, message))

    def changed(self) -> int:
        """Wakes all who wait for news, the page and `until`; gives the version that is now."""
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()
        return self.version

    def next_ts(self) -> str:
        """The time as Slack writes it, in seconds with six decimals, and never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self.time.seconds() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"
