"""`/attendance who`: who is in now, since when and where; and who should be and is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from slackblocks import Block, HeaderBlock

from bot import presence
from bot.errors import NotACommand
from bot.presence import WhoIsIn
from bot.slack.blocks import LONGEST_SECTION, Answer, context, section
from bot.slack.listener import Ask
from bot.wording import Reader
from bot.wording import presence as sentences

T = TypeVar("T")

MOST_OFFICES = 40  # a message takes 50 blocks (docs.slack.dev)


async def show(ask: Ask) -> Answer:
    """`/attendance who`"""
    if ask.words:
        raise NotACommand(f"who {ask.words}", "/attendance")
    who = await presence.who_is_in(ask.services, ask.caller)
    heading = sentences.heading(who)
    parts = who_parts(who, ask.reader)
    blocks: list[Block] = [HeaderBlock(heading), *(section(part) for part in parts)]
    notes = [sentences.YOURSELF_ALONE] if who.only_self else []
    blocks += [context(note) for note in notes]
    return Answer("\n".join([heading, *parts, *notes]), blocks)


def who_parts(who: WhoIsIn, reader: Reader) -> list[str]:
    """A paragraph for each office, one for those who are missing, one for what is unresolved."""
    offices = [
        paragraph(sentences.office(name, found, reader), found, lambda one: sentences.present(one, reader))
        for name, found in who.by_office.items()
    ]
    if len(offices) > MOST_OFFICES:
        offices = [*offices[:MOST_OFFICES], sentences.and_more(len(offices) - MOST_OFFICES)]
    if who.missing:
        title = sentences.missing_heading(len(who.missing))
        offices.append(paragraph(title, who.missing, lambda one: sentences.missing(one, reader)))
    if who.unresolved:
        title = sentences.unresolved_heading(len(who.unresolved))
        offices.append(paragraph(title, who.unresolved, lambda one: sentences.unresolved(one, reader)))
    return offices


def paragraph(title: str, items: Sequence[T], say: Callable[[T], str], longest: int = LONGEST_SECTION) -> str:
    """A title and a line for each, as many as a section takes, and how many more there are."""
    lines = [title]
    room = longest - len(title) - 20
    for place, item in enumerate(items):
        line = say(item)
        if (room := room - len(line) - 1) < 0:
            lines.append(sentences.and_more(len(items) - place))
            break
        lines.append(line)
    return "\n".join(lines)
