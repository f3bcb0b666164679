"""What the sources are on disk: files, the files of folders, runs, the standard input."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from upgrader.access.clock import WallClock
from upgrader.access.evidence.files import Opened, open_file, spool
from upgrader.access.evidence.part import MOST_NAMED
from upgrader.access.evidence.runs import JOURNAL
from upgrader.model.words import first_of
from upgrader.ports import UsageFault

MOST_FILES = 500
_MOST_PAIR = 4 << 20
_OF_A_PAIR = frozenset({"[emulated]", "[incident]"})

EXPECTED = (
    "a syslog file (lines with %ASA-…), a terminal's log, a folder of saved show outputs, or a "
    "run of ours"
)


@dataclass(slots=True)
class Found:
    """What the sources turned out to be, in the order in which they were named."""

    files: list[Opened] = field(default_factory=list)
    runs: list[tuple[str, Path]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)

    def is_new(self, path: Path) -> bool:
        """Whether it has not been named before, by whichever name."""
        real = path.resolve()
        if real in self.seen:
            return False
        self.seen.add(real)
        return True


def find(
    source: str,
    found: Found,
    runs: Callable[[str], Path | None],
    stdin: BinaryIO | None,
) -> None:
    """Add what a source is.

    `runs` tells the folder of a run by its name, or None; `stdin` is read for `-` in place of the
    standard input.

    Raises:
        UsageFault: there is no such source, or it cannot be read.
    """
    if source == "-":
        now = int(WallClock().now_utc().timestamp() * 1000)
        if not any(file.path is None for file in found.files):
            found.files.append(spool(stdin or sys.stdin.buffer, now))
        return
    path = Path(source).expanduser()
    try:
        is_folder, exists, is_link = path.is_dir(), path.exists(), path.is_symlink()
    except (OSError, ValueError):
        # No such name is possible: too long, or with a zero in it.
        is_folder = exists = is_link = False
    if exists and path.name == JOURNAL:
        _add_run(source, path.parent, found)
    elif is_folder:
        _find_in(source.rstrip("/") or "/", path, found)
    elif exists:
        opened = open_file(source, path)
        if found.is_new(path):
            found.files.append(opened)
    elif is_link:
        raise UsageFault(f"{source}: is a link that leads nowhere; name the file itself")
    else:
        folder = runs(source)
        if folder is None:
            raise UsageFault(
                f"{source}: there is no such file, folder or run; expected is {EXPECTED}. "
                "`upgrader status` lists the runs, `-` reads the standard input"
            )
        _add_run(source, folder, found)


def _add_run(name: str, folder: Path, found: Found) -> None:
    if found.is_new(folder):
        found.runs.append((name, folder))


def _find_in(name: str, folder: Path, found: Found) -> None:
    """All files of a folder and of its folders, in the order of their names."""
    paths = list(_files_in(folder, name, found))
    pairs = _of_pairs(paths)
    if pairs:
        why = "for it describes an emulated pair and is no record"
        found.notes.append(_left_out(name, [p.relative_to(folder).as_posix() for p in pairs], why))
    files = 0
    for path in paths:
        if path in pairs:
            continue
        if path.name == JOURNAL:
            inner = path.parent.relative_to(folder).as_posix()
            _add_run(name if inner == "." else f"{name}/{inner}", path.parent, found)
            continue
        if files >= MOST_FILES:
            found.notes.append(f"{name}: only the first {MOST_FILES} files were read")
            return
        if found.is_new(path):
            files += 1
            _add_readable(f"{name}/{path.relative_to(folder).as_posix()}", path, found)


def _add_readable(name: str, path: Path, found: Found) -> None:
    """Add a file of a folder; one that cannot be read is no reason to leave out the others."""
    try:
        file = open_file(name, path)
        file.beginning(1)
    except UsageFault as fault:
        found.notes.append(f"left out: {fault}")
        return
    found.files.append(file)


def _left_out(name: str, what: Sequence[str], why: str) -> str:
    return f"{name}: left out, {why}: {first_of(what, MOST_NAMED)}"


def _of_pairs(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Pair files of ours, and what these name beside them: they stage a night, and record none."""
    texts: dict[Path, list[str]] = {}
    ours = []
    for path in paths:
        if path.suffix != ".toml":
            continue
        try:
            with path.open("rb") as file:
                text = file.read(_MOST_PAIR).decode("utf-8", "replace")
        except OSError:
            continue  # Whoever reads the source tells it.
        if any(line.strip() in _OF_A_PAIR for line in text.splitlines()):
            ours.append(path)
            texts.setdefault(path.parent, []).append(text)
    ours += [
        path
        for path in paths
        if path not in ours and any(f'"{path.name}"' in text for text in texts.get(path.parent, ()))
    ]
    return tuple(ours)


def _files_in(folder: Path, name: str, found: Found) -> Iterator[Path]:
    """Regular files, hidden ones left out; of a run's folder its journal only."""

    def tell(fault: OSError) -> None:
        where = Path(fault.filename or folder)
        if where == folder:
            raise UsageFault(f"{name}: cannot be read: {fault.strerror}") from fault
        inner = where.relative_to(folder).as_posix()
        found.notes.append(f"left out: {name}/{inner}: cannot be read: {fault.strerror}")

    odd: list[str] = []
    for where, folders, files in os.walk(folder, onerror=tell):
        if JOURNAL in files:
            folders.clear()
            yield Path(where) / JOURNAL
            continue
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        paths = [Path(where) / file for file in sorted(files) if not file.startswith(".")]
        linked = [path for each in folders if (path := Path(where) / each).is_symlink()]
        odd += (
            path.relative_to(folder).as_posix()
            for path in (*linked, *(path for path in paths if not path.is_file()))
        )
        yield from (path for path in paths if path.is_file())
    if odd:
        why = "for it is a link to a folder or to nowhere, a pipe or a device"
        found.notes.append(_left_out(name, odd, why))
