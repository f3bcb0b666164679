"""What rules about the surroundings have in common: texts of configurations, and being spared."""

from collections.abc import Callable

from upgrader.judgement.check.rule import Scene, unread, wide_looks
from upgrader.model.finding import Finding, RuleText
from upgrader.model.unit import FullLook, Unit
from upgrader.model.wide import ConfigText, WideLook

SHOW_RUNNING = "show running-config"

Seen = tuple[tuple[Unit, ConfigText], ...]
Told = Callable[[FullLook, WideLook], bool]


def texts(rule: RuleText, scene: Scene) -> tuple[Seen, tuple[Finding, ...]]:
    """The running-configs of both units, and the unknowns of those that were not seen."""
    looked, unknowns = wide_looks(rule, scene)
    missing = tuple(unread(rule, unit, SHOW_RUNNING) for unit, _, w in looked if w.text is None)
    seen = tuple((unit, wide.text) for unit, _, wide in looked if wide.text is not None)
    return seen, (*unknowns, *missing)


def serving(rule: RuleText, scene: Scene) -> tuple[Seen, tuple[Finding, ...]]:
    """The running-config of the unit that serves, from which the other has its own.

    Where no single unit is active: both, for either may serve.
    """
    seen, unknowns = texts(rule, scene)
    active = scene.seen.active
    if active is None:
        return seen, unknowns
    return tuple((unit, text) for unit, text in seen if unit.serial == active.serial), unknowns


def unless_configured(why: str, *beginnings: str) -> Callable[[Scene], str | None]:
    """Spares a rule of pairs whose two configurations have no line that begins so."""

    def spared(scene: Scene) -> str | None:
        seen = _wide(scene)
        if seen is None:
            return None
        return why if all(not _has(wide, beginnings) for wide in seen) else None

    return spared


def unless_seen(why: str, told: Told) -> Callable[[Scene], str | None]:
    """Spares a rule of pairs on neither unit of which a wide look shows what it is about."""

    def spared(scene: Scene) -> str | None:
        seen = _wide(scene)
        fulls = [unit.full for unit in scene.seen.units if unit.full is not None]
        if seen is None:
            return None
        return why if not any(told(f, w) for f, w in zip(fulls, seen, strict=True)) else None

    return spared


def _wide(scene: Scene) -> tuple[WideLook, ...] | None:
    """The wide looks of both units; None: not both were seen, so that nobody is spared."""
    found = tuple(
        unit.full.wide
        for unit in scene.seen.units
        if unit.full is not None and unit.full.wide is not None
    )
    return found if len(found) == 2 else None


def _has(wide: WideLook, beginnings: tuple[str, ...]) -> bool:
    """Whether it is configured; a configuration that was not seen may have it."""
    return wide.text is None or wide.text.has(*beginnings)
