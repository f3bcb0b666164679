"""What `diff` does: compare pictures, and learn from them. No pair is opened."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from upgrader.cli.picturefile import decode_picture
from upgrader.cli.runs.home import Home
from upgrader.judgement.pictures.comparing import diff
from upgrader.judgement.pictures.learning import learn
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.picture import AFTER, BEFORE, Picture, Tolerance
from upgrader.model.report import Report, UnitLine
from upgrader.model.words import many
from upgrader.ports import UsageFault

Named = tuple[str, Picture]
"""A picture, and what was typed for it."""


def compare(named: Sequence[str], place: Home, tolerances: Sequence[Tolerance]) -> Report:
    """Compare two pictures: of files, of a run, or of moments of runs.

    Raises:
        BrokenChain: a run's journal is not what it was.
        UsageFault: there are not two of them, or one cannot be read.
    """
    pictures = pictures_of(named, place)
    if len(pictures) != 2:
        raise UsageFault(
            f"diff compares two snapshots, and {len(pictures)} are named; name a run alone for its "
            "before and after, or add --learn to learn tolerances from any number"
        )
    (one, before), (other, after) = pictures
    found = diff(before, after, tolerances)
    found = replace(
        found,
        before=replace(found.before, named=one),
        after=replace(found.after, named=other),
    )
    wants = found.wants_a_person
    typed = shlex.join(named)
    goes_on = (f"upgrader diff {typed} --all", f"upgrader diff {typed} --learn") if wants else ()
    return Report(
        command="diff",
        outcome=Outcome.BEYOND if wants else Outcome.WITHIN,
        exit_code=ExitCode.NEEDS_PERSON if wants else ExitCode.DONE,
        pair=after.pair,
        verdict=found.verdict,
        units=_units(after),
        next=Next(commands=goes_on),
        diff=found,
    )


def proposed(named: Sequence[str], place: Home, tolerances: Sequence[Tolerance]) -> Report:
    """The tolerances under which all of these pictures would have passed.

    Raises:
        BrokenChain, UsageFault: as `compare`.
    """
    pictures = pictures_of(named, place)
    if len(pictures) < 2:
        raise UsageFault("--learn needs two snapshots or more, and one is named")
    learned = learn(pictures, tolerances)
    verdict = f"{many(len(learned), 'tolerance')} learnt from {many(len(pictures), 'snapshot')}"
    return Report(
        command="diff",
        outcome=Outcome.LEARNED,
        exit_code=ExitCode.DONE,
        pair=pictures[-1][1].pair,
        verdict=verdict,
        learned=learned,
    )


def _units(picture: Picture) -> tuple[UnitLine, ...]:
    return tuple(UnitLine(u.serial, u.role, u.state, u.version) for u in picture.units)


# ── which pictures are meant ───────────────────────────────────────────────────────────


def pictures_of(named: Sequence[str], place: Home) -> tuple[Named, ...]:
    """The pictures that were named: files, `RUN:MOMENT`, or a run alone for before and after.

    Raises:
        BrokenChain: a run's journal is not what it was.
        UsageFault: one cannot be read, or there is no such run or moment.
    """
    found: list[Named] = []
    for name in named:
        path = Path(name).expanduser()
        if path.is_file():
            found.append((name, decode_picture(path)))
            continue
        if path.suffix == ".json":
            raise UsageFault(
                f"{name}: there is no such file. `upgrader snapshot PAIR -o {name}` writes one"
            )
        run, _, moment = name.rpartition(":")
        if not run or path.is_dir():
            run, moment = name, ""
        try:
            folder = place.find_run(run)
        except UsageFault as fault:
            raise UsageFault(f"{name}: is no snapshot file, and {fault}") from fault
        pictures = _of_run(folder)
        wanted = (moment,) if moment else (BEFORE, AFTER)
        found += [(f"{run}:{one}", _at(pictures, one, run)) for one in wanted]
    return tuple(found)


def _of_run(folder: Path) -> Sequence[Picture]:
    # Whoever compares files needs no journal, and none of what reads one.
    from upgrader.cli.planfile import decode_plan  # noqa: PLC0415  see above
    from upgrader.cli.runs.conducting import same_plan  # noqa: PLC0415  likewise
    from upgrader.journal.store import RunFolder  # noqa: PLC0415  likewise
    from upgrader.judgement.pictures.album import album  # noqa: PLC0415  likewise

    kept = RunFolder(folder)
    plan, past = decode_plan(kept.plan), kept.read()
    same_plan(kept, past)
    return album(plan, past.entries(), past.look)


def _at(pictures: Sequence[Picture], moment: str, run: str) -> Picture:
    if moment == AFTER and len(pictures) > 1:
        return pictures[-1]
    for picture in pictures:
        if picture.moment == moment:
            return picture
    there = ", ".join(picture.moment for picture in pictures) or "none"
    after = f", {AFTER}" if len(pictures) > 1 else ""
    raise UsageFault(f"run {run} has no snapshot {moment!r}; it has: {there}{after}")
