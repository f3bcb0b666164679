"""Whatever befalls an emulated pair, it stays a possible pair: oracles after every event."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from worlds import MINUTE, NEW_IMAGE, OLD_IMAGE, PACKAGE, World, config, pair

from upgrader.emulator import oracles
from upgrader.emulator.config import ConfigFault, read_lines
from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, health, replication
from upgrader.emulator.scenario import ClientsSpec, Module, Timings
from upgrader.emulator.sessions import vpn
from upgrader.emulator.surface import faults

HERE = Path(__file__).parent

NAMES = ("outside", "inside", "lonely")
INTERFACES = read_lines("""
interface GigabitEthernet1/2
 nameif inside
 ip address 10.255.0.4 255.255.255.0 standby 10.255.0.5
interface GigabitEthernet1/3
 nameif lonely
 ip address 10.254.0.4 255.255.255.0
""")

units = st.sampled_from([0, 1])
names = st.sampled_from(NAMES)
waits = st.sampled_from([1, 500, 900, 4_000, 14_999, 15_001, 43_000, MINUTE, 6 * MINUTE])
lines = st.sampled_from(
    [
        "hostname north",
        "failover key another-secret",
        "no failover key",
        "no failover",
        "failover",
        "no failover replication http",
        "ip local pool SPARE 10.9.0.1-10.9.0.9 mask 255.255.255.0",
        "logging buffered errors",
        f"boot system {NEW_IMAGE}",
        f"no boot system {OLD_IMAGE}",
        "failover interface-policy 2",
        "failover interface-policy 50%",
        "no monitor-interface inside",
        "monitor-interface inside",
        "failover polltime interface 1 holdtime 5",
    ]
)
webvpn_lines = st.sampled_from(
    [f"anyconnect image {PACKAGE['win']} 1", f"no anyconnect image {PACKAGE['win']} 1"]
)
rules = st.fixed_dictionaries(
    {
        "mechanism": st.sampled_from(["anchor", "verify-at-join"]),
        "kill_at": st.sampled_from(["peer-departure", "peer-rejoin"]),
        "scope": st.sampled_from(["leaning", "all-ssl"]),
        "orphan_unit": st.sampled_from(["active", "rejoined", "both"]),
        "orphan_timer": st.sampled_from(["never", "idle"]),
        "orphans_replicate": st.booleans(),
        "logoff_releases_lease": st.booleans(),
        "newer_to_older_state": st.sampled_from(["full", "none"]),
        "row_after_switch": st.sampled_from(["kept", "restarted"]),
    }
)


class AnyWorld(RuleBasedStateMachine):
    """Random commands, reloads, logins and cuts."""

    world: World
    matched: bool

    @initialize(
        seed=st.integers(0, 2**32),
        incident=rules,
        matched=st.booleans(),
        pool=st.sampled_from(["10.1.8.1-10.1.8.6", "10.1.8.1-10.1.8.200"]),
        reuse=st.sampled_from([0, 5]),
        rate=st.sampled_from([0.0, 60.0]),
        key=st.sampled_from(["a-secret", None]),
    )
    def begins(
        self,
        seed: int,
        incident: dict[str, object],
        matched: bool,
        pool: str,
        reuse: int,
        rate: float,
        key: str | None,
    ) -> None:
        spec = ClientsSpec(
            count=5,
            sleeping=2,
            wakes_per_hour=rate,
            sleeps_per_hour=rate,
            logins_per_hour=rate,
            logoffs_per_hour=rate,
        )
        note(f"seed {seed}")
        self.matched = matched
        lines = config(key=key, pool=pool, reuse_delay_min=reuse, idle_min=10, session_min=300)
        scenario = pair(
            seed=seed,
            clients=spec,
            primary_has={"win": "package A"},
            standby_has={"win": "package A" if matched else "package B"},
            lines=(*lines, *INTERFACES),
            timings=Timings(boot_ms=60_000),
            **incident,
        ).pair.scenario
        card = (Module(1, "SFR5516", "5.4.1-211", "ASA FirePOWER"),)
        first, second = (replace(unit, modules=card) for unit in scenario.units)
        self.world = World(EmulatedPair.from_scenario(replace(scenario, units=(first, second))))

    @property
    def pair(self) -> EmulatedPair:
        return self.world.pair

    @rule(ms=waits)
    def time_passes(self, ms: int) -> None:
        self.world.wait(ms)

    @rule(u=units)
    def somebody_types_reload(self, u: int) -> None:
        if self.pair.answers(u):
            chassis.order_reload(self.pair, u)

    @rule(u=units)
    def somebody_types_reload_standby(self, u: int) -> None:
        if self.pair.answers(u):
            failover.reload_standby(self.pair, u)

    @rule(u=units)
    def somebody_types_no_failover_active(self, u: int) -> None:
        if self.pair.answers(u):
            failover.give_up_active(self.pair, u)

    @rule(u=units)
    def somebody_types_failover_active(self, u: int) -> None:
        if self.pair.answers(u):
            failover.become_active(self.pair, u)

    @rule(u=units)
    def somebody_saves(self, u: int) -> None:
        if self.pair.answers(u):
            chassis.write_memory(self.pair, u)

    @rule(u=units)
    def somebody_types_write_standby(self, u: int) -> None:
        if self.pair.answers(u):
            replication.write_standby(self.pair, u)

    @rule(u=units, line=lines)
    def somebody_configures(self, u: int, line: str) -> None:
        if self.pair.answers(u):
            try:
                replication.configure(self.pair, u, (), line)
            except ConfigFault as fault:
                note(f"{line}: {fault}")

    @rule(u=units, line=webvpn_lines)
    def somebody_configures_packages(self, u: int, line: str) -> None:
        if self.pair.answers(u):
            try:
                replication.configure(self.pair, u, ("webvpn",), line)
            except ConfigFault as fault:
                note(f"{line}: {fault}")
        self.matched = False

    @rule(u=units)
    def the_plug_is_pulled(self, u: int) -> None:
        faults.pull_power(self.pair, u)

    @rule(u=units)
    def the_plug_is_back(self, u: int) -> None:
        faults.give_power(self.pair, u)

    @rule(lan=st.booleans(), state=st.booleans())
    def a_cable_is_cut(self, lan: bool, state: bool) -> None:
        faults.cut_link(self.pair, lan=lan, state=state)

    @rule()
    def the_cables_are_back(self) -> None:
        faults.join_link(self.pair)

    @rule(u=units, name=names)
    def a_data_cable_is_pulled(self, u: int, name: str) -> None:
        faults.pull_cable(self.pair, u, name)

    @rule(u=units, name=names)
    def a_switch_port_breaks(self, u: int, name: str) -> None:
        faults.break_switch_port(self.pair, u, name)

    @rule(name=names)
    def a_segment_breaks(self, name: str) -> None:
        faults.split_segment(self.pair, name)

    @rule()
    def all_data_interfaces_are_mended(self) -> None:
        for name in NAMES:
            faults.join_segment(self.pair, name)
            for u in (0, 1):
                faults.plug_cable(self.pair, u, name)
                faults.mend_switch_port(self.pair, u, name)

    @rule(u=units)
    def a_unit_crashes(self, u: int) -> None:
        faults.crash(self.pair, u)

    @rule(u=units)
    def a_card_dies(self, u: int) -> None:
        faults.fail_module(self.pair, u, 1)

    @rule(u=units)
    def a_card_is_well_again(self, u: int) -> None:
        faults.mend_module(self.pair, u, 1)

    @rule(u=units, locked=st.booleans(), stalls=st.booleans())
    def a_sync_is_held_up_or_not(self, u: int, locked: bool, stalls: bool) -> None:
        (faults.stall_sync if stalls else faults.resume_sync)(self.pair)
        if locked and self.pair.answers(u):
            faults.lock_config(self.pair, u)
        else:
            faults.unlock_config(self.pair, u)

    @rule(u=units)
    def somebody_types_failover_reset(self, u: int) -> None:
        if self.pair.answers(u):
            health.reset(self.pair, u)

    @rule(n=st.integers(1, 3))
    def people_arrive(self, n: int) -> None:
        faults.connect_clients(self.pair, n)

    @rule(
        pick=st.integers(0, 99),
        what=st.sampled_from([faults.disconnect, faults.sleep, faults.wake]),
    )
    def a_person_does_something(self, pick: int, what: Callable[[EmulatedPair, int], None]) -> None:
        numbers = sorted(self.pair.clients)
        what(self.pair, numbers[pick % len(numbers)])

    @rule(u=units, pick=st.integers(0, 99))
    def somebody_logs_a_row_off(self, u: int, pick: int) -> None:
        indices = sorted(self.pair.units[u].rows)
        if indices and self.pair.answers(u):
            vpn.logoff(self.pair, u, indices[pick % len(indices)])

    @rule(seat=st.sampled_from(["active", "standby"]))
    def somebody_looks(self, seat: str) -> None:
        console = self.pair.open(seat)
        if console is not None:
            for line in (
                "show failover",
                "show vpn-sessiondb anyconnect",
                "show ip local pool VPN",
            ):
                assert not self.pair.receive(console.number, line).dropped
            self.pair.hang_up(console.number)

    @precondition(lambda self: hasattr(self, "world"))
    @rule(ms=waits)
    def a_saved_pair_and_a_fork_go_the_same_way(self, ms: int) -> None:
        saved = EmulatedPair.load(self.pair.save())
        twins = (saved, self.pair.fork(), self.pair.fork())
        for twin in twins:
            faults.connect_clients(twin, 1)
            twin.advance(twin.now + ms)
        assert len({hashlib.sha256(twin.save()).digest() for twin in twins}) == 1

    @invariant()
    def it_is_a_possible_pair(self) -> None:
        if hasattr(self, "world"):
            assert oracles.check(self.pair) == ()

    @invariant()
    def equal_packages_never_make_an_orphan(self) -> None:
        if hasattr(self, "world") and self.matched:
            orphans = [r for unit in self.pair.units for r in unit.rows.values() if r.token is None]
            assert orphans == []


AnyWorld.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestAnyWorld = pytest.mark.slow(AnyWorld.TestCase)


@pytest.mark.slow
def test_a_night_ends_the_same_under_any_hash_seed() -> None:
    program = (
        "from worlds import mismatched; from upgrader.emulator.scenario import ClientsSpec;"
        "w = mismatched(clients=ClientsSpec(count=20, sleeping=4, sleeps_per_hour=30,"
        " wakes_per_hour=30, logins_per_hour=20, logoffs_per_hour=10)); w.night();"
        "import hashlib; print(hashlib.sha256(w.pair.save()).hexdigest())"
    )
    ends = set()
    for seed in ("1", "2"):
        where = os.pathsep.join([str(HERE.parent), str(HERE)])
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": where}
        done = subprocess.run(
            [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True
        )
        ends.add(done.stdout)
    assert len(ends) == 1
