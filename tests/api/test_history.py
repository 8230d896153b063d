"""A record's own history, over the API."""

from __future__ import annotations

from bot.calendar.break_kinds import parse_break_kinds
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import Database
from tests.api.conftest import ADA, ANA, Client
from tests.builders import ADMIN, NobodyElse
from tests.conftest import Clock, RunningBot


async def test_every_change_is_listed_in_order_with_the_record_after_it(api: Client, clock: Clock) -> None:
    clocked_in = (await api.clock_in(comment="early")).body
    clock.advance(hours=8)
    clocked_out = (await api.clock_out()).body
    await api.delete(clocked_out["id"])
    reply = await api.call("GET", f"/2.0/attendance-events/{clocked_out['id']}/history", who="employee")
    assert reply.status == 200
    assert [(change["action"], change["byUserId"], change["via"]) for change in reply.body] == [
        ("clock-in", ADA, "api"),
        ("clock-out", ADA, "api"),
        ("delete", ADA, "api"),
    ]
    assert reply.body[0]["clockIn"] == clocked_in
    assert reply.body[0]["clockOut"] is None
    assert reply.body[1]["clockOut"] == clocked_out
    assert reply.body[2]["moment"] == "2026-11-23T16:02:00.000000"
    used = [change["token"] for change in reply.body]
    assert used == [{"id": used[0]["id"], "name": "payroll", "createByUserId": "cli:test"}] * 3


async def test_a_change_in_the_chat_came_through_no_token(api: Client, bot: RunningBot) -> None:
    await bot.workspace.command(ANA, "/clockin", "")
    (event,) = (await api.query()).body
    (change,) = (await api.call("GET", f"/attendance-events/{event['id']}/history")).body
    assert (change["via"], change["token"]) == ("slack", None)


async def test_the_history_of_others_is_for_those_who_may_see_them(api: Client) -> None:
    event = (await api.clock_in(ADA)).body
    path = f"/attendance-events/{event['id']}/history"
    assert (await api.call("GET", path, who="employee")).code == "forbidden"
    assert (await api.call("GET", path, who="manager")).code == "forbidden"
    assert (await api.call("GET", path, who="stranger")).code == "unknown-event"
    assert (await api.call("GET", "/attendance-events/nothing/history")).code == "unknown-event"
    assert (await api.clock_in(ANA)).status == 200


async def test_paid_breaks_are_listed_with_the_record_as_it_is_now(api: Client, behind: Database, clock: Clock) -> None:
    kinds = parse_break_kinds("break unpaid, coffee paid")
    await workspace_settings.change(Services(behind, NobodyElse()), ADMIN, break_kinds=kinds)
    event = (await api.clock_in()).body
    clock.advance(hours=1)
    await api.call("POST", "/attendance-events/break", json={"userId": ANA, "kind": "coffee"})
    clock.advance(minutes=10)
    await api.call("POST", "/attendance-events/back", json={"userId": ANA})
    first, *changes = (await api.call("GET", f"/attendance-events/{event['id']}/history")).body
    assert "attendanceBreak" not in first
    assert [(change["action"], change["attendanceBreak"]["end"]) for change in changes] == [
        ("start-break", None),
        ("end-break", "2026-11-23T09:12:00.000000"),
    ]
    assert {change["attendanceBreak"]["kind"] for change in changes} == {"coffee"}
    assert [change["clockIn"]["id"] for change in changes] == [event["id"]] * 2
