"""What is typed to the bot in Teams, as features read it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.msteams.activities import Account, Activity
from bot.msteams.mentions import words_for_bot

BOT, BEN = "28:bot", "29:ben"
NAMED, BEN_NAMED = ("Attendance", BOT), ("Ben Ode", BEN)
BEN_ID = "a0000000-0000-4000-8000-0000000000a5"


def activity(text: str, kind: str = "personal", *mentioned: tuple[str, str], targeted: bool = False) -> Activity:
    entities = [
        {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id_, "name": name}}
        for name, id_ in mentioned
    ]
    made: dict[str, Any] = {
        "type": "message",
        "serviceUrl": "https://smba.example/",
        "from": {"id": "29:ana"},
        "recipient": {"id": BOT, "isTargeted": targeted},
        "conversation": {"id": "a:1", "conversationType": kind},
        "text": text,
        "entities": entities,
    }
    return Activity.model_validate(made)


async def known(account: Account) -> str:
    return BEN_ID if account.id == BEN else ""


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (activity("clockin at 8:30"), "clockin at 8:30"),
        (activity("/clockin"), "clockin"),
        (activity("attendance report last week"), "report last week"),
        (activity("Attendance"), "status"),
        (activity("attendances"), "attendances"),
        (activity("in at 8 <b> &amp; &lt;at&gt;"), "in at 8 <b> & <at>"),
        (activity("<at>Attendance</at>&nbsp;in", "personal", NAMED), "in"),
        (activity("<at>Attendance</at> clockin", "channel", NAMED), "clockin"),
        (activity("<at>Attendance</at>", "channel", NAMED), ""),
        (activity("thanks to <at>Attendance</at>", "channel", NAMED), ""),
        (activity("clockin", "channel"), None),
        (activity("clockin", "channel", targeted=True), "clockin"),
        (
            activity("<at>Attendance</at> clockin <at>Ben Ode</at> at 8", "channel", NAMED, BEN_NAMED),
            f"clockin @[{BEN_ID}|BenOde] at 8",
        ),
        (
            activity("report <at>Ben Ode</at> <at>Zoe</at>", "channel", BEN_NAMED, ("Zoe", "29:x"), targeted=True),
            f"report @[{BEN_ID}|BenOde] @Zoe",
        ),
        (
            activity("<at>Attendance</at> clockin <at id='1'>Ben\xa0Ode</at>", "channel", NAMED, BEN_NAMED),
            f"clockin @[{BEN_ID}|BenOde]",
        ),
        (activity("clockin <at>Ben Ode</at>"), "clockin @Ben Ode"),
        (activity("<at>" * 20_000), "<at>" * 20_000),
        (activity("report <at>Ben</at>", "channel", targeted=True), "report @Ben"),
    ],
)  # fmt: skip
async def test_words_for_the_bot(said: Activity, words: str | None) -> None:
    assert await words_for_bot(said, known) == words
