"""`stage`: what the night needs lies on both flashes, and is what it should be."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from nights import Firewall
from worlds import NEW_IMAGE, OLD_IMAGE, World
from yards import NEW, WIN, Breaking, Yard, did, drops, hexed

from upgrader.emulator.machine import files
from upgrader.emulator.state import File
from upgrader.model.finding import Severity
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.staging import Did
from upgrader.model.watch import UnwatchedStaging
from upgrader.ports import Carrier

IMAGE = NEW_IMAGE.rpartition("/")[2]
PKG = WIN.rpartition("/")[2]
LONG = "the whole of a package, byte for byte"


def breaking(after: int, how=drops) -> Callable[[Carrier], Carrier]:
    return lambda carrier: Breaking(carrier, after, how)


# ── nothing, or something, to bring ────────────────────────────────────────────────────


def test_a_pair_that_has_everything_is_staged_and_nothing_is_sent(tmp_path):
    yard = Yard(tmp_path)
    yard.stocks(image=NEW, package="package A")
    changes = yard.pair.changes
    report = yard.stage()
    assert (report.outcome, report.exit_code) == (Outcome.STAGED, ExitCode.DONE)
    assert set(did(report).values()) == {Did.ALREADY}
    assert yard.pair.changes == changes


def test_an_image_that_is_on_neither_unit_is_brought_to_both_the_standby_first(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)

    order: list[str] = []

    class Order(UnwatchedStaging):
        def begins(self, where: str, path: str, size: int | None) -> None:
            order.append(where)

    report = yard.stage(watcher=Order())
    assert report.outcome is Outcome.STAGED
    assert yard.has(0, NEW_IMAGE) == yard.has(1, NEW_IMAGE) == hexed(NEW)
    assert order == ["Secondary JAD22222222", "Primary JAD11111111"]
    assert did(report)["1", IMAGE] is did(report)["2", IMAGE] is Did.COPIED


def test_a_second_stage_sends_nothing(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None, WIN: None})
    yard.stocks(image=NEW, package="package A")
    assert yard.stage().outcome is Outcome.STAGED
    changes = yard.pair.changes
    again = yard.stage()
    assert (again.outcome, again.exit_code) == (Outcome.STAGED, ExitCode.DONE)
    assert set(did(again).values()) == {Did.ALREADY}
    assert yard.pair.changes == changes


def test_profiles_and_hostscan_packages_that_lines_name_are_brought_too(tmp_path):
    """Failover replicates the lines, and none of the files."""
    yard = Yard(
        tmp_path,
        more=(
            "webvpn",
            " hostscan image disk0:/hostscan_4.10-k9.pkg",
            " anyconnect profiles STAFF disk0:/staff.xml",
        ),
        secondary={"disk0:/staff.xml": "old"},
        primary={"disk0:/staff.xml": "new", "disk0:/hostscan_4.10-k9.pkg": "scan"},
    )
    yard.stocks(staff_xml="new")
    (yard.folder / "hostscan_4.10-k9.pkg").write_text("scan")
    report = yard.stage()
    assert report.outcome is Outcome.STAGED
    assert did(report)["2", "staff.xml"] is Did.REPLACED
    assert did(report)["2", "hostscan_4.10-k9.pkg"] is Did.COPIED
    assert did(report)["1", "staff.xml"] is Did.ALREADY


def test_a_newer_asdm_is_brought_only_where_the_configured_one_is_too_old(tmp_path):
    yard = Yard(
        tmp_path,
        more=("asdm image disk0:/asdm-7122.bin",),
        primary={"disk0:/asdm-7122.bin": "7.12"},
        secondary={"disk0:/asdm-7122.bin": "7.12"},
    )
    (yard.folder / "asdm-7181-152.bin").write_text("7.18")
    (yard.folder / "asdm-7161.bin").write_text("7.16")
    report = yard.stage()
    assert did(report)["1", "asdm-7181-152.bin"] is Did.COPIED
    assert ("1", "asdm-7161.bin") not in did(report)


# ── the mismatch ───────────────────────────────────────────────────────────────────────


def test_the_mismatch_is_mended_and_the_plan_is_ready_and_nobody_is_lost(tmp_path):
    """The guide's incident, prevented in the day: the standby loads the file when it reloads."""
    yard = Yard(tmp_path, sessions=5, secondary={WIN: "package B"})
    yard.stocks(package="package A")
    assert yard.plan().stopped_by
    report = yard.stage()
    assert (report.outcome, report.exit_code) == (Outcome.STAGED, ExitCode.DONE)
    plan = yard.plan()
    assert plan.stopped_by == ()
    (pending,) = [f for f in plan.findings if f.rule == "anyconnect-images-match"]
    assert pending.severity is Severity.NOTE
    night = Firewall(yard.pair).conducted(plan)
    assert night.outcome is Outcome.UPGRADED, night.verdict
    assert night.sessions.lost == night.sessions.orphaned == 0
    assert night.surprises == ()


def test_a_missing_package_is_brought_and_the_night_loses_nobody(tmp_path):
    yard = Yard(tmp_path, sessions=5, secondary={WIN: None})
    yard.stocks(package="package A")
    assert yard.stage().exit_code is ExitCode.DONE
    plan = yard.plan()
    assert plan.stopped_by == ()
    night = Firewall(yard.pair).conducted(plan)
    assert night.sessions.lost == night.sessions.orphaned == 0


def test_what_was_not_staged_by_us_is_no_reason_to_be_content(tmp_path):
    """Somebody else's copy may have gone under the active unit's feet as well."""
    yard = Yard(tmp_path, secondary={WIN: "package B"})
    yard.stocks(package="package A")
    yard.stage()
    yard.staged.clear()
    assert {f.rule for f in yard.plan().stopped_by} == {"anyconnect-images-match"}


def test_a_record_of_staging_says_nothing_once_the_unit_has_loaded_the_file(tmp_path):
    yard = Yard(tmp_path, secondary={WIN: "package B"})
    yard.stocks(package="package A")
    yard.stage()
    firewall = Firewall(yard.pair)
    console = firewall.world.access.open(firewall.world.seats.active)
    console.ask("failover reload-standby")
    firewall.wait(15)
    assert yard.plan().target.staged == ()


def test_a_package_that_is_replaced_under_the_active_unit_needs_a_person(tmp_path):
    """It goes on to serve what it has loaded; equal files and equal loads would hide that."""
    yard = Yard(tmp_path)
    yard.stocks(package="package C, newer")
    report = yard.stage()
    assert (report.outcome, report.exit_code) == (Outcome.STAGED, ExitCode.NEEDS_PERSON)
    assert "upgrader check" in report.next.commands[0]
    (finding,) = yard.plan().stopped_by
    assert "serves what it loaded before" in finding.evidence
    assert "anyconnect image" in finding.remedy


def test_once_its_line_is_typed_again_the_active_unit_is_content(tmp_path):
    yard = Yard(tmp_path)
    yard.stocks(package="package C, newer")
    yard.stage()
    firewall = Firewall(yard.pair)
    console = firewall.world.access.open(firewall.world.seats.active)
    lines = ("configure terminal", "webvpn", f"no anyconnect image {WIN} 1")
    for line in (*lines, f"anyconnect image {WIN} 1", "end", "write memory"):
        console.ask(line)
    assert yard.plan().stopped_by == ()


def test_which_of_two_contents_is_right_is_never_guessed(tmp_path):
    yard = Yard(tmp_path, secondary={WIN: "package B"})
    report = yard.stage()
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert "which of the two is right" in report.verdict
    assert any(PKG in line and "stage again" in line for line in report.next.lines)
    assert yard.deeds == []


def test_a_manifest_alone_says_which_content_is_right_and_what_is_wanting(tmp_path):
    yard = Yard(tmp_path, secondary={WIN: "package B"})
    report = yard.stage(yard.listed(package="package A", image=NEW))
    assert report.outcome is Outcome.REFUSED
    assert "Secondary JAD22222222 has other bytes" in report.verdict
    assert "Primary" not in report.verdict


# ── lists ──────────────────────────────────────────────────────────────────────────────


def test_a_local_file_that_the_manifest_does_not_know_so_is_not_sent(tmp_path):
    yard = Yard(tmp_path, secondary={NEW_IMAGE: None})
    yard.stocks(image="tampered with")
    report = yard.stage(yard.listed(image=NEW))
    assert report.exit_code is ExitCode.REFUSED
    assert "is not what SHA512SUMS says" in report.verdict
    assert yard.has(1, NEW_IMAGE) is None


def test_a_local_file_that_no_manifest_lists_is_refused_and_the_way_out_is_told(tmp_path):
    yard = Yard(tmp_path, secondary={WIN: None})
    yard.stocks(package="package A")
    report = yard.stage(yard.listed(image=NEW))
    assert "in no manifest" in report.verdict
    assert any("sha512sum" in line for line in report.next.lines)
    assert yard.has(1, WIN) is None


def test_target_sha512_is_held_against_the_repository_too(tmp_path):
    yard = Yard(tmp_path, secondary={NEW_IMAGE: None})
    yard.stocks(image="tampered with")
    assert "[target] says" in yard.stage(sha512=hexed(NEW)).verdict


def test_at_night_the_manifest_is_held_against_both_units(tmp_path):
    """Equal on both units, and both wrong: only a list can tell."""
    yard = Yard(tmp_path, primary={WIN: "package X"}, secondary={WIN: "package X"})
    assert yard.plan().stopped_by == ()
    plan = yard.plan(yard.listed(package="package A", image="another image"))
    assert {f.rule for f in plan.stopped_by} == {"anyconnect-images-match", "image-digest-match"}
    assert all("manifest" in f.evidence for f in plan.stopped_by)


def test_a_file_that_changes_between_plan_and_night_is_found_against_the_manifest(tmp_path):
    yard = Yard(tmp_path)
    plan = yard.plan(yard.listed(package="package A", image=NEW))
    assert plan.stopped_by == ()
    for unit in (0, 1):
        files.put(yard.pair, unit, NEW_IMAGE, File(len(NEW), "x" * len(NEW), "9.16(4)", 0))
    assert Firewall(yard.pair).conducted(plan).exit_code is ExitCode.REFUSED


# ── room, names, running images ────────────────────────────────────────────────────────


def test_a_full_flash_is_found_before_a_byte_is_sent_and_what_nobody_needs_is_named(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    room = files.free_bytes(yard.pair, 1) - 4_000_000
    files.put(yard.pair, 1, "disk0:/asa9-8-4-lfbff-k8.SPA", File(room, "old", "9.8(4)", 0))
    report = yard.stage()
    assert report.exit_code is ExitCode.REFUSED
    assert "Secondary JAD22222222: 4,000,000 bytes are free" in report.verdict
    assert any("asa9-8-4-lfbff-k8.SPA" in line for line in report.next.lines)
    assert yard.has(0, NEW_IMAGE) is None, "neither unit is touched"


def test_the_image_that_a_unit_runs_from_is_never_overwritten(tmp_path):
    yard = Yard(tmp_path)
    yard.stocks(image=NEW)
    (yard.folder / OLD_IMAGE.rpartition("/")[2]).write_text("other bytes")
    report = yard.stage(image=OLD_IMAGE)
    assert "runs from" in report.verdict
    assert yard.deeds == []


def test_several_images_that_may_be_meant_are_a_person_s_choice(tmp_path):
    yard = Yard(tmp_path)
    yard.stocks(image=NEW)
    (yard.folder / "asa9164-lfbff-k8.bin").write_text("another one")
    report = yard.stage()
    assert "several files in the repository may be 9.16(4)" in report.verdict


def test_an_image_for_other_hardware_is_not_meant(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    (yard.folder / "asa9-16-4-smp-k8.bin").write_text("for another platform")
    report = yard.stage()
    assert "nothing in the repository or on flash is named like an image of 9.16(4)" in (
        report.verdict
    )


@pytest.mark.parametrize("name", ["two words.xml", "what?.xml", "x\u00e4.xml"])
def test_a_name_that_cannot_be_typed_is_not_brought(tmp_path, name: str):
    yard = Yard(tmp_path)
    prepared = yard.prepared()
    from upgrader.dialect.manifests import is_plain_file_name

    assert not is_plain_file_name(name)
    assert prepared.agenda.errands == ()


def test_a_dark_standby_is_not_staged_around(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    World(yard.pair).pull_power(yard.pair.units[1])
    report = yard.stage()
    assert report.exit_code is ExitCode.REFUSED
    assert yard.has(0, NEW_IMAGE) is None


# ── what breaks off ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("after", range(0, len(LONG) + 2, 3))
@pytest.mark.parametrize("unit", ["standby", "active"])
def test_a_copy_that_drops_anywhere_is_gone_on_with_by_the_next_stage(
    tmp_path, after: int, unit: str
):
    lacking = {"standby": {"secondary": {WIN: None}}, "active": {"primary": {WIN: None}}}
    yard = Yard(tmp_path, **lacking[unit])
    files.put(yard.pair, 0 if unit == "standby" else 1, WIN, _package(LONG))
    yard.stocks(package=LONG)
    first = yard.stage(through=breaking(after), chunk=1)
    if after < len(LONG):
        assert first.exit_code in {ExitCode.STOPPED, ExitCode.NEEDS_PERSON}
        assert yard.has(1 if unit == "standby" else 0, WIN) != hexed(LONG)
        assert first.next.commands == ("upgrader stage P",)
    assert yard.has(0 if unit == "standby" else 1, WIN) == hexed(LONG), "the mate's copy is whole"
    second = yard.stage()
    assert second.outcome is Outcome.STAGED
    assert yard.has(0, WIN) == yard.has(1, WIN) == hexed(LONG)


def _package(content: str) -> File:
    return File(len(content), content, None, 0)


def test_a_partial_file_on_the_standby_is_taken_away_there_alone(tmp_path):
    yard = Yard(tmp_path, secondary={WIN: None})
    yard.stocks(package="package A")
    report = yard.stage(through=breaking(5), chunk=1)
    assert did(report)["2", PKG] is Did.REMOVED
    assert yard.deeds == [f"failover exec mate delete /noconfirm {WIN}"]
    assert yard.has(1, WIN) is None
    assert yard.has(0, WIN) == hexed("package A")


def test_a_partial_file_on_the_active_unit_stays_for_a_delete_would_be_replicated(tmp_path):
    """The standby's good copy survives."""
    yard = Yard(tmp_path, primary={WIN: None})
    yard.stocks(package="package A")
    report = yard.stage(through=breaking(5), chunk=1)
    assert did(report)["1", PKG] is Did.PARTIAL
    assert yard.deeds == []
    assert yard.has(1, WIN) == hexed("package A")
    assert "replicated" in next(f.why for f in report.files if f.did is Did.PARTIAL)


def test_leftovers_of_somebody_else_s_copy_are_written_over(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: NEW[:7]}, secondary={NEW_IMAGE: NEW[:11]})
    yard.stocks(image=NEW)
    report = yard.stage()
    assert report.exit_code is ExitCode.DONE
    assert did(report)["1", IMAGE] is did(report)["2", IMAGE] is Did.REPLACED
    assert "and 20 are wanted" in next(f.why for f in report.files if f.did is Did.REPLACED)


@pytest.mark.parametrize("after", range(0, 2 * len(NEW), 3))
def test_ctrl_c_at_any_byte_leaves_a_pair_from_which_stage_goes_on(tmp_path, after: int):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    sent = []

    class Counting(UnwatchedStaging):
        def moved(self, so_far: int) -> None:
            sent.append(so_far)

    def asked() -> str | None:
        return "stopped at your word" if len(sent) > after + len(NEW) // 4 else None

    report = yard.stage(chunk=1, watcher=Counting(), asked=asked)
    if report.outcome is not Outcome.STAGED:
        assert report.exit_code is ExitCode.STOPPED
        assert "at your word" in report.verdict
    assert yard.stage().outcome is Outcome.STAGED
    assert yard.has(0, NEW_IMAGE) == yard.has(1, NEW_IMAGE) == hexed(NEW)


@pytest.mark.parametrize("after", [0, 1, 7, 18])
def test_a_process_that_is_killed_in_the_middle_is_followed_by_one_that_goes_on(tmp_path, after):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    with pytest.raises(KeyboardInterrupt):
        yard.stage(through=breaking(after, lambda _: KeyboardInterrupt()), chunk=1)
    assert yard.stage().outcome is Outcome.STAGED
    assert yard.has(0, NEW_IMAGE) == yard.has(1, NEW_IMAGE) == hexed(NEW)


def test_scp_that_is_off_is_named_with_the_line_that_turns_it_on_and_the_way_without(tmp_path):
    yard = Yard(tmp_path, scopy=False, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    report = yard.stage()
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    told = " ".join(report.next.lines)
    assert "ssh scopy enable" in told
    assert "--url" in told


def test_a_unit_that_dies_in_the_middle_is_staged_when_it_is_back(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    people = World(yard.pair)

    class Clumsy(UnwatchedStaging):
        def moved(self, so_far: int) -> None:
            if so_far == 8 and yard.pair.answers(1):
                people.pull_power(yard.pair.units[1])

    report = yard.stage(watcher=Clumsy())
    assert report.exit_code is ExitCode.STOPPED
    assert "not known" in next(f.why for f in report.files if f.did is Did.PARTIAL)
    people.give_power(yard.pair.units[1])
    people.until(lambda: yard.pair.units[1].state.value == "Standby Ready")
    assert yard.stage().outcome is Outcome.STAGED
    assert yard.has(0, NEW_IMAGE) == yard.has(1, NEW_IMAGE) == hexed(NEW)


# ── the units fetch ────────────────────────────────────────────────────────────────────

URL = "tftp://10.9.9.9/asa/"


def test_with_a_url_the_units_fetch_by_themselves_and_one_address_is_enough(tmp_path):
    yard = Yard(
        tmp_path,
        scopy=False,
        primary={NEW_IMAGE: None},
        secondary={NEW_IMAGE: None},
        served={f"{URL}{IMAGE}": NEW},
    )
    report = yard.stage(yard.listed(image=NEW, package="package A"), url=URL, stock=False)
    assert report.exit_code is ExitCode.DONE
    assert yard.deeds == [
        f"failover exec mate copy /noconfirm {URL}{IMAGE} {NEW_IMAGE}",
        f"copy /noconfirm {URL}{IMAGE} {NEW_IMAGE}",
    ]
    assert yard.has(0, NEW_IMAGE) == yard.has(1, NEW_IMAGE) == hexed(NEW)
    assert "how large it is was not known" in " ".join(report.notes)


def test_a_server_with_other_bytes_needs_a_person_and_they_do_not_stay(tmp_path):
    yard = Yard(tmp_path, secondary={NEW_IMAGE: None}, served={f"{URL}{IMAGE}": "other bytes"})
    report = yard.stage(yard.listed(image=NEW, package="package A"), url=URL, stock=False)
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.NEEDS_PERSON)
    assert did(report)["2", IMAGE] is Did.REMOVED
    assert yard.has(1, NEW_IMAGE) is None
    assert yard.has(0, NEW_IMAGE) == hexed(NEW)


def test_a_server_that_has_no_such_file_changes_nothing(tmp_path):
    yard = Yard(tmp_path, secondary={NEW_IMAGE: None}, served={f"{URL}other": "x"})
    report = yard.stage(yard.listed(image=NEW, package="package A"), url=URL, stock=False)
    assert report.exit_code is ExitCode.REFUSED
    assert "No such file or directory" in report.verdict


def test_a_password_in_a_url_is_told_to_nobody(tmp_path):
    secret = "ftp://ops:hunter2%40home@10.9.9.9/asa/"
    yard = Yard(tmp_path, secondary={NEW_IMAGE: None}, served={f"{URL}other": "x"})
    report = yard.stage(yard.listed(image=NEW, package="package A"), url=secret, stock=False)
    assert any("hunter2" in line for line in yard.deeds), "it is typed"
    assert report.exit_code is ExitCode.REFUSED
    assert "hunter2" not in repr(report)


# ── the guard ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("delete /noconfirm disk0:/x.pkg", "none of the lines"),
        ("delete /noconfirm /replicate disk0:/x.pkg", "none of the lines"),
        ("failover exec mate delete /noconfirm disk0:/other.pkg", "none of the files"),
        (f"failover exec mate delete /noconfirm {OLD_IMAGE}", "runs from"),
        ("copy /noconfirm tftp://10.9.9.9/x disk0:/other.pkg", "none of the files"),
        (f"copy /noconfirm tftp://10.9.9.9/x {OLD_IMAGE}", "runs from"),
        ("copy /noconfirm tftp://10.9.9.9/x running-config", "none of the lines"),
        ("copy /noconfirm tftp://10.9.9.9/x disk0:/x.pkg reload", "none of the lines"),
        ("rename /noconfirm disk0:/x.pkg disk0:/y.pkg", "none of the lines"),
        ("format disk0:", "none of the lines"),
        ("failover reload-standby", "may not reload"),
        ("no failover active", "may not move roles"),
    ],
)
def test_a_staging_may_type_nothing_but_its_own_files(tmp_path, line: str, why: str):
    from upgrader.access.guard.guarded import Charter, GuardedWorld
    from upgrader.ports import Unlawful

    yard = Yard(tmp_path)
    charter = Charter(("JAD11111111", "JAD22222222"), None, may_stage=("disk0:/x.pkg", OLD_IMAGE))
    world = GuardedWorld(yard.listening, charter)
    with pytest.raises(Unlawful, match=why):
        world.access.open(world.seats.active).ask(line)
    assert yard.deeds == []


def test_staging_lines_are_typed_on_the_active_unit_only(tmp_path):
    from upgrader.access.guard.guarded import Charter, GuardedWorld
    from upgrader.ports import Unlawful

    yard = Yard(tmp_path)
    charter = Charter(("JAD11111111", "JAD22222222"), None, may_stage=("disk0:/x.pkg",))
    world = GuardedWorld(yard.listening, charter)
    with pytest.raises(Unlawful, match="not Active"):
        world.access.open(world.seats.standby).ask("copy /noconfirm tftp://h/x disk0:/x.pkg")


def test_nothing_is_carried_to_a_chassis_or_a_name_that_is_not_meant(tmp_path):
    from upgrader.access.emulated.carrier import EmulatedCarrier
    from upgrader.access.guard.guarded import Charter
    from upgrader.access.guard.guarded_files import GuardedCarrier
    from upgrader.ports import Unlawful

    yard = Yard(tmp_path)
    yard.stocks(image=NEW)
    source = yard.folder / IMAGE
    inner = EmulatedCarrier(yard.world, yard.shelf)
    seat = yard.world.seats.active
    ours = ("JAD11111111", "JAD22222222")
    for charter, path, why in (
        (Charter(ours, None, may_stage=(NEW_IMAGE,)), "disk0:/other", "none of the files"),
        (Charter(("FCH1", "FCH2"), None, may_stage=(NEW_IMAGE,)), NEW_IMAGE, "not one of"),
        (Charter(ours, None, may_stage=(OLD_IMAGE,)), OLD_IMAGE, "runs from"),
    ):
        guarded = GuardedCarrier(inner, yard.listening.access, charter)
        with pytest.raises(Unlawful, match=why):
            guarded.put(seat, source, path, lambda _: None)


def test_roles_that_move_in_the_middle_stop_the_staging(tmp_path):
    yard = Yard(tmp_path, primary={NEW_IMAGE: None}, secondary={NEW_IMAGE: None})
    yard.stocks(image=NEW)
    firewall = Firewall(yard.pair)

    class Meddling(UnwatchedStaging):
        moved_once = False

        def ended(self, did: str) -> None:
            if not self.moved_once and did == "copied":
                self.moved_once = True
                console = firewall.world.access.open(firewall.world.seats.active)
                console.ask("no failover active")
                firewall.wait(1)

    report = yard.stage(watcher=Meddling())
    assert report.exit_code is ExitCode.STOPPED
    assert "the roles have moved" in report.verdict
    assert yard.has(0, NEW_IMAGE) is None
    assert yard.stage().outcome is Outcome.STAGED


def test_the_emulated_copy_takes_the_time_that_a_copy_takes(tmp_path):
    from upgrader.emulator.scenario import Timings

    yard = Yard(
        tmp_path, secondary={NEW_IMAGE: None}, timings=replace(Timings(), copy_bytes_per_s=1)
    )
    yard.stocks(image=NEW)
    before = yard.pair.now
    yard.stage()
    assert yard.pair.now - before >= len(NEW) * 1_000
