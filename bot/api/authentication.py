"""Authenticates a request in the same transaction that does its work. That saves one transaction per request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from bot.api import known_tokens
from bot.api.requests import Networks, client_address, require_noted, require_valid, secret_of
from bot.people.profiles import with_unknown_users_looked_up
from bot.people.tokens import Token, caller_by, find_token, note_use
from bot.permissions import Caller
from bot.runtime.services import Services, Transaction
from storage.errors import UnknownUser

T = TypeVar("T")


class Authentication:
    """The caller behind a request's token. Raises a 401 Problem if the request has none."""

    def __init__(self, request: web.Request, services: Services, trusted_proxies: Networks) -> None:
        self.secret = secret_of(request)
        known_tokens.read_for_owner(self.secret)
        self._address = client_address(request, trusted_proxies)
        self._request, self._services = request, services
        self.token: Token | None = None
        """Set by `caller`."""

    def caller(self, tx: Transaction) -> Caller:
        """Raises a 401 Problem. Uses the clock outside of transactions, whose time starts with the first lock."""
        self.token = require_valid(find_token(tx, self.secret, self._services.database.clock()))
        known_tokens.remember(self.secret, self.token.workspace_id)
        caller = caller_by(self.token, self._address)
        require_noted(self._request, caller)
        return caller

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Runs the transaction. For an unknown person, looks them up and runs it again."""
        try:
            return await attempt()
        except UnknownUser:
            if self.token is None:
                raise
            return await with_unknown_users_looked_up(self._services, self.token.workspace_id, attempt)
        finally:
            if self.token is not None:
                note_use(self._services, self.token)
