"""The simplest renderer: a message as lines of text, for notifications, the terminal and tests."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from bot.chat.views import Button, Cell, Heading, Message, Note, Number, Table, Text
from bot.wording import markup


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
