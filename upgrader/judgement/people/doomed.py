"""Who would die in the final reload: the logins of before the switchover, on the new active unit.

A ticket leans on the unit that admitted it. Whoever logged in before the roles moved was admitted
by the former active; whoever did so afterwards, by the unit that stays, and is let alone.

A row does not say under which image its client came in: where some images lean and others do not,
everybody of before the switchover counts (see `leaning`).
"""

from upgrader.judgement.people.logins import LoginKey, login_key
from upgrader.model.drain import DoomedRow
from upgrader.model.names import Instant
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.vpn import Session, Tunnel

_SSL = frozenset({Tunnel.SSL, Tunnel.DTLS})
_GRAIN_MS = 2_000  # A duration is printed in whole seconds; and two clocks tick.


def doomed(
    before: Snapshot | None, switched: Instant | None, seen: Snapshot, read_by: Instant | None
) -> tuple[DoomedRow, ...]:
    """The doomed rows of the active unit, by index.

    `before`: the pair before the first act; `switched`: when the switchover was ordered; `read_by`:
    when the look had ended. Who is in doubt does not count: nobody healthy is to be logged off.
    """
    active = seen.active
    if active is None or active.full is None or active.full.sessions is None:
        return ()
    known, left = _then(before)
    rows = [
        row
        for row in active.full.sessions
        if may_lean(row)
        and (key := login_key(row)) not in left
        and (key in known or _came_before(row, switched, read_by))
    ]
    return tuple(
        DoomedRow(row.index, row.user, row.address, row.login_time, row.audit_id, row.public)
        for row in sorted(rows, key=lambda row: row.index)
    )


def may_lean(row: Session) -> bool:
    """Whether a session has a ticket that can lean: SSL, or asleep; IPsec tunnels have none."""
    return not row.has_tunnel or not row.tunnels.isdisjoint(_SSL)


def _then(before: Snapshot | None) -> tuple[frozenset[LoginKey], frozenset[LoginKey]]:
    """The logins of the unit that was active before the first act, and those of its mate alone."""
    active = None if before is None else before.active
    if before is None or active is None:
        return frozenset(), frozenset()
    ours, theirs = _keys(active), frozenset[LoginKey]()
    mate = before.mate_of(active)
    if isinstance(mate, Unit):
        theirs = _keys(mate)
    return ours, theirs - ours


def _keys(unit: Unit) -> frozenset[LoginKey]:
    rows = () if unit.full is None else unit.full.sessions or ()
    return frozenset(login_key(row) for row in rows)


def _came_before(row: Session, switched: Instant | None, read_by: Instant | None) -> bool:
    """Whether the login is clearly older than the order to switch over.

    A look takes a while, and a duration in it was true at some moment of that while: counted back
    from its end, no login seems older than it is. Who is in doubt is let alone.
    """
    if switched is None or read_by is None:
        return False
    return read_by - row.duration_seconds * 1_000 < switched - _GRAIN_MS
