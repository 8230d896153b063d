"""Which network addresses webhooks may call: none of our own network, unless the operator allows it.

Otherwise a webhook could make this machine call what only it can reach (SSRF).
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

RESOLVE_WITHIN_SECONDS = 5.0
_CLOSED = [
    ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
        *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # Azure's platform, which only its own machines reach
        *(
            "::/128",
            "::1/128",
            "64:ff9b:1::/48",
            "100::/64",
            "100:0:0:1::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        ),
        *("5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"),
    )
]
"""What the registries of IANA keep from the internet (iana-ipv4-special-registry, iana-ipv6-special-registry), and what
they gave up. Python knows them too, but each of its versions other ones."""
_WITH_IPV4_AT_ITS_END = [
    ip_network("::/96"),  # RFC 4291: given up, yet some systems go by it
    ip_network("::ffff:0:0:0/96"),  # RFC 7915: the same, the other way round
    ip_network("64:ff9b::/96"),  # RFC 6052: translated to IPv4
]


class Unreachable(Exception):
    """The name has no address, or one that may not be called; the text completes "The address …"."""


async def addresses_of(host: str) -> list[Address]:
    """The name's current addresses. Raises Unreachable."""
    try:
        async with asyncio.timeout(RESOLVE_WITHIN_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError) as error:
        raise Unreachable("names a host that can't be found. Check its spelling") from error
    return [address_in(str(sockaddr[0])) for *_, sockaddr in found]


def address_in(text: str) -> Address:
    """The address as the system writes it, such as `fe80::1%eth0`. Raises Unreachable."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError as error:
        raise Unreachable("names a host that can't be found. Check its spelling") from error


def guarded_socket(may_be_reached: Networks, address: Any) -> socket.socket:
    """For aiohttp's `socket_factory`: checks the address that is really connected to, whatever the name resolved to
    before. Raises OSError."""
    family, kind, protocol, _, sockaddr = address
    try:
        allowed = is_allowed_destination(address_in(str(sockaddr[0])), may_be_reached)
    except Unreachable:
        allowed = False
    if not allowed:
        raise OSError(errno.EACCES, "within a private network")
    return socket.socket(family, kind, protocol)


def is_allowed(address: Address, allowed: Networks) -> bool:
    """Whether one of the networks holds it. Addresses embedded in it don't count, because packets take another way."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any(one in network for network in allowed for one in (address, mapped) if one is not None)


def is_allowed_destination(address: Address, allowed: Networks) -> bool:
    """Whether it may be called: it is public, with every embedded address, or it is allowed."""
    return is_allowed(address, allowed) or all(_is_public(one) for one in _embedded_addresses(address))


def _is_public(address: Address) -> bool:
    return address.is_global and not any(address in network for network in _CLOSED)


def _embedded_addresses(address: Address) -> Iterator[Address]:
    """The address, and the IPv4 addresses embedded in it."""
    yield address
    if isinstance(address, IPv6Address):
        if inner := address.ipv4_mapped or address.sixtofour:
            yield inner
        if address.teredo:
            yield address.teredo[1]
        is_isatap = int(address) >> 32 & 0xFDFF_FFFF == 0x5EFE  # RFC 5214
        if is_isatap or any(address in network for network in _WITH_IPV4_AT_ITS_END):
            yield IPv4Address(int(address) & 0xFFFFFFFF)
