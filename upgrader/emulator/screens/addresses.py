"""`show ip address` and `show interface ip brief`: which addresses the unit holds now.

Layout: real screens; that a failover link has its address `unset` is inferred.
"""

from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.screens.ports import Port, ports_of
from upgrader.emulator.screens.watched import watched
from upgrader.emulator.tables import Pair


def show_interface_ip_brief(pair: Pair, u: int) -> str:
    """A line a port, with the address that this unit holds now."""
    return _brief(ports_of(pair, u))


@of_the_same
def _brief(ports: tuple[Port, ...]) -> str:
    lines = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for port in ports:
        address = port.address or "unassigned"
        lines.append(
            f"{port.port:26} {address:15} YES {_method(port):6} {port.link:21} {port.protocol}"
        )
    return "".join(f"{line}\n" for line in lines)


def _method(port: Port) -> str:
    return "unset" if port.address is None or port.is_failover_link else "CONFIG"


def show_ip_address(pair: Pair, u: int) -> str:
    """The system's addresses, which the active unit holds, then this unit's."""
    unit = pair.units[u]
    head = "Interface                Name                   IP address      Subnet mask     Method "
    system, current = ["System IP Addresses:", head], ["Current IP Addresses:", head]
    actives = {i.port: i.address for i in watched(unit.settings).interfaces}
    firsts = {name: first for name, first, _, _ in unit.settings.failover.addresses}
    for port in ports_of(pair, u):
        own = firsts.get(port.name or "") if port.is_failover_link else actives.get(port.port)
        if own is None:
            continue
        row = f"{port.port:24} {port.name or '':22} {{:15}} {port.mask or '':15} {_method(port)} "
        system.append(row.format(own))
        if port.address is not None:
            current.append(row.format(port.address))
    return "".join(f"{line}\n" for line in [*system, *current])
