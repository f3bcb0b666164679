"""From detecting an active mate to Standby Ready.

Order, states and reasons: real `show failover history` screens; durations: a captured resync
(2 s, 24 s, 0 s, 16 s), as parameters of the scenario.
"""

from upgrader.emulator import anchor, connections, copies, log
from upgrader.emulator.config_sync import take_whole
from upgrader.emulator.link import hear
from upgrader.emulator.state import State
from upgrader.emulator.states import monitored, move
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget, schedule
from upgrader.emulator.unasked import sync_begins, sync_ends

DETECTED = "Detected an Active mate"

# How long a joiner waits that does not hear an active mate just now. Our choice.
_LOOK_AGAIN_MS = 1_000


def start(pair: Pair, u: int, reason: str = DETECTED) -> None:
    """Begin to join the active mate."""
    forget(pair, u, "join", "negotiated")
    move(pair, u, State.COLD_STANDBY, reason)
    pair.units[u].sync = ()
    _next(pair, u, 1, pair.scenario.timings.cold_standby_ms)


def step(pair: Pair, u: int, number: int) -> None:
    """Take a step: 1 Sync Config, 2 Sync File System, 3 Bulk Sync, 4 Standby Ready."""
    timings = pair.scenario.timings
    if not hear(pair) or pair.units[1 - u].active_since is None:
        _next(pair, u, number, _LOOK_AGAIN_MS)
        return
    match number:
        case 1:
            _config_begins(pair, u)
            _next(pair, u, 2, timings.sync_config_ms)
        case 2:
            _config_ends(pair, u)
            _next(pair, u, 3, timings.sync_file_system_ms)
        case 3:
            _bulk_begins(pair, u)
            _next(pair, u, 4, timings.bulk_sync_ms)
        case _:
            _ready(pair, u)


def _next(pair: Pair, u: int, number: int, delay_ms: int) -> None:
    schedule(pair, pair.now + delay_ms, "join", u, number)


def _reason(pair: Pair, u: int) -> str:
    """Every step of a join carries the reason of its first (real `write standby`, TAC 117906)."""
    return pair.units[u].history[-1].reason


def _config_begins(pair: Pair, u: int) -> None:
    ours, theirs = pair.units[u].role.value, pair.units[1 - u].role.value
    move(pair, u, State.SYNC_CONFIG, _reason(pair, u))
    text = "Beginning configuration replication:"
    log.emit(pair, 1 - u, 709_003, 1, f"({theirs}) {text} Sending to mate.")
    log.emit(pair, u, 709_005, 1, f"({ours}) {text} Receiving from mate.")
    sync_begins(pair, 1 - u, u)


def _config_ends(pair: Pair, u: int) -> None:
    ours, theirs = pair.units[u].role.value, pair.units[1 - u].role.value
    take_whole(pair, 1 - u, u)
    move(pair, u, State.SYNC_FILE_SYSTEM, _reason(pair, u))
    log.emit(pair, 1 - u, 709_004, 1, f"({theirs}) End Configuration Replication (ACT)")
    log.emit(pair, u, 709_006, 1, f"({ours}) End Configuration Replication (STB)")
    sync_ends(pair, 1 - u, u)


def _bulk_begins(pair: Pair, u: int) -> None:
    ours, theirs = f"(VPN-{pair.units[u].role.value})", f"(VPN-{pair.units[1 - u].role.value})"
    move(pair, u, State.BULK_SYNC, _reason(pair, u))
    begins = "Active unit started bulk sync of state information to standby unit."
    log.emit_all(
        pair,
        1 - u,
        [
            (720_029, 6, f"{theirs} HA status callback: Start VPN bulk sync state."),
            (720_062, 6, f"{theirs} {begins}"),
        ],
    )
    text = f"{ours} Start bulk syncing of state information on standby unit."
    log.emit(pair, u, 720_045, 6, text)
    anchor.breaks_at_rejoin(pair, 1 - u, u)
    copies.bulk(pair, 1 - u, u)


def _ready(pair: Pair, u: int) -> None:
    unit, active = pair.units[u], pair.units[1 - u]
    ours, theirs = f"(VPN-{unit.role.value})", f"(VPN-{active.role.value})"
    connections.copy(pair, 1 - u, u)
    ends = "Active unit completed bulk sync of state information to standby unit."
    log.emit_all(
        pair,
        1 - u,
        [
            (720_063, 6, f"{theirs} {ends}"),
            (720_030, 6, f"{theirs} HA status callback: Stop bulk sync state."),
        ],
    )
    log.emit(pair, u, 720_046, 6, f"{ours} End bulk syncing of state information on standby unit.")
    unit.sync, active.sync = ("Sync Done - STANDBY",), ("Sync Done",)
    for one in (unit, active):
        monitored(one, known=True)
        one.interfaces_since = pair.now
    move(pair, u, State.STANDBY_READY, _reason(pair, u))
