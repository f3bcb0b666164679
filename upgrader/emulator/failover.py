"""Who is active: election, hold time, switchover.

States and reasons as `show failover history` prints them. An Active/Standby pair has no
preemption: a unit that returns finds an active mate and becomes its standby. One that boots and
hears nobody becomes active, and with the failover link down that makes two.
"""

from upgrader.emulator import anchor, connections, copies, joining, log, vpn
from upgrader.emulator.link import cable_up, carry, hear, keying, takes_part
from upgrader.emulator.power import order_stop
from upgrader.emulator.state import State
from upgrader.emulator.states import (
    are_compatible,
    hears_nobody,
    lose_sight,
    meet,
    monitored,
    move,
)
from upgrader.emulator.tables import JOINING, Pair
from upgrader.emulator.timers import forget, is_set, schedule

NO_ERROR = "No Error"
STATE_CHECK = "Failover state check"
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

# How long a unit waits for its mate to make up its mind. Our choice.
_LOOK_AGAIN_MS = 1_000


# ── what is typed ──────────


def reload_standby(pair: Pair, u: int) -> bool:
    """`failover reload-standby`, typed on unit u: the mate is told to reload.

    False: it is not heard, and nothing was sent.
    """
    log.operator(pair, u, "failover reload-standby")
    if not hear(pair) or carry(pair, u, b"reload-standby") is None:
        return False
    order_stop(pair, 1 - u)
    return True


def give_up_active(pair: Pair, u: int) -> None:
    """`no failover active`, typed on unit u. The prompt returns first; the roles move later."""
    log.operator(pair, u, "no failover active")
    schedule(pair, pair.now + pair.scenario.timings.switchover_ms, "give-up", u)


def become_active(pair: Pair, u: int) -> None:
    """`failover active`, typed on unit u. The prompt returns first; the roles move later."""
    log.operator(pair, u, "failover active")
    schedule(pair, pair.now + pair.scenario.timings.switchover_ms, "take-over", u)


def set_enabled(pair: Pair, u: int, enabled: bool) -> None:
    """The unit's configuration says `failover`, or `no failover`, from now on.

    An active unit stays pseudo-Active while failover is off, a standby pseudo-Standby.
    """
    unit = pair.units[u]
    role = f"({unit.role.value})"
    if enabled and unit.state is State.DISABLED:
        log.emit(pair, u, 105_002, 1, f"{role} Enabling failover.")
        _tell_whether_vpn_replicates(pair, u)
        move(pair, u, State.NEGOTIATION, STATE_CHECK)
        schedule(pair, pair.now + pair.scenario.timings.negotiation_ms, "negotiated", u)
    elif not enabled and unit.state is not State.DISABLED:
        log.emit(pair, u, 105_001, 1, f"{role} Disabling failover.")
        forget(pair, u, "negotiated", "join", "hold", "vacancy")
        move(pair, u, State.DISABLED, BY_COMMAND)
    listen(pair)


# ── what happens ──────────


def starts(pair: Pair, u: int) -> None:
    """The unit has booted and read its configuration."""
    unit = pair.units[u]
    failover = unit.settings.failover
    move(pair, u, State.DISABLED, NO_ERROR)
    if failover.enabled and failover.lan_port is not None:
        move(pair, u, State.NEGOTIATION, STATE_CHECK)
        _tell_whether_vpn_replicates(pair, u)
        schedule(pair, pair.now + pair.scenario.timings.negotiation_ms, "negotiated", u)
        listen(pair)
        return
    # With failover off a unit comes up active, whatever it was (real 9.23(1) pair).
    _serve(pair, u)


def listen(pair: Pair) -> None:
    """Who hears whom may have changed: meet at once, or let the hold times run."""
    if hear(pair):
        if not all(unit.peer.heard for unit in pair.units):
            _reunite(pair)
        copies.catch_up(pair)
        return
    copies.catch_up(pair)
    for u, unit in enumerate(pair.units):
        if unit.peer.heard and takes_part(pair, u) and not is_set(pair, u, "hold"):
            schedule(pair, pair.now + unit.settings.failover.hold_ms, "hold", u)


def holds_out(pair: Pair, u: int) -> None:
    """The hold time of a unit has passed since its mate fell silent, or since it came back."""
    unit = pair.units[u]
    if hear(pair) or not unit.peer.heard:
        return
    role = f"({unit.role.value})"
    log.emit(pair, u, 103_001, 1, f"{role} No response from other firewall (reason code = 1).")
    if not pair.link.lan_up:
        log.emit(pair, u, 105_043, 1, f"{role} Failover interface failed")
    mate_gone(pair, u)


def mate_gone(pair: Pair, u: int) -> None:
    """Unit u has lost its mate: told so by a reload, or by the hold time.

    A standby takes over from a dead mate. From one that lives behind a broken failover link it
    does not: hellos pass on the data interfaces (ASA configuration guide, failover actions).
    """
    unit = pair.units[u]
    forget(pair, u, "hold")
    lose_sight(pair, u)
    if unit.active_since is not None:
        anchor.breaks_at_departure(pair, u)
    elif unit.state is State.NEGOTIATION or not takes_part(pair, u):
        return
    elif not pair.answers(1 - u):
        _ascend(pair, u, MATE_SILENT)
    elif unit.state in JOINING:
        forget(pair, u, "join")
        move(pair, u, State.COLD_STANDBY, MATE_SILENT)


def negotiates(pair: Pair, u: int) -> None:
    """The time has come for a unit in Negotiation to find its role."""
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.state is not State.NEGOTIATION:
        return
    if not hear(pair):
        if not unit.peer.heard:
            hears_nobody(pair, u)
        _ascend(pair, u, NOBODY_ACTIVE)
    elif mate.state is State.NEGOTIATION:
        if _outranks(pair, u):
            _ascend(pair, u, NOBODY_ACTIVE)
        else:
            schedule(pair, pair.now + _LOOK_AGAIN_MS, "negotiated", u)
    elif not are_compatible(unit.version, mate.version):
        _leave_pair(pair, u)
    elif mate.active_since is None:
        _ascend(pair, 1 - u, NOBODY_ACTIVE)
        _join(pair, u)
    elif unit.active_since is not None and _outranks(pair, u):
        _ascend(pair, u, NOBODY_ACTIVE)
        _yield(pair, 1 - u)
    else:
        _join(pair, u)


def gives_up(pair: Pair, u: int) -> None:
    """`no failover active` takes effect."""
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.active_since is None:
        return
    if hear(pair) and mate.state is State.STANDBY_READY:
        _swap(pair, 1 - u, WANTED_ACTIVE, BY_COMMAND)
    elif unit.state is State.DISABLED:
        _stop_serving(pair, u)
    else:
        # Nobody takes over. That the unit does so itself after its hold time is inferred.
        _descend(pair, u, BY_COMMAND)
        hold_ms = unit.settings.failover.hold_ms
        schedule(pair, pair.now + hold_ms, "vacancy", u)


def takes_over(pair: Pair, u: int) -> None:
    """`failover active` takes effect."""
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.active_since is not None:
        return
    if unit.state is State.DISABLED:
        _serve(pair, u)
    elif unit.state is not State.STANDBY_READY:
        return
    elif hear(pair) and mate.active_since is not None:
        _swap(pair, u, BY_COMMAND, WANTED_STANDBY)
    else:
        _ascend(pair, u, BY_COMMAND)


def fills_vacancy(pair: Pair, u: int) -> None:
    """Nobody has been active for the hold time of a unit that could be."""
    if pair.active is None and pair.units[u].state is State.STANDBY_READY:
        _ascend(pair, u, NOBODY_ACTIVE)


# ── how roles move ──────────


def _swap(pair: Pair, new: int, wanted: str, asked: str) -> None:
    """Both units are there: five steps on the one, one step on the other, in one instant."""
    _descend(pair, 1 - new, asked)
    _ascend(pair, new, wanted)
    connections.copy(pair, new, 1 - new)


def _ascend(pair: Pair, u: int, reason: str) -> None:
    unit = pair.units[u]
    forget(pair, u, "join", "negotiated", "vacancy")
    for state in _STEPS_TO_ACTIVE:
        move(pair, u, state, reason)
    if unit.active_since is not None:
        return
    role = unit.role.value
    told = _AS_LOGGED.get(reason, f"{reason}.")
    log.emit(pair, u, 104_001, 1, f"({role}) Switching to ACTIVE - {told}")
    text = "VPN failover client is transitioning to active state."
    log.emit(pair, u, 720_039, 6, f"(VPN-{role}) {text}")
    if reason != NOBODY_ACTIVE and not cable_up(pair):
        # Without the state link sessions and connections end (ASA configuration guide).
        copies.forget(unit)
        unit.connections = {}
    _serve(pair, u)
    unit.last_failover_ms = pair.now
    unit.interfaces_since = pair.now
    if not unit.peer.heard:
        anchor.breaks_at_departure(pair, u)


def _serve(pair: Pair, u: int) -> None:
    """Hold the active addresses. Where another unit already does, people stay with that one."""
    unit = pair.units[u]
    unit.active_since = pair.now
    _close_consoles(pair)
    if pair.active != u:
        return
    if unit.connections:
        connections.take_over(pair, u)
    else:
        connections.begin(pair, u)
    vpn.takes_over(pair, u)


def _descend(pair: Pair, u: int, reason: str) -> None:
    unit = pair.units[u]
    role = unit.role.value
    move(pair, u, State.STANDBY_READY, reason)
    told = f"{reason}."
    if reason == WANTED_STANDBY:
        told += f" {pair.units[1 - u].role.value} unit switch reason: {BY_COMMAND}."
    log.emit(pair, u, 104_002, 1, f"({role}) Switching to STANDBY - {told}")
    text = "VPN failover client is transitioning to standby state."
    log.emit(pair, u, 720_040, 6, f"(VPN-{role}) {text}")
    unit.last_failover_ms = pair.now
    _stop_serving(pair, u)


def _stop_serving(pair: Pair, u: int) -> None:
    unit = pair.units[u]
    assert unit.active_since is not None  # only who serves can stop
    unit.active_ms += pair.now - unit.active_since
    unit.active_since = None
    forget(pair, u, "connections-regrown")
    _close_consoles(pair)


def _tell_whether_vpn_replicates(pair: Pair, u: int) -> None:
    """720056, 58, 60 without a failover key; 720057, 59, 61 with one (ASA syslog guide)."""
    unit = pair.units[u]
    keyed = keying(unit.settings.failover) is not None
    first = f"(VPN-{unit.role.value}) VPN Stateful failover"
    condition = "enabled" if keyed else "disabled"
    threads = enumerate(("Message", "Timer", "Sync"))
    log.emit_all(
        pair,
        u,
        (
            (720_056 + 2 * n + keyed, 6, f"{first} {thread} Thread is {condition}.")
            for n, thread in threads
        ),
    )


def _close_consoles(pair: Pair) -> None:
    """The addresses have moved; conversations to the box are not replicated."""
    pair.conversations.clear()


def _reunite(pair: Pair) -> None:
    """The units hear each other (again)."""
    for u in (0, 1):
        forget(pair, u, "hold")
    meet(pair)
    states = [unit.state for unit in pair.units]
    if State.NEGOTIATION in states:
        return
    actives = [u for u in (0, 1) if pair.units[u].active_since is not None]
    if len(actives) == 1:
        joiner = 1 - actives[0]
        compatible = are_compatible(pair.units[0].version, pair.units[1].version)
        if compatible:
            joining.start(pair, joiner)
        else:
            _leave_pair(pair, joiner)
    elif actives:
        _yield(pair, 1)
    else:
        for u in (0, 1):
            schedule(pair, pair.now + pair.units[u].settings.failover.hold_ms, "vacancy", u)


def _yield(pair: Pair, u: int) -> None:
    """Of two active units one becomes standby. That it is the Secondary is inferred."""
    _stop_serving(pair, u)
    copies.forget(pair.units[u])
    vpn.takes_over(pair, 1 - u)
    joining.start(pair, u)


def _join(pair: Pair, u: int) -> None:
    if pair.units[u].active_since is not None:
        _yield(pair, u)
    else:
        joining.start(pair, u)


def _leave_pair(pair: Pair, u: int) -> None:
    """The mate's version is not compatible: the unit that came later turns failover off."""
    unit = pair.units[u]
    role = f"({unit.role.value})"
    log.emit(pair, u, 105_040, 1, f"{role} Mate failover version is not compatible.")
    log.emit(pair, u, 105_001, 1, f"{role} Disabling failover.")
    move(pair, u, State.DISABLED, "Mate version is not compatible")
    lose_sight(pair, 1 - u)
    monitored(unit, known=False)


def _outranks(pair: Pair, u: int) -> bool:
    """Of two that negotiate, who was active goes on; else the Primary becomes active."""
    ours, theirs = (pair.units[i].active_since is not None for i in (u, 1 - u))
    return ours if ours != theirs else u == 0
