"""What the sentences for refusals share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from bot.calendar.typed import without_ids
from bot.wording import Reader
from bot.wording.markup import code, cut, on_one_line, sentence

Say = Callable[..., Markup]
"""A refusal and its reader to a sentence."""
Sentences = Mapping[type[Exception], Say]

LONGEST_QUOTED = 80


def says(message: Callable[[], str], *names: str) -> Say:
    """A sentence whose facts are these attributes of the refusal, unchanged."""

    def say(refused: Exception, reader: Reader) -> Markup:
        return sentence(message(), **{name: getattr(refused, name) for name in names})

    return say


def quoted(words: str) -> str:
    """`"8:3x"`: what was typed, cut short, with people's names instead of their ids."""
    return f'"{cut(on_one_line(without_ids(words)), LONGEST_QUOTED)}"'


def way_to_ask(reader: Reader) -> Markup:
    """Where somebody asks for a change of records."""
    return code(reader.command("fix") if reader.in_chat else "POST /corrections")
