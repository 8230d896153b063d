"""Packs load only if every number has an article and a likely size; each of their numbers is the limit that it says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.rules import checks
from bot.rules.agreements import parse_agreements, with_agreements
from bot.rules.checks import NightShift, Rule, WorkingDay, working_day
from bot.rules.packs import Limits, WrongPack, pack_for, packs, read_pack

MONDAY = date(2026, 11, 23)
NOON = MONDAY.toordinal() * 1440 + 720
RIGHT = """
code = "DE"
name = "Germany"
basis = "ArbZG"

[daily_rest]
minutes = 660
article = "ArbZG §5(1)"
"""


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (RIGHT.replace('article = "ArbZG §5(1)"', ""), "daily_rest has no article"),
        (RIGHT.replace("660", "11"), "daily_rest.minutes is 11, which can't be minutes"),
        (RIGHT.replace("660", "39600"), "daily_rest.minutes is 39600, which can't be minutes"),
        (RIGHT.replace("660", '"11 h"'), "daily_rest.minutes: Input should be a valid integer"),
        (RIGHT.replace("660", "660.0"), "daily_rest.minutes: Input should be a valid integer"),
        (RIGHT.replace("minutes", "hours"), "daily_rest.minutes is missing; daily_rest.hours isn't known"),
        (RIGHT + "\n[dayly_max]\nminutes = 600\n", "dayly_max isn't known"),
        (RIGHT + '\n[[breaks]]\nminutes = 30\narticle = "ArbZG §4"\n', "needs either over or from"),
        (RIGHT + "\n[minors.day]\nminutes = 480\n", "minors.day has no article"),
        (RIGHT.replace("660", "660 minutes"), "it isn't TOML"),
        (RIGHT.replace('"DE"', '"AT"'), "it has the code AT of another file"),
    ],
)
def test_a_pack_with_a_fault_does_not_load_and_says_why(wrong: str, why: str) -> None:
    with pytest.raises(WrongPack, match=r"^The rule pack DE\.toml can't be used: ") as refused:
        read_pack("DE.toml", wrong)
    assert why in str(refused.value)


def test_a_pack_without_a_fault_loads() -> None:
    assert read_pack("DE.toml", RIGHT).daily_rest is not None


def test_a_region_has_its_own_pack_or_that_of_its_country_and_members_that_of_the_union() -> None:
    found = {
        place: pack_for(*place) for place in [("US", "CA"), ("US", "NV"), ("DE", "BY"), ("SE", None), ("BR", None)]
    }
    codes = {place: pack.code if pack else None for place, pack in found.items()}
    assert codes == {
        ("US", "CA"): "US-CA",
        ("US", "NV"): None,
        ("DE", "BY"): "DE",
        ("SE", None): "EU",
        ("BR", None): None,
    }


def _kinds() -> list[tuple[str, Limits]]:
    both = list(packs().items())
    return [*both, *((f"{code} minors", pack.of_minors) for code, pack in both if pack.minors)]


@pytest.mark.parametrize(("name", "limits"), _kinds())
def test_each_number_of_a_pack_is_kept_to_the_minute(name: str, limits: Limits) -> None:
    """Nothing at the number itself, a finding with its article one minute beyond it."""
    for tier in limits.breaks:
        at_most = [(NOON, NOON + tier.longest)]
        beyond = [(NOON, NOON + tier.longest + 1)]
        assert (Rule.BREAK, tier.minutes) not in found(limits, at_most)
        assert found(limits, beyond)[Rule.BREAK, tier.minutes] == (0, tier.article)
        half = tier.longest // 2
        rest = tier.longest + 1 - half
        for pause, had in ((tier.minutes, None), (tier.minutes - 1, tier.minutes - 1)):
            split = [(NOON, NOON + half), (NOON + half + pause, NOON + half + pause + rest)]
            counts = had is None or had >= limits.shortest_block
            expected = None if had is None else (had if counts else 0, tier.article)
            assert found(limits, split).get((Rule.BREAK, tier.minutes)) == expected, (tier, pause)
    if limits.stretch:
        asked = limits.stretch.minutes
        assert (Rule.STRETCH, asked) not in found(limits, [(NOON, NOON + asked)])
        assert found(limits, [(NOON, NOON + asked + 1)])[Rule.STRETCH, asked] == (asked + 1, limits.stretch.article)
    if limits.day:
        asked = limits.day.minutes
        assert (Rule.DAY, asked) not in found(limits, [(NOON, NOON + asked)])
        assert found(limits, [(NOON, NOON + asked + 1)])[Rule.DAY, asked] == (asked + 1, limits.day.article)
    if limits.daily_rest:
        asked = limits.daily_rest.minutes
        day = working_day(MONDAY, [(NOON, NOON + 60)])
        before = day._replace(last=NOON - asked)
        late = day._replace(last=NOON - asked + 1)
        assert not list(checks.rest(limits, before, day))
        assert not list(checks.rest(limits, late._replace(is_open=True), day)), "nobody knows"
        (one,) = checks.rest(limits, late, day)
        assert (one.measured, one.asked, one.article) == (asked - 1, asked, limits.daily_rest.article)
    if limits.week:
        asked = limits.week.minutes
        assert not list(checks.of_week(limits, a_week(asked)))
        (one,) = checks.of_week(limits, a_week(asked + 1))
        assert (one.measured, one.asked, one.article) == (asked + 1, asked, limits.week.article)
    if limits.week_average:
        asked = limits.week_average.minutes
        assert not list(checks.over_average(limits, a_week(asked), asked * 4, 4))
        (one,) = checks.over_average(limits, a_week(asked + 1), asked * 4 + 4, 4)
        assert (one.measured, one.asked, one.average) == (asked + 1, asked, True)
    if limits.night:
        asked, night = limits.night.minutes, limits.night.counts_over + 1
        assert not list(checks.of_night_worker(limits, NightShift(MONDAY, asked, night), [], date.min))
        assert not list(checks.of_night_worker(limits, NightShift(MONDAY, asked + 1, night - 1), [], date.min))
        (one,) = checks.of_night_worker(limits, NightShift(MONDAY, asked + 1, night), [], date.min)
        assert (one.measured, one.asked, one.article) == (asked + 1, asked, limits.night.article)
    if limits.forbidden_night:
        assert not list(checks.forbidden_night(limits, MONDAY, 0))
        (one,) = checks.forbidden_night(limits, MONDAY, 1)
        assert (one.measured, one.asked, one.article) == (1, 0, limits.forbidden_night.article)
    if limits.weekly_rest:
        asked = limits.weekly_rest.minutes
        for pause in (asked, asked - 1):
            weeks = list(checks.weeks_of(weeks_with_rests_of(pause)))
            told = list(checks.weekly_rest(limits.weekly_rest, weeks[2], weeks[1], weeks[3]))
            assert [(one.measured, one.asked) for one in told] == ([] if pause == asked else [(pause, asked)])


def found(limits: Limits, spans: list[checks.Span]) -> dict[tuple[Rule, int], tuple[int, str]]:
    """What was measured, and by which article, by the rule and what it asks."""
    return {
        (one.rule, one.asked): (one.measured, one.article) for one in checks.of_day(limits, working_day(MONDAY, spans))
    }


def a_week(worked: int) -> checks.WorkingWeek:
    return checks.WorkingWeek(checks.week_of(MONDAY), MONDAY, worked, [], 0, 0)


def weeks_with_rests_of(minutes: int) -> list[WorkingDay]:
    """Work on every Monday to Saturday, in one piece until the longest rest of the week."""
    days = []
    for week in range(5):
        starts = week * 7 * 1440
        for day in range(6):
            first = starts + day * 1440
            last = starts + 7 * 1440 - minutes if day == 5 else first + 60
            days.append(working_day(MONDAY + timedelta(days=7 * week + day), [(first, last)]))
    return days


def test_an_agreement_replaces_a_number_with_its_basis_and_leaves_minors_as_they_are() -> None:
    pack = pack_for("DE")
    assert pack is not None
    assert (pack.carefree, pack.of_minors.carefree) == (360, 270)
    agreed = with_agreements(
        pack, parse_agreements('daily_rest 600 "TV X §4"; AT day 600 "KV"\nstretch none "TV X §5"')
    )
    assert agreed.daily_rest is not None
    assert (agreed.daily_rest.minutes, agreed.daily_rest.article) == (600, "TV X §4")
    assert agreed.stretch is None
    assert (agreed.longest_piece, pack.longest_piece) == (1440, 360)
    assert agreed.day == pack.day, "that line is for Austria"
    assert agreed.of_minors == pack.of_minors
    assert with_agreements(agreed, parse_agreements('break 20 "TV X §6"')).breaks[0].minutes == 20
