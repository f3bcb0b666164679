"""A run is stopped on purpose, or must not go on; what `resume` makes of it."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from nights_on_disk import Film, Night, lines_in, pair_text, stopped_before

from upgrader.access.emulated.store import WorldStore
from upgrader.cli.speaking import code_of
from upgrader.cli.worlds.entering import enter
from upgrader.conduct.wishes import AT_YOUR_WORD, Wishes
from upgrader.journal.disk import RealDisk
from upgrader.journal.entry import Halted, Intended
from upgrader.journal.store import RunFolder
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import STEP_NAMES, step_name
from upgrader.ports import BrokenChain, UpgraderError, WorldHeld

BRIEF = pair_text(timings="boot = 40")
ACTS = ("failover reload-standby", "no failover active", "failover reload-standby")


def acts_in(film: Film) -> tuple[str, ...]:
    return tuple(line for line in lines_in(film.frames) if line in ACTS)


OF_OTHER_NIGHTS = {"evict-session", "hold-logins", "log-off-batch", "release-logins"}
"""Steps of a clean-up and of a drain: `test_cleanup` and `test_drain_command` stop there."""


@dataclass
class Impatience:
    """Ctrl-C was pressed before the n-th time that the run asked."""

    nth: int
    asked: int = 0

    def __call__(self) -> str | None:
        self.asked += 1
        return AT_YOUR_WORD if self.asked >= self.nth else None


# ── at a person's word ─────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 2, 5, 9, 16, 21, 26, 31])
def test_ctrl_c_stops_at_a_safe_point_and_resume_finishes_the_night(
    tmp_path: Path, nth: int
) -> None:
    night, film = Night(tmp_path, BRIEF), Film(tmp_path / "home")
    report = night.run(run=film, world=film, wishes=Wishes(should_stop=Impatience(nth)))
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert any("resume" in command for command in report.next.commands)
    report = night.resume(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert acts_in(film) == ACTS
    assert [unit.reloads for unit in report.units] == [1, 1]


@pytest.mark.slow
def test_a_person_who_stops_again_and_again_gets_there_all_the_same(tmp_path: Path) -> None:
    # Seven questions are beats enough for three looks that agree: those are one process's.
    night, film = Night(tmp_path, BRIEF), Film(tmp_path / "home")
    report = night.run(run=film, world=film, wishes=Wishes(should_stop=Impatience(7)))
    for _ in range(40):
        if report.outcome is not Outcome.STOPPED:
            break
        wishes = Wishes(should_stop=Impatience(7))
        report = night.resume(run=film, world=film, wishes=wishes)
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert acts_in(film) == ACTS


@pytest.mark.slow
@pytest.mark.parametrize("step", [name for name in STEP_NAMES if name not in OF_OTHER_NIGHTS])
def test_a_run_stops_before_the_step_that_was_named_and_resume_finishes_it(
    tmp_path: Path, step: str
) -> None:
    text = pair_text(timings="boot = 40").replace('name = "edge"', f'name = "edge"\n{ASDM}')
    night, film = Night(tmp_path, text), Film(tmp_path / "home")
    report = night.run(
        run=film, world=film, wishes=Wishes(stop_before=step), failback=step == "fail-back"
    )
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert step in report.verdict
    entries = RunFolder(night.home.find_run(None)).read().entries()
    assert isinstance(entries[-1].body, Halted)
    intended = [step_name(e.body.step) for e in entries if isinstance(e.body, Intended)]
    assert step not in intended
    report = night.resume(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    again = ("no failover active",) if step == "fail-back" else ()
    assert acts_in(film) == ACTS + again


ASDM = '[target]\nasdm = "disk0:/asdm-7181-152.bin"'


# ── a pair has one holder ──────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_second_run_is_refused_and_told_who_holds_the_pair(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    first = enter(night.pair, night.home.worlds, command="upgrader run")
    with pytest.raises(WorldHeld, match=r"`upgrader run` .process ") as refused:
        night.run()
    first.close()
    assert code_of(refused.value) is ExitCode.REFUSED
    assert night.home.all_runs() == ()
    assert night.run().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_while_a_run_holds_the_pair_resume_is_refused_and_status_is_not(tmp_path: Path) -> None:
    from upgrader.cli.runs.standing import status_of

    night = stopped_before(tmp_path, "switch-over", BRIEF)
    holder = enter(night.pair, night.home.worlds, command="upgrader resume")
    with pytest.raises(WorldHeld, match="upgrader resume"):
        night.resume()
    [line] = status_of(night.home, None).runs
    assert line.phase == "standby-upgraded"
    holder.close()
    assert night.resume().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_the_command_line_refuses_a_held_pair_with_exit_code_3(tmp_path: Path) -> None:
    night = Night(tmp_path, BRIEF)
    holder = enter(night.pair, night.home.worlds, command="upgrader cleanup")
    ended = upgrader(night, "run", str(night.file), "--to", "9.16(4)")
    holder.close()
    assert ended.returncode == ExitCode.REFUSED
    assert "upgrader cleanup" in ended.stderr


def upgrader(night: Night, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own."""
    root = Path(__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "upgrader", *arguments],
        check=False,
        cwd=root,
        env={"UPGRADER_HOME": str(night.home.path), "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )


# ── a journal that is not what it was ──────────────────────────────────────────────────


@pytest.fixture
def halfway(tmp_path: Path) -> Night:
    """A run that stopped before the roles were moved."""
    return stopped_before(tmp_path, "switch-over", BRIEF)


def altered(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    lines[40] = lines[40].replace(b'"seat":"203.0.113.2"', b'"seat":"203.0.113.9"')
    lines[40] = lines[40].replace(b'"seat":"203.0.113.1"', b'"seat":"203.0.113.9"')
    return b"".join(lines)


def shortened(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:-3])


def without_one(data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(lines[:60] + lines[61:])


def emptied(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    ("forge", "names"),
    [
        (altered, "entry 41: its digest"),
        (shortened, "is missing"),
        (without_one, "entry 61: number 62"),
        (emptied, "entry 1 is missing"),
    ],
)
def test_a_journal_that_was_tampered_with_is_refused_by_entry_and_nothing_is_typed(
    halfway: Night, forge: Callable[[bytes], bytes], names: str
) -> None:
    run = halfway.home.find_run(None)
    journal = run / "journal.jsonl"
    journal.write_bytes(forge(journal.read_bytes()))
    was = journal.read_bytes()
    film = Film(halfway.home.path)
    with pytest.raises(BrokenChain, match=names) as broken:
        halfway.resume(run=film, world=film)
    assert code_of(broken.value) is ExitCode.REFUSED
    assert lines_in(film.frames) == []
    assert journal.read_bytes() == was


@pytest.mark.slow
def test_the_command_line_says_which_entry_was_altered(halfway: Night) -> None:
    run = halfway.home.find_run(None)
    journal = run / "journal.jsonl"
    journal.write_bytes(altered(journal.read_bytes()))
    ended = upgrader(halfway, "resume", run.name)
    assert ended.returncode == ExitCode.REFUSED
    assert "entry 41" in ended.stderr


def test_another_plan_under_an_old_journal_is_refused(halfway: Night) -> None:
    plan = halfway.home.find_run(None) / "plan.json"
    plan.write_bytes(plan.read_bytes().replace(b"9.16(4)", b"9.16(3)"))
    with pytest.raises(BrokenChain, match=r"plan\.json: not the plan"):
        halfway.resume()


@pytest.mark.slow
def test_a_cut_last_line_is_dropped_and_the_night_goes_on(halfway: Night) -> None:
    run = halfway.home.find_run(None)
    with (run / "journal.jsonl").open("ab") as file:
        file.write(b'{"entry":{"at":77')
    report = halfway.resume()
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert b'"kind":"recovered"' in (run / "journal.jsonl").read_bytes()


def test_another_homes_key_cannot_go_on_with_a_run(halfway: Night) -> None:
    (halfway.home.keys / "key.pem").unlink()
    with pytest.raises(BrokenChain, match="not the key of this home"):
        halfway.resume()


def test_a_world_that_cannot_be_read_is_an_error_with_a_way_out(halfway: Night) -> None:
    [checkpoint] = halfway.home.worlds.glob("*/checkpoint")
    checkpoint.write_bytes(checkpoint.read_bytes()[:-40])
    with pytest.raises(UpgraderError, match="--fresh"):
        halfway.resume()
    assert WorldStore(halfway.home.worlds, RealDisk()).lock_of("edge").exists()
