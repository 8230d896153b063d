"""Settings as they are pasted from elsewhere."""

from __future__ import annotations

import pytest

from bot.runtime.settings import ServeSettings, checked_database_url, read


@pytest.mark.parametrize("end", ["\n", "\r\n", " ", "\t"])
def test_a_secret_pasted_with_its_line_end_is_the_same_secret(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    for name, value in (
        ("SLACK_BOT_TOKEN", "xoxb-1"),
        ("SLACK_SIGNING_SECRET", "0123abcd"),
        ("ATTENDANCE_DATABASE_URL", "sqlite:///a.db"),
        ("ATTENDANCE_LOG_LEVEL", "debug"),
    ):
        monkeypatch.setenv(name, f"{end}{value}{end}")
    settings = read(ServeSettings)
    assert settings.slack_bot_token == "xoxb-1"
    assert settings.slack_signing_secret == "0123abcd"
    assert settings.database_url == "sqlite:///a.db"
    assert settings.log_level == "debug"


@pytest.mark.parametrize(
    ("pasted", "taken"),
    [
        ("postgres://u:p@h/d", "postgresql://u:p@h/d"),
        ("postgresql://u@h/d?sslmode=require&channel_binding=require", "postgresql://u@h/d?sslmode=require"),
        ("postgres://u@h/d?channel_binding=require&sslmode=require", "postgresql://u@h/d?sslmode=require"),
        ("postgresql://u@h/d?a=1&channel_binding=prefer&b=2", "postgresql://u@h/d?a=1&b=2"),
        ("postgresql://u@h/d?channel_binding=require", "postgresql://u@h/d"),
        ("postgresql://u:channel_binding%3D@h/d", "postgresql://u:channel_binding%3D@h/d"),
        ("sqlite:///postgres://x.db", "sqlite:///postgres://x.db"),
    ],
)
def test_addresses_in_the_form_of_hosting_services_are_accepted(pasted: str, taken: str) -> None:
    assert checked_database_url(pasted) == taken
