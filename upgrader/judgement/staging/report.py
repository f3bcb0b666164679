"""What became of a staging: the report, and what a later plan has to know of it."""

from collections.abc import Iterable
from dataclasses import replace
from shlex import quote

from upgrader.judgement.plan import PairName
from upgrader.model.names import Digest
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.plan import Target
from upgrader.model.report import Report, unit_lines
from upgrader.model.staging import (
    Agenda,
    Did,
    Ended,
    FileLine,
    Kind,
    Published,
    StagedFile,
    loaded_stamp,
    name_of,
)
from upgrader.model.unit import Snapshot, path_key
from upgrader.model.vpn import FileDigest
from upgrader.model.words import many

_CHANGED = frozenset({Did.COPIED, Did.REPLACED, Did.REMOVED, Did.PARTIAL})


def known_to_plan(
    target: Target, published: Published, files: Iterable[str], seen: Snapshot
) -> Target:
    """The target with what lists say of these files, and with what `stage` brought and is unloaded.

    Once a unit has loaded something else than when the file came, it has loaded the file: at its
    boot, or because somebody typed the line again. Then nothing of it is left to be known.
    """
    digests = tuple(
        FileDigest(path, Digest(f"sha512:{said}"))
        for path in sorted(set(files))
        if (said := published.manifest.sha512_of(path)) is not None
    )
    staged = tuple(file for file in published.staged if _is_unloaded(file, seen))
    return replace(target, published=digests, staged=staged)


def _is_unloaded(file: StagedFile, seen: Snapshot) -> bool:
    """Whether the unit still has loaded what it had when the file came, or nothing as then."""
    unit = seen.unit(file.serial)
    if unit is None or unit.full is None or unit.full.loaded is None:
        return False
    return loaded_stamp(unit.full.loaded, file.path) == file.loaded


def report_of_staging(
    pair: PairName, seen: Snapshot, drawn: Agenda, ended: Ended | None, again: str
) -> Report:
    """How `stage` ends. `ended` is None where nothing was begun; `again` is the command.

    Nothing to do is `staged` as well, and so is a second run after the first.
    """
    lines = (*drawn.kept, *(() if ended is None else ended.lines))
    order = {u.serial: n for n, u in enumerate((seen.primary, seen.secondary)) if u.serial}
    lines = tuple(sorted(lines, key=lambda line: (order.get(line.unit, 9), path_key(line.path))))
    outcome, code, verdict, goes_on = _judged(pair, seen, drawn, ended, again)
    return Report(
        command="stage",
        outcome=outcome,
        exit_code=code,
        pair=pair.name,
        verdict=verdict,
        units=unit_lines(seen),
        next=goes_on,
        files=lines,
        notes=drawn.notes,
    )


def _judged(
    pair: PairName, seen: Snapshot, drawn: Agenda, ended: Ended | None, again: str
) -> tuple[Outcome, ExitCode, str, Next]:
    if drawn.objections:
        told = "; ".join(objection.what for objection in drawn.objections)
        remedies = tuple(dict.fromkeys(o.remedy for o in drawn.objections))
        goes_on = Next(commands=(again,), lines=remedies)
        return Outcome.REFUSED, ExitCode.REFUSED, f"nothing was sent: {told}", goes_on
    done = () if ended is None else ended.lines
    if ended is not None and ended.why is not None:
        goes_on = Next(commands=(again,), lines=ended.remedy)
        if any(line.did in _CHANGED for line in done):
            return Outcome.STOPPED, ended.code, ended.why, goes_on
        if ended.asked:
            return Outcome.STOPPED, ended.code, f"nothing was changed: {ended.why}", goes_on
        return Outcome.REFUSED, ExitCode.REFUSED, f"nothing was changed: {ended.why}", goes_on
    stale = _not_loaded_on_active(seen, drawn, done)
    if stale:
        verdict = (
            f"all files lie on both units; {', '.join(stale)} was brought to the active unit too, "
            "which serves what it has loaded until the line is typed again"
        )
        goes_on = Next(commands=(f"upgrader check {quote(pair.path)}",))
        return Outcome.STAGED, ExitCode.NEEDS_PERSON, verdict, goes_on
    brought = many(len(done), "file was", "files were") + " brought" if done else "nothing was sent"
    verdict = f"all files lie on both units, and are what they should be; {brought}"
    goes_on = Next(commands=(f"upgrader plan {quote(pair.path)}",))
    return Outcome.STAGED, ExitCode.DONE, verdict, goes_on


def _not_loaded_on_active(
    seen: Snapshot, drawn: Agenda, done: tuple[FileLine, ...]
) -> tuple[str, ...]:
    """Packages that were brought to the active unit: it has loaded something else, or nothing."""
    active = seen.active
    packages = {path_key(e.path) for e in drawn.errands if e.kind is Kind.PACKAGE}
    return tuple(
        name_of(line.path)
        for line in done
        if active is not None
        and line.unit == active.serial
        and line.did in {Did.COPIED, Did.REPLACED}
        and path_key(line.path) in packages
    )
