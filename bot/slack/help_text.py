"""`/attendance help`: all of it, with examples."""

from __future__ import annotations

from slackblocks import HeaderBlock

from bot.slack.blocks import Answer, context, section
from bot.slack.listener import Ask
from bot.wording import help as sentences


async def show(ask: Ask) -> Answer:
    """The same for everybody."""
    parts = [
        f"*{title}*\n" + "\n".join(f"`{typed}`  {meaning}" for typed, meaning in examples)
        for title, examples in sentences.SECTIONS
    ]
    blocks = [HeaderBlock(sentences.TITLE), *(section(part) for part in parts), context(sentences.RANGES)]
    return Answer("\n\n".join([*parts, sentences.RANGES]), blocks)
