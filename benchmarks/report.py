"""The reports of a run of 10,000 sessions: what each takes to make, and how long it is.

Two nights: nobody is lost, and everybody is (other packages on the other unit, waived), which
leaves 10,000 orphans and as many leases. The account is made from the run's entries and looks, as
`sessions RUN` makes it; then each report is written from it.

    python benchmarks/report.py
"""

import gc
import io
from collections.abc import Callable
from dataclasses import replace

from pairs import TEN_THOUSAND, pair_of, upgrade_of
from timing import peak_mb, say, say_yardstick, timed

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.cli.deeds.looking import name_of
from upgrader.cli.main import NEW_OBJECTS
from upgrader.conduct import night
from upgrader.conduct.survey import plan_of, survey
from upgrader.conduct.wishes import Wishes
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import Scenario
from upgrader.journal.entry import Started
from upgrader.journal.memory import MemoryJournal
from upgrader.model.finding import Severity
from upgrader.model.names import Digest
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.watch import Unwatched
from upgrader.views import junit, markdown, report_json
from upgrader.views.text.report import write_report
from upgrader.views.web import report as web

LIMIT_MS = 2_000
LIMIT_MB = 5
RUNS = 5


def mismatched(scenario: Scenario) -> Scenario:
    """The same pair, with other bytes in the standby's AnyConnect packages."""
    ours, theirs = scenario.units
    files = tuple(
        replace(file, content=f"{file.content} of another day") if ".pkg" in file.path else file
        for file in theirs.files
    )
    return replace(scenario, units=(ours, replace(theirs, files=files)))


def conducted(pair: EmulatedPair) -> tuple[Plan, MemoryJournal]:
    """A whole night in spite of every blocker."""
    wanted = upgrade_of(TEN_THOUSAND)
    world = EmulatedWorld(pair)
    blockers = {
        finding.rule
        for finding in survey(world, wanted.target, {}).findings
        if finding.severity is Severity.BLOCKER
    }
    surveyed = survey(world, wanted.target, dict.fromkeys(blockers, "to measure it"))
    plan = plan_of(surveyed, name_of(wanted.pair, world), wanted.failback)
    assert plan is not None, "both units of an example answer"
    journal = MemoryJournal()
    started = Started("measured", plan.pair, Digest("sha256:0"), world.clock.now())
    armed = GuardedWorld(world, Charter(plan.serials, plan.target.version))
    night.conduct("run", plan, armed, journal, Unwatched(), Wishes(), started)
    return plan, journal


def measure(what: str, pair: EmulatedPair) -> None:
    """Make each report of one night several times."""
    plan, journal = conducted(pair)
    report = night.report_of("run", plan, journal)
    assert report.aftermath is not None, "the night was observed"
    assert report.sessions is not None, "the night was observed"
    lines = (*report.aftermath.ledger, *report.aftermath.newcomers)
    whole = replace(report, command="sessions", story=None, ledger=lines, residue=(), suspects=())
    print(f"{what}: {report.sessions}")
    say("  the account", timed(lambda: night.report_of("run", plan, journal), RUNS), LIMIT_MS)

    def as_text(told: Report) -> str:
        stream = io.StringIO()
        write_report(told, stream, {})
        return stream.getvalue()

    makers: tuple[tuple[str, Callable[[], str]], ...] = (
        ("text", lambda: as_text(report)),
        ("report.json", lambda: report_json.render(report)),
        ("report.html", lambda: web.render(report)),
        ("junit.xml", lambda: junit.render(report).decode()),
        ("Markdown", lambda: markdown.render(report)),
        ("sessions RUN", lambda: as_text(whole)),
        ("sessions RUN --json", lambda: report_json.render(whole)),
    )
    for name, make in makers:
        say(
            f"  {name}, {len(make().encode()) / 1e6:.2f} MB (at most {LIMIT_MB})", timed(make, RUNS)
        )


if __name__ == "__main__":
    gc.set_threshold(NEW_OBJECTS)  # as the command line does
    say_yardstick()
    example = pair_of(TEN_THOUSAND)
    measure("nobody is lost", example.fork())
    measure("everybody is", EmulatedPair.from_scenario(mismatched(example.scenario)))
    print(f"  peak memory so far: {peak_mb():.0f} MB")
