"""What clients keep for the bot is good for the person to whom it was given, and for nobody else."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.msteams.activities import Activity
from bot.msteams.signing import Signer

ANA, BEN = "a0000000-0000-4000-8000-0000000000a1", "a0000000-0000-4000-8000-0000000000a5"
TENANT, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"


def activity(user_id: str, tenant_id: str = TENANT) -> Activity:
    made: dict[str, Any] = {
        "type": "invoke",
        "serviceUrl": "https://smba.example/",
        "from": {"id": "29:1", "aadObjectId": user_id},
        "conversation": {"id": "a:1", "tenantId": tenant_id},
    }
    return Activity.model_validate(made)


@given(st.text())
def test_it_comes_back_to_its_person_alone(text: str) -> None:
    signed = Signer("secret").signed(text, activity(ANA))
    assert Signer("secret").opened(signed, activity(ANA)) == text
    for elsewhere in (activity(BEN), activity(ANA, OTHER)):
        assert Signer("secret").opened(signed, elsewhere) == ""
    assert Signer("another").opened(signed, activity(ANA)) == ""


@given(st.text())
def test_what_nobody_signed_is_nothing(text: str) -> None:
    assert Signer("secret").opened(text, activity(ANA)) == ""
    signed = Signer("secret").signed("words", activity(ANA))
    assert Signer("secret").opened(signed + text, activity(ANA)) in ("", "words")
