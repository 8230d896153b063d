"""`/attendance report`: worked time over a range, leafed through, exported, and shared on purpose."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slackblocks import Block, Button

from bot import reports
from bot.errors import NotUnderstood
from bot.ranges import DateRange, parse_range
from bot.reports import Office, Report
from bot.slack.blocks import Answer, actions, confirm, context, section
from bot.slack.listener import Ask, Edge
from bot.slack.report_blocks import report_answer
from bot.wording import Reader
from bot.wording import reports as sentences
from bot.words import office_in, people_in
from storage.errors import UnknownOffice

COMMAND = "/attendance report"
LONGEST_VALUE = 2000  # of a button (docs.slack.dev)
NOT_IN_CHANNEL = {"not_in_channel", "channel_not_found", "is_archived", "restricted_action"}


class Action(StrEnum):
    """The buttons. They carry which report it is: days and ids, never figures."""

    PREVIOUS = "previous_report"
    NEXT = "next_report"
    EXPORT_CSV = "export_csv"
    EXPORT_EXCEL = "export_excel"
    SHARE = "share_report"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report: the days, the people (None: all whom the reader may see), the office's id."""

    days: DateRange
    user_ids: Sequence[str] | None = None
    office_id: str | None = None

    def pack(self) -> str:
        """As a button carries it."""
        parts = [str(self.days.first), str(self.days.last), self.office_id, list(self.user_ids or ())]
        return json.dumps(parts, separators=(",", ":"), ensure_ascii=False)

    @staticmethod
    def unpack(value: str) -> Asked:
        """Raises NotUnderstood for a value that no button of ours carries."""
        try:
            first, last, office_id, user_ids = json.loads(value)
            days = DateRange(date.fromisoformat(first), date.fromisoformat(last))
            if not (days.first <= days.last and isinstance(office_id, str | None)):
                raise ValueError(value)
            return Asked(days, [str(user_id) for user_id in user_ids] or None, office_id)
        except (ValueError, TypeError, RecursionError) as error:
            raise NotUnderstood(value, COMMAND) from error


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `show` is reached through `/attendance`; exports are in `exporting`."""
    app.action(Action.PREVIOUS)(edge.action(show_anew))
    app.action(Action.NEXT)(edge.action(show_anew))
    app.action(Action.SHARE)(edge.action(share))


async def show(ask: Ask) -> Answer:
    """`/attendance report [RANGE] [@people…] [in OFFICE]`"""
    around = await reports.surroundings(ask.services, ask.caller)
    user_ids, words = people_in(ask.words)
    office, words = office_in(words, COMMAND, around.offices)
    asked = Asked(parse_range(words, around.today), user_ids or None, office.office_id if office else None)
    return with_buttons(await report_of(ask, asked), asked, ask.reader)


async def show_anew(ask: Ask) -> Answer:
    """**Previous** and **Next** carry the report that they lead to, which takes the place of the one shown."""
    asked = Asked.unpack(ask.value)
    return with_buttons(await report_of(ask, asked), asked, ask.reader, replaces=True)


async def share(ask: Ask) -> Answer:
    """**Share in channel**: made anew, so that it holds what the sharer may see now."""
    report = report_answer(await report_of(ask, Asked.unpack(ask.value)), ask.reader)
    by = sentences.shared_by(ask.caller.user_id, ask.reader)
    shared = Answer(f"{by}\n{report.text}", [*report.blocks, context(by)])
    try:
        await ask.client.chat_postMessage(channel=ask.channel_id, unfurl_links=False, **shared.payload)
    except SlackApiError as error:
        if error.response.get("error") not in NOT_IN_CHANNEL:
            raise
        return Answer(sentences.NOT_IN_CHANNEL)
    return Answer(sentences.SHARED)


async def report_of(ask: Ask, asked: Asked) -> Report:
    """The report itself. Raises Forbidden, UnknownUser or UnknownOffice."""
    office = await office_of(ask, asked)
    return await reports.worked_time(ask.services, ask.caller, asked.days, asked.user_ids, office)


async def office_of(ask: Ask, asked: Asked) -> Office | None:
    """The office asked about. Raises UnknownOffice for one that is none (any more)."""
    if asked.office_id is None:
        return None
    offices = (await reports.surroundings(ask.services, ask.caller)).offices
    found = next((office for office in offices if office.office_id == asked.office_id), None)
    if found is None:
        raise UnknownOffice(asked.office_id)
    return found


def with_buttons(report: Report, asked: Asked, reader: Reader, *, replaces: bool = False) -> Answer:
    """The report with what leads on from it."""
    drawn = report_answer(report, reader)
    if len(asked.pack()) > LONGEST_VALUE:
        note = sentences.TOO_MANY_FOR_BUTTONS
        return Answer(f"{drawn.text}\n{note}", [*drawn.blocks, section(note)], replaces)
    leafing = [
        Button(label, action_id=action, value=Asked(days, asked.user_ids, asked.office_id).pack())
        for label, action, days in (
            (sentences.PREVIOUS, Action.PREVIOUS, asked.days.before()),
            (sentences.NEXT, Action.NEXT, asked.days.after()),
        )
        if days is not None
    ]
    here = asked.pack()
    sure = confirm(sentences.SHARE_TITLE, sentences.SHARE_QUESTION, sentences.SHARE, sentences.KEEP_PRIVATE)
    rest = [
        Button(sentences.EXPORT_CSV, action_id=Action.EXPORT_CSV, value=here),
        Button(sentences.EXPORT_EXCEL, action_id=Action.EXPORT_EXCEL, value=here),
        Button(sentences.SHARE_IN_CHANNEL, action_id=Action.SHARE, value=here, confirm=sure),
    ]
    blocks: list[Block] = [*drawn.blocks, actions(*leafing, *rest)]
    return Answer(drawn.text, blocks, replaces)
