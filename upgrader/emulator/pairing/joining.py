"""From detecting an active mate to Standby Ready.

Order, states and reasons: real `show failover history` screens; durations: a captured resync
(2 s, 24 s, 0 s, 16 s), as parameters of the scenario.
"""

from upgrader.emulator.config import for_unit
from upgrader.emulator.machine.power import order_stop
from upgrader.emulator.machine.releases import has, release_of
from upgrader.emulator.pairing import health
from upgrader.emulator.pairing.link import hear, is_keyed, state_flows
from upgrader.emulator.pairing.monitoring import POLLS_TO_SETTLE
from upgrader.emulator.pairing.monitoring import monitored as monitored_interfaces
from upgrader.emulator.pairing.states import monitored, move
from upgrader.emulator.pairing.sync import take_whole
from upgrader.emulator.pairing.unasked import detects_active, sync_begins, sync_ends
from upgrader.emulator.sessions import anchor, copies
from upgrader.emulator.state import Role, State, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget, schedule
from upgrader.emulator.traffic import connections

DETECTED = "Detected an Active mate"

# How long a joiner waits that does not hear an active mate just now. Our choice.
_LOOK_AGAIN_MS = 1_000

# 60 s without progress, five minutes of a locked configuration (ASA syslog guide, 105021, 105022).
_TIMEOUT_MS = 60_000
_LOCK_MS = 300_000

_SYNCING = ("Config Syncing", "Config Syncing - STANDBY")
_DONE = ("Sync Done", "Sync Done - STANDBY")
_SKIPPED = ("Sync Skipped", "Sync Skipped - STANDBY")

# How long the comparison is said to have taken. Our choice.
_COMPARING_MS = 20


def start(pair: Pair, u: int, reason: str = DETECTED) -> None:
    """Begin to join the active mate."""
    forget(pair, u, "join", "negotiated")
    move(pair, u, State.COLD_STANDBY, reason)
    pair.units[u].sync = ()
    if reason == DETECTED:
        detects_active(pair, u)
    _next(pair, u, 1, pair.scenario.timings.cold_standby_ms)


def step(pair: Pair, u: int, number: int) -> None:
    """Take a step: 1 Sync Config, 2 Sync File System, 3 Bulk Sync, 4 Standby Ready."""
    timings = pair.scenario.timings
    if not hear(pair) or pair.units[1 - u].active_since is None:
        _next(pair, u, number, _LOOK_AGAIN_MS)
        return
    match number:
        case 1 if _compares(pair, u) and _matches(pair, u):
            _config_is_skipped(pair, u)
            _next(pair, u, 3, timings.sync_file_system_ms)
        case 1:
            if _compares(pair, u):
                for i in (0, 1):
                    log.tell(pair, i, 709_010, elapsed=_COMPARING_MS)
            _config_begins(pair, u)
            _next(pair, u, 2, timings.sync_config_ms)
        case 2 if (late_ms := _hindered(pair, u)) is not None:
            since = pair.units[u].history[-1].at
            if pair.now < since + late_ms:
                _next(pair, u, 2, since + late_ms - pair.now)
            else:
                _gives_up(pair, u)
        case 2:
            _config_ends(pair, u)
            _next(pair, u, 3, timings.sync_file_system_ms)
        case 3:
            _bulk_begins(pair, u)
            _next(pair, u, 4, timings.bulk_sync_ms)
        case _:
            _ready(pair, u)


def cut_short(pair: Pair, u: int) -> None:
    """Unit u takes over in the middle of its bulk sync, with what has come so far.

    Sessions come in the order of their indices, at an even pace, and connections last of all; the
    mate keeps no more than has come. Inferred.
    """
    since = pair.units[u].history[-1].at
    share = (pair.now - since) / max(1, pair.scenario.timings.bulk_sync_ms)
    left = copies.keep_first(pair, u, min(1.0, share))
    copies.drop(pair, 1 - u, left)


def goes_on(pair: Pair, u: int) -> None:
    """What held unit u's configuration sync up is over; it takes as long as it has to."""
    unit = pair.units[u]
    if unit.state is State.SYNC_CONFIG and _hindered(pair, u) is None:
        forget(pair, u, "join")
        ends = unit.history[-1].at + pair.scenario.timings.sync_config_ms
        _next(pair, u, 2, max(0, ends - pair.now))


def monitors(pair: Pair) -> None:
    """Hellos have come in on all interfaces for long enough since the join."""
    for u, unit in enumerate(pair.units):
        if pair.answers(u) and unit.peer.heard and unit.peer.interfaces_known:
            for interface in _well(unit):
                log.tell(pair, u, 105_004, interface=interface)


def _well(unit: Unit) -> list[str]:
    interfaces = monitored_interfaces(unit.settings)
    with_hellos = (i for i in interfaces if i.standby is not None)
    return [str(i.name) for i in with_hellos if i.port not in unit.watches]


def _hindered(pair: Pair, u: int) -> int | None:
    """After how long in Sync Config the unit gives up; None: nothing holds the sync up."""
    if pair.link.stalls:
        return _TIMEOUT_MS
    return None if pair.units[u].config_lock is None else _LOCK_MS


def _gives_up(pair: Pair, u: int) -> None:
    """The sync has failed: the unit reboots, and tries again (ASA syslog guide)."""
    holder = pair.units[u].config_lock
    if pair.link.stalls or holder is None:
        log.tell(pair, u, 105_022, reason="CFG_SYNC_TIMEOUT")
        log.tell(pair, u, 105_020)
    else:
        log.tell(pair, u, 105_021, context="single_vf", holder=holder)
    # Reason 6: replication incomplete.
    log.tell(pair, 1 - u, 103_001, code=6)
    order_stop(pair, u, "configuration replication failed")


def _next(pair: Pair, u: int, number: int, delay_ms: int) -> None:
    schedule(pair, pair.now + delay_ms, "join", u, number)


def _reason(pair: Pair, u: int) -> str:
    """Every step of a join carries the reason of its first (real `write standby`, TAC 117906)."""
    return pair.units[u].history[-1].reason


def _config_begins(pair: Pair, u: int) -> None:
    move(pair, u, State.SYNC_CONFIG, _reason(pair, u))
    log.tell(pair, 1 - u, 709_003)
    log.tell(pair, u, 709_005)
    _say(pair, u, _SYNCING)
    sync_begins(pair, 1 - u, u)


def _compares(pair: Pair, u: int) -> bool:
    """Whether the units compare digests of their configurations before a sync.

    `write standby` wants a whole sync, whatever there is. That both must know how is inferred.
    """
    releases = (release_of(unit.version) for unit in pair.units)
    return _reason(pair, u) == DETECTED and all(has(one, "sync-skipped") for one in releases)


def _matches(pair: Pair, u: int) -> bool:
    """Whether the joiner's configuration is the active's, but for its own role."""
    role = "primary" if pair.units[u].role is Role.PRIMARY else "secondary"
    return for_unit(pair.units[1 - u].running, role) == pair.units[u].running


def _config_is_skipped(pair: Pair, u: int) -> None:
    """What each prints of it, and that the states are the same, is inferred."""
    move(pair, u, State.SYNC_CONFIG, _reason(pair, u))
    for i in (0, 1):
        log.tell(pair, i, 709_009, elapsed=_COMPARING_MS)
    log.tell(pair, u, 709_012)
    _say(pair, u, _SKIPPED)
    move(pair, u, State.SYNC_FILE_SYSTEM, _reason(pair, u))


def _config_ends(pair: Pair, u: int) -> None:
    take_whole(pair, 1 - u, u)
    health.looks(pair)
    move(pair, u, State.SYNC_FILE_SYSTEM, _reason(pair, u))
    log.tell(pair, 1 - u, 709_004)
    log.tell(pair, u, 709_006)
    sync_ends(pair, 1 - u, u)


def _bulk_begins(pair: Pair, u: int) -> None:
    move(pair, u, State.BULK_SYNC, _reason(pair, u))
    if _copies_flow(pair):
        log.tell(pair, 1 - u, 720_029)
        log.tell(pair, 1 - u, 720_062)
        log.tell(pair, u, 720_045)
    anchor.breaks_at_rejoin(pair, 1 - u, u)
    copies.bulk(pair, 1 - u, u)


def _copies_flow(pair: Pair) -> bool:
    """Whether VPN state is synced at all: not without a key, and not without the state link.

    Without a key the threads for it are disabled (ASA syslog guide, 720056 to 720061); that
    nothing is written of a sync then, and without the link, is inferred.
    """
    return is_keyed(pair) and state_flows(pair)


def _ready(pair: Pair, u: int) -> None:
    unit, active = pair.units[u], pair.units[1 - u]
    connections.copy(pair, 1 - u, u)
    if _copies_flow(pair):
        log.tell(pair, 1 - u, 720_063)
        log.tell(pair, 1 - u, 720_030)
        log.tell(pair, u, 720_046)
    if _SKIPPED[1] not in unit.sync:
        _say(pair, u, _DONE)
    for i, one in ((u, unit), (1 - u, active)):
        monitored(one, known=True)
        one.interfaces_since = pair.now
        for interface in _well(one):
            log.tell(pair, i, 105_003, interface=interface)
    move(pair, u, State.STANDBY_READY, _reason(pair, u))
    schedule(
        pair, pair.now + POLLS_TO_SETTLE * unit.settings.failover.interface_poll_ms, "monitored"
    )
    health.looks(pair)


def _say(pair: Pair, u: int, words: tuple[str, str]) -> None:
    """The configuration state of `show failover state`, on the active unit and on the joiner.

    A unit that has been both says both (real pair, 2023). The words: command reference.
    """
    for unit, word in ((pair.units[1 - u], words[0]), (pair.units[u], words[1])):
        is_standby = word.endswith("STANDBY")
        others = (line for line in unit.sync if line.endswith("STANDBY") is not is_standby)
        unit.sync = tuple(sorted((*others, word)))
