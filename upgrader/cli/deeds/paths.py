"""What `path` does: the hops from what runs to a release, or the reason why there are none."""

from dataclasses import dataclass, replace
from shlex import quote

from upgrader.cli.deeds.looking import timed
from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.digests import no_files
from upgrader.conduct.eyes import Eyes
from upgrader.dialect.versions import read_version
from upgrader.judgement.path.builtin import known_with
from upgrader.judgement.path.hops import way
from upgrader.judgement.path.legs import way_of
from upgrader.judgement.path.telling import told_of
from upgrader.model.journey import NoPath, Path, UnknownPath, Way
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Target
from upgrader.model.releases import Releases
from upgrader.model.report import HopLine, Report, UnitLine, unit_lines
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.version import Version
from upgrader.model.words import many
from upgrader.ports import UsageFault, World

_WHAT_YOU_KNOW = (
    "What you know yourself, put into a file that [releases] of the pair file names: "
    "docs/how-to/go-in-hops.md"
)


@dataclass(frozen=True, slots=True)
class Question:
    """From where to where, on which hardware."""

    running: Version
    hardware: str
    target: Target
    releases: Releases | None = None
    """What a user's file adds to what is known."""
    pair: PairFile | None = None
    """None: no pair is looked at."""
    seen: Snapshot | None = None


def of_pair(pair: PairFile, target: Target, releases: Releases | None, world: World) -> Report:
    """Look at the pair once, and tell its way. Nothing is changed."""
    begun = WALL.monotonic()
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        seen = eyes.look(Depth.WIDE, no_files)
    finally:
        eyes.close()
    if not seen.units:
        return timed(_unseen(pair, seen), begun)
    behind = min(seen.units, key=lambda unit: unit.running)
    question = Question(behind.running, behind.version.hardware, target, releases, pair, seen)
    return timed(_told(question, way_of(known_with(releases), seen, target.version)), begun)


def of_words(running: str, model: str, to: str, releases: Releases | None) -> Report:
    """The way between two releases on some hardware; no pair is looked at.

    Raises:
        UsageFault: a version is none.
    """
    begun = WALL.monotonic()
    try:
        start, target = read_version(running), read_version(to)
    except ValueError as fault:
        raise UsageFault(str(fault)) from fault
    hardware = spelt_model(model)
    question = Question(start, hardware, Target(target), releases)
    found = way(known_with(releases), hardware, start, target)
    return timed(_told(question, found), begun)


def spelt_model(model: str) -> str:
    """A model as `show version` spells it: `5585-X` is `ASA5585`, `Firepower 2110` `FPR-2110`."""
    name = model.strip().replace(" ", "-")
    if name.lower().startswith("firepower"):
        return "FPR" + name[len("firepower") :]
    if name[:1].isdigit():
        name = f"ASA{name}"
    head, dash, tail = name.partition("-X")
    if head.upper().startswith("ASA-"):
        head = "ASA" + head[len("ASA-") :]
    return head + tail if dash else head


def _told(question: Question, found: Way) -> Report:
    match found:
        case UnknownPath(why=why):
            why = f"it is not known whether there is a way: {why}"
            again = _command(question, f"'{question.target.version}'")
            report = _report(question, "unknown", why, (again,))
            return replace(report, notes=(*report.notes, _WHAT_YOU_KNOW))
        case NoPath(why=why, instead=instead):
            commands = tuple(_command(question, f"'{release}'") for release in instead)
            commands = commands or (_command(question, "RELEASE"),)
            return _report(question, "none", f"there is no way: {why}", commands)
        case Path(hops=()):
            there = f"{question.target.version} runs already"
            return _report(question, "path", there, outcome=Outcome.ALREADY_THERE)
        case Path():
            known = known_with(question.releases)
            hops = told_of(known, question.hardware, found, question.target, question.seen)
            return _with_hops(question, hops)


def _with_hops(question: Question, hops: tuple[HopLine, ...]) -> Report:
    releases = ", ".join((hops[0].start, *(hop.end for hop in hops)))
    each = "a hitless upgrade" if len(hops) == 1 else "each a hitless upgrade of its own"
    verdict = f"{many(len(hops), 'hop')} on {question.hardware}, {each}: {releases}"
    commands: tuple[str, ...] = ()
    if question.pair is not None:
        pair = quote(question.pair.path)
        what = f"{pair} --to '{question.target.version}'"
        wanted = tuple(hop.end for hop in hops if hop.image is not None and hop.image.is_wanted)
        staging = tuple(f"upgrader stage {pair} --to '{release}'" for release in wanted)
        commands = (*staging, f"upgrader plan {what}", f"upgrader rehearse {what}")
    return _report(question, "path", verdict, commands, hops=hops, outcome=Outcome.READY)


def _command(question: Question, to: str) -> str:
    """The same question of another release, or of this one once more is known; `to` is quoted."""
    if question.pair is not None:
        return f"upgrader path {quote(question.pair.path)} --to {to}"
    hardware = quote(question.hardware)
    return f"upgrader path --from '{question.running}' --model {hardware} --to {to}"


def _report(
    question: Question,
    kind: str,
    verdict: str,
    commands: tuple[str, ...] = (),
    *,
    hops: tuple[HopLine, ...] = (),
    outcome: Outcome = Outcome.NOT_READY,
) -> Report:
    refused = outcome is Outcome.NOT_READY
    units: tuple[UnitLine, ...] = () if question.seen is None else unit_lines(question.seen)
    dark = () if question.seen is None else question.seen.dark
    return Report(
        command="path",
        outcome=outcome,
        exit_code=ExitCode.REFUSED if refused else ExitCode.DONE,
        pair=question.hardware if question.pair is None else question.pair.name,
        verdict=verdict,
        units=units,
        hops=hops,
        way=kind,
        next=Next(commands=commands),
        notes=tuple(f"{unit.sight}: its flash is not known" for unit in dark),
    )


def _unseen(pair: PairFile, seen: Snapshot) -> Report:
    return Report(
        command="path",
        outcome=Outcome.NOT_READY,
        exit_code=ExitCode.REFUSED,
        pair=pair.name,
        verdict="neither unit answers: it is not known what runs",
        units=unit_lines(seen),
        way="unknown",
        next=Next(commands=(f"upgrader check {quote(pair.path)}",)),
        notes=tuple(unit.sight for unit in seen.dark),
    )
