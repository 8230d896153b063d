"""`/attendance post`: a message with the clock buttons for everybody in a channel, to be pinned."""

from __future__ import annotations

from markupsafe import Markup

from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Note, Outcome, Text
from bot.people.profiles import names_of
from bot.wording.catalogue import _
from bot.wording.markup import sentence

pinned_buttons = Feature("pinned")


@pinned_buttons.word("post", alone=True)
async def show(ask: Ask) -> Message:
    """`/attendance post`. Everybody may, as anybody may write a message there: it shows nobody's hours, and names who
    posted it."""
    names = await names_of(ask.services, ask.caller.workspace_id, [ask.caller.user_id])
    # The name, no mention: nobody needs a notification of what they did.
    by = Markup("<b>{}</b>").format(names.get(ask.caller.user_id, ask.caller.user_id))
    buttons = [
        clock_in.button(_("Clock in"), style="primary"),
        start_break.button(_("Start a break")),
        clock_out.button(_("Clock out")),
    ]
    await ask.here.post_here(
        Message(
            [
                Text(sentence(_("Clock in when you come, and out when you leave. Only you see the answer."))),
                Buttons(buttons),
                Note(sentence(_("Posted by {who}"), who=by)),
            ]
        )
    )
    return Message([Text(sentence(_("✅ <b>Posted.</b> Pin the message so that everyone finds it.")))])


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
