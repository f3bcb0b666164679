"""A chassis: power, boot, flash, and the two configurations."""

from upgrader.emulator.config import settings_of
from upgrader.emulator.machine import files
from upgrader.emulator.machine.dropped import without_dropped
from upgrader.emulator.machine.power import order_stop
from upgrader.emulator.pairing import failover
from upgrader.emulator.pairing.link import carry, hear, replicates
from upgrader.emulator.pairing.states import remember_active_time
from upgrader.emulator.sessions import copies
from upgrader.emulator.sessions.packages import load
from upgrader.emulator.state import PeerKnowledge, Power, State, Unit
from upgrader.emulator.syslog import log, operators
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget, schedule

# Bits of the configuration register: 0x1 boots, 0x41 boots and ignores the startup-config, and
# with none of the lowest four the unit stays in rommon (ASA command reference).
_BOOTS, _IGNORES_STARTUP = 0xF, 0x40

# Where a crash is said to have happened: of the ASA syslog guide's form, and invented.
_CRASHED_AT, _CORRECTED_AT = "0x09c8e2a1", "0x08063e5c"

# ── what is typed ──────────


def order_reload(pair: Pair, u: int, after_ms: int | None = None) -> None:
    """`reload noconfirm`; with a delay `reload in`."""
    log.operator(pair, u, "reload")
    if after_ms is None:
        order_stop(pair, u)
        return
    pair.units[u].reload_at = pair.now + after_ms
    schedule(pair, pair.now + after_ms, "reload", u)


def cancel_reload(pair: Pair, u: int) -> bool:
    """`reload cancel`; False: none was scheduled."""
    unit = pair.units[u]
    if unit.reload_at is None:
        return False
    log.operator(pair, u, "reload cancel")
    forget(pair, u, "reload")
    unit.reload_at = None
    return True


def write_memory(pair: Pair, u: int) -> int:
    """`write memory`: save, and let the mate save when typed on the active unit.

    When it is done, in ms.
    """
    operators.saved(pair, u)
    log.operator(pair, u, "write memory")
    _save(pair, u)
    if replicates(pair, u) and carry(pair, u, b"write memory") is not None:
        _save(pair, 1 - u)
    return pair.now + pair.scenario.timings.write_memory_ms


def erase_startup(pair: Pair, u: int) -> None:
    """`write erase`: the unit would boot with nothing. On this unit only."""
    operators.erased(pair, u)
    log.operator(pair, u, "write erase")
    pair.units[u].startup, pair.units[u].modified = (), True


def replace_startup(pair: Pair, u: int, lines: tuple[str, ...]) -> None:
    """`copy … startup-config`: what the unit would boot with, on this unit only."""
    unit = pair.units[u]
    unit.startup = lines
    unit.modified = unit.running != unit.startup


# ── what happens ──────────


def reloads_on_time(pair: Pair, u: int) -> None:
    """A scheduled reload is due."""
    if pair.units[u].reload_at == pair.now:
        order_stop(pair, u)


def goes_dark(pair: Pair, u: int) -> None:
    """The unit that was told to reload goes down, and its mate is told so."""
    if pair.units[u].power is not Power.STOPPING:
        return
    was_heard = hear(pair) and pair.units[1 - u].peer.heard
    _lose_memory(pair, u)
    pair.units[u].power = Power.BOOTING
    schedule(pair, pair.now + pair.scenario.timings.boot_ms, "booted", u)
    if was_heard:
        failover.mate_told(pair, 1 - u)
    else:
        failover.listen(pair)


def loses_power(pair: Pair, u: int) -> None:
    """The plug is pulled: the mate learns by its hold time."""
    if pair.units[u].power is Power.OFF:
        return
    _lose_memory(pair, u)
    pair.units[u].power = Power.OFF
    failover.listen(pair)


def crashes(pair: Pair, u: int, signal: int | None = None) -> None:
    """The unit reboots by itself: nobody is told, the mate learns by its hold time.

    `signal`: of which its log still tells before it dies; None: of none. What it leaves on flash
    for `show crashinfo` stays there.
    """
    if not pair.answers(u):
        return
    if signal is not None:
        log.tell(pair, u, 199_010, signal=signal, at=_CRASHED_AT, to=_CORRECTED_AT)
    unit = pair.units[u]
    unit.crash = (unit.version or "", pair.now)
    _lose_memory(pair, u)
    pair.units[u].power = Power.BOOTING
    schedule(pair, pair.now + pair.scenario.timings.boot_ms, "booted", u)
    failover.listen(pair)


def gets_power(pair: Pair, u: int) -> None:
    """The plug is back, and the unit boots."""
    if pair.units[u].power is Power.OFF:
        pair.units[u].power = Power.BOOTING
        schedule(pair, pair.now + pair.scenario.timings.boot_ms, "booted", u)


def boots(pair: Pair, u: int) -> None:
    """The end of a boot: image, startup-config, packages (R1), then failover.

    With nothing to boot from, told so by its configuration register, or stuck, the unit stays
    in rommon, which nobody hears.
    """
    unit = pair.units[u]
    found = bootable(unit)
    register = int(settings_of(unit.startup).config_register, 16)
    if found is None or not register & _BOOTS or unit.stuck:
        unit.power = Power.OFF
        return
    unit.power, unit.booted_ms = Power.UP, pair.now
    unit.image, unit.version = found, unit.flash[files.key_of(found)].version
    unit.running, unit.modified = unit.startup, False
    if register & _IGNORES_STARTUP:
        # The register itself is not kept in that file on a device; here it is a line.
        unit.running = tuple(line for line in unit.startup if line.startswith("config-register"))
    unit.running, lost = without_dropped(pair, unit.version, unit.running)
    unit.settings = settings_of(unit.running)
    unit.loaded, failed = load(unit, unit.settings.webvpn)
    unit.startup_errors = (*lost, *failed)
    unit.modified = bool(lost)
    log.tell(pair, u, 199_005)
    log.tell(pair, u, 199_002)
    failover.starts(pair, u)


def bootable(unit: Unit) -> str | None:
    """The file that the unit would boot from: the first bootable entry of its saved boot list.

    Without a list, the first image on flash. None: nothing boots.
    """
    boot = settings_of(unit.startup).boot
    paths = boot or tuple(unit.paths.values())
    for path in paths:
        file = unit.flash.get(files.key_of(path))
        if file is not None and file.version is not None:
            return unit.paths[files.key_of(path)]
    return None


def _save(pair: Pair, u: int) -> None:
    unit = pair.units[u]
    unit.startup, unit.modified = unit.running, False
    unit.written = (log.typist(pair)[0], pair.now)


def _lose_memory(pair: Pair, u: int) -> None:
    """All that a unit holds in RAM is gone: tables, history, log buffer, counters (R9)."""
    unit = pair.units[u]
    log.settle(pair)  # the books keep who had come back
    remember_active_time(pair, u)
    files.grow(pair, u)
    unit.writing = {}
    forget(pair, u)
    copies.forget(unit)
    pair.conversations = {n: c for n, c in pair.conversations.items() if c.unit != u}
    if pair.resumed < len(pair.resumes) and pair.resumes[pair.resumed][1] == u:
        pair.resumes, pair.resumed = [], 0
    unit.version, unit.image, unit.state = None, None, State.NOT_DETECTED
    unit.peer, unit.history, unit.sync = PeerKnowledge(), (), ()
    log.forget(unit)
    unit.loaded, unit.startup_errors, unit.next_index = (), (), 1
    unit.changed = None
    unit.active_ms, unit.active_since = 0, None
    unit.last_failover_ms, unit.last_failure, unit.reload_at = None, None, None
    unit.last_failure_lines, unit.own_failure, unit.own_failure_lines = (), None, ()
    unit.watches, unit.config_lock = {}, None
    unit.connections, unit.counters, unit.cumulative = {}, {}, {}
    unit.visits, unit.logged = {}, {}
