"""Claims: a run that has not come to its end holds its pair, whether its process lives or not.

A pair is known by its two serials: two pair files may mean the same chassis. The claim is the run
itself, its journal without the seal; so it needs no cleaning up after a crash. The files under
`claims/`, one a serial, say it in one place for people and other programs, and let a run claim its
pair before its first entry is written. They are healed from the journals whenever they are read.

Emulated pairs of different names are different pairs, whatever serials their files give them; a
twin of a live pair is none either. An emulated pair that is served is held by whoever serves it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from upgrader.cli.pairfile.pair import PairFile, read_pair
from upgrader.cli.planfile import decode_plan
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.held import alone, is_running
from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import Disk, RealDisk, write_atomically
from upgrader.journal.entry import is_sealed
from upgrader.journal.store import RunFolder
from upgrader.judgement.moves.advice import CHEAP
from upgrader.judgement.moves.progress import fold
from upgrader.model.names import Serial
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Plan, Purpose
from upgrader.model.report import Report
from upgrader.ports import BrokenChain, UsageFault

_TAIL = 8_192
"""Bytes at the end of a journal in which its last entry is looked for; a seal is shorter."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Which run holds a pair."""

    run: str
    pair: str
    purpose: str
    since: str
    """This machine's time, to the minute, when the run began."""
    phase: str
    """Where it stood when the claim was written; the journal knows better."""
    serials: tuple[Serial, ...]
    emulated: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """Why a pair is not touched: a run that has not ended holds it; and what goes on from there."""

    claim: Claim
    next: Next

    @property
    def why(self) -> str:
        """Who holds it, since when, and where that run stands."""
        claim = self.claim
        return (
            f"pair {claim.pair} ({', '.join(claim.serials)}) is held by {claim.purpose} "
            f"{claim.run}, begun {claim.since} and now in phase {claim.phase}: it has not come to "
            "its end. Nothing was changed"
        )


def claimed(
    place: Home,
    pair: PairFile,
    serials: tuple[Serial, ...] = (),
    *,
    besides: tuple[str, ...] = (),
    disk: Disk | None = None,
) -> Claimed | None:
    """Which unfinished run holds the pair of that file, or one of these units; None: none does.

    `besides`: runs that do not count.
    """
    return _claimant(place, pair, serials, besides, disk or RealDisk())


def serials_in(report: Report) -> tuple[Serial, ...]:
    """The units that a report speaks of."""
    return tuple(unit.serial for unit in report.units if unit.serial is not None)


def refusal(command: str, pair: str, claimed: Claimed) -> Report:
    """How a command ends that met a claim."""
    return Report(
        command=command,
        outcome=Outcome.REFUSED,
        exit_code=ExitCode.REFUSED,
        pair=pair,
        verdict=claimed.why,
        next=claimed.next,
    )


@contextmanager
def claiming(place: Home) -> Iterator[None]:
    """Nobody else claims a pair of this home while the block runs."""
    with alone(place.claims / ".lock"):
        yield


def claim(place: Home, run: Path, plan: Plan, disk: Disk | None = None) -> None:
    """Write down that this run holds its pair."""
    disk = disk or RealDisk()
    disk.make_folder(place.claims)
    written = encode(_claim_of(run, plan, fold(plan, ()).phase.value))
    for serial in plan.serials:
        write_atomically(_file(place, serial), written, disk)


def release(place: Home, run: Path, plan: Plan, disk: Disk | None = None) -> None:
    """The run has come to its end, and holds nothing."""
    disk = disk or RealDisk()
    for serial in plan.serials:
        if _written(place, serial, disk) == run.name:
            disk.unlink(_file(place, serial))


LIVE = ""
"""The kind of a live pair; of an emulated one it is its name."""


def kind_of(plan: Plan) -> str | None:
    """Whether a plan is for a live pair, or for which emulated one; None: its file is gone."""
    try:
        return LIVE if read_pair(plan.pair_path).is_live else plan.pair
    except UsageFault:
        return None


def open_runs(place: Home) -> Iterator[tuple[Path, Plan]]:
    """The runs that have not come to their end, newest first, with their plans."""
    for run in place.all_runs():
        if _looks_sealed(run / "journal.jsonl"):
            continue
        try:
            plan = decode_plan(run / "plan.json")
            entries = RunFolder(run).read().entries()
        except (UsageFault, BrokenChain):
            continue  # `status` names it; nobody can go on with it, so that it holds nothing.
        if not is_sealed(entries):
            yield run, plan


def holding_runs(place: Home) -> tuple[tuple[Path, Plan], ...]:
    """The open runs that hold their pairs, newest first: one that is taken back does no more."""
    still = tuple(open_runs(place))
    undone = {plan.undoes for _, plan in still}
    return tuple((run, plan) for run, plan in still if run.name not in undone)


# ── who holds it ───────────────────────────────────────────────────────────────────────


def _claimant(
    place: Home,
    pair: PairFile,
    serials: tuple[Serial, ...],
    besides: tuple[str, ...],
    disk: Disk,
) -> Claimed | None:
    kind = LIVE if pair.is_live else pair.name

    def is_about(plan: Plan) -> bool:
        if plan.pair_path == pair.path:
            return True
        same = not set(plan.serials).isdisjoint(serials)
        return same and _is_same(kind, kind_of(plan))

    running = [(run, plan) for run, plan in holding_runs(place) if is_about(plan)]
    holding = [(run, plan) for run, plan in running if run.name not in besides]
    _heal(place, serials, {run.name for run, _ in running}, disk)
    if not holding:
        return _beginning(place, serials, kind, besides, disk)
    run, plan = holding[0]
    phase = fold(plan, RunFolder(run).read().entries()).phase
    cheap = plan.purpose is Purpose.UPGRADE and phase in CHEAP
    claim = _claim_of(run, plan, phase.value)
    return Claimed(claim, _ways_on(claim, cheap=cheap))


def _is_same(one: str, other: str | None) -> bool:
    """Whether equal serials mean one pair; where it is not known any more, they do."""
    return other is None or one == other


def _beginning(
    place: Home,
    serials: tuple[Serial, ...],
    kind: str,
    besides: tuple[str, ...],
    disk: Disk,
) -> Claimed | None:
    """A run that is just beginning, in another process: it has no journal yet, but a claim."""
    for serial in serials:
        claim = _read(place, serial, disk)
        if claim is None or claim.run in besides or not is_running(place.runs / claim.run):
            continue
        if kind == (claim.pair if claim.emulated else LIVE):
            return Claimed(claim, _ways_on(claim, cheap=False))
    return None


def _heal(place: Home, serials: tuple[Serial, ...], holding: set[str], disk: Disk) -> None:
    """Take away claims of runs that have ended, and what a crash left half-written."""
    for serial in serials:
        data = disk.read(_file(place, serial))
        if data is None:
            continue
        run = _written(place, serial, disk)
        if run is None or (run not in holding and not is_running(place.runs / run)):
            disk.unlink(_file(place, serial))


def _read(place: Home, serial: Serial, disk: Disk) -> Claim | None:
    data = disk.read(_file(place, serial))
    if data is None:
        return None
    try:
        return decode(Claim, data)
    except Undecodable:
        return None


def _written(place: Home, serial: Serial, disk: Disk) -> str | None:
    claim = _read(place, serial, disk)
    return None if claim is None else claim.run


def _claim_of(run: Path, plan: Plan, phase: str) -> Claim:
    begun = run.name
    since = f"{begun[:10]} {begun[11:13]}:{begun[13:15]}"
    emulated = kind_of(plan) not in {LIVE, None}
    return Claim(run.name, plan.pair, plan.purpose.value, since, phase, plan.serials, emulated)


def _ways_on(claim: Claim, *, cheap: bool) -> Next:
    back = (f"upgrader rollback {claim.run}",) if cheap else ()
    return Next(
        commands=(
            f"upgrader status {claim.run}",
            f"upgrader resume {claim.run}",
            *back,
            f"upgrader abort {claim.run}",
        )
    )


def _file(place: Home, serial: Serial) -> Path:
    plain = "".join(c if c.isalnum() else "-" for c in serial)
    return place.claims / f"{plain}.json"


def _looks_sealed(journal: Path) -> bool:
    """Whether the last entry is a seal, by its text alone: most runs have ended long ago."""
    with suppress(OSError), journal.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _TAIL))
        text = file.read()
        last = text.rstrip(b"\n").rpartition(b"\n")[2]
        return text.endswith(b"\n") and b'"kind":"finished"' in last
    return False
