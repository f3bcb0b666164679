"""Interface sections."""

from dataclasses import replace

from upgrader.emulator.config.addresses import read_address_pair
from upgrader.emulator.config.text import Block, Reading, fault_at
from upgrader.emulator.settings import Interface

ADDRESS_FORM = "`ip address ADDRESS MASK [standby ADDRESS]`"


def read_interfaces(reading: Reading) -> tuple[Interface, ...]:
    """All interface sections, in the order of the configuration.

    Raises:
        ConfigFault: an address is malformed, or two interfaces have one name.
    """
    interfaces: list[Interface] = []
    named: dict[str, str] = {}
    for block in reading.blocks:
        if block.words[0] != "interface":
            continue
        if len(block.words) == 1:
            raise fault_at(block, "the interface has no name", "`interface GigabitEthernet0/0`")
        reading.mark(block)
        interface = _read_interface(reading, block)
        if interface.name is not None:
            other = named.setdefault(interface.name.casefold(), interface.port)
            if other != interface.port:
                problem = f"{other} is called `{interface.name}` too"
                raise fault_at(block, problem, "a name for one interface only")
        interfaces.append(interface)
    return tuple(interfaces)


def port_of(words: tuple[str, ...]) -> str:
    """The port of `interface GigabitEthernet0/0`, also where it was typed with a blank."""
    return "".join(words)


def _read_interface(reading: Reading, block: Block) -> Interface:
    port = port_of(block.words[1:])
    interface = Interface(port=port, is_subinterface="." in port)
    for line in block.children:
        read = _read_line(interface, line)
        if read is not None:
            interface = read
            reading.mark(line)
    return interface


def _read_line(interface: Interface, line: Block) -> Interface | None:
    """The interface with that line; None: the line is not modelled."""
    match line.words:
        case ("nameif", name):
            return replace(interface, name=name)
        case ("nameif", *_):
            raise fault_at(line, "the name must be one word", "`nameif NAME`")
        case ("no", "nameif", *_):
            return replace(interface, name=None)
        case ("ip", "address", *rest) | ("no", "ip", "address", *rest):
            return _read_address(interface, line, tuple(rest))
        case ("shutdown",):
            return replace(interface, shutdown=True)
        case ("no", "shutdown"):
            return replace(interface, shutdown=False)
        case ("management-only", *_):
            return replace(interface, management_only=True)
        case ("no", "management-only", *_):
            return replace(interface, management_only=False)
        case _:
            return None


def _read_address(interface: Interface, line: Block, rest: tuple[str, ...]) -> Interface:
    """An interface that gets its address by DHCP or PPPoE has none here."""
    if line.words[0] == "no" or rest[:1] in {("dhcp",), ("pppoe",)}:
        return replace(interface, address=None, mask=None, standby=None)
    pair = read_address_pair(line, rest, ADDRESS_FORM)
    return replace(interface, address=pair.active, mask=pair.mask, standby=pair.standby)
