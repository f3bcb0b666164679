"""Today's checks, asked on a night that is run again: before each line that they would guard."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from upgrader.conduct.eyes import Eyes
from upgrader.dialect.versions import read_version
from upgrader.judgement.aim import Aim, aim_at, files_to_verify
from upgrader.judgement.check.rule import Scene
from upgrader.judgement.check.rules import check
from upgrader.judgement.postmortem.rebuilding.typed_again import is_switch
from upgrader.model.finding import Finding, Moment, Severity
from upgrader.model.plan import Target
from upgrader.model.postmortem import Stop
from upgrader.model.script import Typed
from upgrader.model.unit import Depth, Snapshot
from upgrader.ports import Testbed, UpgraderError


@dataclass(slots=True)
class Gatekeeper:
    """Asks the rules before each line, and remembers what they refused."""

    target: str | None
    """The release that the night went to; None: the one that runs."""
    night_began: int
    """The night's clock at the testbed's present instant."""
    assumed: Callable[[], frozenset[str]] = frozenset
    """Gives the rules that a healthy pair which was rebuilt the same way breaks, too: they say
    nothing. It is asked only where a rule spoke."""
    refuses: bool = False
    """Whether what they refuse is not typed."""
    stops: list[Stop] = field(default_factory=list)
    unseen: int = 0
    """Before how many lines the pair could not be looked at."""
    asked: int = 0
    warnings: list[str] = field(default_factory=list)
    """Rules that warned, and would have let a run go on."""
    _began: int | None = None
    _before: Snapshot | None = None
    _done: set[Moment] = field(default_factory=set)

    def may(self, line: Typed, testbed: Testbed) -> bool:
        """Ask the rules of this moment; whether the line may be typed."""
        moment = self._moment(line)
        if moment in self._done:
            return True  # The way back, or the same again: no upgrade is about to be made.
        self._done.add(moment)
        at = self.at(testbed)
        looked = _looked(testbed, self.target)
        self.asked += 1
        if looked is None:
            self.unseen += 1
            return True
        first = self._before is None
        before = self._before = self._before or looked.seen
        found = looked.asked(moment, before)
        if first:
            found = (*looked.asked(Moment.PLAN, before), *found)
        assumed = self.assumed() if found else frozenset()
        counted = [one for one in found if one.rule not in assumed]
        grave = _telling(_grave(counted))
        for finding in grave:
            self._remember(finding, at, line.line)
        self.warnings += [one.rule for one in counted if one.severity is Severity.WARNING]
        return not (grave and self.refuses)

    def _moment(self, line: Typed) -> Moment:
        """Where in an upgrade such a line stands."""
        if is_switch(line.line):
            return Moment.BEFORE_SWITCHOVER
        if Moment.BEFORE_SWITCHOVER in self._done:
            return Moment.BEFORE_FINAL_RELOAD
        return Moment.BEFORE_STANDBY_RELOAD

    def at(self, testbed: Testbed) -> int:
        """The present instant on the night's clock; the first call is at its beginning."""
        now = testbed.clock.now()
        if self._began is None:
            self._began = now
        return self.night_began + now - self._began

    def _remember(self, finding: Finding, at: int, line: str) -> None:
        if all(stop.rule != finding.rule for stop in self.stops):
            stop = Stop(finding.rule, at, line, finding.evidence, finding.severity.value)
            self.stops.append(stop)


def asked_at_rest(testbed: Testbed, target: str | None) -> tuple[Finding, ...] | None:
    """What the rules of a plan say on a pair as it stands; None: it could not be looked at."""
    looked = _looked(testbed, target)
    if looked is None:
        return None
    return looked.asked(Moment.PLAN, looked.seen) + looked.asked(
        Moment.BEFORE_STANDBY_RELOAD, looked.seen
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """A wide look, and what the night was about."""

    seen: Snapshot
    aim: Aim

    def asked(self, moment: Moment, before: Snapshot) -> tuple[Finding, ...]:
        """What the rules of that moment say."""
        first = None if before.active is None else before.active.serial
        return check(Scene(self.seen, self.aim, moment, before=before, first_active=first))


def _looked(testbed: Testbed, target: str | None) -> _Looked | None:
    """A wide look at the pair in a fork, as before a plan; None: it could not be had.

    The aim is where the night went, in one step, if it did: which steps would have been right is
    for the rules to say.
    """
    fork = testbed.fork()
    eyes = Eyes(fork.access, fork.seats, fork.clock)
    try:
        first = eyes.look(Depth.FILES)
        running = next((unit.running for unit in first.units), None)
        version = running if target is None else read_version(target)
        if version is None:
            return None
        aim = aim_at(first, Target(version))
        return _Looked(
            eyes.look(Depth.WIDE, lambda running, flash: files_to_verify(running, flash, aim)), aim
        )
    except UpgraderError:
        return None
    finally:
        eyes.close()
        fork.close()


def _telling(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What was seen to be wrong; where nothing was, the first thing that could not be seen.

    A unit that does not answer leaves most rules unknown, and all for one reason.
    """
    blockers = tuple(one for one in findings if one.severity is Severity.BLOCKER)
    return blockers or tuple(findings[:1])


def _grave(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What stops a run; what is only unknown stops it too, and comes last."""
    blockers = [one for one in findings if one.severity is Severity.BLOCKER]
    return (*blockers, *(one for one in findings if one.severity is Severity.UNKNOWN))
