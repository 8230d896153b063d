"""What an answer is, and the few pieces of Block Kit that several features share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from slackblocks import ActionsBlock, Block, Button, ConfirmationDialogue, ContextBlock, SectionBlock, Text, TextType
from slackblocks import WebhookMessage as Message

LONGEST_SECTION = 3000  # Slack's limits, in characters: facts of docs.slack.dev, Block Kit reference
LONGEST_FALLBACK = 3000


@dataclass(frozen=True)
class Answer:
    """What somebody is shown: `text` says all of it for notifications and screen readers.

    `replaces`: takes the place of the message whose button was pressed.
    """

    text: str
    blocks: Sequence[Block] = ()
    replaces: bool = False

    @cached_property
    def payload(self) -> dict[str, Any]:
        """For an acknowledgement or a response_url. The builder checks Slack's limits, and raises what breaks them."""
        blocks = list(self.blocks) or [section(self.text)]
        return Message(text=cut(self.text, LONGEST_FALLBACK), blocks=blocks).to_dict()


def section(text: str, accessory: Button | None = None) -> SectionBlock:
    """A paragraph in Slack's markup, cut to what Slack takes."""
    return SectionBlock(Text(cut(text, LONGEST_SECTION), verbatim=True), accessory=accessory)


def context(*texts: str) -> ContextBlock:
    """Small print."""
    return ContextBlock([Text(cut(text, LONGEST_SECTION), verbatim=True) for text in texts])


def actions(*buttons: Button) -> ActionsBlock:
    """A row of buttons."""
    return ActionsBlock(list(buttons))


def confirm(title: str, text: str, yes: str, no: str) -> ConfirmationDialogue:
    """A question before something is removed. Plain text: names and hours, nothing typed by people."""
    return ConfirmationDialogue(plain(title, 100), plain(text, 300), plain(yes, 30), plain(no, 30), style="danger")


def plain(text: str, longest: int) -> Text:
    """Text that Slack shows as it is, without markup."""
    return Text(cut(text, longest), TextType.PLAINTEXT)


def cut(text: str, longest: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
