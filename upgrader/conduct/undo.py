"""Looking for the way back: what a run may have ordered last is settled first, then the pair seen.

A unit that was told to reload answers for some seconds yet. Whoever looks in those seconds sees a
pair at rest, and would put the boot order back under a unit that is just going down. So an order
of which no effect was seen is watched for a minute before anything is concluded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from upgrader.conduct.eyes import Eyes
from upgrader.journal.entry import (
    Arrived,
    Baseline,
    Entry,
    Intended,
    Receipt,
    Recollection,
    Started,
)
from upgrader.judgement.moves.progress import OpenIntent, fold
from upgrader.judgement.moves.settle import GIVE_UP_MS, settle
from upgrader.judgement.plan import PairName
from upgrader.judgement.way_back import AsFound, NoWay, Undone, way_back
from upgrader.model.law import Signal
from upgrader.model.move import FoundDone, Halt, NeverArrived, Wait
from upgrader.model.names import Instant
from upgrader.model.outcome import Next
from upgrader.model.plan import FailBack, Plan, ReloadStandby, SwitchOver, step_name
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.watch import Watcher
from upgrader.ports import World

APART = timedelta(seconds=25)
MOST_LOOKS = 8  # Our choice: three that agree over a minute, and room for one that does not.

_EFFECTS = frozenset(
    {Signal.STANDBY_READY, Signal.SWITCHED_OVER, Signal.FORMER_READY, Signal.FAILED_BACK}
)
"""Signals after which the last order has had its effect."""


@dataclass(frozen=True, slots=True)
class WayFound:
    """What was concluded, and the look that it was concluded from; None: none was needed."""

    way: Plan | NoWay | AsFound
    seen: Snapshot | None


def find_way_back(
    world: World, run: str, plan: Plan, night: Recollection, pair: PairName, watcher: Watcher
) -> WayFound:
    """Look at the pair, and find the plan that takes the run back.

    Raises:
        BrokenChain: what the run found is not what was kept.
    """
    entries = night.entries()
    found = next((e.body.snapshot for e in entries if isinstance(e.body, Baseline)), None)
    if found is None:
        return WayFound(AsFound(f"run {run} never came to type anything"), None)
    undone = Undone(run, plan, night.look(found))
    eyes = Eyes(world.access, world.seats, world.clock)
    try:
        order = _pending(plan, entries)
        why_not = None if order is None else _settled(order, eyes, world, watcher)
        watcher.looking(Depth.WIDE)
        seen = eyes.look(Depth.WIDE)
        watcher.clock(world.clock.now())
        watcher.seen(seen)
    finally:
        eyes.close()
    if why_not is not None:
        commands = ("upgrader status {run}", "upgrader rollback {run}")
        return WayFound(NoWay(why_not, Next(commands=commands)), seen)
    return WayFound(way_back(undone, seen, pair), seen)


# ── an order without effect ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Order:
    """A reload or a move of roles of which no effect was seen yet; instants on the world's axis."""

    intent: OpenIntent
    answered: bool
    """The device took the line; else nobody knows whether it arrived."""


def _pending(plan: Plan, entries: Sequence[Entry]) -> _Order | None:
    """The last order, if nothing that was written down since shows its effect."""
    last = next(
        (
            n
            for n in range(len(entries) - 1, -1, -1)
            if isinstance(body := entries[n].body, Intended)
            and isinstance(body.step, ReloadStandby | SwitchOver | FailBack)
        ),
        None,
    )
    if last is None:
        return None
    since = [entry.body for entry in entries[last + 1 :]]
    if any(isinstance(body, Arrived) and body.signal in _EFFECTS for body in since):
        return None
    receipt = next((body for body in since if isinstance(body, Receipt)), None)
    if receipt is not None and receipt.outcome != "done":
        return None
    body, at = entries[last].body, entries[last].at
    assert isinstance(body, Intended), "found as such"
    if isinstance(body.step, ReloadStandby):
        sent = fold(plan, entries).reload_of(body.step.serial)
        if sent is not None and sent.at == at and sent.proven:
            return None
    origin = next((e.body.origin for e in entries if isinstance(e.body, Started)), 0)
    intent = OpenIntent(body.step, Instant(at + origin), body.uptimes, body.active)
    return _Order(intent, answered=receipt is not None)


def _settled(order: _Order, eyes: Eyes, world: World, watcher: Watcher) -> str | None:
    """Watch until the order's effect is seen, or it is clear that there is none; why not, else."""
    intent = order.intent
    name = step_name(intent.step)
    for _ in range(MOST_LOOKS):
        seen = eyes.look(Depth.GLANCE)
        intent = _looked(intent, seen)
        match settle(intent, seen):
            case FoundDone():
                return None
            case NeverArrived():
                ago = (seen.at - intent.at) // 1_000
                if not order.answered or seen.at - intent.at >= GIVE_UP_MS:
                    return None
                return f"{name} was ordered {ago} s ago, and no effect of it is to be seen yet"
            case Halt(why=why):
                return why
            case Wait(why=why):
                watcher.clock(world.clock.now())
                watcher.waiting(f"{name} may have been ordered: {why}", None)
                world.clock.sleep(APART)
    return f"whether {name} was carried out cannot be told from what the units say"


def _looked(intent: OpenIntent, seen: Snapshot) -> OpenIntent:
    """One more look at a pair that is as before the order, or is not."""
    active = None if seen.active is None else seen.active.serial
    if seen.dark or active != intent.active:
        return replace(intent, unchanged=0, unchanged_since=None)
    since = seen.at if intent.unchanged_since is None else intent.unchanged_since
    return replace(intent, unchanged=intent.unchanged + 1, unchanged_since=since)
