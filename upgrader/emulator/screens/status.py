"""Small shows: clock, reload, connections, log, interfaces."""

from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.wall import date_of, wall_of
from upgrader.emulator.screens.watched import watched
from upgrader.emulator.settings import Interface
from upgrader.emulator.tables import Pair

_LEVELS = (
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
)


def show_clock(pair: Pair, u: int) -> str:
    """`12:40:33.800 UTC Wed Aug 16 2017`."""
    return f"{wall_of(pair, u).clock(pair.now)}\n"


def show_reload(pair: Pair, u: int) -> str:
    """Whether a reload is scheduled, and for when."""
    at = pair.units[u].reload_at
    if at is None:
        return "No reload is scheduled.\n"
    wall = wall_of(pair, u)
    day, time, _ = wall.parts(at)
    weekday, month, date, _ = date_of(day)
    hours, minutes = divmod(max(0, at - pair.now) // 60_000, 60)
    when = f"{time} {wall.zone} {weekday} {month} {date}"
    left = f"{_count(hours, 'hour')} and {_count(minutes, 'minute')}"
    return f"Reload scheduled for {when} (in {left})\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def show_conn_count(pair: Pair, u: int) -> str:
    """`12340 in use, 50000 most used`."""
    unit = pair.units[u]
    using = sum(unit.connections.values())
    return f"{using} in use, {max(using, unit.cumulative.get('connections', 0))} most used\n"


def show_logging(pair: Pair, u: int) -> str:
    """The settings, then the buffer. It dies with a reload."""
    unit = pair.units[u]
    settings = unit.settings.logging
    buffer = "disabled"
    if settings.enabled and settings.buffered is not None:
        buffer = f"level {_LEVELS[settings.buffered]}, {len(unit.log)} messages logged"
    lines = [
        f"Syslog logging: {_on(settings.enabled)}",
        "    Facility: 20",
        f"    Timestamp logging: {_on(settings.timestamp)}",
        "    Hide Username logging: disabled",
        f"    Standby logging: {_on(settings.standby)}",
        "    Debug-trace logging: disabled",
        "    Console logging: disabled",
        "    Monitor logging: disabled",
        f"    Buffer logging: {buffer}",
        "    Trap logging: disabled",
        "    Permit-hostdown logging: disabled",
        "    History logging: disabled",
        "    Device ID: disabled",
        "    Mail logging: disabled",
        "    ASDM logging: disabled",
    ]
    wall = wall_of(pair, u)
    for entry in unit.log:
        stamp = f"{wall.log(entry.at)}: " if settings.timestamp else ""
        lines.append(f"{stamp}%ASA-{entry.severity}-{entry.number:06d}: {entry.text}")
    return "".join(f"{line}\n" for line in lines)


def _on(setting: bool) -> str:
    return "enabled" if setting else "disabled"


def show_interface_ip_brief(pair: Pair, u: int) -> str:
    """A line an interface, with the address that this unit holds now."""
    unit = pair.units[u]
    no_link = pair.scenario.units[u].no_link
    lines = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    active = holds_active(unit)
    for interface in unit.settings.interfaces:
        address = (interface.address if active else interface.standby) or "unassigned"
        method = "CONFIG" if address != "unassigned" else "unset"
        status, protocol = _line_state(interface, no_link)
        lines.append(f"{interface.port:26} {address:15} YES {method:6} {status:21} {protocol}")
    return "".join(f"{line}\n" for line in lines)


def _line_state(interface: Interface, no_link: tuple[str, ...]) -> tuple[str, str]:
    if interface.shutdown:
        return "administratively down", "down"
    if interface.name in no_link:
        return "down", "down"
    return "up", "up"


def show_ip_address(pair: Pair, u: int) -> str:
    """`show ip address`: the system's addresses, then this unit's."""
    unit = pair.units[u]
    active = holds_active(unit)
    head = "Interface                Name                   IP address      Subnet mask     Method "
    system, current = ["System IP Addresses:", head], ["Current IP Addresses:", head]
    for i in watched(unit.settings).interfaces:
        if i.address is None:
            continue
        mine = i.address if active else i.standby
        row = f"{i.port:24} {i.name:22} {{:15}} {i.mask or '':15} CONFIG"
        system.append(row.format(i.address))
        if mine is not None:
            current.append(row.format(mine))
    return "".join(f"{line}\n" for line in [*system, *current])
