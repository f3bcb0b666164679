"""The same night again: today's code on recorded answers says the same, or says where it parts."""

from dataclasses import replace

import pytest
from nights import Firewall, Listening, charter_of
from worlds import mismatched, pair

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.guarded import GuardedWorld
from upgrader.access.tape.recorded import RecordedWorld
from upgrader.access.tape.redaction import Redactor
from upgrader.access.tape.taped import TapedWorld
from upgrader.cli.worlds.arming import recorded_earlier
from upgrader.conduct.night import conduct
from upgrader.conduct.replaying.replay import replay
from upgrader.conduct.wishes import AT_YOUR_WORD, Wishes
from upgrader.journal.entry import VOCABULARY, Asked, Entry, NotAnswered, Started
from upgrader.journal.memory import MemoryJournal
from upgrader.model.names import Digest
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched


class Night:
    """A run on tape, conducted by one process or by several."""

    def __init__(self, world, *, in_spite_of=()):
        self.firewall = Firewall.of(world)
        self.plan = self.firewall.planned(in_spite_of=in_spite_of)
        self.journal = MemoryJournal()

    def sits(self, wishes: Wishes | None = None) -> Report:
        """One process's part of the run."""
        fresh = not self.journal.entries()
        tape = TapedWorld(self.firewall.world, self.journal, Redactor(b"k" * 32))
        started = None
        if fresh:
            started = Started(
                "night", "test", Digest("sha256:0"), tape.clock.origin, vocabulary=VOCABULARY
            )
        world = GuardedWorld(tape, charter_of(self.plan))
        return conduct(
            "run", self.plan, world, self.journal, Unwatched(), wishes or Wishes(), started
        )

    def again(self, plan: Plan | None = None, journal: MemoryJournal | None = None) -> Report:
        told = plan or self.plan
        tape = journal or self.journal
        seats = self.firewall.world.seats

        def sitting(number: int) -> GuardedWorld:
            return GuardedWorld(RecordedWorld(tape, seats, number), charter_of(told))

        return replay(told, tape, sitting, lambda number: recorded_earlier(told, tape, number))


def test_a_good_night_replays_step_by_step():
    night = Night(pair(sessions=4, sleeping=1))
    first = night.sits()
    assert first.outcome is Outcome.UPGRADED
    again = night.again()
    assert (again.outcome, again.story.divergence) == (Outcome.REPLAYED, None)
    assert again.sessions == first.sessions
    assert [s.name for s in again.story.steps] == [s.name for s in first.story.steps]
    assert again.story.timeline == first.story.timeline


def test_the_bad_night_tells_who_was_lost_where_why_and_what_would_have_stopped_it():
    night = Night(mismatched(sessions=5), in_spite_of="anyconnect-images-match")
    night.sits()
    told = night.again()
    assert told.outcome is Outcome.REPLAYED
    assert told.sessions.lost == told.sessions.orphaned == 5
    assert told.story.prevented_by == "anyconnect-images-match"
    losses = [line.text for line in told.story.timeline if "sessions lost" in line.text]
    assert len(losses) == 1
    assert "in former-reloading" in losses[0]


def test_a_replay_opens_no_pair():
    """The tape is enough: the firewall of that night may be gone."""
    night = Night(pair(sessions=2))
    night.sits()
    typed = len(night.firewall.world.typed)
    night.again()
    assert len(night.firewall.world.typed) == typed


@pytest.mark.slow
def test_a_night_that_two_processes_conducted_replays_whole():
    night = Night(pair(sessions=3))
    halted = night.sits(Wishes(stop_before="switch-over"))
    assert halted.exit_code is ExitCode.STOPPED
    assert night.sits().outcome is Outcome.UPGRADED
    again = night.again()
    assert (again.outcome, again.story.divergence) == (Outcome.REPLAYED, None)


def test_a_process_that_was_interrupted_replays_up_to_there():
    night = Night(pair(sessions=3))
    beats = iter([None] * 9)
    night.sits(Wishes(should_stop=lambda: next(beats, AT_YOUR_WORD)))
    again = night.again()
    assert again.story.divergence is None


def altered(journal: MemoryJournal, number: int, body) -> MemoryJournal:
    entries: list[Entry] = list(journal.entries())
    entries[number - 1] = replace(entries[number - 1], body=body)
    other = MemoryJournal(entries)
    other._blobs, other._looks = journal._blobs, journal._looks
    return other


def test_where_today_asks_something_else_the_first_difference_is_named():
    night = Night(pair(sessions=2))
    night.sits()
    asked = [e for e in night.journal.entries() if isinstance(e.body, Asked)]
    entry = asked[len(asked) // 2]
    other = altered(night.journal, entry.number, replace(entry.body, line="show bananas"))
    told = night.again(journal=other)
    assert told.outcome is Outcome.DIVERGED
    assert told.exit_code is ExitCode.DONE
    assert "show bananas" in told.story.divergence
    assert entry.body.line in told.story.divergence
    assert str(entry.number) in told.story.divergence


def test_where_today_judges_otherwise_the_first_difference_is_named():
    """The same tape under a plan without its waiver: today the rules stop what went on then."""
    night = Night(mismatched(sessions=3), in_spite_of="anyconnect-images-match")
    night.sits()
    told = night.again(plan=replace(night.plan, waivers=()))
    assert told.outcome is Outcome.DIVERGED
    assert "anyconnect-images-match" in told.story.divergence


@pytest.mark.slow
def test_the_tape_of_a_night_has_every_question_in_order():
    night = Night(pair(sessions=2))
    night.sits()
    heard = [line for _, line in night.firewall.world.typed]
    frames = [e.body for e in night.journal.entries() if isinstance(e.body, Asked | NotAnswered)]
    taped = [frame.line for frame in frames if frame.line is not None]
    survey = len(heard) - len(taped)
    assert heard[survey:] == taped


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_nights_from_one_world_are_one_night(seed: int):
    """Forks with equal input stay equal, and so do their journals."""

    def journal_of() -> list[object]:
        night = Night(pair(sessions=3, seed=seed))
        night.sits()
        return [(entry.at, entry.body) for entry in night.journal.entries()]

    assert journal_of() == journal_of()


def test_listening_is_a_world_too():
    world = Listening(EmulatedWorld(pair().pair))
    assert world.fork().seats == world.seats
