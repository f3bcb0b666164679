"""One run a pair at a time: an unfinished run holds its two chassis, whether its process lives."""

from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from nights_on_disk import HastyDisk, Night, pair_text, stopped_before

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.cli.deeds import nights
from upgrader.cli.deeds.wanted import read_upgrade
from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.claims import Claim, claimed, open_runs, refusal
from upgrader.cli.runs.conducting import made_anew
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.held import conducting
from upgrader.conduct.wishes import Wishes
from upgrader.journal.codec import decode
from upgrader.journal.entry import is_aborted, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched

BRIEF = pair_text(timings="boot = 40")
SERIALS = (Serial("JAD11111111"), Serial("JAD22222222"))


def slow(value: object):
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture
def left(tmp_path: Path) -> Night:
    """A run that was stopped before the roles moved."""
    return stopped_before(tmp_path, "switch-over", BRIEF)


@pytest.fixture
def left_alone(tmp_path: Path) -> Night:
    """The same, with a pair file that may be written to."""
    night = Night(tmp_path, BRIEF)
    assert night.run(wishes=Wishes(stop_before="switch-over")).outcome is Outcome.STOPPED
    return night


def run_of(night: Night) -> str:
    return night.home.find_run(None).name


def files(night: Night) -> dict[str, str]:
    """Which run each claim file names."""
    return {
        path.stem: decode(Claim, path.read_bytes()).run for path in night.home.claims.glob("*.json")
    }


# ── who is refused, and what they are told ─────────────────────────────────────────────


@pytest.mark.slow
def test_a_second_run_is_refused_and_told_who_holds_the_pair_since_when_and_what_to_do(
    left: Night,
) -> None:
    run = run_of(left)
    refused = left.run()
    assert (refused.outcome, refused.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    for part in (run, "standby-upgraded", f"begun {run[:10]} {run[11:13]}:{run[13:15]}", *SERIALS):
        assert part in refused.verdict
    assert refused.next.commands == (
        f"upgrader status {run}",
        f"upgrader resume {run}",
        f"upgrader rollback {run}",
        f"upgrader abort {run}",
    )
    assert len(left.home.all_runs()) == 1


def test_a_clean_up_is_refused_before_it_has_waited_for_anybody(left: Night) -> None:
    assert left.last is not None
    then = left.last.now
    refused = left.cleanup()
    assert (refused.outcome, refused.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert left.last.now == then


def test_any_other_command_that_changes_a_pair_is_refused_by_the_same_claim(left: Night) -> None:
    found = claimed(left.home, left.pair, SERIALS)
    assert found is not None
    refused = refusal("stage", "edge", found)
    assert (refused.outcome, refused.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert f"upgrader resume {run_of(left)}" in refused.next.commands


@pytest.mark.slow
def test_a_way_back_is_named_only_where_there_may_be_one(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    night.run(wishes=Wishes(stop_before="fail-back"), failback=True)
    commands = night.run().next.commands
    assert f"upgrader resume {run_of(night)}" in commands
    assert not any("rollback" in command for command in commands)


@pytest.mark.slow
@pytest.mark.parametrize("ends", ["resume", "rollback", "abort"])
def test_whatever_ends_the_run_frees_the_pair(left: Night, ends: str) -> None:
    assert set(files(left)) == set(SERIALS)
    {"resume": left.resume, "rollback": left.rollback, "abort": left.abort}[ends]()
    assert files(left) == {}
    assert claimed(left.home, left.pair, SERIALS) is None


def test_a_run_that_was_refused_before_its_first_act_holds_nothing(tmp_path: Path) -> None:
    night = Night(tmp_path, pair_text(timings="boot = 40", standby_package="package B"))
    assert night.run().outcome is Outcome.REFUSED
    assert claimed(night.home, night.pair, SERIALS) is None
    assert files(night) == {}


# ── what a pair is known by ────────────────────────────────────────────────────────────


LIVE = """\
name = "another-name"
[ssh]
active = "192.0.2.1"
standby = "192.0.2.2"
user = "admin"
"""


def live_pair(folder: Path) -> PairFile:
    path = folder / "live.toml"
    path.write_text(LIVE)
    return read_pair(str(path))


@pytest.mark.slow
def test_another_file_for_the_same_chassis_meets_the_same_claim(left_alone: Night) -> None:
    """Two pair files, two names, one pair: the serials tell."""
    left = left_alone
    left.file.write_text(LIVE.replace("another-name", "edge"))
    found = claimed(left.home, live_pair(left.folder), (SERIALS[1], Serial("JAD33333333")))
    assert found is not None
    assert found.claim.run == run_of(left)
    assert claimed(left.home, live_pair(left.folder), (Serial("JAD33333333"),)) is None


def test_a_run_that_was_left_on_a_twin_does_not_hold_the_live_pair(left: Night) -> None:
    """It has the serials of its original, and is another pair."""
    assert claimed(left.home, live_pair(left.folder), SERIALS) is None


def test_emulated_pairs_of_different_names_are_different_pairs(left: Night) -> None:
    other = left.folder / "other.toml"
    other.write_text(left.text.replace('name = "edge"', 'name = "other"'))
    assert claimed(left.home, read_pair(str(other)), SERIALS) is None


@pytest.mark.slow
def test_a_pair_file_that_is_gone_does_not_free_the_pair(left_alone: Night) -> None:
    """Whether it was emulated is not known any more: then it counts as the same."""
    left_alone.file.unlink()
    found = claimed(left_alone.home, live_pair(left_alone.folder), SERIALS)
    assert found is not None


# ── after a crash ──────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("changes", [slow(40), 90, slow(260)])
def test_a_killed_run_holds_its_pair_until_somebody_goes_on(tmp_path: Path, changes: int) -> None:
    night = Night(tmp_path, BRIEF)
    with pytest.raises(Killed):
        night.run(run=FailingDisk(changes, inner=HastyDisk()))
    assert night.run().outcome is Outcome.REFUSED
    assert night.resume().outcome is Outcome.UPGRADED
    assert claimed(night.home, night.pair, SERIALS) is None


@pytest.mark.slow
def test_a_process_that_dies_while_it_claims_leaves_nothing_that_holds_the_pair(
    tmp_path: Path,
) -> None:
    """Before the first entry nothing was typed: whatever lies there is taken away."""
    counting = FailingDisk(inner=HastyDisk())
    Night(tmp_path / "whole", BRIEF).run(run=counting)
    begun = next(n for n, what in enumerate(counting.done) if what == "append journal.jsonl")
    for changes in range(begun):
        for torn in (False, True):
            night = Night(tmp_path / f"{changes}-{torn}", BRIEF)
            with pytest.raises(Killed):
                night.run(run=FailingDisk(changes, torn, HastyDisk()))
            assert claimed(night.home, night.pair, SERIALS) is None
            assert files(night) == {}


@pytest.mark.parametrize("data", [b"", b'{"run":"20', b"\x00\xff", b"[]"])
def test_a_claim_file_that_is_half_written_is_healed_from_the_journals(
    left: Night, data: bytes
) -> None:
    broken = left.home.claims / f"{SERIALS[0]}.json"
    broken.write_bytes(data)
    found = claimed(left.home, left.pair, SERIALS)
    assert found is not None
    assert found.claim.run == run_of(left)
    assert not broken.exists()


@pytest.mark.slow
def test_a_claim_file_that_is_half_written_keeps_nobody_from_going_on(left: Night) -> None:
    (left.home.claims / f"{SERIALS[0]}.json").write_bytes(b'{"run":"20')
    assert left.resume().outcome is Outcome.UPGRADED


def test_without_its_claim_files_a_run_holds_its_pair_all_the_same(left: Night) -> None:
    for path in left.home.claims.glob("*.json"):
        path.unlink()
    assert left.run().outcome is Outcome.REFUSED


def test_a_claim_of_a_run_whose_folder_is_gone_is_stale(left: Night) -> None:
    run = left.home.find_run(None)
    run.rename(left.folder / "archived")
    assert claimed(left.home, left.pair, SERIALS) is None
    assert files(left) == {}


def test_a_broken_journal_is_named_by_status_and_holds_nothing(left: Night) -> None:
    journal = left.home.find_run(None) / "journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"JAD1", b"JAD9", 1))
    assert list(open_runs(left.home)) == []
    assert claimed(left.home, left.pair, SERIALS) is None


# ── at the same time ───────────────────────────────────────────────────────────────────


def test_a_run_that_is_just_beginning_elsewhere_holds_its_pair_by_its_claim(left: Night) -> None:
    """Its journal is not there yet, but its process lives."""
    run = left.home.find_run(None)
    away = left.folder / "journal.jsonl"
    (run / "journal.jsonl").rename(away)
    with conducting(run, "edge", "upgrader run"):
        found = claimed(left.home, left.pair, SERIALS)
        assert found is not None
        assert found.claim.run == run.name
    assert claimed(left.home, left.pair, SERIALS) is None


def test_of_two_runs_of_one_moment_the_second_is_refused(tmp_path: Path) -> None:
    """Both have drawn their plans; only one of them gets to claim."""
    first = Night(tmp_path, BRIEF)
    refused: list[Report] = []

    def meanwhile(_: object) -> None:
        """Another run of the same chassis begins, and stops, while a person is being asked."""
        other = Night(tmp_path / "other", BRIEF, home_path=first.home.path)
        other.file.write_text(BRIEF)
        wanted = read_upgrade(str(first.file), "9.16(4)", [])
        world = EmulatedWorld(entered.pair.fork())
        stop = Wishes(stop_before="backup")
        nights.run(wanted, world, first.home, Unwatched(), stop, disk=HastyDisk())

    with first._entered("upgrader run", None) as entered:
        wanted = read_upgrade(str(first.file), "9.16(4)", [])
        refused.append(
            nights.run(
                wanted, entered, first.home, Unwatched(), Wishes(), agreed=meanwhile, disk=None
            )
        )
    assert (refused[0].outcome, refused[0].exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert len(first.home.all_runs()) == 1


# ── a pair that is made anew ───────────────────────────────────────────────────────────


def test_an_emulated_pair_that_is_started_anew_frees_itself_and_ends_its_runs(
    left: Night,
) -> None:
    run = left.home.find_run(None)
    made_anew(left.home, left.pair)
    entries = RunFolder(run).read().entries()
    assert is_sealed(entries)
    assert is_aborted(entries)
    assert claimed(left.home, left.pair, SERIALS) is None
    again = left.resume()
    assert again.outcome is Outcome.ABORTED
    assert "started anew" in again.verdict


def test_starting_one_pair_anew_ends_no_run_of_another(left: Night) -> None:
    other = left.folder / "other.toml"
    other.write_text(left.text.replace('name = "edge"', 'name = "other"'))
    made_anew(left.home, read_pair(str(other)))
    assert claimed(left.home, left.pair, SERIALS) is not None


def test_two_homes_know_nothing_of_each_other(left: Night) -> None:
    elsewhere = Home(left.folder / "elsewhere")
    assert claimed(elsewhere, left.pair, SERIALS) is None


@pytest.mark.slow
def test_the_plan_of_a_rollback_names_the_run_that_it_takes_back(left: Night) -> None:
    before = run_of(left)
    report = left.rollback()
    plan = decode_plan(left.home.runs / str(report.run) / "plan.json")
    assert plan.undoes == before
