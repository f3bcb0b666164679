"""Remote-access sessions on the active unit: how they end, sleep, wake, and change units.

A row without tunnel but with a ticket is a sleeping or returning client, which is normal; a row
without ticket is an orphan. Ending goes through the ticket; what has none is only ever removed
as a row (R10), and by itself never (R7; `orphan_timer`).
"""

from msgspec.structs import replace

from upgrader.emulator.sessions import books, pools
from upgrader.emulator.sessions.clients import (
    closed_notice_ms,
    loses_ticket,
    moved_notice_ms,
    put,
)
from upgrader.emulator.sessions.copies import WITHDRAWN, forget, send, send_all, withdraw
from upgrader.emulator.sessions.ground import Ground, Side, ground_of, taker
from upgrader.emulator.sessions.handshakes import shut_out
from upgrader.emulator.sessions.policies import idle_ms
from upgrader.emulator.state import Client, Mind, Row, State, Timer, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import PAIR, schedule

CLOSING = (722_037, 722_023, 722_023)
"""What is written where the tunnels of a session close."""

_ENDS = {
    (carried, pooled): (*CLOSING * carried, 113_019, *(737_016,) * pooled)
    for carried in (False, True)
    for pooled in (False, True)
}
"""What the end of a session begins with: by whether it had tunnels, and an address of a pool."""

_ENDED = {of_mate: (*of_mate, 716_002) for of_mate in WITHDRAWN}
"""What it ends with: by what is to be said of the standby."""

_WHOLE_ENDS = {
    (*known, of_mate): (*first, *last)
    for known, first in _ENDS.items()
    for of_mate, last in _ENDED.items()
}
"""Both, by all of that."""

_SLEEPS = (716_058,)
"""What is written where a client is not heard any more."""

_CONNECTED, _ASLEEP, _AWAY = Mind.CONNECTED, Mind.ASLEEP, Mind.AWAY

_ASK_AGAIN_MS = 60_000
"""How long a timer waits that finds no active unit. Our choice."""


def row_of(unit: Unit, token: int) -> Row | None:
    """The row of a ticket on that unit."""
    ticket = unit.tickets.get(token)
    return None if ticket is None else unit.rows[ticket.index]


def own_row(unit: Unit, client: Client) -> Row | None:
    """The row of a client's ticket on that unit."""
    token, index = client.token, client.index
    if token is None:
        return None
    row = None if index is None else unit.rows.get(index)
    return row if row is not None and row.token == token else row_of(unit, token)


def logoff(pair: Pair, u: int, index: int) -> int:
    """`vpn-sessiondb logoff index N` on a unit: how many sessions it ended.

    A standby ends only what is its own, rows without ticket: its other rows are copies.
    Inferred.
    """
    row = pair.units[u].rows.get(index)
    ground = ground_of(pair)
    ours = ground.ours
    if row is None or (row.token is not None and not ground.serves(u)):
        return 0
    log.operator(pair, u, f"vpn-sessiondb logoff index {index} noconfirm")
    if ours is None or row.token is None:
        end_orphan(pair, ground, u, row, "Administrator Reset")
        return 1
    end(pair, ground, ours, row, "Administrator Reset")
    loses_ticket(pair, row.client, closed_notice_ms(pair))
    return 1


def end(pair: Pair, ground: Ground, ours: Side, row: Row, reason: str) -> None:
    """The ordinary end of a session on the active unit: ticket, row and lease go, on both."""
    unit, pen = ours.unit, ours.pen
    assert row.token is not None  # an orphan does not come this way
    del unit.tickets[row.token], unit.rows[row.index]
    books.ends(pair, row.token, reason)
    pool = pools.release(pair, ours.u, row.address, row.index)
    carried, pooled = row.carries(pair.now), pool is not None
    name = "" if pool is None else pool.name
    if pen.is_read:
        pen.note(_ENDS[carried, pooled], row, reason, name)
        pen.note(_ENDED[withdraw(pair, ground, row)], row, reason)
    else:
        of_mate = withdraw(pair, ground, row)
        pen.note(_WHOLE_ENDS[carried, pooled, of_mate], row, reason, name)


def end_orphan(pair: Pair, ground: Ground, u: int, row: Row, reason: str) -> None:
    """Remove a row without ticket (R10).

    Its lease goes with it, or stays of nobody (`logoff_releases_lease`).
    """
    unit = pair.units[u]
    del unit.rows[row.index]
    pools.pass_on(unit, row.address, row.index)
    freed = pair.scenario.incident.logoff_releases_lease
    pool = pools.pool_of(unit, row.address) if freed else None
    pen = ground.pens[u]
    pen.note(_ENDS[False, pool is not None], row, reason, "" if pool is None else pool.name)
    if freed:
        pools.release(pair, u, row.address, row.index)
    else:
        pools.leak(unit, row.address, row.index)
    if ground.serves(u):
        pen.note(withdraw(pair, ground, row, freed=freed), row)


def sleeps(pair: Pair, number: int, ground: Ground | None = None) -> None:
    """A connected computer goes to sleep: its tunnels go, its ticket and address stay."""
    client = pair.clients[number]
    if client.mind is not _CONNECTED:
        return
    put(pair, replace(client, mind=_ASLEEP))
    ground = ground or ground_of(pair)
    ours = ground.ours
    row = None if ours is None else own_row(ours.unit, client)
    if ours is None or row is None:
        return
    if row.carries(pair.now):
        row = replace(row, up_from=None, inactive_from=pair.now)
    else:
        row = replace(row, up_from=None)
    ours.unit.rows[row.index] = row
    ours.pen.note(_SLEEPS, row)
    of_mate = send(pair, ground, row)
    if of_mate:
        ours.pen.note(of_mate, row)
    watch_idle(pair, ours.unit, row)


def wakes(pair: Pair, number: int, ground: Ground | None = None) -> None:
    """A sleeping computer wakes: it resumes with its ticket, or has to log in again."""
    client = pair.clients[number]
    if client.mind is not _ASLEEP:
        return
    ground = ground or ground_of(pair)
    ours = ground.ours
    if ours is None:
        schedule(pair, pair.now + _ASK_AGAIN_MS, "wakes", argument=number)
        return
    if client.platform in ground.shut:
        put(pair, replace(client, mind=Mind.REFUSED))
        schedule(pair, pair.now, "login", argument=number)
        return
    put(pair, replace(client, mind=_CONNECTED))
    row = own_row(ours.unit, client)
    if row is None:
        loses_ticket(pair, number, 0)
        return
    row = replace(row, up_from=pair.now)
    ours.unit.rows[row.index] = row
    assert row.token is not None  # found by it
    pair.returns.append((pair.now, row.token))
    pen = ours.pen
    pen.note(pen.back, row)
    of_mate = send(pair, ground, row)
    if of_mate:
        pen.note(of_mate, row)


def leaves(pair: Pair, number: int, ground: Ground | None = None) -> None:
    """A person logs off."""
    client = pair.clients[number]
    ground = ground or ground_of(pair)
    ours = ground.ours
    row = None if ours is None else own_row(ours.unit, client)
    put(pair, replace(client, mind=_AWAY, index=None, token=None))
    if ours is not None and row is not None:
        end(pair, ground, ours, row, "User Requested")


def watch_idle(pair: Pair, unit: Unit, row: Row) -> None:
    """End the session when its idle timeout runs out, unless it has a tunnel again by then."""
    limit = idle_ms(unit, row.group_policy)
    if limit is not None and row.token is not None:
        schedule(pair, row.inactive_from + limit, "idle", PAIR, row.token)


def idle_out(pair: Pair, timer: Timer, ground: Ground) -> None:
    """An idle timeout may have run out: of a token, or of an orphan by negative index."""
    name, ours = timer.argument, ground.ours
    if ours is None:
        if any(name in unit.tickets for unit in pair.units):
            schedule(pair, pair.now + _ASK_AGAIN_MS, "idle", argument=name)
        return
    row = ours.unit.rows.get(-name) if name < 0 else row_of(ours.unit, name)
    if row is None or row.up_from is not None:
        return
    limit = idle_ms(ours.unit, row.group_policy)
    if limit is None or row.inactive_from + limit > pair.now:
        return
    if row.token is not None:
        end(pair, ground, ours, row, "Idle Timeout")
        loses_ticket(pair, row.client, 0)
    elif name < 0:
        end_orphan(pair, ground, ours.u, row, "Idle Timeout")


def session_out(pair: Pair, timer: Timer, ground: Ground) -> None:
    """The longest time that a session may last has passed."""
    token, ours = timer.argument, ground.ours
    if ours is None:
        if any(token in unit.tickets for unit in pair.units):
            schedule(pair, pair.now + _ASK_AGAIN_MS, "session-over", argument=token)
        return
    row = row_of(ours.unit, token)
    if row is not None:
        end(pair, ground, ours, row, "Max Time Exceeded")
        loses_ticket(pair, row.client, closed_notice_ms(pair))


def takes_over(pair: Pair, u: int) -> None:
    """Unit u serves now (R4, R5).

    No tunnel is up until its client has noticed and comes back with its ticket; who has none
    here logs in again.
    """
    log.settle(pair)
    unit = pair.units[u]
    where = {row.token: row for row in unit.rows.values() if row.token is not None}
    books.not_carried(pair, where)
    restarted = pair.scenario.incident.row_after_switch == "restarted"
    resumes: list[tuple[int, int, int]] = []
    lost: list[Client] = []
    now = pair.now
    shut = shut_out(pair, u)
    for client in pair.clients.values():
        if client.mind is not _CONNECTED:
            continue
        row = None if client.token is None else where.pop(client.token, None)
        if row is None:
            lost.append(client)
            continue
        if client.platform in shut:
            _stays_outside(pair, u, client, row)
            continue
        at = now + moved_notice_ms(pair)
        since = now if row.carries(now) else row.inactive_from
        login_ms = now if restarted else row.login_ms
        unit.rows[row.index] = replace(row, login_ms=login_ms, up_from=at, inactive_from=since)
        resumes.append((at, u, row.index))
        if client.index != row.index:
            pair.clients[client.number] = replace(client, index=row.index)
    for row in where.values():
        if row.up_from is not None:
            since = now if row.carries(now) else row.inactive_from
            unit.rows[row.index] = replace(row, up_from=None, inactive_from=since)
        watch_idle(pair, unit, unit.rows[row.index])
    for client in lost:
        loses_ticket(pair, client.number, moved_notice_ms(pair))
    resumes.sort()
    pair.resumes, pair.resumed = resumes, 0
    _keep_in_step(pair, u)


def _stays_outside(pair: Pair, u: int, client: Client, row: Row) -> None:
    """A client notices that its tunnel is gone, and will not come in with its ticket."""
    since = pair.now if row.carries(pair.now) else row.inactive_from
    parked = replace(row, up_from=None, inactive_from=since)
    pair.units[u].rows[row.index] = parked
    watch_idle(pair, pair.units[u], parked)
    put(pair, replace(client, mind=Mind.REFUSED, index=row.index))
    schedule(pair, pair.now + moved_notice_ms(pair), "login", argument=client.number)


def _keep_in_step(pair: Pair, u: int) -> None:
    """The former active becomes the holder of copies, or loses what nobody keeps current.

    Its rows are as current as they were: only a restarted login time has to be told.
    """
    mate = pair.units[1 - u]
    if mate.state not in (State.STANDBY_READY, State.FAILED):
        return
    if taker(pair) == 1 - u:
        if pair.scenario.incident.row_after_switch == "restarted":
            rows = pair.units[u].rows.values()
            send_all(pair, [row for row in rows if row.token is not None])
    elif pair.scenario.incident.newer_to_older_state == "full":
        forget(mate)
