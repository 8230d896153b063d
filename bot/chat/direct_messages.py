"""Plain words in a direct message: `in`, `out`, `in at 8:30 because the train was late`, `status`, `hi`."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace

from bot.attendance.idempotency import AlreadyAnswered
from bot.chat import everyday_words
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.routing import Ask, Router
from bot.chat.views import Buttons, Message, Outcome, Text
from bot.errors import NotACommand
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from storage.errors import Refusal, Unavailable

_IN, _OUT = (
    re.compile(rf"(?:clock(?:ing|ed)?[ -]?)?{word}[.!,]*(?=\s|$)(?!.*\?\s*$)", re.IGNORECASE | re.DOTALL)
    for word in ("in", "out")
)
"""For example `in`, `Out!`, `clock in, good morning`. `in-laws` is another word, and questions clock nobody in."""
_BECAUSE = re.compile(r"(^|(?<=\d )|(?<=[ap]m ))because\s+", re.IGNORECASE)
_CLOCKING = ("clockin", "clockout", "in", "out")
_GREETING = re.compile(
    r"(?:hi+|hello|hey+|hallo|hola|moin(?: moin)?|servus|salut|bonjour|greetings|good (?:morning|day|afternoon|evening)"
    r"|morning)(?:,? (?:there|bot|attendance|all|everyone|team))?[\s.!,\U0001f44b]*",
    re.IGNORECASE,
)


async def said(router: Router, ask: Ask) -> Outcome:
    """Does what the words say. Raises NotACommand with what was probably meant."""
    ask = replace(ask, opens_forms=False)
    words = ask.words.strip()
    if clock_in := _IN.match(words):
        return await _once(router, replace(ask, words=_reasoned(words[clock_in.end() :])), "clockin")
    if clock_out := _OUT.match(words):
        return await _once(router, replace(ask, words=_reasoned(words[clock_out.end() :])), "clockout")
    if _GREETING.fullmatch(words):
        return await greeting(router, ask)
    words = everyday_words.as_line(words) or words
    first, _space, rest = words.partition(" ")
    word = first.lower().rstrip(".!?")
    if word and word in router.words and word not in _CLOCKING:
        rest = everyday_words.without_please(rest)
        if router.opens_form(word) and not (word == "add" and rest.strip()):
            return _offer_the_form(ask, word)
        return await router.typed(replace(ask, words=rest.strip()), word)
    if answer := await everyday_words.answered(ask, words):
        return answer
    is_a_word = word.isalpha() and not words.endswith("?")
    raise NotACommand(first, router.similar(word) if is_a_word else [], line=words, typed_directly=True)


async def greeting(router: Router, ask: Ask) -> Outcome:
    """The state with its button. Raises NotAnEmployee."""
    state = await router.typed(replace(ask, words="", opens_forms=False), "status")
    assert isinstance(state, Message)
    return replace(state, pieces=[Text(sentence(_("Hi!"))), *state.pieces])


def _offer_the_form(ask: Ask, word: str) -> Message:
    """A form opens only after a press or a command."""
    button = line_button(label_of(word), word, ask.reader.now)
    return Message([Text(sentence(_("Here's the form:"))), Buttons([button])])


async def _once(router: Router, ask: Ask, word: str) -> Outcome:
    """A chat that missed our acknowledgement delivers the message again, minutes later. Then it only gets the state,
    even if the first delivery was refused or answered with a question, because things have changed since."""
    try:
        outcome = await router.typed(ask, word)
    except AlreadyAnswered:
        return await router.typed(replace(ask, words=""), "status")
    except Refusal:
        await _remember(ask)
        raise
    await _remember(ask)  # the first answer may have been a question
    return outcome


async def _remember(ask: Ask) -> None:
    with suppress(AlreadyAnswered, Unavailable):
        await ask.services.write(lambda tx: None)


def _reasoned(words: str) -> str:
    """In `at 8:30 because the train was late`, the comment is only the reason."""
    words = words.lstrip(" .!,")
    said = words.rstrip(" .!,")
    if said[-1:].isdecimal() and words[len(said) :].startswith("."):
        said += "."  # it may belong to a day
    return _BECAUSE.sub(r"\1", said)
