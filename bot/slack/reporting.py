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
    notes = [*_still_open(report.still_open, reader), *_clock_changes(report)]
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
    header: Cells = [RawText(title) for title in ("Day", "First in", "Last out", "Worked", "Breaks")]
    open_dates = {pair.work_date for pair in report.still_open}
    rows = [header]
    for day in report.days_of_one or ():
        first_in, last_out = wording.day_times(day, still_in=day.work_date in open_dates)
        gaps = timedelta()
        if day.last_out_at is not None and day.work_date not in open_dates:
            gaps = day.last_out_at - day.first_in_at - day.worked
        cells: Cells = [RawText(text) for text in (wording.day(day.work_date), first_in, last_out)]
        rows.append([*cells, _hours(day.worked), _hours(gaps)])
    return rows


def _hours(length: timedelta) -> RawNumber:
    """Sorts by hours, reads as words."""
    return RawNumber(round(length.total_seconds() / 3600, 4), wording.duration(length))


def _table(rows: Sequence[Cells], caption: str) -> DataTableBlock:
    return DataTableBlock([list(row) for row in rows], caption=caption, page_size=ROWS_SHOWN_AT_ONCE)


def _in_words(rows: Sequence[Cells]) -> list[str]:
    """The table for notifications and screen readers."""
    return [" · ".join(wording.escape(cell.text) for cell in row) for row in rows[1 : MOST_ROWS + 1]]


def _still_open(pairs: Sequence[Pair], reader: Reader) -> list[str]:
    if not pairs:
        return []
    named = [f"{reader.who(pair.user_id)} {_since(pair)}" for pair in pairs[:MOST_OPEN_NAMED]]
    more = f" and {len(pairs) - MOST_OPEN_NAMED} more" if len(pairs) > MOST_OPEN_NAMED else ""
    return [f"Still in, and not in the total yet: {', '.join(named)}{more}."]


def _since(pair: Pair) -> str:
    return f"since {wording.day(pair.work_date)}, {wording.clock_with_zone(pair.clock_in)}"


def _clock_changes(report: Report) -> list[str]:
    changes = report.clock_changes
    told = [wording.clock_change(change) for change in changes]
    if len(told) > MOST_CLOCK_CHANGES_NAMED:
        told = [*told[:MOST_CLOCK_CHANGES_NAMED], f"So did {len(told) - MOST_CLOCK_CHANGES_NAMED} more days."]
    return told
