"""Tables in a terminal, and people in them by name and id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table

from bot.cli.console import Session
from bot.cli.terminal import printable
from bot.wording.markup import on_one_line
from storage import people

WIDE = 200  # columns, where there is no terminal
GAP = 2
SHORTEST = 8


class Names:
    """Everyone in the ledger by id: `Ana Ruiz (U0ANA)`."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def __call__(self, user_id: str) -> str:
        """With the name, if the ledger has one."""
        name = on_one_line(self._names.get(user_id, user_id))
        return user_id if name == user_id else f"{name} ({user_id})"

    def all(self, user_ids: Iterable[str]) -> str:
        """Several, by name."""
        return ", ".join(sorted(map(self, user_ids)))


async def names_of(opened: Session) -> Names:
    """The names of the workspace's people."""
    return Names(
        await opened.services.database.read(lambda tx: people.names(tx.connection, opened.caller.workspace_id))
    )


def show(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    may_shorten: int | None = None,
    may_drop: Sequence[str] = (),
) -> None:
    """Prints a table on stdout. Leaves out columns without content.

    Where the terminal is too narrow for the table, the texts of the column `may_shorten` are cut. Where that would
    leave nothing of them, the columns `may_drop` go.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDE)
    filled = [place for place in range(len(titles)) if place == 0 or not rows or any(row[place] for row in rows)]
    room = WIDE if may_shorten is None else console.width - _width(titles, rows, filled, may_shorten)
    if room < SHORTEST:
        filled = [place for place in filled if titles[place] not in may_drop]
        room = console.width - _width(titles, rows, filled, may_shorten)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place in filled:
        title = titles[place] if may_shorten is None else _title(titles[place])
        table.add_column(title, overflow="fold")
    for row in rows:
        cells = (_cut(cell, room) if place == may_shorten else cell for place, cell in enumerate(row))
        table.add_row(*(cell for place, cell in enumerate(cells) if place in filled))
    console.print(table, markup=False)


def _width(titles: Sequence[str], rows: Sequence[Sequence[str]], filled: Sequence[int], besides: int | None) -> int:
    """Of all columns but one, with the gaps between them."""
    texts = {place: [*titles[place].split(), *(row[place] for row in rows)] for place in filled if place != besides}
    return sum(max(map(cell_len, column)) + GAP for column in texts.values())


def _title(title: str) -> str:
    """Over two lines where it has two words: the column needs less room."""
    return title.replace(" ", "\n", 1)


def _cut(text: str, room: int) -> str:
    if cell_len(text) <= max(room, SHORTEST):
        return text
    return set_cell_size(text, max(room, SHORTEST) - 1).rstrip() + "…"
