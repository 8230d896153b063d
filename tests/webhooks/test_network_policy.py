"""Which addresses a webhook may have: none within our own network, however written, unless the operator allows it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest

from bot.errors import InvalidWebhook
from bot.webhooks import deliveries
from bot.webhooks.network_policy import address_in, is_allowed_destination
from storage.database import Database
from tests.builders import ADMIN, workplace

OFFICE = (ip_network("10.1.0.0/16"), ip_network("::1/128"))
WRAPPED = ("2002:a01:1::", "64:ff9b::10.1.0.1", "::10.1.0.1", "::ffff:0:10.1.0.1")
"""They may end within the office's network, or anywhere on the way there."""


@pytest.mark.parametrize(
    ("url", "why"),
    [
        *(
            (url, "isn't a web address")
            for url in ("", "ftp://example.com", "https://", "//host", "http://[::1", "a b")
        ),
        *((f"https://{host}/", "isn't a web address") for host in ("ex ample.com", "h:99999", "bücher.example")),
        *((f"https://{host}/", "has a name") for host in ("user@93.184.215.14", "a:b@93.184.215.14")),
        *((f"https://{host}/", "in a private network") for host in ("127.0.0.1", "127.1", "2130706433", "0x7f.1")),
        *((f"https://{host}/", "in a private network") for host in ("10.1.2.3", "192.168.0.1", "172.16.0.1")),
        *((f"https://{host}/", "in a private network") for host in ("169.254.169.254", "0.0.0.0", "100.64.0.1")),
        *((f"https://[{host}]/", "in a private network") for host in ("::1", "::", "fe80::1", "fc00::1", "ff02::1")),
        *((f"https://[{host}]/", "in a private network") for host in ("::ffff:127.0.0.1", "2002:7f00:1::")),
        *((f"https://[{host}]/", "in a private network") for host in ("fec0::1", "feff::1", "::ffff:0:10.0.0.1")),
        *(
            (f"https://[{host}]/", "in a private network")
            for host in ("64:ff9b::7f00:1", "64:ff9b:1::a00:1", "::7f00:1")
        ),
        ("https://localhost/", "in a private network"),
        ("https://nowhere.invalid/", "can't be found"),
        ("http://93.184.215.14/", "Use https"),
    ],
)
async def test_a_forbidden_address_is_refused(database: Database, url: str, why: str) -> None:
    services = await workplace(database, {})
    with pytest.raises(InvalidWebhook) as refused:
        await deliveries.add(services, ADMIN, url, may_reach=(), sealer=None)
    assert why in refused.value.why
    assert await deliveries.all_of(services, ADMIN) == []


@pytest.mark.parametrize("url", ["https://10.1.2.3/", "http://10.1.2.3:8080/in?x=1", "http://[::1]:80/"])
async def test_an_address_the_operator_allows_may_be_called_without_tls(database: Database, url: str) -> None:
    services = await workplace(database, {})
    webhook, _ = await deliveries.add(services, ADMIN, url, may_reach=OFFICE, sealer=None)
    assert webhook.url == url


@pytest.mark.parametrize("address", ["10.2.0.1", "::2", "127.0.0.1", "::ffff:192.168.0.1", *WRAPPED])
def test_an_allowed_network_allows_nothing_else(address: str) -> None:
    assert not is_allowed_destination(address_in(address), OFFICE)
    assert is_allowed_destination(address_in("10.1.255.255"), OFFICE)
    assert is_allowed_destination(address_in("::ffff:10.1.255.255"), OFFICE)


@pytest.mark.parametrize(
    "address",
    [
        *("192.0.0.192", "192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.9", "240.0.0.1", "255.255.255.255"),
        *("168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::168.63.129.16", "2002:a83f:8110::1"),
        *("100.64.0.1", "224.0.0.1", "5f00::1", "3fff::1", "2001:db8::1", "2001:2::1", "2001:10::1", "100::1"),
        *("100:0:0:1::1", "64:ff9b:1::808:808", "64:ff9b::192.0.0.192", "::ffff:192.0.0.192", "2002:c000:c0::1"),
        *("2001:0:a00:1::", "2001:0:808:808:0:0:f5ff:fffe", "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:7f00:1"),
        *("2606:4700:0:0:0:5efe:192.0.0.192", "fe80::5efe:808:808"),
    ],
)
def test_no_address_outside_the_public_internet_may_be_called_whatever_python_knows_of_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for family in (IPv4Address, IPv6Address):
        monkeypatch.setattr(family, "is_global", property(lambda self: True))
    assert not is_allowed_destination(address_in(address), ())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "192.0.1.1", "2606:4700::1", "64:ff9b::808:808", "2606:4700::5efe:808:808"]
)
def test_public_addresses_may_be_called(address: str) -> None:
    assert is_allowed_destination(address_in(address), ())
