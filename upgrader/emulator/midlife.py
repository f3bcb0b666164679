"""A pair that was seen while it lived: what its units are by now, over how their boot left them.

Of people only rows are seen. Who stands behind them is inferred here: a row with a tunnel has
somebody connected, one without a sleeper, unless it is called an orphan. A copy on the standby is
told by its audit id.
"""

from collections.abc import Sequence
from dataclasses import replace

from upgrader.emulator.config import package_platform, settings_of
from upgrader.emulator.machine.files import key_of
from upgrader.emulator.pairing.states import lose_sight
from upgrader.emulator.scenario import Scenario, ScenarioUnit
from upgrader.emulator.scenario.standing import SeenSession, Standing
from upgrader.emulator.sessions import books
from upgrader.emulator.sessions.packages import serving, stamp, stamps
from upgrader.emulator.sessions.policies import idle_ms, terms_of
from upgrader.emulator.state import (
    Client,
    Home,
    Lease,
    Mind,
    Package,
    Row,
    State,
    Ticket,
    Unit,
)
from upgrader.emulator.tables import JOINING, Pair
from upgrader.emulator.timers import schedule

_BACK_WITHIN_MS = 30_000
"""When those come back who were cut off a moment before they were seen. Our choice."""

_STEPS = {
    # The step of a join that ends each state; see `joining`.
    State.COLD_STANDBY: 1,
    State.SYNC_CONFIG: 2,
    State.SYNC_FILE_SYSTEM: 3,
    State.BULK_SYNC: 4,
}


def settle(unit: Unit, now: Standing) -> None:
    """Let a unit run what it was seen to run."""
    if now.running is not None:
        unit.running = now.running
        unit.settings = settings_of(now.running)
        unit.modified = unit.running != unit.startup
    if now.image is not None:
        unit.image = now.image
    if now.version is not None:
        unit.version = now.version
    if now.loaded is not None:
        unit.loaded = tuple(
            Package(p.order, p.path, p.regex, p.content, package_platform(p.path) or "")
            for p in now.loaded
        )
        there = {(key_of(p.path), p.order) for p in now.loaded}
        unit.startup_errors = tuple(
            f"anyconnect image {line.path} {line.order}"
            for line in unit.settings.webvpn.packages
            if (key_of(line.path), line.order) not in there
        )


def go_on(pair: Pair, active: int) -> None:
    """Let all go on that was under way: the roles, a join, sessions, a reload that is due."""
    for u, (unit, own) in enumerate(zip(pair.units, pair.scenario.units, strict=True)):
        now = own.now
        if now is None:
            continue
        _remember_roles(unit, now, is_active=u == active)
        if now.sync is not None:
            unit.sync = now.sync
        if now.reload_in_ms is not None:
            unit.reload_at = now.reload_in_ms
            schedule(pair, now.reload_in_ms, "reload", u)
        if unit.state in JOINING:
            _go_on_joining(pair, u)
    _seat_all(pair, active)


def cut_links(pair: Pair) -> None:
    """Take the cables out that were seen without link: it was noticed long ago.

    The standby has not taken over, for hellos pass on data interfaces.
    """
    pair.link.state_up = pair.scenario.state_link == "up"
    if pair.scenario.failover_link == "up":
        return
    pair.link.lan_up = False
    for u, unit in enumerate(pair.units):
        if unit.peer.heard:
            lose_sight(pair, u)


def _remember_roles(unit: Unit, now: Standing, *, is_active: bool) -> None:
    if now.moved_ms is not None and (is_active or now.moved_ms < -unit.booted_ms):
        unit.last_failover_ms = -now.moved_ms
    if is_active and unit.active_since is not None:
        spell = now.moved_ms if now.active_ms is None else now.active_ms
        unit.active_since = unit.active_since if spell is None else -spell
    elif now.active_ms is not None:
        unit.active_ms = now.active_ms


def _go_on_joining(pair: Pair, u: int) -> None:
    """How long it has been in that state already is not seen: it stays for the whole time."""
    timings = pair.scenario.timings
    state = pair.units[u].state
    lasts = {
        State.COLD_STANDBY: timings.cold_standby_ms,
        State.SYNC_CONFIG: timings.sync_config_ms,
        State.SYNC_FILE_SYSTEM: timings.sync_file_system_ms,
        State.BULK_SYNC: timings.bulk_sync_ms,
    }
    schedule(pair, lasts[state], "join", u, _STEPS[state])


# ── people ─────────────────────────────────────────────────────────────────────────────


def _login(seen: SeenSession) -> str:
    """What names one login on both units: its audit id, where the release prints one."""
    return seen.audit or f"{seen.user} {seen.login} {seen.address}"


def _seat_all(pair: Pair, active: int) -> None:
    """The rows of both units, the tickets behind them, the addresses, and the people."""
    seen = [() if own.now is None else own.now.sessions for own in pair.scenario.units]
    known = tuple(stamps(pair.scenario.incident, unit.loaded) for unit in pair.units)
    ours = sorted(seen[active], key=lambda row: (-row.login, row.index))
    behind: dict[str, Row] = {}
    people: dict[tuple[str, str], int] = {}
    for one in (row for row in ours if not row.is_orphan):
        number = len(pair.clients) + 1
        row = _enter(pair, active, known[active], one, number, pair.next_token)
        pair.next_token += 1
        mind = Mind.CONNECTED if one.tunnel != "down" else Mind.ASLEEP
        person = (number, one.user, one.public, one.platform)
        pair.clients[number] = Client(
            *person, mind, one.index, row.token, one.address or None, (one.index,)
        )
        behind[_login(one)] = row
        books.begins(pair, row)
        people.setdefault((one.user, one.public), number)
        _let_timers_run(pair, active, row)
    for one in (row for row in ours if row.is_orphan):
        _enter(pair, active, known[active], one, _whose(pair, one, people), None)
    for one in seen[1 - active]:
        copied = behind.get(_login(one))
        number = _whose(pair, one, people) if copied is None else copied.client
        token = None if copied is None else copied.token
        _enter(pair, 1 - active, known[1 - active], one, number, token)
    for u, own in enumerate(pair.scenario.units):
        _lend(pair, u, own.now)
    primary, secondary = map(_without_rows, pair.scenario.units)
    pair.scenario = replace(pair.scenario, units=(primary, secondary))


def _without_rows(own: ScenarioUnit) -> ScenarioUnit:
    """The unit without the rows that stand in its tables by now: a scenario is kept for good."""
    if own.now is None:
        return own
    return replace(own, now=replace(own.now, sessions=(), leases=()))


def _whose(pair: Pair, seen: SeenSession, people: dict[tuple[str, str], int]) -> int:
    """Who left that row behind: somebody who has logged in anew, or nobody who is here."""
    number = people.get((seen.user, seen.public))
    if number is None:
        number = people[seen.user, seen.public] = len(pair.clients) + 1
        own = (number, seen.user, seen.public, seen.platform)
        pair.clients[number] = Client(*own, Mind.AWAY, None, None, None, (seen.index,))
    else:
        client = pair.clients[number]
        past = (*client.past, seen.index)
        pair.clients[number] = Client(
            client.number,
            client.user,
            client.public,
            client.platform,
            client.mind,
            client.index,
            client.token,
            client.wanted,
            tuple(dict.fromkeys(past)),
        )
    return number


def _enter(
    pair: Pair,
    u: int,
    known: frozenset[str],
    seen: SeenSession,
    number: int,
    token: int | None,
) -> Row:
    """Enter a row, and a ticket where it has one; `known`: what the unit can stand for."""
    unit = pair.units[u]
    up_from: int | None = None
    if token is not None and seen.tunnel != "down":
        up_from = -seen.login if seen.tunnel == "up" else _BACK_WITHIN_MS
    carried = (seen.login if up_from is not None else seen.login - seen.idle) or 1
    row = Row(
        index=seen.index,
        client=number,
        user=seen.user,
        address=seen.address,
        public=seen.public,
        group_policy=seen.group_policy,
        tunnel_group=seen.tunnel_group,
        login_ms=-seen.login,
        token=token,
        up_from=up_from,
        inactive_from=-seen.idle,
        audit=seen.audit,
        rate=max(0, seen.bytes * 1_000 // max(1, carried)),
    )
    unit.rows[row.index] = row
    unit.next_index = max(unit.next_index, row.index + 1)
    unit.cumulative |= {"cumulative": len(unit.rows), "peak": len(unit.rows)}
    if token is not None:
        copied = pair.units[1 - u].tickets.get(token)
        admitted = seen.admitted or _served(pair.scenario, unit, seen.platform)
        if copied is not None:
            admitted = copied.admitted
        home = Home.OWN if admitted in known else Home.PEER
        unit.tickets[token] = Ticket(row.index, admitted, seen.platform, home)
    return row


def _served(scenario: Scenario, unit: Unit, platform: str) -> str:
    """What the unit admits that platform under; what it lacks is its own kind of content."""
    package = serving(unit.loaded, platform)
    if package is None:
        return f"no package for {platform}"
    return stamp(scenario.incident, unit.loaded, package)


def _let_timers_run(pair: Pair, u: int, row: Row) -> None:
    unit = pair.units[u]
    longest = terms_of(unit, row.tunnel_group).session_ms
    if longest is not None:
        schedule(pair, row.login_ms + longest, "session-over", argument=row.token or 0)
    limit = idle_ms(unit, row.group_policy)
    if row.up_from is None and limit is not None:
        schedule(pair, row.inactive_from + limit, "idle", argument=row.token or 0)


def _lend(pair: Pair, u: int, now: Standing | None) -> None:
    """The addresses that are not free."""
    unit = pair.units[u]
    leases = () if now is None else now.leases
    for seen in leases:
        pool = unit.leases.setdefault(seen.pool, {})
        if seen.held is None:
            index = seen.index if seen.index in unit.rows else None
            pool[seen.address] = Lease(index)
        else:
            pool[seen.address] = Lease(None, seen.held)
            schedule(pair, seen.held, "address-freed", u, seen.address)


def is_seen(scenario: Scenario) -> bool:
    """Whether any unit is told as it was seen."""
    return any(unit.now is not None for unit in scenario.units)


def path_to(path: Sequence[State], state: str) -> tuple[State, ...]:
    """The states that a unit went through until it was in that one."""
    wanted = State(state)
    if wanted not in path:
        return tuple(path)
    return tuple(path[: path.index(wanted) + 1])
