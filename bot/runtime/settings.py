"""Settings: read once at start from the environment or an `.env` file, checked, and named in the error when wrong."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AliasGenerator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.runtime.encryption import Sealer

S = TypeVar("S", bound="LogSettings")
T = TypeVar("T", str | None, tuple[str, ...])
Networks = Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode]
Listed = Annotated[tuple[str, ...], NoDecode]
Secret = Annotated[str | None, Field(repr=False)]
GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
"""The form of Entra's ids, in lower case."""
_LIKE = "like 7faf8ab2-3c1d-4e5f-9a0b-123456789abc"
_NAMED_ALREADY = "wrong, and named already"


class InvalidSettings(Exception):
    """Wrong settings: a line for each, with the variable, what is wrong and what to do."""


def variable_of(field: str) -> str:
    """The environment variable of a setting: ATTENDANCE_PORT for `port`."""
    return field.upper() if field.startswith(("slack_", "teams_")) else f"ATTENDANCE_{field.upper()}"


class LogSettings(BaseSettings):
    """How to log."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",  # with or without the byte order mark of Windows' editors
        extra="ignore",
        env_ignore_empty=True,
        str_strip_whitespace=True,  # a secret pasted with its line end is the same secret
        validate_default=True,
        alias_generator=AliasGenerator(validation_alias=variable_of),
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning or error")
    log_format: Literal["text", "json"] = Field("text", description="text or json")

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value


class Settings(LogSettings):
    """What every command needs: the database, and Slack or Teams to look people up."""

    database_url: str = Field("sqlite:///attendance.db", repr=False)
    host: str = "127.0.0.1"
    port: int = Field(3000, ge=0, le=65535, description="a number up to 65535, for example 3000")
    trusted_proxies: Networks = ()
    webhooks_may_reach: Networks = ()
    teams_app_id: str | None = None
    teams_app_secret: Secret = None
    teams_tenant_id: Listed = ()
    teams_admins: Listed = ()
    teams_login_url: str = "https://login.microsoftonline.com"
    teams_openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    slack_client_id: str | None = None
    slack_client_secret: Secret = None
    encryption_key: Secret = None
    slack_bot_token: Secret = None
    slack_app_token: Secret = None
    slack_signing_secret: Secret = None
    slack_configuration_token: Secret = None
    slack_api_url: str = "https://slack.com/api/"
    witness: Secret = None
    witness_key: str | None = Field(None, description="a file that attendance witness-key made")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return checked_database_url(value)

    @field_validator("host")
    @classmethod
    def _host(cls, value: str) -> str:
        try:
            value.encode("idna")
        except UnicodeError as error:
            raise _fault("isn't an address. Use 127.0.0.1, or 0.0.0.0 for every network") from error
        return value

    @field_validator("trusted_proxies", "webhooks_may_reach", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
        except ValueError as error:
            raise _fault(f"isn't a list of addresses or networks ({error}). Use 10.0.0.0/8,127.0.0.1") from error

    @field_validator("teams_app_id")
    @classmethod
    def _app_id(cls, value: str | None) -> str | None:
        if value is not None and not GUID.fullmatch(value.lower()):
            raise _fault(f"isn't an application id. Copy the client id from the bot's registration, {_LIKE}")
        return value and value.lower()

    @field_validator("teams_app_secret")
    @classmethod
    def _app_secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("teams_app_id"):
            raise _fault("is missing. Make a client secret in the bot's registration, and copy its value")
        return _beside_app_id(value, info)

    @field_validator("teams_tenant_id", "teams_admins", mode="before")
    @classmethod
    def _list(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("teams_tenant_id")
    @classmethod
    def _tenants(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        where = f"Copy the tenant id from Entra's overview page, {_LIKE}. Separate several by commas"
        if not value and info.data.get("teams_app_id"):
            raise _fault(f"is missing. {where}")
        if not all(GUID.fullmatch(one.lower()) for one in value):
            raise _fault(f"isn't a tenant id. {where}")
        return _beside_app_id(tuple(one.lower() for one in value), info)

    @field_validator("teams_admins")
    @classmethod
    def _admins(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not all(GUID.fullmatch(one.lower()) or "@" in one for one in value):
            raise _fault("isn't a list of people. Use Entra's object ids or user principal names, as ada@example.com")
        return _beside_app_id(tuple(one.lower() for one in value), info)

    @field_validator("teams_login_url", "teams_openid_url")
    @classmethod
    def _microsofts(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise _fault("isn't a web address. Leave it out for Microsoft's own")
        return value.rstrip("/")

    @property
    def local_address(self) -> str:
        """Where this machine reaches the bot."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def sealer(self) -> Sealer | None:
        """Encrypts secrets in the database. None without a key."""
        return Sealer(self.encryption_key) if self.encryption_key else None

    @field_validator("slack_client_secret")
    @classmethod
    def _client_secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("slack_client_id"):
            raise _fault("is missing. Copy it from the app's Basic Information page, beside the client id")
        return value

    @field_validator("encryption_key")
    @classmethod
    def _key(cls, value: str | None, info: ValidationInfo) -> str | None:
        how = "Create one with `openssl rand -base64 32`, and don't keep it with the backups"
        if value is None and info.data.get("slack_client_id"):
            raise _fault(f"is missing. {how}")
        try:
            Sealer(value) if value is not None else None
        except ValueError as error:
            raise _fault(f"isn't a key of 32 bytes in base64. {how}") from error
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("slack_client_id"):
            raise _fault("is for one workspace, and SLACK_CLIENT_ID for many. Leave one of them out")
        return _starting(value, "xoxb-", "a bot token", "OAuth & Permissions")

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: str | None) -> str | None:
        return _starting(value, "xapp-", "an app-level token", "Basic Information")

    @field_validator("slack_api_url")
    @classmethod
    def _base_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise _fault("isn't a web address. Use https://slack.com/api/ or leave it out")
        return value if value.endswith("/") else value + "/"


class ServeSettings(Settings):
    """What `attendance serve` also needs: how Slack or Teams reaches the bot."""

    @field_validator("witness")
    @classmethod
    def _witness(cls, value: str | None) -> str | None:
        if value is not None and "://" in value and not value.startswith(("https://", "http://")):
            raise _fault("is neither a file nor a web address: use witness.jsonl or https://witness.example.com/heads")
        return value

    @field_validator("witness_key")
    @classmethod
    def _witness_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("witness"):
            raise _fault("is missing: make a key with `attendance witness-key FILE`, and name the file here")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _given(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and not info.data.get("slack_client_id") and not _has_teams(info):
            raise _fault(
                "is missing. Copy the Bot User OAuth Token from the app's OAuth & Permissions page, "
                "or set TEAMS_APP_ID for Microsoft Teams"
            )
        return value

    @field_validator("slack_signing_secret")
    @classmethod
    def _reachable(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("slack_client_id"):
            raise _fault("is missing. Copy it from the app's Basic Information page")
        has_bot = bool(info.data.get("slack_bot_token", _NAMED_ALREADY) or info.data.get("slack_client_id"))
        if not has_bot and _has_teams(info):
            if value is not None or info.data.get("slack_app_token"):
                raise _fault("is for Slack, and SLACK_BOT_TOKEN isn't set. Set both, or neither")
            return value
        if value is None and info.data.get("slack_app_token", _NAMED_ALREADY) is None:
            raise _fault(
                "is missing. Copy it from the app's Basic Information page, or set SLACK_APP_TOKEN for Socket Mode"
            )
        return value


def checked_database_url(value: str) -> str:
    """The address of a database, as the driver takes it.

    Raises PydanticCustomError with the end of a sentence about ATTENDANCE_DATABASE_URL.
    """
    either = "Use sqlite:///attendance.db or postgresql://user@host/name"
    if value.startswith("postgres://"):  # as many hosts write it
        value = value.replace("postgres://", "postgresql://", 1)
    if value.startswith("postgresql:"):
        value = _without_channel_binding(value)
    try:
        url = make_url(value)
    except ArgumentError as error:
        raise _fault(f"isn't a database address. {either}") from error
    if url.drivername == "postgresql":
        if not url.database:
            raise _fault("has no database name. Use postgresql://user@host/name")
        return value
    if url.drivername != "sqlite":
        raise _fault(f"names a database that I don't know. {either}")
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise _fault("has no file name. Use sqlite:///attendance.db")
    return value


def _without_channel_binding(url: str) -> str:
    """Neon has it in its addresses. The driver would send it as a setting, which the server doesn't know."""
    address, _, query = url.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.startswith("channel_binding="))
    return f"{address}?{kept}" if kept else address


def read(kind: type[S], **given: str) -> S:
    """Reads and checks the settings; those that are given by their variables' names come first. Raises
    InvalidSettings."""
    try:
        return kind(**given)  # type: ignore[arg-type]  # by the variables' names, not the fields'
    except ValidationError as error:
        lines = [_line(str(fault["loc"][0]), fault) for fault in error.errors()]
        raise InvalidSettings("\n".join(lines)) from None  # the cause would show the values, also secrets
    except UnicodeDecodeError:
        raise InvalidSettings(".env isn't UTF-8 text. Save it as UTF-8.") from None
    except PermissionError as error:
        raise InvalidSettings(f"{error.filename} can't be read ({error.strerror}). Change its permissions.") from error


def read_leniently() -> tuple[ServeSettings, list[str]]:
    """The settings for serving, with defaults for the wrong ones, and a line for each that is wrong."""
    faults: list[str] = []

    class Lenient(ServeSettings):
        @field_validator("*", mode="wrap")
        @classmethod
        def _or_default(cls, value: Any, check: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
            try:
                return check(value)
            except ValidationError as error:
                faults.extend(_line(str(info.field_name), fault) for fault in error.errors())
                return cls.model_fields[str(info.field_name)].default

    try:
        return read(Lenient), faults
    except InvalidSettings as error:  # only the file can't be read
        return Lenient(_env_file=None), [str(error), *faults]


def _line(loc: str, fault: ErrorDetails) -> str:
    """`loc` is the variable, or the field if its default is wrong."""
    name = loc.lower().removeprefix("attendance_")
    right = ServeSettings.model_fields[name].description
    return f"{variable_of(name)} {fault['msg'] if fault['type'] == 'attendance' else f'is wrong. Use {right}'}."


def _has_teams(info: ValidationInfo) -> bool:
    return bool(info.data.get("teams_app_id", _NAMED_ALREADY))


def _beside_app_id(value: T, info: ValidationInfo) -> T:
    if value and info.data.get("teams_app_id", _NAMED_ALREADY) is None:
        raise _fault("is for Microsoft Teams, and TEAMS_APP_ID isn't set. Set both, or neither")
    return value


def _starting(value: str | None, prefix: str, kind: str, page: str) -> str | None:
    if value is not None and not value.startswith(prefix):
        raise _fault(f"isn't {kind}, which begins with {prefix}. Copy it from the app's {page} page")
    return value


def _fault(text: str) -> PydanticCustomError:
    return PydanticCustomError("attendance", "{text}", {"text": text})
