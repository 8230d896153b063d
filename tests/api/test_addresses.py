"""Which address an event carries behind proxies."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, make_mocked_request

from bot.api import routes
from bot.api.requests import client_address
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ANA, Client, on_sqlite
from tests.builders import NobodyElse

TRUSTED = [ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"), ip_network("2001:db8::/32")]


@pytest.mark.parametrize(
    ("why", "remote", "forwarded", "address"),
    [
        ("nobody in between", "203.0.113.9", [], "203.0.113.9"),
        ("a stranger who claims to forward", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("one proxy of ours", "10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("two proxies of ours", "10.0.0.1", ["198.51.100.1, 192.0.2.7"], "198.51.100.1"),
        ("what the caller wrote stands further left", "10.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("several header lines", "10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("only proxies of ours", "10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("rubbish", "10.0.0.1", ["unknown"], "10.0.0.1"),
        ("rubbish behind a proxy", "10.0.0.1", ["rubbish, 10.0.0.2"], "10.0.0.2"),
        ("a port", "10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("IPv6 with a port", "2001:db8::1", ["[2001:4860::8888]:443"], "2001:4860::8888"),
        ("IPv4 in IPv6's clothes", "::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
    ],
)
def test_the_callers_address_with(why: str, remote: str, forwarded: list[str], address: str) -> None:
    from multidict import CIMultiDict

    headers = CIMultiDict([("X-Forwarded-For", line) for line in forwarded])
    request = make_mocked_request("POST", "/", headers=headers).clone(remote=remote)
    assert client_address(request, TRUSTED) == address, why


@on_sqlite
@pytest.mark.parametrize(("trusted", "address"), [(["127.0.0.0/8"], "203.0.113.9"), ([], "127.0.0.1")])
async def test_an_event_over_http_carries_the_address_that_a_trusted_proxy_forwards(
    api: Client, behind: Database, trusted: list[str], address: str
) -> None:
    async def nothing() -> None: ...

    app = web.Application()
    networks = [ip_network(network) for network in trusted]
    routes.register(app, Services(behind, NobodyElse()), networks, chats={"slack": nothing}, stopping=asyncio.Event())
    headers = {"gd-api-token": api.tokens["admin"], "X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    async with TestServer(app) as server:
        url = server.make_url("/attendance-events/clock-in")
        async with api.http.post(url, headers=headers, json={"userId": ANA}) as response:
            assert (await response.json())["ipAddress"] == address
