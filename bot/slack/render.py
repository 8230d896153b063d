"""Draws the views of `bot.chat` as Slack's blocks, cut to Slack's limits (docs.slack.dev, Block Kit reference)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

import structlog
from markupsafe import Markup
from slackblocks import (
    ActionsBlock,
    AxisConfig,
    BarChart,
    Block,
    ConfirmationDialogue,
    ContextActionsBlock,
    ContextBlock,
    DataPoint,
    DataSeries,
    DataTableBlock,
    DataVisualizationBlock,
    DividerBlock,
    HeaderBlock,
    IconButton,
    Option,
    OverflowMenu,
    RawNumber,
    RawText,
    SectionBlock,
    Text,
    TextType,
)
from slackblocks import Button as SlackButton
from slackblocks.errors import InvalidUsageError

from bot.chat import views
from bot.chat.plain import as_lines, fitting, table_lines, words_of
from bot.slack.blocks import LONGEST_FALLBACK, LONGEST_SECTION, Answer, section
from bot.slack.ids import CHANNEL_ID, USER_ID
from bot.wording.markup import Style, cut, drawn, length, made_different

log = structlog.get_logger(__name__)

MOST_ROWS, MOST_COLUMNS, LONGEST_TABLE = 100, 20, 20_000  # of a data_table; LONGEST_TABLE: all cells together
ROWS_SHOWN_AT_ONCE = 15
MOST_BARS, LONGEST_BAR_NAME, LONGEST_AXIS = 20, 20, 50  # of a data_visualization
MOST_BARS_IN_WORDS = 7
MOST_READERS = 10  # of an icon_button
MENU = "menu:"
"""How the action id of a menu begins."""
_STRUCK = re.compile(r"<s>.*?</s>", re.DOTALL)

_Cell = RawText | RawNumber


def escape(text: str) -> str:
    """Slack's three characters (docs.slack.dev, "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _name(user_id: str) -> str:
    """Slack puts the person's name here. `cli:root`, and anything else that isn't an id of Slack's, stays text."""
    return f"<@{user_id}>" if USER_ID.fullmatch(user_id) else escape(user_id)


def _channel(channel_id: str) -> str:
    return f"<#{channel_id}>" if CHANNEL_ID.fullmatch(channel_id) else escape(channel_id)


def _without_signs(text: str) -> str:
    """Escaped, and with what would be bold, italic, struck out or code shown as typed. Slack has no escape for these
    signs, so another one that looks the same takes its place."""
    return escape(_SIGN.sub(lambda sign: _LOOKS_LIKE[sign[0]], text))


_SIGN = re.compile(r"(?<![^\W_])[*_~`]|[*_~`](?![^\W_])")  # between letters they mean nothing
_LOOKS_LIKE = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"}
_MRKDWN = Style({"b": "*", "s": "~", "code": "`"}, _without_signs, _name, _channel)


def mrkdwn(text: Markup, longest: int | None = None) -> str:
    """The text in Slack's markup. Strikethrough ends at the end of a line or at a `~` in it."""
    lines = _STRUCK.sub(lambda struck: struck[0].replace("~", "-").replace("\n", "</s>\n<s>"), str(text))
    return drawn(Markup(lines), _MRKDWN, longest)  # noqa: S704  # as it was


def answer(message: views.Message) -> Answer:
    """The message as blocks, with all of it as text for notifications and screen readers."""
    blocks = [drawn for piece in message.pieces for drawn in _block_or_words(piece)]
    return Answer(_words(message), blocks, message.replaces)


def _block_or_words(piece: views.Piece) -> list[Block]:
    """The piece, or its text if Slack refuses the block, so that one bad row doesn't take the rest away."""
    if isinstance(piece, views.Table) and piece.otherwise and not _fits(piece):
        return [drawn for row in piece.otherwise for drawn in _block_or_words(row)]
    try:
        if (
            isinstance(piece, views.Text)
            and isinstance(piece.button, views.Button)
            and piece.button.only_for is not None
        ):
            return _row_for_some(piece, piece.button, piece.button.only_for)
        return [block(piece)]
    except InvalidUsageError as error:
        log.warning("block-not-drawn", piece=type(piece).__name__, reason=str(error))
        words = "\n".join(as_lines(views.Message([piece]), mrkdwn)).strip()
        return [section(words)] if words else []


def block(piece: views.Piece) -> Block:
    """One piece of a message."""
    match piece:
        case views.Heading(text):
            return HeaderBlock(cut(text, 150))
        case views.Text(text, pressed, menu):
            said = Text(mrkdwn(text, LONGEST_SECTION), verbatim=True)
            return SectionBlock(said, accessory=_accessory(menu or pressed))
        case views.Note(text):
            return ContextBlock([Text(mrkdwn(text, LONGEST_SECTION), verbatim=True)])
        case views.Divider():
            return DividerBlock()
        case views.Buttons(buttons):
            return ActionsBlock([button(one, place) for place, one in enumerate(buttons)])
        case views.Table():
            return _table(piece)
        case views.Chart():
            return _chart(piece)


def button(shown: views.Button, place: int = 0) -> SlackButton:
    """A button. Its action id ends with its position, because Slack allows each id once in a row."""
    return SlackButton(
        cut(shown.label, 75),
        action_id=f"{shown.action.name}#{place}",
        value=shown.action.pack(shown.carries),
        style=None if shown.style == "default" else shown.style,
        confirm=_confirm(shown.confirm) if shown.confirm else None,
    )


def _row_for_some(row: views.Text, shown: views.Button, readers: Collection[str]) -> list[Block]:
    """A paragraph with a bin below it that only these people see, and what else can be done in a menu. Where they are
    more than Slack can take, or none is known, everybody sees a menu of all."""
    text = Text(mrkdwn(row.text, LONGEST_SECTION), verbatim=True)
    label, packed = cut(shown.label, 75), shown.action.pack(shown.carries)
    confirm = _confirm(shown.confirm) if shown.confirm else None
    if not 1 <= len(readers) <= MOST_READERS and row.menu:
        return [SectionBlock(text, accessory=_menu(row.menu))]
    if not 1 <= len(readers) <= MOST_READERS:
        option = Option(plain_text(label, 75), shown.action.name)
        return [SectionBlock(text, accessory=OverflowMenu(f"{MENU}{packed}", [option], confirm=confirm))]
    icon = IconButton(
        plain_text(label, 75),
        action_id=f"{shown.action.name}#0",
        value=packed,
        confirm=confirm,
        accessibility_label=label,
        visible_to_user_ids=sorted(readers),
    )
    others = _menu(row.menu.beside(shown)) if row.menu else None
    return [SectionBlock(text, accessory=others), ContextActionsBlock([icon])]


def _accessory(beside: views.Button | views.Menu | None) -> SlackButton | OverflowMenu | None:
    if beside is None:
        return None
    return _menu(beside) if isinstance(beside, views.Menu) else button(beside)


def _menu(shown: views.Menu) -> OverflowMenu:
    """A menu. Slack returns the chosen option as a value of up to 150 characters: the action's name. What all options
    carry is in the action id, which can have 255."""
    first = next(iter(shown.actions.values()))
    options = [Option(plain_text(label, 75), action.name) for label, action in shown.actions.items()]
    return OverflowMenu(f"{MENU}{first.pack(shown.carries)}", options)


def _table(shown: views.Table) -> Block:
    """Slack's own table, or lines of text if that can't hold it."""
    if not _fits(shown):
        return SectionBlock(Text(fitting(table_lines(shown, mrkdwn), LONGEST_SECTION), verbatim=True))
    header: list[_Cell] = [RawText(title) for title in shown.columns]
    places = count()
    rows = [header, *([_cell(cell, places) for cell in row] for row in shown.rows)]
    return DataTableBlock([list(row) for row in rows], caption=shown.title, page_size=ROWS_SHOWN_AT_ONCE)


def _fits(shown: views.Table) -> bool:
    """Whether Slack's table can hold it."""
    size = sum(length(words_of(cell)) + 1 for row in (shown.columns, *shown.rows) for cell in row)
    return 1 <= len(shown.rows) <= MOST_ROWS and len(shown.columns) <= MOST_COLUMNS and size <= LONGEST_TABLE


def _cell(cell: views.Cell, places: Iterator[int]) -> _Cell:
    match cell:
        case views.Number(value, words):
            return RawNumber(value, words)
        case views.Button():
            return _ActionCell(button(cell, next(places)))
        case _:
            return RawText(cell or "–")


class _ActionCell(RawText):
    """A button in a cell, which the builder doesn't know. Apps that don't either show the text."""

    def __init__(self, shown: SlackButton) -> None:
        super().__init__("–")
        self._button = shown

    def _resolve(self) -> dict[str, Any]:
        return {"type": "action_cell", "element": self._button._resolve(), "fallback": super()._resolve()}


def _chart(shown: views.Chart) -> Block:
    """With each bar's figure below it in words, if all of them fit."""
    bars = shown.bars[:MOST_BARS]
    in_words = [f"{name} · {number.shown}" for name, number in bars]
    fit = len(bars) <= MOST_BARS_IN_WORDS and all(length(words) <= LONGEST_BAR_NAME for words in in_words)
    names = made_different(in_words if fit else [name for name, _ in bars], LONGEST_BAR_NAME)
    points = [DataPoint(name, number.value) for name, (_, number) in zip(names, bars, strict=True)]
    drawn = BarChart([DataSeries(shown.unit, points)], AxisConfig(names, y_label=cut(shown.axis, LONGEST_AXIS)))
    return DataVisualizationBlock(cut(shown.title, 50), drawn)


def _confirm(asked: views.Confirm) -> ConfirmationDialogue:
    title, question = plain_text(asked.title, 100), plain_text(asked.question, 300)
    return ConfirmationDialogue(title, question, plain_text(asked.yes, 30), plain_text(asked.no, 30), style="danger")


def plain_text(text: str, longest: int) -> Text:
    """Text that Slack shows as it is, without markup."""
    return Text(cut(text, longest), TextType.PLAINTEXT)


def _words(message: views.Message) -> str:
    """As much of a message as a notification shows."""
    lines = as_lines(message, mrkdwn)
    return fitting(lines, LONGEST_FALLBACK, message.left_out, keep_end=message.keep_end)
