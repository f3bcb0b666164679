"""`show memory` and `show cpu usage`: what the unit spends."""

import re

from upgrader.dialect.commands import SHOW_CPU, SHOW_MEMORY
from upgrader.dialect.replies.screen import lines_of
from upgrader.model.wide import CpuUse, MemoryUse
from upgrader.ports import Unparsed

_MEMORY = re.compile(r"(Free|Used|Total) memory\s*:\s*(\d{1,18}) bytes\b.*", re.ASCII)
_CPU = re.compile(
    r"(?:CPU utilization for )?5 seconds = (\d{1,3}(?:\.\d+)?)%; "
    r"1 minute: (\d{1,3}(?:\.\d+)?)%; 5 minutes: (\d{1,3}(?:\.\d+)?)%",
    re.ASCII,
)


def read_memory(text: str) -> MemoryUse:
    """Read `show memory`.

    Raises:
        Unparsed: one of the three figures is missing or stands twice, there is none, or more is
            used or free than there is.

    Source: Cisco technical note 113185 (8.3 and later).
    """
    rows = [row for row in map(_MEMORY.fullmatch, lines_of(SHOW_MEMORY, text)) if row is not None]
    told = {row[1]: int(row[2]) for row in rows}
    if len(told) != 3 or len(rows) != 3:
        raise Unparsed(SHOW_MEMORY, text, "not one figure each for free, used and total")
    use = MemoryUse(told["Free"], told["Used"], told["Total"])
    if not use.total or max(use.free, use.used) > use.total:
        raise Unparsed(SHOW_MEMORY, text, "more memory is used or free than there is")
    return use


def read_cpu_usage(text: str) -> CpuUse:
    """Read `show cpu usage`, or the total of `show cpu usage detailed`, which stands last.

    Raises:
        Unparsed: no such line.

    Source: Cisco technical note 113185; a capture of the detailed form.
    """
    rows = [row for row in map(_CPU.fullmatch, lines_of(SHOW_CPU, text)) if row is not None]
    if not rows:
        raise Unparsed(SHOW_CPU, text, "no utilization of the CPU")
    return CpuUse(*(round(float(share)) for share in rows[-1].groups()))
