"""`/attendance history`: what was written, changed, deleted and restored, by whom and when."""

from __future__ import annotations

from slackblocks import Block, HeaderBlock

from bot import history, reports
from bot.history import Change
from bot.ranges import parse_range
from bot.slack.blocks import Answer, context, cut, fallback, section
from bot.slack.listener import Ask
from bot.wording import Reader
from bot.wording import records as sentences
from bot.words import one_person_in

COMMAND = "/attendance history"
MOST_CHANGES = 45  # a message takes 50 blocks (docs.slack.dev)


async def show(ask: Ask) -> Answer:
    """`/attendance history [@person] [DATE]`; a range of days does as well."""
    around = await reports.surroundings(ask.services, ask.caller)
    user_id, words = one_person_in(ask.words, COMMAND)
    days = parse_range(words, around.today)
    changes = await history.of_person(ask.services, ask.caller, user_id or ask.caller.user_id, days)
    return _answer(sentences.history_title(days), changes, ask.reader)


def _answer(heading: str, changes: list[Change], reader: Reader) -> Answer:
    rows = [sentences.change(change, reader) for change in changes[-MOST_CHANGES:]]
    if not rows:
        rows = [sentences.NO_CHANGES]
    blocks: list[Block] = [HeaderBlock(cut(heading, 150)), *(section(row) for row in rows)]
    notes = []
    if len(changes) > MOST_CHANGES:
        notes.append(sentences.EARLIER_LEFT_OUT)
        blocks.append(context(notes[0]))
    text = fallback([f"*{heading}*", *notes], rows, sentences.changes_not_in_words, keep_last=True)
    return Answer(text, blocks)
