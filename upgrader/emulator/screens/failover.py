"""`show failover`, Active/Standby.

Layout: real screens of ASA 5512, 5516, 5525, 5585 and ASAv, 8.6 to 9.23. What a unit prints of
its mate is what it last heard: version, serial and interfaces stay while the mate is away.
"""

from functools import lru_cache

from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.pairing.monitoring import POLLS_TO_SETTLE, condition
from upgrader.emulator.pairing.states import active_ms
from upgrader.emulator.scenario import Module
from upgrader.emulator.screens.stateful import lan_condition, statistics
from upgrader.emulator.screens.watched import (
    Hearing,
    Odd,
    Watched,
    head_lines,
    own_lines,
    peer_lines,
    watched,
)
from upgrader.emulator.state import Power, Role, State, Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import wall_of
from upgrader.emulator.watches import Condition

_REMEMBERED = 128
"""Blocks that stay from look to look: this screen is printed at every one."""

_WORDS = {state: state.value for state in State}
_SERVES = _WORDS[State.ACTIVE]
_ROLES = {role: role.value for role in Role}

_DISABLED = State.DISABLED
_NOT_YET_TESTED = frozenset(
    {
        *(State.NOT_DETECTED, State.DISABLED, State.NEGOTIATION),
        *(State.COLD_STANDBY, State.SYNC_CONFIG, State.SYNC_FILE_SYSTEM),
    }
)
_ACTIVE = frozenset(
    {
        *(State.ACTIVE, State.JUST_ACTIVE, State.ACTIVE_DRAIN),
        *(State.ACTIVE_APPLYING_CONFIG, State.ACTIVE_CONFIG_APPLIED),
    }
)


def is_active(state: State) -> bool:
    """Whether a unit in that state holds the active addresses."""
    return state in _ACTIVE


def holds_active(unit: Unit) -> bool:
    """Whether it serves the active addresses, also while failover is off (pseudo-Active)."""
    return unit.active_since is not None or unit.state in _ACTIVE


def failover_is_on(unit: Unit) -> bool:
    """Whether failover is enabled and was not taken out of service on this unit."""
    failover = unit.settings.failover
    return failover.enabled and failover.lan_port is not None and unit.state is not _DISABLED


def show_failover(pair: Pair, u: int) -> str:
    """The whole screen."""
    if failover_is_on(pair.units[u]):
        return f"{_on(pair, u)}\n{statistics(pair, u)}"
    return "\n".join(_off(pair, u)) + "\n"


def show_monitor_interface(pair: Pair, u: int) -> str:
    """The host blocks alone, without cards (`show monitor-interface`)."""
    unit = pair.units[u]
    lines = [f"        This host: {unit.role.value} - {_state_words(unit)} "]
    settled = _is_settled(pair, unit)
    lines += _own_interfaces(pair, u, settled=settled)
    lines.append(f"        Other host: {pair.units[1 - u].role.value} - {unit.peer.state.value} ")
    lines += _peer_interfaces(pair, u, settled=settled)
    # Interfaces stand two columns further left here than in the whole screen.
    moved = [line[2:] if "Interface " in line else line for line in lines]
    return "".join(f"{line}\n" for line in moved)


def _off(pair: Pair, u: int) -> list[str]:
    unit = pair.units[u]
    failover = unit.settings.failover
    # An active unit says no more than `Failover Off` (practitioner's notes of 2014).
    pseudo = " (pseudo-Standby)" if failover.lan_port and not holds_active(unit) else ""
    lan = "not Configured"
    if failover.lan_port:
        lan = f"{failover.lan_name} {failover.lan_port} ({lan_condition(pair, unit.settings)})"
    lines = [
        f"Failover Off{pseudo} ",
        f"Failover unit {(failover.unit or 'secondary').capitalize()}",
        f"Failover LAN Interface: {lan}",
    ]
    above = watched(pair.units[u].settings)
    return [*lines, *_head(above, pair.units[u].version, pair.scenario.model).splitlines()]


def _head(seen: Watched, version: str | None, model: str) -> str:
    return _block(head_lines(seen, release_of(version), hardware_of(model).monitored))


def _on(pair: Pair, u: int) -> str:
    """All above the statistics. One text, and of blocks that stay: it is printed at every look."""
    unit, other = pair.units[u], pair.units[1 - u]
    model, peer = pair.scenario.model, unit.peer
    ours, mine = (unit.version, unit.serial), _ROLES[unit.role]
    lan = lan_condition(pair, unit.settings)
    above = _above(watched(unit.settings), model, mine, lan, ours, (peer.version, peer.serial))
    at = unit.last_failover_ms if unit.last_failover_ms is not None else unit.booted_ms
    theirs = active_ms(other, pair.now) if peer.heard else peer.active_ms
    settled = _is_settled(pair, unit)
    return (
        f"{above}"
        f"Last Failover at: {wall_of(pair, u).stamp(at)}\n"
        f"        This host: {mine} - {_state_words(unit)} \n"
        f"                Active time: {active_ms(unit, pair.now) // 1_000} (sec)\n"
        f"{_own_cards(pair, u, settled=settled)}"
        f"        Other host: {_ROLES[other.role]} - {_WORDS[peer.state]} \n"
        f"                Active time: {theirs // 1_000} (sec)\n"
        f"{_peer_cards(pair, u, settled=settled)}"
    )


@lru_cache(maxsize=_REMEMBERED)
def _above(
    seen: Watched,
    model: str,
    role: str,
    lan: str,
    ours: tuple[str | None, str],
    mates: tuple[str | None, str | None],
) -> str:
    """What stands above the last failover; `ours`, `mates`: version and serial of either unit."""
    failover, (version, serial), (version_told, serial_told) = seen.failover, ours, mates
    serials = ""
    if has(release_of(version), "serial-number-line"):
        serials = f"Serial Number: Ours {serial}, Mate {serial_told or 'Unknown'}\n"
    return (
        "Failover On \n"
        f"Failover unit {role}\n"
        f"Failover LAN Interface: {failover.lan_name} {failover.lan_port} ({lan})\n"
        f"{_head(seen, version, model)}"
        f"Version: Ours {version}, Mate {version_told or 'Unknown'}\n"
        f"{serials}"
    )


def _block(*parts: tuple[str, ...]) -> str:
    return "".join([f"{line}\n" for lines in parts for line in lines])


def _state_words(unit: Unit) -> str:
    # While it takes over, a unit calls itself Active on this screen; history has the steps.
    return _SERVES if is_active(unit.state) else _WORDS[unit.state]


def _own_cards(pair: Pair, u: int, *, settled: bool) -> str:
    unit = pair.units[u]
    cards, interfaces = _service_cards(pair, u, unit), _own_interfaces(pair, u, settled=settled)
    return _cards(pair.scenario.model, unit.version or "", interfaces, cards)


def _peer_cards(pair: Pair, u: int, *, settled: bool) -> str:
    unit = pair.units[u]
    cards = _service_cards(pair, 1 - u, unit)
    interfaces = _peer_interfaces(pair, u, settled=settled)
    return _cards_told(pair.scenario.model, unit.peer.version, interfaces, cards)


@lru_cache(maxsize=_REMEMBERED)
def _cards_told(
    model: str, version: str | None, interfaces: tuple[str, ...], cards: tuple[str, ...]
) -> str:
    """The mate's; `version`: None: it has not told of it."""
    board = hardware_of(model)
    if board.is_virtual:
        return _block(interfaces)
    if version is None:
        return _block((f"                slot {board.slot}: empty",), interfaces)
    return _cards(model, version, interfaces, cards)


@lru_cache(maxsize=_REMEMBERED)
def _cards(model: str, version: str, interfaces: tuple[str, ...], cards: tuple[str, ...]) -> str:
    """The board with its interfaces, and the service cards below it: none, and empty slots."""
    board = hardware_of(model)
    revision = f"{board.revision}/{version}"
    first = (
        f"                slot {board.slot}: {board.name} hw/sw rev ({revision}) status (Up Sys)"
    )
    empty = tuple(f"                slot {slot}: empty" for slot in board.empty_slots)
    return _block((first,), interfaces, cards or empty)


def _service_cards(pair: Pair, u: int, reader: Unit) -> tuple[str, ...]:
    """Cards of unit u, as `reader` prints them: the wording is the reader's release's."""
    unit, modules = pair.units[u], pair.scenario.units[u].modules
    if not modules:
        return ()
    lines: list[str] = []
    for module in modules:
        status = "Init/Up"
        if module.slot in unit.failed_modules:
            status = "Unresponsive/Up"
        elif unit.power is Power.UP and pair.now >= unit.booted_ms + module.up_after_ms:
            status = "Up/Up"
        lines += _service_card(module, status, release=release_of(reader.version))
    return tuple(lines)


def _service_card(module: Module, status: str, *, release: tuple[int, int]) -> list[str]:
    card = f"                slot {module.slot}: {module.card} hw/sw rev "
    if status != "Up/Up":
        return [f"{card}(N/A/) status ({status})"]
    monitored = ", (Monitored)" if has(release, "module-monitored") else ""
    return [
        f"{card}(N/A/{module.version}) status (Up/Up)",
        f"                  {module.service}, {module.version}, Up{monitored}",
    ]


def _own_interfaces(pair: Pair, u: int, *, settled: bool) -> tuple[str, ...]:
    unit = pair.units[u]
    return own_lines(
        watched(unit.settings),
        _odd(pair, u),
        active=holds_active(unit),
        tested=unit.state not in _NOT_YET_TESTED,
        settled=settled,
    )


def _odd(pair: Pair, u: int) -> Odd:
    """The interfaces of unit u on which something is wrong."""
    unit, unplugged = pair.units[u], pair.link.unplugged
    if not unit.watches and not unplugged:
        return ()
    found = [(port, *condition(pair, u, port)) for port in unit.watches]
    found += [
        (interface.port, Condition.NO_LINK, True)
        for interface in unit.settings.interfaces
        if interface.port not in unit.watches
        and (u, interface.port.partition(".")[0]) in unplugged
        and interface.name not in watched(unit.settings).monitored
    ]
    return tuple((port, word.value, waiting) for port, word, waiting in found)


def _peer_interfaces(pair: Pair, u: int, *, settled: bool) -> tuple[str, ...]:
    unit, peer = pair.units[u], pair.units[u].peer
    known = peer.version is not None
    is_gone = known and not peer.heard and not is_active(unit.state)
    return peer_lines(
        watched(unit.settings),
        _odd(pair, 1 - u),
        active=is_active(peer.state) or is_gone,
        hearing=Hearing(known, peer.heard, peer.interfaces_known, settled),
    )


def _is_settled(pair: Pair, unit: Unit) -> bool:
    settle_ms = POLLS_TO_SETTLE * unit.settings.failover.interface_poll_ms
    return unit.peer.heard and pair.now - unit.interfaces_since >= settle_ms
