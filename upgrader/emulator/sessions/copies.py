"""VPN state on the standby: single changes (R3), and bulk sync at a join (R8).

Needs a failover key (ASA syslog guide, 720056 to 720061), a state link and compatible versions.
Every message is sealed once: one for a change or a batch of them, one for a whole sync.
"""

from collections.abc import Sequence

from msgspec import msgpack
from msgspec.structs import replace

from upgrader.emulator.pairing.link import carry, is_keyed, state_flows
from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.packages import stamps
from upgrader.emulator.state import Home, Row, Ticket, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import FOLLOWING, Pair

_Copy = tuple[Row, str | None, str]
"""A row, what its session was admitted under (None: it has no ticket), and its platform."""

_ROWS = msgpack.Decoder(list[_Copy])
_WHOLE = msgpack.Decoder(tuple[int, list[_Copy]])
_TOKEN = msgpack.Decoder(int)


def taker(pair: Pair) -> int | None:
    """The unit that takes copies of VPN state now; None: none does."""
    active = pair.active
    if active is None or not is_keyed(pair) or not state_flows(pair):
        return None
    mate = pair.units[1 - active]
    if mate.state not in FOLLOWING or not _flows_down(pair, active):
        return None
    return 1 - active


def send(pair: Pair, rows: Sequence[Row]) -> bool:
    """Send these rows of the active unit as they are now; False: nobody takes them."""
    mate = taker(pair)
    if mate is None or not rows:
        return False
    opened = carry(pair, 1 - mate, msgpack.encode(_packed(pair.units[1 - mate], rows)))
    if opened is None:
        return False
    created = _accept(pair, mate, _ROWS.decode(opened))
    for row in created:
        _lease(pair, mate, row)
    return True


def withdraw(pair: Pair, row: Row, *, freed: bool = True) -> None:
    """Tell the standby that a session has ended.

    `freed`: its address too. One that leaks is nobody's to take away, and nothing is said of it.
    """
    mate = taker(pair)
    if mate is None:
        return
    address = dotted(row.address)
    theirs = pair.units[mate]
    message = msgpack.encode(-row.index if row.token is None else row.token)
    opened = carry(pair, 1 - mate, message)
    gone = None if opened is None else _taken_away(theirs, _TOKEN.decode(opened), row)
    if gone is None and not freed:
        return
    if gone is None:
        log.tell(pair, 1 - mate, 737_032, handle=log.handle(row.index), address=address)
        return
    if gone.token is None:
        pools.pass_on(theirs, gone.address, gone.index)
    pools.release(pair, mate, gone.address, gone.index)
    log.tell(pair, mate, 721_018, user=gone.user, public=gone.public)
    log.tell(pair, 1 - mate, 737_031, handle=log.handle(row.index), address=address)


def bulk(pair: Pair, active: int, joiner: int) -> None:
    """Fill the joiner's tables anew from the active unit's tickets.

    Rows without ticket, and their leases, are not walked (inferred; `orphans_replicate`). What
    the joiner has of that kind it keeps.
    """
    ours, theirs = pair.units[active], pair.units[joiner]
    _forget_copies(theirs)
    _haunt(theirs, tuple(pair.ghosts.values()))
    pair.ghosts.clear()
    rules = pair.scenario.incident
    if is_keyed(pair) and state_flows(pair) and _flows_down(pair, active):
        orphans_too = rules.orphans_replicate or rules.orphan_unit == "both"
        rows = [r for r in ours.rows.values() if orphans_too or r.token is not None]
        opened = carry(pair, active, msgpack.encode((ours.next_index, _packed(ours, rows))))
        if opened is not None:
            next_index, taken = _WHOLE.decode(opened)
            if rules.index_allocator == "shared":
                # Orphans are not walked, but their indices are not given again either. Inferred.
                theirs.next_index = max(theirs.next_index, next_index)
            pools.use_all(theirs, _accept(pair, joiner, taken))
    pair.in_step = taker(pair) == joiner


def catch_up(pair: Pair) -> None:
    """Sync the standby's VPN state anew where updates flow again after they could not.

    The state link is back, or a key has been configured. Inferred.
    """
    standby = taker(pair)
    if standby is None:
        pair.in_step = False
    elif not pair.in_step:
        bulk(pair, 1 - standby, standby)


def forget(unit: Unit) -> None:
    """Lose all VPN state: the unit rebooted, or nobody keeps what it has in step."""
    unit.tickets, unit.rows, unit.leases, unit.floors = {}, {}, {}, {}


def dotted(address: int) -> str:
    """`10.1.8.12`."""
    return ".".join(str(byte) for byte in address.to_bytes(4, "big"))


def _flows_down(pair: Pair, active: int) -> bool:
    """Whether versions allow state to pass (`newer_to_older_state`)."""
    ours, theirs = (log.release(pair.units[u].version) for u in (active, 1 - active))
    return ours <= theirs or pair.scenario.incident.newer_to_older_state == "full"


def _packed(unit: Unit, rows: Sequence[Row]) -> list[_Copy]:
    tickets = unit.tickets
    packed: list[_Copy] = []
    for row in rows:
        if row.token is None:
            packed.append((row, None, ""))
        else:
            ticket = tickets[row.token]
            packed.append((row, ticket.admitted, ticket.platform))
    return packed


def _accept(pair: Pair, mate: int, copies: list[_Copy]) -> list[Row]:
    """Enter received rows, tickets and leases; the rows that were not there before.

    Each ticket stands or leans by what this unit has loaded.
    """
    unit = pair.units[mate]
    own = stamps(pair.scenario.incident, unit.loaded)
    shared = pair.scenario.incident.index_allocator == "shared"
    rows, tickets = unit.rows, unit.tickets
    created: list[Row] = []
    for received, admitted, platform in copies:
        row = received if shared else replace(received, index=_own_index(unit, received))
        held = rows.get(row.index)
        if held is not None and held.token != row.token:
            _give_way(pair, mate, held)
        if row.index not in rows:
            created.append(row)
            unit.next_index = max(unit.next_index, row.index + 1)
        rows[row.index] = row
        if admitted is not None and row.token is not None:
            home = Home.OWN if admitted in own else Home.PEER
            tickets[row.token] = Ticket(row.index, admitted, platform, home)
    log.tell_each(pair, mate, (721_016,), created, _named)
    return created


def _give_way(pair: Pair, mate: int, stale: Row) -> None:
    """A row of before the active unit's reboot goes: its index was given again. Inferred."""
    unit = pair.units[mate]
    del unit.rows[stale.index]
    if stale.token is not None:
        unit.tickets.pop(stale.token, None)
    pools.pass_on(unit, stale.address, stale.index)
    pools.release(pair, mate, stale.address, stale.index)


def _named(row: Row) -> tuple[log.Fields]:
    return ({"user": row.user, "public": row.public},)


def _lease(pair: Pair, mate: int, row: Row) -> None:
    """Mark the address on the standby; the message is the active unit's."""
    unit = pair.units[mate]
    held = pools.holder(unit, row.address)
    about = {"handle": log.handle(row.index), "address": dotted(row.address)}
    if held is not None and held.held_until is None and held.index != row.index:
        log.tell(pair, 1 - mate, 737_030, **about)
        return
    pools.use(unit, row.address, row.index)
    log.tell(pair, 1 - mate, 737_029, **about)


def _haunt(unit: Unit, ghosts: Sequence[Row]) -> None:
    """Rows that lost their ticket on the active unit appear here (`orphan_unit`)."""
    appeared = [ghost for ghost in ghosts if ghost.index not in unit.rows]
    for ghost in appeared:
        unit.rows[ghost.index] = ghost
        unit.next_index = max(unit.next_index, ghost.index + 1)
    pools.use_all(unit, appeared)


def _own_index(unit: Unit, row: Row) -> int:
    known = unit.tickets.get(row.token) if row.token is not None else None
    return unit.next_index if known is None else known.index


def _taken_away(unit: Unit, name: int, row: Row) -> Row | None:
    """Remove a session by token, or an orphan by negative index; the row that was there."""
    if name >= 0:
        ticket = unit.tickets.pop(name, None)
        return None if ticket is None else unit.rows.pop(ticket.index)
    held = unit.rows.get(-name)
    same = held is not None and held.token is None and held.audit == row.audit
    return unit.rows.pop(-name) if same else None


def _forget_copies(unit: Unit) -> None:
    """Drop sessions with tickets, and every lease that belonged to one."""
    gone = {row.index for row in unit.rows.values() if row.token is not None}
    unit.tickets = {}
    unit.rows = {i: row for i, row in unit.rows.items() if i not in gone}
    unit.leases = {
        name: {a: lease for a, lease in leases.items() if lease.index not in gone}
        for name, leases in unit.leases.items()
    }
    unit.floors = {}
