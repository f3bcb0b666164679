"""`show flash:`: files and directories as a table. Layout: real 5506-X at 9.8(4)22."""

from collections.abc import Iterator

from upgrader.emulator.machine.files import (
    BUILT_IN,
    FOLDER_BYTES,
    folder_at,
    free_bytes,
    total_bytes,
)
from upgrader.emulator.state import Unit
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of, wall_of

_FIRST_ID = 97
_DISK = "disk0:/"


def show_flash(pair: Pair, u: int) -> str:
    """A row a file and a directory of disk0, and what is free.

    What is in a directory stands below it, with its path. The root's files are numbered as `dir`
    does; the rest is inferred: all other numbers, and where a directory stands.
    """
    unit, wall = pair.units[u], wall_of(pair, u)
    lines = ["--#--  --length--  -----date/time------  path"]
    for number, (path, size, at) in _numbered(unit):
        day, time, _ = wall.parts(at)
        _, month, date, year = date_of(day)
        lines.append(f"{number:5d}  {size:<10d}  {month} {date:02d} {year} {time}  {path}")
    lines += ["", f"{total_bytes(pair, u)} bytes total ({free_bytes(pair, u)} bytes free)"]
    return "".join(f"{line}\n" for line in lines)


_Row = tuple[str, int, int]
"""Path below disk0:/, bytes, when it was written."""


def _numbered(unit: Unit) -> Iterator[tuple[int, _Row]]:
    built_in = {name: number for number, name in BUILT_IN}
    following = _FIRST_ID
    for row in _below(unit, _DISK, unit.booted_ms):
        number = built_in.get(row[0])
        yield (following if number is None else number), row
        following += number is None


def _below(unit: Unit, path: str, made_ms: int) -> Iterator[_Row]:
    """The files of a directory, then its directories and what is in each."""
    folder = folder_at(unit, path)
    if folder is None:
        return
    head = path.removeprefix(_DISK)
    for name, file in sorted(folder.files, key=lambda item: (item[1].written_ms, item[0].lower())):
        yield f"{head}{name}", file.bytes, file.written_ms
    made_ms = min([file.written_ms for _, file in folder.files], default=made_ms)
    built_in = [name for _, name in BUILT_IN] if path == _DISK else []
    for name in (*built_in, *(name for name in folder.folders if name not in built_in)):
        yield f"{head}{name}", FOLDER_BYTES, made_ms
        yield from _below(unit, f"{path}{name}/", made_ms)
