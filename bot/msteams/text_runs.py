"""Draws text as runs of a card. Teams shows them as they are: nothing typed becomes a link, a mention or formatting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup
from microsoft_teams.cards import (
    CardElement,
    HorizontalAlignment,
    RichTextBlock,
    Spacing,
    TextBlock,
    TextBlockStyle,
    TextColor,
    TextRun,
    TextSize,
)

from bot.chat import views
from bot.wording.markup import Run, Style, channels_in, cut, drawn, length, mentioned, runs

Names = Mapping[str, str]
"""What people and channels are called, by id. Others are shown by their ids."""

LONGEST_TEXT = 10_000  # UTF-16 units of a paragraph; a comment has 2,000 at most
LONGEST_TITLE = 150

_NOT_SHOWN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|\u2028|\u2029")
_DATE = re.compile(r"(?<=\{)(?=\{(?:DATE|TIME)\()")
"""Within `{{DATE(…)}}`, which cards replace by a date, even in runs. Cut into two runs, it stays as it is."""
_PLAIN = re.compile(r"(?![-+]\s|\d+[.)]\s)(?:[^\W_]|[ \u00a0·–—…’',:;!?()%+-]|\.(?=\s|$))+")
"""What every client shows as it is, although a TextBlock reads Markdown."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a text differs from a plain paragraph."""

    size: TextSize | None = None
    color: TextColor | None = None
    is_subtle: bool | None = None
    is_bold: bool = False
    alignment: HorizontalAlignment | None = None


PARAGRAPH, SMALL, BOLD, ERROR = Look(), Look(size="Small", is_subtle=True), Look(is_bold=True), Look(color="Attention")


def lines(text: Markup, names: Names, look: Look = PARAGRAPH) -> list[RichTextBlock]:
    """The text, an element for each line: clients join the lines of a run. The first has the usual space above it."""
    found: list[RichTextBlock] = []
    spacing: Spacing | None = None
    for line in _in_lines(_cut(runs(text, _naming(names), _naming(names)))):
        if line:
            found.append(_block(line, look, spacing))
        spacing = "None" if line else None  # an empty line separates
    return found


def title(text: str, look: Look, style: TextBlockStyle) -> CardElement:
    """A heading, or that of a column. Screen readers jump from one to the next, which needs an element that reads
    Markdown; one with unusual signs is therefore only as large as a heading."""
    said = on_one_line(cut(text, LONGEST_TITLE))
    if not _PLAIN.fullmatch(said):
        return literal(said, replace(look, is_bold=True))
    return TextBlock(
        text=said, style=style, size=look.size, weight="Bolder", wrap=True, horizontal_alignment=look.alignment
    )


def literal(text: str, look: Look = PARAGRAPH) -> RichTextBlock:
    """Plain text on one line."""
    return _block([Run(on_one_line(text), frozenset())], look)


def short(text: str) -> RichTextBlock:
    """The same in as few bytes as possible, for the cells of tables."""
    return RichTextBlock(inlines=_DATE.split(on_one_line(text)))


def plain(text: Markup, names: Names) -> str:
    """The text in words, with people and channels by name."""
    return shown(drawn(text, Style({"b": "", "s": "", "code": '"'}, str, _naming(names), _naming(names))))


def shown(text: str) -> str:
    """The text without what makes the service refuse a message: control characters, halves of characters, and line ends
    of other systems."""
    return _NOT_SHOWN.sub("\ufffd", _LINE_END.sub("\n", text))


def on_one_line(text: str) -> str:
    """The same of a text that has one line."""
    return shown(text).replace("\n", " ").strip() or "–"


def named_in(pieces: Iterable[views.Piece | views.Field]) -> set[str]:
    """The people and channels that a message or form names, by id."""
    found: set[str] = set()
    for piece in pieces:
        match piece:
            case views.Text(text) | views.Note(text):
                found.update(mentioned(text), channels_in(text))
            case views.ChannelField(value=channel_id) if channel_id:
                found.add(channel_id)
            case views.Table(otherwise=rows):
                found |= named_in(rows)
    return found


def _naming(names: Names) -> Callable[[str], str]:
    return lambda id_: names.get(id_, id_)


def _block(line: Sequence[Run], look: Look, spacing: Spacing | None = None) -> RichTextBlock:
    inlines = [_run(part, run.tags, look) for run in line for part in _DATE.split(run.text)]
    return RichTextBlock(inlines=[*inlines], spacing=spacing, horizontal_alignment=look.alignment)


def _run(text: str, tags: frozenset[str], look: Look) -> TextRun:
    return TextRun(
        text=text,
        weight="Bolder" if look.is_bold or "b" in tags else None,
        strikethrough="s" in tags or None,
        font_type="Monospace" if "code" in tags else None,
        size=look.size,
        color=look.color,
        is_subtle=look.is_subtle,
    )


def _cut(found: Sequence[Run]) -> list[Run]:
    """As many as fit into a paragraph."""
    kept, room = list[Run](), LONGEST_TEXT
    for run in found:
        text = shown(run.text)
        if length(text) > room:
            return [*kept, Run(cut(text, max(room, 1)), run.tags)]
        kept.append(Run(text, run.tags))
        room -= length(text)
    return kept


def _in_lines(found: Sequence[Run]) -> list[list[Run]]:
    split: list[list[Run]] = [[]]
    for run in found:
        for place, part in enumerate(run.text.split("\n")):
            if place:
                split.append([])
            if part:
                split[-1].append(Run(part, run.tags))
    return split
