"""One wide look at a pair, for a picture. Nothing is changed."""

from upgrader.conduct.eyes import Eyes
from upgrader.model.unit import Configuration, Depth, Flash, Snapshot
from upgrader.ports import World


def look_widely(world: World) -> Snapshot:
    """Look at both units and their surroundings; the configured packages' digests are asked for."""
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        return eyes.look(Depth.WIDE, _packages)
    finally:
        eyes.close()


def _packages(configuration: Configuration | None, flash: Flash | None) -> tuple[str, ...]:
    """The configured packages that may lie on that flash, each once."""
    if configuration is None:
        return ()
    paths = dict.fromkeys(package.path for package in configuration.packages)
    return tuple(path for path in paths if flash is None or not flash.lacks(path))
