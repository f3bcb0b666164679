"""What the night shows of the two units' AnyConnect packages: equal, different, or not seen.

What counts is what a unit had *loaded*, and that is what lay on its flash when the package's line
was executed there. Two flashes may hold equal files and two units different packages: where a
file was overwritten under its name, the running unit goes on with the old one (inferred). So that
equal digests alone do not acquit, nor does a list that was read after the unit had rebooted.
"""

from dataclasses import dataclass
from enum import Enum

from upgrader.judgement.postmortem.facts.tables import ROLES, Tables
from upgrader.model.evidence import Screen
from upgrader.model.failover import Role
from upgrader.model.unit import path_key
from upgrader.model.vpn import LoadedPackage


class Compared(Enum):
    """What the comparison comes to."""

    DIFFER = "differ"
    EQUAL = "equal"
    """Loaded alike, as read before the unit that left was reloaded, and no digest differs."""
    EQUAL_NOW = "equal now"
    """Equal as far as was seen, which is not what counts: flash only, or after the reload."""
    UNSEEN = "not seen"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The packages of both units."""

    result: Compared
    says: str
    screens: tuple[Screen, ...] = ()
    is_absence: bool = False
    """Whether one unit merely lacks what the other has: it refuses newcomers, too."""


def compare(tables: Tables) -> Comparison:
    """Compare what both units are seen to have."""
    sides = [tables.loaded.get(role, ()) for role in ROLES]
    digests = _digests(tables)
    if digests is not None and digests.result is Compared.DIFFER:
        return digests
    if all(sides):
        pair = [_counting(tables, role) for role in ROLES]
        screens = tuple(screen for screen, _ in pair)
        one, other = ({_key(p) for p in packages} for _, packages in pair)
        if one != other:
            says = _difference(pair[0][1], pair[1][1])
            return Comparison(Compared.DIFFER, says, screens, one < other or other < one)
        if all(_in_time(tables, s, role) for s, role in zip(screens, ROLES, strict=True)):
            return Comparison(
                Compared.EQUAL, "both units had loaded the same packages before that", screens
            )
        return Comparison(
            Compared.EQUAL_NOW, "both units have the same packages loaded afterwards", screens
        )
    return digests or Comparison(Compared.UNSEEN, "the packages of both units were not seen")


def _counting(tables: Tables, role: Role) -> tuple[Screen, tuple[LoadedPackage, ...]]:
    """The last list of that unit from before the last departure; else the first there is."""
    seen = tables.loaded[role]
    early = [one for one in seen if _in_time(tables, one[0], role)]
    return early[-1] if early else seen[0]


def _in_time(tables: Tables, screen: Screen, role: Role) -> bool:
    """Whether that was still loaded when the last unit left: each reboot loads anew, from flash."""
    absences = tables.told.absences
    at = screen.at
    if at is None or not absences:
        return screen.moment != "after"
    last = absences[-1]
    reloaded_since = any(a.unit is role and at < a.left < last.left for a in absences)
    return at < last.left and not reloaded_since


def _key(package: LoadedPackage) -> tuple[str, str]:
    return (path_key(package.path), package.stamp)


def _difference(primary: tuple[LoadedPackage, ...], secondary: tuple[LoadedPackage, ...]) -> str:
    told = []
    for name, ours, theirs in (
        ("Primary", primary, secondary),
        ("Secondary", secondary, primary),
    ):
        known = {_key(p) for p in theirs}
        alone = [f"{p.path} {p.version}" for p in ours if _key(p) not in known]
        if alone:
            told.append(f"the {name} alone had loaded {', '.join(alone)}")
    return "; ".join(told)


def _digests(tables: Tables) -> Comparison | None:
    """What `verify` says of the packages' files; None: not asked on both."""
    equal: list[Screen] = []
    named = _named(tables)
    for path, by_unit in sorted(tables.digests.items()):
        if len(by_unit) < len(ROLES) or not (path in named or path.endswith(".pkg")):
            continue
        screens = tuple(by_unit[role][0] for role in ROLES)
        if len({by_unit[role][1].digest for role in ROLES}) > 1:
            return Comparison(
                Compared.DIFFER, f"{path} has different digests on the two units", screens
            )
        equal.extend(screens)
    if not equal:
        return None
    return Comparison(
        Compared.EQUAL_NOW, "the packages' files have the same digest on both", tuple(equal)
    )


def _named(tables: Tables) -> frozenset[str]:
    return frozenset(
        path_key(package.path)
        for _, configuration in tables.configurations
        for package in configuration.packages
    )
