"""A run's folder, from its claim to its seal: begun, taken up, conducted, ended for good."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs import requests
from upgrader.cli.runs.approvals import counted, plan_unapproved
from upgrader.cli.runs.claims import (
    claim,
    claimed,
    claiming,
    kind_of,
    open_runs,
    refusal,
    release,
)
from upgrader.cli.runs.home import Home
from upgrader.cli.runs.standing import NEVER_BEGAN
from upgrader.cli.worlds.arming import guarded, taped
from upgrader.cli.worlds.held import conducting, is_running
from upgrader.conduct import night
from upgrader.conduct.digests import Digests
from upgrader.conduct.wishes import Wishes
from upgrader.journal.chain import digest_of
from upgrader.journal.codec import encode
from upgrader.journal.disk import Disk
from upgrader.journal.entry import (
    VOCABULARY,
    Finished,
    Halted,
    Recollection,
    Started,
    is_sealed,
)
from upgrader.journal.signing import open_key
from upgrader.journal.store import JournalFile, RunFolder
from upgrader.judgement.moves import advice
from upgrader.judgement.moves.progress import fold
from upgrader.model.names import Instant
from upgrader.model.outcome import ExitCode, Next
from upgrader.model.plan import Plan
from upgrader.model.report import Report
from upgrader.model.watch import Watcher
from upgrader.ports import BrokenChain, Interrupted, World
from upgrader.views import junit, markdown, report_json
from upgrader.views.web import report as report_html


def begin(
    command: str,
    plan: Plan,
    world: World,
    place: Home,
    watcher: Watcher,
    wishes: Wishes,
    disk: Disk | None,
    digests: Digests | None = None,
) -> Report:
    """Claim the pair for a new run, and conduct it; a refusal where another run holds it.

    `digests`: what was verified in drawing the plan just now.
    """
    besides = () if plan.undoes is None else (plan.undoes,)
    kept = RunFolder(place.new_run(plan.pair), disk)
    pair = read_pair(plan.pair_path)
    # A rollback or a clean-up needs nobody's approval: a pair must never be stuck half-way.
    unapproved = plan_unapproved(command, plan, pair) if command == "run" else None
    if unapproved is not None:
        return unapproved
    with ExitStack() as whole:
        with claiming(place):
            held = claimed(place, pair, plan.serials, besides=besides, disk=disk)
            if held is not None:
                return refusal(command, plan.pair, held)
            whole.enter_context(conducting(kept.path, plan.pair, f"upgrader {command}"))
            journal = kept.begin(open_key(place.keys, disk))
            kept.write(kept.plan, encode(plan))
            claim(place, kept.path, plan, disk)
        whole.enter_context(_named_if_interrupted(kept.path))
        return _conduct(command, plan, world, place, kept, journal, watcher, wishes, digests)


def take_up(
    command: str,
    plan: Plan,
    world: World,
    place: Home,
    kept: RunFolder,
    watcher: Watcher,
    wishes: Wishes,
) -> Report:
    """Go on with a run in this process; what was asked of the one before it is over.

    Raises:
        WorldHeld: another process conducts it.
        BrokenChain: its journal is not what it was.
    """
    with conducting(kept.path, plan.pair, f"upgrader {command}"):
        request = requests.asked(kept.path, kept.disk)
        if request is not None and request.wish is requests.Wish.ABORT:
            return end_for_good(command, kept, place, f"aborted: {request.sentence}")
        requests.forget(kept)
        journal = kept.take_up(open_key(place.keys, kept.disk))
        claim(place, kept.path, plan, kept.disk)
        with _named_if_interrupted(kept.path):
            return _conduct(command, plan, world, place, kept, journal, watcher, wishes)


def end_for_good(
    command: str, kept: RunFolder, place: Home, why: str, goes_on: Next | None = None
) -> Report:
    """Write the last entry of a run whose process is gone; nothing is looked at, or typed.

    A run that had come to its end, and died before it said so, is sealed as what it was.
    `goes_on`: what goes on from there; None: a rollback where it is cheap, or a new plan.

    Raises:
        BrokenChain: its journal is not what it was.
        UsageFault: it has ended before.
    """
    plan = decode_plan(kept.plan)
    journal = kept.take_up(open_key(place.keys, kept.disk))
    entries = journal.entries()
    at = entries[-1].at if entries else Instant(0)
    if not fold(plan, entries).phase.is_end:
        halt = Halted(ExitCode.STOPPED, why, goes_on or advice.go_on(), wished=True)
        journal.append(halt, at=at, durable=True)
        report = night.report_of(command, plan, journal, aborted=True)
    else:
        report = night.report_of(command, plan, journal)
    _seal(kept, place, plan, journal, report, at)
    return replace(report, run=kept.path.name)


def made_anew(place: Home, pair: PairFile) -> None:
    """End the open runs of an emulated pair that was started anew: their pair is gone."""
    why = "the emulated pair was started anew (--fresh): the pair of this run is gone"
    for run, plan in tuple(open_runs(place)):
        if kind_of(plan) in {pair.name, None} and plan.pair == pair.name and not is_running(run):
            goes_on = Next(commands=(f"upgrader plan {quote(pair.path)} --to '{plan.goal}'",))
            end_for_good("run", RunFolder(run), place, why, goes_on)


def same_plan(kept: RunFolder, past: Recollection) -> None:
    """The journal's first entry names the plan that was conducted.

    Raises:
        BrokenChain: the plan in the folder is another.
    """
    entries = past.entries()
    first = entries[0].body if entries else None
    if isinstance(first, Started) and first.plan != digest_of(kept.plan.read_bytes()):
        raise BrokenChain(f"{kept.plan}: not the plan that this run was conducted by")


# ── one process's part ─────────────────────────────────────────────────────────────────


@contextmanager
def _named_if_interrupted(run: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Interrupted(run) from interrupt


def _conduct(
    command: str,
    plan: Plan,
    world: World,
    place: Home,
    kept: RunFolder,
    journal: JournalFile,
    watcher: Watcher,
    wishes: Wishes,
    digests: Digests | None = None,
) -> Report:
    fresh = not journal.entries()
    tape, tag = taped(world, journal, kept)
    started = None
    if fresh:
        digest = digest_of(encode(plan))
        said = wishes.hours.said
        origin = tape.clock.origin
        approvals = counted(plan, read_pair(plan.pair_path))
        verified = () if digests is None else digests.since(Instant(origin))
        started = Started(
            kept.path.name, plan.pair, digest, origin, tag, said, approvals, VOCABULARY, verified
        )
    armed = guarded(tape, plan)
    heard = requests.heard_in(kept, wishes)
    report = night.conduct(command, plan, armed, journal, watcher, heard, started)
    is_end = fold(plan, journal.entries()).phase.is_end
    if _is_aborted(kept, journal):
        report = night.report_of(command, plan, journal, aborted=True)
        is_end = True
    if report.outcome not in NEVER_BEGAN:
        _end_undone(plan, place, kept)
    if is_end or report.outcome in NEVER_BEGAN:
        _seal(kept, place, plan, journal, report, tape.clock.now())
    else:
        _write_reports(kept, report)
        requests.forget_pause(kept)
    return replace(report, notes=(*report.notes, f"everything is in {kept.path}"))


def _is_aborted(kept: RunFolder, journal: JournalFile) -> bool:
    """Whether the run stopped just now because somebody wants it ended for good."""
    last = journal.entries()[-1].body
    request = requests.asked(kept.path, kept.disk)
    if not isinstance(last, Halted) or not last.wished or request is None:
        return False
    return request.wish is requests.Wish.ABORT and request.sentence in last.why


def _end_undone(plan: Plan, place: Home, kept: RunFolder) -> None:
    """A rollback that has begun ends the run that it takes back: nobody goes on with that."""
    if plan.undoes is None:
        return
    undone = RunFolder(place.runs / plan.undoes, kept.disk)
    if is_sealed(undone.read().entries()):
        return
    goes_on = Next(commands=(f"upgrader status {kept.path.name}",))
    end_for_good("rollback", undone, place, f"taken back by rollback {kept.path.name}", goes_on)


def _seal(
    kept: RunFolder, place: Home, plan: Plan, journal: JournalFile, report: Report, at: Instant
) -> None:
    _write_reports(kept, report)
    digest = digest_of(kept.report.read_bytes())
    journal.seal(Finished(report.outcome, report.exit_code, digest), at=at)
    requests.forget(kept)
    release(place, kept.path, plan, kept.disk)


def _write_reports(kept: RunFolder, report: Report) -> None:
    """The run in every form; pictures of the pair before it, after each phase, and after it."""
    if report.pictures:
        kept.write(kept.before, encode(report.pictures[0]))
        kept.write(kept.after, encode(report.pictures[-1]))
        kept.disk.make_folder(kept.snapshots)
    for number, picture in enumerate(report.pictures[1:], 1):
        kept.write(kept.snapshots / f"{number:02d}-{picture.moment}.json", encode(picture))
    kept.write(kept.path / "report.html", report_html.render(report).encode())
    kept.write(kept.path / "summary.md", markdown.render(report).encode())
    kept.write(kept.path / "junit.xml", junit.render(report))
    kept.write(kept.report, report_json.render(report).encode())
