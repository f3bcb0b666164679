"""What need not be asked, nor looked at: a version that cannot be another, and what cannot show."""

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, takewhile

from nights import Firewall, charter_of
from worlds import World, pair

from upgrader.access.guard.guarded import GuardedWorld
from upgrader.cli.pairfile.pair import read_pair, scenario_of
from upgrader.conduct.eyes import Eyes
from upgrader.conduct.night import conduct
from upgrader.conduct.wishes import Wishes
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.state import State
from upgrader.journal.entry import (
    GENESIS,
    VOCABULARY,
    Arrived,
    Entry,
    Intended,
    Looked,
    Started,
)
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.moves.progress import Progress, SentReload, advance
from upgrader.model.law import Phase, Signal
from upgrader.model.names import Digest, Instant, Serial
from upgrader.model.plan import Harvest
from upgrader.model.unit import Dark, Depth, Snapshot, Unit
from upgrader.model.watch import Unwatched

SHORT = ["show failover", "show vpn-sessiondb"]
LONG = ["show version", *SHORT]


class Glances:
    """One pair of eyes, and what they ask."""

    def __init__(self, world: World) -> None:
        self.firewall = Firewall.of(world)
        inner = self.firewall.world
        self._eyes = Eyes(inner.access, inner.seats, inner.clock)

    def lines(self, *, is_steady: bool = True) -> list[str]:
        """What one glance asks, of both units."""
        before = len(self.firewall.world.typed)
        self.seen: Snapshot = self._eyes.look(Depth.GLANCE, is_steady=is_steady)
        return [line for _, line in self.firewall.world.typed[before:]]


def test_while_nothing_moves_nobodys_version_is_asked_twice_in_a_minute():
    glances = Glances(pair())
    assert glances.lines() == [*LONG, *LONG]
    first = glances.seen
    assert glances.lines() == [*SHORT, *SHORT]
    assert [u.version for u in glances.seen.units] == [u.version for u in first.units]
    glances.firewall.wait(1)
    assert glances.lines() == [*LONG, *LONG]


def test_while_a_reload_or_a_change_of_roles_is_awaited_everybodys_uptime_is_asked():
    glances = Glances(pair())
    glances.lines()
    for _ in range(3):
        assert sorted(glances.lines(is_steady=False)) == sorted([*LONG, *LONG])


def test_a_release_that_prints_no_serial_there_is_asked_for_it_on_every_look():
    scene = scenario_of(read_pair("example:asa5525-9.2-to-9.5"))
    glances = Glances(World(EmulatedPair.from_scenario(scene)))
    glances.lines()
    assert glances.lines().count("show version") == 2


def test_after_the_roles_have_moved_everybody_is_read_anew():
    world = pair()
    glances = Glances(world)
    glances.lines()
    world.pull_power(world.primary)
    world.wait(5_000)
    world.until(lambda: world.secondary.state is State.ACTIVE)
    assert "show version" in glances.lines()
    assert glances.seen.active.serial == glances.seen.active.version.serial == "JAD22222222"


def test_a_standby_that_was_away_within_the_minute_is_read_anew_and_its_mate_too():
    world = pair()
    glances = Glances(world)
    glances.lines()
    world.reload_standby()
    world.wait(20_000)
    glances.lines()
    assert isinstance(glances.seen.secondary, Dark)
    world.until(lambda: world.secondary.state is State.STANDBY_READY)
    world.wait(1_000)
    assert glances.lines().count("show version") == 2
    assert isinstance(glances.seen.secondary, Unit)


# ── looks that are not taken ───────────────────────────────────────────────────────────


@lru_cache
def night(vocabulary: int) -> tuple[Entry, ...]:
    """What the code of that vocabulary sees, orders and arrives at in a night."""
    firewall = Firewall.of(pair(sessions=2))
    plan, memory = firewall.planned(), MemoryJournal()
    now = firewall.world.clock.now()
    started = Started("test", plan.pair, Digest("sha256:0"), now, vocabulary=vocabulary)
    world = GuardedWorld(firewall.world, charter_of(plan))
    conduct("run", plan, world, memory, Unwatched(), Wishes(), started)
    kinds = Looked | Intended | Arrived
    return tuple(entry for entry in memory.entries() if isinstance(entry.body, kinds))


def pauses_after_orders(told: tuple[Entry, ...]) -> list[int]:
    """How long after each order to reload, or to move roles, the pair is looked at, in ms."""
    sent = {Signal.STANDBY_RELOAD_SENT, Signal.SWITCHOVER_SENT, Signal.FINAL_RELOAD_SENT}
    return [
        then.body.began - entry.at
        for entry, then in pairwise(told)
        if isinstance(entry.body, Arrived) and entry.body.signal in sent
    ]


def looks_after_the_harvest(told: tuple[Entry, ...]) -> list[Depth]:
    """How deep they are, up to the order to reload."""
    bodies = [entry.body for entry in told]
    harvests = [isinstance(b, Intended) and isinstance(b.step, Harvest) for b in bodies]
    rest = bodies[harvests.index(True) + 1 :]
    upto = takewhile(lambda body: not isinstance(body, Intended), rest)
    return [body.depth for body in upto if isinstance(body, Looked)]


def test_an_order_shows_nothing_at_once_and_is_not_looked_for_at_once():
    assert pauses_after_orders(night(VOCABULARY)) == [2_000, 1_000, 30_000]


def test_after_the_harvest_the_pair_is_as_it_was_seen_before_it():
    assert looks_after_the_harvest(night(VOCABULARY)) == [Depth.WIDE]


def test_a_night_of_the_second_vocabulary_takes_those_looks():
    assert pauses_after_orders(night(2)) == [0, 0, 0]
    assert looks_after_the_harvest(night(2)) == [Depth.GLANCE, Depth.WIDE]


def test_when_a_unit_was_ready_for_good_is_remembered_for_the_next_one():
    arrived = Arrived(Phase.STANDBY_UPGRADED, Signal.STANDBY_READY, "ready", None)
    entry = Entry(1, Instant(357_000), GENESIS, arrived)
    plan = Firewall.of(pair()).planned()
    ready = SentReload(Serial("JAD22222222"), Instant(0), 60, True, Instant(320), Instant(347))
    progress = Progress(Phase.STANDBY_RELOADING, reloads=(ready,))
    assert advance(plan, progress, entry).reloads[0].settled == 357_000
    boots = Progress(Phase.STANDBY_RELOADING, reloads=(replace(ready, ready=None),))
    assert advance(plan, boots, entry).reloads[0].settled is None
