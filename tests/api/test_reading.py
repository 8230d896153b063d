"""Reading a lot: page by page, as tables, what has changed since, and only where something has."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api import formats
from bot.api.events import event_of
from bot.api.formats import Format, asked_format
from bot.attendance.event_queries import PlainEvent
from bot.imports.goodday_files import read_goodday
from bot.imports.importing import Outcome, import_records
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ANA, BEN, KEYS, MARCO, Client, on_sqlite
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock

DAYS = [f"2026-11-{day:02}" for day in range(10, 20)]
SPAN = {"startDate": "2026-11-01", "endDate": "2026-11-30"}


@pytest.fixture
async def ten_days(api: Client) -> list[dict[str, Any]]:
    """Twenty pairs, of two people, as a query without more answers them."""
    records = [
        {
            "userId": user_id,
            "date": day,
            "clockInTimestampUtc": f"{day}T08:00:00",
            "clockOutTimestampUtc": f"{day}T{hour}:00:00",
            "officeId": office,
            "clockInComment": "=1+1",
        }
        for day in DAYS
        for user_id, hour, office in ((ANA, 16, "hq"), (BEN, 17, None))
    ]
    assert (await api.call("POST", "/attendance-events/batch", json={"records": records})).body["created"] == 20
    found: list[dict[str, Any]] = (await api.query()).body
    assert len(found) == 40
    return found


async def text_of(api: Client, accept: str, path: str = "/attendance-events", **query: str) -> tuple[str, str]:
    """The body as it came, and its media type."""
    headers = {"Authorization": f"Bearer {api.tokens['admin']}", "Accept": accept}
    async with api.http.get(api.address + path, params=SPAN | query, headers=headers) as response:
        assert response.status == 200
        return await response.text(), response.content_type


async def test_pages_together_are_the_whole_answer(api: Client, ten_days: Any) -> None:
    for prefix, limit in product(("", "/2.0"), (1, 7, 40, 41)):
        path, found = f"{prefix}/attendance-events?{'&'.join(f'{k}={v}' for k, v in SPAN.items())}&limit={limit}", []
        pages = 0
        while path:
            reply = await api.call("GET", path)
            assert len(reply.body) <= limit
            found += reply.body
            pages += 1
            link = re.fullmatch(r'<(.+)>; rel="next"', reply.headers.get("Link", ""))
            path = link[1] if link else ""
            assert path.startswith(f"{prefix}/attendance-events?") or not path
        assert found == ten_days
        assert pages == -(-40 // limit)


async def test_pages_keep_what_was_asked(api: Client, ten_days: Any) -> None:
    reply = await api.query(userIds=f"{ANA},{MARCO}", officeId="hq", limit="15")
    assert len(reply.body) == 15
    rest = await api.call("GET", reply.headers["Link"].partition(">")[0][1:])
    assert reply.body + rest.body == [event for event in ten_days if event["userId"] == ANA]
    assert "Link" not in rest.headers


async def test_an_office_is_that_of_the_clock_in_and_brings_both_events(api: Client, ten_days: Any) -> None:
    assert (await api.query(officeId="hq")).body == [event for event in ten_days if event["userId"] == ANA]
    assert (await api.query(officeId="theirs")).code == "unknown-office"


@on_sqlite
async def test_a_query_names_what_is_wrong(api: Client) -> None:
    for query, fault in (
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"limit": "1.0"}, "limit"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "x~y"}, "cursor"),
        ({"cursor": "1~ä"}, "cursor"),
        ({"includeDeleted": "1"}, "includeDeleted"),
        ({"updatedSince": "yesterday"}, "updatedSince"),
        ({"officeId": "a\x00b"}, "officeId"),
    ):
        reply = await api.query(**query)
        assert (reply.status, list(reply.faults)) == (400, [fault])


async def test_reading_can_continue_from_any_place(api: Client, ten_days: Any) -> None:
    for moment, found in (("9" * 18, []), ("-" + "9" * 18, ten_days), ("0", ten_days)):
        assert (await api.query(cursor=f"{moment}~!")).body == found


async def test_the_same_events_as_ndjson_and_csv(api: Client, ten_days: Any) -> None:
    text, kind = await text_of(api, "application/x-ndjson")
    assert kind == "application/x-ndjson"
    assert [json.loads(line) for line in text.splitlines()] == ten_days
    text, kind = await text_of(api, "text/csv;q=0.9, text/html")
    assert kind == "text/csv"
    header, *rows = csv.reader(io.StringIO(text))
    assert header == KEYS
    expected = [[event[key] or "" for key in KEYS] for event in ten_days]
    assert rows == [["'=1+1" if cell == "=1+1" else cell for cell in row] for row in expected]
    text, kind = await text_of(api, "text/html, */*")
    assert (kind, text) == ("application/json", json.dumps(ten_days))


async def test_no_id_from_elsewhere_becomes_a_formula(api: Client, behind: Database) -> None:
    ids, formula = ("=in", "=out"), "=1+1"
    theirs = {"userId": "ana", "createByUserId": formula, "ipAddress": formula, "comment": formula}
    events = [
        theirs | {"id": own, "linkedAttendanceEventId": other, "type": kind, "timestamp": f"2026-11-20T{hour}:00:00"}
        for own, other, kind, hour in ((*ids, "CLOCK-IN", "08"), (*reversed(ids), "CLOCK-OUT", "16"))
    ]
    operator = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
    read = read_goodday(json.dumps(events))
    counted = await import_records(Services(behind, NobodyElse()), operator, read, {"ana": ANA})
    assert counted == {Outcome.WRITTEN: 1}
    for told in csv.DictReader(io.StringIO((await text_of(api, "text/csv"))[0])):
        assert not [cell for cell in told.values() if cell.startswith("=")]
        assert {told["createByUserId"], told["ipAddress"], told["comment"]} == {"'=1+1"}
        assert {told["id"], told["linkedAttendanceEventId"]} == {"'=in", "'=out"}


async def test_an_empty_answer_has_no_rows_in_any_format(api: Client) -> None:
    assert (await text_of(api, "*/*"))[0] == "[]"
    assert (await text_of(api, "application/x-ndjson"))[0] == ""
    assert (await text_of(api, "text/csv"))[0] == f"{','.join(KEYS)}\r\n"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ([], Format.JSON),
        (["text/csv"], Format.CSV),
        (["text/csv;q=0.1, application/json;q=0.2"], Format.JSON),
        (["application/x-ndjson", "text/csv"], Format.NDJSON),
        (["TEXT/CSV; charset=utf-8"], Format.CSV),
        (["text/csv;q=0"], Format.JSON),
        (["text/csv;q=nonsense"], Format.JSON),
        (["text/csv;q=nan, */*"], Format.JSON),
        (["*/*, text/csv;q=0.1"], Format.JSON),
        (["application/*;q=0.5, text/csv;q=0.1"], Format.JSON),
        (["text/csv, */*;q=0.1"], Format.CSV),
        (["*/*, text/csv"], Format.CSV),
        ([",;q=;,"], Format.JSON),
    ],
)
def test_what_accept_asks_for(accept: list[str], form: Format) -> None:
    assert asked_format(accept) is form


async def test_an_etag_saves_the_answer_until_something_changes(api: Client, ten_days: Any, clock: Clock) -> None:
    first = await api.query()
    tag = first.headers["ETag"]

    async def again(tags: str, **how: Any) -> int:
        headers = {"If-None-Match": tags}
        return (await api.call("GET", "/attendance-events", params=SPAN, headers=headers, **how)).status

    assert [await again(tags) for tags in (tag, f"W/{tag}", f'"x", {tag}', "*")] == [304] * 4
    assert await again('"x"') == 200
    assert await again(tag, who="manager") == 200  # another caller may see others
    headers = {"If-None-Match": tag, "Accept": "text/csv"}
    bearer = {"Authorization": f"Bearer {api.tokens['admin']}"}
    async with api.http.get(f"{api.address}/attendance-events", params=SPAN, headers=headers | bearer) as response:
        assert response.status == 200
    await api.clock_in(MARCO)
    assert await again(tag) == 200


async def test_changes_since_a_moment_include_deletions_if_asked(api: Client, ten_days: Any, clock: Clock) -> None:
    clock.advance(minutes=10)
    since = clock.now.isoformat()
    gone, back = ten_days[0], ten_days[4]
    for event in (gone, back):
        await api.delete(event["id"])
    await api.call("POST", f"/attendance-events/{back['linkedAttendanceEventId']}/restore")
    opened = (await api.clock_in(MARCO)).body
    living = [event for event in ten_days if event["userId"] == back["userId"] and event["date"] == back["date"]]
    changed = (await api.query(updatedSince=since)).body
    assert changed == [*living, opened]
    with_dead = (await api.query(updatedSince=since, includeDeleted="true")).body
    dead = [event for event in with_dead if "momentDeleted" in event]
    assert [event for event in with_dead if "momentDeleted" not in event] == changed
    assert {event["id"] for event in dead} == {gone["id"], gone["linkedAttendanceEventId"]}
    assert [key for key in dead[0] if key not in KEYS] == ["momentDeleted", "deletedByUserId"]
    assert dead[0]["momentDeleted"] == "2026-11-23T08:12:00.000000"
    clock.advance(microseconds=1)
    assert (await api.query(updatedSince=clock.now.isoformat(), includeDeleted="true")).body == []
    text, _ = await text_of(api, "text/csv", updatedSince=since, includeDeleted="true")
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {13}


async def test_one_event_is_read_by_its_id(api: Client, ten_days: Any) -> None:
    for event in ten_days[:4]:
        assert (await api.call("GET", f"/2.0/attendance-events/{event['id']}")).body == event
    await api.delete(ten_days[0]["id"])
    assert (await api.call("GET", f"/attendance-events/{ten_days[0]['id']}")).code == "unknown-event"
    assert (await api.call("GET", f"/attendance-events/{ten_days[1]['id']}", who="stranger")).code == "unknown-event"


async def test_a_deleted_pair_is_restored_once_by_either_id(api: Client, ten_days: Any) -> None:
    event = ten_days[0]
    path = f"/attendance-events/{event['linkedAttendanceEventId']}/restore"
    assert (await api.call("POST", path)).code == "not-deleted"
    await api.delete(event["id"])
    headers = {"Idempotency-Key": "k1"}
    reply = await api.call("POST", path, headers=headers)
    assert reply.body["clockIn"] == event
    replayed = await api.call("POST", path, headers=headers)
    assert (replayed.body, replayed.headers["Idempotency-Replayed"]) == (reply.body, "true")
    assert (await api.query()).body == ten_days
    await api.delete(event["id"])
    times = {"clockInTimestampUtc": event["timestamp"], "clockOutTimestampUtc": f"{event['date']}T09:00:00"}
    await api.create(event["userId"], date=event["date"], **times)
    assert (await api.call("POST", path)).code == "overlap"


@given(st.datetimes(), st.datetimes())
def test_the_event_of_a_row_has_every_key_and_its_moments(at: datetime, recorded: datetime) -> None:
    def since_1970(moment: datetime) -> int:
        return (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1)  # noqa: DTZ001  # as answers, without a zone

    row = PlainEvent(
        *(since_1970(at), "in", "out", ANA, "U0ADA", None, "2026-11-20", since_1970(recorded), None, True, None),
        *(None, None),
    )
    event = event_of(row)
    assert list(event) == KEYS
    told = datetime.fromisoformat(event["timestamp"]), datetime.fromisoformat(event["momentCreated"])
    assert told == (at, recorded)
    assert {len(event["timestamp"]), len(event["momentCreated"])} == {26}
    deleted = event_of(row._replace(deleted_at=0, deleted_by=ANA))
    assert deleted == event | {"momentDeleted": "1970-01-01T00:00:00.000000", "deletedByUserId": ANA}


@given(st.integers(0, 40))
def test_an_answer_in_parts_is_the_answer(count: int) -> None:
    def whole(form: Format) -> bytes:
        found = formats.parts(({"n": n} for n in range(count)), form, ["n"])
        body = b""
        while True:
            try:
                body += next(found)
            except StopIteration as ended:
                return body + bytes(ended.value)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "FIRST_PART", 7)
        patch.setattr(formats, "EVERY_PART", 3)
        assert whole(Format.JSON) == json.dumps([{"n": n} for n in range(count)]).encode()
        assert whole(Format.NDJSON) == "".join(f'{{"n": {n}}}\n' for n in range(count)).encode()
        assert whole(Format.CSV) == "".join(f"{n}\r\n" for n in ["n", *range(count)]).encode()
