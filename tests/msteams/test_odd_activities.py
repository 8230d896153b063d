"""Whatever part of an activity is missing, empty or of another type: it is done or refused, and no error of ours."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.msteams.activities import Activity
from bot.practice.msteams.people import ANA, BEN
from bot.practice.msteams.service import GENERAL, TeamsService
from tests.msteams.conftest import Door
from tests.slack.test_odd_payloads import ODD

MISSING = object()


def of_each_kind() -> list[dict[str, Any]]:
    teams = TeamsService()
    teams.address = "http://127.0.0.1:1"
    press = {"action": {"type": "Action.Execute", "id": None, "verb": "undo", "data": {"id": "1"}}, "trigger": "manual"}
    file = {"uploadUrl": "http://x", "contentUrl": "http://x", "name": "a.csv", "uniqueId": "1", "fileType": "csv"}
    mention = [{"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": BEN.teams_id, "name": "Ben"}}]
    member = [{"id": BEN.teams_id, "aadObjectId": BEN.user_id}]
    return [
        teams.activity("message", ANA.user_id, GENERAL, text="clockin <at>Ben</at>", entities=mention),
        teams.activity("invoke", ANA.user_id, name="adaptiveCard/action", value=press, replyToId="1"),
        teams.activity(
            "invoke", ANA.user_id, name="task/submit", value={"data": {"a": "b"}, "context": {"theme": "x"}}
        ),
        teams.activity(
            "invoke",
            ANA.user_id,
            name="fileConsent/invoke",
            value={"action": "accept", "context": {"id": "1"}, "uploadInfo": file},
        ),
        teams.activity("installationUpdate", ANA.user_id, action="add"),
        teams.activity("conversationUpdate", ANA.user_id, GENERAL, membersAdded=member, membersRemoved=member),
    ]


def paths(part: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, inner in items:
        yield from paths(inner, (*at, key))


def damaged(activity: dict[str, Any], at: tuple[Any, ...], put: Any) -> dict[str, Any]:
    made = copy.deepcopy(activity)
    *way, last = at
    part: Any = made
    for key in way:
        part = part[key]
    if put is MISSING:
        del part[last]
    else:
        part[last] = put
    return made


KINDS = of_each_kind()
CASES = [(activity, at) for activity in KINDS for at in paths(activity)]


def read(activity: dict[str, Any]) -> Activity | None:
    try:
        found = Activity.model_validate_json(json.dumps(activity))
    except ValidationError:
        return None
    assert found.tenant_id in ("", "7e4a0000-0000-4000-8000-000000000001")
    assert found.user_id in ("", ANA.user_id)
    assert isinstance(found.time_zone, str)
    assert found.is_private in (True, False)
    assert isinstance(found.value.pressed.verb, str)
    assert all(isinstance(one.mentioned.id, str) for one in found.entities)
    return found


def test_an_odd_part_reads_as_if_it_were_missing() -> None:
    """All of them, and all that could stand there, without the way over HTTP."""
    needed = {("type",), ("serviceUrl",), ("from",), ("from", "id"), ("conversation",), ("conversation", "id")}
    assert len(CASES) > 150
    for activity, at in CASES:
        for put in (MISSING, None, 7, "x", "\ud800", [], [7], {}, {"id": 7}):
            was_read = read(damaged(activity, at, put))
            assert was_read is not None or at in needed or put == "\ud800", (at, put)


@given(case=st.sampled_from(CASES), put=st.sampled_from([MISSING, *ODD]) | st.text() | st.integers() | st.floats())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_odd_activity_is_a_server_error(door: Door, case: tuple[dict[str, Any], Any], put: Any) -> None:
    activity, at = case
    sent = damaged({**activity, "serviceUrl": door.teams.service_url}, at, put)
    assert (await door.teams.send(sent)).status in (200, 400, 401, 403, 501)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b"null", b"\xff", b"[" * 100_000, b'{"type": "message"}', b"\xef\xbb\xbf{}"]
)
async def test_what_is_no_activity_is_refused(door: Door, body: bytes) -> None:
    token = door.teams.signer.token(door.teams.app_id, door.teams.service_url)
    assert await door.post(body, token) == 400


def test_one_odd_mention_among_others_loses_none_of_them() -> None:
    good = {"type": "mention", "text": "<at>Ben</at>", "mentioned": {"id": BEN.teams_id}}
    found = read(KINDS[0] | {"entities": [7, None, {"type": "mention", "mentioned": None}, good]})
    assert found is not None
    assert [one.mentioned.id for one in found.entities] == ["", BEN.teams_id]


def test_ids_are_in_lower_case_and_no_other_word_is_one() -> None:
    sender = {"id": "29:1", "aadObjectId": ANA.user_id.upper()}
    assert (found := read(KINDS[0] | {"from": sender})) is not None
    assert found.user_id == ANA.user_id
    for word in ("", "ana", ANA.user_id + "0", f"{ANA.user_id}\n", "x" * 5000):
        found = read(KINDS[0] | {"from": {"id": "29:1", "aadObjectId": word}})
        assert found is not None
        assert found.user_id == "", word


def test_the_zone_of_a_press_may_stand_beside_it() -> None:
    press = {key: value for key, value in KINDS[1].items() if key != "localTimezone"}
    found = read(press)
    assert found is not None
    assert (found.local_timezone, found.time_zone) == ("", "Europe/Berlin")
