"""How roles move: five steps up, one step down, and who holds the active addresses."""

from upgrader.emulator.pairing.link import cable_up
from upgrader.emulator.pairing.macs import mac_of
from upgrader.emulator.pairing.monitoring import monitored
from upgrader.emulator.pairing.states import move
from upgrader.emulator.pairing.unasked import role_moves
from upgrader.emulator.sessions import anchor, copies, vpn
from upgrader.emulator.state import State
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget
from upgrader.emulator.traffic import connections

BY_COMMAND = "Set by the config command"
MATE_SILENT = "HELLO not heard from mate"
NOBODY_ACTIVE = "No Active unit found"
WANTED_ACTIVE = "Other unit wants me Active"
WANTED_STANDBY = "Other unit wants me Standby"

# History and syslog name this one differently (real 104001 line, 2016).
_AS_LOGGED = {WANTED_ACTIVE: "mate want me Active"}

_STEPS_TO_ACTIVE = (
    State.JUST_ACTIVE,
    State.ACTIVE_DRAIN,
    State.ACTIVE_APPLYING_CONFIG,
    State.ACTIVE_CONFIG_APPLIED,
    State.ACTIVE,
)


def swap(pair: Pair, new: int, wanted: str, asked: str) -> None:
    """Both units are there: five steps on the one, one step on the other, in one instant."""
    descend(pair, 1 - new, asked)
    ascend(pair, new, wanted)
    connections.copy(pair, new, 1 - new)


def ascend(pair: Pair, u: int, reason: str) -> None:
    """The unit becomes active, or goes on being it after it had to negotiate."""
    unit = pair.units[u]
    forget(pair, u, "join", "negotiated", "vacancy")
    for state in _STEPS_TO_ACTIVE:
        move(pair, u, state, reason)
    if unit.active_since is not None:
        return
    log.tell(pair, u, 104_001, reason=_AS_LOGGED.get(reason, f"{reason}."))
    log.tell(pair, u, 720_039)
    if reason != NOBODY_ACTIVE and not cable_up(pair):
        # Without the state link sessions and connections end (ASA configuration guide).
        copies.forget(unit)
        unit.connections = {}
    serve(pair, u)
    unit.last_failover_ms = pair.now
    unit.interfaces_since = pair.now
    if not unit.peer.heard:
        anchor.breaks_at_departure(pair, u)


def serve(pair: Pair, u: int) -> None:
    """Hold the active addresses. Where another unit already does, people stay with that one."""
    unit = pair.units[u]
    unit.active_since = pair.now
    _close_consoles(pair, u, "Active")
    if pair.active != u:
        _collide(pair)
        return
    connections.tell_denied(pair, u)
    if unit.connections:
        connections.take_over(pair, u)
    else:
        connections.begin(pair, u)
    vpn.takes_over(pair, u)


def _collide(pair: Pair) -> None:
    """Both units hold the active addresses: each sees the other's answers on shared segments.

    Where both use one MAC address only the switches notice. Inferred.
    """
    for interface in monitored(pair.units[0].settings):
        port, name = interface.port, interface.name
        if port in pair.link.split or interface.address is None:
            continue
        if any(port == at for _, at in (*pair.link.unplugged, *pair.link.silenced)):
            continue
        macs = [mac_of(pair, u, port) for u in (0, 1)]
        for u in (0, 1) if macs[0] != macs[1] else ():
            fields = {"address": interface.address, "mac": macs[1 - u], "own": macs[u]}
            log.tell(pair, u, 405_003, interface=name, **fields)


def descend(pair: Pair, u: int, reason: str) -> None:
    """The active unit becomes standby because somebody asked for it."""
    told = f"{reason}."
    if reason == WANTED_STANDBY:
        told += f" {pair.units[1 - u].role.value} unit switch reason: {BY_COMMAND}."
    step_down(pair, u, State.STANDBY_READY, reason, told)


def step_down(
    pair: Pair, u: int, state: State, reason: str, told: str, details: tuple[str, ...] = ()
) -> None:
    """The active unit goes into that state and serves no longer; `told`: the log's reason."""
    unit = pair.units[u]
    move(pair, u, state, reason, details)
    log.tell(pair, u, 104_002, reason=told)
    log.tell(pair, u, 720_040)
    unit.last_failover_ms = pair.now
    stop_serving(pair, u)


def stop_serving(pair: Pair, u: int) -> None:
    """Give the active addresses up."""
    unit = pair.units[u]
    assert unit.active_since is not None  # only who serves can stop
    unit.active_ms = pair.now - unit.active_since
    unit.active_since = None
    forget(pair, u, "connections-regrown")
    _close_consoles(pair, u, "Standby")


def _close_consoles(pair: Pair, u: int, word: str) -> None:
    """The addresses have moved, and conversations to the box are not replicated.

    Those at a chassis' own address go on.
    """
    pair.conversations = {
        n: c for n, c in pair.conversations.items() if c.seat in ("primary", "secondary")
    }
    role_moves(pair, u, word)
