"""Lines that a release does not know any more: where it reads them, they are errors and are gone.

Which lines those are the scenario says. That each is left out alone, with what stands below it, and
that `show startup-config errors` then prints it, is inferred.
"""

from upgrader.emulator.machine.releases import release_of, train_of
from upgrader.emulator.tables import Pair


def without_dropped(
    pair: Pair, version: str | None, lines: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that a release takes, and those that it does not."""
    gone = tuple(
        dropped.line
        for dropped in pair.scenario.dropped
        if release_of(version) >= (train_of(dropped.since) or (0, 0))
    )
    if not gone:
        return lines, ()
    kept: list[str] = []
    lost: list[str] = []
    below = False
    for line in lines:
        below = below and line.startswith(" ")
        below = below or any(_begins(line.strip(), start) for start in gone)
        (lost if below else kept).append(line)
    return tuple(kept), tuple(lost)


def _begins(line: str, start: str) -> bool:
    return line == start or line.startswith(f"{start} ")
