"""Nights for tests: the tool and an emulated pair, told in a few words.

    firewall = Firewall.of(mismatched(sessions=5))
    night = firewall.upgraded(in_spite_of="anyconnect-images-match")
    assert night.sessions.lost == 5

The tool sees text only; `firewall.pair` is the emulator's own truth, for asserting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.access.guard.guarded import Charter, GuardedWorld
from upgrader.conduct.digests import Digests
from upgrader.conduct.night import conduct
from upgrader.conduct.survey import Survey, plan_of, survey
from upgrader.conduct.tidy import Found, find, plan_cleanup
from upgrader.conduct.wishes import Wishes
from upgrader.dialect.commands import LineKind, classify
from upgrader.dialect.versions import read_version
from upgrader.emulator.pair import EmulatedPair
from upgrader.journal.entry import VOCABULARY, Journal, Started
from upgrader.journal.memory import MemoryJournal
from upgrader.judgement.plan import PairName
from upgrader.model.drain import Drain
from upgrader.model.law import Phase
from upgrader.model.names import Digest, Instant, Seat
from upgrader.model.plan import Failback, Plan, Purpose, Target
from upgrader.model.report import Report
from upgrader.model.unit import Depth, Snapshot
from upgrader.model.watch import Unwatched
from upgrader.ports import Access, Clock, Console, Seats, World, foretell

TARGET = "9.16(4)"


@dataclass
class Overheard:
    """A world in which a test hears each line and each reply first."""

    inner: World

    @property
    def access(self) -> Access:
        return _Ears(self)

    @property
    def clock(self) -> Clock:
        return self.inner.clock

    @property
    def seats(self) -> Seats:
        return self.inner.seats

    def fork(self) -> World:
        return self.inner.fork()

    def close(self) -> None:
        self.inner.close()

    def about_to(self, seat: Seat, line: str) -> None:
        """Nothing is known of it yet but that it will be typed there."""

    def passed(self, line: str, reply: str) -> str:
        """What the tool gets to read."""
        return reply


@dataclass
class _Ears:
    world: Overheard

    def open(self, seat: Seat) -> Console:
        return _OverheardConsole(self.world.inner.access.open(seat), self.world)


@dataclass
class _OverheardConsole:
    inner: Console
    world: Overheard

    @property
    def seat(self) -> Seat:
        return self.inner.seat

    @property
    def prompt(self) -> str:
        return self.inner.prompt

    def ask(self, line: str) -> str:
        self.world.about_to(self.inner.seat, line)
        return self.world.passed(line, self.inner.ask(line))

    def expect(self, line: str) -> None:
        foretell(self.inner, line)

    def close(self) -> None:
        self.inner.close()


@dataclass
class Listening(Overheard):
    """A world that remembers what was typed, and lets a test have its say before a line."""

    typed: list[tuple[Seat, str]] = field(default_factory=list)
    before: Callable[[str], None] | None = None

    def fork(self) -> "Listening":
        return Listening(self.inner.fork())

    def about_to(self, seat: Seat, line: str) -> None:
        if self.before is not None:
            self.before(line)
        self.typed.append((seat, line))

    @property
    def changing(self) -> list[str]:
        """The lines that change something, in the order in which they were typed."""
        return [line for _, line in self.typed if classify(line) is LineKind.CHANGING]


class Watch(Unwatched):
    """An observer that lets a test look at the emulator when a phase is entered."""

    def __init__(self, pair: EmulatedPair) -> None:
        self.pair = pair
        self.forks: dict[Phase, EmulatedPair] = {}
        self.looks = 0

    def phase(self, phase: Phase, why: str) -> None:
        self.forks[phase] = self.pair.fork()

    def looking(self, depth: Depth) -> None:
        self.looks += 1

    def seen(self, snapshot: Snapshot) -> None:
        pass


class Firewall:
    """An emulated pair with the tool in front of it."""

    def __init__(self, pair: EmulatedPair) -> None:
        self.pair = pair
        self.world = Listening(EmulatedWorld(pair))
        self.watch = Watch(pair)

    @classmethod
    def of(cls, world: object) -> "Firewall":
        """From a `worlds.World`."""
        return cls(world.pair)

    @property
    def name(self) -> PairName:
        seats = self.world.seats
        return PairName("test", "test.toml", Digest("sha256:0"), (seats.active, seats.standby))

    def surveyed(
        self,
        to: str = TARGET,
        *,
        in_spite_of: str | tuple[str, ...] = (),
        drain: Drain | None = None,
        digests: Digests | None = None,
        **target: str,
    ) -> Survey:
        rules = (in_spite_of,) if isinstance(in_spite_of, str) else in_spite_of
        waive = dict.fromkeys(rules, "a test wants to see it")
        aimed = Target(read_version(to), **target)
        return survey(self.world, aimed, waive, drain=drain, digests=digests)

    def planned(self, to: str = TARGET, *, failback: Failback = Failback.NEVER, **more) -> Plan:
        plan = plan_of(self.surveyed(to, **more), self.name, failback)
        assert plan is not None, "both units answer, one of them active"
        return plan

    def conducted(
        self,
        plan: Plan,
        *,
        journal: Journal | None = None,
        wishes: Wishes | None = None,
        digests: Digests | None = None,
    ) -> Report:
        """Run a plan, or go on with the run in `journal`; `digests` as the plan's look left it."""
        memory = MemoryJournal() if journal is None else journal
        started = None
        if not memory.entries():
            started = Started(
                "test",
                plan.pair,
                Digest("sha256:0"),
                self.world.clock.now(),
                vocabulary=VOCABULARY,
                verified=() if digests is None else digests.since(Instant(0)),
            )
        return conduct(
            plan.purpose.value,
            plan,
            GuardedWorld(self.world, charter_of(plan)),
            memory,
            self.watch,
            wishes or Wishes(),
            started,
        )

    def upgraded(self, to: str = TARGET, **more) -> Report:
        return self.conducted(self.planned(to, **more))

    def residue(self, *, wait: bool = False) -> Found:
        return find(self.world, Unwatched(), wait=wait)

    def cleaned(self, *, wait: bool = True) -> Report:
        return self.conducted(plan_cleanup(self.name, self.residue(wait=wait)))

    def wait(self, minutes: float) -> None:
        self.world.clock.sleep(timedelta(minutes=minutes))


def charter_of(plan: Plan) -> Charter:
    """What the guard holds a plan to."""
    if plan.purpose is Purpose.CLEANUP:
        return Charter(plan.serials, None, may_log_off=True)
    return Charter(
        plan.serials,
        plan.target.version,
        may_drain=plan.logs_off,
        may_hold=tuple(one.policy for one in plan.held_policies),
    )
