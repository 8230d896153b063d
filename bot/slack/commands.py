"""`/attendance WORD …`: finds the feature that a word means."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.errors import NotACommand
from bot.slack import (
    events,
    help_text,
    history,
    offices,
    own_file,
    presence,
    records,
    reminding,
    reporting,
    settings_form,
    status,
    teams,
    tokens,
)
from bot.slack.listener import Ask, Edge, Handler, Outcome

_WORDS: dict[str, Handler] = {
    "": status.show,
    "status": status.show,
    "add": records.open_form,
    "report": reporting.show,
    "events": events.show,
    "history": history.show,
    "who": presence.show,
    "mine": own_file.show,
    "reminders": reminding.switch,
    "team": teams.open_form,
    "office": offices.open_form,
    "settings": settings_form.open_form,
    "tokens": tokens.open_form,
    "help": help_text.show,
}


NEEDS_A_COMMAND = frozenset({"add", "team", "office", "settings", "tokens"})
"""What opens a form, and so needs the trigger that Slack gives to a command."""


def knows(word: str) -> bool:
    """Whether `/attendance WORD` is something."""
    return word in _WORDS


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.command("/attendance")(edge.command(attendance))


async def attendance(ask: Ask) -> Outcome:
    """Runs the word's handler on the words after it. Raises NotACommand."""
    word, _, rest = ask.words.strip().partition(" ")
    handler = _WORDS.get(word.lower())
    stands_alone = handler is status.show or word.lower() in NEEDS_A_COMMAND
    if handler is None or (stands_alone and rest.strip()):
        raise NotACommand(ask.words.strip(), "/attendance")
    return await handler(replace(ask, words=rest.strip()))
