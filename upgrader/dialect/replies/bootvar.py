"""`show bootvar`: what is booted, as saved and as running."""

import re
from dataclasses import dataclass

from upgrader.dialect.commands import SHOW_BOOTVAR
from upgrader.dialect.replies.screen import lines_of
from upgrader.ports import Unparsed

_VARIABLE = re.compile(r"(Current )?BOOT variable =\s*(.*)")


@dataclass(frozen=True, slots=True)
class BootVariables:
    """`show bootvar`, as printed.

    One file may stand as `(hd0,1)/x` in one list and as `disk0:/x` in the other: the two are for
    people to read and are not compared. What will boot is decided from the startup-config.
    """

    saved: tuple[str, ...]
    """`BOOT variable`: () where empty."""
    running: tuple[str, ...]
    """`Current BOOT variable`."""


def read_bootvar(text: str) -> BootVariables:
    """Read `show bootvar`.

    Raises:
        Unparsed: one of the two variables is missing or given twice.

    Source: real ASAv 9.6(4), 2021.
    """
    lists: dict[bool, tuple[str, ...]] = {}
    for line in lines_of(SHOW_BOOTVAR, text):
        found = _VARIABLE.fullmatch(line)
        if found is None:
            continue
        current = found[1] is not None
        if current in lists:
            raise Unparsed(SHOW_BOOTVAR, text, "a boot variable is given twice")
        lists[current] = tuple(path for path in found[2].split(";") if path)
    if len(lists) != 2:
        raise Unparsed(SHOW_BOOTVAR, text, "the two boot variables are not both told")
    return BootVariables(saved=lists[False], running=lists[True])
