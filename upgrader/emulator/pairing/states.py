"""Failover states as each unit lives them, tells them, and remembers them."""

from dataclasses import replace

from upgrader.emulator.machine.releases import freely_paired_from, next_releases
from upgrader.emulator.pairing.link import carry, hear
from upgrader.emulator.pairing.unasked import mate_differs
from upgrader.emulator.state import HistoryEntry, PeerKnowledge, State, Unit
from upgrader.emulator.syslog.log import tell
from upgrader.emulator.syslog.notes import release
from upgrader.emulator.tables import Pair

# How many rows `show failover history` keeps. Inferred.
_HISTORY_ROWS = 60


def move(pair: Pair, u: int, state: State, reason: str, details: tuple[str, ...] = ()) -> None:
    """Change a unit's failover state: history, log, and what the mate knows of it."""
    unit, mate = pair.units[u], pair.units[1 - u]
    entry = HistoryEntry(pair.now, unit.state, state, reason, details)
    unit.history = (*unit.history, entry)[-_HISTORY_ROWS:]
    unit.state = state
    tell(pair, u, 720_027, state=state.value)
    if mate.peer.heard and hear(pair):
        mate.peer = replace(mate.peer, state=state)
        # In one second, in this order (captured lines, 2011).
        ours, theirs = mate.state.value, state.value
        tell(pair, 1 - u, 720_028, state=theirs)
        tell(pair, 1 - u, 721_002, event="HA_STATUS_PEER_STATE", ours=ours, theirs=theirs)


def meet(pair: Pair) -> None:
    """First hellos in both directions; what each knows of the other is fresh."""
    for u, unit in enumerate(pair.units):
        mate = pair.units[1 - u]
        if unit.peer.heard:
            unit.peer = replace(unit.peer, state=mate.state)
            continue
        opened = carry(pair, 1 - u, f"hello {mate.serial} {mate.version}".encode())
        assert opened is not None  # units meet only while they hear each other
        unit.peer = PeerKnowledge(
            heard=True, state=mate.state, version=mate.version, serial=mate.serial
        )
        unit.interfaces_since = pair.now
        if unit.state is not State.NEGOTIATION:
            tell(pair, u, 105_034)
        _compare(pair, u)
        tell(pair, u, 720_023, presence="present")


def lose_sight(pair: Pair, u: int) -> None:
    """The mate is not heard any more.

    Version, serial and active time stay as they were last heard (real 9.23(1) screens).
    """
    unit = pair.units[u]
    if pair.answers(1 - u):
        remember_active_time(pair, 1 - u)
    unit.peer = replace(unit.peer, heard=False, state=State.FAILED, interfaces_known=False)
    unit.last_failure, unit.last_failure_lines = ("Comm Failure", pair.now), ()
    tell(pair, u, 720_023, presence="not present")


def hears_nobody(pair: Pair, u: int) -> None:
    """The unit has looked for a mate and found none: `Mate Unknown`, Failed (real screens)."""
    unit = pair.units[u]
    unit.peer = replace(unit.peer, state=State.FAILED)
    unit.last_failure, unit.last_failure_lines = ("Comm Failure", pair.now), ()


def remember_active_time(pair: Pair, u: int) -> None:
    """What the mate goes on showing of unit u when it is not heard any more."""
    mate = pair.units[1 - u]
    if mate.peer.heard:
        mate.peer = replace(mate.peer, active_ms=active_ms(pair.units[u], pair.now))


def active_ms(unit: Unit, now: int) -> int:
    """`Active time`: how long the unit has been active, or was the last time.

    The command reference calls it cumulative; on real 9.23(1) screens every spell begins at 0.
    """
    return unit.active_ms if unit.active_since is None else now - unit.active_since


def are_compatible(one: str | None, other: str | None) -> bool:
    """Whether two releases may form a pair for the time of an upgrade."""
    low, high = sorted((release(one), release(other)))
    if not low or low[:2] == high[:2] or low >= freely_paired_from():
        return bool(low)
    return any(
        low[:2] == train and high[:2] == first[:2] and high >= first
        for train, first in next_releases()
    )


def monitored(unit: Unit, *, known: bool) -> None:
    """Whether the conditions of the mate's interfaces are known."""
    unit.peer = replace(unit.peer, interfaces_known=known)


def _compare(pair: Pair, u: int) -> None:
    unit, mate = pair.units[u], pair.units[1 - u]
    if unit.version == mate.version:
        return
    number, how = 103_007, "identical"
    if not are_compatible(unit.version, mate.version):
        number, how = 103_006, "compatible"
    tell(pair, u, number, theirs=mate.version, ours=unit.version)
    mate_differs(pair, u, how)
