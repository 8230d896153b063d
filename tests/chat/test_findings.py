"""What the rules on working time find, in the chat: below answers, in reports, exports, summaries and the history."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from bot import wording
from bot.attendance import remarks
from bot.calendar.ranges import DateRange
from bot.chat import weekly_summary
from bot.chat.views import Message
from bot.documents import personal_file
from bot.documents.paper import Grid
from bot.errors import NoReason
from bot.permissions import Caller, Via
from bot.reports import findings as core
from bot.reports.findings import Found
from bot.rules.checks import Finding, Rule
from bot.wording import Reader
from bot.wording.findings import finding, finding_line
from storage import pair_queries, settings
from storage.database import Transaction
from storage.pairs import Pair, Scope
from storage.remarks import Remark
from storage.verify import verify
from tests.builders import caller, utc
from tests.chat.conftest import ANA, BEN, MARCO, PlainDoor, form_in, labels, shown, work
from tests.chat.test_notices import waiting
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


async def test_a_shared_report_names_what_is_found_without_the_persons_words(germany: PlainDoor, clock: Clock) -> None:
    await long_monday(germany, clock)
    await remark(germany)

    for who in (ANA, MARCO):
        await germany.press(who, await germany.attendance(who, "report this week"), "Share in channel")

    for posted in germany.chat.posted:
        told = "\n".join(shown(posted))
        assert "0 of 30\xa0min break (ArbZG §4 s. 1)" in told
        assert "alarm" not in told


async def test_who_is_done_for_today_after_a_break_sees_what_is_found(germany: PlainDoor, clock: Clock) -> None:
    await germany.type(ANA, "clockin")
    clock.advance(hours=7)
    on = await germany.type(ANA, "break")
    clock.advance(minutes=5)
    done = await germany.press(ANA, on, "I'm done for today")
    assert any("0 of 30\xa0min break (ArbZG §4 s. 1)" in line for line in shown(done))
    assert labels(done)[:2] == ["Add a break", "I had none: why"]


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


async def out_after_a_long_day(door: PlainDoor, clock: Clock) -> Message:
    """Ana worked from 08:00 to 17:20 in Berlin in one go. The answer to her clock-out."""
    clock.set("2026-11-23T07:00")
    await door.type(ANA, "clockin in hq hello")
    clock.set("2026-11-23T16:20")
    return await door.type(ANA, "clockout")


async def pairs_of(door: PlainDoor) -> list[Pair]:
    """Ana's on Monday."""
    scope = Scope(WORKSPACE, MONDAY, MONDAY, frozenset({ANA}))
    return await door.services.database.read(lambda tx: list(pair_queries.within(tx.connection, scope)))


async def records(door: PlainDoor) -> list[str]:
    """The same as people see them."""
    reader = Reader(ANA, door.services.database.clock(), zone="Europe/Berlin")
    return [wording.span(pair, reader) for pair in await pairs_of(door)]


async def is_sound(door: PlainDoor) -> bool:
    return not await door.services.database.read(lambda tx: list(verify(tx.connection)))


async def test_a_missing_break_is_asked_about_below_the_clock_out(germany: PlainDoor, clock: Clock) -> None:
    left = await out_after_a_long_day(germany, clock)

    assert "9\xa0h 20\xa0min worked, 0 of 45\xa0min break (ArbZG §4 s. 1)." in shown(left)
    assert labels(left) == ["Add a break", "I had none: why", "Undo"]


async def test_a_short_rest_is_said_below_the_clock_in(germany: PlainDoor, clock: Clock) -> None:
    await work(germany, clock, ANA, "2026-11-23T12:00", "2026-11-23T21:00")
    clock.set("2026-11-24T07:00")

    came = await germany.type(ANA, "clockin")
    form = form_in(await germany.press(ANA, came, "Say why…"))
    noted = await germany.send(ANA, form, why="on call")

    assert "10\xa0h of 11\xa0h rest (ArbZG §5(1))." in shown(came)
    assert shown(noted) == ["✅ Noted.", '10\xa0h of 11\xa0h rest (ArbZG §5(1)): "on call".']


async def test_without_a_country_a_clock_out_reads_nothing_more(
    team: PlainDoor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*args: object) -> None:
        raise AssertionError

    monkeypatch.setattr(core, "of_day", none)

    left = await out_after_a_long_day(team, clock)

    assert labels(left) == ["Undo"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_a_break_is_added_and_taken_back(germany: PlainDoor, clock: Clock) -> None:
    left = await out_after_a_long_day(germany, clock)
    clock.advance(minutes=3)
    form = form_in(await germany.press(ANA, left, "Add a break"))

    added = await germany.send(ANA, form, start="12:00", end="12:45")

    assert shown(added)[0] == "✅ Break added: 12:00 to 12:45. Today: 8\xa0h 35\xa0min."
    assert labels(added) == ["Undo"]
    assert await records(germany) == ["08:00 to 12:00", "12:45 to 17:20"]
    before, after = await pairs_of(germany)
    assert before.clock_in.recorded_at == before.clock_in.at  # what stays of a record was entered when it was
    assert after.clock_out
    assert after.clock_out.recorded_at == after.clock_out.at
    assert before.clock_in.office_id == after.clock_in.office_id == "hq"
    assert await is_sound(germany)
    undone = await germany.press(ANA, added, "Undo")
    assert shown(undone)[0] == "✅ Break removed. The record is as it was."
    assert labels(undone) == ["Add a break", "I had none: why"]
    assert await records(germany) == ["08:00 to 17:20"]
    assert shown(await germany.press(ANA, added, "Undo"))[0] == "This break is no longer there."
    assert await records(germany) == ["08:00 to 17:20"]
    assert await is_sound(germany)
    told = shown(await germany.attendance(ANA, "history today"))
    assert any("added a break to the record" in line for line in told)


async def test_a_reason_for_a_break_that_was_taken_back_is_of_another_figure(germany: PlainDoor, clock: Clock) -> None:
    left = await out_after_a_long_day(germany, clock)
    form = form_in(await germany.press(ANA, left, "Add a break"))
    added = await germany.send(ANA, form, start="12:00", end="12:20")
    assert "20 of 30" in shown(added)[1]
    why = form_in(await germany.press(ANA, added, "I had none: why"))
    assert shown(await germany.send(ANA, why, why="the queue was long"))[1].endswith('s. 1): "the queue was long".')

    undone = await germany.press(ANA, added, "Undo")

    assert shown(undone)[1].endswith(
        '0 of 45\xa0min break (ArbZG §4 s. 1): "the queue was long" (given when it was 20\xa0min).'
    )
    assert labels(undone) == ["Add a break", "I had none: why"]
    again = form_in(await germany.press(ANA, undone, "I had none: why"))
    noted = await germany.send(ANA, again, why="none at all")
    assert shown(noted)[1].endswith('0 of 45\xa0min break (ArbZG §4 s. 1): "none at all".')


async def test_after_ten_minutes_the_answer_says_whom_to_ask(germany: PlainDoor, clock: Clock) -> None:
    left = await out_after_a_long_day(germany, clock)
    clock.advance(minutes=11)
    form = form_in(await germany.press(ANA, left, "Add a break"))

    field, said = await germany.refused(ANA, form, start="12:00", end="12:45")

    assert (field, said.partition(". ")[2]) == (
        "start",
        "Ask your manager or an admin to add this one: 12:00 to 12:45.",
    )
    assert await records(germany) == ["08:00 to 17:20"]
    noted = await germany.send(ANA, form_in(await germany.press(ANA, left, "I had none: why")), why="alarm")
    assert shown(noted)[0] == "✅ Noted."


async def test_managers_add_a_break_at_any_time_and_the_person_is_told(germany: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T07:00")
    await germany.type(ANA, "clockin")
    clock.set("2026-11-23T16:20")
    left = await germany.type(MARCO, f"clockout <@{ANA}>")
    clock.advance(days=2)

    assert "I had none: why" not in labels(left)
    form = form_in(await germany.press(MARCO, left, "Add a break"))
    added = await germany.send(MARCO, form, start="12", end="12:45")

    assert shown(added)[:2] == [
        "✅ Break added for @U0ANA: 12:00 to 12:45. Mon 23 Nov: 8\xa0h 35\xa0min.",
        "I've told them.",
    ]
    told = [message.kind for message in await waiting(germany.services)]
    assert "break-added/1" in told
    assert await is_sound(germany)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("07:00", "07:30", "A break is between two times of work. Choose times after 08:00 and before 17:20."),
        ("12:00", "12:00", "A break is between two times of work. Choose times after 08:00 and before 17:20."),
        ("17:00", "17:30", "A break is between two times of work. Choose times after 08:00 and before 17:20."),
        ("noonish", "13", 'I couldn\'t read "noonish" as a time'),
    ],
)
async def test_times_that_are_no_break_are_refused_in_plain_words(
    germany: PlainDoor, clock: Clock, start: str, end: str, said: str
) -> None:
    left = await out_after_a_long_day(germany, clock)
    form = form_in(await germany.press(ANA, left, "Add a break"))

    field, words = await germany.refused(ANA, form, start=start, end=end)

    assert field == "start"
    assert words.startswith(said)
    assert "invalid" not in words.lower()
    assert await records(germany) == ["08:00 to 17:20"]


async def test_a_break_that_was_too_short_becomes_longer(germany: PlainDoor, clock: Clock) -> None:
    await work(germany, clock, ANA, "2026-11-23T07:00:20", "2026-11-23T11:00:40")
    clock.set("2026-11-23T11:10:05")
    await germany.type(ANA, "clockin")
    clock.set("2026-11-23T15:30")
    left = await germany.type(ANA, "clockout")
    form = form_in(await germany.press(ANA, left, "Add a break"))

    await germany.send(ANA, form, start="12:00", end="12:30")

    assert await records(germany) == ["08:00 to 12:00", "12:30 to 16:30"]
    assert await is_sound(germany)


async def test_a_paid_break_changes_no_hours(germany: PlainDoor, clock: Clock) -> None:
    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "break_kinds", "lunch unpaid, coffee paid 15")

    await germany.services.database.write(write)
    left = await out_after_a_long_day(germany, clock)
    form = form_in(await germany.press(ANA, left, "Add a break"))
    assert "15\xa0min at most" in (await germany.refused(ANA, form, start="10", end="10:20", kind="coffee"))[1]

    added = await germany.send(ANA, form, start="10", end="10:15", kind="coffee")

    assert shown(added)[0] == "✅ Break added: 10:00 to 10:15. Today: 9\xa0h 20\xa0min."
    assert "9\xa0h 20\xa0min worked, 15 of 45\xa0min break (ArbZG §4 s. 1)." in shown(added)
    cut = await germany.send(ANA, form_in(await germany.press(ANA, added, "Add a break")), start="12", end="12:30")
    assert "8\xa0h 50\xa0min." in shown(cut)[0]  # and the paid break is still in what is left
    assert len(labels(cut)) == len(set(labels(cut)))
    assert await is_sound(germany)
    await germany.press(ANA, cut, "Undo")
    await germany.press(ANA, added, "Undo")
    assert await is_sound(germany)


async def test_undo_after_a_break_opens_the_record_behind_it(germany: PlainDoor, clock: Clock) -> None:
    left = await out_after_a_long_day(germany, clock)
    form = form_in(await germany.press(ANA, left, "Add a break"))
    await germany.send(ANA, form, start="12:00", end="12:45")

    asked = await germany.say(ANA, "undo")
    await germany.press(ANA, asked, "Undo")

    assert await records(germany) == ["08:00 to 12:00", "since 12:45"]
    assert await is_sound(germany)
