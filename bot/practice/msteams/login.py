"""Microsoft's login and keys."""

from __future__ import annotations

import secrets
import time

from aiohttp import web

from bot.practice.msteams.service import TeamsService
from bot.practice.msteams.signing import ISSUER

SCOPE = "https://api.botframework.com/.default"
TOKEN_LIVES_SECONDS = 3599


class Login:
    """Gives the bot its tokens, and the keys by which it knows the service's."""

    def __init__(self, service: TeamsService) -> None:
        self._service = service

    async def metadata(self, request: web.Request) -> web.Response:
        keys = f"{self._service.address}/v1/.well-known/keys"
        return web.json_response(
            {"issuer": ISSUER, "jwks_uri": keys, "id_token_signing_alg_values_supported": ["RS256"]}
        )

    async def keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [self._service.signer.listed()]})

    async def token(self, request: web.Request) -> web.Response:
        service, form = self._service, dict(await request.post())
        asked = {
            "grant_type": "client_credentials",
            "client_id": service.app_id,
            "client_secret": service.app_secret,
            "scope": SCOPE,
        }
        if request.match_info["tenant"] != service.tenant_id:
            return _login_error(400, "invalid_request", "AADSTS90002: Tenant not found.")
        if form != asked:
            return _login_error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        token = secrets.token_urlsafe(40)
        service.tokens[token] = time.time() + TOKEN_LIVES_SECONDS
        return web.json_response({"token_type": "Bearer", "expires_in": TOKEN_LIVES_SECONDS, "access_token": token})


def _login_error(status: int, error: str, description: str) -> web.Response:
    return web.json_response({"error": error, "error_description": description}, status=status)
