"""A chassis: power, boot, flash, and the two configurations."""

from dataclasses import replace
from hashlib import sha512

from upgrader.emulator import copies, failover, log
from upgrader.emulator.config import path_of, read_settings
from upgrader.emulator.link import carry, hear
from upgrader.emulator.packages import load
from upgrader.emulator.power import order_stop
from upgrader.emulator.state import File, PeerKnowledge, Power, State, Unit
from upgrader.emulator.states import remember_active_time
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import forget, schedule

# Bits of the configuration register: 0x1 boots, 0x41 boots and ignores the startup-config, and
# with none of the lowest four the unit stays in rommon (ASA command reference).
_BOOTS, _IGNORES_STARTUP = 0xF, 0x40

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
    log.operator(pair, u, "write memory")
    _save(pair.units[u])
    if _replicates(pair, u) and carry(pair, u, b"write memory") is not None:
        _save(pair.units[1 - u])
    return pair.now + pair.scenario.timings.write_memory_ms


def copy_running(pair: Pair, u: int, path: str) -> int:
    """`copy running-config disk0:/…`: on this unit only. When it is done, in ms."""
    log.operator(pair, u, f"copy /noconfirm running-config {path}")
    text = "".join(f"{line}\n" for line in pair.units[u].running)
    _put(pair, u, path, File(len(text.encode()), text, None, pair.now))
    return pair.now + pair.scenario.timings.write_memory_ms


def copy_file(pair: Pair, u: int, source: str, target: str) -> int:
    """`copy disk0:/a disk0:/b`: on this unit only. When it is done, in ms.

    Raises:
        KeyError: there is no such file.
    """
    file = pair.units[u].flash[_key(source)]
    log.operator(pair, u, f"copy /noconfirm {source} {target}")
    _put(pair, u, target, replace(file, written_ms=pair.now))
    return pair.now + file.bytes * 1_000 // pair.scenario.timings.local_copy_bytes_per_s


def delete_file(pair: Pair, u: int, path: str) -> bool:
    """`delete`: here, and on the mate when typed on the active unit. False: no such file here.

    That plain `delete` replicates is documented (ASA command reference).
    """
    found = _remove(pair.units[u], path)
    log.operator(pair, u, f"delete /noconfirm {path}")
    if _replicates(pair, u) and carry(pair, u, f"delete {path}".encode()) is not None:
        _remove(pair.units[1 - u], path)
    return found


def digest_of(content: str) -> str:
    """SHA-512 of a file, 128 hexadecimal digits. Equal content, equal digest."""
    return sha512(content.encode()).hexdigest()


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
        failover.mate_gone(pair, 1 - u)
    else:
        failover.listen(pair)


def loses_power(pair: Pair, u: int) -> None:
    """The plug is pulled: the mate learns by its hold time."""
    if pair.units[u].power is Power.OFF:
        return
    _lose_memory(pair, u)
    pair.units[u].power = Power.OFF
    failover.listen(pair)


def gets_power(pair: Pair, u: int) -> None:
    """The plug is back, and the unit boots."""
    if pair.units[u].power is Power.OFF:
        pair.units[u].power = Power.BOOTING
        schedule(pair, pair.now + pair.scenario.timings.boot_ms, "booted", u)


def boots(pair: Pair, u: int) -> None:
    """The end of a boot: image, startup-config, packages (R1), then failover.

    With nothing to boot from, or told so by its configuration register, the unit stays in
    rommon, which nobody hears.
    """
    unit = pair.units[u]
    found = bootable(unit)
    register = int(read_settings(unit.startup).config_register, 16)
    if found is None or not register & _BOOTS:
        unit.power = Power.OFF
        return
    unit.power, unit.booted_ms = Power.UP, pair.now
    unit.image, unit.version = found, unit.flash[_key(found)].version
    unit.running, unit.modified = unit.startup, False
    if register & _IGNORES_STARTUP:
        # The register itself is not kept in that file on a device; here it is a line.
        unit.running = tuple(line for line in unit.startup if line.startswith("config-register"))
    unit.settings = read_settings(unit.running)
    unit.loaded, unit.startup_errors = load(unit, unit.settings.webvpn)
    log.emit(pair, u, 199_002, 6, "Startup completed. Beginning operation.")
    failover.starts(pair, u)


def bootable(unit: Unit) -> str | None:
    """The file that the unit would boot from: the first bootable entry of its saved boot list.

    Without a list, the first image on flash. None: nothing boots.
    """
    boot = read_settings(unit.startup).boot
    paths = boot or tuple(unit.paths.values())
    for path in paths:
        file = unit.flash.get(_key(path))
        if file is not None and file.version is not None:
            return unit.paths[_key(path)]
    return None


def _key(path: str) -> str:
    return path_of(path).lower()


def _put(pair: Pair, u: int, path: str, file: File) -> None:
    unit = pair.units[u]
    unit.flash[_key(path)] = file
    unit.paths[_key(path)] = path_of(path)


def _remove(unit: Unit, path: str) -> bool:
    unit.paths.pop(_key(path), None)
    return unit.flash.pop(_key(path), None) is not None


def _save(unit: Unit) -> None:
    unit.startup, unit.modified = unit.running, False


def _replicates(pair: Pair, u: int) -> bool:
    """Whether a command typed on that unit is carried out on its mate too."""
    ready = pair.units[1 - u].state in (State.BULK_SYNC, State.STANDBY_READY)
    return pair.units[u].active_since is not None and ready and hear(pair)


def _lose_memory(pair: Pair, u: int) -> None:
    """All that a unit holds in RAM is gone: tables, history, log buffer, counters (R9)."""
    unit = pair.units[u]
    remember_active_time(pair, u)
    forget(pair, u)
    copies.forget(unit)
    pair.conversations = {n: c for n, c in pair.conversations.items() if c.unit != u}
    if pair.resumed < len(pair.resumes) and pair.resumes[pair.resumed][1] == u:
        pair.resumes, pair.resumed = [], 0
    unit.version, unit.image, unit.state = None, None, State.NOT_DETECTED
    unit.peer, unit.history, unit.log, unit.log_bytes, unit.sync = PeerKnowledge(), (), [], 0, ()
    unit.loaded, unit.startup_errors, unit.next_index = (), (), 1
    unit.active_ms, unit.active_since = 0, None
    unit.last_failover_ms, unit.last_failure, unit.reload_at = None, None, None
    unit.connections, unit.counters, unit.cumulative = {}, {}, {}
