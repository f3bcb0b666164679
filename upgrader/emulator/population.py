"""The pair at the start of a scenario: two units that have been up for days, and their people."""

from collections.abc import Iterator
from dataclasses import replace

from msgspec import structs

from upgrader.emulator import midlife
from upgrader.emulator.config import for_unit, image_version, path_of, read_settings
from upgrader.emulator.draws import mixed
from upgrader.emulator.machine.chassis import bootable
from upgrader.emulator.machine.files import key_of
from upgrader.emulator.machine.hardware import boots_there
from upgrader.emulator.pairing import health, monitoring
from upgrader.emulator.pairing.failover import NO_ERROR, STATE_CHECK
from upgrader.emulator.pairing.joining import DETECTED
from upgrader.emulator.pairing.link import hear
from upgrader.emulator.pairing.roles import NOBODY_ACTIVE
from upgrader.emulator.scenario import Scenario, ScenarioFile, ScenarioUnit
from upgrader.emulator.sessions import books, copies, pools, vpn
from upgrader.emulator.sessions.clients import newcomer, platform_of
from upgrader.emulator.sessions.habits import begin as habits_begin
from upgrader.emulator.sessions.logins import audit_id
from upgrader.emulator.sessions.packages import load, serving, stamp
from upgrader.emulator.sessions.policies import Terms, terms_of
from upgrader.emulator.state import (
    Client,
    File,
    HistoryEntry,
    Home,
    Mind,
    PeerKnowledge,
    Power,
    Role,
    Row,
    State,
    Ticket,
    Unit,
)
from upgrader.emulator.syslog import log
from upgrader.emulator.tables import Pair
from upgrader.emulator.timers import schedule
from upgrader.emulator.traffic import connections

_LOGINS_SPREAD_MS = 8 * 3_600_000
"""People have logged in over a working day."""

_LEAST_SESSION_MS = 60_000
_DAY_MS = 86_400_000
_PATH_TO_ACTIVE = (
    State.DISABLED,
    State.NEGOTIATION,
    State.JUST_ACTIVE,
    State.ACTIVE_DRAIN,
    State.ACTIVE_APPLYING_CONFIG,
    State.ACTIVE_CONFIG_APPLIED,
    State.ACTIVE,
)
_PATH_TO_STANDBY = (
    State.DISABLED,
    State.NEGOTIATION,
    State.COLD_STANDBY,
    State.SYNC_CONFIG,
    State.SYNC_FILE_SYSTEM,
    State.BULK_SYNC,
    State.STANDBY_READY,
)


def found(pair: Pair) -> None:
    """Fill a pair that has only its scenario."""
    scenario = pair.scenario
    pair.units = [_unit(scenario, own) for own in scenario.units]
    active = 0 if scenario.active == "primary" else 1
    pair.link.unplugged = tuple(_unplugged(pair))
    for unit, own in zip(pair.units, scenario.units, strict=True):
        unit.failed_modules = tuple(m.slot for m in own.modules if not m.responds)
    for u in (0, 1):
        monitoring.begin(pair, u)
    together = _take_roles(pair, active)
    connections.begin(pair, active)
    _people(pair, active)
    if together:
        copies.bulk(pair, active, 1 - active)
        connections.copy(pair, active, 1 - active)
    if midlife.is_seen(scenario):
        midlife.go_on(pair, active)
    midlife.cut_links(pair)
    health.looks(pair)
    for unit in pair.units:
        log.forget(unit)
        unit.logged = {}
    habits_begin(pair)


def _unplugged(pair: Pair) -> Iterator[tuple[int, str]]:
    """(unit, port) of the interfaces that the scenario leaves without a cable."""
    for u, own in enumerate(pair.scenario.units):
        for interface in pair.units[u].settings.interfaces:
            if interface.name in own.no_link:
                yield u, interface.port.partition(".")[0]


def _unit(scenario: Scenario, own: ScenarioUnit) -> Unit:
    startup = own.config if own.config is not None else for_unit(scenario.config, own.role)
    booted = -round(own.up_days * _DAY_MS)
    flash = {key_of(f.path): _file(f, booted, scenario.model) for f in own.files}
    settings = read_settings(startup)
    unit = Unit(
        role=Role.PRIMARY if own.role == "primary" else Role.SECONDARY,
        serial=own.serial,
        power=Power.UP,
        version=None,
        image=None,
        booted_ms=booted,
        state=State.NOT_DETECTED,
        peer=PeerKnowledge(),
        running=startup,
        startup=startup,
        settings=settings,
        flash=flash,
        paths={key_of(f.path): path_of(f.path) for f in own.files},
        loaded=(),
    )
    unit.image = bootable(unit)
    if unit.image is not None:
        unit.version = flash[unit.image.lower()].version
    elif own.now is None or own.now.version is None:
        unit.power = Power.OFF
        return unit
    unit.loaded, unit.startup_errors = load(unit, settings.webvpn)
    before = {key_of(f.path): f.loaded for f in own.files if f.loaded is not None}
    unit.loaded = tuple(
        replace(p, content=before.get(key_of(p.path), p.content)) for p in unit.loaded
    )
    if own.flash_bytes is not None and own.flash_free is not None:
        used = sum(file.bytes for file in own.files)
        unit.flash_other = max(0, own.flash_bytes - used - own.flash_free)
    if own.now is not None:
        midlife.settle(unit, own.now)
    return unit


def _file(file: ScenarioFile, written: int, model: str) -> File:
    """A file as flash holds it; the release is read from its name where nothing else says.

    A release that is too new for the hardware does not boot there.
    """
    version = file.version or image_version(file.path)
    boots = boots_there(version, model)
    return File(file.bytes, file.content, version if boots else None, written)


def _take_roles(pair: Pair, active: int) -> bool:
    """Let the units stand where their last boot took them; whether they hear each other."""
    scenario = pair.scenario
    for unit in pair.units:
        if unit.power is Power.UP:
            unit.state = State.NEGOTIATION
    together = hear(pair)
    for u, unit in enumerate(pair.units):
        if unit.power is not Power.UP:
            continue
        serves = u == active or not together
        now = scenario.units[u].now
        path: tuple[State, ...] = _PATH_TO_ACTIVE
        if not serves:
            state = State.STANDBY_READY.value if now is None else now.state
            path = midlife.path_to(_PATH_TO_STANDBY, state)
        unit.state = State.NOT_DETECTED
        if not (unit.settings.failover.enabled and unit.settings.failover.lan_port):
            path = (State.DISABLED,)
            serves = u == active
        _remember(pair, unit, path)
        if serves:
            unit.active_since = unit.last_failover_ms = unit.booted_ms
        if serves and not together and unit.state is State.ACTIVE:
            unit.peer = PeerKnowledge(state=State.FAILED)
            unit.last_failure = ("Comm Failure", unit.booted_ms)
    if together:
        first, second = pair.units
        for unit, mate in ((first, second), (second, first)):
            unit.peer = PeerKnowledge(
                heard=True,
                state=mate.state,
                version=mate.version,
                serial=mate.serial,
                interfaces_known=True,
            )
            serves = unit.active_since is not None
            unit.sync = ("Sync Done",) if serves else ("Sync Done - STANDBY",)
            unit.interfaces_since = unit.booted_ms
    return together


def _remember(pair: Pair, unit: Unit, path: tuple[State, ...]) -> None:
    """The history of the last boot, as long ago as the unit has been up."""
    timings = pair.scenario.timings
    lasts = {
        State.NEGOTIATION: timings.negotiation_ms,
        State.COLD_STANDBY: timings.cold_standby_ms,
        State.SYNC_CONFIG: timings.sync_config_ms,
        State.SYNC_FILE_SYSTEM: timings.sync_file_system_ms,
        State.BULK_SYNC: timings.bulk_sync_ms,
    }
    at, rows = unit.booted_ms, list(unit.history)
    why = {State.DISABLED: NO_ERROR, State.NEGOTIATION: STATE_CHECK}
    found_out = NOBODY_ACTIVE if path[-1] is State.ACTIVE else DETECTED
    for state in path:
        reason = why.get(state, found_out)
        rows.append(HistoryEntry(at, unit.state, state, reason))
        unit.state = state
        at += lasts.get(state, 0)
    unit.history = tuple(rows)


def _people(pair: Pair, active: int) -> None:
    """Who is connected at the start, in the order of their logins."""
    scenario, unit = pair.scenario, pair.units[active]
    spec, seed = scenario.clients, scenario.seed
    terms = terms_of(unit, spec.tunnel_group)
    spread = min(_LOGINS_SPREAD_MS, (terms.session_ms or _LOGINS_SPREAD_MS) * 9 // 10)
    step = spread / max(1, spec.count)
    asleep = 0
    for n in range(1, spec.count + 1):
        share = mixed(seed, "platform", n) / 2**64
        client = newcomer(pair, n, platform_of(pair, share))
        login = round(-spread + step * (n - 1 + mixed(seed, "login-at", n) / 2**64))
        sleeps = n * spec.sleeping // spec.count > asleep
        since: int | None = None
        if sleeps:
            asleep += 1
            since = -round(spec.slept_min * 60_000 * asleep / max(1, spec.sleeping))
            login = min(login, since - _LEAST_SESSION_MS)
        pair.clients[n] = _seated(pair, active, client, terms, login, since)
    unit.cumulative |= {"cumulative": len(unit.rows), "peak": len(unit.rows)}


def _seated(
    pair: Pair, active: int, client: Client, terms: Terms, login: int, since: int | None
) -> Client:
    """The client with its session; refused where nothing is there for it."""
    unit, rules = pair.units[active], pair.scenario.incident
    package = serving(unit.loaded, client.platform)
    address = pools.lowest_free(unit, terms.pools)
    if package is None or address is None or unit.active_since is None:
        return structs.replace(client, mind=Mind.REFUSED)
    index, token = unit.next_index, pair.next_token
    unit.next_index += 1
    pair.next_token += 1
    row = Row(
        index=index,
        client=client.number,
        user=client.user,
        address=address,
        public=client.public,
        group_policy=terms.group_policy,
        tunnel_group=terms.tunnel_group,
        login_ms=login,
        token=token,
        up_from=login if since is None else None,
        inactive_from=login if since is None else since,
        audit=audit_id(pair, unit, index, login),
        rate=200 + mixed(pair.scenario.seed, "rate", index) % 60_000,
    )
    unit.rows[index] = row
    admitted = stamp(rules, unit.loaded, package)
    unit.tickets[token] = Ticket(index, admitted, client.platform, Home.OWN)
    pools.use(unit, address, index)
    books.begins(pair, row)
    if since is not None:
        vpn.watch_idle(pair, unit, row)
    if terms.session_ms is not None:
        schedule(pair, login + terms.session_ms, "session-over", argument=token)
    mind = Mind.CONNECTED if since is None else Mind.ASLEEP
    own = (client.number, client.user, client.public, client.platform)
    return Client(*own, mind, index, token, address, (index,))
