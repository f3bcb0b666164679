"""Pairs for judging what a unit prints: some standing still, filled by hand; some living."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from upgrader.emulator.config import for_unit, read_lines, read_settings
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.pairing import monitoring
from upgrader.emulator.scenario import ClientsSpec, Module, Scenario, ScenarioFile, ScenarioUnit
from upgrader.emulator.state import (
    File,
    HistoryEntry,
    Lease,
    Package,
    PeerKnowledge,
    Power,
    Role,
    Row,
    State,
    Unit,
)
from upgrader.emulator.tables import Pair

CAPTURES = Path(__file__).resolve().parents[2] / "shared" / "captures"

CONFIG = """
hostname fw
prompt hostname priority state
interface GigabitEthernet1/1
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.0 standby 203.0.113.3
interface GigabitEthernet1/2
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0 standby 10.0.0.2
interface GigabitEthernet1/3
 nameif dmz
 security-level 50
 ip address 10.9.0.1 255.255.255.0
interface GigabitEthernet1/7
 description failover
interface GigabitEthernet1/8
 description state
boot system disk0:/asa9-12-4-lfbff-k8.SPA
asdm image disk0:/asdm-7161.bin
no monitor-interface dmz
ip local pool VPN 10.99.0.1-10.99.0.10 mask 255.255.255.0
failover
failover lan unit primary
failover lan interface FO GigabitEthernet1/7
failover key hunter2
failover replication http
failover link STATE GigabitEthernet1/8
failover interface ip FO 172.16.0.1 255.255.255.252 standby 172.16.0.2
failover interface ip STATE 172.16.0.5 255.255.255.252 standby 172.16.0.6
logging enable
logging timestamp
logging buffered informational
webvpn
 enable outside
 anyconnect image disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg 1
 anyconnect enable
group-policy GP internal
group-policy GP attributes
 vpn-tunnel-protocol ssl-client
 address-pools value VPN
tunnel-group TG type remote-access
tunnel-group TG general-attributes
 default-group-policy GP
"""

TRANSCRIPT_CONFIG = """
hostname ciscoasa
clock timezone EDT -4
interface GigabitEthernet0/0
 nameif Inside
 security-level 100
 ip address 10.1.1.1 255.255.255.0 standby 10.1.1.2
interface Management0/0
 nameif management
 security-level 100
 ip address 192.168.1.1 255.255.255.0
 management-only
boot system disk0:/asa922-4-smp-k8.bin
failover
failover lan unit primary
failover lan interface FO GigabitEthernet0/7
failover replication http
failover link FO GigabitEthernet0/7
failover interface ip FO 172.16.0.1 255.255.255.252 standby 172.16.0.2
"""

HOUR = 3_600_000
WIN = "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"


def file(bytes_: int, content: str, version: str | None = None) -> File:
    return File(bytes_, content, version, -720 * HOUR)


def scenario(model: str = "ASA5516", config: str = CONFIG, **unit: object) -> Scenario:
    return Scenario(
        name="still",
        model=model,
        ram_mb=8192,
        starts_at=1_461_940_493,  # 2016-04-29 14:34:53 UTC
        seed=1,
        config=read_lines(config),
        units=(
            ScenarioUnit("primary", "JAD0001", (), **unit),  # type: ignore[arg-type]
            ScenarioUnit("secondary", "JAD0002", (), **unit),  # type: ignore[arg-type]
        ),
    )


def _unit(start: Scenario, role: Role, version: str) -> Unit:
    lines = for_unit(start.config, role.value.lower())
    is_primary = role is Role.PRIMARY
    files = {
        "disk0:/asa9-12-4-lfbff-k8.SPA": file(108_563_072, "asa 9.12(4)", "9.12(4)"),
        "disk0:/asdm-7161.bin": file(29_197_128, "asdm"),
        WIN: file(48_000_000, "win one"),
    }
    return Unit(
        role=role,
        serial="JAD0001" if is_primary else "JAD0002",
        power=Power.UP,
        version=version,
        image="disk0:/asa9-12-4-lfbff-k8.SPA",
        booted_ms=-1_003 * HOUR,
        state=State.ACTIVE if is_primary else State.STANDBY_READY,
        peer=PeerKnowledge(
            heard=True,
            state=State.STANDBY_READY if is_primary else State.ACTIVE,
            version=version,
            serial="JAD0002" if is_primary else "JAD0001",
            interfaces_known=True,
        ),
        running=lines,
        startup=lines,
        settings=read_settings(lines),
        flash={path.lower(): stored for path, stored in files.items()},
        paths={path.lower(): path for path in files},
        loaded=(Package(1, WIN, None, "win one", "win"),),
        history=(
            HistoryEntry(-9, State.NOT_DETECTED, State.DISABLED, "No Error"),
            HistoryEntry(-8, State.DISABLED, State.NEGOTIATION, "Set by the config command"),
        ),
        active_since=-168 * HOUR if is_primary else None,
        last_failover_ms=-168 * HOUR,
        sync=("Sync Done",),
        interfaces_since=-168 * HOUR,
        connections={"tcp": 400, "udp": 200, "http": 100},
    )


def healthy(
    model: str = "ASA5516", version: str = "9.12(4)", config: str = CONFIG, **unit: object
) -> Pair:
    """Primary active, Secondary Standby Ready."""
    start = scenario(model, config, **unit)
    units = [_unit(start, role, version) for role in (Role.PRIMARY, Role.SECONDARY)]
    pair = Pair(start, 0, units)
    for u, own in enumerate(start.units):
        ports = [i.port for i in units[u].settings.interfaces if i.name in own.no_link]
        pair.link.unplugged += tuple((u, port) for port in ports)
        monitoring.begin(pair, u)
    return pair


def peer_is(pair: Pair, state: State, *, heard: bool, **known: object) -> Pair:
    """The same pair, the Primary's mate in that state."""
    unit = pair.units[0]
    unit.peer = replace(unit.peer, state=state, heard=heard, **known)  # type: ignore[arg-type]
    pair.units[1].state = state
    return pair


def with_sessions(pair: Pair, count: int) -> Pair:
    """`count` people with tunnels, but the last, who sleeps; on both units."""
    for unit in pair.units:
        leases = unit.leases.setdefault("VPN", {})
        for n in range(1, count + 1):
            address = unit.settings.pools[0].first + n - 1
            sleeps = n == count
            unit.rows[n] = Row(
                index=n,
                client=n,
                user=f"user{n:04d}",
                address=address,
                public=f"198.51.100.{n % 250 + 1}",
                group_policy="GP",
                tunnel_group="TG",
                login_ms=-50_171_000,
                token=n,
                up_from=None if sleeps else -50_171_000,
                inactive_from=-600_000,
                audit=f"0afd01120b4d{n:04x}63acf9b6",
                rate=1_000,
            )
            leases[address] = Lease(n)
    return pair


def transcript_pair(*versions: str) -> Pair:
    """The pair of the real 9.2(2)4 → 9.5(2) transcript, both units at a release."""
    card = Module(1, "SFR5525", "5.3.1-152", "ASA FirePOWER")
    pair = healthy(
        "ASA5525", versions[0], TRANSCRIPT_CONFIG, modules=(card,), no_link=("management",)
    )
    pair.units[1].version = versions[1]
    pair.units[0].peer = replace(pair.units[0].peer, version=versions[1])
    return pair


def living(people: int = 4, config: str = CONFIG) -> EmulatedPair:
    """A pair that answers, with people behind it; both units have a second image on flash."""
    files = (
        ScenarioFile("disk0:/asa9-12-4-lfbff-k8.SPA", 108_563_072, "asa 9.12(4)"),
        ScenarioFile("disk0:/asa9-16-4-lfbff-k8.SPA", 146_813_952, "asa 9.16(4)"),
        ScenarioFile("disk0:/asdm-7161.bin", 29_197_128, "asdm"),
        ScenarioFile(WIN, 48_000_000, "win one"),
    )
    start = scenario(config=config)
    first, second = (replace(unit, files=files) for unit in start.units)
    clients = ClientsSpec(count=people, tunnel_group="TG")
    return EmulatedPair.from_scenario(replace(start, units=(first, second), clients=clients))


def capture(path: str) -> str:
    """A real device's text, read in place."""
    whole = CAPTURES / path
    if not whole.exists():
        pytest.skip(f"no captures beside the project ({path})")
    return whole.read_text()


def comparable(text: str) -> list[str]:
    """A screen without clocks, counters and active time."""
    kept = []
    for line in text.splitlines():
        plain = re.sub(r"(Last Failover at:|Active time:).*", r"\1", line.rstrip())
        if re.match(r"^        \S.*\d+ +\d+", plain) or "Q:" in plain:
            plain = re.sub(r" +\d+", " n", plain)
        kept.append(plain)
    return kept


def transcript_screens() -> list[str]:
    """The two `show failover` screens of the real 9.2(2)4 → 9.5(2) night."""
    text = capture("upgrade-transcripts/wrmem_2016_asa5525_9.2.2-4_to_9.5.2.txt")
    return [part.partition("\nciscoasa#")[0] for part in text.split("# sh failover\n")[1:]]
