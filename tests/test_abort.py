"""`pause` and `abort` from another terminal, and Ctrl-C twice: what is asked, heard and told."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from nights import Listening
from nights_on_disk import Film, HastyDisk, Night, lines_in, pair_text

from upgrader.cli.deeds import nights, stopping
from upgrader.cli.deeds.wanted import read_upgrade
from upgrader.cli.runs import requests
from upgrader.cli.runs.standing import known_of, status_of
from upgrader.conduct.wishes import Wishes
from upgrader.journal.entry import Halted, is_aborted, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.model.law import Phase
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Step
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched
from upgrader.ports import Interrupted, NoAnswer, UsageFault

BRIEF = pair_text(timings="boot = 40")
RELOAD, SWITCH = "failover reload-standby", "no failover active"


def slow(value: object):
    return pytest.param(value, marks=pytest.mark.slow)


def entries_of(run: Path):
    return RunFolder(run).read().entries()


class Terminal(Unwatched):
    """Another terminal: does something when the run enters a phase."""

    def __init__(self, night: Night, phase: Phase, deed: str) -> None:
        self.night, self.wanted, self.deed = night, phase, deed
        self.said: list[Report] = []

    def phase(self, phase: Phase, why: str) -> None:
        if phase is not self.wanted:
            return
        run = self.night.home.find_run(None)
        if self.deed == "pause":
            self.said.append(stopping.pause(run))
        else:
            self.said.append(stopping.abort(self.night.home, run))


def run_watched(night: Night, watcher: Unwatched) -> Report:
    wanted = read_upgrade(str(night.file), "9.16(4)", [])
    with night._entered("upgrader run", None) as world:
        return nights.run(wanted, world, night.home, watcher, Wishes(), disk=HastyDisk())


# ── a run whose process lives ──────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("phase", [slow(Phase.PREPARED), Phase.STANDBY_RELOADING, Phase.SWITCHED])
def test_a_living_run_is_paused_at_its_next_safe_point_tells_who_asked_and_goes_on(
    tmp_path: Path, phase: Phase
) -> None:
    night = Night(tmp_path, BRIEF)
    terminal = Terminal(night, phase, "pause")
    report = run_watched(night, terminal)
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert "`upgrader pause`, asked by " in report.verdict
    [said] = terminal.said
    assert said.exit_code is ExitCode.DONE
    assert "was asked to stop" in said.verdict
    last = entries_of(night.home.find_run(None))[-1].body
    assert isinstance(last, Halted)
    assert last.wished
    [line] = status_of(night.home, None).runs
    assert line.state == "stopped"
    assert "`upgrader pause`, asked by " in line.last
    assert not (night.home.find_run(None) / requests.FILE).exists()
    assert night.resume().outcome is Outcome.UPGRADED


@pytest.mark.slow
@pytest.mark.parametrize("phase", [Phase.PREPARED, slow(Phase.STANDBY_UPGRADED), Phase.SWITCHED])
def test_a_living_run_is_aborted_at_its_next_safe_point_and_stays_so(
    tmp_path: Path, phase: Phase
) -> None:
    night = Night(tmp_path, BRIEF)
    report = run_watched(night, Terminal(night, phase, "abort"))
    assert (report.outcome, report.exit_code) == (Outcome.ABORTED, ExitCode.STOPPED)
    assert "`upgrader abort`, asked by " in report.verdict
    run = night.home.find_run(None)
    assert is_aborted(entries_of(run))
    assert json.loads((run / "report.json").read_text())["outcome"] == "aborted"
    assert not (run / requests.FILE).exists()
    again = night.resume()
    assert (again.outcome, again.exit_code) == (Outcome.ABORTED, ExitCode.STOPPED)
    assert f"upgrader rollback {run.name}" in again.next.commands
    assert not any("resume" in command for command in again.next.commands)
    film = Film(night.home.path)
    assert night.rollback(run=film, world=film).outcome is Outcome.ROLLED_BACK


def test_status_names_who_asked_as_long_as_the_run_has_not_heard(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    seen: list[str] = []

    class Looking(Terminal):
        def phase(self, phase: Phase, why: str) -> None:
            super().phase(phase, why)
            if phase is self.wanted:
                [line] = status_of(night.home, None).runs
                seen.append(f"{line.state}: {line.last}")

    run_watched(night, Looking(night, Phase.PREPARED, "pause"))
    [line] = seen
    assert line.startswith("running: `upgrader pause`, asked by ")


@pytest.mark.slow
def test_an_aborted_run_replays_without_divergence(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    run_watched(night, Terminal(night, Phase.SWITCHED, "abort"))
    replayed = nights.replay(night.home.find_run(None), strict=True)
    assert replayed.story is not None
    assert (replayed.outcome, replayed.story.divergence) == (Outcome.REPLAYED, None)


# ── a run whose process is gone ────────────────────────────────────────────────────────


def killed_at(night: Night, changes: int) -> Path:
    with pytest.raises(Killed):
        night.run(run=FailingDisk(changes, inner=HastyDisk()))
    return night.home.find_run(None)


@pytest.mark.slow
@pytest.mark.parametrize("changes", [45, slow(260), slow(520), 700])
def test_a_dead_run_gets_its_last_entry_and_nothing_is_looked_at_or_typed(
    tmp_path: Path, changes: int
) -> None:
    night = Night(tmp_path, BRIEF)
    run = killed_at(night, changes)
    report = night.abort()
    assert (report.outcome, report.exit_code) == (Outcome.ABORTED, ExitCode.DONE)
    assert is_aborted(entries_of(run))
    assert not (run / "redaction.key").exists()
    assert night.resume().outcome is Outcome.ABORTED
    replayed = nights.replay(run, strict=True)
    assert replayed.story is not None
    assert (replayed.outcome, replayed.story.divergence) == (Outcome.REPLAYED, None)


@pytest.mark.slow
def test_a_run_that_had_come_to_its_end_is_sealed_as_what_it_was(tmp_path: Path) -> None:
    """Killed between its last phase and its seal: it upgraded the pair, and says so."""
    night = Night(tmp_path, BRIEF)
    counting = FailingDisk(inner=HastyDisk())
    Night(tmp_path / "whole", BRIEF).run(run=counting)
    key = max(n for n, what in enumerate(counting.done) if what == "unlink redaction.key")
    run = killed_at(night, key)
    assert not is_sealed(entries_of(run))
    assert night.abort().outcome is Outcome.UPGRADED
    assert is_sealed(entries_of(run))
    assert not is_aborted(entries_of(run))


def test_a_request_that_its_run_died_before_it_heard_is_kept_by_resume(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    run = killed_at(night, 260)
    requests.leave(RunFolder(run), requests.request_now(requests.Wish.ABORT))
    film = Film(night.home.path)
    report = night.resume(run=film, world=film)
    assert report.outcome is Outcome.ABORTED
    assert lines_in(film.frames) == []
    assert is_aborted(entries_of(run))


@pytest.mark.slow
def test_resume_overrules_a_pause_that_was_asked_of_the_process_before(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    run = killed_at(night, 260)
    requests.leave(RunFolder(run), requests.request_now(requests.Wish.PAUSE))
    assert night.resume().outcome is Outcome.UPGRADED
    assert not (run / requests.FILE).exists()


@pytest.mark.slow
def test_pausing_a_run_that_no_process_conducts_says_so_and_changes_nothing(
    tmp_path: Path,
) -> None:
    night = Night(tmp_path, BRIEF)
    night.run(wishes=Wishes(stop_before="switch-over"))
    run = night.home.find_run(None)
    report = stopping.pause(run)
    assert report.exit_code is ExitCode.DONE
    assert "no process conducts" in report.verdict
    assert f"upgrader resume {run.name}" in report.next.commands
    assert not (run / requests.FILE).exists()


@pytest.mark.slow
@pytest.mark.parametrize("deed", ["pause", "abort"])
def test_a_run_that_has_ended_can_be_stopped_no_more(tmp_path: Path, deed: str) -> None:
    night = Night(tmp_path, BRIEF)
    night.run()
    run = night.home.find_run(None)
    with pytest.raises(UsageFault, match=r"has ended before \(upgraded\)"):
        stopping.pause(run) if deed == "pause" else stopping.abort(night.home, run)


def test_a_folder_without_a_journal_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageFault, match="holds no run"):
        stopping.pause(tmp_path / "empty")


def test_a_request_nobody_can_read_stops_the_run_and_resume_goes_on(tmp_path: Path) -> None:
    (tmp_path / requests.FILE).write_bytes(b"{")
    request = requests.asked(tmp_path)
    assert request is not None
    assert request.wish is requests.Wish.PAUSE


# ── which run is meant ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_the_only_open_run_need_not_be_named(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    with pytest.raises(UsageFault, match="no run is open"):
        stopping.run_or_the_open_one(night.home, None)
    night.run(wishes=Wishes(stop_before="backup"))
    run = night.home.find_run(None)
    assert stopping.run_or_the_open_one(night.home, None) == run
    other = Night(tmp_path / "other", BRIEF.replace('"edge"', '"other"'), home_path=night.home.path)
    other.run(wishes=Wishes(stop_before="backup"))
    with pytest.raises(UsageFault, match="more than one run is open"):
        stopping.run_or_the_open_one(night.home, None)


# ── Ctrl-C twice ───────────────────────────────────────────────────────────────────────


class Impatient(Unwatched):
    """Presses Ctrl-C a second time while a line is being typed."""

    def __init__(self, step_kind: str) -> None:
        self.step_kind = step_kind

    def acting(self, step: Step, lines: tuple[str, ...], where: str) -> None:
        if type(step).__name__ == self.step_kind:
            raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize(("step", "line"), [("ReloadStandby", RELOAD), ("SwitchOver", SWITCH)])
def test_a_second_ctrl_c_says_which_line_may_have_been_typed_and_what_to_look_at(
    tmp_path: Path, step: str, line: str
) -> None:
    night = Night(tmp_path, BRIEF)
    with pytest.raises(Interrupted) as stopped:
        run_watched(night, Impatient(step))
    known = known_of(stopped.value.run)
    assert known.exit_code is ExitCode.STOPPED
    for part in (stopped.value.run.name, line, "nobody wrote down whether", "show failover"):
        assert part in known.told
    assert "Primary JAD11111111 Active, 9.12(4)" in known.told
    run = stopped.value.run.name
    assert known.next.commands[:3] == (
        f"upgrader status {run}",
        f"upgrader resume {run}",
        f"upgrader rollback {run}",
    )
    assert night.resume().outcome is Outcome.UPGRADED


def test_where_nobody_is_known_to_serve_a_second_ctrl_c_is_an_outage(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    wanted = read_upgrade(str(night.file), "9.16(4)", [])
    with night._entered("upgrader run", None) as world:
        pair = Listening(world)

        def goes_dark(line: str) -> None:
            raise NoAnswer(pair.seats.active, line, "nobody answers")

        class Waiting(Unwatched):
            def waiting(self, why: str, until: object) -> None:
                if "no unit says" in why:
                    raise KeyboardInterrupt
                pair.before = goes_dark

        with pytest.raises(Interrupted) as stopped:
            nights.run(wanted, pair, night.home, Waiting(), Wishes(), disk=HastyDisk())
    known = known_of(stopped.value.run)
    assert known.exit_code is ExitCode.OUTAGE
    assert "nobody is known to serve" in known.told


@pytest.mark.slow
def test_a_process_interrupted_twice_ends_with_4_and_tells_where_its_run_stands(
    tmp_path: Path,
) -> None:
    night = Night(tmp_path, BRIEF)
    root = Path(__file__).parents[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "upgrader", "run", str(night.file), "--to", "9.16(4)"),
            *("--pace", "2", "--json"),
        ],
        cwd=root,
        env={"UPGRADER_HOME": str(night.home.path), "PYTHONPATH": str(root), **_PATH},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "waiting: " in line:
            break
    process.send_signal(signal.SIGINT)
    for line in process.stderr:
        if "stopping at the next safe point" in line:
            break
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    told = json.loads(out)
    assert process.returncode == told["exit_code"] == ExitCode.STOPPED
    run = night.home.find_run(None).name
    assert run in told["verdict"]
    assert f"upgrader resume {run}" in told["next"]["commands"]
    assert night.resume().outcome is Outcome.UPGRADED


_PATH = {"PATH": os.environ.get("PATH", "")}
