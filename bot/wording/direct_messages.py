"""What is answered to words in a direct message that are no deed."""

from __future__ import annotations

from bot.wording import Reader


def what_can_be_said(reader: Reader) -> str:
    """For words that were not understood: the ones that are."""
    examples = ", ".join(
        reader.code(words)
        for words in ("in", "out", "in at 8:30 because the train was late", "status", "report last week")
    )
    return f"I did not understand that, and nothing was written. I understand {examples}, and {reader.code('help')}."


def type_the_command(word: str, reader: Reader) -> str:
    """For what opens a form: Slack lets a form be opened by a command or a button alone."""
    return f"This opens a form, which Slack allows after a command only: type {reader.code(f'/attendance {word}')}."
