"""Entries of the catalogue: profiles, HostScan, a Local CA, versions of packages."""

from collections.abc import Iterable
from dataclasses import replace

from catalogue import GARBLED, Case, Edit, Entry, entry, told
from worlds import config

from upgrader.emulator.scenario import Scenario, ScenarioFile, ScenarioUnit
from upgrader.emulator.scenario.health import Health
from upgrader.model.finding import Severity

PROFILE = "disk0:/corp.xml"
HOSTSCAN = "disk0:/hostscan_4.10.07061-k9.pkg"


def serving(*lines: str) -> tuple[str, ...]:
    """The configuration of `worlds`, with more lines in its `webvpn`."""
    before = " anyconnect enable"
    return tuple(
        line
        for known in config()
        for line in ((*(f" {line}" for line in lines), known) if known == before else (known,))
    )


def having(*files: tuple[str, str, str], standby: Health | None = None) -> Edit:
    """(path, content on the primary, content on the secondary); no content: no such file."""

    def given(unit: ScenarioUnit, contents: Iterable[str], health: Health) -> ScenarioUnit:
        more = [
            ScenarioFile(path, 40_000, content)
            for (path, _, _), content in zip(files, contents, strict=True)
            if content
        ]
        return replace(unit, files=(*unit.files, *more), health=health)

    def edit(scene: Scenario) -> Scenario:
        one, other = scene.units
        ours = given(one, (content for _, content, _ in files), one.health)
        theirs = given(other, (content for _, _, content in files), standby or other.health)
        return replace(scene, units=(ours, theirs))

    return edit


def profile(ours: str, theirs: str) -> Case:
    edit = having((PROFILE, ours, theirs))
    return told(edit, lines=serving(f"anyconnect profiles CORP {PROFILE}"))


def hostscan(ours: str, theirs: str, *, loads: str | None = None) -> Case:
    lines = serving(f"hostscan image {HOSTSCAN}", "hostscan enable")
    return told(having((HOSTSCAN, ours, theirs), standby=Health(hostscan=loads)), lines=lines)


LOCAL_CA = told(lines=(*config(), "crypto ca server", " smtp from-address ca@example.com"))

CLIENTS: tuple[Entry, ...] = (
    entry(
        "anyconnect-profiles-match",
        fires=(
            profile("corp", "").says(Severity.WARNING, "Secondary JAD22222222 has no such file"),
            profile("corp", "old corp").says(Severity.WARNING, f"{PROFILE} differs"),
        ),
        unknown=profile("corp", "corp").mishearing(f"verify /sha-512 {PROFILE}", GARBLED),
        silent=(profile("corp", "corp"),),
    ),
    entry(
        "hostscan-matches",
        fires=(
            hostscan("posture", "").says(Severity.WARNING, "has no such file"),
            hostscan("posture", "other").says(Severity.WARNING, f"{HOSTSCAN} differs"),
            hostscan("posture", "posture", loads="4.9.06037").says(Severity.WARNING, "4.9.06037"),
        ),
        unknown=hostscan("posture", "posture").mishearing("show webvpn hostscan", GARBLED),
        silent=(hostscan("posture", "posture"),),
    ),
    entry(
        "local-ca-absent",
        fires=LOCAL_CA.says(Severity.WARNING, "its Local CA is enabled"),
        unknown=LOCAL_CA.mishearing("show crypto ca server", GARBLED),
    ),
    entry(
        "anyconnect-versions-compared",
        fires=told()
        .reading("show webvpn anyconnect", "4,10,0", "4,9,0")
        .says(Severity.WARNING, "is named like"),
        unknown=told().mishearing("show webvpn anyconnect", GARBLED),
    ),
)
