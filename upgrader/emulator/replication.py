"""Configuration lines: typed on a unit, and carried out on its mate.

Lines flow from the active unit to its standby, whatever the versions; `failover lan unit` and
the modes of the firewall do not, and what is typed on a standby stays there (ASA command
reference). Files never flow: that is how a pair comes to have different packages.
"""

from msgspec import msgpack

from upgrader.emulator import failover, joining, log
from upgrader.emulator.config import ConfigFault, apply_line, path_of, read_settings
from upgrader.emulator.link import carry, hear
from upgrader.emulator.packages import follow, settle_homes
from upgrader.emulator.state import State
from upgrader.emulator.tables import Pair

_MESSAGE = msgpack.Decoder(tuple[tuple[str, ...], str])

_OWN = ("failover lan unit", "no failover lan unit", "mode ", "firewall ", "no firewall ")
"""How lines begin that each unit keeps for itself."""


def configure(pair: Pair, u: int, section: tuple[str, ...], line: str) -> tuple[str, ...]:
    """Type a line in a section of unit u's configuration; the section after it.

    Raises:
        ConfigFault: the unit refuses the line; nothing has changed.
    """
    unit = pair.units[u]
    lines, after = apply_line(unit.running, section, line)
    mate = pair.units[1 - u]
    received = None
    ready = mate.state in (State.BULK_SYNC, State.STANDBY_READY)
    if unit.active_since is not None and ready and hear(pair) and not line.startswith(_OWN):
        # Sealed before the line is in force here: it may be the key itself.
        received = carry(pair, u, msgpack.encode((section, line)))
    log.operator(pair, u, line)
    _put_in_force(pair, u, lines, section, line)
    if received is not None:
        _repeat(pair, 1 - u, *_MESSAGE.decode(received))
    failover.listen(pair)
    return after


def write_standby(pair: Pair, u: int) -> bool:
    """`write standby`, typed on the active unit: the standby syncs anew, its consoles close.

    Nothing is saved. False: there is no standby that hears it.
    """
    log.operator(pair, u, "write standby")
    mate = pair.units[1 - u]
    ready = pair.units[u].active_since is not None and mate.state is State.STANDBY_READY
    if not ready or not hear(pair):
        return False
    pair.conversations = {n: c for n, c in pair.conversations.items() if c.unit == u}
    joining.start(pair, 1 - u, "Configuration mismatch")
    return True


def _repeat(pair: Pair, u: int, section: tuple[str, ...], line: str) -> None:
    try:
        lines, _ = apply_line(pair.units[u].running, section, line)
    except ConfigFault:
        text = f"Configuration replication failed for command {line}"
        log.emit(pair, u, 709_007, 2, text)
        return
    _put_in_force(pair, u, lines, section, line)


def _put_in_force(
    pair: Pair, u: int, lines: tuple[str, ...], section: tuple[str, ...], typed: str
) -> None:
    unit = pair.units[u]
    names_package = section == ("webvpn",) and typed.startswith("anyconnect image ")
    if lines == unit.running and not names_package:
        return
    before = unit.settings
    unit.running, unit.settings = lines, read_settings(lines)
    unit.modified = unit.running != unit.startup
    if unit.settings.webvpn != before.webvpn or names_package:
        follow(unit, before.webvpn, path_of(typed.split()[2]) if names_package else None)
        settle_homes(unit, pair.scenario.incident)
    if unit.settings.pools != before.pools:
        unit.floors = {}
    enabled = unit.settings.failover.enabled
    if enabled != before.failover.enabled:
        failover.set_enabled(pair, u, enabled)
