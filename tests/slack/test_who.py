"""`/attendance who`, cut to what Slack shows."""

from __future__ import annotations

import re

from bot.practice.people import Member
from tests.conftest import RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ADA


async def test_a_hundred_in_one_office_fit_and_the_rest_are_counted(bot: RunningBot, people: People) -> None:
    for number in range(100):
        user_id = f"U0MANY{number:03}"
        bot.workspace.members[user_id] = Member(user_id, f"many{number}", f"Many {number}", "Europe/Berlin")
        await people.type(user_id, "/clockin")
    told = await people.type(ADA, "/attendance who")  # checked against Slack's sizes
    assert told.text.startswith("*100 people are in*")
    assert re.fullmatch(r"and \d\d more", told.shown.splitlines()[-1])
