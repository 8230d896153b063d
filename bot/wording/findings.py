"""What the rules on working time find, in words: `9 h 20 min worked, 30 of 45 min break (ArbZG 4 s. 1)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.reports.findings import Found
from bot.rules.checks import Finding, Rule
from bot.wording import duration, minutes_long
from bot.wording.catalogue import _
from bot.wording.markup import cut, on_one_line
from storage.remarks import Remark

LONGEST_REASON = 120  # characters, so that ten findings fit into a paragraph


def finding(found: Finding, worked: timedelta | None = None) -> str:
    """`30 of 45 min break (ArbZG 4 s. 1)`, after the hours that were `worked` that day where they are known."""
    said = _("{finding} ({article})")
    if found.rule is Rule.BREAK and worked is not None:
        said = _("{worked} worked, {finding} ({article})")
    hours = duration(worked) if worked is not None else ""
    return said.format(worked=hours, finding=_measured(found), article=found.article)


def finding_line(found: Found, worked: timedelta | None = None) -> str:
    """The same with the person's remark: `…: "the alarm went off"`. A finding is shown with it, never hidden; one about
    another figure says so: `…: "a short one" (given when it was 10 min)`."""
    said = finding(found.finding, worked)
    if found.remark:
        return f"{said}: {_reason(found.remark)}"
    if found.earlier:
        measured = duration(timedelta(minutes=found.earlier.measured))
        return _("{finding}: {reason} (given when it was {measured})").format(
            finding=said, reason=_reason(found.earlier), measured=measured
        )
    return said


def remark(given: Remark) -> str:
    """`0 min break: "the alarm went off"`: what was found when the person gave that reason."""
    measured = duration(timedelta(minutes=given.measured))
    words: Mapping[str, str] = {
        Rule.BREAK: _("{measured} of break"),
        Rule.STRETCH: _("{measured} without a break"),
        Rule.DAY: _("a day of {measured}"),
        Rule.REST: _("{measured} of rest"),
        Rule.WEEKLY_REST: _("{measured} of weekly rest"),
        Rule.WEEK: _("{measured} in a week"),
        Rule.NIGHT: _("{measured} on a day with night work"),
    }
    said = words.get(given.rule, "{measured}").format(measured=measured)
    return f"{said}: {_reason(given)}"


def _reason(given: Remark) -> str:
    if given.text is None:
        return _("a reason that was erased")
    return f'"{cut(on_one_line(given.text), LONGEST_REASON)}"'


def finding_lines(found: Sequence[Found]) -> str:
    """What was found on a day, for a cell of a table."""
    return "; ".join(finding_line(one) for one in found)


def _measured(found: Finding) -> str:
    said = {
        Rule.BREAK: _("{minutes} of {least} break"),
        Rule.STRETCH: _("{measured} without a break, {asked} at most"),
        Rule.DAY: _("a day of {measured}, {asked} at most"),
        Rule.REST: _("{measured} of {asked} rest"),
        Rule.WEEKLY_REST: _("{measured} of {asked} weekly rest"),
        Rule.WEEK: _("{measured} in a week, {asked} at most"),
        Rule.NIGHT: _("{measured} on a day with night work, {asked} at most"),
    }[found.rule]
    if found.rule is Rule.NIGHT and found.asked == 0:
        said = _("{measured} at night, when there may be no work")
    if found.average:
        said = _("{measured} a week on average, {asked} at most")
        if found.rule is Rule.NIGHT:
            said = _("{measured} a day with night work on average, {asked} at most")
    measured, asked = (duration(timedelta(minutes=minutes)) for minutes in (found.measured, found.asked))
    least = minutes_long(found.asked)  # `30 of 60 min` reads better than `30 of 1 h`
    return said.format(minutes=found.measured, least=least, measured=measured, asked=asked)
