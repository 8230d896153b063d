"""Draws tables and charts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from microsoft_teams.cards import (
    CardElement,
    ColumnDefinition,
    Container,
    HorizontalAlignment,
    Table,
    TableCell,
    TableRow,
    VerticalBarChart,
    VerticalBarChartDataValue,
)

from bot.chat import views
from bot.chat.plain import words_of
from bot.msteams.buttons import Drawing
from bot.msteams.text_runs import Look, lines, on_one_line, short, title
from bot.wording.markup import cut, length, made_different

MOST_BARS, LONGEST_BAR_NAME, LONGEST_AXIS = 20, 20, 50
LONGEST_CELL = 1000
MOST_COLUMNS = 6  # as many as can be read beside each other in a chat
NARROWEST, WIDEST, AROUND_LABEL = 6, 30, 6  # characters of a column, to which widths are in proportion


def table(shown: views.Table, drawing: Drawing) -> Table:
    """With the columns as headers, and figures on the right."""
    by_column = [[row[place] for row in shown.rows] for place in range(len(shown.columns))]
    sides = [_side(cells) for cells in by_column]
    header = [
        TableCell(items=[title(name, Look(alignment=side), "columnHeader")])
        for name, side in zip(shown.columns, sides, strict=True)
    ]
    rows = [TableRow(cells=[TableCell(items=_cell(cell, drawing)) for cell in row]) for row in shown.rows]
    return Table(
        first_row_as_headers=True,
        columns=[
            ColumnDefinition(width=_width(name, cells), horizontal_cell_content_alignment=side)
            for name, cells, side in zip(shown.columns, by_column, sides, strict=True)
        ],
        rows=[TableRow(cells=header), *rows],
    )


def can_be_drawn(shown: views.Table) -> bool:
    """Whether there are rows to see, each with a cell for every column. One that would be wide is better as rows of
    text, if it has some."""
    is_wide = len(shown.columns) > MOST_COLUMNS and bool(shown.otherwise)
    are_whole = all(len(row) == len(shown.columns) for row in shown.rows)
    return bool(shown.columns and shown.rows) and are_whole and not is_wide


def chart(shown: views.Chart) -> VerticalBarChart:
    """Bars, or the figures in words on clients that draw none."""
    bars = shown.bars[:MOST_BARS]
    names = made_different([name for name, _number in bars], LONGEST_BAR_NAME)
    figures = [f"{name} · {number.shown}" for name, (_name, number) in zip(names, bars, strict=True)]
    heading = cut(shown.title, 50)
    in_words = lines(
        Markup("\n").join([Markup("<b>{}</b>").format(on_one_line(heading)), *map(on_one_line, figures)]), {}
    )
    return VerticalBarChart(
        title=heading,
        show_title=True,
        y_axis_title=cut(shown.axis, LONGEST_AXIS),
        show_bar_values=True,
        color="categoricalBlue",
        data=[
            VerticalBarChartDataValue(x=name, y=number.value) for name, (_name, number) in zip(names, bars, strict=True)
        ],
        fallback=Container(items=[*in_words]),
    )


def _cell(cell: views.Cell, drawing: Drawing) -> list[CardElement]:
    if isinstance(cell, views.Button):
        row = drawing.row([cell])
        return [row.buttons, *row.questions] if row else [short("")]
    return [short(cut(words_of(cell), LONGEST_CELL))]


def _side(cells: Sequence[views.Cell]) -> HorizontalAlignment | None:
    """Figures are on the right. Names of days, which are numbers only to be sorted, are not."""
    words = [words_of(cell) for cell in cells if isinstance(cell, views.Number)]
    are_figures = len(words) == len([cell for cell in cells if cell]) > 0
    return "Right" if are_figures and any(said[:1].isdigit() for said in words) else None


def _width(name: str, cells: Sequence[views.Cell]) -> int:
    wide = [length(words_of(cell)) + (AROUND_LABEL if isinstance(cell, views.Button) else 0) for cell in cells]
    return max(NARROWEST, min(WIDEST, max(length(name), *wide))) + 2
