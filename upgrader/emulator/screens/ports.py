"""A unit's ports as its interface screens show them: what is configured, and what is true now.

The failover links bear the names and addresses of the failover section (real `show interface
detail` of an ASA with `folink` and `statelink`); what data interfaces have moves with the role.
"""

from dataclasses import dataclass, replace

from upgrader.emulator.config import Block, blocks_of
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.pairing.monitoring import has_link
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.settings import FailoverSettings, Interface
from upgrader.emulator.state import Role
from upgrader.emulator.tables import Pair

_ETHERNET_MTU = 1_500


@dataclass(frozen=True, slots=True)
class Port:
    """A port as one unit has it now."""

    port: str
    """`GigabitEthernet0/0`."""
    name: str | None
    """`nameif`, or the failover link's name; None: not configured with one."""
    link: str
    """`up`, `down`, `administratively down`."""
    protocol: str
    """`up` or `down`."""
    address: str | None
    """The address that this unit holds there now."""
    mask: str | None
    mtu: int
    security: int | None
    """0 to 100; None: no `nameif`, or a failover link."""
    description: str | None
    vlan: int | None
    """Of a subinterface."""
    number: int
    """Counted from 2, as the control point numbers them; the order is that of the screen."""
    is_failover_link: bool = False
    is_management: bool = False

    @property
    def is_up(self) -> bool:
        """Whether frames flow."""
        return self.link == "up" and self.protocol == "up"


@dataclass(frozen=True, slots=True)
class _Section:
    """What an interface section says that is only shown."""

    security: int | None = None
    description: str | None = None
    vlan: int | None = None


def ports_of(pair: Pair, u: int) -> tuple[Port, ...]:
    """All ports of the unit: the configured ones in their order, then those left alone.

    They are worked out once for a configuration, a role and the cables that are in.
    """
    unit, link = pair.units[u], pair.link
    unplugged = tuple(port for number, port in link.unplugged if number == u)
    known = _known(unit.running)
    at = (pair.scenario.model, unit.role, holds_active(unit), unplugged, link.lan_up, link.state_up)
    ports = known.get(at)
    if ports is None:
        ports = known[at] = _ports(pair, u)
    return ports


@of_the_same
def _known(_running: tuple[str, ...]) -> dict[tuple[object, ...], tuple[Port, ...]]:
    """The ports of this configuration, by what else they depend on."""
    return {}


def _ports(pair: Pair, u: int) -> tuple[Port, ...]:
    unit = pair.units[u]
    settings = unit.settings
    shown = _shown(unit.running)
    mtus = _mtus(unit.running)
    known = {interface.port: interface for interface in settings.interfaces}
    board = hardware_of(pair.scenario.model).ports
    links = {settings.failover.lan_port, settings.failover.link_port}
    for port in board:
        known.setdefault(port, Interface(port=port, shutdown=port not in links))
    ports = []
    for number, interface in enumerate(known.values(), start=2):
        said = shown.get(interface.port, _Section())
        link, protocol = _line_state(pair, u, interface)
        name = interface.name
        address = interface.address if holds_active(unit) else interface.standby
        ports.append(
            Port(
                port=interface.port,
                name=name,
                link=link,
                protocol=protocol,
                address=address if name is not None else None,
                mask=interface.mask,
                mtu=mtus.get(name or "", _ETHERNET_MTU),
                security=None if name is None else _security(said, name),
                description=said.description,
                vlan=said.vlan,
                number=number,
                is_management=interface.management_only,
            )
        )
    return tuple(_as_failover_link(pair, u, port) for port in ports)


def named_ports(pair: Pair, u: int) -> tuple[Port, ...]:
    """Those with a `nameif`, without the failover links."""
    return tuple(port for port in ports_of(pair, u) if is_named(port))


def is_named(port: Port) -> bool:
    """Whether it has a `nameif`, and is no failover link."""
    return port.name is not None and not port.is_failover_link


def _line_state(pair: Pair, u: int, interface: Interface) -> tuple[str, str]:
    if interface.shutdown:
        return "administratively down", "down"
    return ("up", "up") if has_link(pair, u, interface.port) else ("down", "down")


def _as_failover_link(pair: Pair, u: int, port: Port) -> Port:
    """The port with what the failover section gives it: these addresses never move."""
    failover = pair.units[u].settings.failover
    name = _link_name(failover, port.port)
    if name is None:
        return port
    cable = pair.link.lan_up if port.port == failover.lan_port else pair.link.state_up
    state = (port.link, port.protocol) if port.link.startswith("admin") or cable else ("down",) * 2
    is_first = pair.units[u].role is Role.PRIMARY
    held = {n: (first if is_first else second, m) for n, first, m, second in failover.addresses}
    address, mask = held.get(name, (None, None))
    return replace(
        port,
        name=name,
        link=state[0],
        protocol=state[1],
        address=address,
        mask=mask,
        security=None,
        is_failover_link=True,
    )


def _link_name(failover: FailoverSettings, port: str) -> str | None:
    if port == failover.lan_port:
        return failover.lan_name
    return failover.link_name if port == failover.link_port else None


def _security(said: _Section, name: str) -> int:
    """`nameif inside` gives 100 by itself, any other name 0 (command reference)."""
    if said.security is not None:
        return said.security
    return 100 if name == "inside" else 0


@of_the_same
def _shown(running: tuple[str, ...]) -> dict[str, _Section]:
    blocks = (block for block in blocks_of(running) if block.words[0] == "interface")
    return {"".join(block.words[1:]): _read(block) for block in blocks}


def _read(block: Block) -> _Section:
    said = _Section()
    for line in block.children:
        match line.words:
            case ("security-level", level) if level.isdigit():
                said = replace(said, security=int(level))
            case ("description", *_):
                said = replace(said, description=line.line.partition(" ")[2])
            case ("vlan", vlan) if vlan.isdigit():
                said = replace(said, vlan=int(vlan))
            case _:
                pass
    return said


@of_the_same
def _mtus(running: tuple[str, ...]) -> dict[str, int]:
    lines = (line.split() for line in running if line.startswith("mtu "))
    return {words[1]: int(words[2]) for words in lines if len(words) == 3 and words[2].isdigit()}
