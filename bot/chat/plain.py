"""The simplest renderer: a message as lines of text, for notifications, the terminal and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from bot.chat.views import Button, Cell, Heading, Message, Note, Number, Table, Text
from bot.wording import markup
from bot.wording.catalogue import ngettext
from bot.wording.markup import cut, length


def plain(text: Markup) -> str:
    """The text without formatting, with people by their ids."""
    return markup.plain(text, lambda user_id: f"@{user_id}")


def as_lines(message: Message, say: Callable[[Markup], str] = plain) -> list[str]:
    """Everything in the message, a paragraph each. `say` turns markup into text. Tables come last because they are
    long."""
    lines, tables = [], []
    for piece in message.pieces:
        match piece:
            case Heading(text):
                lines.append(say(Markup("<b>{}</b>").format(text)))
            case Text(text) | Note(text):
                lines.append(say(text))
            case Table(otherwise=[_, *_] as rows):
                tables += [say(row.text) for row in rows]
            case Table():
                tables += table_lines(piece, say)
    return [*lines, *tables]


def fitting(lines: Sequence[str], longest: int, more: str = "", *, keep_end: bool = False) -> str:
    """As many whole lines as fit into that many UTF-16 units, always the first one, and how many don't fit. `more` says
    so with `{count}`."""
    head, *rows = lines or [""]
    sizes, left_out = [length(line) + 1 for line in rows], 0
    total, told = length(head) + sum(sizes), ""
    while total + (length(told) + 1 if told else 0) > longest and left_out < len(rows):
        total -= sizes[left_out if keep_end else -1 - left_out]
        left_out += 1
        told = _left_out(left_out, more)
    if told:
        rows = [told, *rows[left_out:]] if keep_end else [*rows[:-left_out], told]
    return cut("\n".join([head, *rows]), longest)


def _left_out(count: int, more: str = "") -> str:
    """How many lines were left out. `more` says so with `{count}`."""
    said = more or ngettext(
        "{count} more is left out in these words.", "{count} more are left out in these words.", count
    )
    return said.format(count=count)


def table_lines(table: Table, say: Callable[[Markup], str] = plain) -> list[str]:
    """The columns, then a line for each row."""
    rows = [[words_of(cell) for cell in row] for row in table.rows]
    return [say(Markup(" · ").join(row)) for row in (table.columns, *rows)]


def words_of(cell: Cell) -> str:
    """A cell as text. A button is its label."""
    match cell:
        case Number(shown=words) | Button(label=words):
            return words
        case _:
            return cell
