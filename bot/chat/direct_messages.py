"""Plain words in a direct message: `in`, `out`, `in at 8:30 because the train was late`, `status`."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from markupsafe import Markup

from bot.attendance.idempotency import AlreadyAnswered
from bot.chat.routing import Ask, Router
from bot.chat.views import Message, Outcome, Text
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence
from storage.errors import Refusal, Unavailable

_IN, _OUT = (
    re.compile(rf"(?:clock(?:ing|ed)?[ -]?)?{word}[.!,]*(?=\s|$)(?!.*\?\s*$)", re.IGNORECASE | re.DOTALL)
    for word in ("in", "out")
)
"""Such as `in`, `Out!`, `clock in, good morning`. `in-laws` is another word, and a question clocks nobody in."""
_BECAUSE = re.compile(r"(^|(?<=\d )|(?<=[ap]m ))because\s+", re.IGNORECASE)
_END = re.compile(r"(?<![\d.])[ .!,]+$|[ !,]+$")  # a full stop after a number may be part of a day
_CLOCKING = ("clockin", "clockout", "in", "out")


async def said(router: Router, ask: Ask) -> Outcome:
    """Does what the words ask for; where nothing fits, says what would."""
    ask = replace(ask, opens_forms=False)
    words = ask.words.strip()
    if clock_in := _IN.match(words):
        return await _once(router, replace(ask, words=_reasoned(words[clock_in.end() :])), "clockin")
    if clock_out := _OUT.match(words):
        return await _once(router, replace(ask, words=_reasoned(words[clock_out.end() :])), "clockout")
    first, _space, rest = words.partition(" ")
    word = first.lower().rstrip(".!?")
    if word and word in router.words and word not in _CLOCKING:
        if router.opens_form(word):
            return _type_the_command(word)
        return await router.typed(replace(ask, words=rest.strip()), word)
    return _examples()


def _examples() -> Message:
    examples = ("in", "out", "in at 8:30 because the train was late", "status", "report last week")
    said = _("I did not understand that, and nothing was written. I understand {examples}, and {help}.")
    return Message([Text(sentence(said, examples=Markup(", ").join(map(code, examples)), help=code("help")))])


def _type_the_command(word: str) -> Message:
    said = _("This opens a form, which Slack allows after a command only: type {command}.")
    return Message([Text(sentence(said, command=code(f"/attendance {word}")))])


async def _once(router: Router, ask: Ask, word: str) -> Outcome:
    """A chat delivers a message again where it missed our acknowledgement, minutes later: it has one effect all the
    same, and the second answer is the state. What was refused is not done by then either: things have changed since it
    was said."""
    try:
        outcome = await router.typed(ask, word)
    except AlreadyAnswered:
        return await router.typed(replace(ask, words=""), "status")
    except Refusal:
        await _remember(ask)
        raise
    await _remember(ask)  # for it may be a question instead of a record
    return outcome


async def _remember(ask: Ask) -> None:
    with suppress(AlreadyAnswered, Unavailable):
        await ask.services.write(lambda tx: None)


def _reasoned(words: str) -> str:
    """`at 8:30 because the train was late`, whose comment is the reason alone."""
    return _BECAUSE.sub(r"\1", _END.sub("", words.lstrip(" .!,")))
