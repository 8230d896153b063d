"""Reads a request: whose token, from which address, and what stands in its body."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict

from bot.access import Caller
from bot.api.problems import Problem, invalid
from bot.services import Services
from bot.tokens import caller_of

Address = IPv4Address | IPv6Address
T = TypeVar("T")
Networks = Sequence[IPv4Network | IPv6Network]

_KEY = re.compile(r"[!-~]{1,255}", re.ASCII)
LARGEST_BODY = 1024**2  # PRODUCT.md section 2
PATIENCE_SECONDS = 30.0  # for a body on its way: who stalls may not hold a connection for ever
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
    """Whom the request's token speaks for. Raises a 401 Problem."""
    secret = secret_of(request)
    return living(await caller_of(services, secret, client_address(request, trusted_proxies)))


def secret_of(request: web.Request) -> str:
    """The token that the request carries. Raises a 401 Problem where it has none, or not where it belongs."""
    if _TOKEN_NAMES & {name.lower() for name in request.query}:
        _unauthenticated("Send the token in a header: in an address it would end up in logs.")
    secret = carried_secret(request)
    if not secret:
        _unauthenticated("Send Authorization: Bearer TOKEN, or gd-api-token: TOKEN.")
    return living(secret if secret.isascii() else None)


def living(found: T | None) -> T:
    """Raises a 401 Problem where a token leads to nothing."""
    if found is None:
        _unauthenticated("The token is unknown, revoked or expired.")
    return found


def idempotency_key(request: web.Request) -> str | None:
    """The Idempotency-Key header, where there is one. Raises a 400 Problem."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        raise invalid([("Idempotency-Key", "holds 1 to 255 printable ASCII characters")])
    return key


def carried_secret(request: web.Request) -> str:
    """The token in the request's headers, empty where there is none."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return secret.strip()  # any other scheme is a proxy's affair
    return request.headers.get("gd-api-token", "").strip()


def _unauthenticated(detail: str) -> NoReturn:
    raise Problem("unauthenticated", detail, headers={"WWW-Authenticate": "Bearer"})


def from_trusted_proxy(request: web.Request, trusted_proxies: Networks) -> bool:
    """Whether the other end of the connection is one of those proxies."""
    peer = _address(request.remote or "")
    return peer is not None and any(_within(peer, network) for network in trusted_proxies)


def client_address(request: web.Request, trusted_proxies: Networks) -> str | None:
    """The caller's address; behind trusted proxies the last forwarded one that is none of them.

    Counted from the right, for anyone can write the left of `X-Forwarded-For`.
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


async def parameters(request: web.Request, *, at_most: int = LARGEST_BODY) -> Mapping[str, Any]:
    """The parameters of a POST: a JSON object or a form. Raises a 400, 413 or 415 Problem."""
    try:
        if (request.content_length or 0) > at_most:
            raise web.HTTPRequestEntityTooLarge(at_most, request.content_length or 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _body(request if at_most == LARGEST_BODY else request.clone(client_max_size=at_most))
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem("too-large", f"A body holds at most {at_most // 1024**2} MiB here.") from error
    except TimeoutError as error:
        raise invalid([("body", f"did not arrive within {PATIENCE_SECONDS:g} seconds")]) from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad gzip; or a sender who hung up
        raise invalid([("body", "did not arrive whole")]) from error


async def _body(request: web.Request) -> Mapping[str, Any]:
    kind = request.content_type if "Content-Type" in request.headers else ""
    if kind == "application/json" or kind.endswith("+json"):
        body = await request.read()
        # What is large takes a while: beside the event loop, on which others are answered in time.
        return await asyncio.to_thread(_json, body) if len(body) > LARGEST_BODY else _json(body)
    if kind == "application/x-www-form-urlencoded" or kind == "multipart/form-data":
        return await _form(request)
    if not await request.read():
        return {}
    raise Problem("unsupported-media-type", "Send application/json, or a form.")


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        text = body.decode("utf-8")
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_object) if body.strip() else {}
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise invalid([("body", "is not JSON in UTF-8")]) from error
    if not isinstance(found, Mapping):
        raise invalid([("body", "is not a JSON object")])
    return found


def _object(members: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """With a name that comes twice kept twice, so that it can be refused like a form's."""
    found = dict(members)
    return found if len(found) == len(members) else MultiDict(members)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


async def _form(request: web.Request) -> Mapping[str, Any]:
    try:
        if request.content_type == "multipart/form-data":
            return await request.post()
        charset = request.charset or "utf-8"
        text = (await request.read()).decode(charset)  # not by aiohttp, which puts U+FFFD for what is no UTF-8
        return MultiDict(parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict"))
    # Parts, charset, UTF-8, or (a RuntimeError of aiohttp's) an encoding of a part that nobody knows.
    except (ValueError, LookupError, AssertionError, BadHttpMessage, RuntimeError) as error:
        raise invalid([("body", "is not a form that can be read")]) from error
