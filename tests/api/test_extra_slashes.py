"""Addresses as GoodDay's clients write them: joined with a slash too many, and in the singular."""

from __future__ import annotations

import pytest

from tests.api.conftest import ANA, Client


@pytest.fixture
def engine() -> str:
    return "sqlite"  # addresses are read before it is asked


CLOCK_IN = ["//attendance-events/clock-in", "/2.0//attendance-events//clock-in/", "/attendance-events/clock-in//"]


@pytest.mark.parametrize("path", CLOCK_IN)
async def test_doubled_and_trailing_slashes_are_ignored(api: Client, path: str) -> None:
    clocked_in = await api.call("POST", path, json={"userId": ANA, "comment": "good morning"})
    assert clocked_in.status == 200
    read = await api.call("GET", f"/2.0//attendance-events/{clocked_in.body['id']}/")
    assert (read.status, read.body) == (200, clocked_in.body)


async def test_the_next_page_of_an_address_with_doubled_slashes_is_on_this_server(api: Client) -> None:
    await api.create()
    first = await api.call(
        "GET", "//attendance-events/", params={"startDate": "2026-11-01", "endDate": "2026-11-30", "limit": "1"}
    )
    assert first.headers["Link"].startswith("</attendance-events?startDate=2026-11-01")
    second = await api.call("GET", first.headers["Link"].partition(">")[0].lstrip("<"))
    assert [event["type"] for event in first.body + second.body] == ["CLOCK-IN", "CLOCK-OUT"]


@pytest.mark.parametrize("path", ["/attendance-event/{}", "/2.0/attendance-event/{}", "/2.0//attendance-event/{}/"])
@pytest.mark.parametrize("half", ["clockIn", "clockOut"])
async def test_delete_also_answers_in_the_singular(api: Client, path: str, half: str) -> None:
    created = await api.create()
    deleted = await api.call("DELETE", path.format(created.body[half]["id"]))
    assert (deleted.status, deleted.body) == (200, "Ok")
    assert (await api.query()).body == []


async def test_wrong_methods_and_unknown_addresses_stay_problems_with_slashes_too_many(api: Client) -> None:
    wrong = await api.call("PUT", "//attendance-events/")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, HEAD")
    assert (await api.call("GET", "/attendance-event/no-such")).status == 405
    for path in ("//", "///", "/attendance-events//clock-in/x/", "//example.com/attendance"):
        assert (await api.call("GET", path)).code == "not-found"


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz", "/slack/events"])
async def test_an_address_that_a_proxy_keeps_internal_has_no_other_spelling(api: Client, path: str) -> None:
    for spelling in (f"/{path}", f"{path}/", f"//{path}//", path.replace("/", "//")):
        for method in ("GET", "POST", "PUT"):
            assert (await api.call(method, spelling)).code == "not-found", (method, spelling)
