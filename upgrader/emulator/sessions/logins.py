"""Logging in on the active unit (R2), and who has to go for it (R11, R12)."""

from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from upgrader.emulator.draws import number as draw
from upgrader.emulator.pairing.link import is_keyed
from upgrader.emulator.sessions import pools
from upgrader.emulator.sessions.clients import closed_notice_ms, loses_ticket
from upgrader.emulator.sessions.copies import dotted, send
from upgrader.emulator.sessions.packages import serving, stamp
from upgrader.emulator.sessions.policies import Terms, session_limit, terms_of
from upgrader.emulator.sessions.vpn import end, end_orphan
from upgrader.emulator.state import Client, Home, Mind, Package, Power, Row, Ticket, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule

_ASK_AGAIN_MS = 30_000
"""How long a client waits that finds nobody at home. Our choice."""

_PAST_SESSIONS = 16
"""How many indices of a person's sessions are remembered: more than may stand at once."""

_NO_ADDRESS = "0.0.0.0"  # noqa: S104  what is written where a unit has none; nothing binds to it

_RATE = (200, 60_000)
"""Bytes a second that a person moves, least and most. Our guess."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a new session gets."""

    terms: Terms
    package: Package
    address: int


def logs_in(pair: Pair, number: int) -> None:
    """A client authenticates anew, if it still has a reason to."""
    client = pair.clients[number]
    if client.mind in (Mind.CONNECTED, Mind.ASLEEP):
        return
    active = pair.active
    if active is None:
        pair.clients[number] = replace(client, mind=Mind.RETURNING)
        schedule(pair, pair.now + _ASK_AGAIN_MS, "login", argument=number)
        return
    if pair.units[active].power is Power.STOPPING:
        log.tell(pair, active, 113_037)
        schedule(pair, pair.now + _ASK_AGAIN_MS, "login", argument=number)
        return
    admission = _admitted(pair, active, client)
    if admission is None:
        pair.clients[number] = replace(client, mind=Mind.REFUSED, index=None, token=None)
        return
    row = _enter(pair, active, client, admission)
    _welcome(pair, active, row)


def audit_id(pair: Pair, unit: Unit, index: int, login_ms: int) -> str:
    """`Audt Sess ID`: the unit's address, the index shifted, the login's epoch.

    Decoded from real screens.
    """
    settings = unit.settings
    name = settings.webvpn.enabled_on[0] if settings.webvpn.enabled_on else ""
    port = settings.interface(name) or settings.management
    own = _hex((port and port.address) or _NO_ADDRESS)
    epoch = pair.scenario.starts_at + login_ms // 1_000
    return f"{own}{(index << 12) & 0xFFFFFFFF:08x}{epoch & 0xFFFFFFFF:08x}"


@lru_cache(maxsize=64)
def _hex(address: str) -> str:
    return bytes(int(part) for part in address.split(".")).hex()


def _admitted(pair: Pair, u: int, client: Client) -> Admission | None:
    """What the client gets, or None after saying in the log why it gets nothing."""
    unit = pair.units[u]
    terms = terms_of(unit, pair.scenario.clients.tunnel_group)
    who = {"group": terms.group_policy, "user": client.user, "public": client.public}
    package = serving(unit.loaded, client.platform)
    if package is None or not unit.settings.webvpn.anyconnect_enabled:
        log.tell(pair, u, 113_035, **who)
        return None
    if not _make_room(pair, u, client, terms):
        limit = session_limit(pair.scenario.model)
        log.tell(pair, u, 113_029, **who, limit=limit)
        return None
    address = _address(pair, u, client, terms)
    if address is None:
        handle = log.handle(unit.next_index)
        log.tell(pair, u, 737_007, handle=handle, tunnel_group=terms.tunnel_group)
        log.tell(pair, u, 737_019, handle=handle)
        log.tell(pair, u, 722_020, **who, tunnel_group=terms.tunnel_group)
        return None
    return Admission(terms, package, address)


def _address(pair: Pair, u: int, client: Client, terms: Terms) -> int | None:
    """The address that the client had and asks for again, or else the lowest free one."""
    unit, wanted = pair.units[u], client.wanted
    if pair.scenario.incident.client_requests_old_address and wanted is not None:
        pool = pools.pool_of(unit, wanted)
        if pool is not None and pool.name in terms.pools:
            if pools.holder(unit, wanted) is None:
                return wanted
            handle = log.handle(unit.next_index)
            log.tell(pair, u, 737_024, handle=handle, address=dotted(wanted))
    return pools.lowest_free(unit, terms.pools)


def _make_room(pair: Pair, u: int, client: Client, terms: Terms) -> bool:
    """Log off whoever has to go for the newcomer; False: nobody may, and there is no room.

    R11: with one login allowed the stale row goes, with more the longest idle one at the limit.
    R12: at the device's limit an inactive session goes.
    """
    rows = pair.units[u].rows
    may_go = pair.scenario.incident.orphan_evicted_by_login
    own = [r for r in _own_rows(pair, u, client) if r.token is not None or may_go]
    own.sort(key=lambda r: (r.carries(pair.now), r.inactive_from, r.index))
    for row in own[: max(0, len(own) - terms.logins + 1)] if terms.logins else ():
        _evict(pair, u, row, "Port Preempted")
    limit = session_limit(pair.scenario.model)
    if limit is None or len(rows) < limit:
        return True
    inactive = [r for r in rows.values() if not r.carries(pair.now)]
    if inactive:
        row = min(inactive, key=lambda r: (r.inactive_from, r.index))
        log.tell(pair, u, 716_060, **log.who(row))
        _evict(pair, u, row, "Connection Preempted")
    return bool(inactive)


def _own_rows(pair: Pair, u: int, client: Client) -> list[Row]:
    """The rows that stand for that client. A search only where units number them differently."""
    rows = pair.units[u].rows
    shared = pair.scenario.incident.index_allocator == "shared"
    found = (
        [rows[i] for i in dict.fromkeys(client.past) if i in rows]
        if shared
        else list(rows.values())
    )
    return [row for row in found if row.client == client.number]


def _evict(pair: Pair, u: int, row: Row, reason: str) -> None:
    if row.token is None:
        end_orphan(pair, u, row, reason)
        return
    end(pair, u, row, reason)
    if pair.clients[row.client].token == row.token:
        loses_ticket(pair, row.client, closed_notice_ms(pair))


def _enter(pair: Pair, u: int, client: Client, admission: Admission) -> Row:
    unit, terms = pair.units[u], admission.terms
    index, token = unit.next_index, pair.next_token
    unit.next_index += 1
    pair.next_token += 1
    first, last = _RATE
    row = Row(
        index=index,
        client=client.number,
        user=client.user,
        address=admission.address,
        public=client.public,
        group_policy=terms.group_policy,
        tunnel_group=terms.tunnel_group,
        login_ms=pair.now,
        token=token,
        up_from=pair.now,
        inactive_from=pair.now,
        audit=audit_id(pair, unit, index, pair.now),
        rate=first + draw(pair, "rate") % (last - first + 1),
    )
    admitted = stamp(pair.scenario.incident, unit.loaded, admission.package)
    unit.rows[index] = row
    unit.tickets[token] = Ticket(index, admitted, client.platform, Home.OWN)
    pools.use(unit, row.address, index)
    pair.clients[client.number] = replace(
        client,
        mind=Mind.CONNECTED,
        index=index,
        token=token,
        wanted=row.address,
        past=(*client.past, index)[-_PAST_SESSIONS:],
    )
    unit.cumulative["cumulative"] = unit.cumulative.get("cumulative", 0) + 1
    unit.cumulative["peak"] = max(unit.cumulative.get("peak", 0), len(unit.rows))
    if terms.session_ms is not None:
        schedule(pair, pair.now + terms.session_ms, "session-over", argument=token)
    return row


def _welcome(pair: Pair, u: int, row: Row) -> None:
    """What a login writes, in order (order inferred), and the copy that goes to the standby."""
    name, address, handle = log.who(row), dotted(row.address), log.handle(row.index)
    pool = pools.pool_of(pair.units[u], row.address)
    log.tell(pair, u, 113_039, **name)
    if pool is not None:
        log.tell(pair, u, 737_026, handle=handle, address=address, pool=pool.name)
    if not send(pair, [row]) and is_keyed(pair):
        # Without a key nothing is sent at all, and so nothing fails (720056 to 720061).
        log.tell(pair, u, 737_028, handle=handle, address=address)
    log.tell(pair, u, 722_051, **name, address=address)
    for kind in ("TCP", "UDP"):
        log.tell(pair, u, 722_033, **name, kind=kind)
        log.tell(pair, u, 722_022, **name, kind=kind)
