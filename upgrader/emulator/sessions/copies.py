"""VPN state on the standby: single changes (R3), and bulk sync at a join (R8).

Needs a failover key (ASA syslog guide, 720056 to 720061), a state link and compatible versions.
Whole syncs are sealed and opened; what comes out is what went in, and so the units share the
values, which nobody alters. A single change passes under the key that was found to fit
when the units met, and is only counted: nobody sees its bytes, and there are thousands.
"""

from collections.abc import Sequence

from msgspec import msgpack
from msgspec.structs import replace

from upgrader.emulator.pairing.link import carry, is_keyed, pass_under_key, state_flows
from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.ground import Ground, flows_down, ground_of, taker
from upgrader.emulator.sessions.packages import stamps
from upgrader.emulator.state import Home, Row, Ticket, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair

_Copy = tuple[Row, str | None, str]
"""A row, what its session was admitted under (None: it has no ticket), and its platform."""

_OWN, _PEER = Home.OWN, Home.PEER

# What is written about copies: by the standby of the session, by the active unit of the address.
_CREATED, _DELETED = (721_016,), (721_018,)
_ADDED, _IN_USE, _REMOVED, _NOT_FOUND = (737_029,), (737_030,), (737_031,), (737_032,)

TAKEN: tuple[tuple[int, ...], ...] = ((), _ADDED, _IN_USE)
"""What the active unit may have to write about a session that is new to the standby."""

WITHDRAWN: tuple[tuple[int, ...], ...] = ((), _REMOVED, _NOT_FOUND)
"""What the active unit may have to write about a session that the standby is told to forget."""


def send(pair: Pair, ground: Ground, row: Row) -> tuple[int, ...]:
    """Send a row of the active unit as it is now, where somebody takes it.

    Answers with what the active unit has still to write about it: one of `TAKEN`.
    """
    ours, theirs = ground.ours, ground.theirs
    if ours is None or theirs is None:
        return ()
    pass_under_key(pair.link)
    token, unit = row.token, theirs.unit
    assert token is not None  # what changes by itself has a ticket
    copied = unit.tickets.get(token) if ground.shares_indices else None
    if copied is not None and copied.index == row.index:
        # It is known there: what a session was admitted under does not change.
        unit.rows[copied.index] = row
        if (copied.admitted in ground.known) is not (copied.home is _OWN):
            home = _PEER if copied.home is _OWN else _OWN
            unit.tickets[token] = replace(copied, home=home)
        return ()
    ticket = ours.unit.tickets[token]
    created = _enter(pair, theirs.u, ground.known, row, ticket.admitted, ticket.platform)
    if created is None:
        return ()
    theirs.pen.note(_CREATED, created)
    leased = _leased(unit, created)
    if created is row:
        return leased
    # It has another index there, which is the one that is written.
    ours.pen.note(leased, created)
    return ()


def send_all(pair: Pair, rows: Sequence[Row]) -> None:
    """Send these rows of the active unit in one message, where somebody takes them."""
    ground = ground_of(pair)
    ours, theirs = ground.ours, ground.theirs
    if ours is None or theirs is None or not rows:
        return
    copies = _packed(ours.unit, rows)
    if carry(pair, ours.u, msgpack.encode(copies)) is not None:
        for row in _accept(pair, theirs.u, ground.known, copies):
            ours.pen.note(_leased(theirs.unit, row), row)


def withdraw(pair: Pair, ground: Ground, row: Row, *, freed: bool = True) -> tuple[int, ...]:
    """Tell the standby that a session has ended; what the active unit has to write about it.

    `freed`: its address too. One that leaks is nobody's to take away, and nothing is said of it.
    """
    theirs = ground.theirs
    if theirs is None:
        return ()
    pass_under_key(pair.link)
    gone = _taken_away(theirs.unit, row)
    if gone is None:
        return _NOT_FOUND if freed else ()
    if gone.token is None:
        pools.pass_on(theirs.unit, gone.address, gone.index)
    pools.release(pair, theirs.u, gone.address, gone.index)
    theirs.pen.note(_DELETED, gone)
    return _REMOVED


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
    if is_keyed(pair) and state_flows(pair) and flows_down(pair, active):
        orphans_too = rules.orphans_replicate or rules.orphan_unit == "both"
        rows = [r for r in ours.rows.values() if orphans_too or r.token is not None]
        copies = _packed(ours, rows)
        if carry(pair, active, msgpack.encode((ours.next_index, copies))) is not None:
            if rules.index_allocator == "shared":
                # Orphans are not walked, but their indices are not given again either. Inferred.
                theirs.next_index = max(theirs.next_index, ours.next_index)
            known = stamps(rules, theirs.loaded)
            pools.use_all(theirs, _accept(pair, joiner, known, copies))
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


def keep_first(pair: Pair, u: int, share: float) -> tuple[int, ...]:
    """Of the copies that a unit is getting, only the first part has come; the others' tokens."""
    rows = sorted(pair.units[u].rows.values(), key=lambda row: row.index)
    tokens = [row.token for row in rows if row.token is not None]
    left = tuple(tokens[round(len(tokens) * share) :])
    drop(pair, u, left)
    return left


def drop(pair: Pair, u: int, tokens: Sequence[int]) -> None:
    """Let these sessions be gone from a unit, of which nothing is written."""
    unit = pair.units[u]
    for token in tokens:
        ticket = unit.tickets.pop(token, None)
        if ticket is not None:
            row = unit.rows.pop(ticket.index)
            pools.release(pair, u, row.address, row.index)


def forget(unit: Unit) -> None:
    """Lose all VPN state: the unit rebooted, or nobody keeps what it has in step."""
    unit.tickets, unit.rows = {}, {}
    unit.leases = {}
    pools.begin_anew(unit)


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


def _accept(pair: Pair, mate: int, known: frozenset[str], copies: list[_Copy]) -> list[Row]:
    """Enter received rows, tickets and leases; the rows that were not there before."""
    entered = [_enter(pair, mate, known, *copied) for copied in copies]
    created = [row for row in entered if row is not None]
    log.note_each(pair, mate, _CREATED, created)
    return created


def _enter(
    pair: Pair,
    mate: int,
    known: frozenset[str],
    received: Row,
    admitted: str | None,
    platform: str,
) -> Row | None:
    """Enter a received row and its ticket; the row where none was there before.

    The ticket stands or leans by what this unit has loaded.
    """
    unit = pair.units[mate]
    row = received
    if pair.scenario.incident.index_allocator != "shared":
        row = replace(received, index=_own_index(unit, received))
    rows = unit.rows
    held = rows.get(row.index)
    if held is not None and held.token != row.token:
        _give_way(pair, mate, held)
        held = None
    if held is None and row.index >= unit.next_index:
        unit.next_index = row.index + 1
    rows[row.index] = row
    if admitted is not None and row.token is not None:
        home = _OWN if admitted in known else _PEER
        unit.tickets[row.token] = Ticket(row.index, admitted, platform, home)
    return row if held is None else None


def _give_way(pair: Pair, mate: int, stale: Row) -> None:
    """A row of before the active unit's reboot goes: its index was given again. Inferred."""
    unit = pair.units[mate]
    del unit.rows[stale.index]
    if stale.token is not None:
        unit.tickets.pop(stale.token, None)
    pools.pass_on(unit, stale.address, stale.index)
    pools.release(pair, mate, stale.address, stale.index)


def _leased(unit: Unit, row: Row) -> tuple[int, ...]:
    """Mark the address on the standby; what the active unit has to write about it."""
    return _ADDED if pools.take(unit, row.address, row.index) else _IN_USE


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


def _taken_away(unit: Unit, row: Row) -> Row | None:
    """Remove a session by its ticket, or an orphan by its index; the row that was there."""
    if row.token is not None:
        ticket = unit.tickets.pop(row.token, None)
        return None if ticket is None else unit.rows.pop(ticket.index)
    held = unit.rows.get(row.index)
    same = held is not None and held.token is None and held.audit == row.audit
    return unit.rows.pop(row.index) if same else None


def _forget_copies(unit: Unit) -> None:
    """Drop sessions with tickets, and every lease that belonged to one."""
    gone = {row.index for row in unit.rows.values() if row.token is not None}
    unit.tickets = {}
    unit.rows = {i: row for i, row in unit.rows.items() if i not in gone}
    unit.leases = {
        name: {a: lease for a, lease in leases.items() if lease.index not in gone}
        for name, leases in unit.leases.items()
    }
    pools.begin_anew(unit)
