"""One look as the ledger needs it: who stands in whose table, and between which two instants.

A table is no instant: it was asked for, and had come some time later. What it shows was true in
between. Both ends are kept, so that nothing is told more narrowly than it was seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from upgrader.judgement.people.logins import LoginKey, login_key
from upgrader.model.aftermath import Means
from upgrader.model.names import Instant
from upgrader.model.unit import Snapshot, Unit, path_key
from upgrader.model.vpn import Session, Tunnel

SSL = frozenset({Tunnel.SSL, Tunnel.DTLS})
_IPSEC = frozenset({Tunnel.IPSEC, Tunnel.IPSEC_NAT})
_PORTAL = ("Clientless", "WebVPN")
"""How releases call the portal's people in the summary."""
_SECOND = 1_000

Listing = Callable[[Unit], tuple[Session, ...] | None]
"""The rows of one kind of session on a unit; None: nobody asked, or it was not understood."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One look: the active unit's rows, and the mate's."""

    asked: Instant
    """When the active unit's table was asked for: what it lacks was gone by `read`."""
    read: Instant
    """When it had come: what it shows was there at `asked` or later."""
    active: Unit
    standby: Unit | None
    """The other unit; None: it did not answer."""
    rows: dict[LoginKey, Session]
    mate: dict[LoginKey, Session] | None
    """None: the mate did not show its rows."""
    mate_read: Instant
    """When the mate's table had come; meaningless without one."""
    matched: bool
    """Whether both units are seen to have loaded the same AnyConnect images."""

    def silent_since(self, row: Session) -> tuple[Instant, Instant]:
        """Between which instants a row of the active unit went silent; it prints whole seconds."""
        return (
            Instant(self.asked - (row.inactivity_seconds + 1) * _SECOND),
            Instant(self.read - row.inactivity_seconds * _SECOND),
        )

    def begun(self, row: Session) -> tuple[Instant, Instant]:
        """Between which instants a row of the active unit was begun, by its own duration."""
        return (
            Instant(self.asked - (row.duration_seconds + 1) * _SECOND),
            Instant(self.read - row.duration_seconds * _SECOND),
        )


def clients(unit: Unit) -> tuple[Session, ...] | None:
    """The rows of AnyConnect and IKEv2 clients: those that own an address."""
    return None if unit.full is None else unit.full.sessions


def portal(unit: Unit) -> tuple[Session, ...] | None:
    """The rows of the portal alone; what an AnyConnect listing shows too is not among them.

    () where the unit's own summary counts none: then nobody asks.
    """
    wide = None if unit.full is None else unit.full.wide
    if wide is None:
        return None
    if wide.portal is not None:
        shown = {login_key(row) for row in clients(unit) or ()}
        return tuple(row for row in wide.portal if login_key(row) not in shown)
    if wide.kinds is None:
        return None
    counted = any(kind.active and kind.name.startswith(_PORTAL) for kind in wide.kinds)
    return None if counted else ()


def means_of(row: Session) -> Means:
    """By what the person of a row is connected; asleep, it says no more than AnyConnect."""
    if row.tunnels.isdisjoint(SSL):
        if Tunnel.IKEV2 in row.tunnels:
            return Means.IKEV2
        if not row.tunnels.isdisjoint(_IPSEC):
            return Means.IPSEC
    return Means.ANYCONNECT


def sights_of(looks: Sequence[Snapshot], listing: Listing) -> list[Sight]:
    """The looks in which one unit served and showed that listing, oldest first.

    None at all where the first look, the baseline, does not show it: there is nobody to follow.
    """
    sights: list[Sight] = []
    for number, look in enumerate(looks):
        if number and not sights:
            break
        active = look.active
        ours = None if active is None else listing(active)
        if active is None or ours is None:
            continue
        other = look.mate_of(active)
        theirs = listing(other) if isinstance(other, Unit) else None
        asked, read = _listed(look, active)
        sights.append(
            Sight(
                asked,
                read,
                active,
                other if isinstance(other, Unit) else None,
                {login_key(row): row for row in ours},
                None if theirs is None else {login_key(row): row for row in theirs},
                _listed(look, other)[1] if isinstance(other, Unit) else read,
                _is_matched(look),
            )
        )
    return sights


def _listed(look: Snapshot, unit: Unit) -> tuple[Instant, Instant]:
    listed = None if unit.full is None else unit.full.listed
    return (look.at, look.at) if listed is None else listed


def _is_matched(look: Snapshot) -> bool:
    loads = {
        None
        if unit.full is None or unit.full.loaded is None
        else tuple(sorted((path_key(package.path), package.stamp) for package in unit.full.loaded))
        for unit in look.units
    }
    return len(look.units) == 2 and len(loads) == 1 and None not in loads
