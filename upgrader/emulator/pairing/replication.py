"""Configuration lines: typed on a unit, and carried out on its mate.

Lines flow from the active unit to its standby, whatever the versions, in the order in which they
were typed; what is typed on a standby stays there, and what each unit keeps for itself does not
flow (ASA command reference, command replication). Files never flow: that is how a pair comes to
have different packages.
"""

from functools import partial

from msgspec import msgpack

from upgrader.emulator.admission.accounts import kept_line
from upgrader.emulator.config import (
    ConfigFault,
    InvalidInput,
    Typed,
    masked,
    path_of,
    settings_of,
    type_line,
)
from upgrader.emulator.machine.hardware import hardware_of
from upgrader.emulator.pairing import failover, joining
from upgrader.emulator.pairing.link import carry, hear
from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.packages import follow, settle_homes
from upgrader.emulator.state import State, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import FOLLOWING, JOINING, REPLICATOR, Pair

_MESSAGE = msgpack.Decoder(tuple[tuple[str, ...], str])

_OWN = (
    *("failover lan unit", "no failover lan unit", "mode ", "firewall ", "no firewall "),
    *("pager ", "no pager ", "terminal pager"),
)
"""How lines begin that each unit keeps for itself (ASA command reference)."""


def configure(pair: Pair, u: int, section: tuple[str, ...], line: str) -> tuple[str, ...]:
    """Type a line in a section of unit u's configuration; the section after it.

    Raises:
        ConfigFault: the unit refuses the line; nothing has changed.
    """
    return type_in(pair, u, section, line).section


def type_in(pair: Pair, u: int, section: tuple[str, ...], line: str) -> Typed:
    """Type a line in a section of unit u's configuration, and let its standby follow.

    Raises:
        InvalidInput: no mode knows the line.
        ConfigFault: the unit refuses the line; nothing has changed.
    """
    unit = pair.units[u]
    limit = hardware_of(pair.scenario.model).boot_limit
    keep = partial(kept_line, pair, u)
    typed = type_line(unit.running, section, line, boot_limit=limit, kept=keep)
    _refuse_port(pair, unit, typed)
    if not typed.line:
        return typed
    mate = pair.units[1 - u]
    received = None
    if unit.active_since is not None and hear(pair) and replicates(typed.line):
        if mate.state in FOLLOWING:
            # Sealed before the line is in force here: it may be the key itself.
            received = carry(pair, u, msgpack.encode((section, typed.line)))
        elif mate.state in JOINING:
            log.tell(pair, u, 709_008, command=masked(typed.line), way="terminal")
    log.operator(pair, u, masked(typed.line))
    _put_in_force(pair, u, typed, log.typist(pair)[0])
    if received is not None:
        _repeat(pair, 1 - u, *_MESSAGE.decode(received))
    failover.listen(pair)
    return typed


def _refuse_port(pair: Pair, unit: Unit, typed: Typed) -> None:
    """Refuse a section of a port that the chassis has not, nor the configuration."""
    kind, _, name = typed.line.partition(" ")
    if kind == "interface" and name.startswith("range "):
        # An ASA has no section of several ports (ASA command reference: none is named).
        raise InvalidInput("ERROR: % Invalid input detected at '^' marker.", line=typed.line)
    port = name.partition(".")[0]
    if kind != "interface" or typed.section != (typed.line,) or typed.lines == unit.running:
        return
    if not any(letter.isdigit() for letter in name):
        raise InvalidInput("ERROR: % Invalid input detected at '^' marker.", line=typed.line)
    if "/" not in port:
        return
    known = {*hardware_of(pair.scenario.model).ports, *(i.port for i in unit.settings.interfaces)}
    if port not in known:
        raise InvalidInput("ERROR: % Invalid input detected at '^' marker.", line=typed.line)


def replicates(line: str) -> bool:
    """Whether a line that is typed on the active unit is carried out on its standby too."""
    return not f"{line} ".startswith(_OWN)


def write_standby(pair: Pair, u: int) -> bool:
    """`write standby`, typed on the active unit: the standby syncs anew, its consoles close.

    Nothing is saved. False: there is no standby that hears it.
    """
    log.operator(pair, u, "write standby")
    mate = pair.units[1 - u]
    there = mate.state in (State.STANDBY_READY, State.FAILED)
    ready = pair.units[u].active_since is not None and there
    if not ready or not hear(pair):
        return False
    pair.conversations = {n: c for n, c in pair.conversations.items() if c.unit == u}
    joining.start(pair, 1 - u, "Configuration mismatch")
    return True


def _repeat(pair: Pair, u: int, section: tuple[str, ...], line: str) -> None:
    limit = hardware_of(pair.scenario.model).boot_limit
    try:
        typed = type_line(pair.units[u].running, section, line, boot_limit=limit)
    except ConfigFault:
        log.tell(pair, u, 709_007, command=line)
        return
    _put_in_force(pair, u, typed, REPLICATOR)


def _put_in_force(pair: Pair, u: int, typed: Typed, who: str) -> None:
    unit = pair.units[u]
    named = typed.line.split()
    names_package = typed.section == ("webvpn",) and named[:2] == ["anyconnect", "image"]
    if typed.lines == unit.running and not names_package:
        return
    before = unit.settings
    unit.running, unit.settings = typed.lines, settings_of(typed.lines)
    unit.modified = unit.running != unit.startup
    unit.changed = (who, pair.now)
    if unit.settings.webvpn != before.webvpn or names_package:
        follow(unit, before.webvpn, path_of(named[2]) if names_package else None)
        settle_homes(unit, pair.scenario.incident)
    if unit.settings.pools != before.pools:
        pools.begin_anew(unit)
    enabled = unit.settings.failover.enabled
    if enabled != before.failover.enabled:
        failover.set_enabled(pair, u, enabled)
