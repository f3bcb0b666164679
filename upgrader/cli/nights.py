"""What the commands that conduct a run do: begin, take up, clean up, play back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from upgrader.cli.deeds import drawn_or_refused, name_of, timed
from upgrader.cli.home import Home
from upgrader.cli.pairfile import PairFile
from upgrader.cli.standing import NEVER_BEGAN
from upgrader.cli.wanted import Drawn, Upgrade, decode_plan
from upgrader.cli.worlds import WALL, guarded, recorded, taped
from upgrader.conduct import night
from upgrader.conduct import replay as replaying
from upgrader.conduct.inventory import sessions_report
from upgrader.conduct.tidy import Found, NotFit, find, plan_cleanup
from upgrader.conduct.wishes import Wishes
from upgrader.journal.chain import digest_of
from upgrader.journal.codec import encode
from upgrader.journal.disk import Disk
from upgrader.journal.entry import Finished, Recollection, Started, is_sealed
from upgrader.journal.signing import open_key
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.judgement.account import blob_looks
from upgrader.judgement.plan import PairName
from upgrader.judgement.progress import fold
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.watch import Watcher
from upgrader.model.words import many
from upgrader.ports import BrokenChain, World
from upgrader.views import junit, report_html, report_json

Agreed = Callable[[Plan], None]
"""Asks a person before the first change of a live pair. Raises `Declined`, or comes back."""


def unasked(_plan: Plan) -> None:
    """Nobody is asked: the pair is emulated."""


def run(
    wanted: Upgrade | Drawn,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Draw the plan, if there is none yet, and conduct it on the pair itself.

    `disk` holds the run's folder and the key; None: this machine's.

    Raises:
        Declined: who was asked (`agreed`) does not want it. Nothing was typed.
    """
    begun = WALL.monotonic()
    plan = drawn_or_refused("run", wanted, world)
    if isinstance(plan, Report):
        return timed(plan, begun)
    agreed(plan)
    return timed(_begin("run", plan, world, place, watcher, wishes, disk), begun)


def windows_of(folder: Path) -> tuple[str, ...]:
    """The hours that a run was begun with, as they were said.

    Raises:
        BrokenChain: the journal is not what it was.
        UsageFault: there is no run in that folder.
    """
    entries = RunFolder(folder).read().entries()
    first = entries[0].body if entries else None
    return first.windows if isinstance(first, Started) else ()


def resume(
    folder: Path,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    disk: Disk | None = None,
) -> Report:
    """Go on with a run; a finished one only tells again how it ended. `disk` as in `run`.

    Raises:
        BrokenChain: the journal, or the plan, is not what it was. Nothing was typed.
        UsageFault: there is no run in that folder.
    """
    begun = WALL.monotonic()
    kept = RunFolder(folder, disk)
    plan = decode_plan(kept.plan)
    past = kept.read()
    _same_plan(kept, past)
    if is_sealed(past.entries()):
        told = night.report_of("resume", plan, past)
        note = "this run has ended before: nothing was looked at, and nothing typed"
        return timed(replace(told, notes=(*told.notes, note)), begun)
    journal = kept.take_up(open_key(place.keys, disk))
    report = _conduct("resume", plan, world, kept, journal, watcher, wishes)
    return timed(report, begun)


def cleanup(
    pair: PairFile,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    *,
    wait: bool,
    agreed: Agreed = unasked,
    disk: Disk | None = None,
) -> Report:
    """Find what is left on the pair, and clear it; `wait` until suspects are decided.

    `agreed` and `disk` as in `run`.
    """
    begun = WALL.monotonic()
    found = find(world, watcher, wait=wait)
    name = name_of(pair, world)
    try:
        plan = plan_cleanup(name, found)
    except NotFit as fault:
        return timed(
            _nothing_typed(name, found, Outcome.REFUSED, ExitCode.REFUSED, str(fault)), begun
        )
    if not found.residues.residue:
        left = len(found.residues.suspects)
        code, verdict = ExitCode.DONE, "nothing to clean up"
        if left:
            code = ExitCode.NEEDS_PERSON
            rows = many(left, "row is", "rows are")
            verdict = f"nothing is proven to be residue; {rows} suspect, and left alone"
        return timed(_nothing_typed(name, found, Outcome.CLEAN, code, verdict), begun)
    agreed(plan)
    return timed(_begin("cleanup", plan, world, place, watcher, wishes, disk), begun)


def replay(folder: Path, *, strict: bool) -> Report:
    """Play a run back from its journal; `strict`: a divergence is exit 1.

    Raises:
        BrokenChain: the journal, or the plan, is not what it was.
        UsageFault: there is no run in that folder.
    """
    begun = WALL.monotonic()
    kept = RunFolder(folder)
    plan = decode_plan(kept.plan)
    past = kept.read()
    _same_plan(kept, past)
    report = replaying.replay(plan, past, lambda sitting: recorded(plan, past, sitting))
    if strict and report.outcome is Outcome.DIVERGED:
        report = replace(report, exit_code=ExitCode.FAULT)
    return timed(report, begun)


# ── a run's folder ─────────────────────────────────────────────────────────────────────


def _begin(
    command: str,
    plan: Plan,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    disk: Disk | None,
) -> Report:
    kept = RunFolder(place.new_run(plan.pair), disk)
    journal = kept.begin(open_key(place.keys, disk))
    kept.write(kept.plan, encode(plan))
    return _conduct(command, plan, world, kept, journal, watcher, wishes)


def _conduct(
    command: str,
    plan: Plan,
    world: World,
    kept: RunFolder,
    journal: JournalFile,
    watcher: Watcher,
    wishes: Wishes,
) -> Report:
    fresh = not journal.entries()
    tape, tag = taped(world, journal, kept)
    started = None
    if fresh:
        digest = digest_of(encode(plan))
        said = wishes.hours.said
        started = Started(kept.path.name, plan.pair, digest, tape.clock.origin, tag, said)
    armed = guarded(tape, plan)
    report = night.conduct(command, plan, armed, journal, watcher, wishes, started)
    _write_reports(kept, plan, journal, report)
    if fold(plan, journal.entries()).phase.is_end or report.outcome in NEVER_BEGAN:
        digest = digest_of(kept.report.read_bytes())
        seal = Finished(report.outcome, report.exit_code, digest)
        journal.seal(seal, at=tape.clock.now())
    return replace(report, notes=(*report.notes, f"everything is in {kept.path}"))


def _write_reports(kept: RunFolder, plan: Plan, journal: JournalFile, report: Report) -> None:
    """The run in every form; the snapshots before and after it, whole."""
    baseline = fold(plan, journal.entries()).baseline
    if baseline is not None:
        kept.write(kept.before, journal.blob(baseline))
    looks = blob_looks(journal.entries())
    if looks:
        kept.write(kept.after, journal.blob(looks[-1]))
    kept.write(kept.path / "report.html", report_html.render(report).encode())
    kept.write(kept.path / "junit.xml", junit.render(report))
    kept.write(kept.report, report_json.render(report).encode())


def _same_plan(kept: RunFolder, past: Recollection) -> None:
    """The journal's first entry names the plan that was conducted."""
    entries = past.entries()
    first = entries[0].body if entries else None
    if isinstance(first, Started) and first.plan != digest_of(kept.plan.read_bytes()):
        raise BrokenChain(f"{kept.plan}: not the plan that this run was conducted by")


def _nothing_typed(
    name: PairName, found: Found, outcome: Outcome, code: ExitCode, verdict: str
) -> Report:
    """A clean-up that typed nothing: what was seen, and why."""
    goes_on = (f"upgrader sessions {name.path}", f"upgrader cleanup {name.path}")
    return replace(
        sessions_report(name, found),
        command="cleanup",
        outcome=outcome,
        exit_code=code,
        verdict=verdict,
        next=Next(commands=goes_on if code else ()),
        table=None,
    )
