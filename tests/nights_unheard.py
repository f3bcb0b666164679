"""Nights that no fixture tells: what else happens to a pair, typed and staged as scripts.

night = unheard("power-pulled-on-the-former-active")
night.log, night.console, night.came
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from upgrader.access.emulated.testbed import EmulatedTestbed
from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.evidence.opening import gather
from upgrader.cli.pairfile.pair import pair_of, scenario_of
from upgrader.conduct.reenacting.staged import stage_night
from upgrader.dialect.toml import dumps
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.sessions.books import booked
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.night import Night
from upgrader.model.script import Came

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "incidents"
DIFFERENT, ALIKE = "anyconnect-images-differ", "nothing-happened"

Act = tuple[str, str]
"""`12:30`, and `active: reload` or `event cut-link link=failover`."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A night, how it is staged, and what is to be said of it."""

    acts: tuple[Act, ...]
    minutes: int
    packages: str = DIFFERENT
    incident: tuple[tuple[str, str | bool], ...] = ()
    added: tuple[str, ...] = ()
    """Lines of the configuration, put behind `logging enable`."""
    dropped: tuple[str, ...] = ()
    """Lines of the configuration that are not there."""
    clients: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Staged:
    """What a staged night has left behind."""

    log: str
    console: str
    came: Came
    sessions: int
    """That the books have: at the start, and begun since."""


BOOT: tuple[Act, ...] = (
    ("1:00", "active: configure terminal"),
    ("1:05", "active: no boot system disk0:/asa9-12-4-lfbff-k8.SPA"),
    ("1:10", "active: boot system disk0:/asa9-16-4-lfbff-k8.SPA"),
    ("1:15", "active: boot system disk0:/asa9-12-4-lfbff-k8.SPA"),
    ("1:20", "active: end"),
    ("1:30", "active: write memory"),
)
FIRST_HALF: tuple[Act, ...] = (
    *BOOT,
    ("2:00", "active: failover reload-standby"),
    ("10:00", "active: show failover"),
    ("10:30", "active: no failover active"),
)
WHOLE: tuple[Act, ...] = (
    *FIRST_HALF,
    ("15:00", "active: failover reload-standby"),
    ("24:00", "active: show failover"),
    ("24:20", "active: write memory"),
)

ABORTED: tuple[Act, ...] = (
    *FIRST_HALF,
    ("14:00", "active: no failover active"),
    ("15:00", "active: configure terminal"),
    ("15:05", "active: no boot system disk0:/asa9-16-4-lfbff-k8.SPA"),
    ("15:10", "active: end"),
    ("15:20", "active: write memory"),
    ("16:00", "active: failover reload-standby"),
)
"""The roles moved back, the new image put aside, and the standby reloaded."""

NIGHTS: dict[str, Unheard] = {
    "the-whole-upgrade": Unheard(WHOLE, 35),
    "dies-at-the-return": Unheard(WHOLE, 35, incident=(("kill_at", "peer-rejoin"),)),
    "verified-at-the-join": Unheard(WHOLE, 35, incident=(("mechanism", "verify-at-join"),)),
    "power-pulled-on-the-former-active": Unheard(
        (
            *FIRST_HALF,
            ("15:00", "event pull-power unit=primary"),
            ("20:00", "event give-power unit=primary"),
        ),
        35,
    ),
    "power-pulled-and-dies-at-the-return": Unheard(
        (
            *FIRST_HALF,
            ("15:00", "event pull-power unit=primary"),
            ("20:00", "event give-power unit=primary"),
        ),
        35,
        incident=(("kill_at", "peer-rejoin"),),
    ),
    "power-pulled-for-good": Unheard((*FIRST_HALF, ("15:00", "event pull-power unit=primary")), 25),
    "standby-rebooted-alone": Unheard((("5:00", "active: failover reload-standby"),), 20),
    "standby-rebooted-and-verified": Unheard(
        (("5:00", "active: failover reload-standby"),),
        20,
        incident=(("mechanism", "verify-at-join"),),
    ),
    "former-active-never-rebooted": Unheard(FIRST_HALF, 30),
    "failed-back-before-the-last-reload": Unheard(
        (
            *FIRST_HALF,
            ("15:00", "active: no failover active"),
            ("19:00", "active: failover reload-standby"),
        ),
        32,
    ),
    "failed-back-afterwards": Unheard((*WHOLE[:-1], ("26:00", "active: no failover active")), 38),
    "failover-link-lost-after-the-switchover": Unheard(
        (
            *FIRST_HALF,
            ("15:00", "event cut-link link=failover"),
            ("16:00", "event join-link link=failover"),
        ),
        30,
    ),
    "failover-link-flaps": Unheard(
        (
            *FIRST_HALF,
            ("15:00", "event cut-link link=failover"),
            ("15:04", "event join-link link=failover"),
            ("17:00", "event cut-link link=failover"),
            ("17:05", "event join-link link=failover"),
        ),
        30,
        ALIKE,
    ),
    "both-links-cut-for-a-while": Unheard(
        (("5:00", "event cut-link link=both"), ("7:00", "event join-link link=both")), 20, ALIKE
    ),
    "standby-rebooted-and-nothing-else": Unheard(
        (("5:00", "active: failover reload-standby"),), 20, ALIKE
    ),
    "aborted-after-the-first-half": Unheard(
        ABORTED,
        32,
        ALIKE,
    ),
    "aborted-with-different-packages": Unheard(
        ABORTED,
        32,
    ),
    "active-unit-reloaded-by-mistake": Unheard(
        (*BOOT, ("4:00", "active: reload"), ("4:00", "active: ")), 20, ALIKE
    ),
    "active-unit-reloaded-after-the-switchover": Unheard(
        (*FIRST_HALF, ("15:00", "active: reload"), ("15:00", "active: ")), 32
    ),
    "a-busy-day": Unheard(
        (
            ("3:00", "event connect-clients count=9"),
            ("5:00", "event log-off user=user05"),
            ("6:00", "event log-off user=user03"),
            ("9:00", "event connect-clients count=3"),
            ("12:00", "event log-off user=user04"),
            ("13:00", "active: show failover"),
        ),
        40,
        ALIKE,
        clients=(("sleeps_per_hour", 6), ("wakes_per_hour", 6), ("logoffs_per_hour", 6)),
    ),
    "two-causes-pool-and-packages": Unheard(
        WHOLE,
        35,
        dropped=("ip local pool VPN 10.20.8.10-10.20.8.40 mask 255.255.255.0",),
        added=("ip local pool VPN 10.20.8.10-10.20.8.17 mask 255.255.255.0",),
    ),
    "two-causes-aaa-and-packages": Unheard(
        (*WHOLE[:9], ("14:30", "event stop-aaa"), *WHOLE[9:]), 35
    ),
    "the-standby-logs-too": Unheard(WHOLE, 35, added=("logging standby",)),
    "a-quiet-upgrade": Unheard(WHOLE, 35, ALIKE),
    "premature-and-clean-afterwards": Unheard(
        (
            *BOOT,
            ("2:00", "active: failover reload-standby"),
            ("7:50", "active: no failover active"),
            ("20:00", "active: failover reload-standby"),
        ),
        35,
        ALIKE,
    ),
    "switched-in-the-bulk-sync": Unheard(
        (
            *BOOT,
            ("2:00", "active: failover reload-standby"),
            ("7:40", "active: show failover"),
            ("7:42", "active: no failover active"),
            ("14:00", "active: show vpn-sessiondb anyconnect"),
        ),
        20,
        ALIKE,
    ),
    "switched-while-the-standby-was-away": Unheard(
        (
            *BOOT,
            ("2:00", "active: failover reload-standby"),
            ("3:30", "active: show failover"),
            ("3:40", "active: no failover active"),
            ("12:00", "active: show failover"),
            ("14:00", "active: show vpn-sessiondb anyconnect"),
        ),
        20,
        ALIKE,
    ),
    "the-active-unit-crashes-on-the-new-release": Unheard(
        (*FIRST_HALF, ("15:00", "event crash-unit unit=secondary")), 30, ALIKE
    ),
    "power-of-the-active-unit": Unheard(
        (("5:00", "event pull-power unit=primary"), ("9:00", "event give-power unit=primary")),
        20,
        ALIKE,
    ),
    "an-interface-flaps": Unheard(
        (
            *FIRST_HALF[:8],
            ("8:30", "event pull-cable unit=primary interface=dmz"),
            ("8:45", "event plug-cable unit=primary interface=dmz"),
            *FIRST_HALF[8:],
            ("15:00", "active: failover reload-standby"),
        ),
        32,
        ALIKE,
    ),
    "logged-off-by-the-operator-before": Unheard(
        (("0:30", "active: vpn-sessiondb logoff index 3 noconfirm"), *WHOLE), 35
    ),
    "cleaned-up-afterwards": Unheard(
        (
            *WHOLE,
            *(
                (f"26:{n:02}", f"active: vpn-sessiondb logoff index {n} noconfirm")
                for n in range(1, 9)
            ),
        ),
        35,
    ),
}


def acts_of(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """The acts as a pair file has them."""
    found: list[dict[str, Any]] = []
    for at, act in acts:
        minutes, _, seconds = at.partition(":")
        told: dict[str, Any] = {"at": f"{int(minutes) // 60}:{int(minutes) % 60:02}:{seconds}"}
        head, _, rest = act.partition(" ")
        if head == "event":
            name, *words = rest.split()
            told["event"] = name
            for word in words:
                key, _, value = word.partition("=")
                told[key] = int(value) if value.isdigit() else value
        else:
            told |= {"on": head.rstrip(":"), "types": rest}
        found.append(told)
    return found


def table_of(night: Unheard) -> dict[str, Any]:
    """The night's pair file."""
    folder = FOLDER / night.packages
    table = tomllib.loads((folder / "pair.toml").read_text())
    pair = table["emulated"]
    config = (folder / pair["config"]).read_text().splitlines()
    config = [line for line in config if line not in night.dropped]
    at = config.index("logging enable") + 1
    config[at:at] = night.added
    pair["config"] = "\n".join(config) + "\n"
    pair["clients"] |= dict(night.clients)
    if night.incident:
        pair["incident"] = dict(night.incident)
    table["incident"] = {
        "title": "a night",
        "lasts": f"0:{night.minutes}:00",
        "cause": "none",
        "lost": 0,
        "orphaned": 0,
        "leaked": 0,
        "act": acts_of(night.acts),
    }
    return table


@cache
def unheard(name: str) -> Staged:
    """Stage a night."""
    table = table_of(NIGHTS[name])
    pair = pair_of({"pair.toml": dumps(table)}, "pair.toml", str(FOLDER / NIGHTS[name].packages))
    assert pair.script is not None
    world = EmulatedWorld(EmulatedPair.from_scenario(scenario_of(pair)))
    bed = EmulatedTestbed(world)
    staged = stage_night(bed, pair.script, bed.starts_ms)
    books = len(list(booked(world.pair)))
    return Staged(staged.collected, staged.console, bed.came(), books)


def read(night: Staged, folder: Path, *, log: bool = True, console: bool = False) -> Night:
    """What its records tell, from files in that folder."""
    named = []
    for name, text, wanted in (
        ("collector.log", night.log, log),
        ("console.txt", night.console, console),
    ):
        if wanted:
            (folder / name).write_text(text)
            named.append(str(folder / name))
    return tell(gather(named, hosts=(), since=None, until=None, runs=lambda _: None))
