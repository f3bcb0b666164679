"""Two faults at a time, at the worst instant, undone in another order: a pair stays a pair."""

import json
import random
import re

import pytest
from nights import TARGET, Firewall
from worlds import (
    MINUTE,
    NEW_IMAGE,
    OLD_IMAGE,
    PACKAGE,
    PRIMARY,
    SECONDARY,
    World,
    config,
    pair,
)

from upgrader.dialect.replies.screen import screen_of
from upgrader.emulator import oracles
from upgrader.emulator.config import read_lines
from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, replication
from upgrader.emulator.sessions import vpn
from upgrader.emulator.surface import faults, inputs
from upgrader.emulator.surface.event_words import WrongEvent
from upgrader.emulator.surface.truth import truth
from upgrader.model.outcome import ExitCode, Outcome

SECOND = 1_000
INSIDE = """
interface GigabitEthernet1/2
 nameif inside
 security-level 100
 ip address 10.255.0.4 255.255.255.0 standby 10.255.0.5
interface GigabitEthernet1/4.10
 vlan 10
 nameif dmz
 security-level 50
 ip address 10.250.0.4 255.255.255.0 standby 10.250.0.5
"""
TWO_SIDED = read_lines("\n".join((*config(), *read_lines(INSIDE), "monitor-interface dmz")))


# ── a standby that nobody talks to ─────────────────────────────────────────────────────


def test_while_the_failover_link_is_down_the_standby_does_not_take_over_from_a_dead_active() -> (
    None
):
    """The guide: restore the link as soon as possible, there is no failover meanwhile."""
    world = pair()
    world.cut()
    world.wait(MINUTE)
    world.pull_power(world.primary)
    world.wait(10 * MINUTE)
    assert world.states == ("Not Detected", "Standby Ready")


def test_once_the_link_is_whole_a_standby_that_hears_nobody_takes_over_after_the_hold_time() -> (
    None
):
    world = pair()
    world.cut()
    world.wait(MINUTE)
    world.pull_power(world.primary)
    world.wait(MINUTE)
    world.mend()
    world.wait(15 * SECOND - 1)
    assert world.pair.active is None
    world.wait(1)
    assert world.states == ("Not Detected", "Active")
    assert world.history(world.secondary)[-1][2] == "HELLO not heard from mate"


def test_an_active_mate_that_lives_behind_an_unreadable_link_is_not_taken_over_from() -> None:
    """Other keys on the two units, the data interfaces whole: hellos are answered there."""
    world = pair()
    replication.configure(world.pair, SECONDARY, (), "failover key other")
    world.wait(10 * MINUTE)
    assert world.states == ("Active", "Standby Ready")
    world.pull_power(world.primary)
    world.wait(15 * SECOND)
    assert world.states == ("Not Detected", "Active")


# ── a link that is cut for a moment ────────────────────────────────────────────────────


def test_a_role_given_up_while_the_link_was_cut_for_a_moment_is_known_when_it_is_back() -> None:
    world = pair()
    world.cut()
    failover.give_up_active(world.pair, PRIMARY)
    world.wait(5 * SECOND)
    world.mend()
    assert oracles.check(world.pair) == ()
    world.wait(2 * MINUTE)
    assert sorted(world.states) == ["Active", "Standby Ready"]


def test_a_role_taken_while_the_link_was_cut_for_a_moment_makes_no_two_actives_for_long() -> None:
    world = pair()
    world.cut()
    failover.become_active(world.pair, SECONDARY)
    world.wait(5 * SECOND)
    assert world.states == ("Active", "Active")
    world.mend()
    assert oracles.check(world.pair) == ()
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")


def test_a_unit_that_negotiates_just_then_lets_the_hold_time_decide() -> None:
    world = pair()
    replication.configure(world.pair, SECONDARY, (), "no failover")
    world.wait(MINUTE)
    replication.configure(world.pair, SECONDARY, (), "failover")
    world.cut()
    world.wait(3 * SECOND)
    world.mend()
    world.wait(2 * MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert all(after != "Active" for _, after, _ in world.history(world.secondary))


# ── a link or an interface that flaps ──────────────────────────────────────────────────


def test_a_cable_that_flaps_faster_than_the_poll_is_never_found_out() -> None:
    world = pair(lines=TWO_SIDED)
    for _ in range(20):
        faults.pull_cable(world.pair, PRIMARY, "inside")
        world.wait(4 * SECOND)
        faults.plug_cable(world.pair, PRIMARY, "inside")
        world.wait(SECOND)
    assert world.states == ("Active", "Standby Ready")
    assert world.log(world.primary, 105_007) == []


def test_a_sync_that_takes_an_interface_out_of_monitoring_ends_the_watch_on_it() -> None:
    world = pair(lines=TWO_SIDED)
    faults.cut_link(world.pair)
    world.type(world.primary, "no monitor-interface dmz")
    faults.pull_cable(world.pair, SECONDARY, "dmz")
    world.wait(MINUTE)
    world.mend()
    world.wait(3 * MINUTE)
    assert world.states == ("Active", "Standby Ready")
    assert world.secondary.watches == {}


# ── sessions ───────────────────────────────────────────────────────────────────────────


def test_an_address_that_an_orphan_shares_with_a_living_session_is_not_freed_with_it() -> None:
    world = pair(
        sessions=2,
        primary_has={"win": "package A"},
        standby_has={"win": "package B"},
        orphan_unit="rejoined",
    )
    world.night()
    standby, u = world.standby, world.number(world.standby)
    shared = {row.address for row in world.orphans(standby)} & {
        row.address for row in standby.rows.values() if row.token is not None
    }
    assert shared, "people came back to the addresses that they had"
    for row in world.orphans(standby):
        assert vpn.logoff(world.pair, u, row.index) == 1
        assert oracles.check(world.pair) == ()
    assert world.in_use(standby) == world.in_use() == 2


def test_a_person_who_gets_the_same_index_again_after_a_power_cut_may_log_in() -> None:
    world = pair(sessions=1, lines=config(logins=1))
    for unit in (world.primary, world.secondary):
        world.pull_power(unit)
    for unit in (world.primary, world.secondary):
        world.give_power(unit)
    world.wait(20 * MINUTE)
    client = world.pair.clients[1]
    assert len(client.past) > len(set(client.past)), "both sessions were the unit's first"
    faults.pull_power(world.pair, PRIMARY)
    faults.pull_power(world.pair, SECONDARY)
    world.wait(MINUTE)
    for unit in (world.primary, world.secondary):
        world.give_power(unit)
    world.wait(20 * MINUTE)
    assert len(world.rows()) == 1


# ── the tool, while things happen ──────────────────────────────────────────────────────


def night_with(line: str, befalls: object) -> tuple[Firewall, object]:
    """A whole upgrade in which something befalls the pair right after a line was typed once."""
    firewall = Firewall.of(pair(lines=TWO_SIDED))
    plan = firewall.planned()
    seen = {"typed": False, "done": False}

    def before(typed: str) -> None:
        if seen["typed"] and not seen["done"]:
            seen["done"] = True
            befalls(firewall)
        seen["typed"] = seen["typed"] or typed == line

    firewall.world.before = before
    report = firewall.conducted(plan)
    assert firewall.world.changing.count("failover reload-standby") <= 2
    return firewall, report


@pytest.mark.slow
def test_a_standby_that_comes_back_with_a_broken_interface_is_named_with_it() -> None:
    _, report = night_with(
        "failover reload-standby", lambda f: faults.pull_cable(f.pair, SECONDARY, "inside")
    )
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "is Failed (interface inside No Link)" in report.verdict
    assert "the active unit was not touched and serves" in report.verdict


def test_a_reloaded_standby_that_had_to_take_over_is_not_called_late() -> None:
    """The active unit loses an interface while the standby boots: the roles move by themselves."""
    firewall, report = night_with(
        "failover reload-standby", lambda f: faults.pull_cable(f.pair, PRIMARY, "inside")
    )
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "has become active on 9.16(4) while its reload was awaited" in report.verdict
    assert "Failed (interface inside No Link)" in report.verdict
    assert "not touched" not in report.verdict
    assert firewall.world.changing.count("failover reload-standby") == 1
    assert any("failover active" in line for line in report.next.lines)


def test_a_former_active_that_serves_again_is_not_reloaded() -> None:
    """The upgraded unit loses an interface in the soak: the roles move back by themselves."""
    firewall = Firewall.of(pair(lines=TWO_SIDED))
    plan = firewall.planned()

    def before(_: str) -> None:
        unit = firewall.pair.units[SECONDARY]
        if unit.version == TARGET and unit.active_since is not None:
            faults.pull_cable(firewall.pair, SECONDARY, "inside")

    firewall.world.before = before
    report = firewall.conducted(plan)
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "has become active on 9.12(4) before its reload was ordered" in report.verdict
    assert firewall.world.changing.count("failover reload-standby") == 1


def test_an_upgraded_unit_that_dies_in_the_final_reload_does_not_serve_alone() -> None:
    firewall = Firewall.of(pair(lines=TWO_SIDED))
    plan = firewall.planned()

    def before(_: str) -> None:
        if firewall.world.changing.count("failover reload-standby") == 2:
            faults.pull_power(firewall.pair, SECONDARY)

    firewall.world.before = before
    report = firewall.conducted(plan)
    assert report.outcome in (Outcome.STOPPED, Outcome.FAILED)
    assert "serves alone" not in report.verdict


@pytest.mark.parametrize("line", ["        Failover LAN Failed", "        No Response from Mate"])
def test_what_a_unit_says_of_its_link_unasked_is_no_part_of_a_screen(line: str) -> None:
    assert screen_of("show failover", f"\n{line}\nFailover On \n") == "Failover On \n"


# ── anything at all ────────────────────────────────────────────────────────────────────

UNITS, PORTS = ("primary", "secondary"), ("outside", "inside", "dmz", "FO")
TYPED = (
    ("no failover",),
    ("failover",),
    ("failover key other",),
    ("interface GigabitEthernet1/2", "shutdown"),
    ("interface GigabitEthernet1/2", "no shutdown"),
    ("interface GigabitEthernet1/7", "shutdown"),
    ("interface GigabitEthernet1/7", "no shutdown"),
    ("no monitor-interface dmz",),
    ("failover interface-policy 50%",),
    ("no failover link",),
    ("failover link FO GigabitEthernet1/7",),
    ("webvpn", "no anyconnect enable"),
    (f"boot system {NEW_IMAGE}",),
    ("hostname other",),
)
ORDERED = (
    "write memory",
    "write standby",
    "failover active",
    "no failover active",
    "failover reload-standby",
    "reload noconfirm",
    "reload in 5",
    "reload cancel",
    "failover reset",
    "vpn-sessiondb logoff index 1 noconfirm",
    "copy /noconfirm running-config startup-config",
    "failover exec standby write memory",
)
WAITS = (0, 1, 500, 3_000, 5_000, 15_000, 26_000, MINUTE, 5 * MINUTE)


class Evening:
    """Things happen to a pair, by the numbers of one seed; everything is kept as inputs."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        unlike = self.dice.random() < 0.5
        self.scenario = pair(
            sessions=3,
            lines=TWO_SIDED,
            primary_has={"win": "package A"},
            standby_has={"win": "package B" if unlike else "package A"},
            mechanism=self.dice.choice(("anchor", "verify-at-join")),
            orphan_unit=self.dice.choice(("active", "rejoined", "both")),
        ).pair.scenario
        self.pair = EmulatedPair.from_scenario(self.scenario)
        self.kept: list[inputs.Input] = []

    def put(self, given: inputs.Input) -> inputs.Gave:
        kept, gave = inputs.take(self.pair, given)
        self.kept.append(kept)
        assert oracles.check(self.pair) == (), given
        return gave

    def waits(self, ms: int) -> None:
        end = self.pair.now + ms
        while (at := self.pair.next_timer()) is not None and at <= end:
            self.put(inputs.Advanced(self.pair.now, at))
        self.put(inputs.Advanced(self.pair.now, end))

    def befalls(self, name: str, **words: str | int) -> None:
        try:
            self.put(inputs.Happened(self.pair.now, name, words))
        except WrongEvent:
            return

    def types(self, seat: str, *lines: str) -> list[str]:
        opened = self.put(inputs.Opened(self.pair.now, seat))
        if opened is None:
            return []
        said = []
        for line in lines:
            answer = self.put(inputs.Received(self.pair.now, opened.number, line))
            if answer.dropped:
                break
            said.append(answer.text)
        self.put(inputs.HungUp(self.pair.now, opened.number))
        return said

    def goes_on(self) -> None:
        dice, chance = self.dice, self.dice.random()
        seat = dice.choice(("active", "standby", *UNITS))
        if chance < 0.2:
            self.types(seat, "configure terminal", *dice.choice(TYPED))
        elif chance < 0.4:
            self.types(seat, dice.choice(ORDERED))
        else:
            unit, port = dice.choice(UNITS), dice.choice(PORTS)
            name, words = dice.choice(
                (
                    ("cut-link", {"link": dice.choice(("failover", "state", "both"))}),
                    ("join-link", {"link": "both"}),
                    ("pull-power", {"unit": unit}),
                    ("give-power", {"unit": unit}),
                    ("crash-unit", {"unit": unit}),
                    ("stick-boot", {"unit": unit}),
                    ("free-boot", {"unit": unit}),
                    ("pull-cable", {"unit": unit, "interface": port}),
                    ("plug-cable", {"unit": unit, "interface": port}),
                    ("break-switch-port", {"unit": unit, "interface": port}),
                    ("mend-switch-port", {"unit": unit, "interface": port}),
                    ("split-segment", {"interface": port}),
                    ("join-segment", {"interface": port}),
                    ("stall-sync", {}),
                    ("resume-sync", {}),
                    ("lock-config", {"unit": unit}),
                    ("unlock-config", {"unit": unit}),
                    ("connect-clients", {"count": 2}),
                    ("sleep", {"user": "user01"}),
                    ("wake", {"user": "user01"}),
                    ("put-file", {"unit": unit, "path": PACKAGE["win"], "bytes": 9}),
                )
            )
            self.befalls(name, **words)
        self.waits(dice.choice(WAITS))

    def screens_agree(self) -> None:
        """`show failover`, its state, its history and the monitored interfaces tell one story."""
        for u, seat in enumerate(UNITS):
            shown = ("show failover", "show failover state", "show failover history")
            said = self.types(seat, *shown, "show monitor-interface")
            if len(said) < 4:
                continue
            whole, state, history, watched = said
            rows = re.findall(r"^ {15}(\S.{0,14})", state, re.MULTILINE)
            mine, theirs = (row.strip() for row in rows[1:3])
            steps = re.findall(r"^[A-Z][A-Za-z ]{26}(\S.{26})", history, re.MULTILINE)
            assert steps[-1].strip() == mine
            for text in (whole, watched):
                for host, told in (("This", mine), ("Other", theirs)):
                    named = re.findall(rf"{host} host: \w+ - (.+?) *$", text, re.MULTILINE)
                    assert named in ([], [told])
            assert self.pair.units[u].state.value == mine

    def ends_well(self) -> None:
        """Everything physical is undone."""
        for unit in UNITS:
            self.befalls("put-file", unit=unit, path=OLD_IMAGE, bytes=9)
            self.befalls("put-file", unit=unit, path=NEW_IMAGE, bytes=9)
            for name in ("free-boot", "give-power", "unlock-config"):
                self.befalls(name, unit=unit)
            for port in PORTS:
                self.befalls("plug-cable", unit=unit, interface=port)
                self.befalls("mend-switch-port", unit=unit, interface=port)
        for port in PORTS:
            self.befalls("join-segment", interface=port)
        self.befalls("resume-sync")
        self.befalls("join-link", link="both")
        self.waits(40 * MINUTE)


def went_through(seed: int, steps: int) -> World:
    evening = Evening(seed)
    for _ in range(steps):
        evening.goes_on()
        if evening.dice.random() < 0.2:
            evening.screens_agree()
        if evening.dice.random() < 0.1:
            before = evening.pair.save()
            evening.pair.fork().advance(evening.pair.now + 5 * MINUTE)
            assert evening.pair.save() == before, "a fork goes its own way"
            evening.pair = EmulatedPair.load(before)
    evening.ends_well()
    evening.screens_agree()
    assert json.dumps(truth(evening.pair))
    twin = EmulatedPair.from_scenario(evening.scenario)
    for given in evening.kept:
        record = json.loads(json.dumps(inputs.to_record(given)))
        inputs.apply(twin, inputs.from_record(record))
    assert twin.save() == evening.pair.save(), "the same inputs make the same pair"
    return World(evening.pair)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_and_whatever_is_typed_the_pair_stays_one_and_replays(seed: int) -> None:
    went_through(seed, 25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 140))
def test_a_long_evening_of_faults_ends_with_somebody_who_serves(seed: int) -> None:
    world = went_through(seed, 60)
    enabled = [unit.settings.failover.enabled for unit in world.pair.units]
    if any(enabled):
        assert world.pair.active is not None
    assert chassis.bootable(world.primary)
