"""Remote-access sessions on the active unit: how they end, sleep, wake, and change units.

A row without tunnel but with a ticket is a sleeping or returning client, which is normal; a row
without ticket is an orphan. Ending goes through the ticket; what has none is only ever removed
as a row (R10), and by itself never (R7; `orphan_timer`).
"""

from collections.abc import Sequence

from msgspec.structs import replace

from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.clients import closed_notice_ms, loses_ticket, moved_notice_ms
from upgrader.emulator.sessions.copies import dotted, forget, send, taker, withdraw
from upgrader.emulator.sessions.policies import idle_ms
from upgrader.emulator.state import Client, Mind, Row, State
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

CLOSING = (722_037, 722_023, 722_023)
"""What is written where the tunnels of a session close: `closing` gives the fields."""

# What 722037 says: the list of reasons in the syslog guide is open, these are inferred.
_CLOSED = {"User Requested": "User requested"}

# 716002 spells reasons its own way (captured lines; ASA syslog guide).
_AS_716 = {
    "Idle Timeout": "Idle timeout",
    "Max Time Exceeded": "Max time exceeded",
    "Administrator Reset": "Administrator reset",
    "Port Preempted": "Port preempted",
}

_ASK_AGAIN_MS = 60_000
"""How long a timer waits that finds no active unit. Our choice."""


def row_of(pair: Pair, u: int, token: int | None) -> Row | None:
    """The row of a ticket on that unit."""
    ticket = None if token is None else pair.units[u].tickets.get(token)
    return None if ticket is None else pair.units[u].rows[ticket.index]


def logoff(pair: Pair, u: int, index: int) -> int:
    """`vpn-sessiondb logoff index N` on a unit: how many sessions it ended.

    A standby ends only what is its own, rows without ticket: its other rows are copies.
    Inferred.
    """
    row = pair.units[u].rows.get(index)
    if row is None or (u != pair.active and row.token is not None):
        return 0
    log.operator(pair, u, f"vpn-sessiondb logoff index {index} noconfirm")
    if row.token is None:
        end_orphan(pair, u, row, "Administrator Reset")
        return 1
    end(pair, u, row, "Administrator Reset")
    loses_ticket(pair, row.client, closed_notice_ms(pair))
    return 1


def end(pair: Pair, u: int, row: Row, reason: str) -> None:
    """The ordinary end of a session on the active unit: ticket, row and lease go, on both."""
    unit = pair.units[u]
    assert row.token is not None  # an orphan does not come this way
    del unit.tickets[row.token], unit.rows[row.index]
    if row.carries(pair.now):
        log.tell_each(pair, u, CLOSING, [row], lambda one: closing(one, _CLOSED.get(reason)))
    _tell_end(pair, u, row, reason)
    _tell_freeing(pair, u, row)
    pools.release(pair, u, row.address, row.index)
    withdraw(pair, row)
    log.tell(pair, u, 716_002, **log.who(row), reason=_AS_716.get(reason, reason))


def end_orphan(pair: Pair, u: int, row: Row, reason: str) -> None:
    """Remove a row without ticket (R10).

    Its lease goes with it, or stays of nobody (`logoff_releases_lease`).
    """
    unit = pair.units[u]
    del unit.rows[row.index]
    pools.pass_on(unit, row.address, row.index)
    freed = pair.scenario.incident.logoff_releases_lease
    _tell_end(pair, u, row, reason)
    if freed:
        _tell_freeing(pair, u, row)
        pools.release(pair, u, row.address, row.index)
    else:
        pools.leak(unit, row.address, row.index)
    if u == pair.active:
        withdraw(pair, row, freed=freed)


def sleeps(pair: Pair, number: int) -> None:
    """A connected computer goes to sleep: its tunnels go, its ticket and address stay."""
    client = pair.clients[number]
    if client.mind is not Mind.CONNECTED:
        return
    pair.clients[number] = replace(client, mind=Mind.ASLEEP)
    active = pair.active
    row = None if active is None else row_of(pair, active, client.token)
    if active is None or row is None:
        return
    since = pair.now if row.carries(pair.now) else row.inactive_from
    row = replace(row, up_from=None, inactive_from=since)
    pair.units[active].rows[row.index] = row
    log.tell(pair, active, 716_058, **log.who(row))
    send(pair, [row])
    watch_idle(pair, active, row)


def wakes(pair: Pair, number: int) -> None:
    """A sleeping computer wakes: it resumes with its ticket, or has to log in again."""
    client = pair.clients[number]
    if client.mind is not Mind.ASLEEP:
        return
    active = pair.active
    if active is None:
        schedule(pair, pair.now + _ASK_AGAIN_MS, "wakes", argument=number)
        return
    pair.clients[number] = replace(client, mind=Mind.CONNECTED)
    row = row_of(pair, active, client.token)
    if row is None:
        loses_ticket(pair, number, 0)
        return
    row = replace(row, up_from=pair.now)
    pair.units[active].rows[row.index] = row
    log.resumption(pair, active, row)
    send(pair, [row])


def leaves(pair: Pair, number: int) -> None:
    """A person logs off."""
    client = pair.clients[number]
    active = pair.active
    row = None if active is None else row_of(pair, active, client.token)
    pair.clients[number] = replace(client, mind=Mind.AWAY, index=None, token=None)
    if active is not None and row is not None:
        end(pair, active, row, "User Requested")


def watch_idle(pair: Pair, u: int, row: Row) -> None:
    """End the session when its idle timeout runs out, unless it has a tunnel again by then."""
    limit = idle_ms(pair.units[u], row.group_policy)
    if limit is not None and row.token is not None:
        schedule(pair, row.inactive_from + limit, "idle", argument=row.token)


def idle_out(pair: Pair, name: int) -> None:
    """An idle timeout may have run out: of a token, or of an orphan by negative index."""
    active = pair.active
    if active is None:
        if any(name in unit.tickets for unit in pair.units):
            schedule(pair, pair.now + _ASK_AGAIN_MS, "idle", argument=name)
        return
    unit = pair.units[active]
    row = unit.rows.get(-name) if name < 0 else row_of(pair, active, name)
    if row is None or row.up_from is not None:
        return
    limit = idle_ms(unit, row.group_policy)
    if limit is None or row.inactive_from + limit > pair.now:
        return
    if row.token is not None:
        end(pair, active, row, "Idle Timeout")
        loses_ticket(pair, row.client, 0)
    elif name < 0:
        end_orphan(pair, active, row, "Idle Timeout")


def session_out(pair: Pair, token: int) -> None:
    """The longest time that a session may last has passed."""
    active = pair.active
    if active is None:
        if any(token in unit.tickets for unit in pair.units):
            schedule(pair, pair.now + _ASK_AGAIN_MS, "session-over", argument=token)
        return
    row = row_of(pair, active, token)
    if row is not None:
        end(pair, active, row, "Max Time Exceeded")
        loses_ticket(pair, row.client, closed_notice_ms(pair))


def takes_over(pair: Pair, u: int) -> None:
    """Unit u serves now (R4, R5).

    No tunnel is up until its client has noticed and comes back with its ticket; who has none
    here logs in again.
    """
    log.settle(pair)
    unit = pair.units[u]
    where = {row.token: row for row in unit.rows.values() if row.token is not None}
    restarted = pair.scenario.incident.row_after_switch == "restarted"
    resumes: list[tuple[int, int, int]] = []
    lost: list[Client] = []
    now = pair.now
    for client in pair.clients.values():
        if client.mind is not Mind.CONNECTED:
            continue
        row = None if client.token is None else where.pop(client.token, None)
        if row is None:
            lost.append(client)
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
        watch_idle(pair, u, unit.rows[row.index])
    for client in lost:
        loses_ticket(pair, client.number, moved_notice_ms(pair))
    resumes.sort()
    pair.resumes, pair.resumed = resumes, 0
    _keep_in_step(pair, u)


def _keep_in_step(pair: Pair, u: int) -> None:
    """The former active becomes the holder of copies, or loses what nobody keeps current.

    Its rows are as current as they were: only a restarted login time has to be told.
    """
    mate = pair.units[1 - u]
    if mate.state not in (State.STANDBY_READY, State.FAILED):
        return
    if taker(pair) == 1 - u:
        if pair.scenario.incident.row_after_switch == "restarted":
            send(pair, [row for row in pair.units[u].rows.values() if row.token is not None])
    elif pair.scenario.incident.newer_to_older_state == "full":
        forget(mate)


def closing(row: Row, reason: str | None = None) -> Sequence[log.Fields]:
    """The fields of the messages `CLOSING` about a row whose tunnels close."""
    name = log.who(row)
    kinds = ({**name, "kind": "TCP"}, {**name, "kind": "UDP"})
    return {**name, "reason": reason or "Transport closing"}, *kinds


def _tell_end(pair: Pair, u: int, row: Row, reason: str) -> None:
    seconds = max(0, pair.now - row.login_ms) // 1_000
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3_600}h:{rest // 60 % 60:02d}m:{rest % 60:02d}s"
    moved = seconds * row.rate // 2
    log.tell(
        pair,
        u,
        113_019,
        tunnel_group=row.tunnel_group,
        user=row.user,
        public=row.public,
        duration=f"{days}d {clock}" if days else clock,
        sent=moved,
        received=moved,
        reason=reason,
    )


def _tell_freeing(pair: Pair, u: int, row: Row) -> None:
    pool = pools.pool_of(pair.units[u], row.address)
    if pool is not None:
        address = dotted(row.address)
        log.tell(pair, u, 737_016, handle=log.handle(row.index), pool=pool.name, address=address)
