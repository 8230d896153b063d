"""Whatever part of an activity is odd, the bot does it, asks, or refuses it: never an error of its own."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.practice.msteams.people import ANA
from bot.practice.msteams.service import TeamsService
from tests.msteams.test_odd_activities import MISSING, damaged, of_each_kind, paths
from tests.slack.test_odd_payloads import ODD

KINDS = of_each_kind()
CASES = [(activity, at) for activity in KINDS for at in paths(activity)]


@given(case=st.sampled_from(CASES), put=st.sampled_from([MISSING, *ODD]) | st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_odd_activity_is_a_bug(teams: TeamsService, case: tuple[dict[str, Any], Any], put: Any) -> None:
    activity, at = case
    of_now = {"serviceUrl": teams.service_url, "id": teams.activity("message", ANA.user_id)["id"]}
    sent = damaged(activity | of_now, at, put)
    with capture_logs() as lines:
        delivery = await teams.send(sent)
    assert delivery.status in (200, 400, 401, 403, 501), delivery
    assert "Reference: " not in delivery.body
    bugs = [line for line in lines if line["log_level"] in ("error", "critical")]
    assert bugs == []
