"""Addresses as configuration lines write them."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Interface, ip_address, ip_interface

from upgrader.emulator.config.text import Block, fault_at


@dataclass(frozen=True, slots=True)
class AddressPair:
    """An address with its mask and the standby's; standby None: none is configured."""

    active: str
    mask: str
    """`255.255.255.0`; a prefix length such as `/64` for IPv6."""
    standby: str | None


def read_pool_address(block: Block, text: str) -> int:
    """An IPv4 address of a pool, as an integer.

    Raises:
        ConfigFault: it is none.
    """
    try:
        return int(IPv4Address(text))
    except ValueError:
        problem = f"`{text}` is no IPv4 address"
        raise fault_at(block, problem, "`ip local pool NAME FIRST-LAST mask MASK`") from None


def read_address_pair(block: Block, words: tuple[str, ...], form: str) -> AddressPair:
    """Read `ADDRESS MASK [standby ADDRESS]`, or IPv6 `ADDRESS/LENGTH [standby ADDRESS]`.

    Raises:
        ConfigFault: an address or mask is none, the two lie in different networks, or are one.
    """
    match words:
        case [active, *rest] if "/" in active:
            mask = "/" + active.split("/", 1)[1]
            active = active.split("/", 1)[0]
        case [active, mask, *rest]:
            pass
        case _:
            raise fault_at(block, "the address or its mask is missing", form)
    try:
        network = ip_interface(f"{active}/{mask.lstrip('/')}")
    except ValueError:
        raise fault_at(block, f"`{active} {mask}` is no address with a mask", form) from None
    standby = _read_standby(block, rest, form)
    if standby is None:
        return AddressPair(active, mask, None)
    try:
        other = ip_address(standby)
    except ValueError:
        raise fault_at(block, f"`{standby}` is no address", form) from None
    if other == network.ip:
        problem = f"the active and the standby address are both {active}"
        raise fault_at(block, problem, "two different addresses in one network")
    if isinstance(network, IPv6Interface) is not (other.version == 6) or (
        other not in network.network
    ):
        problem = f"the standby address {standby} does not lie in {network.network}"
        raise fault_at(block, problem, "active and standby address in one network")
    return AddressPair(active, mask, standby)


def _read_standby(block: Block, rest: list[str], form: str) -> str | None:
    match rest:
        case []:
            return None
        case ["standby", standby]:
            return standby
        case _:
            raise fault_at(block, f"`{' '.join(rest)}` is not understood", form)
