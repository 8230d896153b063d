"""What a PDF says, and drawing it. Only the process that draws (`drawing`) loads the 30 MiB of libraries for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, with the widths of its columns in millimetres."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Paper:
    """A text of `parts` is a heading, a list of texts are paragraphs. The others are those of `bot.documents.pages`.

    `language` is a tag, as in `de-AT`: screen readers speak in it.
    """

    title: str
    whose: str
    about: str
    made_at: datetime
    language: str
    parts: Sequence[str | list[str] | Grid]


def write_pdf(paper: Paper, out: Path) -> None:
    """Draws it."""
    from bot.documents.pages import Pages

    pdf = Pages(paper.title, paper.whose, paper.about, paper.made_at, paper.language)
    pdf.add_page()
    for part in paper.parts:
        match part:
            case str():
                pdf.heading(part)
            case Grid():
                pdf.grid(part.header, part.rows, part.widths)
            case _:
                pdf.paragraphs(part)
    pdf.output(str(out))
