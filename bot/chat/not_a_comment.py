"""What `/clockin help`, `/clockin sick` or `/clockout in 10 minutes` may mean, beside a comment."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from bot.calendar.doubts import Doubt
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.everyday_answers import about_not_working
from bot.chat.everyday_words import as_line, begins_soon, is_not_today
from bot.chat.reminders import Late, not_today
from bot.chat.routing import CLOCKING, Ask
from bot.chat.typed_line import Typed
from bot.chat.views import Button, Buttons, Text
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence

_TAKES_BACK = ("cancel", "delete", "remove")


@dataclass(frozen=True, slots=True)
class Instead:
    """Buttons for what else the words may mean. `said` replaces the question "What do you mean by …?"."""

    buttons: tuple[Button, ...] = ()
    said: Markup | None = None


async def instead_of_a_comment(ask: Ask, typed: Typed, *, leaves: bool) -> Instead:
    """A command, a time to come, a break, or a day without work. Nothing for other words."""
    words = typed.read.comment or ""
    if begins_soon(words):
        command = code(ask.command("clockout" if leaves else "clockin"))
        said = _("I can't clock you out ahead of time. Type {command} when you leave.")
        if not leaves:
            said = _("I can't clock you in ahead of time. Type {command} when you come.")
        return Instead(said=sentence(said, command=command))
    if is_not_today(words):
        said = sentence(_("Won't you work today? Then I won't remind you."))
        return Instead((not_today.button(_("Not today"), Late(ask.reader.today)),), said)
    is_away = Doubt.AWAY in typed.read.doubts and not leaves and typed.user_id == ask.caller.user_id
    if is_away and (answer := await about_not_working(ask, words)):
        buttons = [one for piece in answer.pieces if isinstance(piece, Buttons) for one in piece.buttons]
        return Instead(tuple(buttons), next(piece.text for piece in answer.pieces if isinstance(piece, Text)))
    plain = " ".join(words.lower().split()).strip(".!? ")
    line = as_line(plain) or ("undo" if plain.partition(" ")[0] in _TAKES_BACK else plain)
    word = line.partition(" ")[0]
    assert ask.router is not None
    if word and word in ask.router.words and (word not in CLOCKING or line == word):
        return Instead((line_button(label_of(word), line, ask.typed_at, directly=not ask.opens_forms),))
    return Instead()
