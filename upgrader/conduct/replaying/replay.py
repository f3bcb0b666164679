"""A replay: the beats of a night again, on its recorded answers.

Each process that conducted the run is a sitting, and is replayed by itself with today's code.
Where that code asks, decides or types otherwise than on the night, the replay has diverged, and
the first difference is the finding. A replay without such an end would be a slide show.

A sitting that an earlier release conducted is replayed look by look (`earlier`).
"""

from collections.abc import Callable
from dataclasses import replace

from upgrader.conduct.night import report_of
from upgrader.conduct.replaying.again import again
from upgrader.conduct.replaying.earlier import Earlier, Played
from upgrader.journal.entry import VOCABULARY, Recollection
from upgrader.journal.tape import sittings
from upgrader.model.outcome import ExitCode, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.ports import World


def replay(
    plan: Plan,
    night: Recollection,
    sitting_world: Callable[[int], World],
    earlier_world: Callable[[int], Played],
) -> Report:
    """Play a run's journal back, and tell its story.

    `sitting_world(n)` is the world of the n-th process, made of its tape, guarded as on the night;
    `earlier_world(n)` the same, for a process of an earlier release.
    """
    told = report_of("replay", plan, night)
    divergence, notes = None, told.notes
    for number, sitting in enumerate(sittings(night.entries())):
        if sitting.vocabulary == VOCABULARY:
            divergence = again(plan, night, sitting, sitting_world(number))
        else:
            earlier = Earlier(night, sitting)
            divergence = earlier.again(plan, earlier_world(number))
            notes = (*notes, *earlier.notes)
        if divergence is not None:
            break
    assert told.story is not None, "a run has a story"
    return replace(
        told,
        outcome=Outcome.REPLAYED if divergence is None else Outcome.DIVERGED,
        exit_code=ExitCode.DONE,
        story=replace(told.story, divergence=divergence),
        next=replace(
            told.next,
            commands=tuple(c for c in told.next.commands if not c.startswith("upgrader replay ")),
        ),
        notes=tuple(dict.fromkeys(notes)),
    )
