"""Whatever is sent, no answer is a server error, and every refusal is a problem."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import ANA, Client

PATHS = st.sampled_from([f"/attendance-events/{last}" for last in ("clock-in", "clock-out", "create")])
REFUSED = (400, 401, 403, 404, 409, 413, 415)
often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

names = st.sampled_from(["userId", "comment", "officeId", "timestampUtc", "date", "clockInTimestampUtc"]) | st.text()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
moments = st.datetimes().map(lambda at: at.isoformat()) | st.text()
media_types = st.sampled_from(
    [
        "application/json",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "text/plain",
        "",
    ]
)
header_values = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)


@often
@given(path=PATHS, body=st.dictionaries(names, json_values, max_size=6))
async def test_as_json(api: Client, path: str, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode("utf-8", "surrogatepass")
    reply = await api.call("POST", path, data=data, headers={"Content-Type": "application/json"})
    assert reply.status in (400, 404)


@often
@given(path=PATHS, body=st.lists(st.tuples(names, st.text()), max_size=6))
async def test_as_a_form(api: Client, path: str, body: list[tuple[str, str]]) -> None:
    data = urlencode(body, errors="surrogatepass").encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await api.call("POST", path, data=data, headers=form)).status in (400, 404)


@often
@given(path=PATHS, media_type=media_types, encoding=st.sampled_from(["", "gzip", "deflate", "br"]), body=st.binary())
async def test_as_bytes(api: Client, path: str, media_type: str, encoding: str, body: bytes) -> None:
    headers = {"Content-Type": media_type} | ({"Content-Encoding": encoding} if encoding else {})
    reply = await api.call("POST", path, data=body, headers=headers, skip_auto_headers=["Content-Type"])
    assert reply.status in (400, 404, 415)


@often
@given(first=moments, last=moments, day=st.dates())
async def test_as_moments(api: Client, first: str, last: str, day: Any) -> None:
    asked = {"userId": ANA, "date": day.isoformat(), "clockInTimestampUtc": first, "clockOutTimestampUtc": last}
    data = json.dumps(asked).encode()
    json_body = {"Content-Type": "application/json"}
    reply = await api.call("POST", "/attendance-events/create", data=data, headers=json_body)
    assert reply.status in (200, 400, 409)


@often
@given(
    query=st.dictionaries(st.sampled_from(["startDate", "endDate", "userId", "userIds", "token"]) | names, st.text()),
    event_id=st.text(min_size=1),
)
async def test_in_the_address(api: Client, query: dict[str, str], event_id: str) -> None:
    from yarl import URL

    asked = URL(f"{api.address}/attendance-events?{urlencode(query, errors='surrogatepass')}", encoded=True)
    one = URL(f"{api.address}/attendance-events/{quote(event_id, safe='', errors='surrogatepass')}", encoded=True)
    headers = {"Authorization": f"Bearer {api.tokens['admin']}"}
    for method, address in (("GET", asked), ("DELETE", one)):
        async with api.http.request(method, address, headers=headers) as response:
            assert response.status in REFUSED
            assert response.headers["Content-Type"] == "application/problem+json"


@often
@given(
    headers=st.dictionaries(
        st.sampled_from(["Authorization", "gd-api-token", "X-Forwarded-For", "Idempotency-Key", "Accept", "Cookie"]),
        header_values,
    )
)
async def test_in_headers(api: Client, headers: dict[str, str]) -> None:
    reply = await api.call("POST", "/attendance-events/clock-out", json={"userId": ANA}, headers=headers)
    assert reply.status in REFUSED


records = st.lists(st.dictionaries(names, json_values, max_size=6) | json_values, max_size=4)


@often
@given(body=st.fixed_dictionaries({"records": records}, optional={"allOrNothing": json_values}))
async def test_as_a_batch(api: Client, body: dict[str, Any]) -> None:
    data = json.dumps(body).encode("utf-8", "surrogatepass")
    reply = await api.call("POST", "/attendance-events/batch", data=data, headers={"Content-Type": "application/json"})
    assert reply.status in (200, 400, 409)
    if reply.status == 200:
        assert {result["status"] for result in reply.body["results"]} <= {400, 404}


@often
@given(
    path=st.sampled_from(["/attendance-events", "/reports/worked-time", "/reports/findings"]),
    days=st.tuples(st.dates(), st.dates()).map(sorted),
    more=st.dictionaries(
        st.sampled_from(["officeId", "updatedSince", "includeDeleted", "limit", "cursor", "by"]),
        st.sampled_from(["true", "1", "hq", "day", "week", "2026-11-20T08:00:00", "1~x", "-1~x", "1e3", "\0"])
        | st.text(),
    ),
    headers=st.dictionaries(st.sampled_from(["Accept", "If-None-Match", "Range", "Link"]), header_values),
)
async def test_to_read_a_lot(
    api: Client, path: str, days: list[Any], more: dict[str, str], headers: dict[str, str]
) -> None:
    from yarl import URL

    asked = {"startDate": str(days[0]), "endDate": str(days[1])} | more
    address = URL(f"{api.address}{path}?{urlencode(asked, errors='surrogatepass')}", encoded=True)
    headers = headers | {"Authorization": f"Bearer {api.tokens['admin']}"}
    async with api.http.get(address, headers=headers) as response:
        assert response.status in (200, 304, 400, 404)
        await response.read()
