"""`show failover`, Active/Standby.

Layout: real screens of ASA 5512, 5516, 5525, 5585 and ASAv, 8.6 to 9.23. What a unit prints of
its mate is what it last heard: version, serial and interfaces stay while the mate is away.
"""

from upgrader.emulator.scenario import Module
from upgrader.emulator.screens.hardware import Hardware, hardware_of
from upgrader.emulator.screens.stateful import lan_condition, statistics
from upgrader.emulator.screens.wall import release_of, wall_of
from upgrader.emulator.settings import Interface, Settings
from upgrader.emulator.state import Power, State, Unit
from upgrader.emulator.states import active_ms
from upgrader.emulator.tables import Pair

# Two interface polls after the units hear each other, Waiting becomes Monitored. Inferred.
_POLLS_TO_SETTLE = 2

_NOT_YET_TESTED = frozenset(
    {
        State.NOT_DETECTED,
        State.DISABLED,
        State.NEGOTIATION,
        State.COLD_STANDBY,
        State.SYNC_CONFIG,
        State.SYNC_FILE_SYSTEM,
    }
)
_ACTIVE = frozenset(
    {
        State.JUST_ACTIVE,
        State.ACTIVE_DRAIN,
        State.ACTIVE_APPLYING_CONFIG,
        State.ACTIVE_CONFIG_APPLIED,
        State.ACTIVE,
    }
)


def is_active(state: State) -> bool:
    """Whether a unit in that state holds the active addresses."""
    return state in _ACTIVE


def holds_active(unit: Unit) -> bool:
    """Whether it serves the active addresses, also while failover is off (pseudo-Active)."""
    return is_active(unit.state) or unit.active_since is not None


def failover_is_on(unit: Unit) -> bool:
    """Whether failover is enabled and was not taken out of service on this unit."""
    failover = unit.settings.failover
    return failover.enabled and failover.lan_port is not None and unit.state is not State.DISABLED


def show_failover(pair: Pair, u: int) -> str:
    """The whole screen."""
    if failover_is_on(pair.units[u]):
        return "\n".join(_on(pair, u)) + "\n\n" + statistics(pair, u)
    return "\n".join(_off(pair, u)) + "\n"


def show_monitor_interface(pair: Pair, u: int) -> str:
    """The host blocks alone, without cards (`show monitor-interface`)."""
    unit = pair.units[u]
    lines = [f"        This host: {unit.role.value} - {_state_words(unit)} "]
    lines += _own_interfaces(pair, u)
    lines.append(f"        Other host: {pair.units[1 - u].role.value} - {unit.peer.state.value} ")
    lines += _peer_interfaces(pair, u)
    # Interfaces stand two columns further left here than in the whole screen.
    moved = [line[2:] if "Interface " in line else line for line in lines]
    return "".join(f"{line}\n" for line in moved)


def named(settings: Settings) -> list[Interface]:
    """The interfaces that failover looks at: named, and not the failover links themselves."""
    failover = settings.failover
    own = {failover.lan_port, failover.link_port}
    return [i for i in settings.interfaces if i.name is not None and i.port not in own]


def is_monitored(settings: Settings, interface: Interface) -> bool:
    """Whether an interface counts: physical ones by default, subinterfaces when told to."""
    name = interface.name
    if name in settings.failover.not_monitored:
        return False
    return not interface.is_subinterface or name in settings.failover.monitored


def _head(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    failover = unit.settings.failover
    release = release_of(unit.version)
    count = sum(is_monitored(unit.settings, i) for i in named(unit.settings))
    most = hardware_of(pair.scenario.model).monitored
    poll, hold = _interval(failover.poll_ms), _interval(failover.hold_ms)
    lines = ["Reconnect timeout 0:00:00"] if release >= (9, 5) else []
    lines.append(f"Unit Poll frequency {poll}, holdtime {hold}")
    lines.append(
        f"Interface Poll frequency {_interval(failover.interface_poll_ms)}, "
        f"holdtime {_interval(failover.interface_hold_ms)}"
    )
    lines.append(f"Interface Policy {failover.interface_policy}")
    lines.append(f"Monitored Interfaces {count} of {most} maximum")
    if release >= (9, 0):
        lines.append("MAC Address Move Notification Interval not set")
    if failover.replicates_http:
        lines.append("failover replication http")
    return lines


def _interval(ms: int) -> str:
    return f"{ms // 1_000} seconds" if ms % 1_000 == 0 else f"{ms} milliseconds"


def _off(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    failover = unit.settings.failover
    pseudo = ""
    if failover.lan_port:
        pseudo = f" (pseudo-{'Active' if holds_active(unit) else 'Standby'})"
    lan = "not Configured"
    if failover.lan_port:
        lan = f"{failover.lan_name} {failover.lan_port} ({lan_condition(pair, unit.settings)})"
    lines = [
        f"Failover Off{pseudo} ",
        f"Failover unit {(failover.unit or 'secondary').capitalize()}",
        f"Failover LAN Interface: {lan}",
    ]
    return lines + _head(pair, u)


def _on(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    failover = unit.settings.failover
    peer = unit.peer
    other = pair.units[1 - u]
    lan = f"{failover.lan_name} {failover.lan_port}"
    at = unit.last_failover_ms if unit.last_failover_ms is not None else unit.booted_ms
    lines = [
        "Failover On ",
        f"Failover unit {unit.role.value}",
        f"Failover LAN Interface: {lan} ({lan_condition(pair, unit.settings)})",
        *_head(pair, u),
        f"Version: Ours {unit.version}, Mate {peer.version or 'Unknown'}",
    ]
    if release_of(unit.version) >= (9, 6):
        lines.append(f"Serial Number: Ours {unit.serial}, Mate {peer.serial or 'Unknown'}")
    lines.append(f"Last Failover at: {wall_of(pair, u).stamp(at)}")
    lines.append(f"        This host: {unit.role.value} - {_state_words(unit)} ")
    lines.append(f"                Active time: {active_ms(unit, pair.now) // 1_000} (sec)")
    lines += _own_cards(pair, u)
    lines.append(f"        Other host: {other.role.value} - {peer.state.value} ")
    theirs = active_ms(other, pair.now) if peer.heard else peer.active_ms
    lines.append(f"                Active time: {theirs // 1_000} (sec)")
    lines += _peer_cards(pair, u)
    return lines


def _state_words(unit: Unit) -> str:
    # While it takes over, a unit calls itself Active on this screen; history has the steps.
    return State.ACTIVE.value if is_active(unit.state) else unit.state.value


def _own_cards(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    board = hardware_of(pair.scenario.model)
    lines = [_board(pair.scenario.model, board, unit.version or "")]
    lines += _own_interfaces(pair, u)
    lines += _service_cards(pair, u, reader=unit)
    return lines


def _peer_cards(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    board = hardware_of(pair.scenario.model)
    interfaces = _peer_interfaces(pair, u)
    if board.is_virtual:
        return interfaces
    if unit.peer.version is None:
        return [f"                slot {board.slot}: empty", *interfaces]
    first = _board(pair.scenario.model, board, unit.peer.version)
    return [first, *interfaces, *_service_cards(pair, 1 - u, reader=unit)]


def _board(model: str, board: Hardware, version: str) -> str:
    revision = f"{board.revision}/{version}"
    return f"                slot {board.slot}: {model} hw/sw rev ({revision}) status (Up Sys)"


def _service_cards(pair: Pair, u: int, reader: Unit) -> list[str]:
    """Cards of unit u, as `reader` prints them: the wording is the reader's release's."""
    modules = pair.scenario.units[u].modules
    if not modules:
        slots = hardware_of(pair.scenario.model).empty_slots
        return [f"                slot {slot}: empty" for slot in slots]
    unit = pair.units[u]
    lines: list[str] = []
    for module in modules:
        ready = unit.power is Power.UP and pair.now >= unit.booted_ms + module.up_after_ms
        lines += _service_card(module, ready=ready, release=release_of(reader.version))
    return lines


def _service_card(module: Module, *, ready: bool, release: tuple[int, int]) -> list[str]:
    card = f"                slot {module.slot}: {module.card} hw/sw rev "
    if not ready:
        return [f"{card}(N/A/) status (Init/Up)"]
    monitored = ", (Monitored)" if release >= (9, 5) else ""
    return [
        f"{card}(N/A/{module.version}) status (Up/Up)",
        f"                  {module.service}, {module.version}, Up{monitored}",
    ]


def _own_interfaces(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    no_link = pair.scenario.units[u].no_link
    as_active = is_active(unit.state)
    lines = []
    for interface in named(unit.settings):
        address = interface.address if as_active else interface.standby
        condition = _condition(pair, unit, interface, no_link)
        if condition.startswith("Normal") and unit.state in _NOT_YET_TESTED:
            condition = "Unknown (Waiting)"
        lines.append(
            f"                  Interface {interface.name} ({_or_none(address)}): {condition}"
        )
    return lines


def _peer_interfaces(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    no_link = pair.scenario.units[1 - u].no_link
    peer_is_active = is_active(unit.peer.state) or (
        not unit.peer.heard and not is_active(unit.state) and unit.peer.version is not None
    )
    lines = []
    for interface in named(unit.settings):
        address = interface.address if peer_is_active else interface.standby
        if unit.peer.version is None:
            address = None
        condition = _peer_condition(pair, unit, interface, no_link)
        lines.append(
            f"                  Interface {interface.name} ({_or_none(address)}): {condition}"
        )
    return lines


def _or_none(address: str | None) -> str:
    return address or "0.0.0.0"  # noqa: S104  what the screen prints for "no address"


def _condition(pair: Pair, unit: Unit, interface: Interface, no_link: tuple[str, ...]) -> str:
    """An interface's condition and how it is watched, both units up."""
    if not is_monitored(unit.settings, interface):
        return "Normal (Not-Monitored)"
    if interface.name in no_link:
        return "No Link (Waiting)"
    if interface.shutdown:
        return "Link Down (Shutdown)"
    settle_ms = _POLLS_TO_SETTLE * unit.settings.failover.interface_poll_ms
    heard = unit.peer.heard and pair.now - unit.interfaces_since >= settle_ms
    if interface.standby is None or not heard:
        return "Normal (Waiting)"
    return "Normal (Monitored)"


def _peer_condition(pair: Pair, unit: Unit, interface: Interface, no_link: tuple[str, ...]) -> str:
    if unit.peer.version is None:
        return "Unknown (Waiting)"
    if not unit.peer.heard:
        # Real screen of a dead peer (ASAv 9.23(1)): what was monitored stays called so.
        watched = is_monitored(unit.settings, interface)
        return f"Unknown ({'Monitored' if watched else 'Not-Monitored'})"
    if not unit.peer.interfaces_known:
        return "Unknown (Waiting)"
    return _condition(pair, unit, interface, no_link)
