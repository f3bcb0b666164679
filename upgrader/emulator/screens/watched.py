"""The interfaces that failover looks at, and the lines of `show failover` about them.

They are printed at every look and hardly ever differ from the last time: each line is made of
the settings and of what little else it depends on, and remembered by just that.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from upgrader.emulator.machine.releases import has
from upgrader.emulator.pairing.monitoring import is_monitored
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.settings import FailoverSettings, Interface, Settings

Odd = tuple[tuple[str, str, bool], ...]
"""(port, condition, whether Waiting) of interfaces on which something is wrong."""

_REMEMBERED = 128


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """A configuration's interfaces as failover sees them; one object for one configuration."""

    interfaces: tuple[Interface, ...]
    """Named, and not the failover links themselves."""
    monitored: frozenset[str | None]
    """The names that count: physical ones by default, subinterfaces when told to."""
    failover: FailoverSettings


class Hearing(NamedTuple):
    """What a unit knows of its mate, as far as interfaces show it."""

    known: bool = True
    """The mate has been heard since this unit booted: its release is known."""
    heard: bool = True
    """It is heard now."""
    told: bool = True
    """It has told of its interfaces since."""
    settled: bool = False
    """Both have heard each other's interfaces for long enough: Waiting has become Monitored."""


@of_the_same
def watched(settings: Settings) -> Watched:
    """The interfaces of a configuration that failover looks at."""
    failover = settings.failover
    own = {failover.lan_port, failover.link_port}
    named = tuple(i for i in settings.interfaces if i.name is not None and i.port not in own)
    monitored = frozenset(i.name for i in named if is_monitored(failover, i))
    return Watched(named, monitored, failover)


@lru_cache(maxsize=_REMEMBERED)
def head_lines(watched: Watched, release: tuple[int, int], most: int) -> tuple[str, ...]:
    """What stands above the hosts and is configured; `most`: interfaces the model can watch."""
    failover = watched.failover
    poll, hold = _interval(failover.poll_ms), _interval(failover.hold_ms)
    lines = (
        [f"Reconnect timeout {failover.reconnect}"]
        if has(release, "reconnect-timeout-line")
        else []
    )
    lines.append(f"Unit Poll frequency {poll}, holdtime {hold}")
    lines.append(
        f"Interface Poll frequency {_interval(failover.interface_poll_ms)}, "
        f"holdtime {_interval(failover.interface_hold_ms)}"
    )
    lines.append(f"Interface Policy {failover.interface_policy}")
    lines.append(f"Monitored Interfaces {len(watched.monitored)} of {most} maximum")
    if has(release, "mac-move-line"):
        lines.append("MAC Address Move Notification Interval not set")
    if failover.replicates_http:
        lines.append("failover replication http")
    return tuple(lines)


def _interval(ms: int) -> str:
    return f"{ms // 1_000} seconds" if ms % 1_000 == 0 else f"{ms} milliseconds"


@lru_cache(maxsize=_REMEMBERED)
def own_lines(
    watched: Watched, odd: Odd, *, active: bool, tested: bool, settled: bool
) -> tuple[str, ...]:
    """A unit's own interfaces; `tested`: it is far enough up to have looked at them."""
    lines = []
    for interface in watched.interfaces:
        condition = _condition(watched, interface, odd, settled=settled)
        if condition.startswith("Normal") and not tested:
            condition = "Unknown (Waiting)"
        lines.append(
            _line(interface, interface.address if active else interface.standby, condition)
        )
    return tuple(lines)


@lru_cache(maxsize=_REMEMBERED)
def peer_lines(watched: Watched, odd: Odd, *, active: bool, hearing: Hearing) -> tuple[str, ...]:
    """The mate's interfaces, as a unit last heard of them."""
    lines = []
    for interface in watched.interfaces:
        address = interface.address if active else interface.standby
        condition = _peer_condition(watched, interface, odd, hearing)
        lines.append(_line(interface, address if hearing.known else None, condition))
    return tuple(lines)


def _line(interface: Interface, address: str | None, condition: str) -> str:
    shown = address or "0.0.0.0"  # noqa: S104  what the screen prints for "no address"
    return f"                  Interface {interface.name} ({shown}): {condition}"


def _condition(watched: Watched, interface: Interface, odd: Odd, *, settled: bool) -> str:
    """An interface's condition and how it is watched, both units up."""
    is_monitored = interface.name in watched.monitored
    if interface.shutdown:
        return f"Link Down ({'Shutdown' if is_monitored else 'Not-Monitored'})"
    for port, condition, waiting in odd:
        if port == interface.port:
            how = "Waiting" if waiting else "Monitored"
            return f"{condition} ({how if is_monitored else 'Not-Monitored'})"
    if not is_monitored:
        return "Normal (Not-Monitored)"
    if interface.standby is None or not settled:
        return "Normal (Waiting)"
    return "Normal (Monitored)"


def _peer_condition(watched: Watched, interface: Interface, odd: Odd, hearing: Hearing) -> str:
    if not hearing.known:
        return "Unknown (Waiting)"
    if not hearing.heard:
        # Real screen of a dead peer (ASAv 9.23(1)): what was monitored stays called so.
        is_monitored = interface.name in watched.monitored
        return f"Unknown ({'Monitored' if is_monitored else 'Not-Monitored'})"
    if not hearing.told:
        return "Unknown (Waiting)"
    return _condition(watched, interface, odd, settled=hearing.settled)
