"""Findings over the API: the days that differ from the rules of the country, with their articles and remarks."""

from __future__ import annotations

from datetime import date

from storage import remarks, settings
from storage.database import Database, Transaction
from storage.remarks import Remark
from tests.api.conftest import ADA, ANA, BEN, Client
from tests.conftest import WORKSPACE

PATH = "/reports/findings"
SPAN = {"startDate": "2026-11-01", "endDate": "2026-11-30"}


async def test_findings_come_with_their_article_and_the_last_remark(api: Client, behind: Database) -> None:
    for user_id in (BEN, ANA):
        await api.create(user_id, clockOutTimestampUtc="2026-11-20T14:01:00")
    assert (await api.call("GET", PATH, params=SPAN)).body == [], "there are no rules without a country"

    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")
        for number, text in enumerate(("no time", "the line was down")):
            about = (WORKSPACE, f"r{number}", ANA, date(2026, 11, 20), "break", 0, text)
            remarks.add(tx.connection, Remark(*about, ANA, tx.now, "api"))

    await behind.write(write)
    found = (await api.call("GET", f"/2.0{PATH}", params=SPAN)).body
    assert [(one["userId"], one["rule"]) for one in found] == [
        *((ANA, "break"), (ANA, "stretch")),
        *((BEN, "break"), (BEN, "stretch")),
    ]
    assert found[0] == {
        "userId": ANA,
        "date": "2026-11-20",
        "rule": "break",
        "measuredMinutes": 0,
        "askedMinutes": 30,
        "article": "ArbZG §4 s. 1",
        "remark": "the line was down",
    }
    assert found[1]["remark"] is None
    of_one = (await api.call("GET", PATH, params=SPAN | {"userIds": f"{BEN},{ADA}"})).body
    assert {one["userId"] for one in of_one} == {BEN}
    at_hq = await api.call("GET", PATH, params=SPAN | {"officeId": "hq"})
    assert at_hq.body == []
    assert (await api.call("GET", PATH, params=SPAN | {"officeId": "nowhere"})).code == "unknown-office"


async def test_the_whole_calendar_can_be_searched(api: Client, behind: Database) -> None:
    await behind.write(lambda tx: settings.put(tx.connection, WORKSPACE, "country", "ES"))
    await api.create(ANA)
    for day in ("0001-01-01", "9999-12-31"):
        assert (await api.call("GET", PATH, params={"startDate": day, "endDate": day})).body == []
    days = {"startDate": "0001-01-01", "endDate": "9999-12-31"}
    found = (await api.call("GET", PATH, params=days)).body
    assert [(one["rule"], one["measuredMinutes"], one["askedMinutes"]) for one in found] == [("break", 0, 15)]
