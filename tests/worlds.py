"""Emulated pairs for tests, told in a few words.

world = pair(sessions=3, standby_has={"win": "new"})
world.reload_standby()
world.switch_over()
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from upgrader.emulator import oracles
from upgrader.emulator.config import read_lines
from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import failover, replication
from upgrader.emulator.scenario import (
    ClientsSpec,
    IncidentRules,
    Scenario,
    ScenarioFile,
    ScenarioUnit,
    Timings,
)
from upgrader.emulator.state import LogLine, Row, State, Unit
from upgrader.emulator.surface import faults
from upgrader.emulator.syslog import log
from upgrader.emulator.syslog.notes import lines_of

OLD_IMAGE = "disk0:/asa9-12-4-lfbff-k8.SPA"
NEW_IMAGE = "disk0:/asa9-16-4-lfbff-k8.SPA"
PACKAGE = {
    "win": "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg",
    "macos": "disk0:/anyconnect-macos-4.10.07061-webdeploy-k9.pkg",
}
PRIMARY, SECONDARY = 0, 1
MINUTE = 60_000
HOUR = 60 * MINUTE


def config(
    *,
    key: str | None = "between-us-two",
    http: bool = True,
    state_link: bool = True,
    pool: str = "10.1.8.1-10.1.8.200",
    idle_min: int | None = None,
    session_min: int | None = None,
    logins: int | None = None,
    reuse_delay_min: int = 0,
    platforms: tuple[str, ...] = ("win",),
    hold_s: int = 15,
    image: str = OLD_IMAGE,
) -> tuple[str, ...]:
    """The startup-config of a small branch, in ASA syntax."""
    failover_lines = [
        "failover",
        "failover lan unit primary",
        "failover lan interface FO GigabitEthernet1/7",
        f"failover polltime unit 1 holdtime {hold_s}",
        f"failover key {key}" if key else None,
        "failover replication http" if http else None,
        "failover link FO GigabitEthernet1/7" if state_link else None,
        "failover interface ip FO 172.16.0.1 255.255.255.252 standby 172.16.0.2",
    ]
    policy = [
        f" vpn-idle-timeout {idle_min}" if idle_min else None,
        f" vpn-session-timeout {session_min}" if session_min else None,
        f" vpn-simultaneous-logins {logins}" if logins else None,
        " vpn-tunnel-protocol ssl-client",
    ]
    webvpn = [
        "webvpn",
        " enable outside",
        *(f" anyconnect image {PACKAGE[p]} {n}" for n, p in enumerate(platforms, 1)),
        " anyconnect enable",
    ]
    lines = [
        "hostname branch",
        "interface GigabitEthernet1/1",
        " nameif outside",
        " security-level 0",
        " ip address 203.0.113.1 255.255.255.0 standby 203.0.113.2",
        f"ip local pool VPN {pool} mask 255.255.255.0",
        "logging enable",
        "logging buffer-size 1048576",
        "logging buffered debugging",
        f"vpn-addr-assign local reuse-delay {reuse_delay_min}" if reuse_delay_min else None,
        f"boot system {image}",
        *failover_lines,
        *webvpn,
        "group-policy STAFF internal",
        "group-policy STAFF attributes",
        *policy,
        "tunnel-group STAFF type remote-access",
        "tunnel-group STAFF general-attributes",
        " address-pool VPN",
        " default-group-policy STAFF",
    ]
    return read_lines("\n".join(line for line in lines if line is not None))


def files(
    packages: Mapping[str, str], loaded: Mapping[str, str] | None = None
) -> tuple[ScenarioFile, ...]:
    """A unit's flash: both images, and the packages by platform and content; `loaded` says what
    it read at its last boot where the file is another now."""
    images = tuple(ScenarioFile(path, 100_000_000, path) for path in (OLD_IMAGE, NEW_IMAGE))
    before = loaded or {}
    return images + tuple(
        ScenarioFile(PACKAGE[platform], 40_000_000, content, loaded=before.get(platform))
        for platform, content in packages.items()
    )


def scenario(
    *,
    sessions: int = 3,
    sleeping: int = 0,
    primary_has: Mapping[str, str] | None = None,
    standby_has: Mapping[str, str] | None = None,
    primary_loaded: Mapping[str, str] | None = None,
    lines: tuple[str, ...] | None = None,
    standby_lines: tuple[str, ...] | None = None,
    clients: ClientsSpec | None = None,
    timings: Timings | None = None,
    seed: int = 7,
    **incident: object,
) -> Scenario:
    """A scenario: by default matched, keyed, Primary active, everybody on Windows."""
    ours = {"win": "package A"} if primary_has is None else primary_has
    theirs = ours if standby_has is None else standby_has
    spec = clients or ClientsSpec(count=sessions, sleeping=sleeping)
    return Scenario(
        name="test",
        model="ASA5516",
        ram_mb=8_192,
        starts_at=1_700_000_000,
        seed=seed,
        config=lines or config(),
        units=(
            ScenarioUnit("primary", "JAD11111111", files(ours, primary_loaded)),
            ScenarioUnit("secondary", "JAD22222222", files(theirs), standby_lines),
        ),
        clients=spec,
        timings=timings or Timings(),
        incident=replace(IncidentRules(), **incident),
    )


@dataclass
class World:
    """An emulated pair, and what one does with it in a sentence."""

    pair: EmulatedPair

    # ── looking ──

    @property
    def primary(self) -> Unit:
        return self.pair.units[PRIMARY]

    @property
    def secondary(self) -> Unit:
        return self.pair.units[SECONDARY]

    @property
    def active(self) -> Unit:
        unit = self.pair.active_unit()
        assert unit is not None
        return unit

    @property
    def standby(self) -> Unit:
        return self.primary if self.active is self.secondary else self.secondary

    @property
    def states(self) -> tuple[str, str]:
        return self.primary.state.value, self.secondary.state.value

    def rows(self, unit: Unit | None = None) -> list[Row]:
        return list((unit or self.active).rows.values())

    def living(self) -> list[Row]:
        """Rows of the active unit whose person has a tunnel now."""
        return [row for row in self.rows() if row.carries(self.pair.now)]

    def orphans(self, unit: Unit | None = None) -> list[Row]:
        return [row for row in self.rows(unit) if row.token is None]

    def in_use(self, unit: Unit | None = None) -> int:
        leases = (unit or self.active).leases.get("VPN", {})
        return sum(lease.held_until is None for lease in leases.values())

    def log(self, unit: Unit, *numbers: int) -> list[LogLine]:
        log.settle(self.pair)
        return [line for line in lines_of(unit) if not numbers or line.number in numbers]

    def history(self, unit: Unit) -> list[tuple[str, str, str]]:
        return [(e.before.value, e.after.value, e.reason) for e in unit.history]

    # ── doing ──

    def wait(self, ms: int) -> None:
        """Let time pass, event by event, and ask the oracles after each."""
        end = self.pair.now + ms
        while (at := self.pair.next_timer()) is not None and at <= end:
            self.pair.advance(at)
            assert oracles.check(self.pair) == ()
        self.pair.advance(end)

    def until(self, claim: Callable[[], bool], limit_ms: int = HOUR) -> None:
        end = self.pair.now + limit_ms
        while not claim():
            assert self.pair.now < end, f"not within {limit_ms} ms: {self.states}"
            self.wait(500)

    def number(self, unit: Unit) -> int:
        return next(u for u in (PRIMARY, SECONDARY) if self.pair.units[u] is unit)

    def type(self, unit: Unit, line: str, section: tuple[str, ...] = ()) -> tuple[str, ...]:
        return replication.configure(self.pair, self.number(unit), section, line)

    def boots_next(self, image: str) -> None:
        """Set and save the boot list on the active unit."""
        for line in self.active.running:
            if line.startswith("boot system"):
                self.type(self.active, f"no {line}")
        self.type(self.active, f"boot system {image}")
        chassis.write_memory(self.pair, self.number(self.active))

    def reload_standby(self) -> None:
        failover.reload_standby(self.pair, self.number(self.active))

    def standby_comes_back(self) -> None:
        self.until(lambda: self.standby.state is not State.STANDBY_READY)
        self.until(lambda: self.standby.state is State.STANDBY_READY)

    def switch_over(self, settle_ms: int = 2 * MINUTE) -> None:
        failover.give_up_active(self.pair, self.number(self.active))
        self.wait(settle_ms)

    def first_half(self, to: str = NEW_IMAGE) -> None:
        """Boot order, standby reloaded, roles swapped, people back."""
        self.boots_next(to)
        self.reload_standby()
        self.standby_comes_back()
        self.switch_over()

    def night(self, to: str = NEW_IMAGE) -> None:
        """A whole upgrade, waived where it would be refused."""
        self.first_half(to)
        self.reload_standby()
        self.standby_comes_back()
        self.wait(2 * MINUTE)

    def fork(self) -> "World":
        return World(self.pair.fork())

    def cut(self, *, lan: bool = True, state: bool = False) -> None:
        faults.cut_link(self.pair, lan=lan, state=state)

    def mend(self) -> None:
        faults.join_link(self.pair)

    def pull_power(self, unit: Unit) -> None:
        faults.pull_power(self.pair, self.number(unit))

    def give_power(self, unit: Unit) -> None:
        faults.give_power(self.pair, self.number(unit))


def pair(**words: object) -> World:
    """A pair as `scenario` tells it, running."""
    return World(EmulatedPair.from_scenario(scenario(**words)))


def mismatched(**words: object) -> World:
    """A pair whose units hold different AnyConnect packages under one name."""
    return pair(primary_has={"win": "package A"}, standby_has={"win": "package B"}, **words)
