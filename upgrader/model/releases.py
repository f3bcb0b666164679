"""What is known of the releases: which may follow which, on which hardware, and what each changes.

A release train is (major, minor). What is not in these values is not known, and is said to be so.
"""

from dataclasses import dataclass

from upgrader.model.finding import Severity
from upgrader.model.version import Version

TrainName = tuple[int, int]
"""Major and minor: (9, 16)."""


@dataclass(frozen=True, slots=True)
class ReleaseTrain:
    """A train of releases that exists."""

    train: TrainName
    last: Version | None = None
    """Its last maintenance release, where one may have to be passed on the way; None: not said."""
    classic: bool = False
    """Whether only the next train may follow it without an outage."""
    only: tuple[str, ...] = ()
    """The beginnings of the names of the hardware that it was made for; (): for all."""
    without: tuple[str, ...] = ()
    """The hardware that never had it."""
    asdm: TrainName | None = None
    """The oldest ASDM that starts with it; None: not known."""
    source: str = ""


@dataclass(frozen=True, slots=True)
class SteppingStones:
    """Releases from which one of these comes first."""

    since: Version
    below: Version
    """The first release that is free of it."""
    stones: tuple[Version, ...]
    source: str
    bug: str = ""
    within: bool = False
    """Whether it holds inside the train, too."""

    def holds_for(self, running: Version) -> bool:
        """Whether a unit that runs this is bound by it."""
        return self.since <= running < self.below


@dataclass(frozen=True, slots=True)
class Outage:
    """A release that a pair cannot be taken to without an outage."""

    release: Version
    """Its interims included."""
    bug: str
    instead: tuple[Version, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Platform:
    """A family of hardware."""

    names: tuple[str, ...]
    """How the hardware's name begins, as `show version` spells it; without regard to case."""
    last: TrainName | None
    """Its last train; None: it goes on."""
    source: str
    first: TrainName | None = None
    """Its first train; None: not said."""


@dataclass(frozen=True, slots=True)
class MinimumMemory:
    """The RAM that a release wants of some hardware."""

    names: tuple[str, ...]
    since: Version
    megabytes: int
    source: str


@dataclass(frozen=True, slots=True)
class SignedAsdm:
    """Releases that start a signed ASDM only."""

    since: tuple[Version, ...]
    """The first such release of each train; later trains have it, too."""
    asdm: Version
    """The first ASDM that is signed."""
    source: str


@dataclass(frozen=True, slots=True)
class UptimeBug:
    """Releases whose traffic stops when a unit has been up for too long."""

    since: Version
    below: Version
    after_days: int
    bug: str
    source: str


@dataclass(frozen=True, slots=True)
class Caution:
    """What a release changes or takes away, and which lines of a configuration use it."""

    name: str
    """`clientless-removed`: stable, in lower case."""
    severity: Severity
    """How bad it is for a pair that uses it. Never UNKNOWN."""
    says: str
    remedy: str
    source: str
    since: Version | None = None
    """It matters on a way that comes from before this release and goes to it or beyond."""
    targets: tuple[Version, ...] = ()
    """It matters to these releases, their interims included; and to no other, if there are any."""
    running: tuple[Version, ...] = ()
    """It matters where one of these runs at the beginning, and is left."""
    fixed: tuple[Version, ...] = ()
    """Interims of `targets` and `running` from which on it matters no more."""
    uses: tuple[str, ...] = ()
    """Patterns of the lines that use it: `ssh version 1`, `ipv6 router ospf * > redistribute *`.

    `*` stands for any characters, `>` stands between a section and a line of it. (): no line of a
    configuration tells who uses it, and everybody is told.
    """
    sessions: str = ""
    """How the kind of sessions begins that it ends for good, as `show vpn-sessiondb` spells it."""
    names: tuple[str, ...] = ()
    """The hardware that it matters to; (): all."""


@dataclass(frozen=True, slots=True)
class Releases:
    """All that is known."""

    trains: tuple[ReleaseTrain, ...] = ()
    """Sorted."""
    stones: tuple[SteppingStones, ...] = ()
    outages: tuple[Outage, ...] = ()
    platforms: tuple[Platform, ...] = ()
    """The first that fits decides; what a user adds comes first."""
    memory: tuple[MinimumMemory, ...] = ()
    signed_asdm: tuple[SignedAsdm, ...] = ()
    uptime: tuple[UptimeBug, ...] = ()
    cautions: tuple[Caution, ...] = ()

    def train_of(self, version: Version) -> ReleaseTrain | None:
        """The train of a release; None: no such train is known."""
        return next((t for t in self.trains if t.train == version.train), None)

    def platform_of(self, hardware: str) -> Platform | None:
        """What is known of the hardware; None: nothing."""
        return next((p for p in self.platforms if fits(hardware, p.names)), None)


def fits(hardware: str, names: tuple[str, ...]) -> bool:
    """Whether the name of the hardware begins like one of these."""
    wanted = hardware.strip().lower()
    return any(wanted.startswith(name.lower()) for name in names)


def bare(version: Version) -> Version:
    """The release without its interim number."""
    return Version(version.major, version.minor, version.maintenance)


def merged(known: Releases, more: Releases | None) -> Releases:
    """What is built in, with what a user knows: his entries add, and stand over ours of one key.

    A train stands for itself; so do an outage by its release, stones by the first release that
    they bind, and a caution by its name. Of all others his come first.
    """
    if more is None:
        return known
    trains = {t.train: t for t in (*known.trains, *more.trains)}
    stones = {(s.since, s.within): s for s in (*known.stones, *more.stones)}
    outages = {o.release: o for o in (*known.outages, *more.outages)}
    cautions = {c.name: c for c in (*known.cautions, *more.cautions)}
    return Releases(
        trains=tuple(trains[train] for train in sorted(trains)),
        stones=tuple(stones[key] for key in sorted(stones)),
        outages=tuple(outages[release] for release in sorted(outages)),
        platforms=(*more.platforms, *known.platforms),
        memory=(*more.memory, *known.memory),
        signed_asdm=(*more.signed_asdm, *known.signed_asdm),
        uptime=(*more.uptime, *known.uptime),
        cautions=tuple(cautions.values()),
    )
