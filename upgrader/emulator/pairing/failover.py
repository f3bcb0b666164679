"""Who is active: election, hold time, and what people type about it.

States and reasons as `show failover history` prints them. An Active/Standby pair has no
preemption: a unit that returns finds an active mate and becomes its standby. One that boots and
hears nobody becomes active, and with the failover link down that makes two.
"""

from upgrader.emulator.machine.power import BY_ACTIVE, order_stop
from upgrader.emulator.pairing import health, joining, kinship, monitoring
from upgrader.emulator.pairing.link import carry, hear, keying, takes_part
from upgrader.emulator.pairing.roles import (
    BY_COMMAND,
    MATE_SILENT,
    NOBODY_ACTIVE,
    WANTED_ACTIVE,
    WANTED_STANDBY,
    ascend,
    descend,
    serve,
    stop_serving,
    swap,
)
from upgrader.emulator.pairing.states import hears_nobody, lose_sight, meet, monitored, move
from upgrader.emulator.pairing.unasked import mate_silent
from upgrader.emulator.sessions import anchor, copies, vpn
from upgrader.emulator.state import State
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import JOINING, Pair
from upgrader.emulator.timers import forget, is_set, schedule

NO_ERROR = "No Error"
STATE_CHECK = "Failover state check"

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
    order_stop(pair, 1 - u, BY_ACTIVE)
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
    if enabled and unit.state is State.DISABLED:
        log.tell(pair, u, 105_002)
        _tell_whether_vpn_replicates(pair, u)
        move(pair, u, State.NEGOTIATION, STATE_CHECK)
        schedule(pair, pair.now + pair.scenario.timings.negotiation_ms, "negotiated", u)
    elif not enabled and unit.state is not State.DISABLED:
        log.tell(pair, u, 105_001)
        forget(pair, u, "negotiated", "join", "hold", "silence", "vacancy", "alone")
        move(pair, u, State.DISABLED, BY_COMMAND)
    listen(pair)


# ── what happens ──────────


def starts(pair: Pair, u: int) -> None:
    """The unit has booted and read its configuration."""
    unit = pair.units[u]
    failover = unit.settings.failover
    move(pair, u, State.DISABLED, NO_ERROR)
    monitoring.begin(pair, u)
    if failover.enabled and failover.lan_port is not None:
        move(pair, u, State.NEGOTIATION, STATE_CHECK)
        _tell_whether_vpn_replicates(pair, u)
        schedule(pair, pair.now + pair.scenario.timings.negotiation_ms, "negotiated", u)
        listen(pair)
        return
    # With failover off a unit comes up active, whatever it was (real 9.23(1) pair).
    serve(pair, u)


def listen(pair: Pair) -> None:
    """Who hears whom may have changed: meet at once, or let the hold times run."""
    if hear(pair):
        if not all(_knows_mate(pair, u) for u in (0, 1)):
            _reunite(pair)
        copies.catch_up(pair)
        health.looks(pair)
        return
    copies.catch_up(pair)
    health.looks(pair)
    for u, unit in enumerate(pair.units):
        if unit.peer.heard and takes_part(pair, u) and not is_set(pair, u, "hold"):
            schedule(pair, pair.now + unit.settings.failover.hold_ms, "hold", u)
        elif _waits_in_vain(pair, u) and not is_set(pair, u, "alone"):
            schedule(pair, pair.now + unit.settings.failover.hold_ms, "alone", u)


def _knows_mate(pair: Pair, u: int) -> bool:
    """Whether unit u hears its mate, and nobody took a role while the link was cut for a moment."""
    peer = pair.units[u].peer
    return peer.heard and peer.state is pair.units[1 - u].state


def stays_alone(pair: Pair, u: int) -> None:
    """The failover link has been whole for the hold time, and nobody was heard on it."""
    if _waits_in_vain(pair, u):
        ascend(pair, u, MATE_SILENT)
        health.looks(pair)


def _waits_in_vain(pair: Pair, u: int) -> bool:
    """Whether a standby that lost its mate before would find it gone altogether now.

    While the failover link is down it does not look (ASA configuration guide, failover actions).
    """
    unit = pair.units[u]
    waits = unit.active_since is None and unit.state is not State.NEGOTIATION
    if not waits or unit.peer.heard or not takes_part(pair, u) or hear(pair):
        return False
    if not pair.link.lan_up or unit.settings.is_shut(unit.settings.failover.lan_port):
        return False
    return not takes_part(pair, 1 - u) or not monitoring.reach_each_other(pair, u)


def holds_out(pair: Pair, u: int) -> None:
    """The hold time of a unit has passed since its mate fell silent, or since it came back."""
    unit = pair.units[u]
    if hear(pair) or not unit.peer.heard:
        return
    log.tell(pair, u, 103_001, code=1)
    mate_silent(pair, u)
    if not pair.link.lan_up or takes_part(pair, 1 - u):
        log.tell(pair, u, 105_043)
    if not pair.answers(1 - u):
        _tell_lost_hellos(pair, u)
    mate_gone(pair, u)


def mate_gone(pair: Pair, u: int) -> None:
    """Unit u has lost its mate: told so by a reload, or by the hold time.

    A standby takes over from a dead mate. From one that lives behind a broken failover link it
    does not, as long as hellos pass on any data interface (ASA configuration guide, failover
    actions and unit health monitoring).
    """
    unit = pair.units[u]
    forget(pair, u, "hold")
    lose_sight(pair, u)
    health.looks(pair)
    if unit.active_since is not None:
        anchor.breaks_at_departure(pair, u)
    elif unit.state is State.NEGOTIATION or not takes_part(pair, u):
        return
    elif not takes_part(pair, 1 - u) or not monitoring.reach_each_other(pair, u):
        ascend(pair, u, MATE_SILENT)
    elif unit.state in JOINING:
        forget(pair, u, "join")
        move(pair, u, State.COLD_STANDBY, MATE_SILENT)


def mate_told(pair: Pair, u: int) -> None:
    """The mate has said that it goes down; if it stays away for the hold time, that is logged."""
    mate_gone(pair, u)
    hold_ms = pair.units[u].settings.failover.hold_ms
    schedule(pair, pair.now + hold_ms, "silence", u)


def stays_silent(pair: Pair, u: int) -> None:
    """The hold time has passed since the mate went down."""
    if not pair.units[u].peer.heard and pair.answers(u):
        log.tell(pair, u, 103_001, code=1)
        _tell_lost_hellos(pair, u)


def negotiates(pair: Pair, u: int) -> None:
    """The time has come for a unit in Negotiation to find its role."""
    _finds_role(pair, u)
    health.looks(pair)


def _finds_role(pair: Pair, u: int) -> None:
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.state is not State.NEGOTIATION:
        return
    if not hear(pair):
        if unit.peer.heard:
            # Hellos have stopped a moment ago: the hold time decides.
            schedule(pair, pair.now + _LOOK_AGAIN_MS, "negotiated", u)
            return
        hears_nobody(pair, u)
        ascend(pair, u, NOBODY_ACTIVE)
    elif mate.state is State.NEGOTIATION:
        if _outranks(pair, u):
            ascend(pair, u, NOBODY_ACTIVE)
        else:
            schedule(pair, pair.now + _LOOK_AGAIN_MS, "negotiated", u)
    elif kinship.hindrance(pair) is not None:
        _leave_pair(pair, u)
    elif mate.active_since is None:
        ascend(pair, 1 - u, NOBODY_ACTIVE)
        _join(pair, u)
    elif unit.active_since is not None and _outranks(pair, u):
        ascend(pair, u, NOBODY_ACTIVE)
        _yield(pair, 1 - u)
    else:
        _join(pair, u)


def gives_up(pair: Pair, u: int) -> None:
    """`no failover active` takes effect."""
    _lets_go(pair, u)
    health.looks(pair)


def _lets_go(pair: Pair, u: int) -> None:
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.active_since is None:
        return
    if hear(pair) and mate.state is State.STANDBY_READY:
        swap(pair, 1 - u, WANTED_ACTIVE, BY_COMMAND)
    elif hear(pair) and mate.state is State.BULK_SYNC and _takes_early(pair):
        joining.cut_short(pair, 1 - u)
        swap(pair, 1 - u, WANTED_ACTIVE, BY_COMMAND)
    elif unit.state is State.DISABLED:
        stop_serving(pair, u)
    else:
        # Nobody takes over. That the unit does so itself after its hold time is inferred.
        descend(pair, u, BY_COMMAND)
        hold_ms = unit.settings.failover.hold_ms
        schedule(pair, pair.now + hold_ms, "vacancy", u)


def _takes_early(pair: Pair) -> bool:
    return pair.scenario.incident.early_switchover == "taken"


def takes_over(pair: Pair, u: int) -> None:
    """`failover active` takes effect."""
    _takes_hold(pair, u)
    health.looks(pair)


def _takes_hold(pair: Pair, u: int) -> None:
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.active_since is not None:
        return
    if unit.state is State.DISABLED:
        serve(pair, u)
    elif unit.state is State.BULK_SYNC and hear(pair) and _takes_early(pair):
        joining.cut_short(pair, u)
        swap(pair, u, BY_COMMAND, WANTED_STANDBY)
    elif unit.state is not State.STANDBY_READY:
        return
    elif hear(pair) and mate.active_since is not None:
        swap(pair, u, BY_COMMAND, WANTED_STANDBY)
    else:
        ascend(pair, u, BY_COMMAND)


def fills_vacancy(pair: Pair, u: int) -> None:
    """Nobody has been active for the hold time of a unit that could be."""
    if pair.active is None and pair.units[u].state in (State.STANDBY_READY, State.FAILED):
        ascend(pair, u, NOBODY_ACTIVE)
        health.looks(pair)


# ── how units part and meet ──────────


def _tell_whether_vpn_replicates(pair: Pair, u: int) -> None:
    """720056, 58, 60 without a failover key; 720057, 59, 61 with one (ASA syslog guide)."""
    keyed = keying(pair.units[u].settings.failover) is not None
    for first in (720_056, 720_058, 720_060):
        log.tell(pair, u, first + keyed)


def _tell_lost_hellos(pair: Pair, u: int) -> None:
    for interface in monitoring.monitored(pair.units[u].settings):
        log.tell(pair, u, 105_005, interface=interface.name)


def _reunite(pair: Pair) -> None:
    """The units hear each other (again)."""
    for u in (0, 1):
        forget(pair, u, "hold", "silence", "alone")
    meet(pair)
    kinship.tell_cards(pair)
    states = [unit.state for unit in pair.units]
    if State.NEGOTIATION in states:
        return
    actives = [u for u in (0, 1) if pair.units[u].active_since is not None]
    if actives and kinship.hindrance(pair) is not None:
        _leave_pair(pair, 1 if len(actives) == 2 else 1 - actives[0])
    elif len(actives) == 1:
        joining.start(pair, 1 - actives[0])
    elif actives:
        _yield(pair, 1)
    else:
        for u in (0, 1):
            schedule(pair, pair.now + pair.units[u].settings.failover.hold_ms, "vacancy", u)


def _yield(pair: Pair, u: int) -> None:
    """Of two active units one becomes standby. That it is the Secondary is inferred."""
    stop_serving(pair, u)
    copies.forget(pair.units[u])
    vpn.takes_over(pair, 1 - u)
    joining.start(pair, u)


def _join(pair: Pair, u: int) -> None:
    if pair.units[u].active_since is not None:
        _yield(pair, u)
    else:
        joining.start(pair, u)


def _leave_pair(pair: Pair, u: int) -> None:
    """The mate is not compatible: the unit that came later turns failover off."""
    reason = kinship.hindrance(pair)
    assert reason is not None  # only who cannot pair leaves
    kinship.tell_hindrance(pair, u)
    move(pair, u, State.DISABLED, reason)
    lose_sight(pair, 1 - u)
    monitored(pair.units[u], known=False)


def _outranks(pair: Pair, u: int) -> bool:
    """Of two that negotiate, who was active goes on; else the Primary becomes active."""
    ours, theirs = (pair.units[i].active_since is not None for i in (u, 1 - u))
    return ours if ours != theirs else u == 0
