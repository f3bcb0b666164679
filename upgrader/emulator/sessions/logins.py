"""Logging in on the active unit (R2), and who has to go for it (R11, R12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from upgrader.emulator.draws import number as draw
from upgrader.emulator.pairing.link import is_keyed
from upgrader.emulator.remembered import of_the_same
from upgrader.emulator.sessions import books, pools
from upgrader.emulator.sessions.clients import closed_notice_ms, loses_ticket, put
from upgrader.emulator.sessions.copies import TAKEN, send
from upgrader.emulator.sessions.ground import Ground, Side, ground_of
from upgrader.emulator.sessions.handshakes import failing, lacks_package, tell_failure
from upgrader.emulator.sessions.packages import serving, stamp
from upgrader.emulator.sessions.policies import Terms, session_limit, terms_of
from upgrader.emulator.sessions.vpn import end, end_orphan, own_row, wakes
from upgrader.emulator.settings import Pool, Settings
from upgrader.emulator.state import Client, Home, Mind, Package, Power, Row, Ticket, Unit
from upgrader.emulator.syslog import log
from upgrader.emulator.syslog.notes import dotted, handle, who
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import PAIR, schedule

_ASK_AGAIN_MS = 30_000
"""How long a client waits that finds nobody at home. Our choice."""

_CLOSED_AGAIN_MS = 60_000
"""How long a client waits whose group policy is closed for logins. Our choice."""

_PAST_SESSIONS = 16
"""How many indices of a person's sessions are remembered: more than may stand at once."""

_ADMITTED: Mapping[bool, tuple[int, ...]] = {False: (113_039,), True: (113_039, 737_026)}
"""What a login begins with: by whether its address is of a pool."""

_NOT_SENT = (737_028,)
"""What is written where the standby should get a session and cannot."""

_TUNNELS = (722_051, 722_033, 722_022, 722_033, 722_022)
"""What is written where a session gets its address and its tunnels."""

_WELCOMES = {
    (begins, of_mate): (*begins, *of_mate, *_TUNNELS)
    for begins in ((), *_ADMITTED.values())
    for of_mate in (*TAKEN, _NOT_SENT)
}
"""All of it, or what is left of it: by what it begins with, and what is said of the standby."""

_CONNECTED, _ASLEEP, _RETURNING = Mind.CONNECTED, Mind.ASLEEP, Mind.RETURNING
_STOPPING, _OWN = Power.STOPPING, Home.OWN

_NO_ADDRESS = "0.0.0.0"  # noqa: S104  what is written where a unit has none; nothing binds to it

_RATE = (200, 60_000)
"""Bytes a second that a person moves, least and most. Our guess."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a new session gets."""

    package: Package
    address: int


def logs_in(pair: Pair, number: int, ground: Ground | None = None) -> None:
    """A client authenticates anew, if it still has a reason to."""
    client = pair.clients[number]
    if client.mind in (_CONNECTED, _ASLEEP):
        return
    ground = ground or ground_of(pair)
    ours = ground.ours
    if ours is None:
        put(pair, replace(client, mind=_RETURNING))
        schedule(pair, pair.now + _ASK_AGAIN_MS, "login", argument=number)
        return
    unit, active = ours.unit, ours.u
    if pair.scenario.handshakes and _is_kept_out(pair, active, client):
        return
    if client.token is not None:
        if _is_back(pair, ground, ours, client):
            return
        client = pair.clients[number]
    if unit.power is _STOPPING:
        log.tell(pair, active, 113_037)
        schedule(pair, pair.now + _ASK_AGAIN_MS, "login", argument=number)
        return
    terms = terms_of(unit, pair.scenario.clients.tunnel_group)
    if terms.logins == 0:
        log.tell(pair, active, 113_013, user=client.user)
        _tries_later(pair, replace(client, index=None, token=None))
        return
    if pair.aaa_down:
        log.tell(pair, active, 113_014, server=pair.aaa_down, user=client.user)
        _tries_later(pair, replace(client, index=None, token=None))
        return
    admission = _admitted(pair, ground, ours, client, terms)
    if admission is None:
        client = replace(client, index=None, token=None)
        if lacks_package(pair, active, client.platform):
            _tries_later(pair, client)
        else:
            put(pair, replace(client, mind=Mind.REFUSED))
        return
    row = _enter(pair, unit, client, terms, admission)
    _welcome(pair, ground, ours, row, pools.use(unit, row.address, row.index))


def _tries_later(pair: Pair, client: Client) -> None:
    """The client is refused; one that returns by itself does so again."""
    put(pair, replace(client, mind=Mind.REFUSED))
    if pair.scenario.clients.returns:
        schedule(pair, pair.now + _CLOSED_AGAIN_MS, "login", argument=client.number)


def _is_kept_out(pair: Pair, u: int, client: Client) -> bool:
    """Whether its handshake fails; it has been told, and tries again later with what it has."""
    bad = failing(pair, u, client.platform)
    if bad is None:
        return False
    tell_failure(pair, u, client, bad)
    _tries_later(pair, client)
    return True


def _is_back(pair: Pair, ground: Ground, ours: Side, client: Client) -> bool:
    """Whether a client that was kept out of its session comes back to it.

    Where the unit has no package for it the session ends here instead (`without_package`).
    """
    row = own_row(ours.unit, client)
    if row is None:
        return False
    if lacks_package(pair, ours.u, client.platform):
        end(pair, ground, ours, row, "Unknown")
        pair.clients[client.number] = replace(client, index=None, token=None)
        return False
    put(pair, replace(client, mind=_ASLEEP))
    wakes(pair, client.number, ground)
    return True


def audit_id(pair: Pair, unit: Unit, index: int, login_ms: int) -> str:
    """`Audt Sess ID`: the unit's address, the index shifted, the login's epoch.

    Decoded from real screens.
    """
    epoch = pair.scenario.starts_at + login_ms // 1_000
    words = (index << 12 & 0xFFFFFFFF) << 32 | epoch & 0xFFFFFFFF
    return _own_hex(unit.settings) + words.to_bytes(8, "big").hex()


@of_the_same
def _own_hex(settings: Settings) -> str:
    """The address that people connect to, as hex digits."""
    name = settings.webvpn.enabled_on[0] if settings.webvpn.enabled_on else ""
    port = settings.interface(name) or settings.management
    address = (port and port.address) or _NO_ADDRESS
    return bytes(int(part) for part in address.split(".")).hex()


def _admitted(
    pair: Pair, ground: Ground, ours: Side, client: Client, terms: Terms
) -> Admission | None:
    """What the client gets, or None after saying in the log why it gets nothing."""
    u, unit = ours.u, ours.unit
    package = serving(unit.loaded, client.platform)
    if package is None or not unit.settings.webvpn.anyconnect_enabled:
        log.tell(pair, u, 113_035, **_named(client, terms))
        return None
    if not _make_room(pair, ground, ours, client, terms):
        limit = session_limit(pair.scenario.model)
        log.tell(pair, u, 113_029, **_named(client, terms), limit=limit)
        return None
    address = _address(pair, u, client, terms)
    if address is None:
        session = handle(unit.next_index)
        log.tell(pair, u, 737_007, handle=session, tunnel_group=terms.tunnel_group)
        log.tell(pair, u, 737_019, handle=session)
        log.tell(pair, u, 722_020, **_named(client, terms), tunnel_group=terms.tunnel_group)
        return None
    return Admission(package, address)


def _named(client: Client, terms: Terms) -> dict[str, str]:
    """How messages name somebody who has no session yet."""
    return {"group": terms.group_policy, "user": client.user, "public": client.public}


def _address(pair: Pair, u: int, client: Client, terms: Terms) -> int | None:
    """The address that the client had and asks for again, or else the lowest free one."""
    unit, wanted = pair.units[u], client.wanted
    if pair.scenario.incident.client_requests_old_address and wanted is not None:
        pool = pools.pool_of(unit, wanted)
        if pool is not None and pool.name in terms.pools:
            if wanted not in unit.leases.get(pool.name, ()):
                return wanted
            session = handle(unit.next_index)
            log.tell(pair, u, 737_024, handle=session, address=dotted(wanted))
    return pools.lowest_free(unit, terms.pools)


def _make_room(pair: Pair, ground: Ground, ours: Side, client: Client, terms: Terms) -> bool:
    """Log off whoever has to go for the newcomer; False: nobody may, and there is no room.

    R11: with one login allowed the stale row goes, with more the longest idle one at the limit.
    R12: at the device's limit an inactive session goes.
    """
    rows = ours.unit.rows
    own = _own_rows(rows, client, shared=ground.shares_indices)
    if own and terms.logins:
        may_go = pair.scenario.incident.orphan_evicted_by_login
        own = [r for r in own if r.token is not None or may_go]
        own.sort(key=lambda r: (r.carries(pair.now), r.inactive_from, r.index))
        for row in own[: max(0, len(own) - terms.logins + 1)]:
            _evict(pair, ground, ours, row, "Port Preempted")
    limit = session_limit(pair.scenario.model)
    if limit is None or len(rows) < limit:
        return True
    inactive = [r for r in rows.values() if not r.carries(pair.now)]
    if inactive:
        row = min(inactive, key=lambda r: (r.inactive_from, r.index))
        log.tell(pair, ours.u, 716_060, **who(row))
        _evict(pair, ground, ours, row, "Connection Preempted")
    return bool(inactive)


def _own_rows(rows: Mapping[int, Row], client: Client, *, shared: bool) -> list[Row]:
    """The rows that stand for that client. A search only where units number them differently."""
    number = client.number
    if not shared:
        return [row for row in rows.values() if row.client == number]
    if rows.keys().isdisjoint(client.past):
        return []
    found = map(rows.get, dict.fromkeys(client.past))
    return [row for row in found if row is not None and row.client == number]


def _evict(pair: Pair, ground: Ground, ours: Side, row: Row, reason: str) -> None:
    if row.token is None:
        end_orphan(pair, ground, ours.u, row, reason)
        return
    end(pair, ground, ours, row, reason)
    if pair.clients[row.client].token == row.token:
        loses_ticket(pair, row.client, closed_notice_ms(pair))


def _enter(pair: Pair, unit: Unit, client: Client, terms: Terms, admission: Admission) -> Row:
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
    unit.tickets[token] = Ticket(index, admitted, client.platform, _OWN)
    books.begins(pair, row)
    past = (*client.past, index)[-_PAST_SESSIONS:]
    own = (client.number, client.user, client.public, client.platform)
    put(pair, Client(*own, _CONNECTED, index, token, row.address, past))
    counted, standing = unit.cumulative, len(unit.rows)
    counted["cumulative"] = counted.get("cumulative", 0) + 1
    if standing > counted.get("peak", -1):
        counted["peak"] = standing
    if terms.session_ms is not None:
        schedule(pair, pair.now + terms.session_ms, "session-over", PAIR, token)
    return row


def _welcome(pair: Pair, ground: Ground, ours: Side, row: Row, pool: Pool | None) -> None:
    """What a login writes, in order (order inferred), and the copy that goes to the standby."""
    pen = ours.pen
    begins, name = _ADMITTED[pool is not None], "" if pool is None else pool.name
    if pen.is_read or not ground.shares_indices:
        # The standby writes before the rest is written, or the rest is of another index.
        pen.note(begins, row, "", name)
        begins = ()
    of_mate = send(pair, ground, row)
    if ground.theirs is None and is_keyed(pair):
        # Without a key nothing is sent at all, and so nothing fails (720056 to 720061).
        of_mate = _NOT_SENT
    pen.note(_WELCOMES[begins, of_mate], row, "", name)
