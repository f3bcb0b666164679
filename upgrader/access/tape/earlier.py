"""A world made of the tape of an earlier release: it answers what was asked at that look.

Within a look order does not count, and a question that nobody asked on the night has no answer:
`NotAsked`. Between looks it does: whoever conducts says what it has written down (`wrote`), and
the next scene begins; where the night wrote down something else, the two have parted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from upgrader.access.tape.redaction import same_but_for_secrets
from upgrader.access.tape.taped import trouble
from upgrader.dialect.secrets import masked
from upgrader.journal.entry import Asked, Body, Halted, NotAnswered, Opened, Slept
from upgrader.journal.scenes import Milestone, Scene, is_same, told
from upgrader.model.names import Digest, Instant, Seat
from upgrader.ports import (
    Access,
    Clock,
    Console,
    LineFault,
    NoAnswer,
    NotAsked,
    ReplayDiverged,
    Seats,
    TapeEnded,
    UpgraderError,
    World,
)


class EarlierWorld:
    """One sitting of an earlier release, to be looked at again."""

    def __init__(
        self,
        scenes: Sequence[Scene],
        starts_at: Instant,
        seats: Seats,
        blob: Callable[[Digest], bytes],
    ) -> None:
        """Put the tape in, at its first scene."""
        play = _Play(scenes, starts_at, blob)
        self._seats = seats
        self._play = play
        self.access: Access = _EarlierAccess(play)
        self.clock: Clock = _EarlierClock(play)

    @property
    def seats(self) -> Seats:
        """The pair's two addresses on the night, from its plan."""
        return self._seats

    def wrote(self, body: Body) -> None:
        """Hear what today's conduct has written down; a milestone ends the scene.

        Raises:
            ReplayDiverged: on the night something else was written down there.
            TapeEnded: the process of that night had died by then.
        """
        self._play.wrote(body)

    def fork(self) -> World:
        """A tape has no twin.

        Raises:
            ReplayDiverged: always.
        """
        raise ReplayDiverged("today a twin of the pair is wanted; on the night there was none")

    def close(self) -> None:
        """Nothing to save."""


@dataclass(slots=True)
class _Talk:
    """One conversation within a scene: from its opening, or kept open from before, to its fault."""

    opening: Opened | None = None
    """Still to be played; None: it was open already, or the opening has been played."""
    asked: list[tuple[Instant, Asked]] = field(default_factory=list)
    """Still to be played."""
    fault: tuple[Instant, NotAnswered] | None = None
    """What ended it; None: nothing did."""

    @property
    def is_over(self) -> bool:
        """Whether all of it has been played."""
        return self.opening is None and not self.asked and self.fault is None

    def take(self, line: str) -> tuple[Instant, Asked] | None:
        """The first answer to that line, played now; None: there is none."""
        for n, (at, body) in enumerate(self.asked):
            if same_but_for_secrets(body.line, line):
                del self.asked[n]
                return at, body
        return None


def _talks_in(scene: Scene) -> dict[Seat, list[_Talk]]:
    """The conversations of each seat, in order."""
    talks: dict[Seat, list[_Talk]] = {}
    for frame in scene.frames:
        match frame.body:
            case Opened(seat=seat) as opening:
                talks.setdefault(seat, []).append(_Talk(opening))
            case Asked(seat=seat) as asked:
                _current(talks, seat).asked.append((frame.at, asked))
            case NotAnswered(seat=seat, line=None) as refused:
                talks.setdefault(seat, []).append(_Talk(fault=(frame.at, refused)))
            case NotAnswered(seat=seat) as failed:
                _current(talks, seat).fault = (frame.at, failed)
            case Slept():
                pass
    return talks


def _current(talks: dict[Seat, list[_Talk]], seat: Seat) -> _Talk:
    known = talks.setdefault(seat, [])
    if not known or known[-1].fault is not None:
        known.append(_Talk())
    return known[-1]


class _Play:
    """The scenes of a sitting, and how far they have been played."""

    def __init__(
        self, scenes: Sequence[Scene], starts_at: Instant, blob: Callable[[Digest], bytes]
    ) -> None:
        self._scenes = scenes
        self._blob = blob
        self.prompts: dict[Seat, str] = {}
        self.now = starts_at
        self._begin(0)

    def _begin(self, number: int) -> None:
        self._number = number
        self._scene = self._scenes[number]
        self._talks = _talks_in(self._scene)
        self._gone: dict[Seat, str] = {}
        """Why each seat was not there at last: who was gone stays away until the scene ends."""
        self._sleeps = [f.at for f in self._scene.frames if isinstance(f.body, Slept)]

    def open(self, seat: Seat) -> None:
        """Open a conversation: the next of the night, or the one that it had open."""
        talks = self._talks.get(seat, [])
        if talks and talks[0].is_over:
            talks.pop(0)
        if not talks:
            self._must_be_there(seat)
            return
        talk = talks[0]
        if talk.opening is not None:
            self.prompts[seat] = talk.opening.prompt
            talk.opening = None
        elif not talk.asked and talk.fault is not None and talk.fault[1].line is None:
            talks.pop(0)
            raise self._failed(talk.fault)

    def ask(self, seat: Seat, line: str) -> str:
        """What was answered; see the module for what counts.

        Raises:
            LineFault: as on the night.
            NotAsked: the line was not typed in this scene.
            TapeEnded: the process had died, or was stopped by its person, by then.
        """
        talks = self._talks.get(seat, [])
        for n, talk in enumerate(talks):
            found = talk.take(line)
            if found is not None:
                at, body = found
                self.now = max(self.now, at)
                self.prompts[seat] = body.prompt
                return self._blob(body.blob).decode()
            if talk.fault is not None:
                del talks[: n + 1]
                raise self._failed(talk.fault)
        self._must_be_there(seat)
        ends = self._scene.ends
        is_cut = ends is None or (isinstance(ends, Halted) and ends.wished)
        if is_cut and not self._is_left():
            raise TapeEnded(f"the tape ends here; today: {masked(line)!r} at {seat}")
        raise NotAsked(f"{masked(line)!r} at {seat}")

    def sleep(self) -> None:
        """Let the night's next pause pass, whatever its length."""
        if not self._sleeps:
            raise self._parts("some more waiting")
        self.now = max(self.now, self._sleeps.pop(0))

    def wrote(self, body: Body) -> None:
        """Hear what was written down."""
        if not isinstance(body, Milestone):
            return
        scene = self._scene
        if not is_same(body, scene.ends):
            raise self._parts(told(body))
        self.now = max(self.now, scene.at)
        self._begin(self._number + 1)

    def _is_left(self) -> bool:
        """Whether anything of this scene has not been played."""
        return any(talk.asked or talk.fault for talks in self._talks.values() for talk in talks)

    def _failed(self, fault: tuple[Instant, NotAnswered]) -> LineFault:
        at, body = fault
        self.now = max(self.now, at)
        self._gone[body.seat] = body.why
        return trouble(body.fault, body.seat, body.line, body.why)

    def _must_be_there(self, seat: Seat) -> None:
        """Raise again what failed last, where nothing came after it."""
        if seat in self._gone and not self._talks.get(seat):
            raise NoAnswer(seat, None, self._gone[seat])

    def _parts(self, today: str) -> UpgraderError:
        """The night went on otherwise, or did not go on."""
        scene = self._scene
        if scene.ends is None:
            return TapeEnded(f"the tape ends here; today: {today}")
        then = told(scene.ends)
        return ReplayDiverged(f"entry {scene.number}: on the night: {then}; today: {today}")


class _EarlierClock:
    """The instants of the tape. Today's pauses are its own; the night's are on the tape."""

    def __init__(self, play: _Play) -> None:
        self._play = play

    def now(self) -> Instant:
        return self._play.now

    def sleep(self, _duration: timedelta) -> None:
        self._play.sleep()


class _EarlierAccess:
    """Opens what was opened, and what was open."""

    def __init__(self, play: _Play) -> None:
        self._play = play

    def open(self, seat: Seat) -> Console:
        self._play.open(seat)
        return _EarlierConsole(self._play, seat)


class _EarlierConsole:
    """Answers what was answered in this scene."""

    def __init__(self, play: _Play, seat: Seat) -> None:
        self._play = play
        self._seat = seat

    @property
    def seat(self) -> Seat:
        return self._seat

    @property
    def prompt(self) -> str:
        return self._play.prompts.get(self._seat, "")

    def ask(self, line: str) -> str:
        return self._play.ask(self._seat, line)

    def close(self) -> None:
        """Nothing to hang up."""
