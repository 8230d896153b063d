"""Plain words in a direct message, and what follows `/attendance`: `in`, `clock me out`, `status`, `hi`, `lunch`."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.attendance.idempotency import AlreadyAnswered
from bot.calendar.ranges import parse_range
from bot.calendar.typed import without_ids
from bot.calendar.vocabulary import is_in_use, knows
from bot.chat import everyday_answers, everyday_words, log_here
from bot.chat.clock_readings import Reading, as_read
from bot.chat.did_you_mean import fits_a_button, label_of, line_button
from bot.chat.routing import Ask, Router
from bot.chat.spoken_commands import with_english_command
from bot.chat.views import Buttons, Message, Outcome, Text
from bot.errors import NotACommand, NotADateRange
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from bot.wording.refusal_parts import quoted
from storage.database import Transaction
from storage.errors import Refusal, Unavailable

_IN, _OUT = (
    re.compile(
        rf"(?:(?:please|pls) )?(?:(?:clock|punch)(?:ing|ed)?(?: me )?[ -]?)?{word}[.!,]*(?=\s|$)(?!.*\?\s*$)",
        re.IGNORECASE | re.DOTALL,
    )
    for word in ("in", "out")
)
"""For example `in`, `Out!`, `clock in, good morning`. `in-laws` is another word, and questions clock nobody in."""
_NO_IN_OR_OUT = re.compile(
    r"(in) (?:case|fact|general|short|theory|order|addition|particular|between|other words|(?:any|that|this) case"
    r"|the (?:end|meantime|middle|meeting)|an? (?:meeting|call|minute|moment|while|bit|sec(?:ond)?|hurry|rush))\b"
    r"|(out) (?:of|there|loud)\b",
    re.IGNORECASE,
)
"""How other sentences begin."""
_QUOTES = re.compile(r"[\"“”„«»「」]")
_BECAUSE = re.compile(r"(^|(?<=\d )|(?<=[ap]m ))because\s+", re.IGNORECASE)
_WITH_DAYS = ("report", "events", "history", "fix")
_CLOCKING = ("clockin", "clockout", "in", "out", "break", "back")
_GREETING = re.compile(
    r"(?:hi+|hello|hey+|hallo|hola|moin(?: moin)?|servus|salut|bonjour|greetings|good (?:morning|day|afternoon|evening)"
    r"|morning)(?:,? (?:there|bot|attendance|all|everyone|team))?[\s.!,\U0001f44b]*",
    re.IGNORECASE,
)


async def said(router: Router, ask: Ask) -> Outcome:
    """Does what the words say. Raises NotACommand with what was probably meant."""
    read = with_english_command(_maybe_a_sentence(replace(ask, opens_forms=False, router=router)))
    if isinstance(read, Message):
        return read
    ask = read
    if (outcome := await _understood(router, ask)) is not None:
        return outcome
    _refuse_with_a_line(router, ask)
    words = ask.words.strip()
    first, _space, rest = words.partition(" ")
    word = first.lower().rstrip(".!?")
    is_a_word = word.isalpha() and not words.endswith("?") and not (rest and knows(word))
    likely = router.similar(word) if is_a_word else {}
    raise NotACommand(first, list(likely), shown=list(likely.values()), line=words, typed_directly=True)


async def commanded(router: Router, ask: Ask) -> Outcome:
    """What follows `/attendance`: a command, or the same words as in a direct message. Raises NotACommand."""
    read = with_english_command(_maybe_a_sentence(replace(ask, router=router)))
    if isinstance(read, Message):
        return read
    ask = read
    if asked := _asked_about_a_sentence(ask):
        return asked
    word, _space, rest = (everyday_words.as_line(ask.words) or ask.words.strip()).partition(" ")
    if word.lower() not in router.words:
        if (outcome := await _understood(router, ask)) is not None:
            return outcome
        _refuse_with_a_line(router, ask)
    return await router.typed(replace(ask, words=rest.strip()), word)


def _maybe_a_sentence(ask: Ask) -> Ask:
    """The same, marked if the words may be a sentence about something else: `In Ordnung`, `ich gehe heute zum Arzt`."""
    return replace(ask, sentence=ask.words.strip() if is_in_use() and not _QUOTES.search(ask.words) else "")


def _refuse_with_a_line(router: Router, ask: Ask) -> None:
    """Raises NotACommand with the whole line that was probably meant: `report last week` for `repot last wek`."""
    words, today = ask.words.strip(), ask.reader.today
    word, _space, rest = words.partition(" ")
    line = shown = everyday_words.likely_line(words, today)
    likely = router.similar(word.lower()) if rest and not line else {}
    if shows := [one for one in likely.items() if one[0] in _WITH_DAYS]:
        try:
            parse_range(rest, today)
        except NotADateRange as error:
            line, shown = (f"{one} {error.likely[0]}" if error.likely else None for one in shows[0])
    if line and shown:
        command = "" if not ask.opens_forms else ask.command("")
        directly = not ask.opens_forms
        raise NotACommand(words, [line], shown=[shown], line=words, command=command, typed_directly=directly)


async def _understood(router: Router, ask: Ask) -> Outcome:
    """What the words do. None for words that it doesn't know."""
    words = ask.words.strip()
    if asked := _asked_about_a_sentence(ask):
        return asked
    for pattern, word in ((_IN, "clockin"), (_OUT, "clockout")):
        if clocks := pattern.match(words):
            rest = words if everyday_words.is_soon(words) else words[clocks.end() :]
            return await _once(router, replace(ask, words=_reasoned(rest)), word)
    if _GREETING.fullmatch(words):
        return await greeting(router, ask)
    if (answer := await log_here.answered(ask, words)) is not None:
        return answer
    today = ask.reader.today
    if breaks := await everyday_answers.break_line(ask, words):
        word, _space, rest = breaks.partition(" ")
        return await _once(router, replace(ask, words=rest), word)
    line = everyday_words.as_line(words) or everyday_words.said_with_a_time(words, today)
    first, _space, rest = (line or words).partition(" ")
    word = first.lower().rstrip(".!?")
    if word in ("in", "out") and line:
        return await _once(router, replace(ask, words=rest), f"clock{word}")
    if word and word in router.words and word not in _CLOCKING:
        rest = everyday_words.without_please(rest)
        opens_form = not rest.strip() if word == "add" else router.opens_form(word)
        if opens_form and not ask.opens_forms:
            return _offer_the_form(ask, word)
        return await router.typed(replace(ask, words=rest.strip()), word)
    return await everyday_answers.answered(ask, words)


def _asked_about_a_sentence(ask: Ask) -> Message | None:
    """Whether `in case you wonder, …` is a comment. None for other words."""
    words = ask.words.strip()
    if not (begins := _NO_IN_OR_OUT.match(words)) or words.endswith("?"):
        return None
    label = _("Clock out now, with that as comment") if begins[2] else _("Clock in now, with that as comment")
    reading = Reading(bool(begins[2]), ask.caller.user_id, ask.typed_at, comment=without_ids(words))
    asked = Text(sentence(_("What do you mean by {words}?"), words=quoted(words)))
    return Message([asked, Buttons([as_read.button(label, reading)])] if fits_a_button(words) else [asked])


async def greeting(router: Router, ask: Ask) -> Outcome:
    """The state with its button. Raises NotAnEmployee."""
    state = await router.typed(replace(ask, words=""), "status")
    assert isinstance(state, Message)
    return replace(state, pieces=[Text(sentence(_("Hi!"))), *state.pieces])


def _offer_the_form(ask: Ask, word: str) -> Message:
    """A form opens only after a press or a command."""
    button = line_button(label_of(word), word, ask.reader.now)
    return Message([Text(sentence(_("Here's the form:"))), Buttons([button])])


async def _once(router: Router, ask: Ask, word: str) -> Outcome:
    """A chat that missed our acknowledgement delivers the message again, minutes later. Then it only gets the state,
    even if the first delivery was refused or answered with a question, because things have changed since."""
    noting, written = _noting_writes(ask)
    try:
        outcome = await router.typed(noting, word)
    except AlreadyAnswered:
        return await router.typed(replace(ask, words=""), "status")
    except Refusal:
        await _remember(ask)
        raise
    if not written:  # the answer was a question
        await _remember(ask)
    return outcome


def _noting_writes(ask: Ask) -> tuple[Ask, list[bool]]:
    """The same, and a list that is empty until something is written: that the message was answered is written with
    it, and needs no transaction of its own."""
    written: list[bool] = []
    if (guard := ask.services.wrap) is None:
        return ask, written

    def noting(work: Callable[[Transaction], Any]) -> Callable[[Transaction], Any]:
        guarded = guard(work)

        def write(tx: Transaction) -> Any:
            result = guarded(tx)
            written.append(True)
            return result

        return write

    return replace(ask, services=replace(ask.services, wrap=noting)), written


async def _remember(ask: Ask) -> None:
    if ask.services.wrap is None:
        return  # a command is delivered once
    with suppress(AlreadyAnswered, Unavailable):
        await ask.services.write(lambda tx: None)


def _reasoned(words: str) -> str:
    """In `at 8:30 because the train was late`, the comment is only the reason."""
    words = words.lstrip(" .!,")
    said = words.rstrip(" .!,")
    if said[-1:].isdecimal() and words[len(said) :].startswith("."):
        said += "."  # it may belong to a day
    return _BECAUSE.sub(r"\1", said)
