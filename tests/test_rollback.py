"""A run is taken back while one unit still runs the old code; from anywhere else it is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from failing_disk import FailingDisk, Killed
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from nights_on_disk import ASDM, Film, HastyDisk, Night, lines_in, pair_text, play, twin
from nights_on_disk import stopped_before as stopped
from worlds import NEW_IMAGE, OLD_IMAGE

from upgrader.cli.deeds import nights
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.commands import LineKind, classify
from upgrader.emulator.pair import EmulatedPair
from upgrader.journal.entry import Intended, is_aborted, is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.account import surprises
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.report import Report
from upgrader.ports import UsageFault

OLD, NEW = "9.12(4)", "9.16(4)"
RELOAD, SWITCH = "failover reload-standby", "no failover active"
ACTS = (RELOAD, SWITCH)
OLD_ASDM = "disk0:/asdm-7122.bin"


def text(**more: object) -> str:
    """A pair that points at an old ASDM, and boots in 40 s."""
    told = pair_text(timings="boot = 40", **more)
    return told.replace("boot system", f"asdm image {OLD_ASDM}\nboot system", 1).replace(
        "\n[emulated]\n", f'\n[target]\nasdm = "{ASDM}"\n[emulated]\n', 1
    )


def night_in(folder: Path, **more: object) -> Night:
    return Night(folder, text(**more))


def stopped_before(folder: Path, step: str, **more: object) -> Night:
    return stopped(folder, step, text(**more), failback=step == "fail-back")


def acts_in(film: Film) -> list[str]:
    return [line for line in lines_in(film.frames) if line in ACTS]


def changing_in(film: Film) -> list[str]:
    return [line for line in lines_in(film.frames) if classify(line) is LineKind.CHANGING]


def assert_as_before(pair: EmulatedPair | None) -> None:
    """Old code on both, the old boot order first and saved, Primary active again."""
    assert pair is not None
    assert [unit.version for unit in pair.units] == [OLD, OLD]
    assert [unit.state.value for unit in pair.units] == ["Active", "Standby Ready"]
    for unit in pair.units:
        for config in (unit.running, unit.startup):
            boot = [line for line in config if line.startswith("boot system")]
            assert boot == [f"boot system {OLD_IMAGE}"]
            assert f"asdm image {OLD_ASDM}" in config


def tunnels(pair: EmulatedPair | None) -> int:
    assert pair is not None
    active = pair.active_unit()
    assert active is not None
    return sum(row.carries(pair.now) for row in active.rows.values())


# ── each step of the night ─────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "acts"),
    [
        ("set-asdm", []),
        pytest.param("save-configuration", [], marks=pytest.mark.slow),
        pytest.param("reload-standby", [], marks=pytest.mark.slow),
        ("switch-over", [RELOAD]),
        pytest.param("harvest", [SWITCH, RELOAD], marks=pytest.mark.slow),
        ("final-reload", [SWITCH, RELOAD]),
    ],
)
def test_a_run_stopped_before_a_step_is_taken_back_and_nobody_is_lost(
    tmp_path: Path, step: str, acts: list[str]
) -> None:
    night = stopped_before(tmp_path, step)
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.ROLLED_BACK, ExitCode.DONE)
    assert acts_in(film) == acts
    assert_as_before(night.last)
    assert tunnels(night.last) == 3
    assert report.sessions is not None
    assert (report.sessions.before, report.sessions.lost, report.residue) == (3, 0, ())
    assert sum(unit.reloads or 0 for unit in report.units) == acts.count(RELOAD)
    assert surprises(report.prediction, report.sessions) == ()


@pytest.mark.slow
@pytest.mark.parametrize("step", ["backup", "set-boot-order"])
def test_a_run_that_changed_nothing_yet_is_ended_and_nothing_is_typed(
    tmp_path: Path, step: str
) -> None:
    night = stopped_before(tmp_path, step)
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.ALREADY_THERE, ExitCode.DONE)
    assert changing_in(film) == []
    assert_as_before(night.last)
    [run] = night.home.all_runs()
    assert is_aborted(RunFolder(run).read().entries())
    assert night.run().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_once_both_units_run_the_new_code_the_way_back_is_a_night_of_its_own(
    tmp_path: Path,
) -> None:
    night = stopped_before(tmp_path, "fail-back")
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert "the old code is on no unit any more" in report.verdict
    assert changing_in(film) == []
    [command] = report.next.commands
    assert command.startswith(f"upgrader plan {night.file} --to '{OLD}' --waive ")
    assert f"boot system {OLD_IMAGE}" in report.next.lines
    assert len(night.home.all_runs()) == 1


@pytest.mark.slow
def test_the_reverse_night_that_is_named_can_be_planned_and_leads_back(tmp_path: Path) -> None:
    night = night_in(tmp_path)
    assert night.run().outcome is Outcome.UPGRADED
    [command] = night.rollback().next.commands
    found = re.fullmatch(r"upgrader plan (\S+) --to '(\S+)' --waive '(\S+)=.*'", command)
    assert found is not None
    night.waive = (found[3],)
    report = night.run(to=found[2])
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert night.last is not None
    assert [unit.version for unit in night.last.units] == [OLD, OLD]


# ── what is left of the run that was taken back ────────────────────────────────────────


@pytest.mark.slow
def test_the_run_that_was_taken_back_is_over_and_names_its_rollback(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "final-reload")
    left = night.home.find_run(None)
    report = night.rollback(left.name)
    assert report.run is not None
    assert is_aborted(RunFolder(left).read().entries())
    again = night.resume(name=left.name)
    assert (again.outcome, again.exit_code) == (Outcome.ABORTED, ExitCode.STOPPED)
    assert f"taken back by rollback {report.run}" in again.verdict
    assert not any("resume" in command for command in again.next.commands)
    assert night.run().outcome is Outcome.UPGRADED


@pytest.mark.slow
def test_while_a_rollback_is_open_the_run_that_it_takes_back_is_not_resumed(
    tmp_path: Path,
) -> None:
    night = stopped_before(tmp_path, "final-reload")
    left = night.home.find_run(None).name
    doomed = FailingDisk(60, inner=HastyDisk())
    with pytest.raises(Killed):
        night.rollback(left, run=doomed)
    back = next(run.name for run in night.home.all_runs() if run.name != left)
    for refused in (night.resume(name=left), night.rollback(left), night.run()):
        assert (refused.outcome, refused.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
        assert f"upgrader resume {back}" in refused.next.commands
    assert night.resume(name=back).outcome is Outcome.ROLLED_BACK
    assert is_sealed(RunFolder(night.home.runs / left).read().entries())
    assert_as_before(night.last)


@pytest.mark.slow
def test_a_finished_run_is_taken_back_as_little_as_a_clean_up_or_a_rollback(
    tmp_path: Path,
) -> None:
    night = stopped_before(tmp_path, "switch-over")
    night.rollback()
    with pytest.raises(UsageFault, match="is a rollback itself"):
        night.rollback()


@pytest.mark.slow
def test_taking_back_twice_finds_nothing_to_take_back(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "switch-over")
    left = night.home.find_run(None).name
    night.rollback(left)
    again = night.rollback(left)
    assert (again.outcome, again.exit_code) == (Outcome.ALREADY_THERE, ExitCode.DONE)


# ── refusals ───────────────────────────────────────────────────────────────────────────


def after(night: Night, minutes: float) -> None:
    """Time goes by on the pair, and nobody looks."""
    with night._entered("a test", None) as world:
        world.clock.sleep(timedelta(minutes=minutes))


def killed_after(night: Night, nth: int, line: str = RELOAD) -> None:
    """The process dies right after the pair has heard that line for the n-th time."""

    class Deaf(Film):
        heard = 0

        def append(self, path: Path, data: bytes) -> None:
            super().append(path, data)
            if path.name == "inputs.jsonl" and f'"{line}"'.encode() in data:
                Deaf.heard += 1
                if Deaf.heard == nth:
                    raise Killed

    film = Deaf(night.home.path)
    with pytest.raises(Killed):
        night.run(run=film, world=film)


@pytest.mark.slow
def test_a_reload_that_was_ordered_a_second_ago_is_waited_for_and_not_undercut(
    tmp_path: Path,
) -> None:
    """The standby answers for some seconds yet; boot order put back now would not be booted."""
    night = night_in(tmp_path)
    killed_after(night, 1)
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert "does not answer" in report.verdict
    assert changing_in(film) == []
    after(night, 5)
    assert night.rollback().outcome is Outcome.ROLLED_BACK
    assert_as_before(night.last)
    assert tunnels(night.last) == 3


@pytest.mark.slow
def test_after_the_final_reload_was_sent_there_is_no_cheap_way_whatever_is_seen(
    tmp_path: Path,
) -> None:
    night = night_in(tmp_path)
    killed_after(night, 2)
    assert night.rollback().outcome is Outcome.REFUSED
    after(night, 5)
    report = night.rollback()
    assert report.outcome is Outcome.REFUSED
    assert "the old code is on no unit any more" in report.verdict
    assert night.resume().outcome is Outcome.UPGRADED


@dataclass
class Somebody:
    """Somebody else types on the pair between two commands."""

    night: Night

    def types(self, *lines: str) -> None:
        with self.night._entered("a test", None) as world:
            console = world.access.open(world.seats.active)
            for line in lines:
                console.ask(line)
            world.clock.sleep(timedelta(minutes=2))


@pytest.mark.slow
def test_roles_that_somebody_else_moved_back_by_hand_are_a_cheap_case_too(
    tmp_path: Path,
) -> None:
    """`no failover active` after the switchover is what a person does first in an emergency."""
    night = stopped_before(tmp_path, "final-reload")
    Somebody(night).types(SWITCH)
    film = Film(night.home.path)
    assert night.rollback(run=film, world=film).outcome is Outcome.ROLLED_BACK
    assert acts_in(film) == [RELOAD]
    assert_as_before(night.last)


@pytest.mark.slow
def test_roles_that_somebody_else_moved_are_no_case_of_ours(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "reload-standby")
    Somebody(night).types(SWITCH)
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert "somebody else has changed roles" in report.verdict
    assert changing_in(film) == []


@pytest.mark.slow
def test_a_reload_that_somebody_scheduled_stops_a_rollback_before_anything_is_typed(
    tmp_path: Path,
) -> None:
    night = stopped_before(tmp_path, "switch-over")
    Somebody(night).types("reload in 1:00 noconfirm")
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.REFUSED, ExitCode.REFUSED)
    assert "no-reload-scheduled" in report.verdict
    assert changing_in(film) == []


# ── people ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_going_back_from_a_mismatch_before_the_final_reload_costs_nobody_a_session(
    tmp_path: Path,
) -> None:
    """Who was let in by the unit that takes over again leans on nobody there."""
    night = night_in(tmp_path, sessions=5, standby_package="package B")
    night.waive = ("anyconnect-images-match",)
    night.run(wishes=Wishes(stop_before="final-reload"))
    report = night.rollback()
    assert (report.outcome, report.exit_code) == (Outcome.ROLLED_BACK, ExitCode.DONE)
    assert report.sessions is not None
    assert (report.sessions.before, report.sessions.lost) == (5, 0)
    assert report.residue == ()
    assert surprises(report.prediction, report.sessions) == ()
    assert_as_before(night.last)


# ── a standby that does badly on the new code ──────────────────────────────────────────


@pytest.mark.slow
def test_a_standby_that_fails_on_the_new_code_is_taken_back(tmp_path: Path) -> None:
    """Traffic is not affected: the boot order goes back, and the standby reloads onto it."""
    night = stopped_before(tmp_path, "switch-over")
    with night._entered("a test", None) as world:
        from upgrader.cli.worlds.emulated import controlled

        told = controlled(world).answer(
            {"do": "pull-cable", "unit": "secondary", "interface": "outside"}
        )
        assert told["ok"], told
        world.clock.sleep(timedelta(minutes=3))
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    assert acts_in(film) == [RELOAD], report.verdict
    assert night.last is not None
    assert night.last.units[1].version == OLD
    # It is back on the old code, and still without its cable: that wants a person.
    assert report.exit_code is ExitCode.NEEDS_PERSON
    assert "interface outside" in report.verdict


# ── it is a run like any other ─────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_rollback_replays_without_divergence(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "final-reload")
    report = night.rollback()
    replayed = nights.replay(night.home.runs / str(report.run), strict=True)
    assert replayed.story is not None
    assert (replayed.outcome, replayed.story.divergence) == (Outcome.REPLAYED, None)
    assert [band.phase for band in replayed.story.bands] == [
        "rollback-planned",
        "switching-back",
        "old-serves",
        "restored",
        "returning",
        "both-old",
        "rolled-back",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["switch-over", "set-boot-order", "save-configuration", "harvest", "final-reload"]
)
def test_a_rollback_stops_before_a_step_and_resume_goes_on(tmp_path: Path, step: str) -> None:
    night = stopped_before(tmp_path, "final-reload")
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film, wishes=Wishes(stop_before=step))
    assert (report.outcome, report.exit_code) == (Outcome.STOPPED, ExitCode.STOPPED)
    assert not any("rollback" in command for command in report.next.commands)
    report = night.resume(name=str(report.run), run=film, world=film)
    assert (report.outcome, report.exit_code) == (Outcome.ROLLED_BACK, ExitCode.DONE)
    assert acts_in(film) == [SWITCH, RELOAD]
    assert_as_before(night.last)


# ── whenever the night was cut short ───────────────────────────────────────────────────


@dataclass(frozen=True)
class Filmed:
    """A night, or a rollback, in which nobody died."""

    before: Path | None
    """The home as it was when it began; None: there was none."""
    frames: tuple[tuple[str, str, bytes, str], ...]


@pytest.fixture(scope="module")
def whole_night(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    night = night_in(tmp_path_factory.mktemp("whole"))
    film = Film(night.home.path)
    assert night.run(run=film, world=film).outcome is Outcome.UPGRADED
    return Filmed(None, tuple(film.frames))


def left_at(filmed: Filmed, folder: Path, position: int) -> Night:
    home = folder / "home"
    if filmed.before is None:
        home.mkdir(parents=True)
    else:
        twin(filmed.before, home)
    for frame in filmed.frames[:position]:
        play(frame, home)
    return Night(folder, text())


def entries_begin(filmed: Filmed) -> int:
    """Where the run's first entry is whole."""
    return 1 + next(n for n, f in enumerate(filmed.frames) if b'"kind":"started"' in f[2])


def orders(filmed: Filmed) -> list[int]:
    """The positions right after which the pair has heard a line that reloads or moves roles."""
    frames = filmed.frames
    return [n + 1 for n in range(len(frames)) if set(lines_in(frames[n : n + 1])) & set(ACTS)]


def assert_right_end_or_right_refusal(filmed: Filmed, night: Night, position: int) -> None:
    heard = [line for line in lines_in(filmed.frames[:position]) if line in ACTS]
    film = Film(night.home.path)
    report = night.rollback(run=film, world=film)
    if heard.count(RELOAD) == 2:
        assert report.outcome is Outcome.REFUSED, report.verdict
        assert changing_in(film) == []
        return
    if report.outcome is Outcome.REFUSED:
        assert changing_in(film) == [], report.verdict
        # It is no time for it: a unit is reloading, or comes up. Ten minutes later it is.
        after(night, 10)
        report = night.rollback(run=film, world=film)
    assert report.outcome in {Outcome.ROLLED_BACK, Outcome.ALREADY_THERE}, report.verdict
    assert report.exit_code is ExitCode.DONE
    assert_as_before(night.last)
    assert tunnels(night.last) == 3
    assert acts_in(film).count(RELOAD) == heard.count(RELOAD)
    assert acts_in(film).count(SWITCH) == heard.count(SWITCH)


@pytest.mark.slow
@seed(4)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(share=st.floats(0, 1))
def test_wherever_a_night_was_killed_a_rollback_ends_right_or_is_rightly_refused(
    whole_night: Filmed, tmp_path_factory: pytest.TempPathFactory, share: float
) -> None:
    first = entries_begin(whole_night)
    sealed = next(n for n, f in enumerate(whole_night.frames) if b'"kind":"finished"' in f[2])
    position = first + int(share * (sealed - first))
    night = left_at(whole_night, tmp_path_factory.mktemp("killed"), position)
    assert_right_end_or_right_refusal(whole_night, night, position)


@pytest.mark.slow
def test_around_each_order_of_a_night_a_rollback_ends_right_or_is_rightly_refused(
    whole_night: Filmed, tmp_path: Path
) -> None:
    for heard in orders(whole_night):
        for position in (heard - 2, heard, heard + 1):
            night = left_at(whole_night, tmp_path / str(position), position)
            assert_right_end_or_right_refusal(whole_night, night, position)


# ── a rollback that is killed ──────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def whole_rollback(tmp_path_factory: pytest.TempPathFactory) -> Filmed:
    folder = tmp_path_factory.mktemp("rollback")
    night = stopped_before(folder, "final-reload")
    twin(night.home.path, folder / "before")
    film = Film(night.home.path)
    assert night.rollback(run=film, world=film).outcome is Outcome.ROLLED_BACK
    return Filmed(folder / "before", tuple(film.frames))


def goes_back(night: Night, left: str, film: Film) -> Report:
    """What a person does after a kill: resume the rollback there is, else begin one."""
    mine = [run.name for run in night.home.all_runs() if run.name != left]
    if mine:
        return night.resume(name=mine[0], run=film, world=film)
    return night.rollback(left, run=film, world=film)


def dies_while_going_back(
    filmed: Filmed, scratch: Path, positions: Sequence[int], *, torn: bool = False
) -> None:
    assert filmed.before is not None
    [left] = [run.name for run in (filmed.before / "runs").iterdir()]
    for position in positions:
        night = left_at(filmed, scratch / str(position), position)
        if torn:
            play(filmed.frames[position], night.home.path, torn=True)
        film = Film(night.home.path)
        report = goes_back(night, left, film)
        lines = lines_in(filmed.frames[:position]) + lines_in(film.frames)
        where = (position, filmed.frames[position][:2], report.verdict)
        assert (report.outcome, report.exit_code) == (Outcome.ROLLED_BACK, ExitCode.DONE), where
        assert [line for line in lines if line in ACTS] == [SWITCH, RELOAD], where
        assert_as_before(night.last)
        assert tunnels(night.last) == 3
        assert report.sessions is not None
        assert (report.sessions.lost, report.residue) == (0, ())
        assert is_aborted(RunFolder(night.home.runs / left).read().entries()), where


def writing(filmed: Filmed) -> list[int]:
    """The positions of the rollback's journal, but for mere questions and answers.

    Of the looks, of which there are dozens, every third.
    """
    asks = (b'"kind":"asked"', b'"kind":"opened"', b'"kind":"slept"')
    every = [
        n
        for n, (_, name, data, _) in enumerate(filmed.frames)
        if name.endswith("journal.jsonl") and not any(kind in data for kind in asks)
    ]
    looks = [n for n in every if b'"kind":"looked"' in filmed.frames[n][2]]
    return sorted({*every} - {*looks} | {*looks[::3]})


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_rollback_that_dies_at_any_entry_is_resumed_to_the_same_end(
    whole_rollback: Filmed, tmp_path: Path, part: int
) -> None:
    dies_while_going_back(whole_rollback, tmp_path, writing(whole_rollback)[part::4])


@pytest.mark.slow
def test_a_torn_entry_of_a_rollback_changes_nothing_in_the_end(
    whole_rollback: Filmed, tmp_path: Path
) -> None:
    dies_while_going_back(whole_rollback, tmp_path, writing(whole_rollback)[::7], torn=True)


@pytest.mark.slow
def test_a_rollback_that_dies_around_its_orders_types_none_of_them_twice(
    whole_rollback: Filmed, tmp_path: Path
) -> None:
    for heard in orders(whole_rollback):
        dies_while_going_back(whole_rollback, tmp_path, [heard - 1, heard, heard + 1, heard + 2])


@pytest.mark.slow
def test_the_intents_of_a_rollback_stand_in_its_own_journal(tmp_path: Path) -> None:
    night = stopped_before(tmp_path, "switch-over")
    report = night.rollback()
    entries = RunFolder(night.home.runs / str(report.run)).read().entries()
    lines = [line for e in entries if isinstance(e.body, Intended) for line in e.body.lines]
    assert f"no boot system {NEW_IMAGE}" in lines
    assert lines.count(RELOAD) == 1
