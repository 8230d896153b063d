"""Corrections over the API: asked for, answered and withdrawn; and what `both` makes of create, change and delete."""

from __future__ import annotations

from typing import Any

import pytest

from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client, Reply
from tests.api.test_webhooks import OPERATOR, other_settings, receiver, register
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock
from tests.receiver import Receiver

__all__ = ["other_settings", "receiver"]

KEYS = [
    *("id", "kind", "userId", "eventId", "reason", "before", "after", "askedByUserId"),
    *("personAnswer", "employerAnswer", "personText", "employerText", "outcome", "resultEventId", "momentCreated"),
]
WEDNESDAY, THURSDAY = (
    {"date": day, "clockInTimestampUtc": f"{day}T08:00:00Z", "clockOutTimestampUtc": f"{day}T09:00:00Z"}
    for day in ("2026-11-18", "2026-11-19")
)
LATER = {"clockOutTimestampUtc": "2026-11-20T17:10:00Z"}


async def ask(api: Client, event_id: str | None, *, who: str = "employee", kind: str = "change", **more: Any) -> Reply:
    body = {"kind": kind, "userId": ANA, "eventId": event_id, "reason": "The train was late"}
    return await api.call("POST", "/corrections", who=who, json=body | (LATER if kind == "change" else {}) | more)


async def answer(api: Client, correction_id: str, said: str, *, who: str = "manager", **more: str) -> Reply:
    return await api.call("POST", f"/corrections/{correction_id}/answer", who=who, json={"answer": said, **more})


async def choose(behind: Database, way: str) -> None:
    services = Services(behind, NobodyElse())
    await workspace_settings.change(services, OPERATOR, corrections=CorrectionWay(way))


async def test_what_the_person_asks_for_is_applied_when_a_manager_says_yes(api: Client) -> None:
    was = (await api.create(officeId="hq", clockInComment="early")).body
    asked = await ask(api, was["clockOut"]["id"])
    assert asked.status == 200
    assert list(asked.body) == KEYS
    assert asked.body | {"id": ..., "momentCreated": ...} == {
        "id": ...,
        "kind": "change",
        "userId": ANA,
        "eventId": was["clockIn"]["id"],
        "reason": "The train was late",
        "before": {
            "date": "2026-11-20",
            "clockInTimestampUtc": "2026-11-20T08:00:00.000000",
            "clockOutTimestampUtc": "2026-11-20T16:00:00.000000",
            "officeId": "hq",
            "clockInComment": "early",
            "clockOutComment": None,
        },
        "after": {
            "date": "2026-11-20",
            "clockInTimestampUtc": "2026-11-20T08:00:00.000000",
            "clockOutTimestampUtc": "2026-11-20T17:10:00.000000",
            "officeId": "hq",
            "clockInComment": "early",
            "clockOutComment": None,
        },
        "askedByUserId": ANA,
        "personAnswer": "yes",
        "employerAnswer": None,
        "personText": None,
        "employerText": None,
        "outcome": None,
        "resultEventId": None,
        "momentCreated": ...,
    }
    done = (await answer(api, asked.body["id"], "yes")).body
    assert (done["employerAnswer"], done["outcome"]) == ("yes", "applied")
    events = (await api.query()).body
    assert [event["id"] for event in events if event["type"] == "CLOCK-IN"] == [done["resultEventId"]]
    assert [event["createByUserId"] for event in events] == [ADA, ANA]
    (*_, last) = (await api.call("GET", f"/attendance-events/{done['resultEventId']}/history")).body
    assert last["correction"] == {
        "id": done["id"],
        "askedByUserId": ANA,
        "personAnswer": "yes",
        "personText": None,
        "employerAnswer": "yes",
        "employerUserId": MARCO,
        "outcome": "applied",
    }


async def test_records_are_added_and_removed(api: Client) -> None:
    was = (await api.create()).body
    added = (await ask(api, None, kind="add", **THURSDAY)).body
    removed = (await ask(api, was["clockIn"]["id"], kind="remove")).body
    assert (added["eventId"], added["before"], removed["after"]) == (None, None, None)
    made = (await answer(api, added["id"], "yes")).body
    gone = (await answer(api, removed["id"], "yes")).body
    assert (gone["outcome"], gone["resultEventId"]) == ("applied", None)
    assert next(event["id"] for event in (await api.query()).body) == made["resultEventId"]


async def test_lists_hold_those_that_wait_or_those_that_do_not(api: Client) -> None:
    was = (await api.create()).body
    first = (await ask(api, was["clockIn"]["id"])).body
    await answer(api, first["id"], "no", text="you left at four")
    second = (await ask(api, was["clockIn"]["id"])).body
    for query, found in (("", [first, second]), ("?state=waiting", [second]), ("?state=done", [first])):
        listed = (await api.call("GET", f"/corrections{query}", who="employee")).body
        assert [one["id"] for one in listed] == [one["id"] for one in found]
    refused = (await api.call("GET", f"/corrections/{first['id']}", who="inspector")).body
    said = (refused["employerAnswer"], refused["employerText"], refused["outcome"])
    assert said == ("no", "you left at four", "refused")
    odd = await api.call("GET", "/corrections?state=old")
    assert odd.faults == {"state": "must be waiting or done"}


async def test_an_answer_counts_once(api: Client) -> None:
    was = (await api.create()).body
    asked = (await ask(api, was["clockIn"]["id"])).body
    again = await ask(api, was["clockIn"]["id"])
    assert (again.status, again.code, again.body["correctionId"]) == (409, "consent-needed", asked["id"])
    withdrawn = await api.call("POST", f"/corrections/{asked['id']}/withdraw", who="employee")
    assert (withdrawn.status, withdrawn.body["outcome"]) == (200, "withdrawn")
    late = await answer(api, asked["id"], "yes")
    assert (late.status, late.code, late.body["correctionId"]) == (409, "already-answered", asked["id"])
    unknown = await answer(api, "nobody", "yes")
    assert (unknown.status, unknown.code) == (404, "unknown-correction")
    odd = await answer(api, "%00", "yes")
    assert (odd.status, odd.code) == (404, "unknown-correction")


async def test_nobody_answers_their_own(api: Client) -> None:
    was = (await api.create()).body
    asked = (await ask(api, was["clockIn"]["id"])).body
    own = await answer(api, asked["id"], "yes", who="employee")
    assert (own.status, own.code) == (403, "forbidden")


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"kind": "replace"}, {"kind": "must be add, change or remove"}),
        ({"reason": " "}, {"reason": "is empty"}),
        ({"eventId": None}, {"eventId": "is missing"}),
        (
            {"kind": "add"},
            {"clockInTimestampUtc": "is missing", "clockOutTimestampUtc": "is missing", "eventId": ...},
        ),
        ({"userId": BEN}, {"userId": "isn't whose record it is"}),
        ({"clockOutTimestampUtc": "2026-11-20T07:00:00Z"}, {"clockInTimestampUtc": ..., "clockOutTimestampUtc": ...}),
    ],
)
async def test_what_can_not_be_asked_for_names_its_parameters(
    api: Client, fields: dict[str, Any], faults: dict[str, Any]
) -> None:
    was = (await api.create()).body
    reply = await ask(api, was["clockIn"]["id"], who="admin", **fields)
    assert (reply.status, reply.code) == (400, "invalid-parameter")
    assert reply.faults.keys() == faults.keys()
    assert all(said in (..., reply.faults[name]) for name, said in faults.items())
    assert (await api.call("GET", "/corrections")).body == []


@pytest.mark.parametrize(("name", "role"), [(ANA, Role.EMPLOYEE), (MARCO, Role.MANAGER)])
async def test_a_token_that_an_admin_made_in_somebodys_name_gives_nobodys_word(
    api: Client, behind: Database, name: str, role: Role
) -> None:
    services = Services(behind, NobodyElse())
    api.tokens["made"] = await tokens.create(services, Caller(WORKSPACE, ADA, Via.SLACK), name, role, None)
    was = (await api.create()).body
    asks, answers = ("employee", "manager") if name == MARCO else ("manager", "employee")
    refused = [await ask(api, was["clockIn"]["id"], who="made")]
    asked = (await ask(api, was["clockIn"]["id"], who=asks)).body
    refused += [await answer(api, asked["id"], said, who="made") for said in ("yes", "no")]
    for reply in refused:
        assert (reply.status, reply.code) == (403, "forbidden")
        assert "a token that they made" in reply.body["detail"]
    assert (await api.call("GET", f"/corrections/{asked['id']}")).body == asked
    assert (await answer(api, asked["id"], "yes", who=answers)).body["outcome"] == "applied"


async def test_under_both_a_change_without_a_difference_asks_nobody(api: Client, behind: Database) -> None:
    was = (await api.create()).body
    await choose(behind, "both")
    same = {"clockOutTimestampUtc": "2026-11-20T16:00:00Z", "reason": "The train was late"}
    reply = await api.call("PATCH", f"/attendance-events/{was['clockIn']['id']}", json=same)
    assert (reply.status, reply.body) == (200, was)
    assert (await api.call("GET", "/corrections")).body == []


async def test_words_that_would_not_be_kept_are_refused(api: Client) -> None:
    was = (await api.create()).body
    asked = (await ask(api, was["clockIn"]["id"])).body
    refused = await answer(api, asked["id"], "yes", text="as agreed")
    assert (refused.status, refused.code, list(refused.faults)) == (400, "invalid-parameter", ["text"])
    assert (await answer(api, asked["id"], "no", text="you left at four")).body["outcome"] == "refused"
    theirs = (await ask(api, was["clockIn"]["id"], who="manager")).body
    assert list((await answer(api, theirs["id"], "no", text="a mistake")).faults) == ["text"]
    assert (await answer(api, theirs["id"], "yes", who="employee", text="as agreed")).body["outcome"] == "applied"


async def test_an_answer_that_the_rules_refuse_names_the_correction(api: Client, behind: Database) -> None:
    body = {"kind": "add", "userId": ANA, "reason": "I forgot", **WEDNESDAY}
    old = {name: value.replace("2026", "2024") for name, value in WEDNESDAY.items()}
    asked = (await api.call("POST", "/corrections", who="employee", json=body | old)).body
    await workspace_settings.change(Services(behind, NobodyElse()), OPERATOR, keep_records_for_years=1)

    refused = await answer(api, asked["id"], "yes")

    assert (refused.status, list(refused.faults)) == (400, ["id"])
    assert (await answer(api, asked["id"], "no")).body["outcome"] == "refused"


async def test_words_that_are_too_long_are_refused_by_the_name_under_which_they_were_sent(api: Client) -> None:
    was, words = (await api.create()).body, "x" * 2001
    asked = (await ask(api, was["clockIn"]["id"])).body
    for reply, name in (
        (await answer(api, asked["id"], "no", text=words), "text"),
        (await ask(api, was["clockIn"]["id"], reason=words), "reason"),
        (await ask(api, was["clockIn"]["id"], clockOutComment=words), "clockOutComment"),
    ):
        assert reply.faults == {name: "has 2,001 characters, so shorten it to 2,000"}


async def test_the_end_of_an_open_clock_in_is_not_asked_for(api: Client) -> None:
    came = (await api.clock_in()).body
    refused = await ask(api, came["id"], clockOutTimestampUtc="2026-11-23T17:00:00Z")
    assert (refused.status, list(refused.faults)) == (400, ["clockOutTimestampUtc"])


async def test_a_record_that_changed_meanwhile_is_refused(api: Client) -> None:
    was = (await api.create()).body
    asked = (await ask(api, was["clockIn"]["id"])).body
    await api.delete(was["clockIn"]["id"])
    reply = await answer(api, asked["id"], "yes")
    assert (reply.status, reply.body["outcome"], reply.body["employerAnswer"]) == (200, "refused", None)


async def test_under_both_what_is_written_for_somebody_else_waits_for_them(api: Client, behind: Database) -> None:
    was = (await api.create()).body
    await choose(behind, "both")
    event_id = was["clockIn"]["id"]
    change = {"reason": "The train was late"} | LATER
    replies = [
        await api.call("PATCH", f"/attendance-events/{event_id}", json=change),
        await api.delete(event_id),
        await api.create(**THURSDAY),
    ]
    codes = ("consent-needed", "correction-waiting", "consent-needed")
    assert [(reply.status, reply.code) for reply in replies] == [(409, code) for code in codes]
    changed, waits, created = (reply.body["correctionId"] for reply in replies)
    assert waits == changed  # of one record, one waits
    again = await api.call("PATCH", f"/attendance-events/{event_id}", json=change)
    assert (again.code, again.body["correctionId"]) == ("consent-needed", changed)
    assert (await api.query()).body == [was["clockIn"], was["clockOut"]]
    waiting = (await api.call("GET", "/corrections?state=waiting", who="employee")).body
    assert [(one["id"], one["kind"], one["employerAnswer"]) for one in waiting] == [
        (changed, "change", "yes"),
        (created, "add", "yes"),
    ]
    assert waiting[1]["reason"] is None
    for correction_id in (changed, created):
        done = await answer(api, correction_id, "yes", who="employee")
        assert done.body["outcome"] == "applied"
    batch = {"records": [{"userId": ANA, **WEDNESDAY}]}
    (result,) = (await api.call("POST", "/attendance-events/batch", json=batch)).body["results"]
    assert result["code"] == "consent-needed"


async def test_under_both_clocking_needs_nobody_and_own_records_wait_for_a_manager(
    api: Client, behind: Database, clock: Clock
) -> None:
    await choose(behind, "both")
    assert (await api.clock_in()).status == 200
    clock.advance(hours=1)
    assert (await api.clock_out()).status == 200
    own = await api.create(who="employee")
    assert (own.status, own.code) == (409, "consent-needed")
    done = await answer(api, own.body["correctionId"], "yes")
    assert done.body["outcome"] == "applied"


async def test_after_an_objection_an_employer_applies_it_without_agreement(api: Client) -> None:
    was = (await api.create()).body
    asked = (await ask(api, was["clockIn"]["id"], who="manager")).body
    early = await answer(api, asked["id"], "yes")
    assert (early.status, early.code, early.body["correctionId"]) == (409, "consent-needed", asked["id"])
    objected = await answer(api, asked["id"], "no", who="employee", text="I left at four")
    assert (objected.body["personAnswer"], objected.body["outcome"]) == ("no", None)
    done = (await answer(api, asked["id"], "yes", who="admin")).body
    assert done["outcome"] == "applied-without-agreement"
    (*_, last) = (await api.call("GET", f"/attendance-events/{done['resultEventId']}/history")).body
    assert (last["correction"]["personAnswer"], last["correction"]["personText"]) == ("no", "I left at four")


async def test_webhooks_tell_of_each_step(api: Client, receiver: Receiver) -> None:
    was = (await api.create()).body
    await register(api, receiver.address)
    asked = (await ask(api, was["clockIn"]["id"], who="manager")).body
    await answer(api, asked["id"], "no", who="employee")
    done = (await answer(api, asked["id"], "yes", who="admin")).body
    again = (await ask(api, done["resultEventId"], kind="remove")).body
    await answer(api, again["id"], "no")
    last = (await ask(api, done["resultEventId"], kind="remove")).body
    await api.call("POST", f"/corrections/{last['id']}/withdraw", who="employee")
    await receiver.until(lambda: len(receiver.taken) == 8)
    told = [call.told for call in receiver.taken]
    assert [one["type"] for one in told] == [
        "correction.asked",
        "correction.answered",
        "attendance.changed",
        "correction.applied",
        "correction.asked",
        "correction.refused",
        "correction.asked",
        "correction.withdrawn",
    ]
    assert told[0]["correction"] == asked
    assert told[3]["correction"] == done
    assert told[0]["attendanceEvents"] == []
