"""A small language for the catalogue: an emulated pair, what befell it, and what a rule says then.

    entry(
        "standby-ready",
        fires=told().then(lose_power).says(Severity.BLOCKER, "is Failed"),
        unknown=told().mishearing("show failover", GARBLED),
    )

A case is a pair (`told(...)` takes the words of `worlds.scenario`), what befell it before anybody
looked (`then`), how far its night has come (`at`), what befell it there (`meanwhile`), and which
replies the tool reads otherwise than they were given (`mishearing`, `reading`). Nothing is patched.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from nights import Overheard
from worlds import HOUR, MINUTE, SECONDARY, World, scenario

from upgrader.access.emulated.world import EmulatedWorld
from upgrader.conduct.survey import Survey, survey
from upgrader.dialect.versions import read_version
from upgrader.emulator.admission.doors import log_in
from upgrader.emulator.config import read_lines
from upgrader.emulator.machine import chassis
from upgrader.emulator.pair import EmulatedPair
from upgrader.emulator.scenario import HeldCertificate, Scenario, ScenarioFile
from upgrader.emulator.state import File
from upgrader.emulator.surface import faults
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import RULES, examine, findings_of
from upgrader.model.finding import CheckLine, Finding, Moment, RuleText, Severity
from upgrader.model.names import Seat
from upgrader.model.plan import ConfigurationSeen, Target
from upgrader.model.unit import Snapshot

TARGET = "9.16(4)"
REFUSED = "ERROR: % Invalid input detected at '^' marker."
GARBLED = "%% what stands here is not a reply that anybody knows"

Act = Callable[[World], object]
Edit = Callable[[Scenario], Scenario]


@dataclass(frozen=True)
class Hearing:
    """A reply that arrives otherwise than it was given."""

    line: str
    """The line, or the beginning of several."""
    as_read: Callable[[str], str]
    seat: str | None
    """`active` or `standby`; None: at both."""

    def concerns(self, seat: str, line: str) -> bool:
        if self.seat not in {None, seat}:
            return False
        return line == self.line or line.startswith(f"{self.line} ")


@dataclass
class Misheard(Overheard):
    """A world some of whose replies arrive otherwise than they were given."""

    hearings: tuple[Hearing, ...] = ()
    seat: str = ""

    def about_to(self, seat: Seat, line: str) -> None:
        self.seat = "active" if seat == self.inner.seats.active else "standby"

    def passed(self, line: str, reply: str) -> str:
        for hearing in self.hearings:
            if hearing.concerns(self.seat, line):
                reply = hearing.as_read(reply)
        return reply


@dataclass(frozen=True)
class Case:
    """A pair in a moment of its night, and what the tool gets to read of it."""

    words: Mapping[str, object] = field(default_factory=dict)
    early: tuple[Act, ...] = ()
    moment: Moment = Moment.PLAN
    late: tuple[Act, ...] = ()
    hearings: tuple[Hearing, ...] = ()
    target: str = TARGET
    edits: tuple[Edit, ...] = ()

    def then(self, *acts: Act) -> "Case":
        """What befell the pair before anybody looked."""
        return replace(self, early=(*self.early, *acts))

    def at(self, moment: Moment) -> "Case":
        """How far the night has come."""
        return replace(self, moment=moment)

    def meanwhile(self, *acts: Act) -> "Case":
        """What befell the pair after the plan was drawn and the night had come so far."""
        return replace(self, late=(*self.late, *acts))

    def mishearing(self, line: str, reply: str = REFUSED, *, seat: str | None = None) -> "Case":
        """The reply to the line, or to lines that begin with it, arrives as this text."""
        return self._hearing(Hearing(line, lambda _: reply, seat))

    def reading(self, line: str, told: str, instead: str, *, seat: str | None = None) -> "Case":
        """The reply to the line says something else in one place."""
        return self._hearing(Hearing(line, lambda reply: reply.replace(told, instead), seat))

    def _hearing(self, hearing: Hearing) -> "Case":
        return replace(self, hearings=(*self.hearings, hearing))

    def on_release(self, release: str) -> "Case":
        """Both units say that they run another release."""
        return self.reading("show version", "9.12(4)", release)

    def to(self, target: str) -> "Case":
        """Where the upgrade shall lead."""
        return replace(self, target=target)

    def says(self, severity: Severity, word: str) -> "Firing":
        """What the rule says of it."""
        return Firing(self, severity, word)

    def found(self, rule: str) -> tuple[Finding, ...]:
        """What the rule says of it, looked at as the commands look."""
        return self.came_out(rule).findings

    def came_out(self, rule: str) -> CheckLine:
        """How the rule came out."""
        (line,) = (line for line in self.checks() if line.rule == rule)
        return line

    def findings(self) -> tuple[Finding, ...]:
        """What all rules say of it."""
        return findings_of(self.checks())

    def checks(self) -> tuple[CheckLine, ...]:
        """How all rules came out."""
        world = World(EmulatedPair.from_scenario(self._scenario()))
        for act in self.early:
            act(world)
        if self.moment is Moment.PLAN and not self.late:
            return self._surveyed(world).checks
        drawn = self._surveyed(world, heard=True)
        comes_to(world, self.moment)
        for act in self.late:
            act(world)
        return examine(scene_of(self._surveyed(world), drawn, self.moment))

    def _scenario(self) -> Scenario:
        told = scenario(**self.words)
        for edit in self.edits:
            told = edit(told)
        return told

    def _surveyed(self, world: World, *, heard: bool = False) -> Survey:
        hearings = () if heard else self.hearings
        reached = Misheard(EmulatedWorld(world.pair), hearings)
        return survey(reached, Target(read_version(self.target)), {})


@dataclass(frozen=True)
class Firing:
    """A case, and what the rule shall say of it."""

    case: Case
    severity: Severity
    word: str
    """Part of the evidence."""


@dataclass(frozen=True)
class Entry:
    """What the catalogue's test knows of a rule."""

    rule: str
    fires: tuple[Firing, ...]
    unknown: Case
    silent: tuple[Case, ...] = ()
    """Besides the healthy night: pairs to which the rule applies, and which are well."""


def entry(
    rule: str, *, fires: Firing | tuple[Firing, ...], unknown: Case, silent: tuple[Case, ...] = ()
) -> Entry:
    """A rule with the pairs on which it speaks, cannot see, and has nothing to say."""
    return Entry(rule, fires if isinstance(fires, tuple) else (fires,), unknown, silent)


def told(*edits: Edit, **words: object) -> Case:
    """A pair in the words of `worlds.scenario`; `edits` turn the scenario into another."""
    return Case(words, edits=edits)


def scene_of(seen: Survey, drawn: Survey, moment: Moment) -> Scene:
    """The scene of a run whose plan was drawn from `drawn`."""
    active = drawn.seen.active
    return Scene(
        seen.seen,
        seen.aim,
        moment,
        drawn.seen,
        None if active is None else active.serial,
        configurations_of(drawn.seen),
    )


def configurations_of(seen: Snapshot) -> tuple[ConfigurationSeen, ...]:
    """As a plan keeps them."""
    return tuple(
        ConfigurationSeen(unit.serial, unit.running, unit.full.running.rest)
        for unit in seen.units
        if unit.full is not None and unit.full.running is not None
    )


# ── pairs that are otherwise ──────────


def units(**words: object) -> Edit:
    """Both chassis are otherwise than `worlds.scenario` has them."""
    return lambda told: replace(told, units=tuple(replace(unit, **words) for unit in told.units))


def standby(**words: object) -> Edit:
    """The Secondary, which is the standby, is otherwise."""
    return lambda told: replace(told, units=(told.units[0], replace(told.units[1], **words)))


def active(**words: object) -> Edit:
    """The Primary, which is active, is otherwise."""
    return lambda told: replace(told, units=(replace(told.units[0], **words), told.units[1]))


def lines(*more: str) -> Edit:
    """The configuration of both has these lines, too."""
    return lambda told: replace(told, config=read_lines("\n".join((*told.config, *more))))


def only_on_active(*more: str) -> Edit:
    """The standby's configuration lacks these lines."""
    return lambda told: lines(*more)(standby(config=told.config)(told))


# ── what befalls a pair ──────────


def comes_to(world: World, moment: Moment) -> None:
    """A night that goes well, as far as that moment."""
    if moment is Moment.PLAN:
        return
    world.boots_next("disk0:/asa9-16-4-lfbff-k8.SPA")
    if moment is Moment.BEFORE_STANDBY_RELOAD:
        return
    world.reload_standby()
    world.standby_comes_back()
    if moment is Moment.BEFORE_SWITCHOVER:
        return
    world.switch_over()
    if moment is Moment.BEFORE_FINAL_RELOAD:
        return
    world.reload_standby()
    world.standby_comes_back()
    world.wait(120_000)
    chassis.write_memory(world.pair, world.number(world.active))


def types(line: str, section: tuple[str, ...] = ()) -> Act:
    """Somebody types a configuration line on the active unit; it is replicated."""
    return lambda world: world.type(world.active, line, section)


def types_at(seat: str, *lines: str) -> Act:
    """Somebody types lines at that seat, as in a terminal."""

    def act(world: World) -> None:
        reached = EmulatedWorld(world.pair)
        seats = reached.seats
        console = reached.access.open(seats.active if seat == "active" else seats.standby)
        for line in lines:
            console.ask(line)
        console.close()

    return act


def standby_loses_power(world: World) -> None:
    """At once, and nobody has noticed yet."""
    world.pull_power(world.standby)


def waits(ms: int) -> Act:
    """Time goes by."""
    return lambda world: world.wait(ms)


# ── more that befalls a pair, and pairs with more on them ──────────


def loses(path: str) -> Act:
    """A file is gone from the standby's flash."""

    def act(world: World) -> None:
        del world.standby.flash[path.lower()]

    return act


def is_damaged(path: str) -> Act:
    """A file of the standby has another content."""

    def act(world: World) -> None:
        flash = world.standby.flash
        flash[path.lower()] = replace(flash[path.lower()], content="cut off in the middle")

    return act


def crashed(*, days_ago: int) -> Act:
    """The standby has left a crash file behind."""

    def act(world: World) -> None:
        path = "disk0:/crashinfo_20231101_030405_UTC"
        written = world.pair.now - days_ago * 24 * HOUR
        unit = world.standby
        unit.paths[path.lower()] = path
        unit.flash[path.lower()] = File(90_000, f"crash {days_ago}", None, written)

    return act


def uncabled(name: str, *, of: int = SECONDARY) -> Act:
    """The cable of an interface is pulled out of one unit."""
    return lambda world: faults.pull_cable(world.pair, of, name)


def active_dies(world: World) -> None:
    """The active unit loses power; its mate takes over; it comes back as the standby."""
    doomed = world.active
    world.pull_power(doomed)
    world.wait(MINUTE)
    world.give_power(doomed)


def becomes_active(world: World) -> None:
    """Somebody moves the roles by hand."""
    world.switch_over()


def somebody_logs_in(world: World) -> None:
    """Two administrators, over SSH."""
    for user, source in (("ann", "10.1.9.4"), ("ben", "10.1.9.5")):
        assert log_in(world.pair, "active", user, source) is not None


def holds(path: str, *, only: int | None = None) -> Edit:
    """A file lies on both flashes, or on the Primary's (0) or the Secondary's (1) only."""
    file = ScenarioFile(path, 20_000, f"content of {path}")

    def edit(told_: Scenario) -> Scenario:
        units_ = tuple(
            unit if only not in {None, n} else replace(unit, files=(*unit.files, file))
            for n, unit in enumerate(told_.units)
        )
        return replace(told_, units=units_)

    return edit


def certified(*, ends: int = 2_000_000_000, on: str = "both") -> Edit:
    """Units hold a certificate under the trustpoint OUTSIDE, until that second since 1970."""
    known = HeldCertificate("OUTSIDE", "0a1b2c", "cn=vpn.example.com", ends, on=on)
    return lambda told_: replace(told_, certificates=(known,))


DARK = Case(early=(standby_loses_power,))
"""One unit does not answer: an unknown to every rule that asks both."""

NO_CONFIG = Case().mishearing("show running-config")
"""Nobody may read the configurations."""


# ── the healthy night ──────────


@lru_cache(maxsize=1)
def healthy_night() -> Mapping[Moment, Scene]:
    """A small pair through a whole upgrade with nothing amiss, looked at in every moment."""
    scenes: dict[Moment, Scene] = {}
    world = World(EmulatedPair.from_scenario(scenario()))
    for moment in Moment:
        there = world.fork()
        comes_to(there, moment)
        seen = survey(EmulatedWorld(there.pair), Target(read_version(TARGET)), {})
        drawn = survey(EmulatedWorld(world.pair), Target(read_version(TARGET)), {})
        scenes[moment] = scene_of(seen, drawn, moment)
    return scenes


def texts() -> dict[str, RuleText]:
    """Every rule's text, by its name."""
    return {rule.text.rule: rule.text for rule in RULES}
