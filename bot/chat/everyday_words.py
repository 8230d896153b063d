"""What people say in a direct message instead of a command: `what are my hours`, `undo that`, `lunch`, `I'm done`."""

from __future__ import annotations

import re

from markupsafe import Markup

from bot.chat.clocking import clock_in_button, clock_out_button
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Message, Text
from bot.errors import NotACommand
from bot.reports.status import status
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence

_SHOW = r"(?:(?:what(?:'s| is| are| were| was)|show(?: me)?|tell me|give me|send me|see|check|view) )?(?:all )?(?:of )?"
_HOURS = re.compile(
    rf"{_SHOW}(?:(?:my )?(?:worked |working |work |total )?hours|my (?:work(?:ed|ing)? )?time)(?: worked)?"
    r"|how (?:long|much|many hours)(?: time)? (?:did|do|have|had) i (?:been )?(?:work(?:ed|ing)?|done|do|in|clocked in)"
)
_COMMANDS = {
    "status": re.compile(r"am i (?:still )?(?:(?:clocked|checked|signed) )?(?:in|out)"),
    "who": re.compile(
        r"(?:show me )?who(?:'s| is|s| are|'re)?(?: all)? (?:still )?(?:(?:clocked|checked) )?"
        r"(?:in|here|working|at work)(?: today| now| right now)?"
    ),
    "events": re.compile(rf"{_SHOW}my (?:records?|entries|events|times)"),
    "mine": re.compile(rf"{_SHOW}my (?:own )?file"),
    "help": re.compile(r"what can (?:you|i) (?:do|type|say)|how does (?:this|it) work|commands|menu"),
    "undo": re.compile(r"(?:undo|revert|take (?:it|that) back|oops)(?: (?:that|it|this|last|the last one|please))?"),
}
_BEGINS = re.compile(
    r"(?:i'?m |i am )?(?:start(?:ing|ed)?(?: work(?:ing)?)?|begin|back|(?:i'm |am )?here|arrived|at work)"
)
_ENDS = re.compile(
    r"(?:i'?m |i am )?(?:done|stop|finish(?:ed)?|leav(?:e|ing)|left|(?:going )?home|(?:good ?)?bye|good night|see you)"
    r"(?: work(?:ing)?| for today| now| tomorrow)?"
)
_BREAK = re.compile(
    r"(?:i'?m |i am )?(?:on |at |going (?:to|for|on) |having |taking )?(?:a |my )?"
    r"(?:(?:lunch|coffee|tea|dinner|smoke|short)(?: ?(?:break|time|pause))?|break(?: ?time)?|pause|brb)(?: now)?"
)
_NOT_TODAY = re.compile(
    r"(?:i'?m |i am |i )?(?:not|won't be)"
    r"(?: (?:coming|working|in|here|at work|to work|coming in))? today"
)
_THANKS = re.compile(r"(?:many )?(?:thanks?|thank you|thx|ty|cheers|danke)(?: (?:a lot|so much|very much|you|bot))?")
_PLEASE = re.compile(r"^(?:please|pls|(?:can|could) you(?: please)?) |(?:,? |^)(?:please|pls|plz)$", re.IGNORECASE)
_ABOUT = re.compile(r"(?:(?:did|have|had|do|i|we|worked?|so far|for|in|on|of|during)\b ?)+")


def _about_forgotten() -> Markup:
    said = _("Type {out} with the day and time you left, or {add} for a whole record.")
    return sentence(said, out=code("out yesterday at 17:30"), add=code("add yesterday 9-17:30"))


def _about_corrections() -> Markup:
    said = _(
        "{undo} takes back what you entered in the last ten minutes. Your manager or an admin can correct the rest."
    )
    return sentence(said, undo=code("undo"))


def _about_absences() -> Markup:
    return sentence(
        _("I only keep working hours. Tell your manager about days off. {help} shows what I can do."), help=code("help")
    )


_ANSWERS = (
    (re.compile(r"\bforg[eo]t(?:ten)?\b.*\b(?:clock|out|in)\b"), _about_forgotten),
    (re.compile(r"^(?:delete|remove|cancel|correct|fix|change|edit)\b"), _about_corrections),
    (re.compile(r"\b(?:sick|ill|vacation|holidays?|day off|leave|pto)\b"), _about_absences),
)


def as_line(words: str) -> str | None:
    """The command that means the same: `my hours last week` is `report last week`. None for other words."""
    said = _plain(words)
    if found := _HOURS.match(said):
        days = said[found.end() :]
        if not days or days.startswith(" "):
            days = _ABOUT.sub("", days.strip(), count=1).strip()
            return "status" if days in ("", "today", "so far") else f"report {days}"
    return next((command for command, pattern in _COMMANDS.items() if pattern.fullmatch(said)), None)


def is_not_today(words: str) -> bool:
    """`not in today`"""
    return bool(_NOT_TODAY.fullmatch(_plain(words)))


def without_please(words: str) -> str:
    """`last week please` without its end."""
    said = words.rstrip("?!., ")
    return _PLEASE.sub("", said) if _PLEASE.search(said) else words


async def answered(ask: Ask, words: str) -> Message | None:
    """The answer to everyday words that stand for no command, such as `lunch` or `thanks`. None for words it doesn't
    know. Raises NotACommand, which suggests `in` or `out`, for words such as `done`."""
    said = _plain(words)
    if _THANKS.fullmatch(said):
        return Message([Text(sentence(_("You're welcome!")))])
    if _BREAK.fullmatch(said):
        return await _about_breaks(ask)
    for word, pattern in (("in", _BEGINS), ("out", _ENDS)):
        if pattern.fullmatch(said):
            raise NotACommand(words, [word], line=words, typed_directly=True)
    return next((Message([Text(answer())]) for pattern, answer in _ANSWERS if pattern.search(said)), None)


async def _about_breaks(ask: Ask) -> Message:
    """How a break is entered, with the button that begins or ends it."""
    now = await status(ask.services, ask.caller, ask.caller.user_id)
    text = sentence(
        _("A break is the time between two records. Type {out} when it starts and {back} when you're back."),
        out=code("out"),
        back=code("in"),
    )
    button = clock_out_button(now.open_pair) if now.open_pair else clock_in_button()
    return Message([Text(text), Buttons([button])])


def _plain(words: str) -> str:
    said = " ".join(words.replace("’", "'").lower().split()).rstrip("?!., ")
    return _PLEASE.sub("", said).strip()
