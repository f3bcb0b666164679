"""What has gone through a unit's ports, from what the unit is and how long it has been that.

Only the active unit forwards; both say hello to each other. Rates are the scenario's people and
connections, so that the counters stand still on a standby and begin anew at each boot.
"""

from dataclasses import dataclass

from upgrader.emulator.draws import mixed
from upgrader.emulator.pairing.states import active_ms
from upgrader.emulator.screens.failover import holds_active
from upgrader.emulator.screens.ports import Port
from upgrader.emulator.tables import Pair

_PACKET = 700
"""Bytes of an ordinary packet, roughly; invented, as all figures here."""
_HELLO = 94
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Traffic:
    """A port's counters and rates."""

    packets_in: int
    bytes_in: int
    packets_out: int
    bytes_out: int
    dropped: int
    per_second_in: int
    """Packets a second, over the last minutes."""
    per_second_out: int
    bytes_per_second_in: int
    bytes_per_second_out: int
    seconds: int
    """Since when it has been counted."""


def traffic_of(pair: Pair, u: int, port: Port) -> Traffic:
    """What has gone through that port since the unit booted."""
    unit = pair.units[u]
    up = max(0, pair.now - unit.booted_ms) // 1_000
    if not port.is_up:
        return Traffic(0, 0, 0, 0, 0, 0, 0, 0, 0, up)
    spell_ms = active_ms(unit, pair.now)
    forwards = port.name is not None and not port.is_failover_link and not port.is_management
    rate_in, rate_out = _rates(pair, port) if forwards else (0, 0)
    hellos = up if port.name is not None else 0
    busy = spell_ms // 1_000
    now = holds_active(unit) and forwards and spell_ms > _MINUTE_MS
    return Traffic(
        packets_in=hellos + rate_in * busy,
        bytes_in=hellos * _HELLO + rate_in * busy * _PACKET,
        packets_out=hellos + rate_out * busy,
        bytes_out=hellos * _HELLO + rate_out * busy * _PACKET,
        dropped=rate_in * busy // 9_000 + hellos // 600,
        per_second_in=rate_in if now else min(1, hellos),
        per_second_out=rate_out if now else min(1, hellos),
        bytes_per_second_in=rate_in * _PACKET if now else min(1, hellos) * _HELLO,
        bytes_per_second_out=rate_out * _PACKET if now else min(1, hellos) * _HELLO,
        seconds=up,
    )


def _rates(pair: Pair, port: Port) -> tuple[int, int]:
    """Packets a second in and out while the unit is active."""
    spec = pair.scenario.clients
    load = (spec.tcp + spec.udp + spec.http) // 10 + spec.count * 3
    share = 50 + mixed(pair.scenario.seed, f"share of {port.port}", 0) % 100
    into = load * share // 100
    return into, into * (60 + mixed(pair.scenario.seed, f"answers on {port.port}", 0) % 80) // 100
