"""The content of a practice workspace, and who sees what."""

from collections.abc import Iterable, Iterator

from bot.practice.blocks import content
from bot.practice.clocks import MovableClock
from bot.practice.model import GENERAL, File, Json, Message, View
from bot.practice.news import News
from bot.practice.people import BOT, Member
from bot.practice.views import Views


class Board(News):
    """Members and channels by id, messages in the order in which they came, modals and Home tabs by person.

    The bot is in every channel except those of `without_bot`.
    """

    def __init__(self, members: Iterable[Member]) -> None:
        super().__init__()
        self.time = MovableClock()
        self.members = {member.id: member for member in members}
        self.channels = {GENERAL: "general"}
        self.without_bot: set[str] = set()
        self.messages: list[Message] = []
        self.files: dict[str, File] = {}
        self.views = Views()
        self.homes: dict[str, View] = {}
        self._last_ts = 0
        self.time.when_moved.append(self.changed)

    def visible_to(self, user_id: str, channel_id: str | None = None) -> list[Message]:
        """The messages this person sees in one channel or in all, oldest first."""
        return list(self._before(user_id, channel_id))[::-1]

    def message(self, channel_id: str, ts: str) -> Message | None:
        """That message. None if it is deleted or doesn't exist."""
        places = (found for found in self.messages if (found.channel_id, found.ts) == (channel_id, ts))
        return next((found for found in places if not found.deleted), None)

    def last(self, user_id: str, channel_id: str | None = None) -> Message:
        """The newest message this person sees. LookupError if there is none."""
        for message in self._before(user_id, channel_id):
            return message
        raise LookupError(f"{user_id} sees no message in {channel_id or 'any channel'}")

    def _before(self, user_id: str, channel_id: str | None) -> Iterator[Message]:
        """Newest first."""
        places = {*self.channels, self.direct(user_id)}
        if channel_id is not None:
            places &= {channel_id}
        for message in reversed(self.messages):
            if message.channel_id in places and not message.deleted and message.visible_to in (None, user_id):
                yield message

    def open_view(self, user_id: str) -> View | None:
        """The modal this person has open."""
        return self.views.top(user_id)

    def direct(self, user_id: str) -> str:
        """The id of this person's direct message with the bot."""
        return f"D{user_id[1:]}"

    def post(
        self, channel_id: str, user: str, text: str, blocks: list[Json] | None = None, visible_to: str | None = None
    ) -> Message:
        """Posts a message. The blocks must come from `accepted`."""
        message = Message(self.next_ts(), channel_id, user, text, blocks or [], visible_to)
        self.messages.append(message)
        self.changed()
        return message

    def answer(self, user_id: str, channel_id: str, answer: Json) -> Message:
        """Posts the bot's answer to a command or press, by default for that person only."""
        text, blocks = content(answer)
        visible_to = None if answer.get("response_type") == "in_channel" else user_id
        return self.post(channel_id, BOT.id, text, blocks, visible_to)

    def edit(self, message: Message, text: str, blocks: list[Json]) -> None:
        """Replaces a message's content."""
        message.text, message.blocks, message.edited = text, blocks, message.edited + 1
        self.changed()

    def delete(self, message: Message) -> None:
        message.deleted = True
        self.changed()

    def next_ts(self) -> str:
        """The time as Slack writes it: seconds with six decimals, never the same twice."""
        self._last_ts = max(self._last_ts + 1, int(self.time.seconds() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06}"
