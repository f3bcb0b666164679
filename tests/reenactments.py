"""Nights for tests of reenactment: staged in the emulator, told by their collector's files.

    night, causes = told("anyconnect-images-differ")
    again = run(night, causes, "anyconnect=matched")

The night is read from what its collector filed, and from nothing else; or, with `source=CONSOLE`,
from the terminal's log alone.
"""

from collections.abc import Mapping, Sequence
from functools import cache

import incidents

from upgrader.cli.worlds.evidence import collected_records, records_of
from upgrader.cli.worlds.testbeds import rebuilt_testbed
from upgrader.conduct.reenacting.reenact import Reenacted, reenact
from upgrader.conduct.reenacting.staged import Staged, stage_night
from upgrader.judgement.postmortem.causes.judge import judge
from upgrader.judgement.postmortem.lessons.impact import impact
from upgrader.judgement.postmortem.rebuilding.paper import written
from upgrader.judgement.postmortem.rebuilding.setting import (
    Image,
    Logging,
    Package,
    Seated,
    Setting,
    Unit,
)
from upgrader.judgement.postmortem.telling.night import tell
from upgrader.model.cause import Cause
from upgrader.model.failover import Role
from upgrader.model.night import Night
from upgrader.model.script import Act, Befalls, Script, Typed

LOG, CONSOLE = "collector.log", "console.txt"
MINUTE = 60_000
OLD = "disk0:/asa9-12-4-lfbff-k8.SPA"
NEW = "disk0:/asa9-16-4-lfbff-k8.SPA"
WIN = "disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg"


@cache
def told(name: str, source: str = LOG) -> tuple[Night, tuple[Cause, ...]]:
    """A night of `fixtures/incidents` and its causes, by one of its files alone."""
    night = tell(records_of([str(incidents.FOLDER / name / source)], (), None, None, no_run))
    return night, tuple(judge(night))


def no_run(_name: str) -> None:
    """No source is a run of ours."""


def run(night: Night, causes: Sequence[Cause], *wishes: str) -> Reenacted:
    harm = impact(night, causes)
    return reenact(night, causes, harm, rebuilt_testbed, collected_records, wishes)


@cache
def of_fixture(name: str, *wishes: str, source: str = LOG) -> Reenacted:
    return run(*told(name, source), *wishes)


def by_name(again: Reenacted) -> Mapping[str, object]:
    """The what-ifs by what was asked."""
    return {one.change: one for one in again.what_ifs}


# ── nights of a test's own ─────────────────────────────────────────────────────────────


def setting(people: int = 4, *, differs: bool = False, **changes: object) -> Setting:
    """A pair with so many people on it; `differs`: the secondary's package has other bytes."""
    units = tuple(Unit(role, f"JAD2026{role.value[:3]}", "9.12(4)", OLD) for role in Role)
    seated = tuple(
        Seated(f"person{n}", f"198.51.100.{n}", f"10.20.8.{9 + n}", n, "win", 3_600)
        for n in range(1, people + 1)
    )
    made = {
        "name": "night",
        "model": "ASA5516",
        "hostname": "edge",
        "units": units,
        "images": (Image(OLD, "9.12(4)"), Image(NEW, "9.16(4)")),
        "boots": (NEW, OLD),
        "active": Role.PRIMARY,
        "starts_at_s": 1_773_525_600,
        "packages": (Package("win", WIN, "ours", "others" if differs else "ours"),),
        "pool": ("10.20.8.10", 120),
        "seated": seated,
        "returns": True,
        "logging": Logging(standby=False),
    }
    return Setting(**{**made, **changes})


def upgrade(*, start: int = 2 * MINUTE) -> tuple[Act, ...]:
    """Standby, switchover, former active, each well after the other."""
    return (
        Typed(start, "active", "failover reload-standby"),
        Typed(start + 9 * MINUTE, "active", "no failover active"),
        Typed(start + 14 * MINUTE, "active", "failover reload-standby"),
    )


def staged(pair: Setting, acts: Sequence[Act], minutes: int = 30) -> Staged:
    """Stage these acts on that pair."""
    script = Script("a night", minutes * MINUTE, tuple(sorted(acts, key=lambda act: act.at_ms)))
    return stage_night(rebuilt_testbed(written(pair), pair.name), script)


def night_of(pair: Setting, acts: Sequence[Act], minutes: int = 30) -> Night:
    """The same, as its collector's file tells it."""
    return tell(collected_records(staged(pair, acts, minutes).collected))


def arrives(at: int, user: str) -> Befalls:
    return Befalls(at, "connect-clients", {"user": user})
