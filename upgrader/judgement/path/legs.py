"""The leg that a night is for: the next hop of a pair as it stands, and what follows it."""

from dataclasses import dataclass

from upgrader.judgement.path.files import releases_on
from upgrader.judgement.path.hops import way, why_allowed
from upgrader.model.journey import Path, Way
from upgrader.model.plan import Target
from upgrader.model.releases import Releases
from upgrader.model.unit import Snapshot, Unit
from upgrader.model.version import Version


@dataclass(frozen=True, slots=True)
class Leg:
    """Where this night goes, and which releases follow."""

    target: Target
    journey: tuple[Version, ...] = ()


def next_leg(known: Releases, seen: Snapshot, target: Target) -> Leg:
    """The next hop towards the target; the target itself where it is one hop away, or none is.

    What a person said of the target's files is of the last hop: those of the others are found on
    the flash. A hop that somebody has begun is ended first, where it is on the way.
    """
    units = seen.units
    if not units:
        return Leg(target)
    hops = _hops(way_of(known, seen, target.version))
    begun = _begun(known, units, target.version, len(hops))
    releases = begun or hops
    if len(releases) < 2:
        return Leg(target)
    return Leg(Target(releases[0]), releases[1:])


def way_of(known: Releases, seen: Snapshot, target: Version) -> Way:
    """The way of the unit that is behind; of equally short ones that whose images are there."""
    behind = min(seen.units, key=lambda unit: unit.running)
    return _from(known, behind, behind.running, target, seen)


def _from(known: Releases, unit: Unit, running: Version, target: Version, seen: Snapshot) -> Way:
    hardware = unit.version.hardware
    flashes = [u.full.flash for u in seen.units if u.full is not None and u.full.flash is not None]
    there = releases_on(flashes, hardware) if len(flashes) == len(seen.units) else frozenset()
    return way(known, hardware, running, target, there)


def _hops(found: Way) -> tuple[Version, ...]:
    return tuple(hop.end for hop in found.hops) if isinstance(found, Path) else ()


def _begun(
    known: Releases, units: tuple[Unit, ...], target: Version, shortest: int
) -> tuple[Version, ...]:
    """The releases of a way over what one unit runs already; () where that is none, or longer."""
    versions = sorted({unit.running for unit in units})
    if len(versions) != 2 or versions[1] >= target or shortest < 2:
        return ()
    behind, ahead = versions
    hardware = units[0].version.hardware
    if why_allowed(known, hardware, behind, ahead) is None:
        return ()
    rest = _hops(way(known, hardware, ahead, target))
    return (ahead, *rest) if rest and len(rest) + 1 == shortest else ()
