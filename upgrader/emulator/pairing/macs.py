"""Which MAC address a port uses: it goes with the role, as the IP address does.

The primary's burned-in addresses belong to the active unit. A secondary that has become active
without ever hearing the primary uses its own, and takes the primary's when it hears it;
`failover mac address` and an interface's `mac-address … standby …` go before both (ASA
configuration guide). After a reboot with failover off a unit knows its own only (practitioner's
notes of 2014).
"""

from upgrader.emulator.config import Block, blocks_of
from upgrader.emulator.machine.hardware import burned_in, hardware_of
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import Settings
from upgrader.emulator.tables import Pair


def mac_of(pair: Pair, u: int, port: str) -> str:
    """The MAC address that unit u uses on that port now: `00a3.8e12.3401`."""
    unit = pair.units[u]
    failover = unit.settings.failover
    is_named = any(i.port == port and i.name is not None for i in unit.settings.interfaces)
    if not is_named or port in (failover.lan_port, failover.link_port):
        return _burned_in(pair, u, port)
    is_active = unit.active_since is not None
    virtual = _configured(unit.settings, unit.running, port)
    if virtual is not None:
        return virtual[0 if is_active else 1]
    owner = 0 if is_active else 1
    is_known = owner == u or unit.peer.serial is not None
    return _burned_in(pair, owner if is_known else u, port)


def _configured(settings: Settings, lines: tuple[str, ...], port: str) -> tuple[str, str] | None:
    """The addresses of the active and the standby unit that are configured for a port."""
    for name, active, standby in settings.failover.macs:
        if name.casefold() == port.casefold():
            return active, standby
    return _in_sections(lines).get(port.casefold())


@of_the_same
def _in_sections(lines: tuple[str, ...]) -> dict[str, tuple[str, str] | None]:
    """By port: what its interface section says, the first one of several."""
    found: dict[str, tuple[str, str] | None] = {}
    for block in blocks_of(lines):
        if block.words[0] == "interface":
            found.setdefault("".join(block.words[1:]).casefold(), _in_section(block))
    return found


def _in_section(section: Block) -> tuple[str, str] | None:
    for line in section.children:
        match line.words:
            case ("mac-address", active, "standby", standby):
                return active, standby
            case ("mac-address", active):
                return active, active
            case _:
                pass
    return None


def _burned_in(pair: Pair, u: int, port: str) -> str:
    board, parent = hardware_of(pair.scenario.model).ports, port.partition(".")[0]
    configured = [interface.port for interface in pair.units[u].settings.interfaces]
    place = configured.index(port) + 2 if port in configured else len(configured) + 2
    at = board.index(parent) if parent in board else place
    return burned_in(pair.units[u].serial, at)
