"""The tool dies; the firewalls do not. Whatever was written last, the night ends the same.

One undisturbed night is filmed: every change of the disk, the run's and the pair's, in the order
in which they were made. What a process leaves behind that dies at the n-th change is the first n
of them, and half of the next where writes tear. From there a person resumes.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from nights_on_disk import Companion, Film, HastyDisk, Night, lines_in, pair_text, play, twin

from upgrader.journal.entry import is_sealed
from upgrader.journal.store import RunFolder
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.report import Report

RELOAD = "failover reload-standby"
SWITCH = "no failover active"
CHANGING = (RELOAD, SWITCH)
TARGET = "9.16(4)"
BRIEF = pair_text(timings="boot = 40")
"""Three people, and units that boot in 40 s: a short night with every step of a long one."""

Frame = tuple[str, str, bytes, str]


@dataclass(frozen=True)
class Undisturbed:
    """A night in which nobody died."""

    report: Report
    frames: tuple[Frame, ...]
    home: Path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    night = Night(tmp_path_factory.mktemp("undisturbed"), BRIEF)
    film = Film(night.home.path)
    report = night.run(run=film, world=film)
    assert report.exit_code is ExitCode.DONE
    return Undisturbed(report, tuple(film.frames), night.home.path)


def only_asks(frame: Frame) -> bool:
    """One more question or answer, of which neither the run nor the pair has become another.

    That no line that shows changes a pair is claimed in `test_read_only`.
    """
    _, name, data, _ = frame
    if "/tape/" in name or "/transcript/" in name:
        return True
    if name.endswith("journal.jsonl"):
        return any(b'"kind":"%s"' % kind in data for kind in (b"asked", b"opened"))
    return name.endswith("inputs.jsonl") and any(
        word in data for word in (b'"pure"', b'"opened"', b'"hungup"', b'"line": "show ')
    )


def assert_same_end(night: Night, report: Report, before: Report, lines: Sequence[str]) -> None:
    """As if nobody had died: in what is told, and in what the pair itself has been through."""
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert report.sessions == before.sessions
    assert report.residue == ()
    told = [(u.serial, u.role, u.state, u.version, u.reloads, u.sessions) for u in report.units]
    wanted = [(u.serial, u.role, u.state, u.version, u.reloads, u.sessions) for u in before.units]
    assert told == wanted
    assert lines.count(RELOAD) == 2
    assert lines.count(SWITCH) == 1
    pair = night.last
    assert pair is not None
    assert [unit.version for unit in pair.units] == [TARGET, TARGET]
    assert [unit.state.value for unit in pair.units] == ["Standby Ready", "Active"]
    assert all(unit.booted_ms > 0 for unit in pair.units)
    assert sum(row.carries(pair.now) for row in pair.units[1].rows.values()) == 3


def dies_and_goes_on(
    undisturbed: Undisturbed, scratch: Path, positions: Sequence[int], *, torn: bool = False
) -> None:
    """Lay the disk out as it was at each position, and let a person go on from there."""
    live = scratch / "live"
    live.mkdir(parents=True)
    done = 0
    for position in sorted(positions):
        for frame in undisturbed.frames[done:position]:
            play(frame, live)
        done = position
        left = scratch / "left"
        twin(live, left)
        if torn:
            play(undisturbed.frames[position], left, torn=True)
        night = Night(scratch, BRIEF, home_path=left)
        film = Film(left)
        report = night.goes_on(run=film, world=film)
        lines = lines_in(undisturbed.frames[:position]) + lines_in(film.frames)
        try:
            assert_same_end(night, report, undisturbed.report, lines)
        except AssertionError as fault:
            frame = undisturbed.frames[position]
            where = f"position {position} of {len(undisturbed.frames)}, at {frame[:2]}"
            raise AssertionError(f"{where}: {report.verdict}: {fault}") from fault


# ── one death, anywhere ────────────────────────────────────────────────────────────────


def comes_again(frame: Frame) -> bool:
    """A change of which a night has dozens alike: a turn of waiting, the head of the journal anew.

    Of what is written beside a file and then put in its place, the former.
    """
    what, name, data, _ = frame
    if name.endswith("journal.jsonl"):
        return b'"kind":"looked"' in data or b'"kind":"slept"' in data
    if name.endswith("inputs.jsonl"):
        return b'"line"' not in data
    return what == "write" or "journal.head" in name


def telling(undisturbed: Undisturbed) -> list[int]:
    """The positions at which run or pair is about to become another.

    Every fifth of those that come again and again, and all others.
    """
    every = [n for n, frame in enumerate(undisturbed.frames) if not only_asks(frame)]
    again = [n for n in every if comes_again(undisturbed.frames[n])]
    return sorted({*every} - {*again} | {*again[::5]})


@pytest.mark.slow
def test_the_film_of_a_night_holds_every_step_of_it(undisturbed: Undisturbed) -> None:
    lines = lines_in(undisturbed.frames)
    assert [line for line in lines if line in CHANGING] == [RELOAD, SWITCH, RELOAD]
    assert len(telling(undisturbed)) > 140


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_a_death_at_any_change_of_run_or_pair_changes_nothing_in_the_end(
    undisturbed: Undisturbed, tmp_path: Path, part: int
) -> None:
    dies_and_goes_on(undisturbed, tmp_path, telling(undisturbed)[part::6])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_a_write_torn_in_half_is_no_worse_than_one_that_was_never_begun(
    undisturbed: Undisturbed, tmp_path: Path, part: int
) -> None:
    tearing = [n for n in telling(undisturbed) if undisturbed.frames[n][0] in {"append", "write"}]
    dies_and_goes_on(undisturbed, tmp_path, tearing[part::18], torn=True)


@pytest.mark.slow
def test_a_death_in_the_midst_of_mere_questions_changes_nothing_in_the_end(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    asking = [n for n, frame in enumerate(undisturbed.frames) if only_asks(frame)]
    dies_and_goes_on(undisturbed, tmp_path, asking[5::149])


@pytest.mark.slow
def test_wherever_a_write_tears_the_journal_stays_readable_and_is_no_forgery(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    live, left = tmp_path / "live", tmp_path / "left"
    live.mkdir()
    read = 0
    for n, frame in enumerate(undisturbed.frames):
        if n % 9 == 0 and frame[1].endswith("journal.jsonl"):
            twin(live, left)
            play(frame, left, torn=True)
            run = next((left / "runs").iterdir())
            past = RunFolder(run).read()
            assert past.dropped_bytes == len(frame[2]) // 2
            read += 1
        play(frame, live)
    assert read > 50


def between_acts(undisturbed: Undisturbed, line: str, nth: int) -> list[int]:
    """Positions from just before the pair receives that line to just before its receipt."""
    frames = undisturbed.frames
    heard = [n for n in range(len(frames)) if lines_in(frames[n : n + 1]) == [line]]
    start = heard[nth]
    receipt = next(n for n in range(start, len(frames)) if b'"receipt"' in frames[n][2])
    return list(range(start, receipt + 1))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("line", "nth"), [(RELOAD, 0), (SWITCH, 0), (RELOAD, 1)], ids=["standby", "roles", "former"]
)
def test_between_the_line_and_its_receipt_no_death_types_it_twice(
    undisturbed: Undisturbed, tmp_path: Path, line: str, nth: int
) -> None:
    positions = between_acts(undisturbed, line, nth)
    assert len(positions) > 3
    dies_and_goes_on(undisturbed, tmp_path, [positions[0], positions[1], positions[-1]])


@pytest.mark.slow
def test_a_night_of_two_processes_is_replayed_whatever_the_first_had_no_time_to_write(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    from upgrader.cli.deeds import nights

    frames = undisturbed.frames
    decided = [n for n, frame in enumerate(frames) if b'"kind":"arrived"' in frame[2]]
    asked = between_acts(undisturbed, RELOAD, 0)
    for position in (asked[0], asked[-1], *decided[1::3], decided[-1]):
        home = tmp_path / str(position)
        home.mkdir()
        for frame in frames[:position]:
            play(frame, home)
        night = Night(tmp_path, BRIEF, home_path=home)
        assert night.resume().outcome is Outcome.UPGRADED
        replayed = nights.replay(night.home.find_run(None), strict=True)
        assert replayed.story is not None
        assert (replayed.outcome, replayed.story.divergence) == (Outcome.REPLAYED, None)


@pytest.mark.slow
def test_a_death_before_the_run_began_leaves_no_run_for_status_to_stumble_over(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    from upgrader.cli.runs.standing import status_of

    frames = undisturbed.frames
    begun = next(n for n, frame in enumerate(frames) if b'"kind":"started"' in frame[2])
    live = tmp_path / "live"
    live.mkdir()
    for n in range(begun):
        play(frames[n], live)
        night = Night(tmp_path, BRIEF, home_path=live)
        assert night.home.all_runs() == ()
        assert status_of(night.home, None).runs == ()


@pytest.mark.slow
def test_a_run_whose_first_entry_was_torn_is_resumed_from_its_beginning(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    from upgrader.cli.runs.standing import status_of

    frames = undisturbed.frames
    begun = next(n for n, frame in enumerate(frames) if b'"kind":"started"' in frame[2])
    home = tmp_path / "home"
    home.mkdir()
    for frame in frames[:begun]:
        play(frame, home)
    play(frames[begun], home, torn=True)
    night = Night(tmp_path, BRIEF)
    [line] = status_of(night.home, None).runs
    assert (line.state, line.last) == ("unfinished", "nothing was done yet")
    assert night.resume().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_a_death_at_the_seal_leaves_a_night_that_is_over(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    frames = undisturbed.frames
    sealing = next(n for n, f in enumerate(frames) if f[1].endswith("redaction.key") and n > 99)
    last = len(frames)
    dies_and_goes_on(undisturbed, tmp_path / "whole", range(sealing, last, 2))
    dies_and_goes_on(undisturbed, tmp_path / "torn", range(sealing + 1, last - 1, 3), torn=True)


# ── a process that really stops ────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True], ids=["whole", "torn"])
@pytest.mark.parametrize("changes", [13, 211, 700, 1_001])
def test_no_handler_of_ours_outlives_the_death_of_the_runs_disk(
    undisturbed: Undisturbed, tmp_path: Path, changes: int, torn: bool
) -> None:
    night = Night(tmp_path, BRIEF)
    doomed = FailingDisk(changes, torn, HastyDisk())
    with pytest.raises(Killed):
        night.run(run=doomed, world=Companion(doomed))
    film = Film(night.home.path)
    report = night.goes_on(run=film, world=film)
    assert (report.outcome, report.sessions) == (Outcome.UPGRADED, undisturbed.report.sessions)
    assert [unit.reloads for unit in report.units] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("torn", [False, True], ids=["whole", "torn"])
@pytest.mark.parametrize("changes", [2, 7, 97, 310, 509])
def test_no_handler_of_ours_outlives_the_death_of_the_pairs_disk(
    undisturbed: Undisturbed, tmp_path: Path, changes: int, torn: bool
) -> None:
    night = Night(tmp_path, BRIEF)
    doomed = FailingDisk(changes, torn, HastyDisk())
    with pytest.raises(Killed):
        night.run(run=Companion(doomed), world=doomed)
    report = night.goes_on()
    assert (report.outcome, report.sessions) == (Outcome.UPGRADED, undisturbed.report.sessions)
    assert [unit.reloads for unit in report.units] == [1, 1]


@pytest.mark.slow
@seed(2)
@settings(
    max_examples=10,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    first=st.integers(0, 2_400), second=st.integers(0, 1_200), torn=st.tuples(*[st.booleans()] * 2)
)
def test_two_deaths_in_one_night_change_nothing_in_the_end(
    undisturbed: Undisturbed,
    tmp_path_factory: pytest.TempPathFactory,
    first: int,
    second: int,
    torn: tuple[bool, bool],
) -> None:
    folder = tmp_path_factory.mktemp("twice")
    first = min(first, len(undisturbed.frames) - 2)
    home = folder / "home"
    home.mkdir()
    for frame in undisturbed.frames[:first]:
        play(frame, home)
    if torn[0]:
        play(undisturbed.frames[first], home, torn=True)
    night = Night(folder, BRIEF)
    film = Film(home)
    doomed = FailingDisk(second, torn[1], film)
    try:
        report = night.goes_on(run=doomed, world=doomed)
    except Killed:
        report = night.goes_on(run=film, world=film)
    lines = lines_in(undisturbed.frames[:first]) + lines_in(film.frames)
    assert_same_end(night, report, undisturbed.report, lines)


@pytest.mark.slow
def test_a_process_shot_dead_by_the_kernel_leaves_the_same_night(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    shot = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from nights_on_disk import HastyDisk, Night, pair_text\n"
        "class Gun(HastyDisk):\n"
        "    left = int(sys.argv[2])\n"
        "    def append(self, path, data):\n"
        "        super().append(path, data)\n"
        "        self.left -= 1\n"
        "        if self.left == 0:\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "Night(Path(sys.argv[1]), pair_text(timings='boot = 40')).goes_on(run=Gun())\n"
    )
    here = Path(__file__).parent
    night = Night(tmp_path, BRIEF)
    for appends in ("300", "250"):
        ended = subprocess.run(
            [sys.executable, "-c", shot, str(tmp_path), appends],
            check=False,
            cwd=here,
            env={"PYTHONPATH": f"{here}:{here.parent}"},
        )
        assert ended.returncode == -9
    report = night.resume()
    assert (report.outcome, report.sessions) == (Outcome.UPGRADED, undisturbed.report.sessions)
    assert [unit.reloads for unit in report.units] == [1, 1]


# ── a death during clean-up ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CleanUp:
    """The morning after a waived mismatch, and the clean-up that followed, filmed."""

    before: Path
    """The home as it was when the clean-up began."""
    frames: tuple[Frame, ...]
    living: frozenset[tuple[int, str]]
    """Index and user of those who have a tunnel."""


MISMATCHED = pair_text(timings="boot = 40", sessions=4, standby_package="package B")


def living_on(night: Night) -> frozenset[tuple[int, str]]:
    assert night.last is not None
    active = night.last.active_unit()
    assert active is not None
    return frozenset(
        (row.index, row.user) for row in active.rows.values() if row.carries(night.last.now)
    )


@pytest.fixture(scope="module")
def clean_up(tmp_path_factory: pytest.TempPathFactory) -> CleanUp:
    folder = tmp_path_factory.mktemp("morning")
    night = Night(folder, MISMATCHED, waive=("anyconnect-images-match",))
    report = night.run()
    assert (report.exit_code, len(report.residue)) == (ExitCode.NEEDS_PERSON, 8)
    living = living_on(night)
    twin(night.home.path, folder / "before")
    film = Film(night.home.path)
    report = night.cleanup(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.CLEANED, ExitCode.DONE)
    assert living_on(night) == living
    return CleanUp(folder / "before", tuple(film.frames), living)


def left_after(clean_up: CleanUp, scratch: Path, position: int) -> Iterator[Night]:
    """The same death, twice: once for each of the two ways to go on."""
    for way in ("again", "resumed"):
        left = scratch / f"{position}-{way}"
        twin(clean_up.before, left)
        for frame in clean_up.frames[:position]:
            play(frame, left)
        yield Night(scratch / way, MISMATCHED, home_path=left)


def clean_up_run(clean_up: CleanUp, night: Night) -> str:
    """The name of the clean-up's run, as far as it came to be one."""
    old = {run.name for run in (clean_up.before / "runs").iterdir()}
    return next((run.name for run in night.home.all_runs() if run.name not in old), "")


def is_over(night: Night, run: str) -> bool:
    return is_sealed(RunFolder(night.home.runs / run).read().entries())


def assert_all_is_clean(clean_up: CleanUp, night: Night, lines: list[str]) -> None:
    assert living_on(night) == clean_up.living
    assert night.last is not None
    for unit in night.last.units:
        assert all(row.token is not None for row in unit.rows.values())
        held = {lease.index for lease in unit.leases["VPN"].values()}
        assert held == {index for index, _ in clean_up.living}
    evicted = [line for line in lines if line.startswith("vpn-sessiondb logoff")]
    assert len(evicted) == len(set(evicted)) == 4


def die_while_cleaning(clean_up: CleanUp, scratch: Path, positions: Sequence[int]) -> None:
    for position in positions:
        said = lines_in(clean_up.frames[:position])
        again, resumed = left_after(clean_up, scratch, position)
        half = clean_up_run(clean_up, again)
        if half and not is_over(again, half):
            refused = again.cleanup()
            assert refused.exit_code is ExitCode.REFUSED
            assert f"upgrader abort {half}" in refused.next.commands
            again.abort(half)
        film = Film(again.home.path)
        report = again.cleanup(run=film, world=film)
        assert report.exit_code is ExitCode.DONE, (position, report.verdict)
        assert report.outcome in {Outcome.CLEANED, Outcome.CLEAN}
        assert_all_is_clean(clean_up, again, said + lines_in(film.frames))
        run = clean_up_run(clean_up, resumed)
        if run:
            film = Film(resumed.home.path)
            report = resumed.resume(name=run, run=film, world=film)
            assert (report.outcome, report.exit_code) == (Outcome.CLEANED, ExitCode.DONE)
            assert_all_is_clean(clean_up, resumed, said + lines_in(film.frames))


def evicting(clean_up: CleanUp) -> list[int]:
    """The positions from the first intent on at which run or pair is about to change."""
    frames = clean_up.frames
    first = next(n for n, frame in enumerate(frames) if b'"intended"' in frame[2])
    return [n for n in range(first, len(frames)) if not only_asks(frames[n])]


@pytest.mark.slow
def test_a_death_between_two_evictions_logs_nobody_off_who_lives(
    clean_up: CleanUp, tmp_path: Path
) -> None:
    die_while_cleaning(clean_up, tmp_path, evicting(clean_up)[31:32])


@pytest.mark.slow
def test_a_death_anywhere_in_a_clean_up_leaves_what_another_clean_up_clears(
    clean_up: CleanUp, tmp_path: Path
) -> None:
    positions = evicting(clean_up)
    die_while_cleaning(clean_up, tmp_path, [0, 40, *positions[:56:5], *positions[56::15]])
