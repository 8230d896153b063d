"""Plain words to the bot in a direct message: `in`, `out`, `in at 8:30 because the train was late`, `status`."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot import reports
from bot.once import Replayed
from bot.slack import commands
from bot.slack.blocks import Answer
from bot.slack.listener import Ask, Edge, Handler, Outcome
from bot.wording import direct_messages as wording
from bot.words import begins_with_an_office
from storage.errors import Refusal, Unavailable

_IN, _OUT = (
    re.compile(rf"(?:clock(?:ing|ed)?[ -]?)?{word}[.!,]*(?=\s|$)(?!.*\?\s*$)", re.IGNORECASE | re.DOTALL)
    for word in ("in", "out")
)
"""Such as `in`, `Out!`, `clock in, good morning`. `in-laws` is another word, and a question is no deed."""
_BECAUSE = re.compile(r"(^|(?<=\d )|(?<=[ap]m ))because\s+", re.IGNORECASE)


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.event("message")(edge.direct_message(answer))


async def answer(ask: Ask) -> Outcome:
    """What the words ask for; what they might be where nothing fits."""
    words = ask.words.strip()
    first, _, rest = words.partition(" ")
    if clock_in := _IN.match(words):
        return await _once(commands.clock_in, ask, await _with_office(ask, _reasoned(words[clock_in.end() :])))
    if clock_out := _OUT.match(words):
        return await _once(commands.clock_out, ask, _reasoned(words[clock_out.end() :]))
    word = first.lower().rstrip(".!?")
    if word in commands.NEEDS_A_COMMAND:
        return Answer(wording.type_the_command(word, ask.reader))
    if word and commands.knows(ask, word):
        return await commands.attendance(replace(ask, words=f"{word} {rest}".strip()))
    return Answer(wording.what_can_be_said(ask.reader))


async def _once(handler: Handler, ask: Ask, words: str) -> Outcome:
    """Slack delivers a message again where it missed our acknowledgement, minutes later: it has one effect all the
    same, and the second answer is the state. What was refused is not done by then either: things have changed since it
    was said."""
    try:
        outcome = await handler(replace(ask, words=words))
    except Replayed:
        return await commands.attendance(replace(ask, words=""))
    except Refusal:
        await _remember(ask)
        raise
    await _remember(ask)  # for it may be a question instead of the deed
    return outcome


async def _remember(ask: Ask) -> None:
    with suppress(Replayed, Unavailable):
        await ask.services.write(lambda tx: None)


async def _with_office(ask: Ask, words: str) -> str:
    """`in berlin` means the office, where there is one of that name; the command says `in in berlin`."""
    if not words or words.lower().startswith(("at ", "in ", "<@")):
        return words
    offices = (await reports.surroundings(ask.services, ask.caller)).offices
    return f"in {words}" if begins_with_an_office(words, offices) else words


def _reasoned(words: str) -> str:
    """`at 8:30 because the train was late`, whose comment is the reason alone."""
    return _BECAUSE.sub(r"\1", words.strip(" .!,"))
