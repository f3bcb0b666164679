"""A replay: the beats of a night again, on its recorded answers.

Each process that conducted the run is a sitting, and is replayed by itself with today's code.
Where that code asks, decides or types otherwise than on the night, the replay has diverged, and
the first difference is the finding. A replay without such an end would be a slide show.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest

from upgrader.conduct.night import conduct, report_of
from upgrader.conduct.wishes import Wishes
from upgrader.journal.entry import (
    Arrived,
    Body,
    Entry,
    Halted,
    Intended,
    Recollection,
    Resumed,
    Started,
    is_aborted,
    is_sealed,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.journal.tape import Sitting, sittings, until_told_to_stop
from upgrader.model.names import Digest
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Plan, step_name
from upgrader.model.report import Report
from upgrader.model.unit import Snapshot
from upgrader.model.watch import Unwatched
from upgrader.ports import ReplayDiverged, TapeEnded, UpgraderError, World

TODAY = "today"


def replay(plan: Plan, night: Recollection, sitting_world: Callable[[int], World]) -> Report:
    """Play a run's journal back, and tell its story.

    `sitting_world(n)` is the world of the n-th process, made of its tape, guarded as on the night.
    """
    told = report_of("replay", plan, night)
    divergence = None
    for number, sitting in enumerate(sittings(night.entries())):
        divergence = _again(plan, night, sitting, sitting_world(number))
        if divergence is not None:
            break
    assert told.story is not None, "a run has a story"
    story = replace(told.story, divergence=divergence)
    outcome = Outcome.REPLAYED if divergence is None else Outcome.DIVERGED
    onward = tuple(c for c in told.next.commands if not c.startswith("upgrader replay "))
    goes_on = replace(told.next, commands=onward)
    return replace(told, outcome=outcome, exit_code=ExitCode.DONE, story=story, next=goes_on)


class _Again(MemoryJournal):
    """Today's memory of the night: its own entries, and the night's blobs."""

    def __init__(self, before: Sequence[Entry], night: Recollection) -> None:
        super().__init__(before, TODAY)
        self._night = night

    def blob(self, digest: Digest) -> bytes:
        """Bytes that were kept today, or on the night."""
        return super().blob(digest) if digest.startswith(TODAY) else self._night.blob(digest)

    def look(self, digest: Digest) -> Snapshot:
        """A look of today, or of the night."""
        return super().look(digest) if digest.startswith(TODAY) else self._night.look(digest)


def _again(plan: Plan, night: Recollection, sitting: Sitting, world: World) -> str | None:
    """Conduct one sitting again; the first difference, or None."""
    entries = night.entries()
    first = sitting.begins - 1
    journal = _Again(entries[:first], night)
    began = entries[first].body
    started = began if isinstance(began, Started) else None
    if started is None:
        journal.append(Resumed(), at=sitting.starts_at)
    end = next(
        (n for n, e in enumerate(entries[first + 1 :], first + 1) if isinstance(e.body, Resumed)),
        len(entries),
    )
    part = until_told_to_stop(entries[first:end])
    try:
        conduct("replay", plan, world, journal, Unwatched(), Wishes(), started)
    except TapeEnded:
        pass
    except ReplayDiverged as difference:
        return str(difference)
    except UpgraderError as fault:
        return f"today it ends otherwise: {fault}"
    then, today = _decisions(part), _decisions(journal.entries()[first:])
    if is_aborted(entries[first:end]) or not (is_sealed(part) or isinstance(part[-1].body, Halted)):
        # That process was killed, or its run ended for it: what it had no time to write down is no
        # difference.
        today = today[: len(then)]
    return _first_difference(then, today)


def _decisions(entries: Sequence[Entry]) -> list[tuple[int, str]]:
    """What was decided and typed: entry number, and a sentence."""
    told = []
    for entry in entries:
        sentence = _decision(entry.body)
        if sentence is not None:
            told.append((entry.number, sentence))
    return told


def _decision(body: Body) -> str | None:
    match body:
        case Intended(step=step, lines=lines):
            return f"types {step_name(step)}: {'; '.join(lines) or 'nothing'}"
        case Arrived(phase=phase, signal=signal):
            return f"arrives at {phase.value} on {signal.value}"
        case Halted(why=why, exit_code=code, wished=False):
            return f"halts with {code.value}: {why}"
        case _:
            return None


def _first_difference(then: list[tuple[int, str]], today: list[tuple[int, str]]) -> str | None:
    for night, now in zip_longest(then, today):
        if night is None:
            return f"after the end of that night, today {now[1]}"
        if now is None:
            return f"entry {night[0]}: on the night it {night[1]}; today nothing more"
        if night[1] != now[1]:
            return f"entry {night[0]}: on the night it {night[1]}; today it {now[1]}"
    return None
