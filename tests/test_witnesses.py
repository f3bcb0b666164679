"""Witnesses: what the emulator prints and our readers agree.

The screens and the readers were written apart. Here every screen is read at every instant of a
night, and held against the emulator's own state. What third parties read: `test_third_parties`.
"""

from datetime import UTC, datetime
from ipaddress import IPv4Address

import pytest
from instants import Desk, instants, units_that_answer
from worlds import World, pair

from upgrader.dialect import commands
from upgrader.dialect.replies.bootvar import read_bootvar
from upgrader.dialect.replies.clock import read_clock
from upgrader.dialect.replies.config import read_config_text, read_configuration
from upgrader.dialect.replies.connections import read_conn_count
from upgrader.dialect.replies.digest import read_verify
from upgrader.dialect.replies.failover import read_show_failover
from upgrader.dialect.replies.failover_state import read_show_failover_state
from upgrader.dialect.replies.flash import read_dir
from upgrader.dialect.replies.history import read_show_failover_history
from upgrader.dialect.replies.interfaces import read_interfaces
from upgrader.dialect.replies.kinds import read_session_kinds
from upgrader.dialect.replies.licences import read_licences, read_register
from upgrader.dialect.replies.modules import read_modules
from upgrader.dialect.replies.packages import read_webvpn_anyconnect
from upgrader.dialect.replies.pool import read_pool
from upgrader.dialect.replies.reload import read_show_reload
from upgrader.dialect.replies.resources import read_cpu_usage, read_memory
from upgrader.dialect.replies.routes import read_routes
from upgrader.dialect.replies.sessions import read_session_summary, read_sessions
from upgrader.dialect.replies.startup_errors import read_startup_errors
from upgrader.dialect.replies.translations import read_xlate_count
from upgrader.dialect.replies.version import read_show_version
from upgrader.emulator.screens.failover import failover_is_on
from upgrader.emulator.screens.ports import ports_of
from upgrader.emulator.screens.routes import routes_of
from upgrader.model.law import Phase

INSTANTS = instants()


CASES = [
    pytest.param(name, u, id=f"{name}: {unit.role.value}")
    for name, pair in INSTANTS.items()
    for u, unit in units_that_answer(pair)
]


@pytest.mark.parametrize(("name", "u"), CASES)
def test_what_a_unit_says_of_itself_is_what_it_is(name: str, u: int):
    pair, unit = INSTANTS[name], INSTANTS[name].units[u]
    desk = Desk(pair, u)
    version = read_show_version(desk.ask(commands.SHOW_VERSION))
    assert str(version.running) == unit.version
    assert version.serial == unit.serial
    assert version.image is not None
    failover = read_show_failover(desk.ask(commands.SHOW_FAILOVER))
    assert failover.enabled is failover_is_on(unit)
    if failover.enabled:
        assert failover.this_host.state.value == unit.state.value
        assert failover.this_host.role.value == unit.role.value
        assert failover.other_host.state.value == unit.peer.state.value
        assert (str(failover.mate) if failover.mate else None) == unit.peer.version
    states = read_show_failover_state(desk.ask(commands.SHOW_FAILOVER_STATE))
    assert states.this_host.state.value == unit.state.value
    history = read_show_failover_history(desk.ask(commands.SHOW_FAILOVER_HISTORY))
    told = [(row.before.value, row.after.value, row.reason) for row in history]
    assert told == [(e.before.value, e.after.value, e.reason) for e in unit.history][-len(told) :]
    assert len(told) == min(len(unit.history), len(told))


@pytest.mark.parametrize(("name", "u"), CASES)
def test_who_is_connected_is_who_is_connected(name: str, u: int):
    pair, unit = INSTANTS[name], INSTANTS[name].units[u]
    desk = Desk(pair, u)
    rows = read_sessions(desk.ask(commands.SHOW_SESSIONS))
    assert {(r.index, r.user, int(r.address), r.audit_id) for r in rows} == {
        (r.index, r.user, r.address, r.audit) for r in unit.rows.values()
    }
    active = unit.active_since is not None
    carried = {r.index for r in unit.rows.values() if active and r.carries(pair.now)}
    assert {r.index for r in rows if r.has_tunnel} == carried
    summary = read_session_summary(desk.ask(commands.SHOW_SESSION_SUMMARY))
    assert (summary.active, summary.inactive) == (len(carried), len(unit.rows) - len(carried))
    for user in sorted({r.user for r in unit.rows.values()})[:2]:
        mine = read_sessions(desk.ask(commands.show_sessions_of(user)))
        assert {r.user for r in mine} == {user}
        assert len(mine) == sum(r.user == user for r in unit.rows.values())
    for line in unit.settings.pools:
        pool = read_pool(line.name, desk.ask(commands.show_pool(line.name)))
        leases = unit.leases.get(line.name, {})
        used = sorted(a for a, lease in leases.items() if lease.held_until is None)
        assert pool.in_use == tuple(IPv4Address(address) for address in used)
        assert pool.free + pool.held + len(pool.in_use) == pool.size == line.last - line.first + 1


@pytest.mark.parametrize(("name", "u"), CASES)
def test_what_lies_on_the_flash_and_in_memory_is_what_is_told(name: str, u: int):
    unit = INSTANTS[name].units[u]
    desk = Desk(INSTANTS[name], u)
    flash = read_dir(desk.ask(commands.DIR))
    assert {(f.path, f.bytes) for f in flash.files} >= {
        (unit.paths[path], file.bytes) for path, file in unit.flash.items()
    }
    loaded = read_webvpn_anyconnect(desk.ask(commands.SHOW_PACKAGES))
    assert [(p.order, p.path) for p in loaded] == [(p.order, p.path) for p in unit.loaded]
    path = next(iter(unit.paths.values()))
    assert read_verify(path, desk.ask(commands.verify(path))).digest.startswith("sha512:")
    assert read_verify("disk0:/none", desk.ask(commands.verify("disk0:/none"))).digest is None
    assert read_show_reload(desk.ask(commands.SHOW_RELOAD)) is None
    assert read_conn_count(desk.ask(commands.SHOW_CONN_COUNT)) == sum(unit.connections.values())
    read_bootvar(desk.ask(commands.SHOW_BOOTVAR))
    running = read_configuration(desk.ask(commands.SHOW_RUNNING))
    assert running.boot == unit.settings.boot
    assert running.asdm_image == unit.settings.asdm
    assert [p.path for p in running.packages] == [p.path for p in unit.settings.webvpn.packages]
    assert running.failover.keyed is (unit.settings.failover.key is not None)
    assert running.failover.unit.value.lower() == unit.settings.failover.unit
    read_configuration(desk.ask(commands.SHOW_STARTUP))
    assert read_configuration(desk.ask(commands.SHOW_BOOT)).boot == unit.settings.boot
    failover = read_configuration(desk.ask("show running-config failover")).failover
    assert failover.enabled is unit.settings.failover.enabled
    webvpn = read_configuration(desk.ask("show running-config webvpn"))
    assert webvpn.packages == running.packages


@pytest.mark.parametrize(("name", "u"), CASES)
def test_what_surrounds_a_unit_is_what_is_there(name: str, u: int):
    pair, unit = INSTANTS[name], INSTANTS[name].units[u]
    desk = Desk(pair, u)
    version = desk.ask(commands.SHOW_VERSION)
    assert {feature.table for feature in read_licences(version)} == {"platform", "failover cluster"}
    assert read_register(version) == unit.settings.config_register
    (board,) = read_modules(desk.ask(commands.SHOW_MODULES))
    assert (board.serial, board.software, board.status) == (unit.serial, unit.version, "Up Sys")
    ports = read_interfaces(desk.ask(commands.SHOW_INTERFACES))
    assert [(p.port, p.address == "unassigned") for p in ports] == [
        (port.port, port.address is None) for port in ports_of(pair, u)
    ]
    routes = read_routes(desk.ask(commands.SHOW_ROUTES))
    assert [(r.code.rstrip("*"), r.prefix, r.interface) for r in routes] == [
        (route.code, f"{route.network} {route.mask}", route.interface)
        for route in routes_of(pair, u)
    ]
    kinds = read_session_kinds(desk.ask(commands.SHOW_SESSION_SUMMARY))
    assert sum(kind.active + kind.inactive for kind in kinds) == len(unit.rows)
    assert read_xlate_count(desk.ask(commands.SHOW_XLATE_COUNT)) == 0
    errors = read_startup_errors(desk.ask(commands.SHOW_STARTUP_ERRORS))
    assert errors == unit.startup_errors
    memory = read_memory(desk.ask(commands.SHOW_MEMORY))
    assert memory.total == pair.scenario.ram_mb << 20 == memory.used + memory.free
    assert 0 <= read_cpu_usage(desk.ask(commands.SHOW_CPU)).five_minutes <= 100
    seconds = pair.scenario.starts_at + pair.now // 1_000
    clock = read_clock(desk.ask(commands.SHOW_CLOCK)).at
    assert clock.at == datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    text = read_config_text(desk.ask(commands.SHOW_RUNNING))
    assert [line for line in text.lines if "*****" not in line] == [
        line for line in unit.running if not line.startswith("failover key ")
    ]


def test_a_logoff_says_how_many():
    world: World = pair(sessions=2)
    desk = Desk(world.pair, 0)
    line = "vpn-sessiondb logoff index 1 noconfirm"
    assert "logged off : 1" in desk.ask(line)


def test_the_instants_are_those_of_a_whole_night():
    assert {phase.value for phase in Phase} & set(INSTANTS) >= {
        "standby-reloading",
        "standby-upgraded",
        "switched",
        "former-reloading",
        "both-upgraded",
    }
    assert len(CASES) > 20


UNASKED = (
    "************WARNING****WARNING****WARNING********************************\n"
    "   Mate version 9.5(2) is not identical with ours 9.2(2)4\n"
    "************WARNING****WARNING****WARNING********************************\n"
    "Beginning configuration replication: Sending to mate.\n"
    "End Configuration Replication to mate\n"
    "        Switching to Standby\n"
)
READ_AT_REST = {
    commands.SHOW_VERSION: read_show_version,
    commands.SHOW_FAILOVER: read_show_failover,
    commands.SHOW_FAILOVER_STATE: read_show_failover_state,
    commands.SHOW_FAILOVER_HISTORY: read_show_failover_history,
    commands.SHOW_RUNNING: read_configuration,
    commands.SHOW_STARTUP: read_configuration,
    commands.SHOW_SESSIONS: read_sessions,
    commands.SHOW_SESSION_SUMMARY: read_session_summary,
    commands.SHOW_PACKAGES: read_webvpn_anyconnect,
    commands.SHOW_BOOTVAR: read_bootvar,
    commands.SHOW_RELOAD: read_show_reload,
    commands.SHOW_CONN_COUNT: read_conn_count,
    commands.SHOW_INTERFACES: read_interfaces,
    commands.SHOW_ROUTES: read_routes,
    commands.SHOW_MODULES: read_modules,
    commands.SHOW_MEMORY: read_memory,
    commands.SHOW_CPU: read_cpu_usage,
    commands.SHOW_CLOCK: read_clock,
    commands.SHOW_XLATE_COUNT: read_xlate_count,
    commands.SHOW_STARTUP_ERRORS: read_startup_errors,
    commands.DIR: read_dir,
    commands.show_pool("VPN"): lambda text: read_pool("VPN", text),
}


@pytest.mark.parametrize("line", READ_AT_REST)
def test_what_a_console_prints_unasked_between_any_two_lines_changes_nothing(line: str):
    """Real consoles print it in the middle of whatever a person is doing."""
    read = READ_AT_REST[line]
    text = Desk(INSTANTS["at rest"], 0).ask(line)
    expected = read(text)
    rows = text.splitlines(keepends=True)

    for place in range(len(rows) + 1):
        assert read("".join((*rows[:place], UNASKED, *rows[place:]))) == expected
