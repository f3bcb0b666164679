"""`show flash:`: the files as a table. Layout: ASA command reference, `show disk`."""

from upgrader.emulator.machine.files import free_bytes, total_bytes
from upgrader.emulator.tables import Pair
from upgrader.emulator.wall import date_of, wall_of

_FIRST_ID = 97


def show_flash(pair: Pair, u: int) -> str:
    """A row a file of disk0, numbered as `dir` does, and what is free."""
    unit, wall = pair.units[u], wall_of(pair, u)
    files = sorted(unit.flash.items(), key=lambda item: (item[1].written_ms, item[0]))
    here = [(unit.paths[path], file) for path, file in files if path.startswith("disk0:/")]
    lines = ["--#--  --length--  -----date/time------  path"]
    for number, (path, file) in enumerate(here, start=_FIRST_ID):
        day, time, _ = wall.parts(file.written_ms)
        _, month, date, year = date_of(day)
        stamp = f"{month} {date:02d} {year} {time}"
        lines.append(f"{number:5d}  {file.bytes:<10d}  {stamp}  {path.partition('/')[2]}")
    lines += ["", f"{total_bytes(pair, u)} bytes total ({free_bytes(pair, u)} bytes free)"]
    return "".join(f"{line}\n" for line in lines)
