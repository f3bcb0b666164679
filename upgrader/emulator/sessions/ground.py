"""Who serves and who takes copies: what stays as it is while people come and go."""

from dataclasses import dataclass

from upgrader.emulator.pairing.link import is_keyed, state_flows
from upgrader.emulator.sessions.handshakes import shut_out
from upgrader.emulator.sessions.packages import stamps
from upgrader.emulator.state import Unit
from upgrader.emulator.syslog.log import Pen
from upgrader.emulator.syslog.notes import release
from upgrader.emulator.tables import FOLLOWING, Pair


@dataclass(frozen=True, slots=True)
class Side:
    """A unit in the part that it plays now."""

    u: int
    unit: Unit
    pen: Pen


@dataclass(frozen=True, slots=True)
class Ground:
    """What happens to one session depends on it, and does not change it."""

    ours: Side | None
    """The unit that serves; None: nobody does."""
    theirs: Side | None
    """The unit that takes copies of VPN state; None: none does."""
    known: frozenset[str]
    """What the taker's tickets can stand on by themselves."""
    shares_indices: bool
    """Whether a session has the same index on both units (`index_allocator`)."""
    shut: frozenset[str]
    """The platforms whose clients cannot come back to the active unit with their tickets."""
    pens: tuple[Pen, Pen]
    """How each unit writes about it."""

    def serves(self, u: int) -> bool:
        """Whether that unit is the active one."""
        return self.ours is not None and self.ours.u == u


def ground_of(pair: Pair) -> Ground:
    """How it is now."""
    active, mate = pair.active, taker(pair)
    rules = pair.scenario.incident
    known = frozenset[str]() if mate is None else stamps(rules, pair.units[mate].loaded)
    shut = frozenset[str]() if active is None else shut_out(pair, active)
    shares = rules.index_allocator == "shared"
    pens = (Pen(pair, 0), Pen(pair, 1))
    ours, theirs = (None if u is None else Side(u, pair.units[u], pens[u]) for u in (active, mate))
    return Ground(ours, theirs, known, shares, shut, pens)


def taker(pair: Pair) -> int | None:
    """The unit that takes copies of VPN state now; None: none does."""
    active = pair.active
    if active is None or not is_keyed(pair) or not state_flows(pair):
        return None
    mate = pair.units[1 - active]
    if mate.state not in FOLLOWING or not flows_down(pair, active):
        return None
    return 1 - active


def flows_down(pair: Pair, active: int) -> bool:
    """Whether versions allow state to pass (`newer_to_older_state`)."""
    ours, theirs = (release(pair.units[u].version) for u in (active, 1 - active))
    return ours <= theirs or pair.scenario.incident.newer_to_older_state == "full"
