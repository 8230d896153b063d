"""Tokens of inspectors and representatives: what they read, that each read has its audit entry, and when they end."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bot.attendance import history
from bot.attendance.noted_reads import Looked, What
from bot.calendar.ranges import DateRange
from bot.errors import Forbidden, InvalidReach
from bot.people import admins, reading_tokens, tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import Caller, ReadingRole, Role, Via
from bot.runtime.services import Services
from storage import audit
from storage.audit import Entry
from storage.database import Database, Transaction
from storage.errors import Unavailable
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client
from tests.builders import ADMIN, NobodyElse
from tests.conftest import WORKSPACE, Clock

NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))
DAYS = "startDate=2026-11-01&endDate=2026-11-30"


@pytest.fixture
def services(behind: Database) -> Services:
    return Services(behind, NobodyElse())


async def reads(behind: Database) -> list[dict[str, Any]]:
    """What the audit says of reads, in order."""

    def read(tx: Transaction) -> list[Entry]:
        return [entry for entry in audit.entries(tx.connection) if entry.action == "read"]

    return [json.loads(entry.facts) for entry in await behind.read(read)]


async def test_each_read_of_an_inspector_is_one_audit_entry_that_names_the_token(api: Client, behind: Database) -> None:
    event_id = (await api.create(ANA)).body["clockIn"]["id"]

    for path in (
        f"/attendance-events?{DAYS}",
        f"/attendance-events/{event_id}",
        f"/attendance-events/{event_id}/history",
        f"/reports/worked-time?{DAYS}",
        f"/reports/findings?{DAYS}&userId={ANA}",
        "/users",
        "/offices",
    ):
        assert (await api.call("GET", path, who="inspector")).status == 200, path

    found = await reads(behind)
    assert [one["read"] for one in found] == [
        *("records", "records", "changes", "worked time", "findings", "people", "offices")
    ]
    assert [one["user_ids"] for one in found] == [*[[ANA]] * 6, []]
    assert {one["first"] for one in found} == {"2026-11-01", "2026-11-20", None}
    (told,) = {json.dumps(one["token"], sort_keys=True) for one in found}
    assert json.loads(told)["name"] == "inspector"
    assert json.loads(told)["made_by"] == "cli:test"


async def test_what_is_refused_leaves_no_entry(api: Client, behind: Database) -> None:
    outside = (await api.create(BEN)).body["clockIn"]["id"]

    for path in (
        f"/attendance-events?{DAYS}&userId={BEN}",
        "/attendance-events?startDate=2026-11-01&endDate=2026-12-01",
        "/attendance-events?startDate=2026-11-01&endDate=tomorrow",
        f"/attendance-events/{outside}",
        "/attendance-events/01a2",
        "/teams",
    ):
        assert (await api.call("GET", path, who="inspector")).status in (400, 403, 404), path

    assert await reads(behind) == []


async def test_a_refusal_says_which_days_the_token_reads(api: Client) -> None:
    refused = await api.query(who="inspector", startDate="2026-10-01", endDate="2026-11-30")
    assert (refused.status, refused.code) == (403, "forbidden")
    assert refused.body["detail"] == "This token reads 2026-11-01 to 2026-11-30. Ask for days within that."


async def test_a_representative_sees_no_comments_addresses_deleted_records_findings_and_changes(api: Client) -> None:
    made = await api.create(ANA, clockInComment="at the doctor's", clockOutComment="done")
    gone = await api.create(ANA, date="2026-11-19", clockInTimestampUtc="2026-11-19T08:00:00",
                            clockOutTimestampUtc="2026-11-19T09:00:00")  # fmt: skip
    await api.delete(gone.body["clockIn"]["id"])
    event_id = made.body["clockIn"]["id"]

    events = (await api.query(who="representative")).body
    one = (await api.call("GET", f"/attendance-events/{event_id}", who="representative")).body
    as_csv = await api.http.get(
        f"{api.address}/attendance-events?{DAYS}",
        headers={"Authorization": f"Bearer {api.tokens['representative']}", "Accept": "text/csv"},
    )

    assert {(event["comment"], event["ipAddress"]) for event in [*events, one]} == {(None, None)}
    assert [event["id"] for event in events] == [made.body["clockIn"]["id"], made.body["clockOut"]["id"]]
    assert "doctor" not in await as_csv.text()
    seen = (await api.query(who="inspector")).body
    assert [event["comment"] for event in seen] == ["at the doctor's", "done"]
    refused = await api.query(who="representative", includeDeleted="true")
    assert (refused.status, refused.code) == (403, "forbidden")
    assert refused.body["detail"].startswith("This token doesn't include comments, addresses, deleted records")


async def test_the_person_sees_who_read_their_records(api: Client, services: Services) -> None:
    await api.create(ANA)
    await api.query(who="inspector", startDate="2026-11-19", endDate="2026-11-21")
    ana = Caller(WORKSPACE, ANA, Via.SLACK)

    async def seen(day: str) -> list[Looked]:
        days = DateRange(date.fromisoformat(day), date.fromisoformat(day))
        told = await history.person_history(services, ana, ANA, days)
        return [one for one in told if isinstance(one, Looked)]

    (of_the_day,) = await seen("2026-11-20")
    assert (of_the_day.what, of_the_day.role) == (What.RECORDS, ReadingRole.INSPECTOR)
    assert of_the_day.days == DateRange(date(2026, 11, 19), date(2026, 11, 21))
    assert of_the_day.token.name == "inspector"
    assert await seen("2026-11-22") == []
    assert await seen("2026-11-23") == [of_the_day]  # the day on which it was read


async def test_nobody_else_sees_reads_that_were_not_about_them(api: Client, services: Services) -> None:
    await api.create(BEN)
    await api.query(who="inspector")
    told = await history.person_history(services, Caller(WORKSPACE, BEN, Via.SLACK), BEN, NOVEMBER)
    assert not any(isinstance(one, Looked) for one in told)


async def test_a_token_for_everyone_reads_everyone(api: Client, services: Services, behind: Database) -> None:
    for whom in (ANA, BEN):
        await api.create(whom)
    everyone = NewReader(ReadingRole.INSPECTOR, ADA, None, NOVEMBER, lives=1, reason="audit of the year")
    api.tokens["everyone"] = await reading_tokens.create(services, ADMIN, everyone)

    assert {event["userId"] for event in (await api.query(who="everyone")).body} == {ANA, BEN}
    assert {one["id"] for one in (await api.call("GET", "/users", who="everyone")).body} >= {ANA, BEN, MARCO, ADA}
    assert (await reads(behind))[0]["user_ids"] is None
    told = await history.person_history(services, Caller(WORKSPACE, BEN, Via.SLACK), BEN, NOVEMBER)
    assert any(isinstance(one, Looked) for one in told)


async def test_it_ends_after_its_days(api: Client, clock: Clock) -> None:
    assert (await api.query(who="inspector")).status == 200
    clock.now += timedelta(days=7, seconds=1)
    assert (await api.query(who="inspector")).status == 401


async def test_it_ends_when_it_is_revoked(api: Client, services: Services) -> None:
    (token,) = [one for one in await tokens.all_of(services, ADMIN) if one.role == "inspector"]
    await tokens.revoke(services, ADMIN, token.token_id)
    assert (await api.query(who="inspector")).status == 401


async def test_it_ends_with_the_rights_of_the_admin_who_answers_for_it(api: Client, services: Services) -> None:
    await admins.appoint(services, ADMIN, MARCO)
    new = NewReader(ReadingRole.INSPECTOR, MARCO, [ANA], NOVEMBER, lives=7, reason="a visit")
    api.tokens["marcos"] = await reading_tokens.create(services, ADMIN, new)
    assert (await api.query(who="marcos")).status == 200
    await admins.dismiss(services, ADMIN, MARCO)
    assert (await api.query(who="marcos")).status == 401


async def test_it_writes_nothing_not_even_for_the_admin_who_answers_for_it(api: Client) -> None:
    for who in ("inspector", "representative"):
        for whom in (ANA, ADA):
            refused = await api.clock_in(whom, who=who)
            assert (refused.status, refused.code) == (403, "forbidden")
            assert "only reads" in refused.body["detail"]


async def test_what_cannot_be_noted_is_not_read(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "bot.api.reading_tokens.noted_reads.note", lambda *given, **named: (_ for _ in ()).throw(Unavailable("away"))
    )
    refused = await api.query(who="inspector")
    assert (refused.status, refused.code) == (503, "unavailable")


@pytest.mark.parametrize("lives", [0, 31])
async def test_it_lives_thirty_days_at_most(services: Services, lives: int, api: Client) -> None:
    new = NewReader(ReadingRole.INSPECTOR, ADA, [ANA], NOVEMBER, lives=lives, reason="a visit")
    with pytest.raises(InvalidReach):
        await reading_tokens.create(services, ADMIN, new)


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER])
async def test_only_admins_make_one(services: Services, role: Role, api: Client) -> None:
    new = NewReader(ReadingRole.INSPECTOR, ADA, [ANA], NOVEMBER, lives=1, reason="a visit")
    with pytest.raises(Forbidden):
        await reading_tokens.create(services, Caller(WORKSPACE, MARCO, Via.API, role), new)
