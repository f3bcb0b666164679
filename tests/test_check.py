"""The rules: what is fine, what is not, and what could not be seen, which is never fine."""

from dataclasses import replace

import pytest
from looks import (
    ACTIVE,
    MAC,
    NEW,
    NEW_IMAGE,
    OLD,
    OLD_IMAGE,
    PRI,
    SEC,
    STANDBY,
    WIN,
    address,
    aim,
    configuration,
    dark,
    digest_of,
    full,
    loaded,
    package,
    pair,
    pool,
    secondary,
    session,
    sleeper,
    snapshot,
    standby_rows,
    unit,
    wide,
)

from upgrader.judgement.aim import aim_at, files_to_verify
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import (
    RULES,
    check,
    examine,
    explain,
    facts_digest,
    rule_names,
)
from upgrader.model.failover import FailoverState, LinkPort, Role
from upgrader.model.finding import (
    CheckLine,
    Fact,
    Finding,
    Moment,
    RuleOutcome,
    RuleText,
    Severity,
    Waiver,
)
from upgrader.model.names import Digest, RuleName, Seat, Serial
from upgrader.model.plan import Target
from upgrader.model.unit import Dark, Flash, FlashFile, Snapshot, Unit, Unread
from upgrader.model.version import Version
from upgrader.model.vpn import FileDigest

PEOPLE = [session(n) for n in range(1, 6)]
WELL = pair(PEOPLE)
NAMES = [
    "pair-healthy",
    "roles-clear",
    "standby-ready",
    "config-in-sync",
    "state-link-up",
    "vpn-replication-keyed",
    "http-replication",
    "image-present",
    "image-digest-match",
    "flash-space",
    "boot-order-effective",
    "configuration-saved",
    "no-reload-scheduled",
    "same-model",
    "version-compatible",
    "uptime-bug",
    "removed-features",
    "later-hops",
    "anyconnect-image-present",
    "anyconnect-images-match",
    "anyconnect-versions-compared",
    "anyconnect-profiles-match",
    "hostscan-matches",
    "local-ca-absent",
    "pools-have-room",
    "no-other-administrator",
    "configuration-unchanged",
]


def ask(
    seen: Snapshot,
    rule: str,
    moment: Moment = Moment.PLAN,
    *,
    target: Version = NEW,
    sha512: str | None = None,
    image: str | None = None,
    first_active: Serial | None = None,
    before: Snapshot | None = None,
) -> tuple[Finding, ...]:
    aimed = aim_at(seen, Target(target, image=image, sha512=sha512))
    scene = Scene(seen, aimed, moment, before, first_active)
    return tuple(f for f in check(scene) if f.rule == rule)


def outcome(seen: Snapshot, rule: str, moment: Moment = Moment.PLAN) -> CheckLine:
    """How one rule came out, in words for people."""
    lines = examine(Scene(seen, aim(seen), moment))
    (line,) = (line for line in lines if line.rule == rule)
    return line


def severities(findings: tuple[Finding, ...]) -> set[Severity]:
    return {finding.severity for finding in findings}


def of(seen: Snapshot) -> tuple[Unit, Unit]:
    one, two = seen.units
    return one, two


def only(findings: tuple[Finding, ...], severity: Severity = Severity.BLOCKER) -> Finding:
    (finding,) = findings
    assert finding.severity is severity
    assert finding.facts
    assert finding.consequence
    assert finding.remedy
    return finding


# ── the registry ───────────────────────────────────────────────────────────────────────


def test_a_name_that_waivers_and_selections_say_is_never_lost() -> None:
    names = [rule.text.rule for rule in RULES]
    assert [name for name in names if name in NAMES] == NAMES
    assert rule_names() == tuple(sorted(names))
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_can_be_explained_with_source_and_moments(name: str) -> None:
    text = explain(name)
    assert isinstance(text, RuleText)
    assert text.asks.endswith("?")
    assert all((text.why, text.remedy, text.source, text.moments, text.expects))


def test_nobody_explains_a_rule_that_does_not_exist() -> None:
    assert explain("all-is-well") is None


def test_a_well_pair_raises_nothing_but_notes() -> None:
    found = check(Scene(WELL, aim(WELL), Moment.PLAN))
    assert severities(found) <= {Severity.NOTE}


@pytest.mark.parametrize("name", NAMES)
def test_a_unit_that_does_not_answer_is_an_unknown_to_every_rule(name: str) -> None:
    """Could not look is not fine."""
    one, _ = of(WELL)
    lonely = snapshot(one, dark())
    if name == "http-replication":  # Asked of the unit that replicates: the active one.
        lonely = snapshot(dark(Role.PRIMARY), secondary())
    text = explain(name)
    assert text is not None
    moments = [m for m in text.moments if (name, m) != ("boot-order-effective", Moment.PLAN)]
    for moment in moments:
        found = ask(lonely, name, moment)
        assert Severity.UNKNOWN in severities(found), moment
        assert all(finding.stops for finding in found if finding.severity is Severity.UNKNOWN)


# ── the pair ───────────────────────────────────────────────────────────────────────────


def test_failover_that_is_off_is_no_pair() -> None:
    one, two = of(WELL)
    seen = snapshot(one, replace(two, failover=replace(two.failover, enabled=False)))
    assert SEC in only(ask(seen, "pair-healthy")).evidence


def test_a_failover_link_that_is_down_is_no_pair() -> None:
    one, two = of(WELL)
    link = LinkPort("FOLINK", "GigabitEthernet1/7", "down")
    seen = snapshot(replace(one, failover=replace(one.failover, lan_interface=link)), two)
    assert "FOLINK" in only(ask(seen, "pair-healthy")).evidence


@pytest.mark.parametrize(
    ("condition", "monitoring", "well"),
    [
        ("Normal", "Monitored", True),
        ("Normal", "Waiting", True),
        ("Unknown", "Waiting", True),
        ("Failed", "Not-Monitored", True),
        ("Unknown", "Monitored", False),
        ("No Link", "Waiting", False),
        ("Failed", None, False),
    ],
)
def test_the_unit_that_shall_take_over_must_have_well_interfaces(
    condition: str, monitoring: str | None, well: bool
) -> None:
    one, two = of(WELL)
    host = two.failover.this_host
    assert host is not None
    bad = replace(host.interfaces[0], condition=condition, monitoring=monitoring)
    sick = replace(two, failover=replace(two.failover, this_host=replace(host, interfaces=(bad,))))
    found = ask(snapshot(one, sick), "pair-healthy")
    assert severities(found) == (set() if well else {Severity.BLOCKER})
    before = snapshot(one, sick)
    after = ask(before, "pair-healthy", Moment.AFTER, before=before)
    assert severities(after) <= {Severity.WARNING}, "it stood so before the night"


def test_an_interface_that_is_cabled_nowhere_is_a_warning() -> None:
    """The real 9.2(2)4 to 9.5(2) pair shows `No Link` on both sides, and was upgraded so."""

    def uncabled(of_: Unit) -> Unit:
        host = of_.failover.this_host
        assert host is not None
        bare = replace(host.interfaces[0], condition="No Link", monitoring="Waiting")
        failover = replace(of_.failover, this_host=replace(host, interfaces=(bare,)))
        return replace(of_, failover=failover)

    one, two = of(WELL)
    found = ask(snapshot(uncabled(one), uncabled(two)), "pair-healthy")
    assert severities(found) == {Severity.WARNING}


def test_two_active_units_are_never_clear() -> None:
    seen = snapshot(unit(), secondary(ACTIVE))
    found = only(ask(seen, "roles-clear"))
    assert PRI in found.evidence
    assert SEC in found.evidence


def test_no_active_unit_is_never_clear() -> None:
    seen = snapshot(unit(state=STANDBY), secondary())
    assert "no unit is active" in only(ask(seen, "roles-clear")).evidence


def test_the_standby_must_agree_on_who_is_active() -> None:
    seen = snapshot(unit(), secondary(peer=FailoverState.FAILED))
    assert "Failed" in only(ask(seen, "roles-clear")).evidence


def test_roles_that_moved_since_the_plan_stop_the_reload() -> None:
    found = ask(WELL, "roles-clear", Moment.BEFORE_STANDBY_RELOAD, first_active=SEC)
    assert SEC in only(found).evidence
    assert ask(WELL, "roles-clear", Moment.BEFORE_STANDBY_RELOAD, first_active=PRI) == ()


@pytest.mark.parametrize("state", [s for s in FailoverState if s not in {STANDBY, ACTIVE}])
def test_only_standby_ready_is_ready(state: FailoverState) -> None:
    assert state.value in only(ask(snapshot(unit(), secondary(state)), "standby-ready")).evidence


def test_the_active_must_see_the_standby_ready_too() -> None:
    seen = snapshot(unit(peer=FailoverState.BULK_SYNC), secondary())
    assert "Bulk Sync" in only(ask(seen, "standby-ready")).evidence


def test_configurations_that_differ_are_a_warning_between_equal_versions_only() -> None:
    edited = configuration(digest="sha256:edited")
    seen = snapshot(unit(), secondary(running=edited))
    only(ask(seen, "config-in-sync"), Severity.WARNING)
    mixed = snapshot(unit(), secondary(running=edited, runs=NEW))
    assert ask(mixed, "config-in-sync") == ()


def test_a_sync_that_goes_on_blocks_and_an_unread_state_is_unknown() -> None:
    one, two = of(WELL)
    assert two.states is not None
    syncing = replace(two, states=replace(two.states, configuration=("Syncing",)))
    assert "Syncing" in only(ask(snapshot(one, syncing), "config-in-sync")).evidence
    odd = Unread("show failover state", "%% what?", "no table")
    mute = replace(two, states=None, unread=(odd,))
    (found,) = ask(snapshot(one, mute), "config-in-sync")
    assert found.severity is Severity.UNKNOWN
    assert "%% what?" in found.evidence


def test_two_models_are_no_pair_and_other_memory_is_a_warning() -> None:
    one, two = of(WELL)
    other = replace(two, version=replace(two.version, hardware="ASA5508"))
    assert "ASA5508" in only(ask(snapshot(one, other), "same-model")).evidence
    small = replace(two, version=replace(two.version, ram_mb=4_096))
    only(ask(snapshot(one, small), "same-model"), Severity.WARNING)


# ── replication ────────────────────────────────────────────────────────────────────────


def test_a_state_link_that_is_down_or_not_there_blocks() -> None:
    one, two = of(WELL)
    down = LinkPort("STATE", "GigabitEthernet1/8", "administratively down")
    cut = replace(one, failover=replace(one.failover, state_link=down))
    assert "administratively down" in only(ask(snapshot(cut, two), "state-link-up")).evidence
    bare = configuration(link=None)
    none = full(replace(one, failover=replace(one.failover, state_link=None)), running=bare)
    assert "no state link" in only(ask(snapshot(none, two), "state-link-up")).evidence
    odd = replace(one, failover=replace(one.failover, state_link=None))
    assert severities(ask(snapshot(odd, two), "state-link-up")) == {Severity.UNKNOWN}


def test_without_a_key_people_lose_their_sessions_at_the_switchover() -> None:
    keyless = configuration(keyed=False)
    seen = snapshot(unit(sessions=PEOPLE, running=keyless), secondary(sessions=(), running=keyless))
    found = only(ask(seen, "vpn-replication-keyed"))
    assert "5 remote-access sessions" in found.evidence
    assert "switchover" in found.consequence


def test_without_a_key_and_without_vpn_there_is_nothing_to_ask() -> None:
    bare = replace(configuration(keyed=False, packages=()), anyconnect_enabled=False)
    seen = snapshot(unit(running=bare), secondary(running=bare))
    line = outcome(seen, "vpn-replication-keyed")
    assert (line.outcome, line.findings) == (RuleOutcome.NOT_APPLICABLE, ())
    assert line.why == "remote-access VPN is neither configured nor used"


def test_a_key_without_rows_on_the_standby_proves_nothing() -> None:
    seen = snapshot(unit(sessions=PEOPLE), secondary(sessions=standby_rows(PEOPLE[:2])))
    found = only(ask(seen, "vpn-replication-keyed", Moment.BEFORE_SWITCHOVER))
    assert "holds 2 of the 5" in found.evidence


def test_rows_left_by_an_earlier_night_are_not_missing_on_the_standby() -> None:
    left = [sleeper(n) for n in range(20, 30)]
    seen = snapshot(unit(sessions=[*PEOPLE, *left]), secondary(sessions=standby_rows(PEOPLE)))
    assert ask(seen, "vpn-replication-keyed") == ()


def test_http_that_is_not_replicated_is_a_warning() -> None:
    only(ask(pair(http=False), "http-replication"), Severity.WARNING)
    assert ask(WELL, "http-replication") == ()


# ── files ──────────────────────────────────────────────────────────────────────────────


def test_an_image_that_a_unit_lacks_names_unit_and_file() -> None:
    files = {OLD_IMAGE: "old", WIN: "win"}
    seen = snapshot(unit(), secondary(files=files))
    found = only(ask(seen, "image-present"))
    assert SEC in found.evidence
    assert NEW_IMAGE in found.evidence


def test_no_single_match_is_unknown_and_never_a_guess() -> None:
    twice = {OLD_IMAGE: "old", NEW_IMAGE: "new", "disk0:/asa9-16-4-k8.bin": "?", WIN: "win"}
    (found,) = ask(pair(files=twice), "image-present")
    assert found.severity is Severity.UNKNOWN
    assert "asa9-16-4-k8.bin" in found.evidence
    assert severities(ask(WELL, "image-present", target=Version(9, 16, 2))) == {Severity.UNKNOWN}


def test_a_named_image_for_other_hardware_is_refused() -> None:
    smp = "disk0:/asa9-16-4-smp-k8.bin"
    files = {OLD_IMAGE: "old", smp: "new", WIN: "win"}
    found = ask(pair(files=files), "image-present", image="asa9-16-4-smp-k8.bin")
    assert severities(found) == {Severity.BLOCKER}
    assert "lfbff" in found[0].evidence


def test_images_of_one_name_and_two_contents_block() -> None:
    seen = snapshot(unit(), secondary(files={NEW_IMAGE: "cut off", WIN: "win"}))
    found = only(ask(seen, "image-digest-match"))
    assert {fact.value for fact in found.facts} == {digest_of("new"), digest_of("cut off")}


def test_an_image_is_compared_with_the_published_digest() -> None:
    right = digest_of("new").partition(":")[2]
    assert ask(WELL, "image-digest-match", sha512=right) == ()
    assert severities(ask(WELL, "image-digest-match", sha512="0" * 128)) == {Severity.BLOCKER}


def test_a_digest_that_nobody_computed_is_unknown() -> None:
    one, two = of(WELL)
    seen = snapshot(one, full(two, digests=()))
    assert severities(ask(seen, "image-digest-match")) == {Severity.UNKNOWN}


def test_a_full_flash_blocks_and_an_unlisted_one_is_unknown() -> None:
    seen = snapshot(unit(), secondary(free_bytes=1_000))
    assert "1000 bytes are free" in only(ask(seen, "flash-space")).evidence
    one, two = of(WELL)
    assert Severity.UNKNOWN in severities(ask(snapshot(one, full(two, flash=None)), "flash-space"))


# ── booting ────────────────────────────────────────────────────────────────────────────

BOTH = configuration(boot=[NEW_IMAGE, OLD_IMAGE])
RELOADS = [Moment.BEFORE_STANDBY_RELOAD, Moment.BEFORE_FINAL_RELOAD]


@pytest.mark.parametrize("moment", RELOADS)
def test_a_unit_reloads_only_when_both_configurations_boot_the_new_image(moment: Moment) -> None:
    """A line that was added behind the old one boots the old one."""
    assert ask(pair(running=BOTH), "boot-order-effective", moment) == ()
    behind = configuration(boot=[OLD_IMAGE, NEW_IMAGE])
    found = ask(pair(running=BOTH, saved=behind), "boot-order-effective", moment)
    assert "saved configuration" in only(found).evidence
    assert len(ask(pair(running=configuration(boot=())), "boot-order-effective", moment)) == 2
    one, two = of(pair(running=BOTH))
    blind = ask(snapshot(one, full(two, saved=None)), "boot-order-effective", moment)
    assert severities(blind) == {Severity.UNKNOWN}


@pytest.mark.parametrize(("register", "well"), [("0x1", True), ("0x41", False), ("0x0", False)])
def test_a_register_that_ignores_the_configuration_blocks(register: str, well: bool) -> None:
    found = ask(pair(running=configuration(register=register)), "boot-order-effective")
    assert severities(found) == (set() if well else {Severity.BLOCKER})


def test_an_unsaved_change_is_a_warning_for_the_run_saves_it() -> None:
    saved = configuration(digest="sha256:yesterday")
    seen = snapshot(unit(saved=saved), secondary())
    assert PRI in only(ask(seen, "configuration-saved"), Severity.WARNING).evidence
    one, two = of(WELL)
    unseen = ask(snapshot(one, full(two, saved=None)), "configuration-saved")
    assert severities(unseen) == {Severity.UNKNOWN}


def test_a_scheduled_reload_blocks_and_an_unread_one_is_unknown() -> None:
    one, two = of(WELL)
    sentence = "Reload scheduled for 00:00:00 PDT Sat Apr 20 (in 12 hours and 12 minutes)"
    found = only(ask(snapshot(full(one, reload_scheduled=sentence), two), "no-reload-scheduled"))
    assert sentence in found.evidence
    assert all("12 hours" not in fact.value for fact in found.facts)
    odd = replace(two, unread=(Unread("show reload", "?", "odd"),))
    assert severities(ask(snapshot(one, odd), "no-reload-scheduled")) == {Severity.UNKNOWN}


# ── versions ───────────────────────────────────────────────────────────────────────────


def test_a_downgrade_blocks_and_the_same_version_does_not() -> None:
    assert "downgrade" in ask(WELL, "version-compatible", target=Version(9, 8, 1))[0].evidence
    assert ask(pair(runs=NEW), "version-compatible") == ()


def test_the_last_release_of_the_hardware_is_known_or_unknown() -> None:
    found = ask(pair(hardware="ASA5525"), "version-compatible")
    assert any("9.14" in f.evidence for f in found if f.severity is Severity.BLOCKER)
    assert Severity.UNKNOWN in severities(ask(pair(hardware="PIX-525"), "version-compatible"))


def test_clientless_people_are_warned_of_9_17() -> None:
    portal = " vpn-tunnel-protocol ssl-client ssl-clientless"
    around = wide(("webvpn", " enable outside", "group-policy GP attributes", portal))
    seen = pair(hardware="ASAv", around=around)
    told = ask(seen, "removed-features", target=Version(9, 18, 1))
    (found,) = (f for f in told if f.severity is Severity.WARNING)
    assert "clientless" in found.evidence
    assert "ssl-clientless" in found.evidence


def test_two_weeks_before_the_213th_day_somebody_is_warned() -> None:
    seen = pair(runs=Version(9, 6, 1), uptime=205 * 86_400)
    assert any("CSCvd78303" in f.evidence for f in ask(seen, "uptime-bug"))


def test_in_the_middle_of_the_night_the_versions_must_be_those_of_the_plan() -> None:
    assert only(ask(WELL, "version-compatible", Moment.BEFORE_SWITCHOVER)).evidence.startswith(
        f"Secondary {SEC} runs {OLD}"
    )
    mixed = snapshot(unit(), secondary(runs=NEW))
    assert ask(mixed, "version-compatible", Moment.BEFORE_SWITCHOVER) == ()
    only(ask(mixed, "version-compatible", Moment.AFTER))
    assert ask(pair(runs=NEW), "version-compatible", Moment.AFTER) == ()


# ── AnyConnect ─────────────────────────────────────────────────────────────────────────

ANYCONNECT_MOMENTS = [m for m in Moment if m is not Moment.AFTER]


def mismatched() -> Snapshot:
    """One name, two contents."""
    rows = PEOPLE
    files = {OLD_IMAGE: "old", NEW_IMAGE: "new", WIN: "other"}
    return snapshot(
        unit(sessions=rows),
        secondary(sessions=standby_rows(rows), files=files, loads=[loaded(WIN, 1, "other")]),
    )


@pytest.mark.parametrize("moment", ANYCONNECT_MOMENTS)
def test_mismatched_images_name_the_file_both_units_and_both_digests(moment: Moment) -> None:
    found = only(ask(mismatched(), "anyconnect-images-match", moment))
    for word in (WIN, f"Primary {PRI}", f"Secondary {SEC}"):
        assert word in found.evidence
    assert digest_of("win")[7:19] in found.evidence
    assert digest_of("other")[7:19] in found.evidence
    assert {fact.value for fact in found.facts} == {digest_of("win"), digest_of("other")}
    assert "final reload" in found.consequence
    assert ask(mismatched(), "anyconnect-image-present", moment) == ()


def test_after_the_night_a_mismatch_is_a_warning_for_the_next_one() -> None:
    found = ask(mismatched(), "anyconnect-images-match", Moment.AFTER)
    assert severities(found) == {Severity.WARNING}


def test_a_missing_file_is_told_once_and_names_unit_and_file() -> None:
    files = {OLD_IMAGE: "old", NEW_IMAGE: "new"}
    seen = snapshot(unit(), secondary(files=files, loads=[]))
    found = only(ask(seen, "anyconnect-image-present"))
    assert WIN in found.evidence
    assert SEC in found.evidence
    assert ask(seen, "anyconnect-images-match") == ()


def test_a_file_that_was_copied_and_never_loaded_serves_nobody() -> None:
    seen = snapshot(unit(), secondary(loads=[]))
    assert "has not loaded it" in only(ask(seen, "anyconnect-image-present")).evidence


def test_equal_files_but_unequal_loads_are_a_mismatch() -> None:
    """Overwritten under the same name: what a unit loaded is what it serves."""
    seen = snapshot(unit(loads=[loaded(WIN, 1, "older")]), secondary())
    found = only(ask(seen, "anyconnect-images-match"))
    assert "has loaded" in found.evidence
    assert "14:00:older" in found.evidence
    assert "14:00:win" in found.evidence


def test_another_order_is_another_list() -> None:
    one = configuration(packages=[package(WIN, 1), package(MAC, 2)])
    two = configuration(packages=[package(MAC, 1), package(WIN, 2)])
    files = {OLD_IMAGE: "old", NEW_IMAGE: "new", WIN: "win", MAC: "mac"}
    seen = snapshot(
        unit(running=one, files=files, loads=[loaded(WIN, 1), loaded(MAC, 2)]),
        secondary(running=two, files=files, loads=[loaded(MAC, 1), loaded(WIN, 2)]),
    )
    found = ask(seen, "anyconnect-images-match")
    assert any("the configured images differ" in f.evidence for f in found)
    assert severities(found) == {Severity.BLOCKER}


def test_an_image_that_is_loaded_but_no_longer_configured_is_named() -> None:
    both = [loaded(WIN), loaded(MAC, 2)]
    found = ask(snapshot(unit(loads=both), secondary()), "anyconnect-images-match")
    assert MAC in only(found).evidence


@pytest.mark.parametrize("what", ["digests", "loaded", "running", "flash"])
def test_an_image_that_could_not_be_compared_is_unknown(what: str) -> None:
    one, two = of(WELL)
    nothing: object = () if what == "digests" else None
    seen = snapshot(one, full(two, **{what: nothing}))
    rules = ("anyconnect-images-match", "anyconnect-image-present")
    found = tuple(f for rule in rules for f in ask(seen, rule))
    assert severities(found) == {Severity.UNKNOWN}


def test_without_any_image_there_is_nothing_to_match() -> None:
    bare = pair(running=configuration(packages=()), loads=[])
    assert ask(bare, "anyconnect-images-match") == ()
    assert ask(bare, "anyconnect-image-present") == ()


# ── pools ──────────────────────────────────────────────────────────────────────────────


def test_a_full_pool_is_a_warning_and_an_unread_one_unknown() -> None:
    one, two = of(WELL)
    tight = pool([row.address for row in PEOPLE if row.address], size=5)
    seen = snapshot(full(one, pools=(tight,)), two)
    assert "0 of 5" in only(ask(seen, "pools-have-room"), Severity.WARNING).evidence
    roomy = snapshot(full(one, pools=(tight, pool([], name="MORE"))), two)
    assert "room in MORE" in only(ask(roomy, "pools-have-room"), Severity.NOTE).evidence
    blind = snapshot(full(one, pools=None), two)
    assert severities(ask(blind, "pools-have-room")) == {Severity.UNKNOWN}


def test_addresses_that_nobody_holds_are_told_of() -> None:
    found = ask(pair(PEOPLE, leaks=[address(90)]), "pools-have-room")
    assert severities(found) == {Severity.WARNING}
    assert ask(pair(PEOPLE, leaks=[address(90)], others=1), "pools-have-room") == ()


# ── waivers ────────────────────────────────────────────────────────────────────────────


def waived(seen: Snapshot, waiver: Waiver, moment: Moment = Moment.PLAN) -> tuple[Finding, ...]:
    found = check(Scene(seen, aim(seen), moment), [waiver])
    return tuple(f for f in found if f.rule == waiver.rule)


def waiver_for(seen: Snapshot, rule: str) -> Waiver:
    finding = only(ask(seen, rule))
    return Waiver(RuleName(rule), facts_digest(finding.facts), "the owner knows")


@pytest.mark.parametrize("moment", list(Moment))
def test_a_waiver_holds_all_night_while_the_facts_stand(moment: Moment) -> None:
    waiver = waiver_for(mismatched(), "anyconnect-images-match")
    (found,) = waived(mismatched(), waiver, moment)
    assert found.waived == "the owner knows"
    assert not found.stops


def test_a_waiver_holds_when_the_roles_have_moved() -> None:
    waiver = waiver_for(mismatched(), "anyconnect-images-match")
    files = {OLD_IMAGE: "old", NEW_IMAGE: "new", WIN: "other"}
    turned = snapshot(
        unit(state=STANDBY),
        secondary(ACTIVE, runs=NEW, files=files, loads=[loaded(WIN, 1, "other")]),
    )
    (found,) = waived(turned, waiver, Moment.BEFORE_FINAL_RELOAD)
    assert not found.stops


def test_a_waiver_falls_when_a_file_changes() -> None:
    waiver = waiver_for(mismatched(), "anyconnect-images-match")
    one, _ = of(mismatched())
    third = secondary(files={NEW_IMAGE: "new", WIN: "a third"}, loads=[loaded(WIN, 1, "a third")])
    (found,) = waived(snapshot(one, third), waiver)
    assert found.stops


def test_a_waiver_covers_no_other_rule() -> None:
    waiver = waiver_for(mismatched(), "anyconnect-images-match")
    other = Waiver(RuleName("image-present"), waiver.facts, waiver.reason)
    found = check(Scene(mismatched(), aim(mismatched()), Moment.PLAN), [other])
    assert all(finding.waived is None for finding in found)


def test_nobody_can_waive_what_was_not_seen() -> None:
    one, two = of(WELL)
    seen = snapshot(one, full(two, loaded=None))
    (unseen,) = ask(seen, "anyconnect-images-match")
    waiver = Waiver(unseen.rule, facts_digest(unseen.facts), "trust me")
    assert all(finding.stops for finding in waived(seen, waiver))


def test_facts_have_one_digest_in_any_order() -> None:
    one, two = Fact("a", "1"), Fact("b", "2")
    assert facts_digest([one, two]) == facts_digest([two, one])
    assert facts_digest([one]) != facts_digest([Fact("a", "2")])
    assert facts_digest([one]).startswith("sha256:")


# ── the aim ────────────────────────────────────────────────────────────────────────────


def test_the_image_is_the_one_file_of_that_version_and_hardware() -> None:
    files = {OLD_IMAGE: "old", NEW_IMAGE: "new", "disk0:/asa9-16-4-smp-k8.bin": "vm", WIN: "win"}
    assert aim(pair(files=files)).image == NEW_IMAGE


def test_a_named_image_is_taken_at_its_word() -> None:
    assert aim_at(WELL, Target(NEW, image="mine.bin")).image == "disk0:/mine.bin"


def test_without_one_active_unit_no_flash_is_searched() -> None:
    assert aim(snapshot(unit(), secondary(ACTIVE))).image is None


@pytest.mark.parametrize(
    ("configured", "others", "chosen"),
    [
        ("disk0:/asdm-7191.bin", [], None),
        ("disk0:/asdm-7181-152.bin", [], None),
        ("disk0:/asdm-7121.bin", ["disk0:/asdm-7181.bin", "disk0:/asdm-7181-152.bin"], "7181-152"),
        ("disk0:/asdm-7121.bin", [], None),
        ("disk0:/asdm-odd.bin", ["disk0:/asdm-7181.bin"], None),
        (None, ["disk0:/asdm-7181.bin"], None),
    ],
)
def test_asdm_is_changed_only_when_it_is_too_old_and_a_later_one_is_there(
    configured: str | None, others: list[str], chosen: str | None
) -> None:
    files = {NEW_IMAGE: "new", WIN: "win", **dict.fromkeys(others, "asdm")}
    seen = pair(files=files, running=configuration(asdm=configured))
    found = aim(seen)
    assert found.asdm == (None if chosen is None else f"disk0:/asdm-{chosen}.bin")
    assert found.asdm_why


def test_an_asdm_that_will_not_start_is_a_warning_and_no_reason_to_stop() -> None:
    files = {NEW_IMAGE: "new", WIN: "win"}
    seen = pair(files=files, running=configuration(asdm="disk0:/asdm-7121.bin"))
    assert "too old" in only(ask(seen, "image-present"), Severity.WARNING).evidence


def test_the_files_that_matter_are_image_asdm_and_every_configured_package() -> None:
    one, _ = of(WELL)
    assert one.full is not None
    assert files_to_verify(one.full.running, one.full.flash, aim(WELL)) == (NEW_IMAGE, WIN)
    assert files_to_verify(None, None, aim(WELL)) == (NEW_IMAGE,)
    flash = replace(one.full.flash, files=(FlashFile(WIN.upper(), 1),))  # type: ignore[type-var]
    assert files_to_verify(one.full.running, flash, aim(WELL)) == (WIN,)


def test_the_aim_is_the_same_whoever_is_active() -> None:
    turned = snapshot(unit(state=STANDBY), secondary(ACTIVE))
    assert aim(turned).image == aim(WELL).image


@pytest.mark.parametrize(
    "spelt",
    ["flash:/x.pkg", "disk0:x.pkg", "DISK0:/X.pkg", "x.pkg", "/x.pkg"],
)
def test_one_file_may_be_spelt_in_many_ways(spelt: str) -> None:
    flash = Flash((FlashFile("disk0:/x.pkg", 1),), total_bytes=None, free_bytes=1)
    assert flash.find(spelt) is not None
    assert not flash.lacks(spelt)


@pytest.mark.parametrize("elsewhere", ["disk1:/x.pkg", "disk0:/folder/x.pkg"])
def test_a_listing_of_disk0_proves_nothing_about_other_places(elsewhere: str) -> None:
    flash = Flash((), total_bytes=None, free_bytes=1)
    assert flash.lacks("disk0:/x.pkg")
    assert not flash.lacks(elsewhere)


def test_a_package_on_another_flash_is_found_missing_by_its_digest_alone() -> None:
    away = WIN.replace("disk0:", "disk1:")
    for digest, rules in (("sha512:" + "a" * 128, set()), (None, {"anyconnect-image-present"})):
        units = []
        for one in WELL.units:
            assert one.full is not None
            assert one.full.running is not None
            running = replace(one.full.running, packages=(package(away),))
            asked = FileDigest(away, None if digest is None else Digest(digest))
            looked = replace(
                one.full,
                running=running,
                digests=(*one.full.digests, asked),
                loaded=(loaded(away),),
            )
            units.append(replace(one, full=looked))
        seen = replace(WELL, primary=units[0], secondary=units[1])
        spoke = {
            f.rule
            for f in check(Scene(seen, aim(seen), Moment.PLAN))
            if f.rule in {"anyconnect-image-present", "anyconnect-images-match"}
        }
        assert spoke == rules


def test_an_asdm_that_is_named_and_not_there_is_told_before_the_night() -> None:
    gone = Target(NEW, asdm="disk0:/asdm-7999.bin")
    found = check(Scene(WELL, aim_at(WELL, gone), Moment.PLAN))
    told = [f.evidence for f in found if "asdm-7999" in f.evidence]
    assert len(told) == 2
    assert not [f for f in found if f.severity is Severity.BLOCKER]


def test_who_answers_and_is_not_understood_is_not_said_to_be_silent() -> None:
    odd = Dark(Role.PRIMARY, PRI, Seat("192.0.2.1"), "answers, but nonsense", answered=True)
    gone = replace(odd, why="nobody answers", answered=False)
    assert odd.sight == f"Primary {PRI} at 192.0.2.1: answers, but nonsense"
    assert gone.sight == f"Primary {PRI} does not answer at 192.0.2.1: nobody answers"
