"""`twin`: an emulated pair, made of a live one or of its saved output."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from upgrader.cli.commands.options import AsJson, FreshLook

if TYPE_CHECKING:
    from upgrader.model.portrait import Likeness, Portrait, TwinReport
    from upgrader.ports import World

# Adapters, views and whatever they bring are imported inside the commands: `--help` needs none.
# ruff: noqa: PLC0415

_LONGEST_NAME = 59
"""Of a pair's 64 characters, what `-twin` leaves."""


def twin(
    pair: Annotated[
        str | None, typer.Argument(metavar="PAIR", help="A pair file (TOML), or example:NAME.")
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="The folder of the twin.")
    ] = Path("twin"),
    from_captures: Annotated[
        Path | None,
        typer.Option(
            "--from-captures",
            metavar="DIR",
            help="In place of PAIR: a folder of saved output, called as you like: terminal logs, "
            "show tech-support, or one file a reply.",
        ),
    ] = None,
    fresh: FreshLook = False,
    as_json: AsJson = False,
) -> int:
    """Make an emulated pair of what a pair shows: nothing is changed on the pair."""
    from upgrader.cli.worlds.wall import WALL

    begun = WALL.monotonic()
    _check_folder(output)
    name, portrait, likeness = _seen(pair, from_captures, fresh=fresh)
    report = _written(name, portrait, likeness, output)
    seconds = round(WALL.monotonic() - begun, 3)
    return _say(replace(report, wall_seconds=seconds), as_json=as_json)


def _seen(
    pair: str | None, captures: Path | None, *, fresh: bool
) -> tuple[str, "Portrait", "Likeness"]:
    """What is seen, and what is made of it."""
    from upgrader.cli.pairfile.pair import read_pair
    from upgrader.cli.pairfile.target import TargetHints
    from upgrader.cli.runs.home import home
    from upgrader.cli.worlds.entering import look_at
    from upgrader.cli.worlds.twins import captured, likeness_of
    from upgrader.model.portrait import NoteKind, TwinNote
    from upgrader.ports import NoTwin, UsageFault

    match pair, captures:
        case str(), None:
            described = read_pair(pair)
            name = _twin_name(described.name)
            world: World = look_at(described, home().worlds, fresh=fresh)
            try:
                origin = str(world.seats.active) if described.is_live else described.path
                return (name, *likeness_of(world, name, origin, described.target))
            finally:
                world.close()
        case None, Path():
            saved = captured(captures)
            name = _twin_name(captures.resolve().name)
            notes = tuple(
                TwinNote(NoteKind.LEFT, "saved output", sentence) for sentence in saved.left_out
            )
            try:
                portrait, likeness = likeness_of(saved.world(), name, str(captures), TargetHints())
            except NoTwin as fault:
                said = "\n".join([str(fault), *saved.left_out])
                raise NoTwin(said) from fault
            return name, portrait, replace(likeness, notes=(*likeness.notes, *notes))
        case _:
            raise UsageFault("say PAIR, or --from-captures DIR: one of the two")


def _twin_name(name: str) -> str:
    """The twin's own name: its world must not be taken for the pair's."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in name)
    return f"{kept.lstrip('.')[:_LONGEST_NAME] or 'pair'}-twin"


def _check_folder(folder: Path) -> None:
    """Only an empty folder is written to, or an earlier twin's.

    Raises:
        UsageFault: something else is there.
    """
    from upgrader.cli.worlds.twins import is_twin
    from upgrader.ports import UsageFault

    if folder.is_dir() and any(folder.iterdir()) and not is_twin(folder):
        raise UsageFault(f"-o {folder}: the folder is not empty, and holds no twin")
    if folder.exists() and not folder.is_dir():
        raise UsageFault(f"-o {folder}: is no folder")


def _written(name: str, portrait: "Portrait", likeness: "Likeness", folder: Path) -> "TwinReport":
    from upgrader.cli.pairfile.pair import lines_not_modelled, read_pair
    from upgrader.cli.worlds.twins import twin_file
    from upgrader.dialect.secrets import masked
    from upgrader.journal.disk import DiskFault, write_atomically
    from upgrader.model.portrait import TwinReport
    from upgrader.ports import UsageFault

    made = twin_file(likeness, str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in sorted(likeness.files):
            write_atomically(folder / file, likeness.files[file].encode())
    except DiskFault as fault:
        raise UsageFault(f"-o {folder}: cannot be written: {fault}") from fault
    except OSError as fault:
        raise UsageFault(f"-o {folder}: cannot be written: {fault.strerror}") from fault
    return TwinReport(
        pair=name,
        origin=portrait.origin,
        folder=str(folder),
        files=tuple(sorted(likeness.files)),
        notes=likeness.notes,
        not_modelled=tuple(masked(line) for line in lines_not_modelled(made)),
        wall_seconds=0.0,
        units=tuple(
            f"{unit.name} {unit.state.value} {unit.running}" for unit in portrait.seen.units
        ),
        has_target=read_pair(str(folder / "pair.toml")).target.version is not None,
    )


def _say(report: "TwinReport", *, as_json: bool) -> int:
    import sys

    from upgrader.cli.speaking import to_a_reader
    from upgrader.views.json_values import dumps
    from upgrader.views.twin import twin_object, write_twin

    with to_a_reader():
        if as_json:
            sys.stdout.write(dumps(twin_object(report)))
        else:
            write_twin(report, sys.stdout)
    return 0
