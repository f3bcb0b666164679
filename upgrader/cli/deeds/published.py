"""What a plan has to know of files beside what the units say: lists, and what `stage` brought."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upgrader.cli.pairfile.pair import PairFile
from upgrader.cli.pairfile.stage import StageHints
from upgrader.cli.runs.home import Home
from upgrader.cli.worlds.wall import WALL
from upgrader.journal.codec import Undecodable, decode, encode
from upgrader.journal.disk import write_atomically
from upgrader.model.staging import NO_MANIFEST, Manifest, Published, StagedFile
from upgrader.model.unit import path_key

OWN_LIST = "SHA512SUMS"
"""The list that is read where nobody names one."""


@dataclass(frozen=True, slots=True)
class StagedFiles:
    """What was staged on a pair, as it is kept."""

    files: tuple[StagedFile, ...] = ()


def published_of(pair: PairFile, place: Home) -> Published:
    """What a plan of the pair has to know.

    Raises:
        UsageFault, NotBelieved: as `manifest_of`.
    """
    return Published(manifest_of(pair.stage), staged_on(pair, place))


def manifest_of(hints: StageHints) -> Manifest:
    """What the lists say: those that are named, else the one in the repository, else none.

    Raises:
        UsageFault: one cannot be read.
        NotBelieved: a signed list is not signed by whom it must be.
    """
    named = hints.manifests
    own = None if hints.repository is None else hints.repository / OWN_LIST
    if not named and own is not None and own.is_file():
        named = (own,)
    if not named:
        return NO_MANIFEST
    from upgrader.cli.worlds.carrying import manifest_in  # noqa: PLC0415  signatures are heavy

    return manifest_in(named, hints.root, WALL.now_local())


def staged_on(pair: PairFile, place: Home) -> tuple[StagedFile, ...]:
    """What was staged on that pair; what cannot be read is as if it never was."""
    try:
        return decode(StagedFiles, _record(pair, place).read_bytes()).files
    except (OSError, Undecodable):
        return ()


def keeper(pair: PairFile, place: Home) -> Callable[[StagedFile], None]:
    """Write a staged file down, in place of what was known of it on that unit.

    Before it is brought: a kill in between leaves a line that fits no digest, and says nothing.
    """
    path = _record(pair, place)

    def keep(file: StagedFile) -> None:
        key = (file.serial, path_key(file.path))
        others = tuple(f for f in staged_on(pair, place) if (f.serial, path_key(f.path)) != key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, encode(StagedFiles((*others, file))) + b"\n")

    return keep


def _record(pair: PairFile, place: Home) -> Path:
    return place.staged / f"{pair.name}.json"
