"""Settings as they are pasted from elsewhere."""

from __future__ import annotations

import pytest

from bot.runtime.settings import InvalidSettings, ServeSettings, Settings, checked_database_url, read

APP, TENANT, OTHER = (f"7faf8ab2-3c1d-4e5f-9a0b-12345678900{digit}" for digit in "123")
TEAMS = {"TEAMS_APP_ID": APP, "TEAMS_APP_SECRET": "hunter2", "TEAMS_TENANT_ID": TENANT}
SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "0123abcd"}


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


def test_teams_alone_is_enough_and_so_is_teams_beside_slack() -> None:
    alone, beside = read(ServeSettings, **TEAMS), read(ServeSettings, **TEAMS, **SLACK)
    assert (alone.teams_app_id, alone.teams_tenant_id, alone.slack_bot_token) == (APP, (TENANT,), None)
    assert (beside.teams_app_id, beside.slack_bot_token) == (APP, "xoxb-1")
    assert "hunter2" not in repr(alone)


def test_ids_of_teams_are_in_lower_case_and_lists_have_commas() -> None:
    several = {"TEAMS_TENANT_ID": f" {TENANT.upper()},, {OTHER} ", "TEAMS_ADMINS": f"Ada@Example.com, {OTHER.upper()}"}
    found = read(ServeSettings, **TEAMS | several | {"TEAMS_APP_ID": APP.upper()})
    assert (found.teams_app_id, found.teams_tenant_id) == (APP, (TENANT, OTHER))
    assert found.teams_admins == ("ada@example.com", OTHER)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, ["SLACK_BOT_TOKEN is missing. ", "SLACK_SIGNING_SECRET is missing. "]),
        ({"TEAMS_APP_ID": APP}, ["TEAMS_APP_SECRET is missing. ", "TEAMS_TENANT_ID is missing. "]),
        (TEAMS | {"TEAMS_APP_ID": "Attendance"}, ["TEAMS_APP_ID isn't an application id. "]),
        (TEAMS | {"TEAMS_TENANT_ID": "contoso.example"}, ["TEAMS_TENANT_ID isn't a tenant id. "]),
        (TEAMS | {"TEAMS_ADMINS": "ada"}, ["TEAMS_ADMINS isn't a list of people. "]),
        (TEAMS | {"TEAMS_LOGIN_URL": "login.example"}, ["TEAMS_LOGIN_URL isn't a web address. "]),
        (TEAMS | {"TEAMS_OPENID_URL": "login.example"}, ["TEAMS_OPENID_URL isn't a web address. "]),
        (
            SLACK | {"TEAMS_APP_SECRET": "hunter2"},
            ["TEAMS_APP_SECRET is for Microsoft Teams, and TEAMS_APP_ID isn't set"],
        ),
        (SLACK | {"TEAMS_ADMINS": "ada@example.com"}, ["TEAMS_ADMINS is for Microsoft Teams, and TEAMS_APP_ID isn't"]),
        (TEAMS | {"SLACK_SIGNING_SECRET": "x"}, ["SLACK_SIGNING_SECRET is for Slack, and SLACK_BOT_TOKEN isn't set"]),
        (TEAMS | {"SLACK_BOT_TOKEN": "xoxb-1"}, ["SLACK_SIGNING_SECRET is missing. "]),
        (TEAMS | {"SLACK_BOT_TOKEN": "hunter2"}, ["SLACK_BOT_TOKEN isn't a bot token", "SLACK_SIGNING_SECRET is miss"]),
    ],
)
def test_what_teams_needs_is_named(given: dict[str, str], told: list[str]) -> None:
    with pytest.raises(InvalidSettings) as wrong:
        read(ServeSettings, **given)
    lines = str(wrong.value).splitlines()
    assert len(lines) == len(told)
    assert [line[: len(begin)] for line, begin in zip(lines, told, strict=True)] == told
    assert "hunter2" not in str(wrong.value)


def test_serving_without_any_chat_says_that_there_are_two() -> None:
    with pytest.raises(InvalidSettings, match=r"SLACK_BOT_TOKEN is missing.*or set TEAMS_APP_ID for Microsoft Teams"):
        read(ServeSettings)
    assert read(Settings).teams_app_id is None
