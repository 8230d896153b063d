"""Reads a request's headers: the token, the caller's address, the Idempotency-Key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import NoReturn, TypeVar

from aiohttp import web

from bot.api import known_tokens
from bot.api.problems import Problem, invalid
from bot.people.tokens import caller_of
from bot.permissions import Caller, ReadingRole
from bot.runtime.services import Services

Address = IPv4Address | IPv6Address
T = TypeVar("T")
Networks = Sequence[IPv4Network | IPv6Network]

NOTED = web.RequestKey("read-noted", bool)
"""Set in a request with a token that only reads, once its read has its audit entry."""
_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
_TOKEN_NAMES = {
    "token",
    "access_token",
    "api_token",
    "apitoken",
    "gd-api-token",
    "gd_api_token",
    "authorization",
    "bearer",
}


async def authenticated(request: web.Request, services: Services, trusted_proxies: Networks) -> Caller:
    """The caller behind the request's token. Raises a 401 Problem, or a 403 one for a token that only reads."""
    caller = await valid_caller(request, services, trusted_proxies)
    require_noted(request, caller)
    return caller


async def valid_caller(request: web.Request, services: Services, trusted_proxies: Networks) -> Caller:
    """The caller behind the request's token, also one that only reads. Raises a 401 Problem."""
    secret = secret_of(request)
    known_tokens.read_for_owner(secret)
    caller = require_valid(await caller_of(services, secret, client_address(request, trusted_proxies)))
    known_tokens.remember(secret, caller.workspace_id)
    return caller


def require_noted(request: web.Request, caller: Caller) -> None:
    """Raises a 403 Problem for a token that only reads, unless the read was noted (`reading_tokens`). So such tokens
    only get what is made for them."""
    if isinstance(caller.role, ReadingRole) and NOTED not in request:
        raise Problem(
            "forbidden", "This token only reads attendance records. See docs/inspectors.md for what it reads."
        )


def secret_of(request: web.Request) -> str:
    """The request's token. Raises a 401 Problem if it is missing, sent twice or in the address."""
    if any(len(request.headers.getall(name, [])) > 1 for name in ("Authorization", "gd-api-token")):
        _unauthenticated("Send only one token.")
    if request.query_string and _TOKEN_NAMES & {name.lower() for name in request.query}:
        _unauthenticated("Send the token in a header. Addresses end up in logs.")
    secret = carried_secret(request)
    if not secret:
        _unauthenticated("Send a token: Authorization: Bearer TOKEN, or gd-api-token: TOKEN.")
    return require_valid(secret if secret.isascii() else None)


def require_valid(found: T | None) -> T:
    """Raises a 401 Problem if there is no such token."""
    if found is None:
        _unauthenticated("This token is unknown, revoked or expired.")
    return found


def idempotency_key(request: web.Request) -> str | None:
    """The Idempotency-Key header, if any. Raises a 400 Problem."""
    keys = request.headers.getall("Idempotency-Key", [])
    if len(keys) > 1:
        raise invalid([("Idempotency-Key", "was sent more than once")])
    if keys and not _KEY.fullmatch(keys[0]):
        raise invalid([("Idempotency-Key", "must have 1 to 255 printable ASCII characters")])
    return keys[0] if keys else None


def carried_secret(request: web.Request) -> str:
    """The token in the request's headers, or an empty string."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()  # other schemes belong to proxies
    return request.headers.get("gd-api-token", "").strip()


def plain_path(request: web.Request) -> str:
    """The address's path, as sent but for doubled and trailing slashes."""
    return re.sub("/{2,}", "/", request.rel_url.raw_path).rstrip("/")


def _unauthenticated(detail: str) -> NoReturn:
    raise Problem("unauthenticated", detail, headers={"WWW-Authenticate": "Bearer"})


def from_trusted_proxy(request: web.Request, trusted_proxies: Networks) -> bool:
    """Whether the connection comes from one of those proxies."""
    peer = _address(request.remote or "")
    return peer is not None and any(_within(peer, network) for network in trusted_proxies)


def client_address(request: web.Request, trusted_proxies: Networks) -> str | None:
    """The caller's address. Behind trusted proxies, the last forwarded address that isn't one of theirs.

    Read from the right: anyone can write the left part of `X-Forwarded-For`.
    """
    current = _address(request.remote or "")
    hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")]
    while current is not None and hops and any(_within(current, network) for network in trusted_proxies):
        before = _address(hops.pop())
        if before is None:
            break
        current = before
    return str(current) if current is not None else None


def _within(address: Address, network: IPv4Network | IPv6Network) -> bool:
    return address.version == network.version and address in network


@lru_cache(1024)
def _address(text: str) -> Address | None:
    host = text.strip()
    if host.startswith("["):  # [2001:db8::1]:443
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:  # 192.0.2.1:443
        host = host.partition(":")[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
