"""`/attendance requests`: the corrections that wait for the reader, and those that they wait for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.attendance import correction_queries
from bot.attendance.correction_queries import Look
from bot.chat.correction_card import pieces
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Divider, Heading, Message, Note, Piece, Text
from bot.wording.catalogue import _
from bot.wording.markup import sentence

MOST_SHOWN = 10
"""Of each kind: chats allow about fifty paragraphs in a message."""
MOST_WORDS = 8000
"""Characters of each kind: nothing that people said is cut, and a message has room for no more."""

requests = Feature("requests")


@requests.word("requests", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance requests`"""
    found = await correction_queries.requests(ask.services, ask.caller)
    if not found.to_answer and not found.made:
        said = sentence(_("Nothing waits for your answer, and you aren't waiting for one."))
        return Message([Text(said), Buttons([line_button(label_of("fix"), "fix", ask.reader.now)])])
    shown: list[Piece] = []
    if found.to_answer:
        shown += await _part(ask, _("Waiting for you"), found.to_answer)
    if found.made:
        shown += [*([Divider()] if shown else []), *await _part(ask, _("Waiting for others"), found.made)]
    return Message(shown)


async def _part(ask: Ask, title: str, looks: Sequence[Look]) -> list[Piece]:
    """The oldest first."""
    shown, count, room = list[Piece]([Heading(title)]), 0, MOST_WORDS
    for look in looks[:MOST_SHOWN]:
        of_one = await pieces(ask, look, listed=True)
        room -= sum(len(piece.text) for piece in of_one if isinstance(piece, Text))
        if room < 0 and count:
            break
        shown += of_one
        count += 1
    if (more := len(looks) - count) > 0:
        said = _("And {count} more. They come up when these are answered.")
        shown.append(Note(sentence(said, count=more)))
    return shown
