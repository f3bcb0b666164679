"""Whether AnyConnect is served at all: what several families want to know first."""

from upgrader.judgement.check.rule import Scene


def no_packages(scene: Scene) -> str | None:
    """Why nothing is to be asked about packages: none is configured or loaded on either unit."""
    fulls = [unit.full for unit in scene.seen.units if unit.full is not None]
    seen = len(fulls) == 2 and all(
        full.running is not None and not full.running.packages and full.loaded == ()
        for full in fulls
    )
    return "no AnyConnect image is configured" if seen else None
