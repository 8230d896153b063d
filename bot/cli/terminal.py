"""Prints sentences with people's names and words in them: none can move the cursor or hide what stands beside it."""

from __future__ import annotations

import io
import unicodedata

import typer

_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # names in Persian and emoji are written with them
_NOT_SHOWN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def say(text: str, *, err: bool = False) -> None:
    """Prints it on stdout, or stderr."""
    typer.echo(printable(text), err=err)


def printable(text: str) -> str:
    """The text without control characters, such as those that start a terminal's commands or turn its direction."""
    return "".join(char if _is_shown(char) else "\N{REPLACEMENT CHARACTER}" for char in text)


class RowsForPeople(io.TextIOWrapper):
    """A terminal, for rows that are made for programs."""

    def write(self, text: str) -> int:
        return super().write("\r\n".join(map(printable, text.split("\r\n"))))


def _is_shown(char: str) -> bool:
    return char.isprintable() or char in f"\n\t{_JOINERS}" or unicodedata.category(char) not in _NOT_SHOWN
