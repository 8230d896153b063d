"""Draws the views of `bot.chat` as Adaptive Cards, cut to the size that Teams takes (adaptivecards.microsoft.com)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup
from microsoft_teams.cards import (
    AdaptiveCard,
    CardElement,
    Column,
    ColumnSet,
    Container,
    TeamsCardProperties,
)

from bot.chat import views
from bot.chat.plain import as_lines, table_lines
from bot.chat.plain import fitting as fitting_lines
from bot.msteams.buttons import ButtonSet, Drawing
from bot.msteams.sizes import ENVELOPE, LARGEST_MESSAGE, Block, fitting, size_of
from bot.msteams.tables import can_be_drawn, chart, table
from bot.msteams.text_runs import SMALL, Look, Names, lines, literal, plain, title
from bot.wording.catalogue import ngettext

CARD = "application/vnd.microsoft.card.adaptive"
LONGEST_SUMMARY = 3000  # UTF-16 units

_LARGE = Look(size="Large")


def card(message: views.Message, names: Names, *, reader: str = "") -> AdaptiveCard:
    """The message as a card that is small enough to be sent with its summary. `reader`: the only one who sees it, who
    gets the buttons that only some should see."""
    said = summary(message, names)
    room = LARGEST_MESSAGE - ENVELOPE - 2 * size_of(said)
    whole = _card(message, _blocks(message, names, reader), said)
    if 3 * len(whole.model_dump_json(by_alias=True, exclude_none=True).encode()) <= room:
        return whole  # the usual case, counted quickly: spaces between its parts make it a third larger at most
    for tables in (True, False):
        blocks = _blocks(message, names, reader, tables=tables)
        if sum(block.size for block in blocks) <= room:
            return _card(message, blocks, said)

    def told(count: int) -> Block:
        more = ngettext("{count} more is left out here.", "{count} more are left out here.", count)
        return Block([literal((message.left_out or more).format(count=count), SMALL)])

    return _card(message, fitting(blocks, room, told, keep_end=message.keep_end), said)


def summary(message: views.Message, names: Names) -> str:
    """The message in words, for notifications, the list of chats, and clients that show no cards."""
    said = as_lines(message, lambda text: plain(text, names))
    return fitting_lines(said, LONGEST_SUMMARY, message.left_out, keep_end=message.keep_end)


def message(card: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """The activity that shows a card."""
    return {"type": "message", "summary": summary, "attachments": [attachment(card)]}


def attachment(content: Mapping[str, Any]) -> dict[str, Any]:
    """The card in a message or dialog."""
    return {"contentType": CARD, "content": content}


def _card(message: views.Message, blocks: Sequence[Block], said: str) -> AdaptiveCard:
    is_wide = any(isinstance(piece, views.Table | views.Chart) for piece in message.pieces)
    return AdaptiveCard(
        version="1.5",
        body=[element for block in blocks for element in block.elements],
        fallback_text=said,
        msteams=TeamsCardProperties(width="full") if is_wide else None,
    )


def _blocks(message: views.Message, names: Names, reader: str, *, tables: bool = True) -> list[Block]:
    """`tables`: draws them as tables, and otherwise in words."""
    drawing, drawn, is_divided = Drawing(reader), list[Block](), False
    for piece in message.pieces:
        if isinstance(piece, views.Divider):
            is_divided = bool(drawn)
            continue
        for block in _drawn(piece, names, drawing, tables):
            drawn.append(_below_a_line(block) if is_divided else block)
            is_divided = False
    return drawn


def _drawn(piece: views.Piece, names: Names, drawing: Drawing, tables: bool) -> Iterator[Block]:
    match piece:
        case views.Heading(text):
            yield Block([title(text, _LARGE, "heading")])
        case views.Text(text, beside, menu):
            yield from _paragraph(lines(text, names), drawing.beside(beside, menu))
        case views.Note(text):
            yield from _paragraph(lines(text, names, SMALL))
        case views.Buttons(buttons):
            if row := drawing.row(buttons):
                yield Block([row.buttons, *row.questions])
        case views.Table() if tables and can_be_drawn(piece):
            yield Block([table(piece, drawing)])
        case views.Table(otherwise=[_, *_] as rows):
            for one in rows:
                yield from _drawn(one, names, drawing, tables)
        case views.Table():
            for line in table_lines(piece, str):
                yield from _paragraph(lines(Markup(line), names))  # noqa: S704  # escaped there
        case views.Chart() if piece.bars:
            yield Block([chart(piece)])


def _paragraph(said: Sequence[CardElement], beside: ButtonSet | None = None) -> Iterator[Block]:
    """A block for each line, or one with the button beside them."""
    if beside is None:
        yield from (Block([line], is_words=True) for line in said)
        return
    columns = [
        Column(width="stretch", items=[*said], vertical_content_alignment="Center"),
        Column(width="auto", items=[beside.buttons], vertical_content_alignment="Center"),
    ]
    yield Block([ColumnSet(columns=columns), *beside.questions], is_words=True)


def _below_a_line(block: Block) -> Block:
    return Block([Container(items=[*block.elements], separator=True, spacing="Medium")], block.is_words)
