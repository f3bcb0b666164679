"""A rebuilt night, run: what its script says happens in its time, and the tool looks on.

The tool looks in forks: whatever it asks there takes no time of the night, and leaves no line in
its log. Nobody's word counts but what screens and the collector's file show.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from heapq import heappop, heappush
from typing import TypeAlias

from upgrader.conduct.eyes import Eyes
from upgrader.conduct.reenacting.staged import Desk, wait_until
from upgrader.judgement.postmortem.rebuilding.setting import Rebuilt
from upgrader.judgement.postmortem.rebuilding.typed_again import is_reload, is_switch
from upgrader.model.evidence import Evidence
from upgrader.model.script import Act, Befalls, Came, Typed
from upgrader.model.unit import Depth, Snapshot
from upgrader.ports import Testbed, UpgraderError, UsageFault

_AFTER_HEAVY_MS = (45_000, 150_000)
"""When the pair is looked at after a line that moves roles or reloads. Our choice: people have
noticed by then, and the unit is not back yet."""
_APART_MS = 65_000
"""Two looks in the end are so far apart: what is left is judged from both."""
_AGAIN_MS = 5_000
_PIECE = 1 << 20
_LONGEST_MS = 120_000
"""Who cannot do something yet tries again: his computer has not noticed that his session is gone.
No longer than dead-peer detection and a hold time take together."""
_PATIENT = frozenset({"log-in", "wake", "sleep", "log-off"})
_OF_THE_UPGRADE = frozenset({"crash-unit", "stick-boot", "free-boot"})
"""What does not befall a pair that is not upgraded."""
_STRIKES = frozenset({"crash-unit", "pull-power", "cut-link", "break-switch-port", "pull-cable"})
"""After these the pair is looked at."""

Build: TypeAlias = Callable[[Mapping[str, str], str], Testbed]
"""A testbed of a pair file and what it names; the text is how errors call it."""
Read: TypeAlias = Callable[[str], Evidence]
"""What a collector's file says: the reader that read the night."""
Heavy: TypeAlias = Callable[[Typed, Testbed], bool]
"""Whether a line that reloads or moves roles may be typed now; it may look at the testbed."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a run, but for what the collector filed: a big pair's file is long."""

    mark: str | None
    """Of that file, to tell whether another is the same; None: the run went as planned, and staged
    once more it is the same to the byte."""
    performed: tuple[Act, ...]
    """What was typed and befell, with the instants at which it could."""
    not_done: tuple[str, ...]
    """What could not, and why."""
    looks: tuple[Snapshot, ...]
    """Full looks, the first one before anything happened."""
    came: Came
    """What came of it by the testbed's own books."""


def mark_of(text: str) -> str:
    """What tells a text from any other."""
    digest = sha256()
    for start in range(0, len(text), _PIECE):
        digest.update(text[start : start + _PIECE].encode())
    return digest.hexdigest()


def always(_line: Typed, _testbed: Testbed) -> bool:
    """Every line may be typed."""
    return True


def run_again(rebuilt: Rebuilt, testbed: Testbed, may: Heavy = always) -> tuple[Ran, str]:
    """Run the script to its end; what came of it, and the collector's file.

    After a line that may not be typed no other one is.
    """
    return _Night(testbed, may, Desk(testbed, 0, stamped=False)).run(rebuilt)


def look_on(testbed: Testbed) -> Snapshot | None:
    """The pair as it is now, seen in a fork; None: it could not be looked at."""
    fork = testbed.fork()
    try:
        return look_at_once(fork)
    finally:
        fork.close()


def look_at_once(testbed: Testbed) -> Snapshot | None:
    """A full look, which takes time of this very testbed; None: nobody could be asked."""
    eyes = Eyes(testbed.access, testbed.seats, testbed.clock)
    try:
        return eyes.look(Depth.FULL)
    except UpgraderError:
        return None
    finally:
        eyes.close()


def is_heavy(act: Act) -> bool:
    """Whether it is a line that reloads a unit or moves the roles."""
    return isinstance(act, Typed) and (is_reload(act.line) or is_switch(act.line))


@dataclass(slots=True)
class _Night:
    """A night that is being run."""

    testbed: Testbed
    may: Heavy
    desk: Desk
    performed: list[Act] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    looks: list[Snapshot] = field(default_factory=list)
    stopped_at: int | None = None
    """When a line was not let pass; None: all were."""
    is_as_planned: bool = True

    def run(self, rebuilt: Rebuilt) -> tuple[Ran, str]:
        clock = self.testbed.clock
        began = clock.now()
        self._look()
        queue: list[tuple[int, int, int, Act | None]] = []
        for n, (at, planned) in enumerate(_with_looks(rebuilt)):
            heappush(queue, (at, n, 0, planned))
        while queue:
            at, n, waited, act = heappop(queue)
            wait_until(self.testbed, began + at)
            if act is None:
                self._look()
                continue
            later = self._happens(act, at, waited)
            if later:
                heappush(queue, (at + _AGAIN_MS, n, waited + _AGAIN_MS, act))
        wait_until(self.testbed, began + rebuilt.script.lasts_ms)
        self.desk.leaves()
        collected, came = self.testbed.collected(), self.testbed.came()
        self._last_looks()
        is_as_planned = self.is_as_planned and not self.not_done
        mark = None if is_as_planned else mark_of(collected)
        ran = Ran(mark, tuple(self.performed), tuple(self.not_done), tuple(self.looks), came)
        return ran, collected

    def _happens(self, act: Act, at: int, waited: int) -> bool:
        """Let it happen; True: it cannot yet, and is tried again."""
        match act:
            case Typed():
                self._types(act, at, waited)
                return False
            case Befalls(event=event) if self.stopped_at is not None and event in _OF_THE_UPGRADE:
                self.not_done.append(f"{event}: the pair was not upgraded")
                return False
            case Befalls(event=event, arguments=arguments):
                try:
                    self.testbed.happen(event, arguments)
                except UsageFault as fault:
                    if event not in _PATIENT:
                        self.not_done.append(str(fault))
                    # What people could not do is seen by what did not become of them.
                    return event in _PATIENT and waited < _LONGEST_MS
                self._performs(act, at, waited)
                return False

    def _types(self, act: Typed, at: int, waited: int) -> None:
        if self.stopped_at is not None:
            return
        if is_heavy(act):
            self._look()
            if not self.may(act, self.testbed):
                self.stopped_at = at
                return
        untyped = len(self.desk.untyped)
        self.desk.types(act.on, act.line)
        if len(self.desk.untyped) > untyped:
            self.not_done.append(f"nobody answered at {act.on} for {act.line!r}")
        else:
            self._performs(act, at, waited)

    def _performs(self, act: Act, at: int, waited: int) -> None:
        self.performed.append(replace(act, at_ms=at))
        self.is_as_planned &= waited == 0

    def _look(self) -> None:
        seen = look_on(self.testbed)
        if seen is not None:
            self.looks.append(seen)

    def _last_looks(self) -> None:
        """Two looks, apart in time, in a fork: the night itself is over."""
        fork = self.testbed.fork()
        try:
            for pause in (0, _APART_MS):
                fork.clock.sleep(timedelta(milliseconds=pause))
                seen = look_at_once(fork)
                if seen is not None:
                    self.looks.append(seen)
        finally:
            fork.close()


def _with_looks(rebuilt: Rebuilt) -> Iterator[tuple[int, Act | None]]:
    """The acts with their instants; None: the pair is looked at then."""
    for act in rebuilt.script.acts:
        yield act.at_ms, act
        if is_heavy(act) or (isinstance(act, Befalls) and act.event in _STRIKES):
            for after in _AFTER_HEAVY_MS:
                if act.at_ms + after < rebuilt.script.lasts_ms:
                    yield act.at_ms + after, None
