"""A rehearsal: the same run in another world. There is no flag anywhere that says so."""

from dataclasses import replace

from upgrader.conduct.night import conduct
from upgrader.conduct.wishes import Wishes
from upgrader.journal.entry import VOCABULARY, Started
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.account import surprises
from upgrader.model.names import Digest
from upgrader.model.outcome import Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.watch import Watcher
from upgrader.ports import World


def rehearse(plan: Plan, twin: World, watcher: Watcher, wishes: Wishes) -> Report:
    """Run the plan on a twin, and hold the outcome against the prediction.

    Surprises are differences between the two: defects of ours, reported as such.
    """
    journal = MemoryJournal()
    now = twin.clock.now()
    started = Started("rehearsal", plan.pair, Digest("memory:plan"), now, vocabulary=VOCABULARY)
    report = conduct("rehearse", plan, twin, journal, watcher, wishes, started)
    is_whole = report.outcome is Outcome.UPGRADED  # Foretold is the whole night, not a part of it.
    told = surprises(report.prediction, report.sessions) if is_whole else ()
    goes_on = Next(lines=report.next.lines, commands=_ours(report))
    return replace(report, run=None, surprises=told, next=goes_on)


def _ours(report: Report) -> tuple[str, ...]:
    """A rehearsal leaves nothing to resume, replay or clean up."""
    words = ("resume", "replay", "status", "cleanup", "sessions")
    return tuple(c for c in report.next.commands if c.split()[1] not in words)
