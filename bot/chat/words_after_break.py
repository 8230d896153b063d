"""Words after `/break` and `/back` that say neither which break nor when: somebody's name, or a comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.calendar.break_kinds import BreakKinds
from bot.calendar.typed import in_quotes, mention, without_ids
from bot.calendar.typed_names import people_named
from bot.calendar.words import words_of
from bot.chat.did_you_mean import fits_a_button, line_button
from bot.chat.offered_readings import MOST_PEOPLE
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Message, Text
from bot.chat.whom import names_on_buttons
from bot.errors import UnknownBreakKind
from bot.reports import worked_time
from bot.reports.readable import readable
from bot.wording.catalogue import _
from bot.wording.markup import mention as person
from bot.wording.markup import sentence
from bot.wording.refusal_parts import quoted


@dataclass(frozen=True, slots=True)
class Named:
    """People by id with that name, as buttons call them, and what was typed after it."""

    names: dict[str, str]
    rest: str


async def about_other_words(ask: Ask, error: UnknownBreakKind, kinds: BreakKinds) -> Message | None:
    """The question about `/break Ana` and `/break lunch with Ben`. None where it may be another kind."""
    before, words = ask.words[: error.start].strip(), ask.words[error.start :].strip()
    if "@" not in before and not error.likely and (found := await people_called(ask, words)):
        buttons = [
            line_button(
                _("Start a break for {name}").format(name=name),
                _joined("break", before, mention(user_id), found.rest),
                ask.typed_at,
            )
            for user_id, name in found.names.items()
        ]
        return _which_person(found, [*buttons, *_with_comment(ask, before, words)])
    kind = kinds.named(error.kind) if error.kind else None
    if kind is None:
        return None
    without = line_button(_("Start a break: {kind}").format(kind=kind.name), _joined("break", before), ask.typed_at)
    buttons = [without] if kind.is_paid else _with_comment(ask, before, words) or [without]  # paid ones have none
    return Message([Text(sentence(_("What do you mean by {words}?"), words=quoted(words))), Buttons(buttons)])


async def about_a_person(ask: Ask, words: str) -> Message | None:
    """The question about `/back Ana`. None where the words name nobody."""
    if (found := await people_called(ask, words, exactly=True)) is None:
        return None
    buttons = [
        line_button(_("{name} is back").format(name=name), _joined("back", mention(user_id), found.rest), ask.typed_at)
        for user_id, name in found.names.items()
    ]
    if fits_a_button(words):
        label = _("Back now, with that as comment")
        buttons.append(line_button(label, _joined("back", in_quotes(words)), ask.typed_at))
    return _which_person(found, buttons)


async def people_called(ask: Ask, words: str, *, exactly: bool = False) -> Named | None:
    """The people whom the words begin with, of those whom the typist may clock in and out; misspelled ones too, unless
    `exactly`."""
    names = await worked_time.names_of_others(ask.services, ask.caller)
    forms = words_of(words)
    if (found := next(people_named(forms, names), None)) is None:
        return None
    user_ids, count = found
    typed = [word.form for word in forms[:count] if word.form != "for"]
    if exactly and not any([word.form for word in words_of(names[one])][: len(typed)] == typed for one in user_ids):
        return None
    called = {user_id: names[user_id] for user_id in user_ids[:MOST_PEOPLE]}
    if len(called) > 1:
        called = names_on_buttons(called, (await readable(ask.services, ask.caller)).teams)
    return Named(called, words[forms[count].start :] if count < len(forms) else "")


def _which_person(found: Named, buttons: Sequence[Button]) -> Message:
    if len(found.names) == 1:
        asked = sentence(_("Did you mean {what}?"), what=person(next(iter(found.names))))
    else:
        asked = sentence(_("Which one do you mean?"))
    return Message([Text(asked), Buttons(list(buttons))])


def _with_comment(ask: Ask, before: str, words: str) -> list[Button]:
    said = without_ids(words)
    if not fits_a_button(said):
        return []
    label = _("Start a break, with that as comment")
    return [line_button(label, _joined("break", before, in_quotes(said)), ask.typed_at)]


def _joined(*words: str) -> str:
    return " ".join(word for word in words if word)
