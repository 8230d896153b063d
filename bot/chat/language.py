"""`/attendance language [LANGUAGE]`: the language that the bot speaks with somebody."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.attendance.change_notifications import redraw_home
from bot.calendar.words import similar
from bot.chat.refused import WARNING
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Message, Text
from bot.people import languages
from bot.wording.catalogue import _, reader_language, reads_in
from bot.wording.languages import code_of, language_for, names_of, offered
from bot.wording.markup import sentence
from bot.wording.refusal_parts import quoted

language = Feature("language")

AS_IN_THE_CHAT = ("auto", "automatic", "default", "none")


@dataclass(frozen=True, slots=True)
class Choice:
    """The code of a language. None: the one that the chat is set to."""

    code: str | None


@language.word("language")
async def choose(ask: Ask) -> Message:
    """`/attendance language`, `… German`, `… de`"""
    wanted = _plain(ask.words)
    if not wanted:
        # Translators: say the name of your own language.
        return Message([Text(sentence(_("I speak English with you."))), _buttons()])
    if wanted in AS_IN_THE_CHAT:
        return await _chosen(ask, None)
    known = {_plain(name): code for code in offered() for name in names_of(code, reader_language())}
    if (code := known.get(wanted) or code_of(ask.words.strip())) is not None:
        return await _chosen(ask, code)
    said = Markup("{}{}").format(WARNING, sentence(_("I don't speak {words} yet."), words=quoted(ask.words)))
    likely = [known[name] for name in similar(wanted, known)]
    return Message([Text(said), _buttons(*dict.fromkeys(likely))])


@language.action
async def speak(ask: Ask, choice: Choice) -> Message:
    """**Deutsch**, **English**, **As in my chat**"""
    return replace(await _chosen(ask, choice.code), replaces=True)


async def _chosen(ask: Ask, code: str | None) -> Message:
    now = await languages.choose(ask.services, ask.caller, code)
    reads_in(language_for(*now.tags))
    await redraw_home(ask.services, ask.caller.workspace_id, ask.caller.user_id)
    # Translators: say the name of your own language.
    said = _("✅ <b>From now on, I speak English with you.</b>")
    return Message([Text(sentence(said)), _buttons()])


def _buttons(*codes: str) -> Buttons:
    """The likely languages, or all others than the one that is read now."""
    now = code_of(reader_language().tag)
    others = [code for code in codes or offered() if code != now]
    found: list[Button] = [speak.button(offered()[code], Choice(code)) for code in others]
    return Buttons([*found, speak.button(_("As in my chat"), Choice(None))])


def _plain(words: str) -> str:
    """Without upper case and accents: `español` is `espanol`."""
    letters = unicodedata.normalize("NFKD", " ".join(words.split()).casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
