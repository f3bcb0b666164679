"""What AnyConnect clients are served beside packages: on both units, and alike."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from looks import (
    MAC,
    NEW_IMAGE,
    OLD_IMAGE,
    WIN,
    aim,
    configuration,
    digest_of,
    full,
    loaded,
    package,
    secondary,
    snapshot,
    unit,
    wide,
)

from upgrader.dialect.client_versions import version_as_loaded, version_in_package_name
from upgrader.dialect.replies.hostscan import hostscan_line
from upgrader.judgement.aim import files_to_verify
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import examine
from upgrader.model.finding import CheckLine, Moment, RuleOutcome, Severity
from upgrader.model.unit import Configuration, Snapshot, Unit, Unread
from upgrader.model.vpn import FileDigest
from upgrader.model.wide import ConfigText, HostScan, LocalCa

PROFILE = "disk0:/corp.xml"
IMAGE = "disk0:/hostscan_4.10.07061-k9.pkg"
NAMED = ("enable outside", f"anyconnect profiles CORP {PROFILE}", "anyconnect enable")
POSTURE = (f"hostscan image {IMAGE}", "hostscan enable")
FILES = {OLD_IMAGE: "old", NEW_IMAGE: "new", WIN: "win"}


def serving(*lines: str) -> Configuration:
    return replace(configuration(), webvpn_lines=lines)


def holding(files: dict[str, str], lines: Iterable[str], role: str = "active") -> Unit:
    kind = unit if role == "active" else secondary
    return kind(files=FILES | files, running=serving(*lines))


def two(ours: dict[str, str], theirs: dict[str, str], lines: Iterable[str] = NAMED) -> Snapshot:
    named = tuple(lines)
    return snapshot(holding(ours, named), holding(theirs, named, "standby"))


def line(seen: Snapshot, rule: str, moment: Moment = Moment.PLAN) -> CheckLine:
    lines = examine(Scene(seen, aim(seen), moment))
    return next(one for one in lines if one.rule == rule)


# ── profiles ───────────────────────────────────────────────────────────────────────────


def test_equal_profiles_on_both_units_are_well() -> None:
    seen = two({PROFILE: "corp"}, {PROFILE: "corp"})
    assert line(seen, "anyconnect-profiles-match").outcome is RuleOutcome.READY


@pytest.mark.parametrize("moment", [Moment.PLAN, Moment.BEFORE_SWITCHOVER, Moment.AFTER])
def test_a_profile_that_the_standby_lacks_is_named_with_the_lines_that_bring_it(
    moment: Moment,
) -> None:
    found = line(two({PROFILE: "corp"}, {}), "anyconnect-profiles-match", moment)
    assert found.outcome is RuleOutcome.WARNING
    (finding,) = found.findings
    assert finding.observed == "no such file"
    typed = finding.remedy.split("\n")[1:]
    assert typed[0] == f"failover exec mate copy /noconfirm URL {PROFILE}"
    assert f"anyconnect profiles CORP {PROFILE}" in typed


def test_a_profile_that_only_the_active_lacks_is_copied_there() -> None:
    (finding,) = line(two({}, {PROFILE: "corp"}), "anyconnect-profiles-match").findings
    assert finding.remedy.split("\n")[1] == f"copy /noconfirm URL {PROFILE}"


def test_one_profile_name_with_two_contents_is_told_with_both_digests() -> None:
    (finding,) = line(
        two({PROFILE: "corp"}, {PROFILE: "old"}), "anyconnect-profiles-match"
    ).findings
    assert {fact.value for fact in finding.facts} == {digest_of("corp"), digest_of("old")}


def test_a_profile_whose_digest_nobody_could_read_is_unknown() -> None:
    seen = two({PROFILE: "corp"}, {PROFILE: "corp"})
    one, other = seen.units
    assert other.full is not None
    kept = tuple(d for d in other.full.digests if d.path != PROFILE)
    blind = snapshot(one, full(other, digests=kept))
    assert line(blind, "anyconnect-profiles-match").outcome is RuleOutcome.UNKNOWN


def test_a_profile_in_a_folder_is_missing_where_verify_does_not_find_it() -> None:
    deep = "disk0:/profiles/corp.xml"
    lines = (f"anyconnect profiles CORP {deep}",)
    one = holding({}, lines)
    other = holding({}, lines, "standby")
    assert one.full is not None
    assert other.full is not None
    there = full(one, digests=(*one.full.digests, FileDigest(deep, digest_of("corp"))))
    gone = full(other, digests=(*other.full.digests, FileDigest(deep, None)))
    found = line(snapshot(there, gone), "anyconnect-profiles-match")
    assert "has no such file" in found.why


def test_the_profiles_of_old_releases_are_meant_too() -> None:
    seen = two({PROFILE: "corp"}, {}, (f"svc profiles CORP {PROFILE}",))
    assert line(seen, "anyconnect-profiles-match").outcome is RuleOutcome.WARNING


def test_without_profiles_there_is_nothing_to_compare() -> None:
    found = line(two({}, {}, ("anyconnect enable",)), "anyconnect-profiles-match")
    assert found.outcome is RuleOutcome.NOT_APPLICABLE
    assert found.why == "no AnyConnect profile is configured"


# ── HostScan ───────────────────────────────────────────────────────────────────────────


def scanning(said: HostScan | None, role: str = "active", lines: Iterable[str] = POSTURE) -> Unit:
    named = tuple(lines)
    held = holding({IMAGE: "posture"}, named, role)
    return full(held, wide=wide(("webvpn", *(f" {n}" for n in named)), hostscan=said))


def test_hostscan_that_is_loaded_and_enabled_alike_is_well() -> None:
    said = HostScan(True, "4.10.07061")
    seen = snapshot(scanning(said), scanning(said, "standby"))
    assert line(seen, "hostscan-matches").outcome is RuleOutcome.READY


@pytest.mark.parametrize(
    "theirs", [HostScan(True, "4.9.06037"), HostScan(False, "4.10.07061"), HostScan(True, None)]
)
def test_hostscan_that_differs_in_version_or_state_is_told(theirs: HostScan) -> None:
    seen = snapshot(scanning(HostScan(True, "4.10.07061")), scanning(theirs, "standby"))
    found = line(seen, "hostscan-matches")
    assert found.outcome is RuleOutcome.WARNING
    assert "HostScan differs" in found.why


def test_hostscan_of_which_nothing_was_understood_is_unknown_where_it_is_enabled() -> None:
    said = HostScan(True, "4.10.07061")
    blind = replace(
        scanning(None, "standby"), unread=(Unread("show webvpn hostscan", "what?", "no sentence"),)
    )
    found = line(snapshot(scanning(said), blind), "hostscan-matches")
    assert found.outcome is RuleOutcome.UNKNOWN
    assert "show webvpn hostscan" in found.why


def test_hostscan_that_is_not_enabled_needs_no_answer() -> None:
    off = (POSTURE[0],)
    seen = snapshot(scanning(None, lines=off), scanning(None, "standby", off))
    assert line(seen, "hostscan-matches").outcome is RuleOutcome.READY


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        (f" hostscan image {IMAGE}", "show webvpn hostscan"),
        (f" csd hostscan image {IMAGE}", "show webvpn csd hostscan"),
        (" csd image disk0:/csd_3.6.6234-k9.pkg", "show webvpn csd"),
        (" enable outside", None),
    ],
)
def test_hostscan_is_asked_for_as_its_line_is_spelt(named: str, asked: str | None) -> None:
    assert hostscan_line(ConfigText(("webvpn", named))) == asked


# ── Local CA ───────────────────────────────────────────────────────────────────────────


def issuing(enabled: bool | None, role: str = "active") -> Unit:
    said = None if enabled is None else LocalCa(enabled)
    around = wide(("crypto ca server", " shutdown"), local_ca=said)
    return (unit if role == "active" else secondary)(around=around)


def test_a_local_ca_is_a_warning_for_it_lives_on_one_unit() -> None:
    found = line(snapshot(issuing(True), issuing(False, "standby")), "local-ca-absent")
    assert [f.severity for f in found.findings] == [Severity.WARNING, Severity.NOTE]


def test_a_local_ca_that_does_not_answer_is_unknown() -> None:
    seen = snapshot(issuing(None), issuing(True, "standby"))
    assert line(seen, "local-ca-absent").outcome is RuleOutcome.UNKNOWN


def test_without_a_local_ca_there_is_nothing_to_lose() -> None:
    found = line(two({}, {}), "local-ca-absent")
    assert (found.outcome, found.why) == (RuleOutcome.NOT_APPLICABLE, "no Local CA is configured")


# ── versions of packages ───────────────────────────────────────────────────────────────


def loading(*packages: object) -> Snapshot:
    running = configuration(packages=(package(WIN), package(MAC, 2)))
    files = FILES | {MAC: "mac"}
    return snapshot(
        unit(files=files, running=running, loads=packages),  # type: ignore[arg-type]
        secondary(files=files, running=running, loads=packages),
    )


def test_a_package_under_a_wrong_name_is_told() -> None:
    seen = loading(loaded(WIN), replace(loaded(MAC, 2), version="4,9,04053"))
    found = line(seen, "anyconnect-versions-compared")
    assert found.outcome is RuleOutcome.WARNING
    (first, *_) = found.findings
    assert (first.observed, first.expected) == ("4.9.4053", "4.10.8029")


def test_platforms_of_several_versions_are_noted() -> None:
    odd = "disk0:/anyconnect-macos-4.9.04053-webdeploy-k9.pkg"
    seen = loading(loaded(WIN), replace(loaded(odd, 2), version="4,9,04053"))
    found = line(seen, "anyconnect-versions-compared")
    assert found.outcome is RuleOutcome.READY
    assert "several versions" in found.why


def test_a_platform_that_gets_another_version_from_each_unit_is_told() -> None:
    newer = replace(loaded(), version="5,0,00556")
    seen = snapshot(unit(), secondary(loads=(newer,)))
    told = [f.evidence for f in line(seen, "anyconnect-versions-compared").findings]
    assert any("4.10.8029 by Primary JAD1, 5.0.556 by Secondary JAD2" in said for said in told)


def test_without_packages_no_version_is_compared() -> None:
    bare = configuration(packages=())
    seen = snapshot(unit(running=bare, loads=()), secondary(running=bare, loads=()))
    for rule in (
        "anyconnect-versions-compared",
        "anyconnect-images-match",
        "anyconnect-image-present",
    ):
        assert line(seen, rule).why == "no AnyConnect image is configured"


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("disk0:/anyconnect-win-4.10.07061-webdeploy-k9.pkg", (4, 10, 7061)),
        ("disk0:/cisco-secure-client-win-5.1.2.42-webdeploy-k9.pkg", (5, 1, 2, 42)),
        ("disk0:/anyconnect-win-2.5.2014-k9.pkg", (2, 5, 2014)),
        ("disk0:/sslclient-win-1.1.4.176.pkg", (1, 1, 4, 176)),
        ("disk0:/anyconnect-macosx-i386-3.1.05160-k9.pkg", (3, 1, 5160)),
        ("disk0:/clients/ANYCONNECT-LINUX-64-4.1.00028-K9.PKG", (4, 1, 28)),
        ("disk0:/client.pkg", None),
        ("disk0:/anyconnect-win-latest.pkg", None),
    ],
)
def test_the_name_of_a_package_tells_its_version(
    path: str, version: tuple[int, ...] | None
) -> None:
    assert version_in_package_name(path) == version


@pytest.mark.parametrize(
    ("text", "version"), [("4,10,07061", (4, 10, 7061)), ("5.1.2.42", (5, 1, 2, 42)), ("?", None)]
)
def test_a_version_is_read_as_it_is_loaded(text: str, version: tuple[int, ...] | None) -> None:
    assert version_as_loaded(text) == version


# ── which files are verified ───────────────────────────────────────────────────────────


def test_profiles_and_hostscan_are_verified_and_nothing_that_is_not_configured() -> None:
    one = holding({PROFILE: "corp", IMAGE: "posture", "disk0:/old.xml": "old"}, (*NAMED, *POSTURE))
    seen = snapshot(one, secondary())
    assert one.full is not None
    wanted = files_to_verify(one.full.running, one.full.flash, aim(seen))
    assert wanted == (NEW_IMAGE, WIN, PROFILE, IMAGE)
