"""A drain whose process dies, stops, or is taken back: nobody is logged off twice, or kept out."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from failing_disk import Killed
from nights import Firewall, Overheard
from nights_on_disk import HastyDisk, Night, pair_text
from worlds import SECONDARY, mismatched

from upgrader.cli.deeds import nights, stopping
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.runs.standing import status_of
from upgrader.cli.worlds.entering import enter
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.commands import LineKind, classify
from upgrader.journal.memory import MemoryJournal
from upgrader.model.drain import Drain
from upgrader.model.names import Seat
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.ports import World

OPEN, HELD = Drain(batch=2), Drain(batch=2, hold_logins=True)
RELOAD, SWITCH = "failover reload-standby", "no failover active"
CLOSED, OPENED = "vpn-simultaneous-logins 0", "no vpn-simultaneous-logins"
TEXT = pair_text(standby_package="package B", timings="boot = 40")


@dataclass
class Dying(Overheard):
    """A world under which the process dies at the n-th line, counted from the switchover."""

    at: int = 1 << 30
    answered: bool = False
    """Whether the line arrives at the device before the process dies."""
    counted: list[str] = field(default_factory=list)
    began: bool = False

    def about_to(self, seat: Seat, line: str) -> None:
        if self.began:
            self.counted.append(line)
            if len(self.counted) > self.at and not self.answered:
                raise Killed
        self.began = self.began or line == SWITCH

    def passed(self, line: str, reply: str) -> str:
        if self.answered and len(self.counted) > self.at:
            raise Killed
        return reply


def typed(firewall: Firewall, *beginnings: str) -> list[str]:
    return [line for line in firewall.world.changing if line.startswith(beginnings)]


def dies_at(firewall: Firewall, drain: Drain, at: int, *, answered: bool) -> None:
    """Die at that line, go on, and see the night end as if nobody had died."""
    plan = firewall.planned(drain=drain)
    journal = MemoryJournal()
    listening = firewall.world
    firewall.world = Dying(listening, at=at, answered=answered)
    with pytest.raises(Killed):
        firewall.conducted(plan, journal=journal)
    firewall.world = listening
    listening.typed += []
    night = firewall.conducted(plan, journal=journal)
    told = f"line {at}, {'after' if answered else 'before'} it was typed: {night.verdict}"
    assert (night.outcome, night.exit_code) == (Outcome.UPGRADED, ExitCode.DONE), told
    offs = typed(firewall, "vpn-sessiondb")
    assert sorted(set(offs)) == sorted(offs), told
    assert len(typed(firewall, RELOAD)) == 2, told
    assert len(typed(firewall, SWITCH)) == 1, told
    assert not any("vpn-sim" in line for line in firewall.pair.units[SECONDARY].running), told
    assert night.sessions.lost == 3, told
    unit = firewall.pair.units[SECONDARY]
    assert sum(row.carries(firewall.pair.now) for row in unit.rows.values()) == 3, told


def lines_of_a_drain(drain: Drain) -> list[int]:
    """The positions of the lines that change something, and of those right before each."""
    firewall = Firewall.of(mismatched(sessions=3))
    plan = firewall.planned(drain=drain)
    dying = Dying(firewall.world)
    firewall.world = dying
    firewall.conducted(plan)
    changing = [n for n, x in enumerate(dying.counted) if classify(x) is LineKind.CHANGING]
    last = max(n for n in changing if dying.counted[n] in (RELOAD, OPENED))
    return sorted({m for n in changing if n <= last for m in (n - 1, n)})


@pytest.mark.slow
@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("drain", [OPEN, HELD], ids=["open", "held"])
def test_a_death_at_any_changing_line_of_a_drain_changes_nothing_in_the_end(
    drain: Drain, answered: bool
) -> None:
    for at in lines_of_a_drain(drain):
        dies_at(Firewall.of(mismatched(sessions=3)), drain, at, answered=answered)


@pytest.mark.slow
@pytest.mark.parametrize("answered", [False, True], ids=["before", "after"])
def test_a_death_amid_a_batch_logs_nobody_off_twice(answered: bool) -> None:
    firewall = Firewall.of(mismatched(sessions=3))
    plan = firewall.planned(drain=OPEN)
    dying = Dying(firewall.world)
    firewall.world = dying
    firewall.conducted(plan)
    offs = [n for n, line in enumerate(dying.counted) if line.startswith("vpn-sessiondb")]
    dies_at(Firewall.of(mismatched(sessions=3)), OPEN, offs[1], answered=answered)


# ── on disk: what the commands do ──────────────────────────────────────────────────────


def dead_while_held(folder: Path) -> Night:
    """A run whose process died right after it closed logins."""
    night = Night(folder, TEXT)
    with pytest.raises(Killed):
        night.run(drain=HELD, through=lambda world: DiesAfter(world, CLOSED))
    assert CLOSED in " ".join(night.last.units[SECONDARY].running)
    return night


@dataclass
class DiesAfter(Overheard):
    """A world under which the process dies right after that line was typed."""

    line: str = ""

    def passed(self, line: str, reply: str) -> str:
        if line == self.line:
            raise Killed
        return reply


def is_closed(night: Night) -> bool:
    return any(CLOSED in line for unit in night.last.units for line in unit.running)


@pytest.mark.slow
def test_status_tells_of_logins_that_a_dead_run_holds_closed(tmp_path: Path) -> None:
    night = dead_while_held(tmp_path)
    told = status_of(night.home, None).runs[0].next
    assert "nobody can log in to STAFF" in told.lines[0]
    assert OPENED in told.lines


@pytest.mark.slow
def test_resume_goes_on_with_a_held_drain_and_opens_logins_in_the_end(tmp_path: Path) -> None:
    night = dead_while_held(tmp_path)
    report = night.resume()
    assert (report.outcome, report.exit_code) == (Outcome.UPGRADED, ExitCode.DONE)
    assert not is_closed(night)


@pytest.mark.slow
def test_abort_opens_logins_before_it_ends_the_run_and_types_nothing_else(tmp_path: Path) -> None:
    night = dead_while_held(tmp_path)
    opened: list[World] = []

    def opens(pair: PairFile) -> World:
        opened.append(enter(pair, night.home.worlds, command="a test", disk=HastyDisk()))
        return opened[0]

    report = stopping.abort(night.home, night.home.find_run(None), HastyDisk(), opens)
    assert report.outcome is Outcome.ABORTED
    assert not any(CLOSED in line for unit in opened[0].pair.units for line in unit.running)
    assert "nobody can log in" not in " ".join(report.next.lines)
    assert opened[0].pair.units[SECONDARY].rows


@pytest.mark.slow
def test_an_abort_that_cannot_open_the_pair_says_how_a_person_does(tmp_path: Path) -> None:
    night = dead_while_held(tmp_path)
    report = night.abort()
    assert report.outcome is Outcome.ABORTED
    assert OPENED in report.next.lines


@pytest.mark.slow
def test_rollback_moves_the_roles_back_and_opens_logins(tmp_path: Path) -> None:
    night = dead_while_held(tmp_path)
    report = night.rollback()
    assert report.outcome is Outcome.ROLLED_BACK, report.verdict
    assert not is_closed(night)
    names = [step.name for step in report.story.steps]
    assert names.index("switch-over") < names.index("release-logins")
    assert names.index("release-logins") < names.index("save-configuration")


@pytest.mark.slow
@pytest.mark.parametrize("drain", [OPEN, HELD], ids=["open", "held"])
def test_a_drained_night_that_was_stopped_and_resumed_plays_back(
    tmp_path: Path, drain: Drain
) -> None:
    night = Night(tmp_path, TEXT)
    stopped = night.run(drain=drain, wishes=Wishes(stop_before="final-reload"))
    assert stopped.outcome is Outcome.STOPPED
    assert not is_closed(night)
    assert night.resume().outcome is Outcome.UPGRADED
    played = nights.replay(night.home.find_run(None), strict=True)
    assert played.story.divergence is None
    assert played.outcome is Outcome.REPLAYED
