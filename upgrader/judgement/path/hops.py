"""Which release may follow which without an outage, and the fewest hops between two.

Two rules hold one after the other. The classic one (7.0 to 8.6): any later release of the same
train, or the next train that the hardware had. The later one: from old releases a stepping stone
comes first, and from there any later release follows. A release without zero downtime ends no hop.
"""

from collections.abc import Iterable

from upgrader.model.journey import Hop, NoPath, Path, UnknownPath, Way
from upgrader.model.releases import Outage, Releases, ReleaseTrain, SteppingStones, bare, fits
from upgrader.model.version import Version


def way(
    known: Releases,
    hardware: str,
    running: Version,
    target: Version,
    on_flash: Iterable[Version] = (),
) -> Way:
    """The fewest hops; of equally many those whose images are on the flash, then the latest.

    `on_flash`: releases whose images lie on both flashes.
    """
    hindrance = _unknown(known, hardware, running, target) or _never(
        known, hardware, running, target
    )
    if hindrance is not None:
        return hindrance
    there = frozenset(on_flash)
    hops = _fewest(known, hardware, running, target, there)
    if hops is None:
        return NoPath(_dead_end(known, running, target))
    return Path(hops)


def why_allowed(known: Releases, hardware: str, running: Version, to: Version) -> str | None:
    """Why one hop may lead there without an outage; None: it may not, or it is not known."""
    ours, theirs = known.train_of(running), known.train_of(to)
    if ours is None or theirs is None or to <= running or not had(theirs, hardware):
        return None
    if outage_of(known, to) is not None:
        return None
    stones = stones_of(known, running)
    if ours.train == theirs.train:
        bound = stones is not None and stones.within and bare(to) != bare(running)
        if not bound or bare(to) in stones_named(stones):
            return "a later release of the same train"
        return None
    if stones is None:
        return "the upgrade path leads there directly"
    if bare(to) in stones.stones:
        return f"the upgrade path of {running} leads over it"
    if ours.classic and theirs.classic and theirs is _next_classic(known, hardware, ours):
        return f"the next train that {hardware} had after {spelt(ours.train)}"
    return None


def had(train: ReleaseTrain, hardware: str) -> bool:
    """Whether a train was made for that hardware."""
    if fits(hardware, train.without):
        return False
    return not train.only or fits(hardware, train.only)


def outage_of(known: Releases, release: Version) -> Outage | None:
    """Why a release is not reached without an outage; None: nothing of the kind is known."""
    return next((o for o in known.outages if o.release == bare(release)), None)


def stones_of(known: Releases, running: Version) -> SteppingStones | None:
    """What comes first from that release; None: nothing."""
    return next((s for s in known.stones if s.holds_for(running)), None)


def stones_named(stones: SteppingStones | None) -> tuple[Version, ...]:
    """The stones, or none."""
    return () if stones is None else stones.stones


def spelt(train: tuple[int, int]) -> str:
    """`9.16`."""
    return f"{train[0]}.{train[1]}"


def _next_classic(known: Releases, hardware: str, ours: ReleaseTrain) -> ReleaseTrain | None:
    later = (t for t in known.trains if t.classic and t.train > ours.train and had(t, hardware))
    return next(later, None)


# ── why there is none ──────────────────────────────────────────────────────────────────


def _unknown(
    known: Releases, hardware: str, running: Version, target: Version
) -> UnknownPath | None:
    for release in (running, target):
        if known.train_of(release) is None:
            return UnknownPath(f"no release train {spelt(release.train)} is known here")
    platform = known.platform_of(hardware)
    if platform is None:
        return UnknownPath(f"which release is the last for {hardware} is not known here")
    if platform.first is not None and running.train < platform.first:
        first = spelt(platform.first)
        return UnknownPath(f"{hardware} is known here from {first} on only, and not on {running}")
    return None


def _never(known: Releases, hardware: str, running: Version, target: Version) -> NoPath | None:
    if target < running:
        return NoPath(f"{target} is older than {running}: a downgrade is another procedure")
    if target == running:
        return None
    platform, train = known.platform_of(hardware), known.train_of(target)
    assert platform is not None, "an unknown platform was told before"
    assert train is not None, "an unknown train was told before"
    if platform.last is not None and target.train > platform.last:
        return NoPath(f"the last release train of {hardware} is {spelt(platform.last)}")
    if not had(train, hardware):
        return NoPath(f"{hardware} never had a release {spelt(train.train)}")
    outage = outage_of(known, target)
    if outage is not None:
        said = " or ".join(str(release) for release in outage.instead)
        hint = f"; take {said}" if said else ""
        return NoPath(
            f"{target} is not reached without an outage ({outage.bug}){hint}", outage.instead
        )
    return None


def _dead_end(known: Releases, running: Version, target: Version) -> str:
    """Why no sequence of hops leads there."""
    stones = stones_of(known, running)
    if stones is None:
        return f"no sequence of upgrades without an outage leads from {running} to {target}"
    via = ", ".join(str(stone) for stone in stones.stones)
    bug = f" ({stones.bug})" if stones.bug else ""
    closed = [o for stone in stones.stones if (o := outage_of(known, stone)) is not None]
    told = f"{running} must first go to {via}{bug}"
    if len(closed) == len(stones.stones):
        return f"{told}, and not without an outage ({closed[0].bug})"
    return f"{told}, and no such way leads to {target}"


# ── the fewest hops ────────────────────────────────────────────────────────────────────

_Scored = tuple[int, tuple[Version, ...], tuple[Hop, ...]]
"""How many of the releases are on the flash, the releases in order, and the hops."""


def _fewest(
    known: Releases,
    hardware: str,
    running: Version,
    target: Version,
    there: frozenset[Version],
) -> tuple[Hop, ...] | None:
    if running == target:
        return ()
    stops = [*_between(known, running, target, there), target]
    reached: dict[Version, _Scored] = {running: (0, (), ())}
    seen = {running}
    while reached:
        found: dict[Version, _Scored] = {}
        for start, (score, releases, hops) in sorted(reached.items()):
            for stop in stops:
                if stop in seen:
                    continue
                why = why_allowed(known, hardware, start, stop)
                if why is None:
                    continue
                way_there = (*hops, Hop(start, stop, why))
                scored = (score + (stop in there), (*releases, stop), way_there)
                if stop not in found or scored[:2] > found[stop][:2]:
                    found[stop] = scored
        if target in found:
            return found[target][2]
        seen |= found.keys()
        reached = found
    return None


def _between(
    known: Releases, running: Version, target: Version, there: frozenset[Version]
) -> tuple[Version, ...]:
    """The releases at which a journey may rest: stones, ends of classic trains, what is there."""
    stones = {stone for row in known.stones for stone in row.stones}
    ends = {train.last for train in known.trains if train.last is not None}
    return tuple(sorted(r for r in stones | ends | there if running < r < target))
