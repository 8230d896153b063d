"""Answers commands and presses by the address that came with them (docs.slack.dev, "Handling user interaction")."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import urlsplit

import structlog
from aiohttp import ClientSession
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.client import UNREACHABLE, in_words

log = structlog.get_logger(__name__)

_ADDRESS = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(?::([0-9]{1,5}))?(?:/[\w./%-]*)?", re.ASCII)


async def respond(client: AsyncWebClient, response_url: str, message: dict[str, Any]) -> bool:
    """Answers by the address, which works five times within half an hour. `client` tells where Slack is. False if the
    answer didn't arrive."""
    if not _is_slacks(response_url, client.base_url):
        log.warning("answer-not-delivered", reason="not an address of Slack")
        return False
    assert client.session is not None
    url = AsyncWebhookClient(response_url, session=cast(ClientSession, _WithoutRedirects(client.session)))
    try:
        answer = await url.send_dict(message)
        if answer.status_code == 400 and "invalid_blocks" in answer.body and "blocks" in message:
            log.warning("blocks-not-taken", reason=answer.body)
            answer = await url.send_dict(in_words(message))
    except UNREACHABLE as error:
        log.warning("answer-not-delivered", reason=type(error).__name__)
        return False
    if answer.status_code != 200:
        log.warning("answer-not-delivered", status=answer.status_code)
    return answer.status_code == 200


def _is_slacks(response_url: str, api_url: str) -> bool:
    """Whether the address is Slack's own: whoever has the signing secret could name any that this machine reaches.

    That is https://hooks.slack.com, or the host of another Web API. The port is the usual one, or that of the Web API.
    """
    api, found = urlsplit(api_url), _ADDRESS.fullmatch(response_url)
    if found is None:
        return False
    host = found[2].strip("[]")
    is_ours = host == f"hooks.{api.hostname}" or (host == api.hostname and host != "slack.com")
    usual = {"https": 443, "http": 80}[found[1]]
    return is_ours and found[1] == api.scheme and int(found[3] or usual) in (usual, api.port)


class _WithoutRedirects:
    """What `AsyncWebhookClient` uses of a session. An answer goes to the address that was checked, and nowhere else."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session

    @property
    def closed(self) -> bool:
        return self._session.closed

    def request(self, method: str, url: str, **how: Any) -> Any:
        return self._session.request(method, url, allow_redirects=False, **how)
