"""What `snapshot` does: one wide look at a pair, kept as a picture."""

from dataclasses import replace
from pathlib import Path
from shlex import quote

from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.pairfile.tolerances import read_tolerances
from upgrader.cli.picturefile import write_picture
from upgrader.cli.worlds.wall import WALL
from upgrader.conduct.picturing import look_widely
from upgrader.judgement.pictures.taking import picture_of
from upgrader.model.outcome import ExitCode, Next, Outcome
from upgrader.model.picture import Picture
from upgrader.model.report import Report, unit_lines
from upgrader.model.unit import Snapshot
from upgrader.model.words import many
from upgrader.ports import World

UNSEEN_SHOWN = 8
"""Of what nobody could look at; the file has all of it."""


def take(pair: PairFile, world: World, output: Path) -> Report:
    """Take a picture of a pair and write it.

    Raises:
        UsageFault: it cannot be written; what pair or site say of tolerances is wrong.
    """
    begun = WALL.monotonic()
    tolerances = read_tolerances(pair.path, pair.site.tolerances)
    seen = look_widely(world)
    picture = picture_of(pair.name, seen, tolerances=tolerances)
    write_picture(output, picture)
    report = _taken(picture, seen, output)
    return replace(report, wall_seconds=round(WALL.monotonic() - begun, 3))


def _taken(picture: Picture, seen: Snapshot, output: Path) -> Report:
    items = sum(len(area.items) for area in picture.areas)
    blanks = [f"{area.value}/{item.key}@{item.whose.value}" for area, item in picture.unseen]
    verdict = f"{many(items, 'item')} in {many(len(picture.areas), 'area')}"
    notes = [f"the snapshot is in {output}"]
    if blanks:
        more = f" and {len(blanks) - UNSEEN_SHOWN} more" if len(blanks) > UNSEEN_SHOWN else ""
        verdict += f"; {len(blanks)} not seen"
        notes.append(f"not seen: {', '.join(blanks[:UNSEEN_SHOWN])}{more}")
    code = ExitCode.DONE
    if seen.dark or seen.active is None:
        code = ExitCode.NEEDS_PERSON
        why = "; ".join(unit.sight for unit in seen.dark) or "not exactly one unit is active"
        verdict += f". Half a picture: {why}"
    return Report(
        command="snapshot",
        outcome=Outcome.PICTURED,
        exit_code=code,
        pair=picture.pair,
        verdict=verdict,
        units=unit_lines(seen),
        next=Next(commands=(f"upgrader diff {quote(str(output))} LATER.json",)),
        notes=tuple(notes),
    )
