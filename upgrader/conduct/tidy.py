"""Clean-up and the session table: two full looks at a pair, a minute or more apart."""

from dataclasses import dataclass
from datetime import timedelta

from upgrader.conduct.eyes import Eyes
from upgrader.judgement.fingerprint import fingerprint
from upgrader.judgement.moves.cleanup import evictions, fit_for_cleanup
from upgrader.judgement.people.residue import Events, Residues, grade
from upgrader.judgement.plan import PairName
from upgrader.model.aftermath import OrphanedSession
from upgrader.model.plan import Failback, Plan, Purpose, Target
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.watch import Watcher
from upgrader.ports import UpgraderError, World

LOOKS_APART = timedelta(seconds=65)
LONGEST_WAIT = timedelta(hours=2)  # Our guess: beyond any usual vpn-idle-timeout plus grace.


class NotFit(UpgraderError):
    """The pair is not in a state in which anything may be cleaned; the message says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """What two looks found, and the looks themselves."""

    looks: tuple[Snapshot, ...]
    residues: Residues

    @property
    def seen(self) -> Snapshot:
        """The last look."""
        return self.looks[-1]


def find(world: World, watcher: Watcher, *, wait: bool) -> Found:
    """Look twice at what is left on a pair.

    `wait`: suspects are waited for, until their idle time has run out or they wake.
    """
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        looks = [eyes.look(Depth.FULL)]
        watcher.clock(world.clock.now())
        watcher.seen(looks[0])
        watcher.waiting("what is left is judged from two looks, a minute apart", None)
        world.clock.sleep(LOOKS_APART)
        looks.append(eyes.look(Depth.FULL))
        watcher.clock(world.clock.now())
        watcher.seen(looks[-1])
        found = grade(looks, Events((), ()))
        if wait and found.settled_in_seconds is not None:
            rest = min(timedelta(seconds=found.settled_in_seconds), LONGEST_WAIT)
            watcher.waiting(
                f"{len(found.suspects)} rows without a tunnel are suspect: until their idle time "
                "has run out, somebody may be asleep behind them",
                None,
            )
            world.clock.sleep(rest)
            looks.append(eyes.look(Depth.FULL))
            watcher.clock(world.clock.now())
            watcher.seen(looks[-1])
            found = grade(looks, Events((), ()))
    finally:
        eyes.close()
    return Found(tuple(looks), found)


def plan_cleanup(pair: PairName, found: Found) -> Plan:
    """What is to be logged off, as a plan.

    Raises:
        NotFit: not both units are well and equal, or a sync is going on.
    """
    fitness = fit_for_cleanup(found.seen)
    if fitness.why_not is not None:
        raise NotFit(f"no clean-up now: {fitness.why_not}")
    active = found.seen.active
    assert active is not None, "a fit pair has an active unit"
    primary, secondary = found.seen.units
    orphans = tuple(r for r in found.residues.residue if isinstance(r, OrphanedSession))
    running = None if active.full is None else active.full.running
    return Plan(
        purpose=Purpose.CLEANUP,
        pair=pair.name,
        pair_path=pair.path,
        pair_digest=pair.digest,
        seats=pair.seats,
        target=Target(active.running),
        image=None,
        asdm=None,
        serials=(primary.serial, secondary.serial),
        first_active=active.serial,
        failback=Failback.NEVER,
        drawn_from=fingerprint(found.seen, ()),
        sessions=None if active.summary is None else active.summary.total,
        findings=(),
        waivers=(),
        steps=evictions(orphans, found.seen),
        prediction=None,
        reuse_delay_minutes=0 if running is None else running.reuse_delay_minutes,
    )
