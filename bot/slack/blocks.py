"""An answer in Slack before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from slackblocks import Block, SectionBlock, Text
from slackblocks import WebhookMessage as Message

from bot.wording.markup import cut

LONGEST_SECTION = 3000  # Slack's limits, in characters: facts of docs.slack.dev, Block Kit reference
LONGEST_FALLBACK = 3000


@dataclass(frozen=True)
class Answer:
    """What somebody sees: `text` has all of it for notifications and screen readers. `replaces`: replaces the message
    whose button was pressed."""

    text: str
    blocks: Sequence[Block] = ()
    replaces: bool = False

    @cached_property
    def payload(self) -> dict[str, Any]:
        """For an acknowledgement or a response_url. The builder checks Slack's limits, and raises an error for what
        exceeds them."""
        blocks = list(self.blocks) or [section(self.text)]
        return Message(text=cut(self.text, LONGEST_FALLBACK), blocks=blocks).to_dict()


def section(text: str) -> SectionBlock:
    """A paragraph in Slack's markup, cut to Slack's limit."""
    return SectionBlock(Text(cut(text, LONGEST_SECTION), verbatim=True))
