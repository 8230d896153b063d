"""People and an office in what is typed."""

from __future__ import annotations

from bot.calendar.typed import office_in, people_in
from bot.reports.worked_time import Office

OFFICES = [
    Office("T", "hq", "Berlin Mitte", "Europe/Berlin"),
    Office("T", "berlin", "Berlin", "Europe/Berlin"),
    Office("T", "x", "in", "UTC"),
]


def test_people_and_an_office_are_found_among_the_words_of_a_report() -> None:
    assert people_in("last @[U0A|ana] week @[U0B] @[U0A]") == (["U0A", "U0B"], "last week")
    office, rest = office_in("last week in berlin mitte", OFFICES)
    assert (office and office.office_id, rest) == ("hq", "last week")
    assert office_in("in berlin", OFFICES)[1] == ""
    assert office_in("last week", OFFICES) == (None, "last week")


def test_an_office_is_found_however_its_name_is_composed() -> None:
    offices = [Office("T", "zrh", "Zürich", "Europe/Zurich")]
    for typed in ("last week in Zu\u0308rich", "last week in ZÜRICH", "last week in Ｚürich"):
        assert office_in(typed, offices) == (offices[0], "last week")
