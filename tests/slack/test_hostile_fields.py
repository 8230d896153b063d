"""Hostile words in every field of every form, as Slack sends them: each form is answered in time, with words at its
fields or a message, and nothing breaks. A new form or field is covered once it is declared."""

from __future__ import annotations

import json
from typing import Any

from bot.chat.features import router
from bot.practice.model import View
from storage.database import open_database
from tests.conftest import RunningBot
from tests.hostile_words import AS_TYPED, faults_of, samples

EVERYBODY = ("U0ANA", "U0MARCO", "U0ADA")
BROKEN = "went wrong on our side"


async def test_in_every_field_of_every_form_over_http(bot: RunningBot) -> None:
    workspace, sent = bot.workspace, 0
    for user_id in EVERYBODY:
        await workspace.command(user_id, "/attendance")
    for name, form in router().forms.items():
        carried, filled = samples(form.carried.json_schema(), AS_TYPED), samples(form.filled.json_schema(), AS_TYPED)
        for place, (packed, fields) in enumerate(zip(carried, filled, strict=True)):
            user_id = EVERYBODY[place % len(EVERYBODY)]
            view = shown(user_id, name, json.dumps(packed), fields)
            delivery = await workspace.submit(user_id, view, {field: state(value) for field, value in fields.items()})
            assert (delivery.status, delivery.failure) == (200, None), (name, fields)
            assert BROKEN not in delivery.body, (name, fields)
            sent += 1
    assert sent >= len(AS_TYPED) * len(router().forms)
    for user_id in EVERYBODY:
        for words in ("history", "events this year", "report this year", "who", "help"):
            (message,) = (await workspace.command(user_id, "/attendance", words)).messages
            assert BROKEN not in message.text, (user_id, words)
            assert "<!channel>" not in message.shown
    opened = await open_database(bot.settings.database_url)
    try:
        assert await faults_of(opened) == []
    finally:
        await opened.close()


def shown(user_id: str, name: str, packed: str, fields: dict[str, Any]) -> View:
    """The form in front of the person. Errors may only name its fields."""
    raw = {
        "type": "modal",
        "callback_id": name,
        "private_metadata": packed,
        "title": {"type": "plain_text", "text": "Form"},
        "blocks": [
            {"type": "input", "block_id": field, "element": {"type": "plain_text_input", "action_id": "value"}}
            for field in fields
        ],
    }
    return View("V0HOSTILE", user_id, raw, "hash", "V0HOSTILE")


def state(value: Any) -> dict[str, Any]:
    """A field as Slack sends it."""
    if isinstance(value, list):
        return {"value": {"type": "checkboxes", "selected_options": [{"value": str(one)} for one in value]}}
    return {"value": {"type": "plain_text_input", "value": None if value is None else str(value)}}
