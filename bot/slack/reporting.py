"""`/attendance report`: worked time over a range, as Slack's own table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from slackblocks import Block, DataTableBlock, HeaderBlock, RawNumber, RawText

from bot import reports, wording
from bot.ranges import parse_range
from bot.reports import Pair, Report
from bot.slack.blocks import Answer, context, cut, section
from bot.slack.listener import Ask
from bot.wording import Reader
from bot.words import office_in, people_in

COMMAND = "/attendance report"
MOST_ROWS = 100  # data_table takes 101 with its header (docs.slack.dev), and 20,000 characters in all
ROWS_SHOWN_AT_ONCE = 15
LONGEST_NAME = 60
MOST_OPEN_NAMED = 20
MOST_CLOCK_CHANGES_NAMED = 10

Cells = list[RawText | RawNumber]


async def show(ask: Ask) -> Answer:
    """`/attendance report [RANGE] [@people…] [in OFFICE]`"""
    around = await reports.surroundings(ask.services, ask.caller)
    user_ids, words = people_in(ask.words)
    office, words = office_in(words, COMMAND, around.offices)
    days = parse_range(words, around.today)
    return report_answer(
        await reports.worked_time(ask.services, ask.caller, days, user_ids or None, office), ask.reader
    )


def report_answer(report: Report, reader: Reader) -> Answer:
    """Headed by range, zone and total; open clock-ins and days across a clock change in words."""
    heading = wording.days(report.days.first, report.days.last)
    summary = _summary(report)
    notes = [*_still_open(report, reader), *_clock_changes(report)]
    rows = _day_rows(report) if report.days_of_one is not None else _person_rows(report)
    blocks: list[Block] = [HeaderBlock(cut(heading, 150)), section(summary)]
    if len(rows) > 1:
        blocks.append(_table(rows[: MOST_ROWS + 1], f"Worked time, {heading}"))
    if len(rows) > MOST_ROWS + 1:
        notes.insert(0, f"{len(rows) - 1 - MOST_ROWS} more rows are left out here, but counted in the total.")
    if notes:
        blocks.append(context("\n".join(notes)))
    return Answer("\n".join([f"*{heading}*", summary, *_in_words(rows), *notes]), blocks)


def _summary(report: Report) -> str:
    total = f"*{wording.duration(report.total)}* in all"
    if report.days_of_one is not None and report.people:
        whom = wording.escape(report.people[0].name)
    else:
        whom = f"{len(report.people)} people" if len(report.people) != 1 else "1 person"
    where = f" at {wording.escape(report.office.name)}" if report.office else ""
    zones = ", ".join(wording.zone_label(zone) for zone in report.zones[:5])
    more = f" and {len(report.zones) - 5} more" if len(report.zones) > 5 else ""
    nothing = "" if any(row.pairs for row in report.people) else "\nNo records in this range."
    return f"{total} · {whom}{where} · days as in {zones}{more}{nothing}"


def _person_rows(report: Report) -> list[Cells]:
    if not report.people:
        return []
    header: Cells = [RawText(title) for title in ("Person", "Worked", "Days", "Records")]
    return [header] + [
        [
            RawText(cut(row.name, LONGEST_NAME) or row.user_id),
            _hours(row.worked),
            RawNumber(row.days, str(row.days)),
            RawNumber(row.pairs, str(row.pairs)),
        ]
        for row in report.people
    ]


def _day_rows(report: Report) -> list[Cells]:
    titles = ["Day", "First in", "Last out", "Worked"]
    if not report.office:  # at other offices the person may have worked in the gaps
        titles.append("Breaks")
    rows: list[Cells] = [[RawText(title) for title in titles]]
    for day in report.days_of_one or ():
        texts = (wording.day(day.work_date), *wording.day_times(day, report.now))
        lengths = [length for length in (day.worked, day.breaks) if length is not None]
        rows.append([*(RawText(text) for text in texts), *(_hours(length) for length in lengths)])
    return rows


def _hours(length: timedelta) -> RawNumber:
    """Sorts by hours, reads as words."""
    return RawNumber(round(length.total_seconds() / 3600, 4), wording.duration(length))


def _table(rows: Sequence[Cells], caption: str) -> DataTableBlock:
    return DataTableBlock([list(row) for row in rows], caption=caption, page_size=ROWS_SHOWN_AT_ONCE)


def _in_words(rows: Sequence[Cells]) -> list[str]:
    """The table for notifications and screen readers."""
    return [" · ".join(wording.escape(cell.text) for cell in row) for row in rows[1 : MOST_ROWS + 1]]


def _still_open(report: Report, reader: Reader) -> list[str]:
    told = []
    if report.still_in:
        told.append(f"Still in, and not in the total yet: {_named(report.still_in, reader)}.")
    if report.unresolved:
        told.append(wording.unresolved(_named(report.unresolved, reader)))
    return told


def _named(pairs: Sequence[Pair], reader: Reader) -> str:
    named = [f"{reader.who(pair.user_id)} {wording.since_day(pair)}" for pair in pairs[:MOST_OPEN_NAMED]]
    more = f" and {len(pairs) - MOST_OPEN_NAMED} more" if len(pairs) > MOST_OPEN_NAMED else ""
    return f"{', '.join(named)}{more}"


def _clock_changes(report: Report) -> list[str]:
    changes = report.clock_changes
    told = [wording.clock_change(change) for change in changes]
    if len(told) > MOST_CLOCK_CHANGES_NAMED:
        told = [*told[:MOST_CLOCK_CHANGES_NAMED], f"So did {len(told) - MOST_CLOCK_CHANGES_NAMED} more days."]
    return told
