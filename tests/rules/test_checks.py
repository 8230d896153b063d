"""What holds for findings of any day."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.rules import checks
from bot.rules.checks import Rule, Span, working_day
from bot.rules.packs import Limits, packs

DAY = date(2026, 11, 23)
LIMITS = [limits for pack in packs().values() for limits in (pack, pack.of_minors)]
WORK = st.lists(st.integers(1, 400), min_size=1, max_size=5)
PAUSES = st.lists(st.integers(0, 240), min_size=4, max_size=4)


def laid_out(work: list[int], pauses: list[int]) -> list[Span]:
    spans, at = [], 1_000_000
    for length, pause in zip(work, [*pauses, 0], strict=False):
        spans.append((at, at + length))
        at += length + pause
    return spans


@given(st.sampled_from(LIMITS), WORK, PAUSES, st.integers(1, 60))
def test_more_breaks_never_add_a_finding_and_a_paid_one_changes_no_length(
    limits: Limits, work: list[int], pauses: list[int], minutes: int
) -> None:
    spans = laid_out(work, pauses)
    start = max(spans, key=lambda span: span[1] - span[0])[0]
    inside = [(start, end) for end in (start + minutes,) if any(a == start and end <= b for a, b in spans)]
    without = {one.rule: one for one in checks.of_day(limits, working_day(DAY, spans))}
    with_one = {one.rule: one for one in checks.of_day(limits, working_day(DAY, spans), inside)}
    assert with_one.keys() <= without.keys()
    assert with_one.get(Rule.DAY) == without.get(Rule.DAY)


@given(st.sampled_from(LIMITS), WORK, PAUSES)
def test_records_that_meet_are_one(limits: Limits, work: list[int], pauses: list[int]) -> None:
    spans = laid_out(work, pauses)
    cut = [half for a, b in spans for half in ((a, (a + b) // 2), ((a + b) // 2, b)) if half[0] < half[1]]
    one, other = (list(checks.of_day(limits, working_day(DAY, these))) for these in (cut, spans))
    assert one == other


@given(st.lists(st.integers(0, 40), min_size=1, max_size=15, unique=True))
def test_every_rest_between_two_days_is_looked_at_in_a_week(numbers: list[int]) -> None:
    ordinals = [DAY.toordinal() + number for number in sorted(numbers)]
    days = [working_day(date.fromordinal(one), [(one * 1440, one * 1440 + 480)]) for one in ordinals]
    weeks = list(checks.weeks_of(days))
    told = {rest for week in weeks for rest in week.rests if rest is not None}
    within = {b.first - a.last for a, b in pairwise(days) if a.last and (b.date - a.date).days < 8}
    assert within <= told
    assert sum(week.worked for week in weeks) == 480 * len(days)
