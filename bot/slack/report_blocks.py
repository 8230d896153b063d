"""A report as Slack shows it: heading, chart, Slack's own table, what is not in the total yet; and all in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from slackblocks import (
    AxisConfig,
    BarChart,
    Block,
    DataPoint,
    DataSeries,
    DataTableBlock,
    DataVisualizationBlock,
    HeaderBlock,
    RawNumber,
    RawText,
)

from bot import wording
from bot.reports import Pair, Report
from bot.slack.blocks import Answer, context, cut, fallback, section
from bot.wording import Reader
from bot.wording import reports as sentences

MOST_ROWS = 100  # data_table takes 101 with its header (docs.slack.dev), and 20,000 characters in all
ROWS_SHOWN_AT_ONCE = 15
LONGEST_NAME = 60
MOST_OPEN_NAMED = 20
MOST_CLOCK_CHANGES_NAMED = 10
MOST_POINTS, LONGEST_CATEGORY = 20, 20  # of a data_visualization (docs.slack.dev)

Cells = list[RawText | RawNumber]


def report_answer(report: Report, reader: Reader) -> Answer:
    """Headed by range, zone and total; open clock-ins and days across a clock change in words."""
    heading = wording.days(report.days.first, report.days.last)
    summary = sentences.summary(report)
    notes = [*_still_open(report, reader), *_clock_changes(report)]
    rows = _day_rows(report) if report.days_of_one is not None else _person_rows(report)
    blocks: list[Block] = [HeaderBlock(cut(heading, 150)), section(summary)]
    if (drawn := chart(report)) is not None:
        blocks.append(drawn)
    if len(rows) > 1:
        blocks.append(_table(rows[: MOST_ROWS + 1], sentences.table_title(heading)))
    if len(rows) > MOST_ROWS + 1:
        notes.insert(0, sentences.rows_left_out(len(rows) - 1 - MOST_ROWS))
    if notes:
        blocks.append(context("\n".join(notes)))
    text = fallback([f"*{heading}*", summary, *notes], _in_words(rows), sentences.rows_not_in_words)
    return Answer(text, blocks)


def chart(report: Report) -> DataVisualizationBlock | None:
    """Hours by day (by week where there are many) of one person, else of those who worked most; None for nothing."""
    if report.days_of_one is None:
        most = sorted((row for row in report.people if row.worked), key=lambda row: -row.worked)[:MOST_POINTS]
        return hours_chart(sentences.chart_of_people(len(most), len(report.people)), [(r.name, r.worked) for r in most])
    days = [(day.work_date, day.worked) for day in report.days_of_one]
    if len(days) <= MOST_POINTS:
        return hours_chart(sentences.BY_DAY, [(f"{day:%a} {day.day} {day:%b}", worked) for day, worked in days])
    weeks: Counter[str] = Counter()
    for day, worked in days:
        monday = day - timedelta(days=day.weekday())
        weeks[sentences.week_of(monday)] += worked // timedelta(seconds=1)
    latest = [(week, timedelta(seconds=seconds)) for week, seconds in weeks.items()][-MOST_POINTS:]
    return hours_chart(sentences.BY_WEEK, latest)


def hours_chart(title: str, bars: Sequence[tuple[str, timedelta]]) -> DataVisualizationBlock | None:
    """A bar for each, or None where there is nothing to see. Slack takes names of 20 characters, no two alike."""
    if not any(length for _, length in bars):
        return None
    names: list[str] = []
    for name, _ in bars:
        short, number = cut(name, LONGEST_CATEGORY) or "–", 1
        while short in names:
            number += 1
            short = f"{cut(name, LONGEST_CATEGORY - 3)} {number}"
        names.append(short)
    hours = [round(length / timedelta(hours=1), 2) for _, length in bars]
    series = DataSeries(sentences.HOURS, [DataPoint(name, value) for name, value in zip(names, hours, strict=True)])
    return DataVisualizationBlock(title, BarChart([series], AxisConfig(names, y_label=sentences.HOURS)))


def _person_rows(report: Report) -> list[Cells]:
    if not report.people:
        return []
    unresolved = Counter(pair.user_id for pair in report.unresolved)
    rows: list[Cells] = [[RawText(title) for title in sentences.person_columns(report)]]
    for row in report.people:
        cells: Cells = [RawText(cut(row.name, LONGEST_NAME) or row.user_id), _hours(row.worked), _number(row.days)]
        if row.breaks is not None:
            cells.append(_hours(row.breaks))
        rows.append([*cells, *map(_number, (row.pairs, row.by_hand, unresolved[row.user_id]))])
    return rows


def _day_rows(report: Report) -> list[Cells]:
    rows: list[Cells] = [[RawText(title) for title in sentences.day_columns(report)]]
    for day in report.days_of_one or ():
        texts = (wording.day(day.work_date), *wording.day_times(day, report.now))
        lengths = [length for length in (day.worked, day.breaks) if length is not None]
        rows.append([*(RawText(text) for text in texts), *map(_hours, lengths), _number(day.by_hand)])
    return rows


def _hours(length: timedelta) -> RawNumber:
    """Sorts by hours, reads as words."""
    return RawNumber(round(length.total_seconds() / 3600, 4), wording.duration(length))


def _number(value: int) -> RawNumber:
    return RawNumber(value, str(value))


def _table(rows: Sequence[Cells], caption: str) -> DataTableBlock:
    return DataTableBlock([list(row) for row in rows], caption=caption, page_size=ROWS_SHOWN_AT_ONCE)


def _in_words(rows: Sequence[Cells]) -> list[str]:
    """The table for notifications and screen readers, which have to hear what the figures are."""
    if len(rows) < 2:
        return []
    return [" · ".join(wording.escape(cell.text) for cell in row) for row in rows[: MOST_ROWS + 1]]


def _still_open(report: Report, reader: Reader) -> list[str]:
    told = []
    if report.still_in:
        told.append(sentences.still_in(_named(report.still_in, reader)))
    if report.unresolved:
        told.append(wording.unresolved(_named(report.unresolved, reader)))
    return told


def _named(pairs: Sequence[Pair], reader: Reader) -> str:
    named = [f"{reader.who(pair.user_id)} {wording.since_day(pair)}" for pair in pairs[:MOST_OPEN_NAMED]]
    return sentences.and_more(named, len(pairs) - MOST_OPEN_NAMED)


def _clock_changes(report: Report) -> list[str]:
    told = [wording.clock_change(change) for change in report.clock_changes]
    if len(told) > MOST_CLOCK_CHANGES_NAMED:
        told = [*told[:MOST_CLOCK_CHANGES_NAMED], sentences.more_clock_changes(len(told) - MOST_CLOCK_CHANGES_NAMED)]
    return told
