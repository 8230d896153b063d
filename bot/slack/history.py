"""`/attendance history`: what was written, changed, deleted and restored, by whom and when."""

from __future__ import annotations

from slackblocks import Block, HeaderBlock

from bot import history, reports, wording
from bot.history import Action, Change
from bot.ranges import parse_range
from bot.slack.blocks import Answer, context, cut, section
from bot.slack.listener import Ask
from bot.wording import Reader
from bot.words import one_person_in

COMMAND = "/attendance history"
MOST_CHANGES = 45  # a message takes 50 blocks (docs.slack.dev)

_DEEDS = {
    Action.CLOCK_IN: "clocked in",
    Action.CLOCK_OUT: "clocked out",
    Action.CREATE: "added the record",
    Action.DELETE: "deleted the record",
    Action.RESTORE: "restored the record",
}
_THROUGH = {"slack": "in Slack", "form": "with the form", "api": "over the API", "cli": "on the command line"}


async def show(ask: Ask) -> Answer:
    """`/attendance history [@person] [DATE]`; a range of days does as well."""
    around = await reports.surroundings(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words, COMMAND)
    days = parse_range(words, around.today)
    changes = await history.of_person(ask.services, ask.caller, user_id or ask.caller.user_id, days)
    heading = f"History, {wording.days(days.first, days.last)}"
    return _answer(heading, changes, ask.reader)


def _answer(heading: str, changes: list[Change], reader: Reader) -> Answer:
    rows = [change_text(change, reader) for change in changes[-MOST_CHANGES:]]
    if not rows:
        rows = ["Nothing was written for these days."]
    blocks: list[Block] = [HeaderBlock(cut(heading, 150)), *(section(row) for row in rows)]
    notes = []
    if len(changes) > MOST_CHANGES:
        notes.append("Earlier changes are left out here: name fewer days.")
        blocks.append(context(notes[0]))
    return Answer("\n".join([f"*{heading}*", *rows, *notes]), blocks)


def change_text(change: Change, reader: Reader) -> str:
    """Who did what, when and through what; and the record as it stood then."""
    pair = change.pair
    zone = pair.clock_in.zone
    when = f"{wording.day(change.at.astimezone(wording.zone_of(zone)).date())}, {wording.clock(change.at, zone)}"
    through = _THROUGH.get(change.via, "by itself")
    deed = f"{reader.who(change.actor)} {_DEEDS[change.action]} ({through})"
    return f"*{when} ({wording.zone_label(zone)})* · {deed}\n{wording.day_and_span(pair)}"
