"""What the rules on working time find, in the chat: below answers, in reports, exports, summaries and the history."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from bot.attendance import remarks
from bot.calendar.ranges import DateRange
from bot.chat import weekly_summary
from bot.documents import personal_file
from bot.documents.paper import Grid
from bot.errors import NoReason
from bot.permissions import Caller, Via
from bot.reports.findings import Found
from bot.rules.checks import Finding, Rule
from bot.wording.findings import finding, finding_line
from storage import settings
from storage.database import Transaction
from storage.remarks import Remark
from storage.verify import verify
from tests.builders import caller, utc
from tests.chat.conftest import ANA, BEN, MARCO, PlainDoor, shown, work
from tests.conftest import WORKSPACE, Clock

MONDAY = date(2026, 11, 23)
ALARM = "the alarm went off <!channel>"


@pytest.fixture
async def germany(team: PlainDoor) -> PlainDoor:
    """The law of Germany applies. Ana worked 7 h 46 min in one go on Monday."""

    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")

    await team.services.database.write(write)
    return team


async def long_monday(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T07:00", "2026-11-23T14:46")


async def remark(door: PlainDoor, text: str = ALARM) -> list[Remark]:
    said = await remarks.remark(door.services, caller(ANA), MONDAY, {"break": 0, "stretch": 466}, text)
    return list(said)


async def test_a_persons_report_says_what_is_found_on_each_day_and_why(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    before = shown(await germany.attendance(ANA, "report this week"))
    await remark(germany)

    after = shown(await germany.attendance(ANA, "report this week"))

    found = "0 of 30\xa0min break (ArbZG §4 s. 1)"
    assert any(found in line and "alarm" not in line for line in before)
    assert any(f'{found}: "{ALARM}"' in line for line in after)


async def test_a_report_of_many_counts_findings_and_names_the_first(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await work(germany, clock, BEN, "2026-11-23T15:00", "2026-11-23T16:00")

    lines = shown(await germany.attendance(MARCO, "report this week"))

    assert any("Findings" in line for line in lines)
    assert "@U0ANA, Mon 23 Nov: 0 of 30\xa0min break (ArbZG §4 s. 1)" in lines
    assert "@U0ANA, Mon 23 Nov: 7\xa0h 46\xa0min without a break, 6\xa0h at most (ArbZG §4 s. 3)" in lines


async def test_without_a_country_nothing_is_found(team: PlainDoor, clock: Clock) -> None:
    await long_monday(team, clock)

    lines = shown(await team.attendance(MARCO, "report this week")) + shown(await team.attendance(ANA, "report"))

    assert not any("Findings" in line or "ArbZG" in line for line in lines)


async def test_an_export_names_findings_at_the_first_record_of_the_day(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await work(germany, clock, ANA, "2026-11-23T14:50", "2026-11-23T15:00")
    await remark(germany)

    await germany.attendance(MARCO, "report this week csv")

    (sent,) = germany.chat.sent.values()
    first, second = csv.DictReader(io.StringIO(sent.decode("utf-8-sig")))
    assert first["Findings"].startswith(f'0 of 30\xa0min break (ArbZG §4 s. 1): "{ALARM}"; 7\xa0h 56')
    assert second["Findings"] == ""


async def test_ones_own_file_has_findings_and_reasons(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await remark(germany)
    asking = Caller(WORKSPACE, ANA, Via.SLACK)

    own = await personal_file.gather(germany.services, asking, DateRange(MONDAY, MONDAY))

    days, changes = (part for part in personal_file.as_paper(own).parts if isinstance(part, Grid))
    assert days.header[-1] == "Findings"
    assert len(days.header) == len(days.widths) == len(days.rows[0])
    assert ALARM in days.rows[0][-1]
    assert changes.rows[-1][2:] == [
        "gave a reason",
        "API",
        f'Mon 23 Nov 2026, 7\xa0h 46\xa0min without a break: "{ALARM}"',
        "",
    ]


async def test_the_weekly_summary_names_findings_with_their_reasons(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await remark(germany)

    ask = await germany._ask(MARCO)
    summary = await weekly_summary.summary(ask, DateRange(MONDAY, date(2026, 11, 29)))

    assert "Breaks and rest" in shown(summary)
    assert f'@U0ANA, Mon 23 Nov: 0 of 30\xa0min break (ArbZG §4 s. 1): "{ALARM}"' in shown(summary)


async def test_the_history_tells_who_gave_which_reason(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    clock.advance(minutes=1)
    await remark(germany)

    lines = shown(await germany.attendance(MARCO, f"history <@{ANA}> today"))

    assert "15:47 · @U0ANA gave a reason" in lines
    assert f'Mon 23 Nov, 7\xa0h 46\xa0min without a break: "{ALARM}"' in lines


async def test_the_same_reason_twice_is_kept_once(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)

    first, again, other = await remark(germany), await remark(germany), await remark(germany, "and then the phone rang")

    assert first == again
    assert len({one.remark_id for one in [*first, *other]}) == 4
    assert await germany.services.database.read(lambda tx: list(verify(tx.connection))) == []
    with pytest.raises(NoReason):
        await remark(germany, " \n")


def test_a_finding_reads_as_a_sentence() -> None:
    said = {
        finding(Finding(Rule.BREAK, MONDAY, 30, 45, "ArbZG §4 s. 1")): "30 of 45 min break (ArbZG §4 s. 1)",
        finding(Finding(Rule.REST, MONDAY, 600, 660, "ArbZG §5(1)")): "10 h of 11 h rest (ArbZG §5(1))",
        finding(Finding(Rule.DAY, MONDAY, 601, 600, "ArbZG §3")): "a day of 10 h 1 min, 10 h at most (ArbZG §3)",
        finding(Finding(Rule.WEEK, MONDAY, 3000, 2880, "WTR 4", True)): "50 h a week on average, 48 h at most (WTR 4)",
        finding(
            Finding(Rule.NIGHT, MONDAY, 5, 0, "JArbSchG §14")
        ): "5 min at night, when there may be no work (JArbSchG §14)",
    }
    assert {one.replace("\xa0", " ") for one in said} == set(said.values())
    erased = Remark(WORKSPACE, "r", ANA, MONDAY, "rest", 600, None, ANA, utc("2026-11-23T08:00"), "form")
    line = finding_line(Found(Finding(Rule.REST, MONDAY, 600, 660, "x"), erased))
    assert line == "10\xa0h of 11\xa0h rest (x): a reason that was erased"
