"""Addresses replaced: what lies together still does, and nobody can tell where it was.

A private address keeps its last two parts in another network of 10.0.0.0/8, a public one its last
in a network kept for documentation (RFC 5737) or for tests of devices (RFC 2544): masks, ranges of
pools and neighbours remain true. Masks and addresses that mean the same everywhere are kept.
"""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from itertools import chain

_DOCUMENTATION = ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")  # RFC 5737
_BENCHMARKS = "198.18.0.0/15"  # RFC 2544
_SHARED = "100.64.0.0/10"  # RFC 6598
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_SIX = int(IPv6Address("2001:db8::"))  # RFC 3849
_SIX_LOCAL = int(IPv6Address("fd00::"))
_SIX_LINK = int(IPv6Address("fe80::"))
_HOST_BITS = 64


class Networks:
    """Which network stands for which; the same for all texts of a postmortem."""

    def __init__(self, originals: Iterable[str]) -> None:
        """`originals`: addresses that are known already; none of their networks stands for one."""
        read = [found for text in originals if (found := _read(text)) is not None]
        four = [address for address in read if isinstance(address, IPv4Address)]
        self._taken = {_network(address) for address in four}
        self._public = self._free(_public_networks())
        self._private = self._free(_private_networks())
        self._networks: dict[IPv4Network, IPv4Network] = {}
        self._six: dict[int, int] = {}
        self._hosts: dict[IPv6Address, int] = {}

    def other(self, text: str) -> str:
        """The address that stands for one; itself where it says nothing of anybody."""
        match _read(text):
            case None:
                return text
            case IPv4Address() as four:
                return text if _is_kept(four) else str(self._four(four))
            case IPv6Address() as six:
                return text if _is_kept(six) else str(self._of_six(six))

    def _free(self, networks: Iterator[IPv4Network]) -> Iterator[IPv4Network]:
        return (net for net in networks if not any(net.overlaps(used) for used in self._taken))

    def _four(self, address: IPv4Address) -> IPv4Address:
        network = _network(address)
        other = self._networks.get(network)
        if other is None:
            free = self._private if network.prefixlen == _PRIVATE_BITS else self._public
            # Where none is left, one of its own kind is shared: no night has so many.
            other = next(free, None) or network.supernet(new_prefix=8)
            self._networks[network] = other
        return IPv4Address(int(other.network_address) + int(address) % network.num_addresses)

    def _of_six(self, address: IPv6Address) -> IPv6Address:
        """Networks and hosts by number: an interface's part may hold its MAC address."""
        network = int(address) >> _HOST_BITS
        number = self._six.setdefault(network, len(self._six) + 1)
        host = self._hosts.setdefault(address, len(self._hosts) + 1)
        if address.is_link_local:
            return IPv6Address(_SIX_LINK + host)
        base = _SIX_LOCAL if address.is_private and not _is_documented(address) else _SIX
        return IPv6Address(base + (number << _HOST_BITS) + host)


_PRIVATE_BITS = 16
_PUBLIC_BITS = 24


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _is_kept(address: IPv4Address | IPv6Address) -> bool:
    """Whether it means the same everywhere: masks, loopback, multicast, link-local."""
    if isinstance(address, IPv6Address):
        return address.is_loopback or address.is_multicast or address.is_unspecified
    first = int(address) >> 24
    return first in {0, 127} or first >= 224 or address.is_link_local


def _network(address: IPv4Address) -> IPv4Network:
    """What is replaced as a whole."""
    bits = _PRIVATE_BITS if any(address in net for net in _PRIVATE) else _PUBLIC_BITS
    return IPv4Network((int(address), bits), strict=False)


def _public_networks() -> Iterator[IPv4Network]:
    return chain(
        map(IPv4Network, _DOCUMENTATION),
        IPv4Network(_BENCHMARKS).subnets(new_prefix=_PUBLIC_BITS),
        IPv4Network(_SHARED).subnets(new_prefix=_PUBLIC_BITS),
    )


def _private_networks() -> Iterator[IPv4Network]:
    ten, seventeen, nineteen = _PRIVATE
    first, *others = ten.subnets(new_prefix=_PRIVATE_BITS)
    return chain(others, (first,), seventeen.subnets(new_prefix=_PRIVATE_BITS), (nineteen,))


def _is_documented(address: IPv6Address) -> bool:
    return int(address) >> 96 == _SIX >> 96
