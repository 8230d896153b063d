"""`/attendance post`: a message with the clock buttons for everybody in a channel, to be pinned."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Note, Outcome, Text
from bot.people import languages
from bot.people.profiles import names_of
from bot.wording.catalogue import _, reader_language, reading_in
from bot.wording.languages import language_of
from bot.wording.markup import sentence

pinned_buttons = Feature("pinned")


@pinned_buttons.word("post", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance post`. Everybody may, as anybody may write a message there: it shows nobody's hours, and names who
    posted it. It is in the workspace's language, if one is set."""
    names = await names_of(ask.services, ask.caller.workspace_id, [ask.caller.user_id])
    # The name, no mention: nobody needs a notification of what they did.
    by = Markup("<b>{}</b>").format(names.get(ask.caller.user_id, ask.caller.user_id))
    chosen = await languages.of_workspace(ask.services, ask.caller.workspace_id)
    with reading_in(language_of(chosen) or reader_language()):
        posted = _post(by)
    await ask.here.post_here(posted)
    return Message([Text(sentence(_("✅ <b>Posted.</b> Pin the message so that everyone finds it.")))])


def _post(by: Markup) -> Message:
    buttons = [
        clock_in.button(_("Clock in"), style="primary"),
        start_break.button(_("Start a break")),
        clock_out.button(_("Clock out")),
    ]
    return Message(
        [
            Text(sentence(_("Clock in when you come, and out when you leave. Only you see the answer."))),
            Buttons(buttons),
            Note(sentence(_("Posted by {who}"), who=by)),
        ]
    )


@pinned_buttons.action(opens_form=lambda carries: False)
async def clock_in(ask: Ask) -> Outcome:
    """**Clock in**: the presser, now. The message stays for the others."""
    return await ask.type("clockin", "")


@pinned_buttons.action(opens_form=lambda carries: False)
async def start_break(ask: Ask) -> Outcome:
    """**Start a break**: the presser, now. The answer has **Back**."""
    return await ask.type("break", "")


@pinned_buttons.action(opens_form=lambda carries: False)
async def clock_out(ask: Ask) -> Outcome:
    """**Clock out**: the presser, now."""
    return await ask.type("clockout", "")
